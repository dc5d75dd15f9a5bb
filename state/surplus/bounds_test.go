package surplus_test

import (
	"fmt"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Patronage in money is an amount and has its bound.
func TestMaxQuantity(t *testing.T) {
	if surplus.MaxQuantity != uint64(money.Max) {
		t.Errorf("quantities are at most %d, amounts %d", surplus.MaxQuantity, money.Max)
	}
}

// What would pass the greatest amount that an account can show is refused before
// anything is posted.
func TestAmountsOutOfRange(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	hold(l, 5)
	period := func(p surplus.Period, amount money.Amount) func() {
		return func() {
			l.Must(treasurer, surplus.OpenPeriod{Name: fmt.Sprint(p)})
			record(l, p, surplus.Purchases, 1)
			enter(t, l, account.Debit(1100, amount), account.Credit(sales, amount))
			l.Must(treasurer, surplus.Declare{Period: p, Surplus: amount})
		}
	}
	all := func(p surplus.Period, steps ...surplus.Step) surplus.Allocate {
		return surplus.Allocate{Period: p, Steps: steps}
	}
	inNotices := func(pool money.Amount) surplus.Step { return onPurchases(pool, rate(0, 1)) }
	const dividend = 250 // 5 % of five shares at 10.00
	// The members' notices come to Max; the next period may add none to them, and
	// what is paid in money by shares adds none.
	l.Run(t, []statetest.Row{
		try("notices up to the last", 0, all(1, inNotices(money.Max)), nil).After(period(1, money.Max)),
		try("a notice too many", 0, all(2, onShares(rate(1, 20)), inNotices(1)), surplus.ErrTotal).After(func() {
			enter(t, l, account.Debit(1500, money.Max), account.Credit(1100, money.Max))
			period(2, 1000)()
		}),
		try("a fund that is full", 0, all(2, fund(rate(1, 5))), account.ErrOverflow).After(func() {
			enter(t, l, account.Debit(1400, money.Max), account.Credit(account.Education, money.Max))
		}),
		try("by shares", 0, all(2, onShares(rate(1, 20))), nil),
	})
	if p := partOfPeriod(t, l, 2, 1, 1); p.Cash != dividend {
		t.Errorf("dividend of %d", p.Cash)
	}
}

// A step may come to nothing, and then nobody has a part in it. A fund may be
// a debt.
func TestStepsOfNothing(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	hold(l, 1)
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, 1)
	earn(l, 100)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 100})
	tiny := rate(1, 10_000)
	toDebt := fund(rate(1, 3))
	toDebt.Account = 2000 // payables: what the co-op owes another body
	byPurchases := onPurchases(0, rate(1, 2))
	byPurchases.Base, byPurchases.Rate = surplus.OfRest, tiny
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(tiny), onShares(tiny), byPurchases, toDebt}})
	l.Sound()
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if s.Stage != surplus.Allocated || s.Appropriated != 33 || s.Carried() != 67 {
			t.Errorf("statement %+v", s)
		}
		for step := range uint8(4) {
			if p, has, _ := surplus.PartOf(r, 1, step+1, 1); has {
				t.Errorf("step %d: a part of %+v", step+1, p)
			}
		}
		return err
	})
}

// A block divides for as many co-ops as it has units for; the next wait for the
// block after it.
func TestMoreCoopsThanABlockServes(t *testing.T) {
	s := setup(3)
	s.Coops = 8
	const each = 20 // units: two for the admission, the rest for a division by one claim
	s.EndBlock = append([]func(*state.Ctx) error{func(c *state.Ctx) error {
		c.Work(state.EndUnits - 2*s.Coops - 4*(each-2))
		return nil
	}}, s.EndBlock...)
	l := statetest.New(t, s)
	defer l.Close()
	step := surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: rate(1, 1), Measure: surplus.Hours, Paid: rate(1, 1)}
	var raw [][]byte
	for coop := state.Coop(1); int(coop) <= s.Coops; coop++ {
		for _, a := range []state.Action{
			surplus.OpenPeriod{Name: "1"},
			surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 2, Quantity: 1}}},
			account.Post{Narrative: "x", Lines: []account.Line{account.Debit(account.Bank, 100), account.Credit(sales, 100)}},
			surplus.Declare{Period: 1, Surplus: 100},
		} {
			raw = append(raw, l.Sign(coop, treasurer, a))
		}
		raw = append(raw, l.Sign(coop, secretary, statetest.Carried{Kind: surplus.KindAllocate, Payload: tx.Encode(surplus.Allocate{Period: 1, Steps: []surplus.Step{step}})}))
	}
	for i, res := range l.Block(raw...) {
		if res.Code != 0 {
			t.Fatalf("transaction %d: %s", i, res.Log)
		}
	}
	for block, want := range []int{4, 0} {
		running := 0
		v := l.Read()
		for coop := state.Coop(1); int(coop) <= s.Coops; coop++ {
			_, runs, err := surplus.RunOf(v.Of(coop))
			if err != nil {
				t.Fatal(err)
			}
			if runs {
				running++
			}
		}
		v.Close()
		if running != want {
			t.Errorf("after %d blocks %d divisions are under way, want %d", block+1, running, want)
		}
		l.Sound()
		l.Block()
	}
}

// PlanOf, which a treasurer tries a rule with, refuses what Allocate does.
func TestPlanOfRefuses(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	year(l, 100)
	read(t, l, func(r state.Reader) error {
		if _, err := surplus.PlanOf(r, 1, []surplus.Step{{}}); state.Rejected(err) != surplus.ErrStep {
			t.Errorf("a malformed step: %v", err)
		}
		plan, err := surplus.PlanOf(r, 1, []surplus.Step{reserve(rate(1, 5))})
		if plan.Appropriated != 20 || plan.Carried != 80 {
			t.Errorf("plan %+v", plan)
		}
		return err
	})
}
