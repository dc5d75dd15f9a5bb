package member_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// second gives the co-op a second class of members.
var second = amendment.Amend{Policy: []charter.PolicyEntry{
	{Currency: "EUR", Digits: 2, Allowance: charter.MaxAllowance, Classes: []string{"member", "worker"}, Entrenched: 1},
}}

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestSetClass(t *testing.T) {
	l := newLedger(t)
	mandate(t, l, second)
	const gone, suspended, stranger = state.Member(2), state.Member(5), state.Member(99)
	mandate(t, l, member.Resign{Member: gone})
	mandate(t, l, member.Suspend{Member: suspended, Reason: "a test"})
	to := func(m state.Member, class charter.Class) member.Reclass {
		return member.Reclass{Member: m, Class: class}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no class", 0, to(stranger, 0), member.ErrClass),
		statetest.Try("more than can be", 0, to(stranger, charter.MaxClasses+1), member.ErrClass),
		statetest.Try("by two officers", statetest.Secretary, statetest.Carried{Kind: member.KindReclass, Payload: tx.Encode(to(stranger, charter.MaxClasses)), By: officers}, member.ErrMembers),
		statetest.Try("no such member", 0, to(stranger, charter.MaxClasses), member.ErrUnknown),
		statetest.Try("has left", 0, to(gone, charter.MaxClasses), member.ErrStanding),
		statetest.Try("class of no charter", 0, to(4, 3), member.ErrClass),
		statetest.Try("of that class", 0, to(4, 1), member.ErrSameClass),
		statetest.Try("another class", 0, to(4, 2), nil),
		statetest.Try("again", 0, to(4, 2), member.ErrSameClass),
		statetest.Try("and back", 0, to(4, 1), nil),
		statetest.Try("suspended", 0, to(suspended, 2), nil),
		statetest.Try("and then active", 0, member.Reinstate{Member: suspended}, nil),
	})

	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), 4)
	if err != nil {
		t.Fatal(err)
	}
	first := rec.History[0].Operation
	for i, want := range []charter.Class{1, 2, 1} {
		h := rec.History[i]
		standing, class := rec.At(h.Operation)
		if h.Class != want || class != want || standing != member.Active {
			t.Errorf("change %d: %+v, of class %d and %v at its operation, want class %d", i, h, class, standing, want)
		}
		if _, before := rec.At(h.Operation - 1); i > 0 && before == want {
			t.Errorf("change %d: of class %d before it", i, before)
		}
	}
	if s, class := rec.At(first - 1); s != 0 || class != 0 {
		t.Errorf("%v of class %d before it was on the register", s, class)
	}
	totals, err := member.TotalsOf(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	// Members 1, 3 and 4 are of class 1, member 5 is of class 2, and 2 has left.
	want := member.Totals{Members: members, Operations: members + 6, Active: []uint64{3, 1}}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Errorf("totals (-want +got)\n%s", diff)
	}
}
