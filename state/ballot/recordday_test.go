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
	weighty  charter.MotionKindID = 60 // after a notice of 22 days, confirmed by class 2
	seconded charter.MotionKindID = 61 // the same, confirmed by a second meeting
	objected charter.MotionKindID = 62 // the same, confirmed unless all of class 2 object
	again    charter.MotionKindID = 63 // everyone, notice 60, closes after 100
	agreed   charter.MotionKindID = 64 // class 2, at once, closes after 100
	silence  charter.MotionKindID = 65 // class 2, unless it objects within 14 days
	shown    charter.MotionKindID = 66 // as weighty, confirmed by the chair
	chair    charter.MotionKindID = 67 // the chair, at once, closes after 100
)

const day = 24 * 60 // minutes

// users are class 2 of newConsents.
var users = []state.Member{5, 6}

// newConsents is newFranchise with motions that others confirm, 22 days after they are
// proposed, among them class 2.
func newConsents(t *testing.T, class2 ...state.Member) *statetest.L {
	s := franchise()
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		first := func(id charter.MotionKindID, name string, then charter.MotionKindID) charter.MotionEntry {
			return charter.MotionEntry{
				ID: id, Name: name, Electorate: everyone, Method: rule(count.BaseCast), Notice: 22 * day, Longest: 30,
				Closing: charter.AtDeadline, Then: []charter.MotionKindID{then},
			}
		}
		class := charter.ElectorateEntry{Sort: charter.OneClass, Class: 2}
		return amendment.Amend{Motions: []charter.MotionEntry{
			first(weighty, "weighty", agreed), first(seconded, "seconded", again), first(objected, "objected", silence), first(shown, "shown", chair),
			{ID: chair, Name: "chair", Electorate: charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Chair}},
				Method: rule(count.BaseCast), Longest: 100, Closing: charter.AtDeadline},
			{ID: again, Name: "again", Electorate: everyone, Method: rule(count.BaseCast), Notice: 60, Longest: 100, Closing: charter.AtDeadline},
			{ID: agreed, Name: "agreed", Electorate: class, Method: rule(count.BaseCast), Longest: 100, Closing: charter.AtDeadline},
			{ID: silence, Name: "silence", Electorate: class, Method: charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 1}}),
				Shortest: fortnight, Longest: fortnight, Closing: charter.AtDeadline},
		}, Grants: []charter.GrantEntry{
			{Kind: office.KindAppoint, Motions: []charter.MotionKindID{1, weighty, seconded, objected, shown}},
		}}.Apply(c)
	}
	l := statetest.New(t, s)
	classTwo(t, l, class2...)
	return l
}

// question is a motion of a kind about the auditor.
func question(kind charter.MotionKindID) ballot.Propose {
	return ballot.Propose{Kind: kind, Title: "Auditor", Action: carried(office.KindAppoint, office.Appoint{Member: 8, Office: charter.Auditor})}
}

// carry lets the notice of motion n go by and carries it; its confirmation is n + 1.
func carry(t *testing.T, l *statetest.L, n ballot.Number) (confirmation ballot.Number) {
	t.Helper()
	pass(t, l, 22*day)
	castAll(l, yes, n, 1, 2, 4)
	pass(t, l, 31)
	wantStatus(t, l, n, ballot.Confirming)
	return n + 1
}

func suspend(l *statetest.L, m state.Member) {
	l.Must(statetest.Secretary, member.Suspend{Member: m, Reason: "r"})
}

func mandate(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatal(res.Log)
	}
}

func wantElectorate(t *testing.T, l *statetest.L, n ballot.Number, want uint64) {
	t.Helper()
	if _, p, tally := find(t, l, n); p.Electorate != want || tally.Electorate != want {
		t.Errorf("motion %d has an electorate of %d, its tally of %d, want %d", n, p.Electorate, tally.Electorate, want)
	}
}

// Whom officers suspend after a motion is proposed casts on all that confirms it, as on
// the motion itself; whom all members suspend, or who leaves, does not.
func TestSuspendedConfirms(t *testing.T) {
	t.Run("a class consents", func(t *testing.T) {
		l := newConsents(t, users...)
		n := put(t, l, 1, question(weighty))
		suspend(l, 5)
		next := carry(t, l, n)
		wantElectorate(t, l, next, 2)
		l.Must(5, no(next))
		l.Must(6, yes(next))
		pass(t, l, 101)
		pass(t, l, 1)
		wantOutcome(t, l, n, count.Unconfirmed)
	})
	t.Run("all of a class are suspended", func(t *testing.T) {
		l := newConsents(t, 5)
		n := put(t, l, 1, question(weighty))
		suspend(l, 5)
		next := carry(t, l, n)
		wantElectorate(t, l, next, 1)
		l.Must(5, yes(next))
		pass(t, l, 101)
		pass(t, l, 1)
		wantOutcome(t, l, n, count.Carried)
	})
	t.Run("a second meeting", func(t *testing.T) {
		l := newConsents(t, users...)
		n := put(t, l, 1, question(seconded))
		suspend(l, 5)
		next := carry(t, l, n)
		pass(t, l, 61)
		wantElectorate(t, l, next, electors)
		l.Must(5, no(next))
	})
	t.Run("a window", func(t *testing.T) {
		l := newConsents(t, users...)
		n := put(t, l, 1, question(objected))
		suspend(l, 5)
		next := carry(t, l, n)
		castAll(l, no, next, users...)
		pass(t, l, fortnight+1)
		pass(t, l, 1)
		wantOutcome(t, l, n, count.Unconfirmed)
	})
	t.Run("whom all members suspended", func(t *testing.T) {
		l := newConsents(t, users...)
		n := put(t, l, 1, question(weighty))
		mandate(t, l, member.Suspend{Member: 5, Reason: "r"})
		next := carry(t, l, n)
		wantElectorate(t, l, next, 1)
		l.Run(t, []statetest.Row{statetest.Try("suspended by all", 5, no(next), member.ErrStanding)})
	})
}

// Who is let in after a motion is proposed does not cast on what confirms it, however long
// its notice is: nobody packs a class within it, nor gives one to a class without members.
func TestNewcomersDoNotConfirm(t *testing.T) {
	friends := []state.Member{electors + 1, electors + 2, electors + 3}
	enter := member.Import{}
	for _, m := range friends {
		enter.Entries = append(enter.Entries, statetest.Entry(1, m, 2))
	}
	l := newConsents(t, users...)
	n := put(t, l, 1, question(weighty))
	l.Must(1, byOfficers(member.KindImport, enter))
	next := carry(t, l, n)
	wantElectorate(t, l, next, 2)
	l.Run(t, []statetest.Row{
		statetest.Try("let in since", friends[0], yes(next), ballot.ErrEntitled),
		statetest.Try("of the class", 5, no(next), nil),
	})
	later := put(t, l, friends[0], question(weighty))
	wantElectorate(t, l, carry(t, l, later), 5)

	l = newConsents(t)
	n = put(t, l, 1, question(weighty))
	l.Must(1, byOfficers(member.KindImport, enter))
	pass(t, l, 22*day)
	castAll(l, yes, n, 1, 2, 4)
	pass(t, l, 31)
	wantOutcome(t, l, n, count.Carried)
	if _, p, _ := find(t, l, n); len(p.Confirmations) > 0 {
		t.Errorf("newcomers to a class without members confirm it: %v", p.Confirmations)
	}
}

// A class of which nobody has a vote, since its members are suspended or were brought back
// by officers, is asked, and they answer: a suspension takes no consent away, and holds
// nothing up. Whom all members suspended answers only if nobody else of the class can.
func TestSilencedClass(t *testing.T) {
	for _, row := range []struct {
		name    string
		class   []state.Member
		silence func(t *testing.T, l *statetest.L)
		answer  []state.Member
		refused state.Member
	}{
		{"suspended before", users[:1], func(t *testing.T, l *statetest.L) {
			suspend(l, 5)
			pass(t, l, 15*day)
		}, users[:1], 6},
		{"suspended and brought back", users[:1], func(t *testing.T, l *statetest.L) {
			suspend(l, 5)
			pass(t, l, 15*day)
			l.Must(statetest.Secretary, member.Reinstate{Member: 5})
		}, users[:1], 6},
		{"one suspended, one brought back", users, func(t *testing.T, l *statetest.L) {
			suspend(l, 5)
			suspend(l, 6)
			pass(t, l, 15*day)
			l.Must(statetest.Secretary, member.Reinstate{Member: 5})
		}, users, 7},
		{"suspended by all", users[:1], func(t *testing.T, l *statetest.L) {
			mandate(t, l, member.Suspend{Member: 5, Reason: "r"})
		}, users[:1], 6},
		{"one by all", users, func(t *testing.T, l *statetest.L) {
			mandate(t, l, member.Suspend{Member: 5, Reason: "r"})
			suspend(l, 6)
			pass(t, l, 15*day)
		}, users[1:], 5},
		{"a newcomer beside", users[:1], func(t *testing.T, l *statetest.L) {
			suspend(l, 5)
			pass(t, l, 15*day)
			l.Must(1, byOfficers(member.KindImport, member.Import{Entries: []member.Entry{statetest.Entry(1, electors+1, 2)}}))
		}, users[:1], electors + 1},
	} {
		for _, way := range []struct {
			of   func(ballot.Number) ballot.Cast
			want count.Outcome
		}{{yes, count.Carried}, {no, count.Unconfirmed}} {
			t.Run(row.name+", "+way.want.String(), func(t *testing.T) {
				l := newConsents(t, row.class...)
				row.silence(t, l)
				n := put(t, l, 1, question(weighty))
				next := carry(t, l, n)
				wantElectorate(t, l, next, uint64(len(row.answer)))
				if res := l.Do(row.refused, yes(next)); res.Code != ballot.ErrEntitled.Code && res.Code != member.ErrStanding.Code {
					t.Errorf("member %d casts: %d %s", row.refused, res.Code, res.Log)
				}
				castAll(l, way.of, next, row.answer...)
				pass(t, l, 101)
				pass(t, l, 1)
				wantOutcome(t, l, n, way.want)
			})
		}
	}
}

// The only holder of an office that confirms is asked also if others suspended it before.
func TestSuspendedHolderConfirms(t *testing.T) {
	l := newConsents(t)
	suspend(l, statetest.Chair)
	pass(t, l, 15*day)
	n := put(t, l, 1, question(shown))
	next := carry(t, l, n)
	wantElectorate(t, l, next, 1)
	l.Must(statetest.Chair, yes(next))
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Carried)
}

// Whom members move between classes after a motion is proposed casts on what confirms it in
// the class of before: nobody packs a class, or empties it, so.
func TestMovedConfirm(t *testing.T) {
	l := newConsents(t, users...)
	n := put(t, l, 1, question(weighty))
	classTwo(t, l, 7, 8, 9)
	mandate(t, l, member.Reclass{Member: 5, Class: 1})
	next := carry(t, l, n)
	wantElectorate(t, l, next, 2)
	l.Run(t, []statetest.Row{
		statetest.Try("moved in", 7, yes(next), ballot.ErrEntitled),
		statetest.Try("moved out", 5, no(next), nil),
		statetest.Try("stayed", 6, no(next), nil),
	})
	pass(t, l, 101)
	pass(t, l, 1)
	wantOutcome(t, l, n, count.Unconfirmed)
}
