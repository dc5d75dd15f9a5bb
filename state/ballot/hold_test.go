package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// book is an action of the tests that holds a hall while members vote on it.
type book struct {
	Seats uint64 `cbor:"1,keyasint,omitempty"` // at most maxSeats
}

const kindBook tx.Kind = 0x7f12

// maxSeats is a bound that a later program narrows.
var maxSeats uint64

var errSeats = &state.Rejection{Code: 9001, Reason: "too many seats"}

// halls counts the holds.
var halls = state.NewTable[uint8, uint64](0xf1)

func (m book) Check() error {
	if m.Seats > maxSeats {
		return errSeats
	}
	return nil
}

func (book) Describe(state.Telling) state.Words { return state.Words{Phrase: "book the hall"} }

func (book) Apply(*state.Ctx) error { return nil }

func (book) Hold(c *state.Ctx) error {
	n, err := halls.Get(c, 0)
	halls.Put(c, 0, n+1)
	return err
}

func (book) Release(c *state.Ctx) error {
	n, err := halls.Get(c, 0)
	if n == 1 {
		halls.Delete(c, 0)
	} else {
		halls.Put(c, 0, n-1)
	}
	return err
}

// However a motion ends, what it held is released, though a bound that its action breaks
// by then was narrowed while it was under way.
func TestReleasedOutOfBounds(t *testing.T) {
	maxSeats = 100
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[book](kindBook, "ballot_test.book"))
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		return amendment.Amend{Grants: []charter.GrantEntry{{Kind: kindBook, Motions: []charter.MotionKindID{atOnce, meeting, polled}}}}.Apply(c)
	}
	l := statetest.New(t, s)
	propose := func(kind charter.MotionKindID) ballot.Number {
		return put(t, l, 1, ballot.Propose{Kind: kind, Title: "T", Action: carried(kindBook, book{Seats: 100})})
	}
	held := func(want uint64) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		if n, err := halls.Get(v.Of(1), 0); err != nil || n != want {
			t.Errorf("the hall is held %d times, want %d (%v)", n, want, err)
		}
	}
	taken, lost, withdrawn := propose(atOnce), propose(polled), propose(meeting)
	held(3)
	maxSeats = 50
	if res := l.Do(1, ballot.Propose{Kind: polled, Title: "T", Action: carried(kindBook, book{Seats: 100})}); res.Code != errSeats.Code {
		t.Errorf("proposed out of bounds: %d %s", res.Code, res.Log)
	}
	held(3)
	for m := state.Member(1); m <= 4; m++ {
		l.Must(m, yes(taken))
	}
	held(2)
	if m, _, _ := find(t, l, taken); m.Result[0].Outcome != count.Carried || m.Result[0].Refused != errSeats.Code {
		t.Errorf("carried out of bounds: %+v", m.Result)
	}
	l.Must(1, ballot.Withdraw{Motion: withdrawn})
	held(1)
	pass(t, l, 40)
	wantStatus(t, l, lost, ballot.Closed)
	held(0)
}
