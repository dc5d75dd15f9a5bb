package stv

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// scottishSTV counts by the single transferable vote as Scottish councils do.
//
// The quota is the valid papers divided by one more than the seats, fraction
// ignored, plus one. At the end of each stage every candidate with the quota is
// deemed elected. The next stage transfers the largest surplus, each paper of
// that candidate at surplus x its present value / the candidate's votes, to
// five decimal places with the remainder ignored; with no surplus it excludes
// the candidate with the fewest votes, whose papers move on at their present
// value. When as many candidates continue as there are vacancies they are
// deemed elected, below the quota, and the count ends: of the candidate whose
// exclusion leaves so many, nothing is transferred (rules 50(5) and 52). Programs
// that count by this rule often make that transfer all the same; it elects no other
// candidates, and may show some of them with the quota. A surplus or exclusion tie
// goes by votes at the most recent earlier stage at which the tied differed, then by
// lot.
//
// A paper is valid if it shows a single first preference; a rank that is
// skipped or shared ends what can be read of it.
//
// Source: the Scottish Local Government Elections Order 2007 (SSI 2007/42),
// schedule 1, rules 45 to 52.
func scottishSTV(e *election.Election, opt election.Options) (*report.Report, error) {
	g, err := newScottish("scottish-stv", e, opt)
	if err != nil {
		return nil, err
	}
	droop := g.valid/int64(g.Seats+1) + 1
	g.quota = droop * g.one
	g.Report.Quota = g.Decimal(droop, 0)
	event := fmt.Sprintf("First preferences of %s; the quota is %s.", g.Papers(g.valid), g.Report.Quota)
	return g.run(event, g.scottishStage)
}

// newScottish starts a count by the Scottish rule, but for the quota.
func newScottish(method string, e *election.Election, opt election.Options) (*gregory, error) {
	c, err := election.NewContest(method, e, opt)
	if err != nil {
		return nil, err
	}
	g := &gregory{Contest: c, places: 5, one: 100_000, lookBack: true, stops: true, read: election.Strict}
	g.load(e.Papers)
	if g.valid == 0 {
		return nil, election.NoPapers()
	}
	return g, nil
}

// scottishStage transfers one surplus or excludes one candidate.
func (g *gregory) scottishStage() (event string, out []int, err error) {
	var over []int
	for _, i := range g.In(election.Pending) {
		if g.votes[i] > g.quota {
			over = append(over, i)
		}
	}
	if len(over) > 0 && !g.AnyDoomed() {
		return g.surplusStage(over)
	}
	return g.exclusionStage()
}

// surplusStage transfers the largest surplus of over.
func (g *gregory) surplusStage(over []int) (string, []int, error) {
	i, how, err := g.choose(election.Extreme(over, g.votes, true), true, election.ForTransfer)
	if err != nil {
		return "", nil, err
	}
	surplus := g.votes[i] - g.quota
	g.transferSurplus(i)
	return fmt.Sprintf("Transfer of the surplus of %s, %s%s.", g.Name(i), g.Decimal(surplus, g.places), how), nil, nil
}

// exclusionStage excludes the candidate with the fewest votes.
func (g *gregory) exclusionStage() (string, []int, error) {
	who, why := g.MayExclude(g.In(election.Continuing))
	i, how, err := g.choose(election.Extreme(who, g.votes, false), false, election.ForExclusion)
	if err != nil {
		return "", nil, err
	}
	votes := g.votes[i]
	g.exclude(i)
	return fmt.Sprintf("Exclusion of %s with %s votes, the fewest%s%s.", g.Name(i), g.Decimal(votes, g.places), why, how), []int{i}, nil
}

func (g *gregory) noteLost() {
	if g.lost > 0 {
		g.Note("%s votes were lost because the rule ignores remainders beyond %d decimal places.", g.Decimal(g.lost, g.places), g.places)
	}
}
