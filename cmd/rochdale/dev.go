package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// devMember is a member that dev founds its co-op with, and whose key it holds.
type devMember struct {
	Name      string           `json:"name"`
	Coop      state.Coop       `json:"coop"`
	Member    state.Member     `json:"member"`
	Offices   []charter.Office `json:"offices"`
	Key       string           `json:"key"` // path of the key file
	PublicKey string           `json:"public_key"`
}

// devMembers are the founders of the testnet in dir.
func devMembers(dir string, coops, members int) ([]devMember, error) {
	people, err := testnet.OpenPeople(dir)
	if err != nil {
		return nil, err
	}
	var out []devMember
	for _, f := range people.Founders(coops, members) {
		key := people.Key(f.Coop, f.Member).Public().String()
		out = append(out, devMember{f.Name, f.Coop, f.Member, f.Offices, founderKey(dir, f.Name), key})
	}
	return out, nil
}

// devInfo is what dev prints when it is ready.
type devInfo struct {
	Dir     string      `json:"dir"`
	Nodes   []devNode   `json:"nodes"`
	Members []devMember `json:"members"`
	Secret  string      `json:"passphrase"` // of the members' keys
}

type devNode struct {
	Name   string `json:"name"`
	RPC    string `json:"rpc"`
	Height int64  `json:"height"`
}

func newDevCmd() *cobra.Command {
	var dir string
	var opts testnetOptions
	var verbose bool
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run a whole federation in this process, to try things out",
		Long: `Run validators and a founded co-op in this one process, ready in seconds, until
it is interrupted. Without --dir everything is deleted then.`,
		GroupID: groupTrials,
		Example: `  rochdale dev
  rochdale dev --dir ./net --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.DiscardHandler)
			if verbose {
				log = node.NewLogger(node.Config{}, cmd.ErrOrStderr())
			}
			if dir != "" {
				return runDev(cmd, dir, opts, log)
			}
			temp, err := os.MkdirTemp("", "rochdale-dev-")
			if err != nil {
				return fmt.Errorf("making a directory: %w", err)
			}
			defer os.RemoveAll(temp)
			return runDev(cmd, filepath.Join(temp, "testnet"), opts, log)
		},
	}
	cmd.AddCommand(newDevAdvanceCmd())
	opts.addFlags(cmd)
	cmd.Flags().StringVar(&dir, "dir", "", "keep the federation in this directory")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "show the nodes' logs on standard error")
	must(cmd.MarkFlagDirname("dir"))
	return cmd
}

func runDev(cmd *cobra.Command, dir string, opts testnetOptions, log *slog.Logger) error {
	began := time.Now()
	net, err := openOrMakeTestnet(cmd, dir, opts)
	if err != nil {
		return err
	}
	running, err := testnet.Dev(cmd.Context(), net, openLedger, log)
	if err != nil {
		return explainNode(err)
	}
	err = serveDev(cmd, running, time.Since(began))
	if stopErr := running.Stop(); err == nil {
		err = stopErr
	}
	return explainNode(err)
}

// serveDev prints the nodes and members, then waits until it is stopped.
func serveDev(cmd *cobra.Command, running *testnet.InProcess, took time.Duration) error {
	info := devInfo{Dir: running.Net.Dir, Secret: trialPassphrase}
	m, err := running.Net.Manifest()
	if err != nil {
		return err
	}
	for i, n := range m.Nodes {
		info.Nodes = append(info.Nodes, devNode{Name: n.Moniker, RPC: n.RPC, Height: running.Nodes[i].Height()})
	}
	if info.Members, err = devMembers(info.Dir, len(m.Nodes), m.Members); err != nil {
		return err
	}
	err = show(cmd, info, func(w io.Writer) {
		nodes := newTable("node", "rpc", "height")
		for _, n := range info.Nodes {
			nodes.row(n.Name, n.RPC, n.Height)
		}
		nodes.write(w)
		if len(info.Members) > 0 {
			fmt.Fprintln(w)
			members := newTable("name", "co-op", "member", "office")
			for _, p := range info.Members {
				members.row(p.Name, p.Coop, p.Member, listOf(p.Offices))
			}
			members.write(w)
			fmt.Fprintf(w, "\nTheir keys are the files NAME%s in %s.\n", keyExt, testnet.KeyDir(info.Dir))
			fmt.Fprintf(w, "Each opens with the passphrase %s.\n", trialPassphrase)
		}
	})
	if err != nil {
		return err
	}
	hint(cmd, "ROCHDALE_PASSPHRASE=%s rochdale --node %s --key %s me show", trialPassphrase, info.Nodes[0].RPC, info.Members[0].Key)
	note(cmd, "ready after %.1f s; interrupt (Ctrl-C) to stop", took.Seconds())
	select {
	case <-cmd.Context().Done():
		return nil
	case <-running.Failed():
		return running.Err()
	}
}

func newDevAdvanceCmd() *cobra.Command {
	cmd := newActCmd("advance LENGTH", "Set the clock of a trial forward",
		"  rochdale dev advance 15d --key ada", wantArgs("LENGTH"), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			seconds, err := figure.Span(args[0])
			if err != nil {
				return act{}, wrongFigure(err)
			}
			head, err := state.HeadOf(s)
			if err != nil {
				return act{}, err
			}
			if !head.Trial.On {
				return act{}, withHint(fault("%s is no trial: its clock cannot be set", s.Chain()), "start a trial with: rochdale dev")
			}
			a := act{kind: federation.KindAdvance, action: federation.Advance{Seconds: seconds}, next: "see it with: rochdale federation show"}
			if seconds <= state.MaxAdvance {
				a.facts = []state.Clause{{What: "clock", Before: words.Time(s.Time()), After: "about " + words.Time(s.Time()+int64(seconds))}}
			}
			return a, nil
		})
	cmd.Long = `Set the clock of a trial forward, for all its co-ops: by so many s, m, h, d or w
(seconds, minutes, hours, days, weeks), 366 days at most. Notices run out, polls
open and close, and records are dated by it; a year can be lived in minutes.

A federation is a trial if its genesis says so, as that of dev and testnet start
does. Any member may set its clock, and each receipt of it says that it is of a
trial. No other federation's clock can be set.`
	return cmd
}

// listOf joins names by commas.
func listOf[T fmt.Stringer](names []T) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = n.String()
	}
	return strings.Join(words, ", ")
}
