//go:build found

package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Two officers replace the keys of all others, and carry alone what the others are
// against: an ordinary and a special resolution, which amends the charter.
func TestFoundRekeyAll(t *testing.T) {
	for _, kind := range []charter.MotionKindID{1, 2} {
		for when := beforeProposal; when <= beforeCasts; when++ {
			p := newPlot(t, "standard", 0, true)
			got := p.run(kind, func(p *plot) {
				for m := state.Member(3); m <= plotMembers; m++ {
					key := evilKey(50 + int(m))
					taken := p.taken
					p.do(member.Rekey{Member: m, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
					if p.taken > taken {
						p.keys[m] = key
					}
				}
			}, when)
			if got.Outcome == count.Carried {
				t.Errorf("kind %d, %s: two officers carried alone what eight are against: %+v", kind, momentNames[when], got)
			}
		}
	}
}

// Two officers withdraw another member's motion, and end the membership of its proposer.
func TestFoundRekeyWithdraws(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	n := p.motions() + 1
	if !p.try(victim, ballot.Propose{Kind: 1, Title: "Dismiss the officers"}) {
		t.Fatal("refused")
	}
	key := evilKey(2)
	p.do(member.Rekey{Member: victim, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
	p.keys[victim] = key
	if p.try(victim, ballot.Withdraw{Motion: n}) {
		t.Error("two officers withdrew a motion of member 6")
	}
	if p.try(victim, member.Resign{Member: victim}) {
		t.Error("two officers ended the membership of member 6")
	}
	p.sound()
}

// Two officers admit six, who do not count yet and fill the agenda with them: nobody
// else can propose.
func TestFoundAgendaFilled(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	var crowd []state.Member
	for i := range 6 {
		key := evilKey(100 + i)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		m := p.newest()
		p.keys[m] = key
		p.do(member.Admit{Member: m})
		crowd = append(crowd, m)
	}
	for _, m := range append(crowd, 1, 2) {
		for range ballot.MaxOpenOwn {
			if !p.try(m, ballot.Propose{Kind: 1, Title: "Noise"}) {
				t.Fatalf("member %d was refused", m)
			}
		}
	}
	for _, kind := range []charter.MotionKindID{1, 2, 4} {
		if !p.try(victim, ballot.Propose{Kind: kind, Title: "Dismiss the officers"}) {
			t.Errorf("member 6 can put no motion of kind %d: two officers and whom they let in hold all %d places", kind, ballot.MaxOpen)
		}
	}
}

// Two officers fill a member's history by replacing its key over and over and then
// suspend it: all members together cannot reinstate it.
func TestFoundHistoryFull(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	for i := range member.MaxHistory - 2 {
		key := evilKey(i)
		p.do(member.Rekey{Member: victim, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
		if i%50 == 0 {
			p.now = p.now.Add(24 * time.Hour)
		}
	}
	p.do(member.Suspend{Member: victim, Reason: "a pretext"})
	n := p.motions() + 1
	prop := p.motionOf(4, member.Reinstate{Member: victim})
	prop.Anyway = true
	if !p.try(3, prop) {
		t.Fatal("the motion was refused")
	}
	for m := state.Member(1); m <= plotMembers; m++ {
		if m != victim {
			p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		}
	}
	p.block()
	p.read(func(r state.Reader) error {
		mo, poll, err := ballot.Find(r, n)
		if err != nil {
			return err
		}
		rec, err := member.Find(r, victim)
		t.Logf("motion %+v %v; history %d, standing %v", mo.Result, poll.Status, len(rec.History), rec.Standing())
		if len(mo.Result) == 1 && mo.Result[0].Refused != 0 {
			t.Errorf("all members decided to reinstate member 6; the ledger refused with %d", mo.Result[0].Refused)
		}
		return err
	})
}

// A motion of two officers under way when the charter puts its kind to all members is
// still decided by the two, and counts as decided by all: its suspension takes the vote
// at once.
func TestFoundKindAmendedBetween(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	// the motion that the officers want to bend is proposed first and opens later
	bent := p.motions() + 1
	if !p.try(3, ballot.Propose{Kind: 1, Title: "Dismiss the officers"}) {
		t.Fatal("refused")
	}
	amend := p.motions() + 1
	doc, _ := charter.Preset("standard")
	_ = doc
	var all charter.MotionEntry
	p.read(func(r state.Reader) error {
		k, err := charter.MotionKindOf(r, 4)
		all = k.Entry(3)
		all.Name = "all, not two officers"
		return err
	})
	if !p.try(3, p.motionOf(2, charter.Amend{Motions: []charter.MotionEntry{all}})) {
		t.Fatal("refused")
	}
	p.now = p.now.Add(22*24*time.Hour + time.Hour)
	p.block()
	for m := state.Member(1); m <= plotMembers; m++ {
		p.try(m, ballot.Cast{Motion: amend, Paper: ballot.Yes.Paper()})
	}
	// before it is carried, the two propose suspensions and cast once
	var held []ballot.Number
	for m := state.Member(3); m <= plotMembers; m++ {
		n := p.motions() + 1
		if !p.try(1, p.motionOf(3, member.Suspend{Member: m, Reason: "a pretext"})) {
			t.Fatal("refused")
		}
		p.try(1, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		held = append(held, n)
	}
	p.now = p.now.Add(2 * time.Hour)
	p.block()
	if !p.try(1, ballot.Declare{Motion: amend}) {
		t.Fatal("not declared")
	}
	for _, n := range held {
		p.try(2, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	barred := 0
	p.read(func(r state.Reader) error {
		for m := state.Member(3); m <= plotMembers; m++ {
			rec, err := member.Find(r, m)
			if err != nil {
				return err
			}
			if h := rec.History[len(rec.History)-1]; h.Standing == member.Suspended && h.Bars {
				barred++
			}
		}
		return nil
	})
	cast := 0
	for m := state.Member(3); m <= plotMembers; m++ {
		if p.try(m, ballot.Cast{Motion: bent, Paper: ballot.Yes.Paper()}) {
			cast++
		}
	}
	if barred > 0 {
		t.Errorf("two officers took the vote of %d members at once, on what is under way as well; %d can still cast", barred, cast)
	}
	p.sound()
}
