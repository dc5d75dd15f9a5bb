package workload

import (
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
)

var accountOccasions = []occasion{
	{1, (*Work).openAccount},
	{8, (*Work).post},
	{2, (*Work).reverse},
}

// Accounts of the standard chart that no room names.
const (
	receivables = account.Code(1200)
	payables    = account.Code(2000)
	sales       = account.Code(4000)
	rent        = account.Code(5200)
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
	if w.rng.IntN(3) == 0 || w.coop == 2 && w.rng.IntN(2) == 0 { // the second makes a loss in many a period
		amount = amount/3*money.Amount(1+2*(w.coop-1)) + 1
		from := account.Bank
		if w.coop == 2 && w.rng.IntN(3) == 0 { // owed, so that a loss is more than there is in the bank
			from = payables
		}
		lines = []account.Line{account.Debit(rent, amount), account.Credit(from, amount)}
	}
	if amount := lines[0].Amount; w.rng.IntN(6) == 0 { // sold on credit
		lines = []account.Line{account.Debit(receivables, amount), account.Credit(sales, amount)}
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
