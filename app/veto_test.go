package app

import (
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// What members carried is done, whatever one or two officers do between the casts and
// the count.

// inGoods posts an amount between goods and an account by hand.
func inGoods(amount money.Amount, from account.Code) account.Post {
	return account.Post{Narrative: "valued", Lines: []account.Line{account.Debit(1877, amount), account.Credit(from, amount)}}
}

// Nobody posts so much by hand that an allocation overflows the account that it credits:
// neither at once, nor in parts, nor in one period against another.
func TestNoVetoByOverflow(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := f.dayOf()
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026", Last: day}), f.sign(1, 1, sold(10_000)))
	f.must(f.sign(1, 1, account.Open{Code: 1877, Type: account.Asset, Name: "goods"}))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, f.motionOf(1, surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.ToFund, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 2}, Account: account.Education,
	}}})))
	f.castAll(1, ballot.Yes)
	officers := func(n ballot.Number, a state.Action, want *state.Rejection) {
		t.Helper()
		p := f.motionOf(3, a)
		p.Anyway = true
		f.must(f.sign(1, 1, p), f.sign(1, 1, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}), f.sign(1, 2, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
		f.block()
		f.wantEnded(n, want)
	}
	officers(2, inGoods(money.Max, account.Education), account.ErrOverflow)
	officers(3, inGoods(account.MaxByHand, account.Education), nil)
	officers(4, inGoods(1, account.Education), account.ErrOverflow)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.wantEnded(1, nil)
	f.wantBalance(account.Education, -account.MaxByHand-5_000)
	less := account.Post{Narrative: "less", Lines: []account.Line{account.Debit(account.Education, 1), account.Credit(1877, 1)}}
	officers(5, less, nil) // nearer to nothing, though it is beyond what hands do
	refused := f.motionOf(3, inGoods(1, account.Education))
	r := f.block(f.sign(1, 1, refused)).TxResults[0]
	if want := "account 3200; by hand it goes up to 9,765,625,000,000.00 EUR"; !strings.Contains(r.Log, want) {
		t.Errorf("%q does not say %q", r.Log, want)
	}
	f.sound()
}

// What an account moves in each of two open periods is bounded as its balance is, so
// that no result of a period is out of range.
func TestNoOverflowInAPeriod(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := f.dayOf()
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}), f.sign(1, 1, surplus.OpenPeriod{Name: "2"}))
	f.must(f.sign(1, 1, account.Open{Code: 1877, Type: account.Asset, Name: "goods"}))
	f.now = f.now.Add(24 * time.Hour)
	n := ballot.Number(0)
	officers := func(a account.Post, want *state.Rejection) {
		t.Helper()
		n++
		p := f.motionOf(3, a)
		p.Anyway = true
		f.must(f.sign(1, 1, p), f.sign(1, 1, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}), f.sign(1, 2, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
		f.block()
		f.wantEnded(n, want)
	}
	first := inGoods(account.MaxByHand, 4000)
	first.Day = day
	officers(first, nil)
	back := account.Post{Narrative: "back", Lines: []account.Line{account.Debit(4000, account.MaxByHand), account.Credit(1877, account.MaxByHand)}}
	officers(back, nil)
	officers(back, account.ErrOverflow) // the balances would be in range
	f.wantBalance(4000, 0)
	f.sound()
}

// All members open a declared period again though one of them has proposed an allocation
// meanwhile. What was proposed is of figures that moved: it is refused, also if the
// period has a surplus again by then, which waits until the proposal is over.
func TestNoVetoOfReopening(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)), f.sign(1, 1, patronage(4, 1)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	reopen := surplus.Reopen{Period: 1, Reason: "an invoice is missing"}
	f.must(f.sign(1, 3, f.motionOf(1, reopen)))
	f.castAll(1, ballot.Yes)
	f.must(f.sign(1, 2, f.motionOf(1, asDividend(1, 5_000))))
	f.castAll(2, ballot.Yes)
	f.wantRefused(f.motionOf(3, reopen), ballot.ErrTried)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.wantEnded(1, nil)
	f.must(f.sign(1, 1, sold(300)))
	f.wantRefused(surplus.Declare{Period: 1, Surplus: 10_300}, surplus.ErrHeld)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 2}))
	f.wantEnded(2, surplus.ErrStage)
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_300}))
	f.wantBalance(account.Unappropriated, -10_300)
	f.wantBalance(account.Dividends, 0)
	f.sound()
}
