package app

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// grown has all members carry an import of so many by the entrenched kind of motion; they
// count at once.
func (p *plot) grown(size int) {
	p.t.Helper()
	var batch member.Import
	for i := range size {
		key := evilKey(256 - 1 - i)
		batch.Entries = append(batch.Entries, member.Entry{Key: key.Public(), Class: 1})
	}
	n := p.imports(batch)
	p.vote(n)
	p.wantEnded(n, nil)
}

// A crowd that two officers let in, and that nobody bars, has with them no majority when it
// counts: of ten members they let in five.
func TestCrowdIsFew(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	crowd := p.crowd(5)
	if more := p.letIn(140, 35); more != 0 || p.wantStanding(crowd[4], member.Active).Counts == 0 {
		t.Errorf("two officers let in 5 and %d more", more)
	}
	p.pass(15)
	n := p.motions() + 1
	if !p.try(1, p.motionOf(4, member.Suspend{Member: victim, Reason: "for ever, by all"})) {
		t.Fatal("refused")
	}
	for m := range state.Member(2) {
		p.try(m+1, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	for _, m := range crowd {
		if !p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}) {
			t.Errorf("member %d, who counts, could not cast", m)
		}
	}
	p.pass(30)
	if r := p.result(n); r.Outcome == count.Carried || r.Tally.Yes != 7 || r.Tally.Electorate != 15 {
		t.Errorf("what the crowd decides: %+v", r)
	}
	p.sound()
}

// What others than all members let in is bounded within 90 days, by how many count; all
// members admit whomever they like, and do so beside it.
func TestIntake(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.grown(50)
	if got := p.letIn(100, 30); got != 20 {
		t.Errorf("of 60, officers let in %d, want 20", got)
	}
	p.pass(40) // they count, and the bound is that of 80
	if got := p.letIn(130, 10); got != 6 {
		t.Errorf("of 80, officers let in %d more, want 6", got)
	}
	p.pass(charter.MinIntake - 40) // the first are over
	if got := p.letIn(140, 30); got != 22 {
		t.Errorf("of 86, of whom 6 were let in, officers let in %d, want 22", got)
	}
	p.sound()
}

// letIn has the officers admit so many, by the keys from one on that they hold, and
// returns how many they could.
func (p *plot) letIn(first, size int) (n int) {
	for i := range size {
		p.do(p.applies(first + i))
		m, before := p.newest(), p.taken
		if p.do(member.Admit{Member: m}); p.taken > before {
			n++
		}
	}
	return n
}

func (p *plot) applies(n int) member.Apply {
	key := evilKey(n)
	return member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)}
}

// Whom officers could not let in any more, all members admit by a written resolution.
func TestAllAdmitBeyondTheIntake(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	if got := p.letIn(100, 7); got != 5 {
		t.Fatalf("officers let in %d", got)
	}
	for m := p.newest() - 1; m <= p.newest(); m++ {
		n := p.motions() + 1
		if got := p.answer(1, p.motionOf(3, member.Admit{Member: m})); got.Code != ballot.ErrTried.Code {
			t.Errorf("officers asking for one more: %d %s", got.Code, got.Log)
		}
		if r := p.all(member.Admit{Member: m}); r.Refused != 0 {
			t.Errorf("all members admitting, motion %d: %+v", n, r)
		}
		p.wantStanding(m, member.Active)
	}
	p.sound()
}
