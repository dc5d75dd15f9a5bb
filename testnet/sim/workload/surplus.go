package workload

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

var surplusOccasions = []occasion{
	{5, (*Work).openPeriod},
	{6, (*Work).record},
	{2, (*Work).correct},
	{6, (*Work).declareSurplus},
	{8, (*Work).allocate},
	{4, (*Work).pay},
	{2, (*Work).sentBack},
	{2, (*Work).settle},
	{3, (*Work).reopen},
}

func (w *Work) openPeriod() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Open != 0 || cal.Periods > cal.Allocated+1 {
		return nothing, err
	}
	return step{action: surplus.OpenPeriod{Name: fmt.Sprint("period ", cal.Periods+1)}}, nil
}

// record enters figures for some members of the last period.
func (w *Work) record() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Periods == 0 {
		return nothing, err
	}
	entries, err := w.figures(1000)
	return step{action: surplus.Record{Period: cal.Periods, Measure: surplus.Purchases, Entries: entries}}, err
}

func (w *Work) correct() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Periods == 0 {
		return nothing, err
	}
	entries, err := w.figures(20)
	return step{action: surplus.Correct{Period: cal.Periods, Measure: surplus.Purchases, Entries: entries[:1]}}, err
}

// figures are quantities below limit of members with ascending numbers.
func (w *Work) figures(limit uint64) ([]surplus.Figure, error) {
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
func (w *Work) declareSurplus() (step, error) {
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
func (w *Work) allocate() (step, error) {
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
func (w *Work) pay() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Allocated == 0 {
		return nothing, err
	}
	s, err := surplus.PeriodOf(w.r, cal.Allocated)
	if err != nil || s.Steps == 0 {
		return nothing, err
	}
	n := uint8(1 + w.rng.IntN(int(s.Steps)))
	who, err := w.parts(cal.Allocated, n, 20, func(p surplus.Part) bool { return p.Cash > 0 && p.Paid == 0 })
	if err != nil || len(who) == 0 {
		return nothing, err
	}
	return step{action: payout.Pay{Period: cal.Allocated, Step: n, Members: who}}, nil
}

// parts are up to most members with such a part of a step.
func (w *Work) parts(p surplus.Period, n uint8, most int, such func(surplus.Part) bool) (who []state.Member, err error) {
	err = surplus.Parts(w.r, p, n, 0, ^state.Member(0), func(m state.Member, part surplus.Part) (bool, error) {
		if such(part) {
			who = append(who, m)
		}
		return len(who) < most, nil
	})
	return who, err
}

// allocatedStep is a step of some allocation, the last as a rule, in which members have
// such parts; step zero if there is none.
func (w *Work) allocatedStep(such func(surplus.Part) bool) (p surplus.Period, n uint8, who []state.Member, err error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Allocated == 0 {
		return 0, 0, nil, err
	}
	for p := cal.Allocated; p > 0 && cal.Allocated-p < 3; p-- {
		s, err := surplus.PeriodOf(w.r, p)
		if err != nil {
			return 0, 0, nil, err
		}
		for n := uint8(1); n <= s.Steps; n++ {
			who, err := w.parts(p, n, 1+w.rng.IntN(5), such)
			if err != nil || len(who) > 0 {
				return p, n, who, err
			}
		}
	}
	return 0, 0, nil, nil
}

// sentBack is for a dividend that was paid and came back from the bank.
func (w *Work) sentBack() (step, error) {
	p, n, who, err := w.allocatedStep(func(p surplus.Part) bool { return p.Paid != 0 })
	if err != nil || n == 0 {
		return nothing, err
	}
	return step{action: payout.Return{Period: p, Step: n, Members: who, Reason: "the bank account is closed"}}, nil
}

// settle is for money that nobody claimed, which goes to the reserve, and for notices,
// which are paid or given up.
func (w *Work) settle() (step, error) {
	notices := w.rng.IntN(2) == 0
	p, n, who, err := w.allocatedStep(func(p surplus.Part) bool {
		if notices {
			return p.Notice > 0 && p.Redeemed == 0
		}
		return p.Cash > 0 && p.Paid == 0 && p.Settled == 0
	})
	if err != nil || n == 0 {
		return nothing, err
	}
	m := payout.Settle{Period: p, Step: n, Members: who, Notices: notices, Account: account.Reserve, Reason: "nobody claimed it"}
	if notices {
		m.Account, m.Reason = []account.Code{account.Bank, account.Education}[w.rng.IntN(2)], "due"
	}
	return step{action: m}, nil
}

// reopen is for a declared period for which something came late.
func (w *Work) reopen() (step, error) {
	cal, err := surplus.CalendarOf(w.r)
	if err != nil || cal.Allocated == cal.Periods {
		return nothing, err
	}
	s, err := surplus.PeriodOf(w.r, cal.Allocated+1)
	if err != nil || s.Stage != surplus.Closed {
		return nothing, err
	}
	return step{action: surplus.Reopen{Period: cal.Allocated + 1, Reason: "an invoice came late"}}, nil
}
