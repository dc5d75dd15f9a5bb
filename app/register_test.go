package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What two officers try with the register of members by the standard charter, and what
// comes of it. Each of these once succeeded.

// member is a record of the register.
func (p *plot) member(m state.Member) (rec member.Record) {
	p.t.Helper()
	p.read(func(r state.Reader) error {
		var err error
		rec, err = member.Find(r, m)
		return err
	})
	return rec
}

// give has the officers replace a member's key by the n-th of theirs.
func (p *plot) give(m state.Member, n int) (key tx.PrivateKey, taken bool) {
	key = evilKey(n)
	before := p.taken
	p.do(member.Rekey{Member: m, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
	return key, p.taken > before
}

// Two officers who replace the keys of all others get one in ten at most, and that only
// if its holder signs nothing for the waiting time: they carry nothing alone.
func TestRekeyByOfficersTakesFew(t *testing.T) {
	for _, kind := range []charter.MotionKindID{1, 2} {
		for when := beforeProposal; when <= beforeCasts; when++ {
			p := newPlot(t, "standard", 0, true)
			p.against = opponents
			got := p.run(kind, plots["member.Rekey"], when)
			want := verdict{Status: ballot.Closed, Outcome: count.Lost, Yes: 2, No: 7, Electorate: plotMembers}
			if when == beforeCasts {
				want.No = 8 // the old key casts, and the new one is void
			}
			if got != want {
				t.Errorf("kind %d, %s: %+v, want %+v", kind, momentNames[when], got, want)
			}
		}
	}
}

// A key that two officers give does nothing in the member's name while it waits: it
// withdraws no motion and ends no membership; as soon as the old key signs it never will.
func TestRekeyByOfficersWaits(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	n := p.motions() + 1
	if !p.try(victim, ballot.Propose{Kind: 1, Title: "Dismiss the officers"}) {
		t.Fatal("refused")
	}
	key, taken := p.give(victim, 2)
	if !taken {
		t.Fatal("refused")
	}
	p.now = p.now.Add(13 * 24 * time.Hour)
	if p.tryBy(key, victim, ballot.Withdraw{Motion: n}) {
		t.Error("two officers withdrew a motion of member 6")
	}
	if p.tryBy(key, victim, member.Resign{Member: victim}) {
		t.Error("two officers ended the membership of member 6")
	}
	if rec := p.member(victim); !rec.Next.Equal(key.Public()) || rec.NextFrom() == 0 {
		t.Fatalf("the next key is %v, on day %d", rec.Next, rec.NextFrom())
	}
	if !p.tryBy(fedKey(1, victim), victim, ballot.Withdraw{Motion: n}) {
		t.Error("the member's own key cannot withdraw its motion")
	}
	p.now = p.now.Add(5 * 24 * time.Hour)
	p.block()
	if p.tryBy(key, victim, member.Resign{Member: victim}) || !p.tryBy(fedKey(1, victim), victim, ballot.Propose{Kind: 4, Title: "Here I am"}) {
		t.Error("after the old key signed, the new one acts")
	}
	h := p.member(victim).History
	if last := h[len(h)-1]; !last.Key || last.Void == 0 || last.VoidBy != (state.Actor{Coop: 1, Member: victim}) {
		t.Errorf("history %+v", h)
	}
	p.sound()
}

// all has members 3 to 8 carry an action by a written resolution, and returns what it
// came to.
func (p *plot) all(a state.Action) ballot.Result {
	p.t.Helper()
	n := p.motions() + 1
	if !p.try(3, p.motionOf(4, a)) {
		p.t.Fatalf("%T was refused when it was proposed", a)
	}
	for m := state.Member(3); m <= 8; m++ {
		p.tryBy(fedKey(1, m), m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	return p.result(n)
}

// crowd has the officers admit some whose keys they hold.
func (p *plot) crowd(size int) (out []state.Member) {
	for i := range size {
		key := evilKey(100 + i)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		m := p.newest()
		p.keys[m] = key
		p.do(member.Admit{Member: m})
		out = append(out, m)
	}
	return out
}

// Whom two officers let in, all members can bar before they have a vote, by a written
// resolution; they never get one.
func TestCrowdIsBarredInTime(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	crowd := p.crowd(charter.MaxIntakeSmall)
	for _, m := range crowd {
		if r := p.all(member.Suspend{Member: m, Reason: "let in without us"}); r.Refused != 0 {
			t.Fatalf("member %d: refused with %d", m, r.Refused)
		}
	}
	p.now = p.now.Add(15 * 24 * time.Hour) // when the crowd would count
	n := p.motions() + 1
	if p.try(crowd[0], ballot.Propose{Kind: 4, Title: "All for us"}) {
		t.Error("one of the crowd has proposed")
	}
	if !p.try(1, ballot.Propose{Kind: 4, Title: "All for us"}) {
		t.Fatal("refused")
	}
	for _, m := range crowd {
		if p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}) {
			t.Errorf("member %d has cast", m)
		}
	}
	p.read(func(r state.Reader) error {
		_, poll, err := ballot.Find(r, n)
		if err == nil && poll.Electorate != plotMembers {
			t.Errorf("the electorate is %d, want %d", poll.Electorate, plotMembers)
		}
		return err
	})
	p.sound()
}

// An import counts at once only if the entrenched kind of motion carries it: a crowd
// does not multiply by a written resolution.
func TestImportCounts(t *testing.T) {
	for kind, waits := range map[charter.MotionKindID]bool{1: true, 2: false, 4: true} {
		p := newPlot(t, "standard", 0, true)
		n := p.motions() + 1
		if !p.try(3, p.motionOf(kind, member.Import{Entries: []member.Entry{{Key: evilKey(200).Public(), Class: 1}}})) {
			t.Fatal("refused")
		}
		p.now = p.now.Add(22*24*time.Hour + time.Minute)
		p.block()
		for _, m := range opponents {
			p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		}
		p.now = p.now.Add(60 * 24 * time.Hour)
		p.block()
		p.block()
		if r := p.result(n); r.Outcome != count.Carried || r.Refused != 0 {
			t.Fatalf("kind %d: %+v", kind, r)
		}
		want := uint64(0)
		if rec := p.member(p.newest()); waits {
			want = state.DayOf(rec.History[0].Time+24*60*60-1) + 14
		}
		if got := p.member(p.newest()).Counts; got != want {
			t.Errorf("carried by kind %d: counts from day %d, want %d", kind, got, want)
		}
	}
}

// resolve has members 3 to 10 carry an action by an ordinary resolution.
func (p *plot) resolve(a state.Action) {
	p.t.Helper()
	n := p.motions() + 1
	if got := p.answer(3, p.motionOf(1, a)); got.Code != 0 {
		p.t.Fatal(got.Log)
	}
	p.now = p.now.Add(16 * 24 * time.Hour)
	p.block()
	for _, m := range opponents {
		p.tryBy(fedKey(1, m), m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.now = p.now.Add(60 * 24 * time.Hour)
	p.block()
	p.block()
	p.wantEnded(n, nil)
}

// Two officers do not put their key in the place of an applicant's, who cannot sign
// anything that would make it void; all members may, and the applicant applies again.
func TestNoKeyForACandidate(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	own, second := evilKey(30), evilKey(31)
	if !p.try(1, member.Apply{Entry: member.Entry{Key: own.Public(), Class: 1}, Possession: own.Possession(fedChain, 1)}) {
		t.Fatal("refused")
	}
	m := p.newest()
	evil, taken := p.give(m, 32)
	if taken {
		t.Error("two officers gave a candidate another key")
	}
	p.pass(16)
	p.do(member.Admit{Member: m})
	p.pass(16)
	if rec := p.wantStanding(m, member.Active); !rec.Key.Equal(own.Public()) || len(rec.Next) > 0 {
		t.Errorf("member %d has key %v, and is to have %v", m, rec.Key, rec.Next)
	}
	if p.tryBy(evil, m, ballot.Propose{Kind: 4, Title: "I am it"}) {
		t.Error("the officers' key acts")
	}
	p.keys[m] = own
	if !p.try(m, ballot.Propose{Kind: 4, Title: "Here I am"}) {
		t.Error("the applicant's key does not act")
	}
	third := evilKey(33)
	if !p.try(1, member.Apply{Entry: member.Entry{Key: third.Public(), Class: 1}, Possession: third.Possession(fedChain, 1)}) {
		t.Fatal("refused")
	}
	p.most(member.Rekey{Member: p.newest(), Key: second.Public(), Possession: second.Possession(fedChain, 1)})
	if rec := p.member(p.newest()); !rec.Key.Equal(second.Public()) {
		t.Error("all members could not give a candidate another key")
	}
	p.sound()
}
