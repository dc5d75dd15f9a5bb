package main

import "testing"

// TestNextStart: what fsck says that the node will do, by the blocks that it has and
// the height of its ledger.
func TestNextStart(t *testing.T) {
	for _, tt := range []struct {
		blocks ownBlocks
		ledger int64
		want   string
	}{
		{ownBlocks{1, 1200}, 1200, "goes on after block 1,200"},
		{ownBlocks{1, 1200}, 0, "rebuilds the ledger from its own blocks 1 to 1,200"},
		{ownBlocks{1, 1200}, 1199, "rebuilds the ledger from its own blocks 1,200 to 1,200"},
		{ownBlocks{801, 1200}, 800, "rebuilds the ledger from its own blocks 801 to 1,200"},
		{ownBlocks{801, 1200}, 799, "does not start: its own blocks begin at 801, and it needs them from 800"},
		{ownBlocks{801, 1200}, 0, "does not start: its own blocks begin at 801, and it needs them from 1"},
		{ownBlocks{1, 1200}, 1201, "does not start: its own blocks end at 1,200, before the ledger"},
		{ownBlocks{}, 7, "does not start: its own blocks end at 0, before the ledger"},
		{ownBlocks{}, 0, "fetches every block from its peers, or begins with them"},
	} {
		if got := tt.blocks.next(tt.ledger); got != tt.want {
			t.Errorf("blocks %v, ledger at %d: %q, want %q", tt.blocks, tt.ledger, got, tt.want)
		}
	}
}
