package share

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// Ask notes in a class's figures, which are t, that another part of each share's price is
// called, in minor units, and returns the number of the call.
func Ask(c *state.Ctx, class shareclass.Number, t Totals, amount money.Amount) uint32 {
	t.Calls++
	t.Called += amount
	totals.Put(c, class, t)
	return t.Calls
}

// Arrears is what a subscription owes, where each share's price is due as far as due: one
// that dividends pay for as they come owes nothing.
func (s Subscription) Arrears(due money.Amount) money.Amount {
	if s.Status != Unpaid || s.Built > 0 {
		return 0
	}
	called, err := money.Times(s.Units, due)
	if err != nil {
		return 0 // its price is in range, and so is a part of it
	}
	return max(called-s.Received, 0)
}
