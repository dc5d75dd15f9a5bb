package sim

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

var surplusOccasions = []occasion{
	{5, (*work).openPeriod},
	{6, (*work).record},
	{2, (*work).correct},
	{2, (*work).declareSurplus},
	{8, (*work).allocate},
	{4, (*work).pay},
}

func (w *work) openPeriod() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Open != 0 || cal.Periods > cal.Allocated+1 {
		return nothing, err
	}
	return step{action: surplus.OpenPeriod{Name: fmt.Sprint("period ", cal.Periods+1)}}, nil
}

// record enters figures for some members of the last period.
func (w *work) record() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Periods == 0 {
		return nothing, err
	}
	entries, err := w.figures(1000)
	return step{action: surplus.Record{Period: cal.Periods, Measure: surplus.Purchases, Entries: entries}}, err
}

func (w *work) correct() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Periods == 0 {
		return nothing, err
	}
	entries, err := w.figures(20)
	return step{action: surplus.Correct{Period: cal.Periods, Measure: surplus.Purchases, Entries: entries[:1]}}, err
}

// figures are quantities below limit of members with ascending numbers.
func (w *work) figures(limit uint64) ([]surplus.Figure, error) {
	t, err := member.TotalsOf(w.r)
	if err != nil {
		return nil, err
	}
	var out []surplus.Figure
	for m := 1 + w.rng.Uint64N(t.Members); m <= t.Members && len(out) < 20; m += 1 + w.rng.Uint64N(4) {
		out = append(out, surplus.Figure{Member: state.Member(m), Quantity: 1 + w.rng.Uint64N(limit)})
	}
	return out, nil
}

// declareSurplus closes the open period with the books' figure, one time in
// eight with another.
func (w *work) declareSurplus() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Open == 0 {
		return nothing, err
	}
	result, _, err := account.Result(w.r, account.Period(cal.Open))
	if state.Rejected(err) != nil {
		err = nil // absurd amounts were posted: the close will be refused like this
	}
	if w.rng.IntN(8) == 0 {
		result++
	}
	return step{action: surplus.Declare{Period: cal.Open, Surplus: result}}, err
}

// allocate proposes to divide the oldest surplus that is not divided: to the
// reserve, to the fund, on shares and on purchases, or to carry it forward.
func (w *work) allocate() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Allocated == cal.Periods {
		return nothing, err
	}
	p := cal.Allocated + 1
	s, err := surplus.PeriodOf(w.r, p)
	if err != nil || s.Stage != surplus.Closed {
		return nothing, err
	}
	m := surplus.Allocate{Period: p}
	if w.rng.IntN(5) > 0 {
		m.Steps = []surplus.Step{
			{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 10}, Account: account.Reserve},
			{Sort: surplus.ToFund, Base: surplus.OfRest, Rate: money.Rate{Num: 1, Den: 20}, Account: account.Education},
			{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: money.Rate{Num: 1, Den: 50}, Class: 1},
			{
				Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: money.Rate{Num: 2, Den: 3},
				Measure: surplus.Purchases, Paid: money.Rate{Num: 1 + w.rng.Uint64N(3), Den: 4},
			},
		}
		m.Steps = m.Steps[w.rng.IntN(len(m.Steps)):]
	}
	return step{action: m}, nil
}

// pay pays members their parts of a step of the last allocation.
func (w *work) pay() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Allocated == 0 {
		return nothing, err
	}
	s, err := surplus.PeriodOf(w.r, cal.Allocated)
	if err != nil || s.Steps == 0 {
		return nothing, err
	}
	n := uint8(1 + w.rng.IntN(int(s.Steps)))
	var who []state.Member
	err = surplus.Parts(w.r, cal.Allocated, n, 0, ^state.Member(0), func(m state.Member, p surplus.Part) (bool, error) {
		if p.Cash > 0 && p.Paid == 0 {
			who = append(who, m)
		}
		return len(who) < 20, nil
	})
	if err != nil || len(who) == 0 {
		return nothing, err
	}
	return step{action: surplus.Pay{Period: cal.Allocated, Step: n, Members: who}}, nil
}
