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
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Every way in which a motion ends releases what it held.
func TestHeldReleases(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, shareclass.Open{Class: 1, Name: "a", Par: 100, MaxHolding: 50})
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
	held := func(what string, period, class uint64) {
		t.Helper()
		v := f.view()
		defer v.Close()
		s, err := surplus.PeriodOf(v.Of(1), 1)
		if err != nil {
			t.Fatal(err)
		}
		c, err := share.TotalsOf(v.Of(1), 1)
		if err != nil {
			t.Fatal(err)
		}
		if uint64(s.Held) != period || uint64(c.Held) != class {
			t.Errorf("%s: the period is held %d times, the class %d, want %d and %d", what, s.Held, c.Held, period, class)
		}
		f.sound()
	}
	// Its authority is amended away before it is carried.
	f.must(f.sign(1, 2, f.motionOf(1, rule)))
	held("proposed", 1, 1)
	f.castAll(2, ballot.Yes)
	f.carry(3, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: surplus.KindAllocate, Motions: []charter.MotionKindID{4}}}})
	f.must(f.sign(1, 1, ballot.Declare{Motion: 2}))
	if r := f.result(2); r.Outcome != count.Carried || r.Refused != state.ErrAuthority.Code {
		t.Errorf("carried without authority: %+v", r)
	}
	held("no authority", 0, 0)
	f.carry(4, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: surplus.KindAllocate, Motions: []charter.MotionKindID{1, 4}}}})
	// Its proposer leaves, and nobody casts.
	f.must(f.sign(1, 5, f.motionOf(1, rule)))
	f.must(f.sign(1, 5, member.Resign{Member: 5}))
	f.now = f.now.Add(40 * 24 * time.Hour)
	f.block()
	if r := f.result(5); r.Outcome != count.Inquorate {
		t.Errorf("nobody cast: %+v", r)
	}
	held("inquorate, proposer left", 0, 0)
	// Two are carried in one block, of which the second is refused.
	f.must(f.sign(1, 3, f.motionOf(1, rule)), f.sign(1, 4, f.motionOf(1, surplus.Allocate{Period: 1})))
	held("two proposed", 2, 1)
	var txs [][]byte
	for m := state.Member(1); m <= 4; m++ {
		txs = append(txs, f.sign(1, m, ballot.Cast{Motion: 6, Paper: ballot.Yes.Paper()}), f.sign(1, m, ballot.Cast{Motion: 7, Paper: ballot.Yes.Paper()}))
	}
	f.must(append(txs, f.sign(1, 1, ballot.Declare{Motion: 7}), f.sign(1, 1, ballot.Declare{Motion: 6}))...)
	f.block()
	f.block()
	if first, second := f.result(6), f.result(7); first.Refused != 0 || second.Refused != surplus.ErrAllocated.Code {
		t.Errorf("two carried: %+v, %+v", first, second)
	}
	held("two carried", 0, 0)
}
