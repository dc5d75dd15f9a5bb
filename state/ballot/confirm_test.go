package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	confirming charter.MotionKindID = 50 // as atOnce, confirmed by the next two
	second     charter.MotionKindID = 51 // everyone, notice 60, closes after 100
	consent    charter.MotionKindID = 52 // class 2, at once, closes after 100
	window     charter.MotionKindID = 53 // proposed by the chair, stopped if more than half object within 14 days
	lazy       charter.MotionKindID = 54 // stopped by one objection within 7 days, ends when all agree
	workers    charter.MotionKindID = 55 // proposed by class 2
)

const fortnight = 14 * 24 * 60

// newConfirming is newLedger with those kinds of motion, by which the action Appoint can
// be taken.
func newConfirming(t statetest.TB) *statetest.L {
	s := setup()
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		return amendment.Amend{Motions: []charter.MotionEntry{
			{ID: confirming, Name: "confirming", Electorate: everyone, Method: rule(count.BaseMembers), Longest: 100, Closing: charter.WhenDecided, Then: []charter.MotionKindID{second, consent}},
			{ID: second, Name: "second meeting", Electorate: everyone, Method: rule(count.BaseCast), Notice: 60, Longest: 100, Closing: charter.AtDeadline},
			{ID: consent, Name: "consent", Electorate: charter.ElectorateEntry{Sort: charter.OneClass, Class: 2}, Method: rule(count.BaseCast), Longest: 100, Closing: charter.AtDeadline},
			{ID: window, Name: "window", Electorate: everyone, Method: charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 2}, Strict: true}),
				Shortest: fortnight, Longest: fortnight, Closing: charter.AtDeadline, Proposers: []charter.Office{charter.Chair}},
			{ID: lazy, Name: "lazy", Electorate: everyone, Method: charter.ByVeto(count.VetoRule{Share: count.Fraction{Den: 1}, Strict: true}),
				Shortest: fortnight / 2, Longest: fortnight, Closing: charter.WhenDecided},
			{ID: workers, Name: "of workers", Electorate: everyone, Method: rule(count.BaseMembers), Longest: 100, Closing: charter.WhenDecided, ProposerClass: 2},
		}, Grants: []charter.GrantEntry{
			{Kind: office.KindAppoint, Motions: []charter.MotionKindID{1, atOnce, confirming, window, lazy}},
		}}.Apply(c)
	}
	return statetest.New(t, s)
}

var auditor = carried(office.KindAppoint, office.Appoint{Member: 5, Office: charter.Auditor})

// inOffice says whether member 5 is auditor.
func inOffice(t *testing.T, l *statetest.L) bool {
	t.Helper()
	v := l.Read()
	defer v.Close()
	holds, err := member.Holds(v.Of(1), 5, charter.Auditor)
	if err != nil {
		t.Fatal(err)
	}
	return holds
}

func castAll(l *statetest.L, of func(ballot.Number) ballot.Cast, n ballot.Number, by ...state.Member) {
	for _, m := range by {
		l.Must(m, of(n))
	}
}

func wantOutcome(t *testing.T, l *statetest.L, n ballot.Number, want count.Outcome) {
	t.Helper()
	wantStatus(t, l, n, ballot.Closed)
	if m, _, _ := find(t, l, n); len(m.Result) != 1 || m.Result[0].Outcome != want {
		t.Errorf("motion %d: %+v, want %v", n, m.Result, want)
	}
}

// classTwo moves members to class 2.
func classTwo(t *testing.T, l *statetest.L, members ...state.Member) {
	t.Helper()
	for _, m := range members {
		if res := l.Mandate(member.Reclass{Member: m, Class: 2}); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
}

// A motion that a second meeting and a class have to confirm takes its action only when
// both have, whichever decides first.
func TestConfirmed(t *testing.T) {
	l := newConfirming(t)
	classTwo(t, l, 4, 5)
	n := put(t, l, 1, ballot.Propose{Kind: confirming, Title: "Auditor", Action: auditor})
	castAll(l, yes, n, 1, 2, 3, 4)
	wantStatus(t, l, n, ballot.Confirming)
	_, p, _ := find(t, l, n)
	if len(p.Confirmations) != 2 || p.Confirmations[0] != n+1 || p.Confirmations[1] != n+2 {
		t.Fatalf("confirmed by %v", p.Confirmations)
	}
	if m, _, _ := find(t, l, n+1); m.Kind != second || m.Confirms != n || m.Title != "Auditor" || m.Proposer != (state.Actor{Coop: 1, Motion: uint64(n)}) {
		t.Errorf("the second meeting is %+v", m)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("on what is carried", 6, no(n), ballot.ErrClosed),
		statetest.Try("before the second meeting", 6, yes(n+1), ballot.ErrNotOpen),
		statetest.Try("not of the class", 6, yes(n+2), ballot.ErrEntitled),
		statetest.Try("its proposer withdraws it", 1, ballot.Withdraw{Motion: n}, ballot.ErrStarted),
		statetest.Try("its proposer withdraws a confirmation", 1, ballot.Withdraw{Motion: n + 1}, ballot.ErrProposer),
	})
	castAll(l, yes, n+2, 4, 5)
	pass(t, l, 101)
	wantOutcome(t, l, n+2, count.Carried)
	wantStatus(t, l, n, ballot.Confirming)
	if inOffice(t, l) {
		t.Fatal("the action is taken before the second meeting")
	}
	castAll(l, yes, n+1, 1, 2)
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Carried)
	if !inOffice(t, l) {
		t.Error("the action is not taken")
	}
}

// If a confirmation is lost, nothing is done, and the other is withdrawn.
func TestNotConfirmed(t *testing.T) {
	l := newConfirming(t)
	classTwo(t, l, 4, 5)
	n := put(t, l, 1, ballot.Propose{Kind: confirming, Title: "Auditor", Action: auditor})
	castAll(l, yes, n, 1, 2, 3, 6)
	castAll(l, no, n+2, 4)
	pass(t, l, 50) // the second meeting is not open yet when the class says no
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Unconfirmed)
	wantStatus(t, l, n+1, ballot.Withdrawn)
	if _, p, _ := find(t, l, n+1); p.Reason != "motion 1 is not confirmed" {
		t.Errorf("withdrawn because %q", p.Reason)
	}
	if inOffice(t, l) {
		t.Error("the action is taken")
	}
	if res := l.Do(2, ballot.Cast{Motion: n + 1, Paper: ballot.Yes.Paper()}); res.Code != ballot.ErrClosed.Code {
		t.Errorf("a cast on the withdrawn one: %d %s", res.Code, res.Log)
	}
}

// A class without members has no consent to give, and stops nothing; the rules of the
// confirmations are those of when the motion was proposed.
func TestConfirmedByFewer(t *testing.T) {
	l := newConfirming(t)
	n := put(t, l, 1, ballot.Propose{Kind: confirming, Title: "Auditor", Action: auditor})
	easier := charter.MotionEntry{ID: second, Name: "second meeting", Electorate: everyone, Method: rule(count.BaseCast), Longest: 1, Closing: charter.AtDeadline}
	if res := l.Mandate(amendment.Amend{Motions: []charter.MotionEntry{easier}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	castAll(l, yes, n, 1, 2, 3, 4)
	_, p, _ := find(t, l, n)
	if len(p.Confirmations) != 1 || p.Confirmations[0] != n+1 {
		t.Fatalf("confirmed by %v", p.Confirmations)
	}
	pass(t, l, 30)
	wantStatus(t, l, n+1, ballot.Noticed)
	pass(t, l, 31)
	castAll(l, yes, n+1, 6)
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Carried)
	if !inOffice(t, l) {
		t.Error("the action is not taken")
	}
}

// A class whose members are all suspended is asked all the same, and consents to nothing by
// its silence.
func TestSuspendedClass(t *testing.T) {
	l := newConfirming(t)
	classTwo(t, l, 5)
	if res := l.Mandate(member.Suspend{Member: 5, Reason: "unpaid"}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	n := put(t, l, 1, ballot.Propose{Kind: confirming, Title: "Auditor", Action: carried(office.KindAppoint, office.Appoint{Member: 4, Office: charter.Auditor})})
	castAll(l, yes, n, 1, 2, 3)
	pass(t, l, 61)
	castAll(l, yes, n+1, 1, 2)
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Unconfirmed)
}

// What the chair proposes takes effect after a fortnight unless more than half object:
// three of six do not stop it, four do. One who objected may think better of it.
func TestVeto(t *testing.T) {
	for _, row := range []struct {
		name    string
		against []state.Member
		retract []state.Member
		want    count.Outcome
	}{
		{"nobody objects", nil, nil, count.Carried},
		{"half object", []state.Member{1, 2, 4}, nil, count.Carried},
		{"more than half object", []state.Member{1, 2, 4, 6}, nil, count.Lost},
		{"one objects no longer", []state.Member{1, 2, 4}, []state.Member{2}, count.Carried},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newConfirming(t)
			res := l.Do(1, ballot.Propose{Kind: window, Title: "Auditor", Action: auditor})
			if res.Code != ballot.ErrProposers.Code {
				t.Errorf("the secretary proposes: %d %s", res.Code, res.Log)
			}
			n := put(t, l, statetest.Chair, ballot.Propose{Kind: window, Title: "Auditor", Action: auditor})
			castAll(l, no, n, row.against...)
			for _, m := range row.retract {
				l.Must(m, ballot.Cast{Motion: n, Paper: ballot.Abstain.Paper()})
			}
			pass(t, l, fortnight-30)
			wantStatus(t, l, n, ballot.Open)
			pass(t, l, 30)
			wantOutcome(t, l, n, row.want)
			if inOffice(t, l) != (row.want == count.Carried) {
				t.Errorf("in office: %v", inOffice(t, l))
			}
		})
	}
}

// Once enough object, casts stand until the window closes: nobody is pressed to take an
// objection back. Before that, and for who agreed, they can be changed.
func TestObjectionsStand(t *testing.T) {
	l := newConfirming(t)
	n := put(t, l, statetest.Chair, ballot.Propose{Kind: window, Title: "Auditor", Action: auditor})
	castAll(l, yes, n, 1, 2, 3, 4, 5) // objections could suffice no more, if casts stood
	castAll(l, no, n, 1, 2, 4)
	castAll(l, yes, n, 4)
	castAll(l, no, n, 4, 5) // more than half
	l.Run(t, []statetest.Row{
		statetest.Try("one objects no longer", 5, yes(n), ballot.ErrStands),
		statetest.Try("one who agreed", 3, no(n), ballot.ErrStands),
		statetest.Try("one who has not cast", 6, yes(n), nil),
	})
	wantStatus(t, l, n, ballot.Open)
	pass(t, l, fortnight)
	wantOutcome(t, l, n, count.Lost)
	if inOffice(t, l) {
		t.Error("the action is taken")
	}
}

// Lazy consensus: one objection stops it, once the shortest time is over; when all agree
// it takes effect then.
func TestLazyConsensus(t *testing.T) {
	l := newConfirming(t)
	n := put(t, l, 2, ballot.Propose{Kind: lazy, Title: "Auditor", Action: auditor})
	l.Must(6, no(n))
	if res := l.Do(6, yes(n)); res.Code != ballot.ErrStands.Code {
		t.Errorf("an objection that decided is taken back: %d %s", res.Code, res.Log)
	}
	pass(t, l, fortnight/2)
	wantOutcome(t, l, n, count.Lost)
	n = put(t, l, 2, ballot.Propose{Kind: lazy, Title: "Auditor", Action: auditor})
	castAll(l, yes, n, 1, 2, 3, 4, 5, 6)
	wantStatus(t, l, n, ballot.Open)
	pass(t, l, fortnight/2)
	wantOutcome(t, l, n, count.Carried)
}

// A kind of motion that a class proposes is proposed by its active members alone.
func TestProposerClass(t *testing.T) {
	l := newConfirming(t)
	classTwo(t, l, 4)
	l.Run(t, []statetest.Row{
		statetest.Try("of another class", 1, ballot.Propose{Kind: workers, Title: "Of workers"}, ballot.ErrProposers),
		statetest.Try("of the class", 4, ballot.Propose{Kind: workers, Title: "Of workers"}, nil),
	})
}
