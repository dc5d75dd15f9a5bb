package tour

import (
	"context"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
)

// class is the one class of shares.
const class shareclass.Number = 1

// income is the account that the year's trading is entered on.
const income account.Code = 4000

// subscribe has every member sign for its shares.
func (g *guide) subscribe(ctx context.Context) error {
	g.tell.Begin("subscribing shares", g.Members)
	err := g.crowd.All(ctx, 1, g.Members, share.KindSubscribe, func(m state.Member) state.Action {
		return share.Subscribe{Member: m, Class: class, Units: g.SharesEach}
	}, g.tell.At)
	if err != nil {
		return err
	}
	g.tell.End("%s members signed for %d shares each", thousands(g.Members), g.SharesEach)
	return nil
}

// batch is how many subscriptions are confirmed or issued in one transaction.
const batch = 500

// issue has the treasurer confirm what was paid and the secretary issue it.
func (g *guide) issue(ctx context.Context) error {
	g.tell.Begin("receiving payments, issuing shares", 2*g.Members)
	done := 0
	for first := 1; first <= g.Members; first += batch {
		var numbers []uint64
		for n := first; n < first+batch && n <= g.Members; n++ {
			numbers = append(numbers, uint64(n))
		}
		if _, err := g.crowd.Act(ctx, crowd.Treasurer, share.KindConfirmPayment, share.ConfirmPayment{Subscriptions: numbers}); err != nil {
			return err
		}
		g.tell.At(done + len(numbers))
		if _, err := g.crowd.Act(ctx, crowd.Secretary, share.KindIssue, share.Issue{Subscriptions: numbers}); err != nil {
			return err
		}
		done += 2 * len(numbers)
		g.tell.At(done)
	}
	at, err := g.crowd.Read(ctx)
	if err != nil {
		return err
	}
	t, err := share.TotalsOf(at, class)
	if err != nil {
		return err
	}
	g.out.Shares = t.Units
	g.tell.End("%s shares are paid and issued", thousands(int(t.Units)))
	return nil
}

// trade enters what was brought forward, opens the period, enters the year's
// surplus as the trading account shows it, and declares it.
func (g *guide) trade(ctx context.Context) error {
	g.tell.Begin("trading for a year", 4)
	period, err := g.crowd.ActForNumber(ctx, crowd.Treasurer, surplus.KindOpenPeriod, surplus.OpenPeriod{Name: g.Period})
	if err != nil {
		return err
	}
	g.period = surplus.Period(period)
	g.tell.At(1)
	forward := g.Undistributed + g.EducationFund + g.StatutoryReserve
	for i, post := range []account.Post{
		{Narrative: "balances brought forward", Lines: []account.Line{
			account.Debit(account.Bank, forward),
			account.Credit(account.Reserve, g.StatutoryReserve),
			account.Credit(account.Education, g.EducationFund),
			account.Credit(account.Unappropriated, g.Undistributed),
		}},
		{Narrative: "net trading for the year", Lines: []account.Line{
			account.Debit(account.Bank, g.Surplus),
			account.Credit(income, g.Surplus),
		}},
	} {
		if _, err := g.crowd.Act(ctx, crowd.Treasurer, account.KindPost, post); err != nil {
			return err
		}
		g.tell.At(2 + i)
	}
	if _, err := g.crowd.Act(ctx, crowd.Treasurer, surplus.KindDeclare, surplus.Declare{Period: g.period, Surplus: g.Surplus}); err != nil {
		return err
	}
	g.tell.At(4)
	at, err := g.crowd.Read(ctx)
	if err != nil {
		return err
	}
	free, err := account.BalanceOf(at, account.Unappropriated)
	if err != nil {
		return err
	}
	g.out.Available = -free
	g.tell.End("the treasurer declared the surplus of %s", g.Period)
	return nil
}

// steps is the allocation that the meeting votes on.
func (g *guide) steps() []surplus.Step {
	return []surplus.Step{
		{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: g.ReserveRate, Account: account.Reserve},
		{Sort: surplus.ToFund, Base: surplus.OfSurplus, Rate: g.EducationRate, Account: account.Education},
		{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: g.DividendRate, Class: class},
	}
}

// allocate waits until the carried allocation has reached every member, and
// reads the books.
func (g *guide) allocate(ctx context.Context) error {
	g.tell.Begin("allocating the surplus", 0)
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		at, err := g.crowd.Read(ctx)
		if err != nil {
			return err
		}
		period, err := surplus.PeriodOf(at, g.period)
		if err != nil {
			return err
		}
		if period.Stage == surplus.Allocated {
			return g.books(at)
		}
		if period.Stage != surplus.Allocating {
			return fmt.Errorf("the period is %v after its allocation was carried", period.Stage)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *guide) books(at state.Reader) (err error) {
	if g.out.Allotments, err = surplus.AllocationOf(at, g.period); err != nil {
		return err
	}
	if g.out.Sheet, err = account.BalanceSheet(at); err != nil {
		return err
	}
	g.tell.End("every member has its part, and the year is closed")
	return nil
}
