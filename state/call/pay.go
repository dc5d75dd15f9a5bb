package call

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// PartOfPay is which of a member's subscriptions the rules of a class have a part of the
// member's pay go to, and how much of it, in minor units: rounded down, at most what is
// missing to the target and what that subscription still costs. It is nothing without a
// rule or an open subscription. Who is paid how much stands on no ledger: whoever records
// part payments reckons by it.
func PartOfPay(r state.Reader, class shareclass.Number, m state.Member, pay money.Amount) (number uint64, part money.Amount, err error) {
	terms, err := shareclass.TermsOf(r, class)
	if err != nil {
		return 0, 0, err
	}
	rules, err := terms.Rules(r, class)
	if err != nil || rules.OfPay.Num == 0 || pay <= 0 {
		return 0, 0, err
	}
	h, err := share.HoldingOf(r, class, m)
	if err != nil {
		return 0, 0, err
	}
	open, s, err := share.OpenOf(r, h)
	if err != nil || s.Status != share.Unpaid {
		return 0, 0, err
	}
	if part, err = rules.OfPay.Of(pay); err != nil {
		return 0, 0, share.ErrTotal.With("the part of a pay")
	}
	rest := money.Amount(s.Units)*terms.Par - s.Received
	return open, max(min(part, s.Missing(rules, h, terms.Par), rest), 0), nil
}

// Arrears is what a subscription owes, where each share's price is due as far as due: one
// that dividends pay for as they come owes nothing.
func Arrears(s share.Subscription, due money.Amount) money.Amount {
	if s.Status != share.Unpaid || s.Built > 0 {
		return 0
	}
	called, err := money.Times(s.Units, due)
	if err != nil {
		return 0 // its price is in range, and so is a part of it
	}
	return max(called-s.Received, 0)
}
