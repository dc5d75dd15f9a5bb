package app

import (
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// answer is what a member's action is answered.
func (p *plot) answer(m state.Member, a state.Action) *abci.ExecTxResult {
	key, ok := p.keys[m]
	if !ok {
		key = fedKey(1, m)
	}
	return p.block(tx.Sign(key, p.body(1, m, a))).TxResults[0]
}

// Two officers and whom they let in do not fill the agenda: who does not count yet takes
// no place on it.
func TestAgendaHasRoom(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	for _, m := range p.crowd(charter.MaxIntakeSmall) {
		got := p.answer(m, ballot.Propose{Kind: 1, Title: "Noise"})
		if got.Code != ballot.ErrVoteless.Code || !strings.Contains(got.Log, "can propose from 2023-11-29 00:00 UTC on") {
			t.Errorf("member %d: %d %s", m, got.Code, got.Log)
		}
	}
	for _, m := range []state.Member{1, 2} {
		for range ballot.MaxOpenOwn {
			if got := p.answer(m, ballot.Propose{Kind: 1, Title: "Noise"}); got.Code != 0 {
				t.Fatalf("member %d: %d %s", m, got.Code, got.Log)
			}
		}
		if got := p.answer(m, ballot.Propose{Kind: 1, Title: "Noise"}); got.Code != ballot.ErrOpen.Code {
			t.Errorf("member %d, one over its bound: %d %s", m, got.Code, got.Log)
		}
	}
	for _, kind := range []charter.MotionKindID{1, 2, 4} {
		if got := p.answer(victim, ballot.Propose{Kind: kind, Title: "Dismiss the officers"}); got.Code != 0 {
			t.Errorf("member 6, kind %d: %d %s", kind, got.Code, got.Log)
		}
	}
	p.sound()
}

// Whom two officers let in has no period stand still.
func TestAllocationProposedWithVote(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.do(period, hours, takings, surplus.Declare{Period: 1, Surplus: 100})
	rule := surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 1}, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 1},
	}}}
	held := func() (n uint64) {
		p.read(func(r state.Reader) error {
			s, err := surplus.PeriodOf(r, 1)
			n = uint64(s.Held)
			return err
		})
		return n
	}
	for _, m := range p.crowd(3) {
		if got := p.answer(m, p.motionOf(1, rule)); got.Code != ballot.ErrVoteless.Code || held() != 0 {
			t.Errorf("member %d: %d %s; %d hold the period", m, got.Code, got.Log, held())
		}
	}
	if got := p.answer(victim, p.motionOf(1, rule)); got.Code != 0 || held() != 1 {
		t.Errorf("member 6, who has a vote: %d %s; %d hold the period", got.Code, got.Log, held())
	}
}

// An officer of another co-op whom the charter lets propose has the bound of one
// proposer.
func TestForeignProposerBound(t *testing.T) {
	f := newFed(t, 2, Options{})
	f.carry(1, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: ballot.KindPropose, Members: true, Others: []charter.OtherEntry{{Coop: 2, Office: charter.Auditor}}}}})
	n := 0
	for range ballot.MaxOpen + 1 {
		b := f.body(2, 1, ballot.Propose{Kind: 1, Title: "Noise"})
		b.On = 1
		switch f.block(tx.Sign(fedKey(2, 1), b)).TxResults[0].Code {
		case 0:
			n++
		case ballot.ErrOpen.Code:
		default:
			t.Fatal("refused for another reason")
		}
	}
	if n != ballot.MaxOpenOwn {
		t.Errorf("an officer of another co-op has %d motions under way, want %d", n, ballot.MaxOpenOwn)
	}
	f.must(f.sign(1, 4, ballot.Propose{Kind: 1, Title: "Ours"}))
	f.sound()
}
