package shareclass_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

func TestInterestWords(t *testing.T) {
	for want, rules := range map[string]shareclass.Rules{
		"no rule":    {MaxHolding: 1},
		"at most 5%": {MaxHolding: 1, Interest: money.Rate{Num: 1, Den: 20}},
		"at most 5%, after 1 day of holding, which no dividend is divided by": {MaxHolding: 1, Interest: money.Rate{Num: 1, Den: 20}, InterestAfter: 1},
		"no rule, after 90 days of holding, which no dividend is divided by":  {MaxHolding: 1, InterestAfter: 90},
	} {
		got := ""
		for _, fact := range rules.Facts(nil) {
			if fact.What == "interest a year" {
				got = fact.After
			}
		}
		if got != want {
			t.Errorf("%+v: %q, want %q", rules, got, want)
		}
	}
}
