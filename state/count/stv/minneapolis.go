package stv

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// minneapolisSTV counts as Minneapolis does where several seats are filled.
//
// The threshold is the valid papers divided by one more than the seats, fraction
// ignored, plus one. Each round first defeats together all for whom it is
// mathematically impossible to be elected: those who, with the votes of all who have
// as many or fewer and with every surplus, would not reach the next candidate above.
// If there are none it transfers the largest surplus; if there is none either, it
// defeats the candidate with the fewest votes. A paper moves on from an elected
// candidate at its value times the surplus divided by the candidate's votes; the
// quotient and the product have four decimal places, remainders ignored. The count
// ends when the seats are filled, or no more candidates are left than seats. Every tie
// goes by lot.
//
// A skipped rank and one given to several are passed over. Write-ins who have not been
// declared, whom the ordinance treats apart, are candidates like others here. Whoever
// reaches the threshold takes no more votes from then on.
//
// Source: Minneapolis Code of Ordinances, title 8.5, sections 167.20 and 167.70.
func minneapolisSTV(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("minneapolis-stv", opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest("minneapolis-stv", e, opt)
	if err != nil {
		return nil, err
	}
	g := &gregory{Contest: c, places: 4, one: 10_000, fraction: true, read: election.Lenient}
	g.load(e.Papers)
	if g.valid == 0 {
		return nil, election.NoPapers()
	}
	threshold := g.valid/int64(g.Seats+1) + 1
	g.quota = threshold * g.one
	g.Report.Quota = g.Decimal(threshold, 0)
	event := fmt.Sprintf("First preferences of %s; the threshold is %s.", g.Papers(g.valid), g.Report.Quota)
	return g.run(event, g.minneapolisStage)
}

// minneapolisStage defeats those who cannot be elected, transfers one surplus or
// defeats one candidate.
func (g *gregory) minneapolisStage() (event string, out []int, err error) {
	var over []int
	var surplus int64
	for _, i := range g.In(election.Pending) {
		if g.votes[i] > g.quota {
			over = append(over, i)
			surplus += g.votes[i] - g.quota
		}
	}
	if out = g.hopeless(surplus); len(out) > 0 {
		g.exclude(out...)
		return fmt.Sprintf("Defeat of %s, for whom it is mathematically impossible to be elected.", g.List(out)), out, nil
	}
	if len(over) > 0 {
		return g.surplusStage(over)
	}
	return g.exclusionStage()
}

// hopeless returns, in ballot order, the most candidates of the fewest votes who
// together, and with all surpluses, have less than the next candidate above, if enough
// are left for the vacancies without them.
func (g *gregory) hopeless(surplus int64) []int {
	order := g.In(election.Continuing)
	election.ByVotes(order, g.votes)
	sum, cut := surplus, len(order)
	for k := len(order) - 1; k >= max(1, g.Vacancies()); k-- {
		if sum += g.votes[order[k]]; sum < g.votes[order[k-1]] {
			cut = k
		}
	}
	out := slices.Clone(order[cut:])
	slices.Sort(out)
	return out
}
