package budget

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// countEqualShares gives every voter an equal share of the budget. Again and
// again it funds the project whose cost is cheapest for its supporters, who
// split it as equally as their money allows; a project whose supporters do not
// hold its cost is out.
//
// By cost, a project is worth its cost to each supporter (times the points they
// gave it), so the one with the most effective votes comes first: its cost over
// the most that any supporter pays for one vote. By cardinality every project is
// worth one vote (times the points), so the one with the lowest such price does.
//
// Add1 raises the share, from the whole units of an equal share, by one unit of
// the currency while the projects funded cost no more than the budget; it stops
// before the first share that overspends, and not at the first outcome to which
// nothing could be added. The exhaustive rule is the same and does stop there: at
// the first share with which no project that is left costs as little as the budget
// has left, whether anyone voted for it or not. Utilitarian completion does not raise
// the share; it funds by most votes what still fits.
//
// Ties: breakTie.
//
// Source: sourceEqualShares; Add1 as in Pabulib, rule equalshares/add1; the other
// completions equalshares.net, "Completion", and its calculator.
func countEqualShares(b *Budget, o Options, name string, cardinality bool, c completion) (*report.Report, error) {
	es, err := newEqualShares(name, b, o, cardinality)
	if err != nil {
		return nil, err
	}
	if o.Step < 0 {
		return nil, input.Errorf("take a step of 1 or more", "a step of %d does not raise the shares", o.Step)
	}
	num, den := b.Limit, int64(len(b.Votes))
	if c.raises() {
		if num, err = es.add1(max(o.Step, 1), c == completeExhaustive); err != nil {
			return nil, err
		}
		den = 1
	}
	run, err := es.newSharesRun(num, den)
	if err != nil {
		return nil, err
	}
	es.ties.used = nil // of shares tried before
	x := &sharesReport{es: es, run: run}
	if err := run.run(b.Limit, x.explain); err != nil {
		return nil, err
	}
	x.end()
	funded := run.funded
	if c.greedy() {
		if funded, err = x.complete(); err != nil {
			return nil, err
		}
	}
	r := b.report(name, funded)
	r.Stages, r.Lots = x.stages, es.ties.used
	r.Notes = append(r.Notes, x.notes(num, den, c)...)
	b.noteSelected(r, funded)
	return r, nil
}

// raises reports whether a completion raises the share, and greedy whether it funds by
// most votes at the end.
func (c completion) raises() bool { return c != completeNone && c != completeUtilitarian }
func (c completion) greedy() bool { return c == completeAdd1Greedy || c == completeUtilitarian }

// add1 returns the largest share, in the money's unit, before one that
// overspends, or the first that is exhaustive. step is in units of the currency.
func (es *equalShares) add1(step int64, exhaustive bool) (int64, error) {
	b := es.b
	unit := report.Pow10(b.Decimals)
	if step > MaxAmount/unit {
		return 0, input.Errorf("take a smaller step", "a step of %d passes the largest amount", step)
	}
	share := b.Limit / int64(len(b.Votes)) / unit * unit
	first := true
	var work int64
	for {
		run, err := es.newSharesRun(share, 1)
		if err != nil {
			return 0, err
		}
		if err := run.run(b.Limit, nil); err != nil {
			var tie *report.TieError
			if errors.As(err, &tie) {
				tie.For += fmt.Sprintf(" with a share of %s a voter", b.Money(share))
			}
			return 0, err
		}
		if run.spent > b.Limit && !first {
			return share - step*unit, nil
		}
		if len(run.funded) == len(es.live) || exhaustive && run.exhausts() {
			return share, nil // nothing with a supporter is left, or nothing fits
		}
		if work += es.marks + int64(len(b.Projects)); work > maxSharesWork {
			return 0, input.Errorf(fmt.Sprintf("take a larger step than %d, or equal-shares-none", step),
				"the shares have come to %s without spending the budget, which is as long as a count may take", b.Money(share))
		}
		first = false
		share += step * unit
	}
}

// exhausts reports whether every project that is left costs more than is left of the
// budget.
func (r *sharesRun) exhausts() bool {
	for p := range r.es.b.Projects {
		if q := &r.es.b.Projects[p]; r.round[p] < 0 && !q.Withdrawn && q.Cost <= r.es.b.Limit-r.spent {
			return false
		}
	}
	return true
}

// sharesReport writes the stages of a run.
type sharesReport struct {
	es     *equalShares
	run    *sharesRun
	stages []report.Stage
}

// worth prints what decides: the effective votes of a project at the price of
// x/(den × w), or by cardinality that price for one vote or point.
func (s *sharesReport) worth(p int, x *big.Int, w int64) string {
	b, es := s.es.b, s.es
	// One unit of weight is es.unit points; money and points have their scales.
	points, unit := big.NewInt(report.Pow10(b.PointDecimals)), big.NewInt(es.unit)
	price := new(big.Int).Mul(x, points)
	per := new(big.Int).Mul(s.run.den, big.NewInt(w))
	per.Mul(per, unit)
	if es.cardinality {
		return report.Ratio(price, per.Mul(per, big.NewInt(report.Pow10(b.Decimals))))
	}
	return report.Ratio(per.Mul(per, big.NewInt(es.cost[p])), price)
}

// explain makes the stage in which best is funded.
func (s *sharesReport) explain(best int, x *big.Int, w int64) {
	r, b := s.run, s.es.b
	st := report.Stage{Number: len(s.stages) + 1, Elected: []string{b.Projects[best].ID}}
	alive := make([]bool, len(b.Projects))
	for _, p := range r.alive {
		alive[p] = true
	}
	for p := range b.Projects {
		row := report.Row{Name: b.Projects[p].ID, Total: "0", Status: s.status(p)}
		switch {
		case p == best:
			row.Total, row.Status = s.worth(p, x, w), "elected"
		case alive[p] && r.affordable(p):
			px, pw := r.exact(p)
			row.Total, row.Status = s.worth(p, px, pw), "continuing"
		}
		st.Rows = append(st.Rows, row)
	}
	what := "effective votes"
	if s.es.cardinality {
		what = "to pay for one vote"
	}
	st.Event = fmt.Sprintf("%s is funded with %s %s; it costs %s.", b.label(best), st.Rows[best].Total, what, b.Money(s.es.cost[best]))
	st.Pool = s.pool(s.es.cost[best])
	s.stages = append(s.stages, st)
}

// status is that of a project that no longer can be paid for, or was funded.
func (s *sharesReport) status(p int) string {
	switch {
	case s.es.b.Projects[p].Withdrawn:
		return "withdrawn"
	case s.run.round[p] >= 0:
		return "elected"
	case len(s.es.supporters[p]) == 0:
		return "no votes"
	}
	return "beyond its supporters' money"
}

// end makes the stage that says why the run is over.
func (s *sharesReport) end() {
	b := s.es.b
	st := report.Stage{Number: len(s.stages) + 1, Event: "No project's supporters hold its cost."}
	for p := range b.Projects {
		st.Rows = append(st.Rows, report.Row{Name: b.Projects[p].ID, Total: "0", Status: s.status(p)})
	}
	st.Pool = s.pool(0)
	s.stages = append(s.stages, st)
}

// pool is what the shares and the budget hold once cost is paid.
func (s *sharesReport) pool(cost int64) []report.Row {
	r, b := s.run, s.es.b
	held := r.held()
	held.Sub(held, new(big.Int).Mul(r.den, big.NewInt(cost)))
	return []report.Row{
		{Name: "left in voters' shares", Total: report.Ratio(held, new(big.Int).Mul(r.den, big.NewInt(report.Pow10(b.Decimals))))},
		{Name: "left in the budget", Total: b.Money(b.Limit - r.spent - cost)},
	}
}

// held is what all voters hold, times den.
func (r *sharesRun) held() *big.Int {
	var all []supporter
	for g := range r.es.groups {
		if !r.dry[g] {
			all = append(all, supporter{int32(g), 1, r.es.groups[g].voters})
		}
	}
	return r.balances(all)
}

// complete funds by most votes what still fits in the budget.
func (s *sharesReport) complete() ([]int, error) {
	b := s.es.b
	g := &greedyCount{b: b, t: s.es.tally, ties: s.es.ties, left: b.Limit - s.run.spent,
		funded: s.run.funded, stages: s.stages, status: make([]string, len(b.Projects))}
	var order []int
	for p := range b.Projects {
		g.status[p] = s.status(p)
		if s.run.round[p] < 0 && !b.Projects[p].Withdrawn {
			g.status[p] = "continuing"
			order = append(order, p)
		}
	}
	err := g.run(order, true)
	s.stages = g.stages
	return g.funded, err
}

func (s *sharesReport) notes(num, den int64, c completion) []string {
	b := s.es.b
	what := "effective votes (a project's cost over the most a supporter pays for one vote)"
	if s.es.cardinality {
		what = "the price of one vote (the most a supporter pays)"
	}
	notes := []string{fmt.Sprintf("Totals are %s, rounded down to %d decimals; the count itself uses exact fractions.", what, report.RatioDecimals)}
	share := report.Ratio(big.NewInt(num), new(big.Int).Mul(big.NewInt(den), big.NewInt(report.Pow10(b.Decimals))))
	if !c.raises() {
		return append(notes, fmt.Sprintf("Each of %d voters began with an equal share of %s.", len(b.Votes), share))
	}
	why := "the last share before the budget would be overspent"
	if c == completeExhaustive && s.run.exhausts() {
		why = "the first share after which nothing more fits in the budget"
	}
	return append(notes, fmt.Sprintf("Each of %d voters began with %s, %s.", len(b.Votes), share, why))
}
