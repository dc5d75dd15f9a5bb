package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Facts say rules as people read them.
func (s Rules) Facts(t state.Reader) []state.Clause {
	yes := map[bool]string{true: "yes", false: "no"}
	return []state.Clause{
		{What: "a member may hold", After: fmt.Sprintf("%s to %s", words.Count(s.MinHolding), words.Plural(s.MaxHolding, "share"))},
		{What: "of the class one member holds at most", After: rateOr(s.MostOf, "any part")},
		{What: "interest a year", After: interestWords(s)},
		{What: "its value can be asked back", After: redeemWords(s)},
		{What: "needed by members of", After: neededWords(t, s.Needed)},
		{What: "transferable between members", After: yes[s.Transferable]},
		{What: "convertible to", After: intoWords(t, s.Into)},
		{What: "a subscription is paid", After: partWords(s.Parts)},
		{What: "builds up from dividends", After: s.targetWords(t)},
		{What: "builds up from pay", After: s.payWords()},
	}
}

func rateOr(r money.Rate, none string) string {
	if r.Den == 0 {
		return none
	}
	return words.Rate(r)
}

func interestWords(s Rules) string {
	rate := "no rule"
	if s.Interest.Den > 0 {
		rate = "at most " + words.Rate(s.Interest)
	}
	if s.InterestAfter > 0 {
		rate += fmt.Sprintf(", after %s of holding, which no dividend is divided by", words.Plural(uint64(s.InterestAfter), "day"))
	}
	return rate
}

func redeemWords(s Rules) string {
	if !s.Redeemable {
		return "no"
	}
	out := "on a notice of " + words.Plural(uint64(s.Notice), "day")
	if s.Spread > 0 {
		out += fmt.Sprintf(", repaid within %s", words.Plural(uint64(s.Spread), "day"))
	}
	return out
}

func neededWords(r state.Reader, needed []charter.Class) string {
	var out []string
	for _, k := range needed {
		out = append(out, charter.ClassName(r, k))
	}
	if len(out) == 0 {
		return "no class"
	}
	return words.List(out, "and")
}

func intoWords(r state.Reader, into []Number) string {
	var out []string
	for _, k := range into {
		out = append(out, Named(r, k))
	}
	if len(out) == 0 {
		return "no class"
	}
	return words.List(out, "or")
}

func partWords(parts uint32) string {
	if parts < 2 {
		return "at once"
	}
	return fmt.Sprintf("in at most %d parts", parts)
}

// targetWords are "25% of each, until 84 shares are held".
func (s Rules) targetWords(r state.Reader) string {
	if !s.Builds() {
		return "no"
	}
	out := fmt.Sprintf("%s of each, until %s are held", words.Rate(s.OfDividend), words.Plural(s.Target, "share"))
	if len(s.Needed) > 0 {
		out += ", of members of " + neededWords(r, s.Needed)
	}
	return out
}

// payWords are "2% of each, until 84 shares are held".
func (s Rules) payWords() string {
	if s.OfPay.Num == 0 {
		return "no"
	}
	return fmt.Sprintf("%s of each, until %s are held", words.Rate(s.OfPay), words.Plural(s.Target, "share"))
}

// Facts say limits as people read them.
func (l Limits) Facts(r state.Reader) []state.Clause {
	yes := map[bool]string{true: "a part of the losses", false: "no losses"}
	amount := func(a money.Amount) string {
		if a == 0 {
			return "no limit"
		}
		return charter.Money(r, a)
	}
	days := func(n uint32) string {
		if n == 0 {
			return "no time"
		}
		return words.Plural(uint64(n), "day")
	}
	year := "when the notice is over"
	if l.YearEnd != 0 {
		year = fmt.Sprintf("at the close of the year that ends on day %d of month %d", l.YearEnd%100, l.YearEnd/100)
	}
	order := map[bool]string{true: "in proportion to what is owed", false: "in the order of the queue"}
	return []state.Clause{
		{What: "shares of one member, at most", After: amount(l.MostMoney)},
		{What: "of the share capital one member holds at most", After: rateOr(l.MostOf, "any part")},
		{What: "share capital stays, of the highest that it ever was, at", After: rateOr(l.CapitalFloor, "no part")},
		{What: "bank after a payment, at least", After: amount(l.CashFloor)},
		{What: "net assets after a redemption, at least", After: amount(l.AssetsFloor)},
		{What: "the value of shares is fixed", After: year},
		{What: "shares that are redeemed bear", After: yes[l.BearsLoss]},
		{What: "later losses are taken from them for", After: days(l.Clawback)},
		{What: "what is paid in part is divided", After: order[l.ProRata]},
		{What: "what nobody claims goes to the reserve after", After: days(l.Unclaimed)},
	}
}
