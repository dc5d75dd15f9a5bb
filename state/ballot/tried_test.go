package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// What a motion would carry is tried when it is proposed, on the state of that
// moment, and writes nothing. What would be refused can be proposed if its proposer
// says so.
func TestTried(t *testing.T) {
	l := newLedger(t)
	auditor := func(m state.Member, anyway bool) ballot.Propose {
		return ballot.Propose{Kind: atOnce, Title: "T", Action: carried(office.KindAppoint, office.Appoint{Member: m, Office: charter.Auditor}), Anyway: anyway}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 1, auditor(77, false), ballot.ErrTried),
		statetest.Try("no such member, all the same", 1, auditor(77, true), nil),
		statetest.Try("it can be done", 1, auditor(6, false), nil),
		statetest.Try("trying did not do it", 1, auditor(6, false), nil),
	})
	res := l.Do(1, auditor(77, false))
	if want := ballot.ErrTried.Reason + ": no such member: number 77 of co-op 1"; res.Log != want {
		t.Errorf("refused with %q, want %q", res.Log, want)
	}
	v := l.Read()
	defer v.Close()
	if who, err := member.Holders(v.Of(1), charter.Auditor); err != nil || len(who) != 0 {
		t.Errorf("auditors %v, %v", who, err)
	}
}
