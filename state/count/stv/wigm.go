package stv

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// wigmSTV counts by the reference rule of the Proportional Representation
// Foundation for the weighted inclusive Gregory method.
//
// Votes have four decimal places, remainders ignored. The quota is the valid
// papers divided by one more than the seats, plus 0.0001. Each round elects
// every candidate with the quota, then transfers the largest surplus, if any
// (even one of nothing), or else defeats the candidate with the fewest votes.
// The count ends when the seats are filled, or when no more candidates are left
// than seats. The optional defeat of sure losers is not taken. Every tie goes
// by lot; a tie of surpluses of nothing changes nothing and needs none.
//
// Skipped ranks are passed over. Equal ranks, which the rule does not know, are
// read as Hill describes (level).
//
// Source: PR Foundation, "Reference WIGM Rule",
// prfound.org/resources/reference/reference-wigm-rule.
func wigmSTV(e *election.Election, opt election.Options) (*report.Report, error) {
	c, err := election.NewContest("wigm", e, opt)
	if err != nil {
		return nil, err
	}
	g := &gregory{Contest: c, places: 4, one: 10_000, read: election.Passing}
	papers, shared := level(c, e.Papers)
	g.share(papers, shared)
	if g.valid == 0 {
		return nil, election.NoPapers()
	}
	g.quota = g.valid*g.one/int64(g.Seats+1) + 1
	g.Report.Quota = g.Decimal(g.quota, g.places)
	event := fmt.Sprintf("First preferences of %s; the quota is %s.",
		g.Papers(g.valid), g.Report.Quota)
	return g.run(event, g.wigmStage)
}

// wigmStage transfers one surplus or defeats one candidate.
func (g *gregory) wigmStage() (event string, out []int, err error) {
	over := g.In(election.Pending)
	if len(over) == 0 || g.AnyDoomed() {
		return g.exclusionStage()
	}
	top := election.Extreme(over, g.votes, true)
	if g.votes[top[0]] == g.quota {
		top = top[:1]
	}
	return g.surplusStage(top)
}
