package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// result is what a closed motion decided.
func (f *fed) result(n ballot.Number) (r ballot.Result) {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	m, _, err := ballot.Find(v.Of(1), n)
	if err != nil || len(m.Result) != 1 {
		f.t.Fatalf("motion %d: %+v %v", n, m, err)
	}
	return m.Result[0]
}

// kind is a kind of motion as an amendment writes it, with a change.
func (f *fed) kind(id charter.MotionKindID, change func(*charter.MotionEntry)) charter.MotionEntry {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	k, err := charter.MotionKindOf(v.Of(1), id)
	if err != nil {
		f.t.Fatal(err)
	}
	e := k.Entry(id)
	change(&e)
	return e
}

// A motion of two officers that is under way when the charter puts its kind to all
// members is still one of two officers: its suspension takes no vote at once.
func TestElectorateOfTheProposal(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	asked := p.motions() + 1
	if !p.try(3, ballot.Propose{Kind: 1, Title: "Dismiss the officers"}) {
		t.Fatal("refused")
	}
	amend := p.motions() + 1
	all := p.kind(3, func(k *charter.MotionEntry) {
		k.Name, k.Electorate = "all, not two officers", charter.ElectorateEntry{Sort: charter.AllMembers}
	})
	if !p.try(3, p.motionOf(2, amendment.Amend{Motions: []charter.MotionEntry{all}})) {
		t.Fatal("refused")
	}
	p.now = p.now.Add(22*24*time.Hour + time.Hour)
	p.block()
	for m := state.Member(1); m <= plotMembers; m++ {
		p.try(m, ballot.Cast{Motion: amend, Paper: ballot.Yes.Paper()})
	}
	const others = plotMembers - 2
	first := p.motions() + 1
	for m := state.Member(3); m <= plotMembers; m++ {
		n := p.motions() + 1
		if !p.try(1, p.motionOf(3, member.Suspend{Member: m, Reason: "a pretext"})) {
			t.Fatal("refused")
		}
		p.try(1, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.now = p.now.Add(2 * time.Hour)
	p.block()
	if !p.try(1, ballot.Declare{Motion: amend}) {
		t.Fatal("not declared")
	}
	for n := first; n < first+others; n++ {
		p.try(2, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	if r := p.result(amend); r.Outcome != count.Carried || r.Refused != 0 {
		t.Fatalf("the amendment: %+v", r)
	}
	for n := first; n < first+others; n++ {
		refused := member.ErrMany.Code // they suspend one of ten at a time
		if n == first {
			refused = 0
		}
		if r := p.result(n); r.Outcome != count.Carried || r.Refused != refused || r.Tally.Electorate != 2 {
			t.Errorf("suspension by motion %d: %+v", n, r)
		}
	}
	for m := state.Member(3); m <= plotMembers; m++ {
		if got := p.answer(m, ballot.Cast{Motion: asked, Paper: ballot.Yes.Paper()}); got.Code != 0 {
			t.Errorf("member %d lost the vote on what was under way: %d %s", m, got.Code, got.Log)
		}
	}
	p.sound()
}

// A motion that was proposed while its kind was not the entrenched one changes nothing
// entrenched, even if the charter has made its kind that meanwhile.
func TestEntrenchedWhenProposed(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{2, 4}}}})
	suspending := amendment.Amend{Grants: []charter.GrantEntry{{Kind: member.KindSuspend, Motions: []charter.MotionKindID{1, 3, 4}}}}
	early := f.motionOf(4, suspending)
	early.Anyway = true
	f.must(f.sign(1, 4, early))
	for m := state.Member(1); m <= 2; m++ {
		f.must(f.sign(1, m, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}))
	}
	strict := f.kind(4, func(k *charter.MotionEntry) {
		k.Notice, k.Shortest = 10*24*60, 60
		k.Method = charter.ByMajority(count.MajorityRule{
			Quorum: count.Fraction{Num: 1, Den: 2}, QuorumMin: 2, Threshold: count.Fraction{Num: 9, Den: 10}, Base: count.BaseMembers,
		})
	})
	v := f.view()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	policy.Entrenched = 4
	f.carry(3, 2, amendment.Amend{Motions: []charter.MotionEntry{strict}, Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
	if r := f.result(3); r.Outcome != count.Carried || r.Refused != 0 {
		t.Fatalf("the amendment: %+v", r)
	}
	f.must(f.sign(1, 3, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}))
	if r := f.result(2); r.Outcome != count.Carried || r.Tally.Yes != 3 || r.Refused != amendment.ErrProtected.Code {
		t.Errorf("three of five, by the rule before it was the entrenched one: %+v, want refused with %d", r, amendment.ErrProtected.Code)
	}

	f.must(f.sign(1, 4, f.motionOf(4, suspending)))
	f.now = f.now.Add(10*24*time.Hour + 2*time.Hour)
	f.block()
	f.castAll(4, ballot.Yes)
	if r := f.result(4); r.Outcome != count.Carried || r.Refused != 0 {
		t.Errorf("proposed when it was the entrenched one: %+v", r)
	}
	f.sound()
}

// A returning officer who declares what is decided chooses the moment and nothing else:
// those who cast for it cannot think better of it, whenever it is declared.
func TestDeclaredAtAnyMoment(t *testing.T) {
	run := func(early bool) ballot.Result {
		p := newPlot(t, "standard", charter.ReturningOfficer, false)
		if !p.try(1, ballot.Propose{Kind: 1, Title: "All for us"}) {
			t.Fatal("refused")
		}
		p.now = p.now.Add(15*24*time.Hour + time.Minute)
		p.block()
		for m := state.Member(1); m <= 6; m++ {
			p.try(m, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
		}
		p.now = p.now.Add(time.Hour)
		if early && !p.try(1, ballot.Declare{Motion: 1}) {
			t.Fatal("not declared")
		}
		for m := state.Member(4); m <= 10; m++ { // three think again
			want := uint32(0)
			switch {
			case early:
				want = ballot.ErrClosed.Code
			case m <= 6:
				want = ballot.ErrStands.Code
			}
			if got := p.answer(m, ballot.Cast{Motion: 1, Paper: ballot.No.Paper()}); got.Code != want {
				t.Errorf("member %d: %d %s, want %d", m, got.Code, got.Log, want)
			}
		}
		p.now = p.now.Add(60 * 24 * time.Hour)
		p.block()
		p.block()
		p.sound()
		return p.result(1)
	}
	for _, early := range []bool{false, true} {
		if r := run(early); r.Outcome != count.Carried || r.Tally.Yes != 6 {
			t.Errorf("declared early, %v: %v by %+v", early, r.Outcome, r.Tally)
		}
	}
}
