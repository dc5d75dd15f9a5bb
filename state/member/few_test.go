package member_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Two officers let five in where ten count, within 90 days, whether by admissions or by an
// import; all members as many as they like.
func TestFewAreLetIn(t *testing.T) {
	l := lifeLedger(t, charter.Membership{})
	for n := range state.Member(7) {
		mandate(t, l, apply(n))
	}
	for n := range state.Member(3) {
		two(t, l, member.Admit{Member: 11 + n}, nil)
	}
	some := func(n ...state.Member) (m member.Import) {
		for _, of := range n {
			m.Entries = append(m.Entries, entry(of))
		}
		return m
	}
	two(t, l, some(20, 21, 22), member.ErrMany)
	two(t, l, some(20, 21), nil)
	two(t, l, some(22), member.ErrMany)
	two(t, l, member.Admit{Member: 14}, member.ErrMany)
	mandate(t, l, member.Admit{Member: 14})
	mandate(t, l, some(22))
	l.Days(charter.MinIntake - 1)
	two(t, l, member.Admit{Member: 15}, member.ErrMany)
	l.Days(1)
	two(t, l, member.Admit{Member: 15}, nil)
}

// Two officers suspend one of ten at a time, and none whom all members reinstated, or whose
// suspension has ended by itself, for 366 days. Who is shielded is refused first.
func TestFewAreSuspended(t *testing.T) {
	l := lifeLedger(t, charter.Membership{})
	suspend := func(m state.Member) member.Suspend { return member.Suspend{Member: m, Reason: "r"} }
	two(t, l, suspend(4), nil)
	two(t, l, suspend(5), member.ErrMany)
	two(t, l, suspend(4), member.ErrStanding)
	mandate(t, l, member.Reinstate{Member: 4})
	reinstated := l.Tip().Time
	two(t, l, suspend(4), member.ErrShielded)
	two(t, l, suspend(5), nil)
	two(t, l, suspend(4), member.ErrShielded)
	two(t, l, suspend(6), member.ErrMany)
	mandate(t, l, suspend(6))
	l.Days(int64(charter.Membership{}.SuspensionDays()))
	two(t, l, suspend(7), member.ErrMany)
	l.Days(1)
	two(t, l, suspend(5), member.ErrShielded)
	l.Days(int64(state.DayOf(reinstated)+charter.Membership{}.ShieldDays()-today(l)) - 1)
	two(t, l, suspend(4), member.ErrShielded)
	l.Days(1)
	two(t, l, suspend(5), member.ErrShielded)
	two(t, l, suspend(4), nil)
}

// Who suspended a member ends it sooner, and gains nothing: the member is shielded from then
// on. Whom all members suspended fewer do not reinstate.
func TestSuspendedInTurns(t *testing.T) {
	l := lifeLedger(t, charter.Membership{})
	suspend := member.Suspend{Member: 4, Reason: "r"}
	two(t, l, suspend, nil)
	l.Days(80)
	two(t, l, member.Reinstate{Member: 4}, nil)
	two(t, l, suspend, member.ErrShielded)
	mandate(t, l, suspend)
	two(t, l, member.Reinstate{Member: 4}, member.ErrAll)
	mandate(t, l, member.Reinstate{Member: 4})
	if rec, _ := standsAs(t, l, 4); rec.Standing() != member.Active {
		t.Errorf("member 4 is %v", rec.Standing())
	}
	l.Sound()
}

// A member's own notice is its own: neither two nor all members take it back.
func TestOwnNotice(t *testing.T) {
	l := lifeLedger(t, charter.Membership{Resignation: 30})
	l.Must(4, member.Resign{Member: 4})
	mandateRefused(t, l, member.Stay{Member: 4}, member.ErrOwn)
	l.Must(4, member.Stay{Member: 4})
	mandate(t, l, member.Resign{Member: 5})
	l.Sound()
}

func mandateRefused(t *testing.T, l *statetest.L, a state.Action, want *state.Rejection) {
	t.Helper()
	if res := l.Mandate(a); res.Code != want.Code {
		t.Errorf("%T: %d %s, want %d", a, res.Code, res.Log, want.Code)
	}
}

// Who has given notice and taken it back MaxNotices times neither gives nor takes back one
// more. A notice that stands then is of someone who left by one and came back.
func TestNoticesFull(t *testing.T) {
	for _, row := range []struct {
		changes int
		leaves  uint64 // days from today; zero without notice
		a       state.Action
		want    *state.Rejection
	}{
		{member.MaxNotices - 1, 0, member.Resign{Member: 4}, nil},
		{member.MaxNotices, 0, member.Resign{Member: 4}, nil},
		{member.MaxNotices, 9, member.Resign{Member: 4}, member.ErrNotice},
		{member.MaxNotices, 0, member.Stay{Member: 4}, member.ErrNoNotice},
		{member.MaxNotices, 9, member.Stay{Member: 4}, member.ErrNotices},
	} {
		l := lifeLedger(t, charter.Membership{Resignation: 30})
		l.Write(func(c *state.Ctx) {
			rec, err := records.Get(c, 4)
			if err != nil {
				panic(err)
			}
			for range row.changes {
				rec.History = append(rec.History, member.Change{Standing: member.Active, Class: 1, Stays: true})
			}
			if row.leaves != 0 {
				rec.Leaves = c.Day() + row.leaves
			}
			records.Put(c, 4, rec)
		})
		code := uint32(0)
		if row.want != nil {
			code = row.want.Code
		}
		if res := l.Do(4, row.a); res.Code != code {
			t.Errorf("%T after %d notices, %d days: %d %s, want %d", row.a, row.changes, row.leaves, res.Code, res.Log, code)
		}
		l.Close()
	}
}
