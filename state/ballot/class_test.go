package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A member who is moved to another class while a motion of a class is open keeps
// its vote there and gets none in the other; motions that open later see the new
// class.
func TestClassChanged(t *testing.T) {
	l := newLedger(t)
	const leaves, stays, comes = members + 1, members + 2, 4
	enter := member.Import{Entries: []member.Entry{
		{Key: statetest.Key(1, leaves).Public(), Class: 2}, {Key: statetest.Key(1, stays).Public(), Class: 2},
	}}
	move := func(m state.Member, class charter.Class) {
		t.Helper()
		if res := l.Mandate(member.Reclass{Member: m, Class: class}); res.Code != 0 {
			t.Fatal(res.Log)
		}
		l.Sound()
	}
	if res := l.Mandate(enter); res.Code != 0 {
		t.Fatal(res.Log)
	}
	before := put(t, l, 1, ballot.Propose{Kind: class2, Title: "Before"})
	l.Must(leaves, yes(before))
	move(leaves, 1)
	move(comes, 2)
	after := put(t, l, 1, ballot.Propose{Kind: class2, Title: "After"})
	all := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Of all"})
	l.Run(t, []statetest.Row{
		statetest.Try("moved out, another mind", leaves, no(before), nil),
		statetest.Try("moved in, on the one before", comes, yes(before), ballot.ErrEntitled),
		statetest.Try("stayed", stays, yes(before), nil),
		statetest.Try("moved out, on the one after", leaves, yes(after), ballot.ErrEntitled),
		statetest.Try("moved in, on the one after", comes, yes(after), nil),
		statetest.Try("stayed, on the one after", stays, no(after), nil),
		statetest.Try("moved out, on one of all", leaves, yes(all), nil),
		statetest.Try("moved in, on one of all", comes, yes(all), nil),
	})
	move(leaves, 2)
	move(comes, 1)
	l.Run(t, []statetest.Row{
		statetest.Try("moved back after it opened", leaves, yes(after), ballot.ErrEntitled),
		statetest.Try("moved on since it opened", comes, no(after), nil),
	})
	pass(t, l, 40)
	for n, want := range map[ballot.Number]count.Tally{
		before: {Electorate: 2, Yes: 1, No: 1}, after: {Electorate: 2, No: 2}, all: {Electorate: members + 2, Yes: 2},
	} {
		wantStatus(t, l, n, ballot.Closed)
		if m, _, _ := find(t, l, n); len(m.Result) != 1 || m.Result[0].Tally != want {
			t.Errorf("motion %d: result %+v, want %+v", n, m.Result, want)
		}
	}
}
