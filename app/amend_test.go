package app

import (
	"slices"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// An amendment that members carry changes what they were asked about and takes nothing
// back that they carried while it was under way.

// amends has a member propose an amendment by a special resolution, even if it would be
// refused today, and returns its number.
func (p *plot) amends(m state.Member, a amendment.Amend) ballot.Number {
	p.t.Helper()
	n, motion := p.motions()+1, p.motionOf(2, a)
	motion.Anyway = true
	if got := p.answer(m, motion); got.Code != 0 {
		p.t.Fatal(got.Log)
	}
	return n
}

// vote has all members cast yes on motions of three weeks' notice, and has member 1
// declare them in this order.
func (p *plot) vote(motions ...ballot.Number) {
	p.t.Helper()
	p.now = p.now.Add(22*24*time.Hour + time.Hour)
	p.block()
	for m := state.Member(1); m <= plotMembers; m++ {
		for _, n := range motions {
			if !p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}) {
				p.t.Fatalf("member %d could not cast on motion %d", m, n)
			}
		}
	}
	p.now = p.now.Add(2 * time.Hour)
	for _, n := range motions {
		if got := p.answer(1, ballot.Declare{Motion: n}); got.Code != 0 {
			p.t.Fatal(got.Log)
		}
		p.block()
	}
}

func (p *plot) policy() (out charter.PolicyEntry) {
	p.t.Helper()
	p.read(func(r state.Reader) error {
		policy, err := charter.PolicyOf(r)
		out = charter.PolicyEntry(policy)
		return err
	})
	return out
}

func (p *plot) wantSaid(n ballot.Number, want ...string) {
	p.t.Helper()
	_, got := p.said(n)
	for _, w := range want {
		if !slices.Contains(got, w) {
			p.t.Errorf("of motion %d is said %q, not %q", n, got, w)
		}
	}
}

// Of two amendments of one record, of which each changes another clause, both take effect,
// whichever is declared first; also one that was proposed when it would have been refused.
func TestAmendmentTakesNothingBack(t *testing.T) {
	for _, last := range []bool{false, true} {
		p := newPlot(t, "standard", 0, true)
		was := p.policy()
		real, harmless := was, was
		real.Waiting, real.Alone = 60, 5000
		harmless.Allowance++
		strict := p.kind(1, func(k *charter.MotionEntry) { k.Notice = 30000 })
		renamed := p.kind(1, func(k *charter.MotionEntry) { k.Name = "Ordinary resolution" })
		unknown := charter.GrantEntry{Kind: account.KindOpen, Motions: []charter.MotionKindID{9}} // there is no such kind yet
		ninth := p.kind(1, func(k *charter.MotionEntry) { k.ID, k.Name = 9, "ninth" })
		a := p.amends(3, amendment.Amend{Policy: []charter.PolicyEntry{real}, Motions: []charter.MotionEntry{strict, ninth}})
		b := p.amends(1, amendment.Amend{Policy: []charter.PolicyEntry{harmless}, Motions: []charter.MotionEntry{renamed}, Grants: []charter.GrantEntry{unknown}})
		p.wantSaid(b, "motion 1, notice: 15 days, as before", "one officer moves alone: at most 10,000.00 EUR a day, as before")
		order := []ballot.Number{a, b}
		if last {
			order = []ballot.Number{b, a}
		}
		p.vote(order...)
		p.wantEnded(a, nil)
		if last {
			p.wantEnded(b, charter.ErrNoMotion) // the kind is founded by a
			continue
		}
		p.wantEnded(b, nil)
		want := was
		want.Waiting, want.Alone, want.Allowance = 60, 5000, was.Allowance+1
		if got := p.policy(); got.Waiting != want.Waiting || got.Alone != want.Alone || got.Allowance != want.Allowance {
			t.Errorf("the figures are %+v, want %+v", got, want)
		}
		if got := p.kind(1, func(*charter.MotionEntry) {}); got.Name != "Ordinary resolution" || got.Notice != 30000 {
			t.Errorf("kind 1 is %q with a notice of %d", got.Name, got.Notice)
		}
		p.wantSaid(b, "motion 1, notice: 500 hours, as before", "one officer moves alone: at most 50.00 EUR a day, as before")
		p.sound()
	}
}

// An amendment of a clause that has changed since is refused, and says so before, unless
// it makes of it what it has become.
func TestAmendmentOfWhatChanged(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	first, second, same := p.policy(), p.policy(), p.policy()
	first.Waiting, second.Waiting, same.Waiting = 60, 15, 60
	grant := func(to ...charter.Office) charter.GrantEntry {
		return charter.GrantEntry{Kind: account.KindOpen, Offices: to, Motions: []charter.MotionKindID{1}}
	}
	a := p.amends(3, amendment.Amend{Policy: []charter.PolicyEntry{first}, Grants: []charter.GrantEntry{grant(charter.Treasurer)}})
	b := p.amends(1, amendment.Amend{Policy: []charter.PolicyEntry{second}})
	c := p.amends(1, amendment.Amend{Policy: []charter.PolicyEntry{same}})
	d := p.amends(1, amendment.Amend{Grants: []charter.GrantEntry{grant(charter.Treasurer, charter.Chair)}})
	p.vote(a, c, b, d)
	p.wantEnded(a, nil)
	p.wantEnded(c, nil)
	p.wantEnded(b, amendment.ErrChanged)
	p.wantEnded(d, amendment.ErrChanged)
	if got := p.policy().Waiting; got != 60 {
		t.Errorf("new members wait %d days, want 60", got)
	}
	p.wantSaid(b, "has changed since it was proposed: new members count: as this stands, it is refused when it is carried")
	p.wantSaid(d, "has changed since it was proposed: who may take account.Open: as this stands, it is refused when it is carried")
	if r := p.result(a); r.Outcome != count.Carried || len(r.Was) == 0 {
		t.Errorf("%+v", r)
	}
	p.sound()
}
