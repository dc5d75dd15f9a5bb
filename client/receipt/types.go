package receipt

import (
	"errors"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A ledger is the records of a receipt with the types by which they are read.
type ledger struct {
	r state.Reader // a Remote itself, which the tables know as one of a client
	types
}

// in returns another co-op's records at the same height.
func (l ledger) in(c state.Coop) ledger { return ledger{l.r.Of(c), l.types} }

// types read the records whose types have changed since there are receipts; the
// others are read by the rooms' own functions. So one function makes the words of
// a statement, whatever the age of its records.
type types struct {
	heads  bool // the state has a Head, and it is the first record of each receipt
	member func(state.Reader, state.Member) (entry, error)
	motion func(state.Reader, ballot.Number) (motion, error)
	cast   func(state.Reader, ballot.Number, state.Member) (answer string, ok bool, err error)
	period func(state.Reader, surplus.Period) (surplus.Statement, error)
}

// current are the types of today, which format 3 has.
var current = types{true, currentMember, currentMotion, currentCast, surplus.PeriodOf}

// An entry is what statements say of a member.
type entry struct {
	key      tx.PublicKey
	unproved bool   // nobody has shown yet to hold the key
	invited  uint64 // day until which an invitation can be taken up, whose key it is; 0 if it is the member's own
	class    charter.Class
	history  []change     // oldest first, never empty
	next     tx.PublicKey // which others gave and which does not act yet; none if there is none
}

type change struct {
	operation uint64
	standing  member.Standing
	time      int64
	key       bool   // others gave another key
	acts      uint64 // the day, since 1970 UTC, from which on that key acts; zero if at once
	void      int64  // since when that key is void: block time, seconds since 1970 UTC; zero if it is not
	voidOwn   bool   // since the member's own key signed something
}

// A motion is what statements say of one. The fields from outcome on are zero
// unless it is closed.
type motion struct {
	title, kind, by string
	statement       []byte
	proposed        int64 // block times, seconds since 1970 UTC
	opens, closes   int64
	status          ballot.Status
	options         []string                         // in words; none for a yes/no question
	rule            string                           // of yes/no in words; "" of other methods
	actions         func(state.Reader) []state.Words // of its co-op's records

	closed  bool // and counted
	outcome count.Outcome
	tally   count.Tally
	height  uint64
	refused uint32
	winners []uint16 // options that won, from 1

	confirms      ballot.Number // the motion that it has to confirm, or zero
	confirmations []ballot.Number
}

// errHistory refuses a member's record without history.
var errHistory = errors.New("the member's record has no standing")

func currentMember(r state.Reader, m state.Member) (entry, error) {
	rec, err := member.Find(r, m)
	if err == nil && len(rec.History) == 0 {
		err = errHistory
	}
	if err != nil {
		return entry{}, err
	}
	e := entry{key: rec.Key, unproved: rec.Unproved, invited: rec.Invited, class: rec.Class(), next: rec.Next}
	for _, c := range rec.History {
		h := change{operation: c.Operation, standing: c.Standing, time: c.Time, key: c.Key, void: c.Void, voidOwn: c.VoidBy.MemberOf(r.Coop()) == m}
		if c.Key {
			h.acts = c.Until
		}
		e.history = append(e.history, h)
	}
	return e, nil
}

func currentCast(r state.Reader, n ballot.Number, m state.Member) (string, bool, error) {
	paper, ok, err := ballot.CastOf(r, n, m)
	if err != nil || !ok {
		return "", false, err
	}
	_, poll, err := ballot.Find(r, n)
	return poll.Answer(paper.Marks), true, err
}
