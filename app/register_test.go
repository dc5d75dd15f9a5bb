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

// came is what motion n came to.
func (p *plot) came(n ballot.Number) (r ballot.Result) {
	p.t.Helper()
	p.read(func(rd state.Reader) error {
		m, _, err := ballot.Find(rd, n)
		if err == nil && len(m.Result) != 1 {
			p.t.Fatalf("motion %d: %+v", n, m)
		}
		if err == nil {
			r = m.Result[0]
		}
		return err
	})
	return r
}

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
