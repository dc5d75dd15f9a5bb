//go:build found

package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Two officers fill their friend's history, whom then not even all members suspend.
func TestFoundImmune(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	for i := range member.MaxHistory - 1 {
		var key = evilKey(i)
		p.do(member.Rekey{Member: 10, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
		if i%50 == 0 {
			p.now = p.now.Add(24 * time.Hour)
		}
	}
	n := p.motions() + 1
	prop := p.motionOf(1, member.Suspend{Member: 10, Reason: "decided by all"})
	prop.Anyway = true
	if !p.try(3, prop) {
		t.Fatal("refused")
	}
	p.now = p.now.Add(15*24*time.Hour + time.Minute)
	p.block()
	for m := state.Member(3); m <= plotMembers; m++ {
		p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.now = p.now.Add(60 * 24 * time.Hour)
	p.block()
	p.block()
	if r := p.resultOf(n); r.Outcome == count.Carried && r.Refused != 0 {
		t.Errorf("members decided to suspend member 10; refused with %d", r.Refused)
	}
}

// The hard bounds let the entrenched kind be made one that one member carries alone in
// two minutes.
func TestFoundBoundOfNothing(t *testing.T) {
	f := newFed(t, 1, Options{})
	weak := charter.MotionEntry{
		ID: 2, Name: "special resolution", Electorate: charter.ElectorateEntry{Sort: charter.AllMembers},
		Method:  charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 1e18}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}),
		Longest: 1, Closing: charter.AtDeadline,
	}
	f.carry(1, 2, charter.Amend{Motions: []charter.MotionEntry{weak}})
	if r := f.resultOf(1); r.Refused != 0 {
		t.Skip(r)
	}
	p := f.motionOf(2, charter.Amend{Grants: []charter.GrantEntry{{Kind: member.KindSuspend, Members: true}}})
	f.must(f.sign(1, 4, p), f.sign(1, 4, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}))
	f.block()
	if r := f.resultOf(2); r.Outcome == count.Carried && r.Refused == 0 {
		t.Errorf("member 4 amended the charter alone, in a minute, by the kind of motion that has a quorum and more than half: %+v", r.Tally)
	}
}

// Two officers take out of an indivisible reserve, years later, what was given it.
func TestFoundReserveTaken(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.do(takings, period)
	n := p.passed()
	p.do(account.Post{Narrative: "a bequest", Lines: []account.Line{account.Debit(account.Bank, 900_000_00), account.Credit(account.Reserve, 900_000_00)}})
	if p.passed() != n+1 {
		t.Fatal("not posted")
	}
	p.now = p.now.Add(5 * 365 * 24 * time.Hour)
	p.do(account.Reverse{Entry: 2, Narrative: "undone"})
	if p.balance(account.Reserve) == 0 {
		t.Error("the bequest of five years ago is out of the reserve, by two officers")
	}
}
