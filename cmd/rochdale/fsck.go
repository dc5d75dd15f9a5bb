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
	FirstBlock int64    `json:"first_block"`       // of the node's own blocks, 0 if it has none
	LastBlock  int64    `json:"last_block"`
	Next       string   `json:"next_start"` // what node start will do
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
first. It says what the node will do when it starts: go on, rebuild what the ledger
lacks from the node's own blocks, or refuse to sign with a record of signatures that
is older than they are. The exit status is 1 if anything is wrong.`,
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
		err = fmt.Errorf("%s has no ledger yet: %w", home, err)
		blocks, unread := storedBlocks(home)
		if unread != nil {
			return withHint(errors.Join(err, unread), "if the node runs, stop it first")
		}
		return withHint(err, "rochdale node start --home %s: it %s", home, blocks.next(0))
	}
	a, err := app.Open(dir, app.Options{Inspect: true})
	if errors.Is(err, state.ErrVersion) {
		return withHint(err, "nothing is wrong with the files, and nothing was changed: check them with the program that made them")
	}
	if err != nil {
		return damaged(home, err)
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
		return damaged(home, err)
	}
	blocks, err := storedBlocks(home)
	if err != nil {
		return withHint(err, "the ledger is sound; if its blocks are damaged: rochdale node reset --home %s, and the node fetches all blocks from an archive node", home)
	}
	if err := node.CheckSigner(home); err != nil {
		return explainNode(fmt.Errorf("the state of %s is sound after block %s, and at start %w", home, formatCount(int64(tip.Height)), err))
	}
	info.FirstBlock, info.LastBlock, info.Next = blocks.first, blocks.last, blocks.next(int64(tip.Height))
	return show(cmd, info, func(w io.Writer) { writeFsck(w, info, rebuild) })
}

func writeFsck(w io.Writer, info fsckInfo, rebuilt bool) {
	fmt.Fprintf(w, "The state of %s is sound after block %s.\n\n", info.Home, formatCount(int64(info.Height)))
	facts := []fact{{"app hash", info.AppHash}}
	if rebuilt {
		facts = append(facts, fact{"index", fmt.Sprintf("rebuilt, with %s entries", formatCount(int64(info.Rebuilt)))})
	}
	writeFacts(w, append(facts, fact{"at start", "the node " + info.Next})...)
	for _, name := range info.Invariants {
		writeFacts(w, fact{"holds", name})
	}
}

// ownBlocks are the blocks that a stopped node has, both 0 if none.
type ownBlocks struct{ first, last int64 }

func storedBlocks(home string) (b ownBlocks, err error) {
	b.first, b.last, err = node.StoredBlocks(home)
	return b, err
}

// next is what a node does first when it starts with a sound ledger at height, 0 for
// none.
func (b ownBlocks) next(height int64) string {
	switch {
	case b.last == height && height > 0:
		return "goes on after block " + formatCount(height)
	case b.last == 0 && height == 0:
		return "fetches every block from its peers, or begins with them"
	case b.last < height:
		return fmt.Sprintf("does not start: its own blocks end at %s, before the ledger", formatCount(b.last))
	case b.first > height+1:
		return fmt.Sprintf("does not start: its own blocks begin at %s, and it needs them from %s", formatCount(b.first), formatCount(height+1))
	}
	return fmt.Sprintf("rebuilds the ledger from its own blocks %s to %s", formatCount(height+1), formatCount(b.last))
}

// damaged says how a ledger that is damaged, or cannot be opened, is made again: from
// the node's own blocks if it has them all.
func damaged(home string, err error) error {
	blocks, unread := storedBlocks(home)
	switch {
	case unread != nil:
		return withHint(err, "if the node runs, stop it first; if not, its blocks are damaged too: rochdale node reset --home %s, and the node fetches all blocks from an archive node", home)
	case blocks.first == 1:
		return withHint(err, "do not start this node as it is: move %s away, for whoever looks into it; the node then %s", node.AppDir(home), blocks.next(0))
	}
	return withHint(err, "do not start this node as it is: copy its home, for whoever looks into it; its own blocks begin at %s, so after rochdale node reset --home %s the node fetches all blocks from an archive node", formatCount(blocks.first), home)
}
