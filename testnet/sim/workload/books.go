package workload

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

var accountOccasions = []occasion{
	{1, (*Work).openAccount},
	{8, (*Work).post},
	{2, (*Work).reverse},
}

var shareOccasions = []occasion{
	{1, (*Work).openClass},
	{8, (*Work).subscribe},
	{6, (*Work).confirm},
	{6, (*Work).issue},
	{2, (*Work).cancel},
	{3, (*Work).refund},
	{1, (*Work).correctShares},
}

// Accounts of the standard chart that no room names.
const (
	sales = account.Code(4000)
	rent  = account.Code(5200)
)

func (w *Work) openAccount() (step, error) {
	b, err := account.BooksOf(w.r)
	if err != nil || b.Accounts > 60 {
		return nothing, err
	}
	return step{action: account.Open{
		Code: account.Code(6000 + w.rng.IntN(3000)), Type: account.Type(1 + w.rng.IntN(5)), Name: "opened on the way",
	}}, nil
}

// post enters income, or an expense that is smaller as a rule.
func (w *Work) post() (step, error) {
	amount := money.Amount(1 + w.rng.IntN(100_000))
	lines := []account.Line{account.Debit(account.Bank, amount), account.Credit(sales, amount)}
	if w.rng.IntN(3) == 0 {
		amount = amount/3 + 1
		lines = []account.Line{account.Debit(rent, amount), account.Credit(account.Bank, amount)}
	}
	return step{action: account.Post{Narrative: "of the day", Lines: lines}}, nil
}

func (w *Work) reverse() (step, error) {
	b, err := account.BooksOf(w.r)
	if err != nil || b.Entries == 0 {
		return nothing, err
	}
	back := w.rng.Uint64N(min(b.Entries, 10))
	return step{action: account.Reverse{Entry: b.Entries - back, Narrative: "an error"}}, nil
}

func (w *Work) openClass() (step, error) {
	count, err := shareclass.Count(w.r)
	if err != nil || count >= 4 {
		return nothing, err
	}
	return step{action: shareclass.Open{
		Class: shareclass.Number(1 + w.rng.IntN(6)), Name: fmt.Sprint("class of ", w.height), Par: 250, MinHolding: 2, MaxHolding: 40,
	}}, nil
}

func (w *Work) subscribe() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	class := shareclass.Number(1)
	if w.rng.IntN(4) == 0 {
		class = shareclass.Number(1 + w.rng.IntN(6))
	}
	return step{action: share.Subscribe{Member: m, Class: class, Units: 1 + w.rng.Uint64N(12)}, by: m}, nil
}

// latest is how far back the workload looks for subscriptions.
const latest = 30

// subscriptions returns some of the latest that stand at a status.
func (w *Work) subscriptions(at share.Status) ([]uint64, []share.Subscription, error) {
	reg, err := share.RegisterOf(w.r)
	if err != nil {
		return nil, nil, err
	}
	var numbers []uint64
	var subs []share.Subscription
	first := max(reg.Subscriptions, latest) - latest + 1
	err = share.Subscriptions(w.r, first, reg.Subscriptions, func(n uint64, s share.Subscription) (bool, error) {
		if s.Status == at && w.rng.IntN(2) == 0 {
			numbers, subs = append(numbers, n), append(subs, s)
		}
		return true, nil
	})
	return numbers, subs, err
}

func (w *Work) confirm() (step, error) {
	numbers, _, err := w.subscriptions(share.Unpaid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.ConfirmPayment{Subscriptions: numbers}}, nil
}

func (w *Work) issue() (step, error) {
	numbers, _, err := w.subscriptions(share.Paid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.Issue{Subscriptions: numbers}}, nil
}

func (w *Work) cancel() (step, error) {
	numbers, subs, err := w.subscriptions(share.Unpaid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{share.Cancel{Member: subs[0].Member, Subscription: numbers[0]}, subs[0].Member}, nil
}

// refund is for money that was paid for shares which are not wanted any more.
func (w *Work) refund() (step, error) {
	numbers, _, err := w.subscriptions(share.Paid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.Refund{Subscriptions: numbers[:1], Reason: "left before the issue"}}, nil
}

// correctShares is for a payment, or an issue, that was entered for the wrong one.
func (w *Work) correctShares() (step, error) {
	at := []share.Status{share.Paid, share.Issued}[w.rng.IntN(2)]
	numbers, _, err := w.subscriptions(at)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.Correct{Subscriptions: numbers[:1], Reason: "of another subscription"}}, nil
}
