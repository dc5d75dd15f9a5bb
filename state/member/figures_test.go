package member_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A charter's figures of suspensions hold in the place of 90 and 366 days.
func TestFiguresOfSuspension(t *testing.T) {
	l := lifeLedger(t, charter.Membership{Suspension: 28, Shield: 200})
	suspend := member.Suspend{Member: 4, Reason: "r"}
	two(t, l, suspend, nil)
	l.Days(28)
	if rec, _ := standsAs(t, l, 4); rec.Standing() != member.Suspended {
		t.Errorf("on the 28th day it is %v", rec.Standing())
	}
	l.Days(1)
	if rec, _ := standsAs(t, l, 4); rec.Standing() != member.Active {
		t.Errorf("after 28 days it is %v", rec.Standing())
	}
	l.Days(199)
	two(t, l, suspend, member.ErrShielded)
	l.Days(1)
	two(t, l, suspend, nil)
}

// A charter lets others than all members let in fewer, or in a longer time.
func TestFiguresOfIntake(t *testing.T) {
	enter := func(n state.Member) member.Import {
		return member.Import{Entries: []member.Entry{{Key: statetest.Key(8, n).Public(), Class: 1}}}
	}
	l := lifeLedger(t, charter.Membership{Intake: 120, IntakeOf: 5, IntakeSmall: 1})
	two(t, l, enter(1), nil)
	two(t, l, enter(2), nil) // one in five of ten
	l.Days(119)
	two(t, l, enter(3), member.ErrMany)
	l.Days(1)
	two(t, l, enter(3), nil)
}

// An invitation is for as many days as the charter says, the last one included.
func TestFiguresOfInvitation(t *testing.T) {
	l := lifeLedger(t, charter.Membership{Invitation: 30})
	enter := func(n state.Member, until uint64) member.Import {
		return member.Import{Entries: []member.Entry{{Key: statetest.Key(8, n).Public(), Class: 1, Until: until}}}
	}
	two(t, l, enter(1, today(l)+30), member.ErrInvitation)
	two(t, l, enter(1, today(l)+29), nil)
}

// Where a charter counts members who have no key of their own, it counts no more of them than
// there are others, so that these reach a quorum of half.
func TestUnclaimedAreBounded(t *testing.T) {
	l := lifeLedger(t, charter.Membership{Unclaimed: true})
	var m member.Import
	for range 15 {
		m.Entries = append(m.Entries, member.Entry{Class: 1})
	}
	mandate(t, l, m)
	if n := electors(t, l, 8); n != 20 {
		t.Errorf("of 25, of whom 15 have no key, %d count, want 20", n)
	}
	l.Sound()
}
