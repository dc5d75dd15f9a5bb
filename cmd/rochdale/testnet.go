package main

import (
	"errors"
	"fmt"
	"io"
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
		newTestnetStartCmd(), newTestnetStatusCmd(), newTestnetStopCmd(), newTestnetLoadCmd())
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

// testnetOptions are the flags of the commands that make a testnet.
type testnetOptions struct {
	nodes     int
	transport string
}

func (o *testnetOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().IntVarP(&o.nodes, "nodes", "n", 4, fmt.Sprintf("number of validators, 1 to %d", testnet.MaxNodes))
	cmd.Flags().StringVar(&o.transport, "transport", node.TransportLibP2P, "libp2p or classic")
}

// openOrMakeTestnet makes the testnet if there is none. One of another size is
// not what was asked for.
func openOrMakeTestnet(cmd *cobra.Command, dir string, opts testnetOptions) (*testnet.Net, error) {
	dir, err := testnetDir(cmd, dir)
	if err != nil {
		return nil, err
	}
	net, err := testnet.Open(dir)
	if errors.Is(err, testnet.ErrNoTestnet) {
		if net, err = newTestnet(dir, opts.nodes, testnet.Options{Transport: opts.transport}); errors.Is(err, node.ErrExists) {
			if there, openErr := testnet.Open(dir); openErr == nil {
				net, err = there, nil // another command has made it just now
			}
		}
	}
	if err != nil {
		return nil, explainNode(err)
	}
	m, err := net.Manifest()
	if err != nil {
		return nil, explainNode(err)
	}
	if cmd.Flags().Changed("nodes") && len(m.Nodes) != opts.nodes {
		return nil, withHint(fault("the testnet in %s has %d nodes, not %d", net.Dir, len(m.Nodes), opts.nodes),
			"leave -n out, use another --dir, or rochdale testnet stop --remove --dir %s", net.Dir)
	}
	if cmd.Flags().Changed("transport") && m.Transport != opts.transport {
		return nil, withHint(fault("the testnet in %s runs over %s, not %s", net.Dir, m.Transport, opts.transport),
			"leave --transport out, use another --dir, or rochdale testnet stop --remove --dir %s", net.Dir)
	}
	return net, nil
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
