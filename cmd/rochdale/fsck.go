package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/store"
)

// fsckInfo is what a check found.
type fsckInfo struct {
	Home       string   `json:"home"`
	Height     uint64   `json:"height"`
	AppHash    string   `json:"app_hash"`
	Invariants []string `json:"invariants"`
	Sound      bool     `json:"sound"`
	Rebuilt    uint64   `json:"rebuilt,omitempty"` // entries of the index that was rebuilt
}

func newFsckCmd() *cobra.Command {
	var rebuild bool
	cmd := &cobra.Command{
		Use:   "fsck HOME",
		Short: "Check every record of a stopped node",
		Long: `Run every invariant on the state of a stopped node: that registers are without
gaps, tallies are what a recount gives, books balance, shares and dividends agree
with the books, and the tree, its flat copy and the hash promised to consensus
agree, and that the index, from which the node answers lists, holds what the
records give. It changes nothing, except that --rebuild-index rebuilds the index
first. The exit status is 1 if anything is wrong.`,
		GroupID: groupOperators,
		Example: `  rochdale fsck /srv/rochdale
  rochdale fsck ./net/node0 --json
  rochdale fsck /srv/rochdale --rebuild-index`,
		Args: wantArgs("HOME"),
		RunE: func(cmd *cobra.Command, args []string) error { return fsck(cmd, args[0], rebuild) },
	}
	cmd.Flags().BoolVar(&rebuild, "rebuild-index", false, "rebuild the index of lists from the records")
	return cmd
}

func fsck(cmd *cobra.Command, home string, rebuild bool) error {
	if _, err := node.LoadConfig(home); err != nil {
		return explainNode(err)
	}
	dir := node.AppDir(home)
	if _, err := os.Stat(dir); err != nil {
		return withHint(fmt.Errorf("%s has no ledger yet: %w", home, err), "rochdale node start --home %s", home)
	}
	a, err := app.Open(dir, app.Options{Inspect: true})
	if errors.Is(err, state.ErrVersion) {
		return withHint(err, "nothing is wrong with the files, and nothing was changed: check them with the program that made them")
	}
	if err != nil {
		return withHint(err, "if the node runs, stop it first; if its state is lost, start from an empty home: the other nodes have every block")
	}
	tip := a.Ledger().Tip()
	info := fsckInfo{Home: home, Height: tip.Height, AppHash: fmt.Sprintf("%x", tip.Hash)}
	bar := newProgress("checking", 0)
	if rebuild {
		info.Rebuilt, err = a.RebuildIndex()
	}
	if err == nil {
		err = a.Fsck()
	}
	bar.Done()
	info.Sound = err == nil
	for _, inv := range a.Ledger().Rules().Invariants {
		info.Invariants = append(info.Invariants, inv.Name)
	}
	info.Invariants = append(info.Invariants, "flat store equals tree", "index equals records")
	if err := errors.Join(err, a.Close()); err != nil {
		if errors.Is(err, store.ErrIndex) && !errors.Is(err, app.ErrCorrupt) {
			return withHint(err, "the records are sound; rebuild the index with: rochdale fsck %s --rebuild-index", home)
		}
		if errors.Is(err, store.ErrMigrating) && !errors.Is(err, app.ErrCorrupt) {
			return withHint(err, "start the node, let it make some blocks, and check it again")
		}
		return withHint(err, "do not start this node: keep its home for whoever looks into it, and start again from an empty one")
	}
	return show(cmd, info, func(w io.Writer) {
		fmt.Fprintf(w, "The state of %s is sound after block %s.\n\n", home, formatCount(int64(info.Height)))
		facts := []fact{{"app hash", info.AppHash}}
		if rebuild {
			facts = append(facts, fact{"index", fmt.Sprintf("rebuilt, with %s entries", formatCount(int64(info.Rebuilt)))})
		}
		writeFacts(w, facts...)
		for _, name := range info.Invariants {
			writeFacts(w, fact{"holds", name})
		}
	})
}
