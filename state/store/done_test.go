package store

import (
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A client that gets the result of a transaction can read what it did: between a block's
// write and the tip's advance its transactions are not done yet.
func TestDoneNotBeforeTheTip(t *testing.T) {
	s := openStore(t, nil, 0)
	if err := commitChanges(s, nil); err != nil {
		t.Fatal(err)
	}
	var old, fresh [32]byte
	old[0], fresh[0] = 1, 2
	for id, height := range map[[32]byte]uint64{old: s.Tip().Height, fresh: s.Tip().Height + 1} {
		if err := s.db.Set(spaced(spaceDone, id[:]), tx.Encode(state.Done{Height: height}), pebble.Sync); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, err := s.Done(old); !ok || err != nil {
		t.Errorf("in the last block: done %v, %v", ok, err)
	}
	if _, ok, err := s.Done(fresh); ok || err != nil {
		t.Errorf("in the block being written: done %v, %v", ok, err)
	}
	if err := commitChanges(s, nil); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Done(fresh); !ok || err != nil {
		t.Errorf("after the tip's advance: done %v, %v", ok, err)
	}
}

// Of a transaction that blocks hold more than once, the result stays by which its
// sequence was spent; one that came too early is told again when it is done.
func TestDoneStays(t *testing.T) {
	l := openLedger(t, nil)
	early := sign(1, 2, kindWrite, writeNote{2, "early"})
	good := sign(1, 1, kindWrite, writeNote{1, "good"})
	unlucky := sign(1, 3, kindWrite, writeNote{13, "unlucky"})
	want := func(raw []byte, code uint32, height uint64) {
		t.Helper()
		d, ok, err := l.Done(tx.ID(raw))
		if err != nil || !ok || d.Code != code || d.Height != height {
			t.Errorf("done %+v, %v, %v; want code %d at height %d", d, ok, err, code, height)
		}
	}
	runBlock(t, l, early, unlucky, early)
	want(early, state.ErrSequence.Code, 2)
	runBlock(t, l, unlucky)
	want(unlucky, state.ErrSequence.Code, 2)
	runBlock(t, l, early, good, early, early, unlucky, unlucky)
	want(early, 0, 4)
	want(good, 0, 4)
	want(unlucky, errNoteUnlucky.Code, 4)
	twice := sign(2, 1, kindWrite, writeNote{3, "twice in its first block"})
	runBlock(t, l, early, good, unlucky, twice, twice)
	want(twice, 0, 5)
	want(early, 0, 4)
	want(good, 0, 4)
	want(unlucky, errNoteUnlucky.Code, 4)
}
