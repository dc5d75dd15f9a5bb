package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// until makes a transaction of member m that may be executed up to a height.
func until(m state.Member, sequence, expiry uint64) []byte {
	return tx.Sign(noteKey(m), tx.Body{Chain: testChain, Coop: 1, Signer: uint64(m), Sequence: sequence,
		Expiry: expiry, Kind: kindWrite, Payload: tx.Encode(writeNote{uint64(m), "kept"})})
}

// A result goes when its block and the expiry of its transaction are as many
// heights ago as results are kept, at no other height, also across restarts.
func TestResultsForgotten(t *testing.T) {
	const keep = 10
	l := openLedger(t, nil)
	defer func() { _ = l.Close() }()
	l.store.KeepResults(keep)
	short, long, junk := until(1, 1, 5), until(2, 1, 40), []byte("no transaction")
	early := until(3, 2, 20) // refused in block 2, done in block 4
	runBlock(t, l, short, long, junk, early)
	runBlock(t, l)
	first := until(3, 1, 4)
	runBlock(t, l, first, early)

	rows := []struct {
		name string
		raw  []byte
		code uint32
		gone uint64 // the first height without it
	}{
		{"junk", junk, state.ErrMalformed.Code, 2 + keep},
		{"first", first, 0, 4 + keep},
		{"short", short, 0, 5 + keep},
		{"early", early, 0, 20 + keep},
		{"long", long, 0, 40 + keep},
	}
	for h := l.Tip().Height; h < 40+keep+3; h = l.Tip().Height {
		complete := uint64(0)
		for _, row := range rows {
			d, ok, err := l.Done(tx.ID(row.raw))
			if err != nil || ok != (h < row.gone) || d.Code != row.code && ok {
				t.Errorf("height %d: result of %s is %+v, %v, %v; it goes at %d", h, row.name, d, ok, err, row.gone)
			}
			if h >= row.gone {
				complete = row.gone - keep + 1
			}
		}
		if got, err := l.Forgotten(); err != nil || got != complete {
			t.Errorf("height %d: results are complete from %d, %v; want %d", h, got, err, complete)
		}
		if h%7 == 0 {
			var err error
			if l, err = l.Reload(noteRules(), nil); err != nil {
				t.Fatal(err)
			}
		}
		runBlock(t, l)
	}

	// A block that brings it again refuses it, and says nothing of what became of
	// it before.
	if res := runBlock(t, l, short)[0]; res.Code != state.ErrExpired.Code {
		t.Errorf("code %d", res.Code)
	}
	if d, ok, err := l.Done(tx.ID(short)); ok || err != nil {
		t.Errorf("done again: %+v, %v", d, err)
	}
}

// count is how many keys of a space a store has.
func count(t *testing.T, s *Store, space byte) (n int) {
	t.Helper()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{space}, UpperBound: []byte{space + 1}})
	if err != nil {
		t.Fatal(err)
	}
	for it.First(); it.Valid(); it.Next() {
		n++
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

// Without a limit all results stay. A store configured to keep fewer deletes a
// bounded number in each block, and faster than results come.
func TestForgettingIsBounded(t *testing.T) {
	const many = 1000
	s := openStore(t, nil, 0)
	add := func(results int) {
		t.Helper()
		tip := state.Tip{Version: 1, Height: s.Tip().Height + 1, Chain: testChain}
		var err error
		if tip.Hash, err = s.stage(nil); err != nil {
			t.Fatal(err)
		}
		var all []state.Delivered
		for i := range results {
			d := state.Delivered{Spent: true, Expiry: tip.Height, Done: state.Done{Height: tip.Height}}
			copy(d.ID[:], fmt.Sprintf("%d/%d", tip.Height, i))
			all = append(all, d)
		}
		if err := s.save(nil, all, tip); err != nil {
			t.Fatal(err)
		}
	}
	add(many)
	add(0)
	add(0)
	s.KeepResults(2)
	for _, row := range []struct{ added, left int }{
		{0, many - forgetMore},
		{100, many - forgetMore - (forgetMore + 200) + 100},
		{100, 200}, // those of the last two blocks
		{0, 100},
		{0, 0},
	} {
		add(row.added)
		if results, index := count(t, s, spaceDone), count(t, s, spaceLast); results != row.left || index != row.left {
			t.Fatalf("height %d: %d results and %d in the index, want %d", s.Tip().Height, results, index, row.left)
		}
	}
}

// A store that has kept all heights and is then configured to keep few drops a bounded
// number at once, the oldest first.
func TestPruningIsBounded(t *testing.T) {
	db := openDB(t, nil)
	s, err := OpenStore(db, 0)
	if err != nil {
		t.Fatal(err)
	}
	grow := func(to uint64) {
		for h := s.Tip().Height + 1; h <= to; h++ {
			write(t, s, map[string][]byte{fmt.Sprint(h % 10): fmt.Append(nil, h)})
		}
	}
	first := func(want uint64) {
		t.Helper()
		for _, h := range []uint64{want - 1, want} {
			v, err := s.View(h)
			if err == nil {
				v.Close()
			}
			if h < want && h > 0 && !errors.Is(err, state.ErrHeight) || h == want && err != nil {
				t.Errorf("at %d: height %d gives %v, the first is to be %d", s.Tip().Height, h, err, want)
			}
		}
	}
	grow(pruneMost + 350)
	first(1)
	s.keep = 5
	if s, err = s.Reload(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	grow(pruneMost + 399)
	first(1)
	grow(pruneMost + 400)
	first(pruneMost + 1)
	grow(pruneMost + 500)
	first(pruneMost + 500 - 4)
}
