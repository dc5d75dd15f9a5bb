package app

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// halfOnPurchases is an allocation of half the surplus of period 1.
var halfOnPurchases = surplus.Allocate{Period: 1, Steps: []surplus.Step{{
	Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 2}, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 1},
}}}

// saidOfHalf is what a motion of halfOnPurchases says of a surplus, the claims of members
// 4 and 5, and the balances when they are those of at.
func saidOfHalf(surplusWas, pool, total, at string, claims ...uint64) []string {
	digest := [32]byte{}
	for i, c := range claims {
		digest = surplus.Chained(digest, state.Member(4+i), c)
	}
	return []string{
		"period 1: closed → allocated",
		"step 1: 50% of the surplus as dividend on purchases, in money: " + pool,
		"step 1 is divided by: " + total + " in purchases",
		"step 1, digest: " + hex.EncodeToString(digest[:]),
		"the rest: " + pool + " carried forward",
		"balance of 3300 unappropriated surplus" + at + ": " + surplusWas + " credit → " + pool + " credit",
		"balance of 2200 dividends payable" + at + ": 0.00 EUR → " + pool + " credit",
	}
}

// mustSay compares what a motion says.
func (f *fed) mustSay(when string, n ballot.Number, want []string) {
	f.t.Helper()
	if _, got := f.said(n); !slices.Equal(got, want) {
		f.t.Errorf("%s, motion %d says\n%s\nnot\n%s", when, n, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const whenProposed = ", when it was proposed"

// What a motion on an allocation came to is said of it for ever: when it is lost, while
// the period is open again, when the books and figures are others, and when another
// motion of the same steps divides by them.
func TestAllocationAsItWasProposed(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)), f.sign(1, 1, patronage(4, 300)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, f.motionOf(1, halfOnPurchases)))
	f.block()
	first := saidOfHalf("100.00 EUR", "50.00 EUR", "3.00 EUR", whenProposed, 300)
	f.mustSay("proposed", 1, first)
	f.castAll(1, ballot.No)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.mustSay("lost", 1, first)

	f.must(f.sign(1, 1, patronage(5, 500)))
	f.carry(2, 1, surplus.Reopen{Period: 1, Reason: "late"})
	f.mustSay("while the period is open", 1, first)
	f.must(f.sign(1, 1, sold(5_000)), f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 15_000}))
	f.mustSay("declared again", 1, first)
	f.must(f.sign(1, 1, f.motionOf(1, halfOnPurchases)))
	f.block()
	f.mustSay("while another is voted on", 1, first)
	f.mustSay("proposed", 3, saidOfHalf("150.00 EUR", "75.00 EUR", "8.00 EUR", whenProposed, 300, 500))
	f.castAll(3, ballot.Yes)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 3}))
	f.block()
	f.mustSay("when another was carried", 1, first)
	f.mustSay("carried", 3, saidOfHalf("150.00 EUR", "75.00 EUR", "8.00 EUR", "", 300, 500))
	f.sound()
}

// A motion that was carried and refused, since its period was opened again meanwhile,
// says what it was on, and not what a later one of the same steps did.
func TestAllocationThatWasRefused(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)), f.sign(1, 1, patronage(4, 300)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, f.motionOf(1, halfOnPurchases)))
	f.block()
	first := saidOfHalf("100.00 EUR", "50.00 EUR", "3.00 EUR", whenProposed, 300)
	f.carry(2, 1, surplus.Reopen{Period: 1, Reason: "late"})
	f.mustSay("while the period is open", 1, first)
	f.castAll(1, ballot.Yes)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.mustSay("refused", 1, first)
	f.must(f.sign(1, 1, sold(5_000)), f.sign(1, 1, patronage(5, 500)), f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 15_000}))
	f.carry(3, 1, halfOnPurchases)
	f.block()
	f.mustSay("when another was carried", 1, first)
	f.sound()
}

// Of two motions that divide by the same figures each says them, also when one is over
// before the other.
func TestAllocationsOfOneBasis(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)), f.sign(1, 1, patronage(4, 300)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	m := f.motionOf(1, halfOnPurchases)
	f.must(f.sign(1, 1, m), f.sign(1, 1, m))
	f.castAll(1, ballot.No)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	both := saidOfHalf("100.00 EUR", "50.00 EUR", "3.00 EUR", whenProposed, 300)
	f.mustSay("lost, of two on one basis", 1, both)
	f.castAll(2, ballot.No)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 2}))
	f.mustSay("lost", 1, both)
	f.mustSay("lost, the other", 2, both)
	f.sound()
}
