package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

func newTestnetCmd() *cobra.Command {
	return newNoun("testnet", groupResearchers, "Run a federation on this machine",
		`  rochdale testnet start -n 4
  rochdale testnet status
  rochdale testnet stop --remove`,
		newTestnetStartCmd(), newTestnetStatusCmd(), newTestnetStopCmd(), newTestnetLoadCmd(), newTestnetServeReferenceCmd())
}

func addTestnetDir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", "", "directory of the testnet [HOME/testnet]")
	must(cmd.MarkFlagDirname("dir"))
}

// testnetDir is --dir, or the testnet of the home.
func testnetDir(cmd *cobra.Command, dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	s, err := settingsOf(cmd)
	return filepath.Join(s.Home, "testnet"), err
}

// openTestnet opens the testnet that the command means.
func openTestnet(cmd *cobra.Command, dir string) (*testnet.Net, error) {
	dir, err := testnetDir(cmd, dir)
	if err != nil {
		return nil, err
	}
	net, err := testnet.Open(dir)
	return net, explainNode(err)
}

func newTestnetStartCmd() *cobra.Command {
	var dir string
	var opts testnetOptions
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Start validators in processes of their own",
		Long: `Start a federation of validators on loopback, each in a process of its own, and
return when all have a block. The processes run until testnet stop.

A testnet that was stopped goes on where it was. Starting one that runs changes
nothing and is no error. If it is interrupted, it stops what it started.`,
		Example: `  rochdale testnet start -n 4
  rochdale testnet start -n 7 --dir ./net`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			net, err := openOrMakeTestnet(cmd, dir, opts)
			if err != nil {
				return err
			}
			began := time.Now()
			switch err := net.Start(cmd.Context()); {
			case errors.Is(err, testnet.ErrRunning):
				note(cmd, "%v", err)
			case err != nil && cmd.Context().Err() != nil:
				note(cmd, "what this command had started is stopped again; the testnet stays in %s", net.Dir)
				return err
			case err != nil:
				return explainNode(err)
			default:
				note(cmd, "all nodes have a block after %.1f s", time.Since(began).Seconds())
			}
			hint(cmd, "rochdale testnet stop --dir %s", net.Dir)
			return showTestnet(cmd, net)
		},
	}
	opts.addFlags(cmd)
	addTestnetDir(cmd, &dir)
	return cmd
}

// firstRPC is where a testnet's first node answers if the port is free: the address
// that commands ask by default.
var firstRPC = strings.TrimPrefix(defaultNode, "http://")

// testnetOptions are the flags of the commands that make a testnet.
type testnetOptions struct {
	nodes     int
	members   int
	seed      uint64
	charter   string
	file      string // a charter of their own instead
	transport string
}

func (o *testnetOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&o.members, "members", testnet.MinMembers, fmt.Sprintf("founding members of each co-op, %d to %d", testnet.MinMembers, testnet.MaxMembers))
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "make the members' keys and names from this number, to have the same again [random]")
	cmd.Flags().StringVar(&o.charter, "preset", testnet.DefaultCharter, "charter of the co-ops: "+list(testnet.Charters(), "or"))
	must(cmd.RegisterFlagCompletionFunc("preset", cobra.FixedCompletions(testnet.Charters(), cobra.ShellCompDirectiveNoFileComp)))
	cmd.Flags().StringVar(&o.file, "charter", "", "a charter of your own instead, as charter new writes it")
	must(cmd.MarkFlagFilename("charter", "toml", "json"))
	cmd.Flags().IntVarP(&o.nodes, "nodes", "n", 4, fmt.Sprintf("number of validators, 1 to %d", testnet.MaxNodes))
	cmd.Flags().StringVar(&o.transport, "transport", node.TransportLibP2P, "libp2p or classic")
}

// people are those that the flags ask for.
func (o *testnetOptions) people(cmd *cobra.Command) (testnet.People, error) {
	if cmd.Flags().Changed("seed") {
		return testnet.SeededPeople(o.seed), nil
	}
	people, err := testnet.NewPeople()
	if err != nil {
		err = fmt.Errorf("making the founders' keys: %w", err)
	}
	return people, err
}

// founding is what the flags found the co-ops with.
func (o *testnetOptions) founding(cmd *cobra.Command) (f testnet.Founding, err error) {
	f = testnet.Founding{Members: o.members, Charter: o.charter}
	if f.People, err = o.people(cmd); err != nil || o.file == "" {
		return f, err
	}
	if cmd.Flags().Changed("preset") {
		return f, withHint(fault("--preset %s and --charter %s are two charters", o.charter, o.file), "leave one out")
	}
	doc, err := readFoundingCharter(o.file)
	if err != nil {
		return f, err
	}
	f.Document = &doc
	f.Charter, err = charterMark(o.file)
	return f, err
}

// charterMark is what a manifest says of a charter from a file: the file's name, and the
// beginning of the SHA-256 of what is in it, since names stay when files are edited.
func charterMark(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", withHint(fault("reading the charter: %w", err), "check --charter")
	}
	sum := sha256.Sum256(raw)
	return fmt.Sprintf("%s (SHA-256 %x)", filepath.Base(path), sum[:6]), nil
}

// openOrMakeTestnet makes the testnet if there is none. One that was made by other
// flags is not what was asked for.
func openOrMakeTestnet(cmd *cobra.Command, dir string, opts testnetOptions) (*testnet.Net, error) {
	dir, err := testnetDir(cmd, dir)
	if err != nil {
		return nil, err
	}
	net, err := testnet.Open(dir)
	if errors.Is(err, testnet.ErrNoTestnet) {
		founding, err := opts.founding(cmd)
		if err != nil {
			return nil, err
		}
		made := testnet.Options{Transport: opts.transport, First: firstRPC}
		net, err = newTestnet(dir, opts.nodes, made, founding)
		if errors.Is(err, node.ErrExists) {
			if there, openErr := testnet.Open(dir); openErr == nil {
				net, err = there, nil // another command has made it just now
			}
		}
		if err != nil {
			return nil, explainNode(err)
		}
	} else if err != nil {
		return nil, explainNode(err)
	}
	return net, opts.suit(cmd, net)
}

// suit refuses a testnet that was made by other flags than those given.
func (o *testnetOptions) suit(cmd *cobra.Command, net *testnet.Net) error {
	m, err := net.Manifest()
	if err != nil {
		return explainNode(err)
	}
	mark := ""
	if o.file != "" {
		if mark, err = charterMark(o.file); err != nil {
			return err
		}
	}
	people, err := testnet.OpenPeople(net.Dir)
	seeded := err == nil && people == testnet.SeededPeople(o.seed)
	for _, f := range []struct {
		flag string
		same bool
		says string
	}{
		{"nodes", len(m.Nodes) == o.nodes, fmt.Sprintf("has %d nodes, not %d", len(m.Nodes), o.nodes)},
		{"transport", m.Transport == o.transport, fmt.Sprintf("runs over %s, not %s", m.Transport, o.transport)},
		{"members", m.Members == o.members, fmt.Sprintf("was founded with %d members in each co-op, not %d", m.Members, o.members)},
		{"preset", m.Charter == o.charter, fmt.Sprintf("was founded with the charter %s, not %s", m.Charter, o.charter)},
		{"charter", m.Charter == mark, fmt.Sprintf("was founded with the charter %s, not %s", m.Charter, mark)},
		{"seed", seeded, fmt.Sprintf("was founded with other people than those of seed %d", o.seed)},
	} {
		if cmd.Flags().Changed(f.flag) && !f.same {
			return withHint(fault("the testnet in %s %s", net.Dir, f.says),
				"leave --%s out, use another --dir, or rochdale testnet stop --remove --dir %s", f.flag, net.Dir)
		}
	}
	return nil
}

func newTestnetStatusCmd() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Show the nodes of a testnet",
		Example: `  rochdale testnet status --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			net, err := openTestnet(cmd, dir)
			if err != nil {
				return err
			}
			return showTestnet(cmd, net)
		},
	}
	addTestnetDir(cmd, &dir)
	return cmd
}

func newTestnetStopCmd() *cobra.Command {
	var dir string
	var remove bool
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "Stop the processes of a testnet",
		Long: `Stop every node of a testnet, whoever started it, and kill one that has not ended after eight
seconds. The ledger stays for the next start, unless --remove is given.`,
		Example: `  rochdale testnet stop
  rochdale testnet stop --remove`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			net, err := openTestnet(cmd, dir)
			if err != nil {
				return err
			}
			killed, err := net.Stop()
			if err != nil {
				return explainNode(err)
			}
			for _, i := range killed {
				note(cmd, "node %d did not stop by itself and was killed", i)
			}
			if remove {
				if err := net.Remove(); err != nil {
					return explainNode(err)
				}
				note(cmd, "stopped and removed %s", net.Dir)
				return nil
			}
			hint(cmd, "rochdale testnet start --dir %s", net.Dir)
			return showTestnet(cmd, net)
		},
	}
	addTestnetDir(cmd, &dir)
	cmd.Flags().BoolVar(&remove, "remove", false, "delete the testnet with its ledger")
	return cmd
}

// showTestnet prints one row for each node: its configuration and its status.
func showTestnet(cmd *cobra.Command, net *testnet.Net) error {
	all, err := net.Status(cmd.Context())
	if err != nil {
		return explainNode(err)
	}
	return show(cmd, all, func(w io.Writer) {
		t := newTable("name", "state", "height", "peers", "rpc", "process", "app hash")
		for _, n := range all {
			state, height, peers, pid, hash := "stopped", "", "", "", ""
			if n.Alive {
				state, pid = "no answer", fmt.Sprint(n.PID)
			}
			if s := n.Status; s != nil {
				state, height, peers, hash = "running", formatCount(s.Height), fmt.Sprint(s.Peers), shortHash(s.AppHash)
				if s.CatchingUp {
					state = "catching up"
				}
			}
			t.row(n.Moniker, state, height, peers, n.RPC, pid, hash)
		}
		t.write(w)
	})
}

// shortHash is enough of a hash for people to compare.
func shortHash(hash string) string {
	return strings.ToLower(hash[:min(len(hash), 12)])
}
