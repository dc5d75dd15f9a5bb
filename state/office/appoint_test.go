package office_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// appointing is a co-op of forty whose offices have the rules given.
func appointing(t *testing.T, rules ...charter.OfficeRule) *statetest.L {
	t.Helper()
	s := setup()
	s.Membership = charter.Membership{Offices: rules}
	s.Grants = []charter.NamedGrant{{Actions: []string{"member.Suspend"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{officers}}}}
	l := statetest.New(t, s)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestAppoint(t *testing.T) {
	l := appointing(t)
	const unknown = charter.Office(99)
	must(t, l, member.Suspend{Member: 5, Reason: "r"})
	if res := l.MandateBy(officers, member.Suspend{Member: 6, Reason: "r"}); res.Code != 0 {
		t.Fatalf("suspended by two: %d %s", res.Code, res.Log)
	}
	fill := func() {
		for n := range state.Member(member.MaxHolders) {
			must(t, l, office.Appoint{Member: 8 + n, Office: charter.Auditor})
		}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no such office", 0, office.Appoint{Member: 99, Office: unknown}, member.ErrOffice),
		statetest.Try("no office of this charter, to one who waits", 0, office.Appoint{Member: 6, Office: 20}, member.ErrOffice),
		statetest.Try("nobody", 0, office.Appoint{Member: 99, Office: charter.Auditor}, member.ErrUnknown),
		statetest.Try("suspended by all", 0, office.Appoint{Member: 5, Office: charter.Auditor}, member.ErrStanding),
		statetest.Try("suspended by two, by all", 0, office.Appoint{Member: 6, Office: charter.Auditor}, nil),
		statetest.Try("again", 0, office.Appoint{Member: 6, Office: charter.Auditor}, member.ErrHolds),
		statetest.Try("holds it", 0, office.Appoint{Member: statetest.Chair, Office: charter.Chair}, member.ErrHolds),
		statetest.Try("dismissed from no office", 0, office.Dismiss{Member: 99, Office: unknown}, member.ErrOffice),
		statetest.Try("dismissed with a book", 0, office.Dismiss{Member: 99, Office: charter.Chair, Reason: strings.Repeat("x", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("dismissed, not holding", 0, office.Dismiss{Member: 99, Office: charter.Chair}, member.ErrHoldsNot),
		statetest.Try("as many as can be", 0, office.Appoint{Member: 8, Office: charter.Auditor}, member.ErrHolders).After(fill),
		statetest.Try("nobody, to a full office", 0, office.Appoint{Member: 99, Office: charter.Auditor}, member.ErrUnknown),
		statetest.Try("dismissed", 0, office.Dismiss{Member: 8, Office: charter.Auditor, Reason: strings.Repeat("x", member.MaxReason)}, nil),
		statetest.Try("in the vacancy", 0, office.Appoint{Member: 4, Office: charter.Auditor}, nil),
	})
	l.Sound()
}

// An office for which the charter says seats, a term, terms in a row or classes is filled by
// an election, so that an appointment passes none of them.
func TestElectedOffices(t *testing.T) {
	l := appointing(t, []charter.OfficeRule{
		{Office: charter.Secretary, Term: 366},
		{Office: charter.Treasurer, Term: 366, Terms: 2},
		{Office: charter.ReturningOfficer, Early: 30},
		{Office: charter.Auditor, Classes: []charter.ClassSeats{{Class: 1, Most: 5}}},
		{Office: charter.Chair, Seats: 5},
	}...)
	for _, o := range []charter.Office{charter.Chair, charter.Secretary, charter.Treasurer, charter.Auditor} {
		if res := l.Mandate(office.Appoint{Member: 9, Office: o}); res.Code != member.ErrElected.Code {
			t.Errorf("%v: %d %s", o, res.Code, res.Log)
		}
	}
	must(t, l, office.Appoint{Member: 9, Office: charter.ReturningOfficer})
}

// Whom all members appointed two officers do not dismiss, and whom two appointed they do.
func TestDismissedByFewer(t *testing.T) {
	s := setup()
	s.Membership = charter.Membership{}
	s.Grants = []charter.NamedGrant{{Actions: []string{"member.Appoint", "member.Dismiss"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{1, officers}}}}
	l := statetest.New(t, s)
	defer l.Close()
	by := func(a state.Action, want uint32) {
		t.Helper()
		if res := l.MandateBy(officers, a); res.Code != want {
			t.Errorf("%T: %d %s, want %d", a, res.Code, res.Log, want)
		}
		l.Sound()
	}
	by(office.Appoint{Member: 5, Office: charter.Auditor}, 0)
	by(office.Dismiss{Member: 5, Office: charter.Auditor}, 0)
	must(t, l, office.Appoint{Member: 5, Office: charter.Auditor})
	by(office.Dismiss{Member: 5, Office: charter.Auditor}, member.ErrAll.Code)
	must(t, l, office.Dismiss{Member: 5, Office: charter.Auditor})
}
