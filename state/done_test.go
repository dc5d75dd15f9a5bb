package state

import (
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/tx"
)

// Who hears that a transaction is done can read what it did: between a block's
// write and the tip's advance its transactions are not done yet.
func TestDoneNotBeforeTheTip(t *testing.T) {
	s := openStore(t, nil, 0)
	if err := commitOverlay(s, newOverlay(s)); err != nil {
		t.Fatal(err)
	}
	var old, fresh [32]byte
	old[0], fresh[0] = 1, 2
	for id, height := range map[[32]byte]uint64{old: s.Tip().Height, fresh: s.Tip().Height + 1} {
		if err := s.db.Set(spaced(spaceDone, id[:]), tx.Encode(Done{Height: height}), pebble.Sync); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, err := s.Done(old); !ok || err != nil {
		t.Errorf("in the last block: done %v, %v", ok, err)
	}
	if _, ok, err := s.Done(fresh); ok || err != nil {
		t.Errorf("in the block being written: done %v, %v", ok, err)
	}
	if err := commitOverlay(s, newOverlay(s)); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Done(fresh); !ok || err != nil {
		t.Errorf("after the tip's advance: done %v, %v", ok, err)
	}
}
