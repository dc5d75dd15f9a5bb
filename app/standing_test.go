package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
)

// What two officers try with members' standing by the standard charter, and what comes
// of it. Each of these once succeeded.

// suspend has the officers suspend a member, and says whether they could.
func (p *plot) suspend(m state.Member) bool {
	before := p.taken
	p.do(member.Suspend{Member: m, Reason: "a pretext"})
	return p.taken > before
}

func (p *plot) wantStanding(m state.Member, want member.Standing) member.Record {
	p.t.Helper()
	rec := p.member(m)
	if got := rec.Standing(); got != want {
		p.t.Errorf("member %d is %v, want %v", m, got, want)
	}
	return rec
}

func (p *plot) pass(days int) {
	p.now = p.now.Add(time.Duration(days) * 24 * time.Hour)
	p.block()
	p.block()
}

// Whom all members reinstated, officers do not suspend again for a year; nor whose
// suspension by them has ended by itself, which it does in time.
func TestSuspensionByOfficersIsOnce(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	if !p.suspend(victim) {
		t.Fatal("officers could not suspend")
	}
	if r := p.all(member.Reinstate{Member: victim}); r.Refused != 0 {
		t.Fatal(r)
	}
	if p.suspend(victim) {
		t.Error("officers suspended whom all members had just reinstated")
	}
	p.pass(int(charter.Membership{}.ShieldDays()))
	if !p.suspend(victim) {
		t.Error("officers could not suspend after a year")
	}
	p.pass(int(charter.Membership{}.SuspensionDays()))
	p.wantStanding(victim, member.Suspended)
	p.pass(2)
	rec := p.wantStanding(victim, member.Active)
	if last := rec.History[len(rec.History)-1]; !last.Lapsed || last.By != (state.Actor{}) || last.Counts != 0 {
		t.Errorf("the suspension ended by %+v", last)
	}
	n := p.motions() + 1
	if !p.try(victim, ballot.Propose{Kind: 4, Title: "I am back"}) || !p.try(victim, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}) {
		t.Error("it cannot propose and cast")
	}
	if p.suspend(victim) {
		t.Error("officers suspended again whose suspension by them had just ended")
	}
	if r := p.all(member.Suspend{Member: victim, Reason: "decided by all"}); r.Refused != 0 {
		t.Errorf("all members suspending it: refused with %d", r.Refused)
	}
	p.sound()
}

// Two officers who suspend all others get one in ten: they are not the electorate when
// the waiting time is over.
func TestSuspensionByOfficersTakesFew(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	suspended := 0
	for _, m := range opponents {
		if p.suspend(m) {
			suspended++
		}
	}
	if suspended != 1 {
		t.Errorf("officers suspended %d of %d", suspended, plotMembers)
	}
	p.pass(16)
	got := p.run(2, func(*plot) {}, never)
	if got.Electorate != plotMembers-1 || got.Outcome == count.Carried {
		t.Errorf("what they propose then: %+v", got)
	}
	p.sound()
}

// What all members decided on a member is not void since two officers suspended it
// meanwhile: their suspension becomes all members', and an office waits for its end.
func TestSuspensionByOfficersVoidsNothing(t *testing.T) {
	decide := func(a state.Action) (*plot, ballot.Result) {
		p := newPlot(t, "standard", 0, true)
		n := p.motions() + 1
		if !p.try(3, p.motionOf(4, a)) {
			t.Fatalf("%T was refused when it was proposed", a)
		}
		for m := state.Member(3); m < 8; m++ {
			p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		}
		if !p.suspend(9) {
			t.Fatal("officers could not suspend")
		}
		p.try(8, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		p.block()
		return p, p.result(n)
	}

	p, r := decide(member.Suspend{Member: 9, Reason: "decided by all"})
	if r.Outcome != count.Carried || r.Refused != 0 {
		t.Errorf("a suspension by all: %+v", r)
	}
	p.pass(int(charter.Membership{}.SuspensionDays()) + 2)
	rec := p.wantStanding(9, member.Suspended)
	if rec.HasVote(p.now.Unix(), ^uint64(0)) {
		t.Error("whom all members suspended has a vote")
	}
	p.sound()

	p, r = decide(office.Appoint{Member: 9, Office: charter.Auditor})
	if r.Outcome != count.Carried || r.Refused != 0 {
		t.Errorf("an appointment by all: %+v", r)
	}
	holds := func() (yes bool) {
		p.read(func(rd state.Reader) (err error) {
			yes, err = member.Holds(rd, 9, charter.Auditor)
			return err
		})
		return yes
	}
	if holds() {
		t.Error("a suspended member holds an office")
	}
	if r := p.all(member.Reinstate{Member: 9}); r.Refused != 0 || !holds() {
		t.Errorf("reinstated by %+v, it holds the office that all members gave it: %v", r, holds())
	}
	p.sound()
}

// Officers who fill a member's history keep out nothing that all members decide: neither
// for a friend, nor against one.
func TestFullHistoryKeepsNothingOut(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	full := func() bool { return len(p.member(victim).History) == member.MaxHistory }
	for i := 0; !full(); i++ {
		_, taken := p.give(victim, i)
		if !taken {
			t.Fatalf("change %d was refused", i)
		}
		if i%50 == 0 {
			p.now = p.now.Add(24 * time.Hour)
		}
	}
	if p.suspend(victim) {
		t.Error("officers changed a full history")
	}
	fresh := fedKey(1, 77)
	for _, a := range []state.Action{
		member.Suspend{Member: victim, Reason: "decided by all"},
		member.Reinstate{Member: victim},
		member.Rekey{Member: victim, Key: fresh.Public(), Possession: fresh.Possession(fedChain, 1)},
	} {
		if r := p.all(a); r.Outcome != count.Carried || r.Refused != 0 {
			t.Errorf("all members decided %T: %+v", a, r)
		}
	}
	if rec := p.wantStanding(victim, member.Active); rec.Key.String() != fresh.Public().String() {
		t.Errorf("its key is %v", rec.Key)
	}
	p.sound()
}
