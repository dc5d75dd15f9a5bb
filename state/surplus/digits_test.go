package surplus_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Figures of one measure and period have one number of digits behind the point,
// which the first of them set and an allocation keeps.
func TestDigits(t *testing.T) {
	l := statetest.New(t, setup(5))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	fig := func(m state.Member, q uint64) []surplus.Figure { return []surplus.Figure{{Member: m, Quantity: q}} }
	rec := func(digits uint8, m surplus.Measure, e []surplus.Figure) surplus.Record {
		return surplus.Record{Period: 1, Measure: m, Digits: digits, Entries: e}
	}
	cor := func(digits uint8, e []surplus.Figure) surplus.Correct {
		return surplus.Correct{Period: 1, Measure: surplus.Hours, Digits: digits, Entries: e}
	}
	l.Run(t, []statetest.Row{
		try("more digits than there can be", treasurer, rec(surplus.MaxDigits+1, surplus.Hours, nil), surplus.ErrDigits),
		try("digits of money", treasurer, rec(1, surplus.Wages, nil), surplus.ErrDigits),
		try("the first", treasurer, rec(2, surplus.Hours, fig(1, 250)), nil),
		try("whole numbers after hundredths", treasurer, rec(0, surplus.Hours, fig(99, 2)), surplus.ErrDigits),
		try("tenths after hundredths", treasurer, rec(1, surplus.Hours, fig(99, 25)), surplus.ErrDigits),
		try("hundredths", treasurer, rec(2, surplus.Hours, fig(2, 50)), nil),
		try("another measure", treasurer, rec(0, surplus.Trips, fig(2, 50)), nil),
		try("corrected in whole numbers", treasurer, cor(0, fig(2, 50)), surplus.ErrDigits),
		try("corrected by too much", treasurer, cor(2, fig(2, 51)), surplus.ErrBelow),
		try("the second taken back", treasurer, cor(2, fig(2, 50)), nil),
		try("tenths while one is there", treasurer, rec(1, surplus.Hours, fig(2, 5)), surplus.ErrDigits),
		try("the first taken back", treasurer, cor(2, fig(1, 250)), nil),
		try("all begun anew in tenths", treasurer, rec(1, surplus.Hours, fig(3, 25)), nil),
	})
	read(t, l, func(r state.Reader) error {
		tally, err := surplus.TallyOf(r, 1, surplus.Hours)
		if want := (surplus.Tally{Quantity: 25, Members: 1, Digits: 1}); tally != want {
			t.Errorf("tally %+v, want %+v", tally, want)
		}
		return err
	})

	earn(l, 1000)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000})
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{
		{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: rate(1, 1), Measure: surplus.Hours, Paid: rate(1, 1)}}})
	read(t, l, func(r state.Reader) error {
		a, err := surplus.AllotmentOf(r, 1, 1)
		if a.Total != 25 || a.Digits != 1 {
			t.Errorf("divided by %d with %d digits, want 25 with 1", a.Total, a.Digits)
		}
		return err
	})
}
