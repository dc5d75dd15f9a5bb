package share

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// SubscriptionWords are "subscription 4", "subscriptions 4 to 9" or, where the
// numbers have gaps, how many there are. numbers ascend.
func SubscriptionWords(numbers []uint64) string { return words.Numbered("subscription", numbers) }

// movedOn says, of subscriptions that all have one status, from which to which they
// go, and what a posting of what they cost makes of the balances.
func movedOn(t state.Telling, numbers []uint64, from, to Status, debit, credit account.Code, of move) []state.Clause {
	out := batchFacts(t, numbers)
	if from != 0 && !slices.ContainsFunc(numbers, func(n uint64) bool { // in part it is neither
		s, err := SubscriptionOf(t, n)
		return err == nil && s.Status == Unpaid && from == Paid
	}) {
		out = append(out, state.Clause{What: "status", Before: from.String(), After: to.String()})
	}
	return append(out, account.BalanceFacts(t, func() ([]account.Line, error) {
		var sum money.Amount
		var subs []Subscription
		var values []money.Amount
		for _, n := range numbers {
			s, err := SubscriptionOf(t, n)
			if err != nil {
				return nil, err
			}
			terms, err := shareclass.TermsOf(t, s.Class)
			if err != nil {
				return nil, err
			}
			_, value, refused := of(s, n, terms.Par)
			if refused != nil { // it says what all of them would cost
				if value, err = money.Times(s.Units, terms.Par); err != nil {
					return nil, err
				}
			}
			if sum, err = money.Add(sum, value); err != nil {
				return nil, err
			}
			subs, values = append(subs, s), append(values, value)
		}
		if to == Unpaid {
			return backLines(subs, values), nil
		}
		return []account.Line{account.Debit(debit, sum), account.Credit(credit, sum)}, nil
	})...)
}

// batchFacts are subscriptions one by one: whose they are, what they are for and
// what they cost.
func batchFacts(r state.Reader, numbers []uint64) []state.Clause {
	var out []state.Clause
	for _, n := range numbers {
		what := fmt.Sprintf("subscription %d", n)
		s, err := SubscriptionOf(r, n)
		if err != nil {
			out = append(out, state.Fact(what, "its record cannot be read"))
			continue
		}
		out = append(out, state.Fact(what, "member %d, %s, %s%s", s.Member, shareclass.Named(r, s.Class), shareclass.AtPar(r, s.Class, s.Units), s.before(r)))
	}
	return out
}

// before says what was done with a subscription before: that it was issued once, if it is not
// now, or what of it is paid and issued.
func (s Subscription) before(r state.Reader) string {
	terms, err := shareclass.TermsOf(r, s.Class)
	switch {
	case s.Unissued:
		return ", whose issue was taken back"
	case err == nil && s.Status == Unpaid && s.Received > 0:
		return fmt.Sprintf(", %s of it paid, for %s, %s issued", charter.Money(r, s.Received), words.Plural(uint64(s.Received/terms.Par), "share"), words.Count(s.Drawn))
	}
	return ""
}

// dated are the day from which on an operation counts, and its paper, where they are
// given.
func dated(day, document uint64) (out []state.Clause) {
	if day != 0 {
		out = append(out, state.Fact("it counts from", "%s", words.Day(day)))
	}
	if document != 0 {
		out = append(out, state.Fact("paper in the co-op's files", "number %d", document))
	}
	return out
}
