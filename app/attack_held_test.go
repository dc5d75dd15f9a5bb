//go:build found

package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Every way in which a motion ends releases what it held.
func TestHeldReleases(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, share.OpenClass{Class: 1, Name: "a", Par: 100, MaxHolding: 50})
	f.must(f.sign(1, 4, share.Subscribe{Member: 4, Class: 1, Units: 5}))
	f.must(f.sign(1, 1, share.ConfirmPayment{Subscriptions: []uint64{1}}))
	f.must(f.sign(1, 1, share.Issue{Subscriptions: []uint64{1}}))
	f.must(f.sign(1, 1, sold(5000)), f.sign(1, 1, surplus.OpenPeriod{Name: "p"}), f.sign(1, 1, patronage(3, 4)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 5000}))
	rule := surplus.Allocate{Period: 1, Steps: []surplus.Step{
		{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: money.Rate{Num: 1, Den: 50}, Class: 1},
		{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: money.Rate{Num: 1, Den: 40}, Class: 1},
		{Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: money.Rate{Num: 1, Den: 40}, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 3}},
	}}
	free := func(what string) {
		t.Helper()
		v := f.view()
		defer v.Close()
		s, _ := surplus.PeriodOf(v.Of(1), 1)
		c, _ := share.TotalsOf(v.Of(1), 1)
		if s.Held != 0 || c.Held != 0 {
			t.Errorf("%s: held %d, %d", what, s.Held, c.Held)
		}
		f.sound()
	}
	// authority amended between
	f.must(f.sign(1, 2, f.motionOf(1, rule)))
	f.castAll(2, ballot.Yes)
	f.carry(3, 2, charter.Amend{Grants: []charter.GrantEntry{{Kind: surplus.KindAllocate, Motions: []charter.MotionKindID{4}}}})
	f.must(f.sign(1, 1, ballot.Declare{Motion: 2}))
	if r := f.resultOf(2); r.Refused == 0 {
		t.Error("carried without authority")
	}
	free("no authority")
	f.carry(4, 2, charter.Amend{Grants: []charter.GrantEntry{{Kind: surplus.KindAllocate, Motions: []charter.MotionKindID{1, 4}}}})
	// proposer leaves, no quorum
	f.must(f.sign(1, 5, f.motionOf(1, rule)))
	f.must(f.sign(1, 5, member.Resign{Member: 5}))
	f.now = f.now.Add(40 * 24 * time.Hour)
	f.block()
	free("inquorate, proposer left")
	// two motions, both carried in one block
	f.must(f.sign(1, 3, f.motionOf(1, rule)), f.sign(1, 4, f.motionOf(1, surplus.Allocate{Period: 1})))
	var txs [][]byte
	for m := state.Member(1); m <= 4; m++ {
		txs = append(txs, f.sign(1, m, ballot.Cast{Motion: 6, Paper: ballot.Yes.Paper()}), f.sign(1, m, ballot.Cast{Motion: 7, Paper: ballot.Yes.Paper()}))
	}
	f.must(append(txs, f.sign(1, 1, ballot.Declare{Motion: 7}), f.sign(1, 1, ballot.Declare{Motion: 6}))...)
	f.block()
	f.block()
	free("two carried")
	t.Log(f.resultOf(6).Refused, f.resultOf(7).Refused)
}
