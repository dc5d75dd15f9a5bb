package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
)

// fsckInfo is what a check found.
type fsckInfo struct {
	Home       string   `json:"home"`
	Height     uint64   `json:"height"`
	AppHash    string   `json:"app_hash"`
	Invariants []string `json:"invariants"`
	Sound      bool     `json:"sound"`
}

func newFsckCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "fsck HOME",
		Short: "Check every record of a stopped node",
		Long: `Run every invariant on the state of a stopped node: that registers are without
gaps, tallies are what a recount gives, books balance, shares and dividends agree
with the books, and the tree, its flat copy and the hash promised to consensus
are one. It changes nothing. The exit status is 1 if anything is wrong.`,
		GroupID: groupOperators,
		Example: `  rochdale fsck /srv/rochdale
  rochdale fsck ./net/node0 --json`,
		Args: wantArgs("HOME"),
		RunE: func(cmd *cobra.Command, args []string) error { return fsck(cmd, args[0]) },
	}
}

func fsck(cmd *cobra.Command, home string) error {
	if _, err := node.LoadConfig(home); err != nil {
		return explainNode(err)
	}
	dir := node.AppDir(home)
	if _, err := os.Stat(dir); err != nil {
		return withHint(fmt.Errorf("%s has no ledger yet: %w", home, err), "rochdale node start --home %s", home)
	}
	a, err := app.Open(dir, app.Options{})
	if err != nil {
		return withHint(err, "if the node runs, stop it first; if its state is lost, start from an empty home: the other nodes have every block")
	}
	bar := newProgress("checking", 0)
	err = a.Fsck()
	bar.Done()
	tip := a.Ledger().Tip()
	info := fsckInfo{Home: home, Height: tip.Height, AppHash: fmt.Sprintf("%x", tip.Hash), Sound: err == nil}
	for _, inv := range a.Ledger().Rules().Invariants {
		info.Invariants = append(info.Invariants, inv.Name)
	}
	info.Invariants = append(info.Invariants, "flat store equals tree")
	if err := errors.Join(err, a.Close()); err != nil {
		return withHint(err, "do not start this node: keep its home for whoever looks into it, and start anew from an empty one")
	}
	return show(cmd, info, func(w io.Writer) {
		fmt.Fprintf(w, "The state of %s is sound after block %s.\n\n", home, formatCount(int64(info.Height)))
		writeFacts(w, fact{"app hash", info.AppHash})
		for _, name := range info.Invariants {
			writeFacts(w, fact{"holds", name})
		}
	})
}
