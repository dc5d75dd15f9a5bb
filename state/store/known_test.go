package store

import (
	"fmt"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

// What a state says of a transaction is the same whether it was judged before, by an
// earlier state, or never: also after the signer has another key, has used its sequence,
// and after the rules have no such kind any more.
func TestJudgedBefore(t *testing.T) {
	rules := rulesOf(2)
	cold := foundBy(t, nil, rules) // its known is nil
	warm, err := NewLedger(cold.store, rules, state.NewKnown(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 600) // a payload that is not kept
	raws := [][]byte{
		sign(1, 1, kindWrite, writeNote{1, "one"}), sign(1, 2, kindErase, eraseNote{1}), sign(2, 1, kindWrite, writeNote{2, "two"}),
		sign(3, 1, kindErase, eraseNote{2}), sign(3, 2, kindCarry, carryNote{Kind: kindWrite, Payload: text, Version: 1}), sign(4, 1, kindDouble, doubleNote{1}),
	}
	codes := func(when string, want ...uint32) {
		t.Helper()
		was, err := cold.Judge(raws)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time nothing is new
			now, err := warm.Judge(raws)
			if err != nil {
				t.Fatal(err)
			}
			for i := range raws {
				code := uint32(0)
				if r := state.Rejected(now[i].Refused); r != nil {
					code = r.Code
				}
				if code != want[i] {
					t.Errorf("%s, transaction %d: code %d, want %d", when, i, code, want[i])
				}
				if fmt.Sprint(was[i]) != fmt.Sprint(now[i]) {
					t.Errorf("%s, transaction %d: %+v where nothing is remembered, else %+v", when, i, was[i], now[i])
				}
			}
		}
	}
	kind, sequence, signature := state.ErrKind.Code, state.ErrSequence.Code, state.ErrSignature.Code
	codes("at first", 0, 0, 0, 0, 0, kind)
	runBlock(t, cold, raws[0])
	codes("after one is done", sequence, 0, 0, 0, 0, kind)
	begin(t, cold, 3)
	err = cold.Run(func(c *state.Ctx) error {
		noteSigners.Put(c.In(1), 2, noteSigner{Key: noteKey(9).Public()})
		return state.Appoint(c, state.Upgrade{Version: 2, Height: 5, Program: newProgram})
	})
	if err != nil {
		t.Fatal(err)
	}
	end(t, cold)
	codes("with another key of member 2", sequence, 0, signature, 0, 0, kind)
	runBlock(t, cold)
	upgrading := state.ErrUpgrading.Code
	codes("before the upgrade", upgrading, upgrading, upgrading, upgrading, upgrading, upgrading)
	runBlock(t, cold)
	codes("by the second version", sequence, kind, signature, kind, 0, 0)
}

// end ends and commits the block that is open.
func end(t *testing.T, l *Ledger) {
	t.Helper()
	if _, _, err := l.End(); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
}

// The check of a view finds what the shelf remembers wrongly.
func TestCheckFlatLooksAtShelf(t *testing.T) {
	l := openLedger(t, nil)
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{1, "a"}))
	check := func() error {
		v, err := l.View(0)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		return v.CheckFlat()
	}
	if err := check(); err != nil {
		t.Fatal(err)
	}
	l.store.shelf.Advance(l.Tip().Height, []state.Change{{Key: []byte{0x50, 1}, Value: []byte("never written")}})
	if check() == nil {
		t.Error("a leaf that is remembered and not there passed")
	}
}
