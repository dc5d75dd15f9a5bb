package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// Named is a period of r's co-op: `period 1 ("2026")`.
func Named(r state.Reader, p Period) string {
	s, err := PeriodOf(r, p)
	if err != nil {
		return fmt.Sprintf("period %d", p)
	}
	return fmt.Sprintf("period %d (%s)", p, words.Quote(s.Name))
}

// becomes says at which stage a period is, and will be.
func becomes(p Period, from, to Stage) state.Clause {
	return state.Clause{What: fmt.Sprintf("period %d", p), Before: from.String(), After: to.String()}
}

// InMoney says whether a measure's quantities are amounts in minor units of the
// co-op's currency.
func (m Measure) InMoney() bool { return m == Sales || m == Purchases || m == Wages }

// Words write a quantity of a measure that has a number of digits behind the
// point: "200.00 EUR in purchases", "2,500 hours", "2.50 hours".
func (m Measure) Words(r state.Reader, quantity uint64, digits uint8) string {
	if m.InMoney() {
		return fmt.Sprintf("%s in %v", charter.Sum(r, quantity), m)
	}
	return fmt.Sprintf("%s %v", words.Decimal(quantity, digits), m)
}

// Words say what one step of an allocation does.
func (s Step) Words(r state.Reader) string {
	amount := ""
	switch s.Base {
	case OfSurplus:
		amount = words.Rate(s.Rate) + " of the surplus"
	case OfRest:
		amount = words.Rate(s.Rate) + " of what is left"
	case OfCapital:
		amount = words.Rate(s.Rate) + " of the paid-up capital"
	case Fixed:
		amount = charter.Money(r, s.Amount)
	}
	switch s.Sort {
	case ToReserve, ToFund:
		return fmt.Sprintf("%s to %s", amount, account.Named(r, s.Account))
	case ShareDividend:
		return fmt.Sprintf("%s as dividend on shares of %s", amount, shareclass.Named(r, s.Class))
	case PatronageDividend:
		text := fmt.Sprintf("%s as dividend on %v", amount, s.Measure)
		switch {
		case s.Paid.Num == 0:
			return text + ", held as notices"
		case s.Paid.Num < s.Paid.Den:
			return fmt.Sprintf("%s, %s in money and the rest as notices", text, words.Rate(s.Paid))
		}
		return text + ", in money"
	}
	return fmt.Sprintf("%s: %v", amount, s.Sort)
}

// figureFacts are figures, member by member.
func figureFacts(r state.Reader, m Measure, digits uint8, entries []Figure) []state.Clause {
	var out []state.Clause
	for _, e := range entries {
		out = append(out, state.Fact(fmt.Sprintf("member %d", e.Member), "%s", m.Words(r, e.Quantity, digits)))
	}
	return out
}
