package exit_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	members = 20
	// officers is the standard charter's kind of motion that two officers decide.
	officers charter.MotionKindID = 3
)

// figures are those of the UK's model rules, as far as they say.
var figures = charter.Membership{
	Hearing: 21, Appeal: 14, Seconders: 2, AppealStays: true, Decide: 60, Silent: 1000, SilentNotice: 28,
}

func newLedger(t *testing.T, m charter.Membership) *statetest.L {
	t.Helper()
	return statetest.New(t, setup(m))
}

func setup(m charter.Membership) statetest.Setup {
	two := charter.GrantText{Motions: []charter.MotionKindID{officers}}
	own := charter.GrantText{Concerned: true}
	return statetest.Setup{
		Members: members, Membership: m,
		Kinds: append(append(state.KindList{}, member.Kinds...), exit.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"exit.Appeal"}, GrantText: charter.GrantText{Concerned: true, Members: true, Motions: []charter.MotionKindID{officers}}},
			{Actions: []string{"exit.Summon", "exit.Hear", "exit.Drop", "exit.Expel", "exit.AllowAppeal", "exit.WarnSilent", "exit.StrikeOff", "exit.RecordEnd", "exit.Transmit", "member.Admit", "member.Suspend", "member.Reinstate", "member.Refuse", "member.Return"}, GrantText: two},
			{Actions: []string{"exit.Contact"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}}},
			{Actions: []string{"member.Resign", "member.Nominate"}, GrantText: own},
		},
		EndBlock: []func(*state.Ctx) error{agenda.EndBlock(member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, exit.ExpulsionAgenda, exit.EndAgenda)},
		Invariants: []func(state.Reader) error{
			exit.CheckExits, agenda.CheckAgenda, member.CheckRegister,
		},
	}
}

// must takes an action by a motion of all members.
func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
	l.Sound()
}

// byTwo takes an action by a motion of two officers.
func byTwo(t *testing.T, l *statetest.L, a state.Action, want *state.Rejection) {
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

// standing is a member's, why it ended if it did, and from which day on that holds.
func standing(t *testing.T, l *statetest.L, m state.Member) (member.Standing, member.Ending, uint64) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return rec.Standing(), rec.Ended(), rec.History[len(rec.History)-1].From()
}

// last is a member's last proceeding.
func last(t *testing.T, l *statetest.L, m state.Member) exit.Proceeding {
	t.Helper()
	v := l.Read()
	defer v.Close()
	_, p, err := exit.Last(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// today is the day of the last block.
func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// wantLeft fails unless a member has left for a reason, from a day on.
func wantLeft(t *testing.T, l *statetest.L, m state.Member, why member.Ending, from uint64) {
	t.Helper()
	if s, ended, day := standing(t, l, m); s != member.Left || ended != why || day != from {
		t.Errorf("member %d is %v (%v) from day %d, want left (%v) from day %d", m, s, ended, day, why, from)
	}
}

// wantStays fails unless a member is active.
func wantStays(t *testing.T, l *statetest.L, m state.Member) {
	t.Helper()
	if s, ended, _ := standing(t, l, m); s != member.Active {
		t.Errorf("member %d is %v (%v), want active", m, s, ended)
	}
}

// summon is a notice of a hearing on a day.
func summon(m state.Member, day uint64) exit.Summon {
	return exit.Summon{Member: m, Hearing: day, Reason: "the till"}
}

// amend changes the charter's figures from today on, as all members decide.
func amend(t *testing.T, l *statetest.L, change func(m *charter.Membership)) {
	t.Helper()
	v := l.Read()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	change(&policy.Membership)
	must(t, l, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
}
