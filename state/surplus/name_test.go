package surplus_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// A co-op has one period of a name, however it is written; another co-op has its own.
func TestOneNameOnePeriod(t *testing.T) {
	s := setup(3)
	s.Coops = 2
	l := statetest.New(t, s)
	defer l.Close()
	day := state.DayOf(1_700_000_000)
	l.Run(t, []statetest.Row{
		try("the first", treasurer, surplus.OpenPeriod{Name: "Year 1", Last: day + 1}, nil),
		try("the same", treasurer, surplus.OpenPeriod{Name: "Year 1", Last: day + 9}, surplus.ErrNamed),
		try("in capitals, with a space that is not seen", treasurer, surplus.OpenPeriod{Name: "YEAR\u00a01 ", Last: day + 9}, surplus.ErrNamed),
		try("of one name, and overlapping", treasurer, surplus.OpenPeriod{Name: "year1", Last: day}, surplus.ErrNamed),
		try("another", treasurer, surplus.OpenPeriod{Name: "Year 2", Last: day + 9}, nil),
		try("a third", treasurer, surplus.OpenPeriod{Name: "Year 1"}, surplus.ErrOpen),
	})
	if res := l.Do(treasurer, surplus.OpenPeriod{Name: "Year 1"}); res.Code != surplus.ErrOpen.Code {
		t.Fatal(res.Log)
	}
	if res := l.MandateIn(2, surplus.OpenPeriod{Name: "Year 1"}); res.Code != 0 {
		t.Error("another co-op:", res.Log)
	}
	l.Days(3)
	l.Must(treasurer, surplus.Declare{Period: 1})
	must(t, l, surplus.Allocate{Period: 1})
	res := l.Do(treasurer, surplus.OpenPeriod{Name: "year 1"})
	if want := `a period of that name is there already: number 1, "Year 1"`; res.Log != want {
		t.Errorf("%q, want %q", res.Log, want)
	}
}

// Refusals say amounts as the co-op's books do, whatever its currency.
func TestRefusalsInMoney(t *testing.T) {
	for _, row := range []struct {
		currency                string
		digits                  uint8
		exceeds, none, declared string
	}{
		{"EUR", 2, "step 2 takes 5.01 EUR, of 10.00 EUR there are 5.00 EUR left", "it is -2.00 EUR", "9.99 EUR declared, income less expense is 10.00 EUR"},
		{"JPY", 0, "step 2 takes 501 JPY, of 1,000 JPY there are 500 JPY left", "it is -200 JPY", "999 JPY declared, income less expense is 1,000 JPY"},
		{"KWD", 3, "step 2 takes 0.501 KWD, of 1.000 KWD there are 0.500 KWD left", "it is -0.200 KWD", "0.999 KWD declared, income less expense is 1.000 KWD"},
	} {
		s := setup(3)
		s.Currency, s.Digits = row.currency, row.digits
		l := statetest.New(t, s)
		l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
		earn(l, 1000)
		refusal := func(says string, who state.Member, m state.Action) {
			t.Helper()
			res := l.Mandate(m)
			if who != 0 {
				res = l.Do(who, m)
			}
			if !strings.HasSuffix(res.Log, ": "+says) {
				t.Errorf("%s: %q, want %q", row.currency, res.Log, says)
			}
		}
		refusal(row.declared, treasurer, surplus.Declare{Period: 1, Surplus: 999})
		l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000})
		refusal(row.exceeds, 0, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 2)),
			{Sort: surplus.ToFund, Base: surplus.Fixed, Amount: 501, Account: account.Education}}})
		must(t, l, surplus.Allocate{Period: 1})
		l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
		earn(l, -200)
		l.Must(treasurer, surplus.Declare{Period: 2, Surplus: money.Amount(-200)})
		refusal(row.none, 0, surplus.Allocate{Period: 2, Steps: []surplus.Step{reserve(rate(1, 2))}})
		l.Close()
	}
}
