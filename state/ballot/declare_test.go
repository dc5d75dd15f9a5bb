package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
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
