package member_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// lifeLedger is a co-op of ten whose charter has some figures on memberships.
func lifeLedger(t *testing.T, figures charter.Membership) *statetest.L {
	t.Helper()
	two := charter.GrantText{Motions: []charter.MotionKindID{officers}}
	return statetest.New(t, statetest.Setup{
		Members: 10, Membership: figures, Kinds: append(append(state.KindList{}, member.Kinds...), seats...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"member.Resign", "member.Stay"}, GrantText: charter.GrantText{Concerned: true}},
			{Actions: []string{"member.Admit", "member.Import", "member.Suspend", "member.Reinstate", "member.EndProbation", "member.Rekey", "member.Invite"}, GrantText: two},
		},
	})
}

// two takes an action by a motion of two officers.
func two(t *testing.T, l *statetest.L, a state.Action, want *state.Rejection) {
	t.Helper()
	code := uint32(0)
	if want != nil {
		code = want.Code
	}
	if res := l.MandateBy(officers, a); res.Code != code {
		t.Errorf("%T by two: %d %s, want %d", a, res.Code, res.Log, code)
	}
	l.Sound()
}

// electors are how many count in what is proposed so many days from now.
func electors(t *testing.T, l *statetest.L, days int64) uint64 {
	t.Helper()
	v := l.Read()
	defer v.Close()
	n, _, err := member.Electors(v.Of(1), 0, l.Tip().Time+days*24*60*60)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// standsAs is a member's record, and the day of the last block.
func standsAs(t *testing.T, l *statetest.L, m state.Member) (member.Record, uint64) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return rec, state.DayOf(l.Tip().Time)
}

var probation = charter.Membership{ProbationLeast: 30, ProbationMost: 90}

func TestAdmitOnProbation(t *testing.T) {
	l := lifeLedger(t, probation)
	for n := range state.Member(3) {
		mandate(t, l, apply(n))
	}
	l.Run(t, []statetest.Row{
		statetest.Try("longer than any charter allows", 0, member.Admit{Member: 99, Probation: charter.MaxProbation + 1}, member.ErrTerm),
		statetest.Try("no such member", 0, member.Admit{Member: 99, Probation: 91}, member.ErrUnknown),
		statetest.Try("no candidate", 0, member.Admit{Member: 4, Probation: 91}, member.ErrStanding),
		statetest.Try("a day too long", 0, member.Admit{Member: 11, Probation: 91}, member.ErrTerm),
		statetest.Try("a day too short", 0, member.Admit{Member: 11, Probation: 29}, member.ErrTerm),
	})
	two(t, l, member.Admit{Member: 11}, member.ErrTerm)
	two(t, l, member.Admit{Member: 11, Probation: 30}, nil)
	mandate(t, l, member.Admit{Member: 12}) // all members may waive it
	rec, today := standsAs(t, l, 11)
	if rec.ProbationOver() != today+31 || !rec.OnProbation(today+30) || rec.OnProbation(today+31) {
		t.Errorf("probation is over on day %d, today is %d", rec.ProbationOver(), today)
	}
	for _, row := range []struct {
		days int64
		want uint64
	}{{0, 10}, {7, 10}, {8, 11}, {30, 11}, {31, 12}} { // 12 waits for 7 days, 11 for its probation
		if got := electors(t, l, row.days); got != row.want {
			t.Errorf("after %d days %d count, want %d", row.days, got, row.want)
		}
	}

	none := lifeLedger(t, charter.Membership{})
	mandate(t, none, apply(1))
	if res := none.Mandate(member.Admit{Member: 11, Probation: 30}); res.Code != member.ErrTerm.Code {
		t.Errorf("where there is no probation: %d %s", res.Code, res.Log)
	}
	mandate(t, none, member.Admit{Member: 11})
}

// Ending a probation gives a vote only in what is proposed after the waiting time, and also
// to one who was suspended and reinstated meanwhile.
func TestEndProbation(t *testing.T) {
	l := lifeLedger(t, probation)
	for n := range state.Member(2) {
		mandate(t, l, apply(n))
		mandate(t, l, member.Admit{Member: 11 + n, Probation: 90})
	}
	two(t, l, member.Suspend{Member: 12, Reason: "r"}, nil)
	l.Days(20)
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 0, member.EndProbation{Member: 99}, member.ErrUnknown),
		statetest.Try("suspended", 0, member.EndProbation{Member: 12}, member.ErrStanding),
		statetest.Try("never on probation", 0, member.EndProbation{Member: 4}, member.ErrProbation),
	})
	two(t, l, member.Reinstate{Member: 12}, nil)
	if a, b := electors(t, l, 69), electors(t, l, 72); a != 10 || b != 12 {
		t.Errorf("before their probation is over %d count, after it %d", a, b)
	}
	for _, m := range []state.Member{11, 12} {
		two(t, l, member.EndProbation{Member: m}, nil)
		if res := l.Mandate(member.EndProbation{Member: m}); res.Code != member.ErrProbation.Code {
			t.Errorf("twice: %d %s", res.Code, res.Log)
		}
	}
	for _, row := range []struct {
		days int64
		want uint64
	}{{-19, 10}, {0, 10}, {7, 10}, {8, 12}, {40, 12}, {72, 12}, {400, 12}} {
		if got := electors(t, l, row.days); got != row.want {
			t.Errorf("after %d days %d count, want %d", row.days, got, row.want)
		}
	}
	rec, today := standsAs(t, l, 12)
	for day, want := range map[uint64]bool{today: false, today + 7: false, today + 8: true, today + 80: true} {
		if got := rec.HasVote(int64(day)*24*60*60, ^uint64(0)); got != want {
			t.Errorf("on day %d member 12 has a vote: %v", day-today, got)
		}
	}
	l.Days(100)
	l.Sound()
}

func TestResignWithNotice(t *testing.T) {
	l := lifeLedger(t, charter.Membership{Resignation: 30})
	mandate(t, l, seat{Member: 9, Office: charter.Auditor})
	mandate(t, l, apply(1))
	resign := func(m state.Member) member.Resign { return member.Resign{Member: m} }
	stay := func(m state.Member) member.Stay { return member.Stay{Member: m} }
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 0, resign(99), member.ErrUnknown),
		statetest.Try("no such member to stay", 0, stay(99), member.ErrUnknown),
		statetest.Try("no notice to take back", 9, stay(9), member.ErrNoNotice),
		statetest.Try("another's", 9, resign(4), state.ErrAuthority),
		statetest.Try("her own", 9, resign(9), nil),
		statetest.Try("twice", 9, resign(9), member.ErrNotice),
		statetest.Try("another takes it back", 4, stay(9), state.ErrAuthority),
		statetest.Try("taken back", 9, stay(9), nil),
		statetest.Try("again", 9, resign(9), nil),
		statetest.Try("a candidate, at once", 0, resign(11), nil),
	})
	rec, today := standsAs(t, l, 9)
	if rec.Standing() != member.Active || rec.Leaves != today+31 {
		t.Errorf("during the notice: %v, leaves on day %d, today is %d", rec.Standing(), rec.Leaves, today)
	}
	if n := electors(t, l, 0); n != 10 {
		t.Errorf("during the notice %d count", n)
	}
	two(t, l, member.Suspend{Member: 9, Reason: "r"}, nil)
	l.Days(30)
	if rec, _ := standsAs(t, l, 9); rec.Standing() != member.Suspended {
		t.Errorf("on the last day: %v", rec.Standing())
	}
	l.Days(1)
	l.Sound()
	rec, today = standsAs(t, l, 9)
	last := rec.History[len(rec.History)-1]
	if rec.Standing() != member.Left || rec.Ended() != member.Resigned || last.Effective != today || rec.Leaves != 0 {
		t.Errorf("after the notice: %v (%v) from day %d, today is %d", rec.Standing(), rec.Ended(), last.Effective, today)
	}

	// Who is made to go meanwhile does not go twice.
	l.Must(8, resign(8))
	v := l.Read()
	n, err := member.Holders(v.Of(1), charter.Auditor)
	v.Close()
	if err != nil || len(n) != 0 {
		t.Errorf("auditors are %v, %v", n, err)
	}

	// A member fills no more of its history than the bound.
	for i := range member.MaxNotices {
		if i%2 == 0 {
			l.Must(7, resign(7))
		} else {
			l.Must(7, stay(7))
		}
	}
	l.Must(7, resign(7)) // which nobody is kept from
	if res := l.Do(7, stay(7)); res.Code != member.ErrNotices.Code {
		t.Errorf("once too often: %d %s", res.Code, res.Log)
	}
	l.Days(40)
	l.Sound()
}

// Figures that cannot be are refused, and say which.
func TestMembershipBounds(t *testing.T) {
	l := lifeLedger(t, charter.Membership{})
	v := l.Read()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		figures charter.Membership
		says    string // "" if it is allowed
	}{
		{charter.Membership{ProbationLeast: 31, ProbationMost: 30}, "a shortest probation of 31 days, from 1 to 30"},
		{charter.Membership{ProbationMost: 733}, "from 1 to 732"},
		{charter.Membership{Resignation: 367}, "a notice of resignation"},
		{charter.Membership{Hearing: 6}, "from 7 to 366"},
		{charter.Membership{Seconders: 2}, "possible for 0 days"},
		{charter.Membership{Appeal: 14, AppealStays: true}, "decided within days"},
		{charter.Membership{Appeal: 14, Decide: 14}, ""},
		{charter.Membership{Decide: 14}, "possible for 0 days"},
		{charter.Membership{NoticeGood: 27}, "a notice that counts for 27 days, from 28"},
		{charter.Membership{Appeal: 367}, "an appeal within 367"},
		{charter.Membership{Appeal: 14, Seconders: 17}, "17 seconders"},
		{charter.Membership{Silent: 364, SilentNotice: 28}, "silence of 364"},
		{charter.Membership{Silent: 365, SilentNotice: 27}, "27 clear days"},
		{charter.Membership{Silent: 365}, "0 clear days"},
		{charter.Membership{Suspension: 184}, "a suspension of 184 days, from 1 to 183"},
		{charter.Membership{Shield: 182}, "no other suspension for 182 days, from 183"},
		{charter.Membership{Intake: 89}, "an intake within 89 days, from 90"},
		{charter.Membership{IntakeOf: 2}, "an intake of one in 2, from 3"},
		{charter.Membership{IntakeSmall: 6}, "an intake of 6 in a small co-op, from 1 to 5"},
		{charter.Membership{Invitation: 367}, "an invitation for 367 days"},
		{charter.Membership{Suspension: 183, Shield: 183, Intake: 90, IntakeOf: 3, IntakeSmall: 5, Invitation: 366}, ""},
		{charter.Membership{ProbationLeast: 30, ProbationMost: 732, Resignation: 366, Hearing: 366, Appeal: 366, Seconders: 16, AppealStays: true, Decide: 366, Silent: 36525, SilentNotice: 366}, ""},
	} {
		p := policy
		p.Membership = row.figures
		err := amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(p)}}.Check()
		if err == nil != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%+v: %v, want %q", row.figures, err, row.says)
		}
	}
	policy.Membership.Hearing = 28
	if res := l.MandateBy(officers, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}}); res.Code == 0 {
		t.Error("two officers changed how memberships end")
	}
}
