package ballot_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestDeclare(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "T"})
	open := put(t, l, 1, ballot.Propose{Kind: polled, Title: "T"})
	l.Run(t, []statetest.Row{
		statetest.Try("no such motion", 1, ballot.Declare{Motion: 99}, ballot.ErrUnknown),
		statetest.Try("before it opens", 1, ballot.Declare{Motion: n}, ballot.ErrNotOpen),
		statetest.Try("not this kind", 1, ballot.Declare{Motion: open}, ballot.ErrDeclaring),
		statetest.Try("too soon", 1, ballot.Declare{Motion: n}, ballot.ErrTooSoon).After(func() { pass(t, l, 56) }),
		statetest.Try("in time", 1, ballot.Declare{Motion: n}, nil).After(func() { l.Must(2, yes(n)); pass(t, l, 4) }),
		statetest.Try("twice", 1, ballot.Declare{Motion: n}, ballot.ErrClosed),
		statetest.Try("cast after it", 3, yes(n), ballot.ErrClosed),
	})
	m, _, _ := find(t, l, n)
	if len(m.Result) != 1 || m.Result[0].Outcome != count.Carried {
		t.Errorf("result %+v", m.Result)
	}
}

// Where the charter says so, nobody chooses the moment at which a poll stands well: it
// is declared once those who have not cast can change nothing.
func TestDeclareDecided(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: settled, Title: "T"})
	declare := ballot.Declare{Motion: n}
	pass(t, l, 5)
	l.Run(t, []statetest.Row{
		statetest.Try("three yes of six", 1, declare, ballot.ErrUndecided).After(func() { l.Must(1, yes(n)); l.Must(2, yes(n)); l.Must(3, yes(n)) }),
		statetest.Try("an abstention changes nothing", 1, declare, ballot.ErrUndecided).After(func() { l.Must(3, ballot.Cast{Motion: n, Paper: ballot.Abstain.Paper()}) }),
		statetest.Try("four yes of six", 1, declare, nil).After(func() { l.Must(3, yes(n)); l.Must(4, yes(n)) }),
		statetest.Try("cast after it", 5, no(n), ballot.ErrClosed),
	})
	m, p, _ := find(t, l, n)
	if len(m.Result) != 1 || m.Result[0].Outcome != count.Carried || m.Result[0].Tally.Yes != 4 || !p.Declared {
		t.Errorf("result %+v, poll %+v", m.Result, p)
	}
}

// Where a poll closes because it is decided, casts stand once it is, before its shortest
// time is over as well; whoever has not cast still does. Elsewhere casts can be changed
// to the end.
func TestDecidedStands(t *testing.T) {
	for _, row := range []struct {
		kind   charter.MotionKindID
		stands *state.Rejection
	}{
		{settled, ballot.ErrStands},
		{slow, ballot.ErrStands},
		{polled, nil},
		{freely, nil},
	} {
		l := newLedger(t)
		n := put(t, l, 1, ballot.Propose{Kind: row.kind, Title: "T"})
		for m := state.Member(1); m <= 3; m++ {
			l.Must(m, yes(n))
		}
		l.Must(3, no(n)) // not decided: it can be changed
		l.Must(3, yes(n))
		l.Must(4, yes(n)) // the cast that decides
		decided := l.Tip().Time
		_, p, _ := find(t, l, n)
		if want := map[bool]int64{true: decided}[row.stands != nil]; p.Decided != want {
			t.Errorf("kind %d: decided since %d, want %d", row.kind, p.Decided, want)
		}
		abstains := l.Do(4, ballot.Cast{Motion: n, Paper: ballot.Abstain.Paper()})
		if row.stands != nil && abstains.Log != ballot.ErrStands.Reason+": decided since "+words.Time(decided) || row.stands == nil && abstains.Code != 0 {
			t.Errorf("kind %d: abstaining instead: %d %q", row.kind, abstains.Code, abstains.Log)
		}
		l.Run(t, []statetest.Row{
			statetest.Try("changed", 4, no(n), row.stands),
			statetest.Try("one who has not cast", 5, no(n), nil),
		})
		if res := l.Do(5, yes(n)); (res.Code == 0) != (row.stands == nil) {
			t.Errorf("kind %d: thinking better of it: %d %s", row.kind, res.Code, res.Log)
		}
		l.Sound()
		pass(t, l, 100)
		m, p, _ := find(t, l, n)
		want := count.Tally{Electorate: members, Yes: 4, No: 1} // where casts do not stand, members 4 and 5 have changed sides
		if p.Status != ballot.Closed || m.Result[0].Tally != want || m.Result[0].Outcome != count.Carried {
			t.Errorf("kind %d: %v, %+v", row.kind, p.Status, m.Result)
		}
		if got, want := paperOf(t, l, n, 4), map[bool]ballot.Choice{true: ballot.Yes, false: ballot.No}[row.stands != nil]; got != want {
			t.Errorf("kind %d: member 4 cast %v, want %v", row.kind, got, want)
		}
		l.Sound()
	}
}

// paperOf is what a member cast on a motion of yes or no.
func paperOf(t *testing.T, l *statetest.L, n ballot.Number, m state.Member) ballot.Choice {
	t.Helper()
	v := l.Read()
	defer v.Close()
	paper, ok, err := ballot.CastOf(v.Of(1), n, m)
	if err != nil || !ok {
		t.Fatalf("member %d has cast nothing: %v", m, err)
	}
	return ballot.Choice(paper.Marks[0])
}

// A poll of which no cast can change the outcome, since there are fewer members than its
// quorum, is decided by the first cast.
func TestDecidedByAnyCast(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: beyond, Title: "T"})
	l.Must(2, yes(n))
	decided := l.Tip().Time
	if res := l.Do(2, no(n)); res.Code != ballot.ErrStands.Code || !strings.Contains(res.Log, "decided since "+words.Time(decided)) {
		t.Errorf("%d %s", res.Code, res.Log)
	}
	l.Sound()
}

// A poll may be declared closed from the moment at which it has been open for
// the charter's shortest time.
func TestDeclareFrom(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "T"})
	pass(t, l, 60)
	_, p, _ := find(t, l, n)
	shortest := p.Opens + 5*60
	if got := at(t, l, shortest-1, l.Sign(1, 1, ballot.Declare{Motion: n})); got[0] != ballot.ErrTooSoon.Code {
		t.Errorf("a second before: %d", got)
	}
	if got := at(t, l, shortest, l.Sign(1, 1, ballot.Declare{Motion: n})); got[0] != 0 {
		t.Errorf("in time: %d", got)
	}
	wantStatus(t, l, n, ballot.Closed)
}

// A cast in the block that declares, but after the declaration, is late.
func TestCastBehindDeclaration(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "T"})
	pass(t, l, 70)
	res := l.Block(l.Sign(1, 2, yes(n)), l.Sign(1, 1, ballot.Declare{Motion: n}), l.Sign(1, 3, no(n)))
	if res[0].Code != 0 || res[1].Code != 0 || res[2].Code != ballot.ErrClosed.Code {
		t.Errorf("codes %d, %d, %d", res[0].Code, res[1].Code, res[2].Code)
	}
	wantStatus(t, l, n, ballot.Closed)
}
