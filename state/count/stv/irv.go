package stv

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// instantRunoff counts by the alternative vote, also called instant runoff.
//
// A candidate with more votes than all other remaining candidates together is
// elected. If there is none, the candidate with the fewest votes is excluded and
// each of that candidate's papers goes to the next remaining candidate on it.
// A tie for the fewest, or between the last two, goes by first preferences,
// then by the votes after the next stage and so on, then by lot. Where the tied
// together have fewer votes than the next candidate, all of them must go before
// any other, so they are excluded together and no lot is needed.
//
// A skipped rank is passed over. A rank shared by several candidates exhausts
// the paper when it is reached; a paper that starts with one is spoiled.
//
// Source: Parliamentary Voting System and Constituencies Act 2011 (c. 1),
// section 9 and schedule 10, paragraph 7; for skipped and equal ranks San
// Francisco Charter, section 13.102.
func instantRunoff(e *election.Election, opt election.Options) (*report.Report, error) {
	return runoff("irv", false, e, opt)
}

// batchRunoff is instantRunoff with joint exclusion: every stage excludes the
// largest group of lowest candidates who together have fewer votes than the
// next candidate. The winner is the same; the table is shorter.
//
// Source: City of Burlington (Vermont) Charter, section 5, as in force in 2009;
// Minneapolis Code of Ordinances, title 8.5, section 167.60.
func batchRunoff(e *election.Election, opt election.Options) (*report.Report, error) {
	return runoff("irv-batch", true, e, opt)
}

func runoff(method string, batch bool, e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved(method, opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest(method, e, opt)
	if err != nil {
		return nil, err
	}
	if err := c.RefuseSeats(); err != nil {
		return nil, err
	}
	g := &gregory{Contest: c, one: 1, read: election.Passing}
	g.load(e.Papers)
	if g.valid == 0 {
		return nil, election.NoPapers()
	}
	event := "First preferences of " + g.Papers(g.valid) + "."
	var out []int
	for range g.State { // each turn but the last excludes someone
		left := g.In(election.Continuing)
		winner, why, err := g.majority(left)
		if err != nil {
			return nil, err
		}
		if winner >= 0 {
			g.Elect(winner, election.Elected)
			g.record(event+why, []int{winner}, out)
			break
		}
		g.record(event, nil, out)
		var how string
		if out, how, err = g.losers(left, batch); err != nil {
			return nil, err
		}
		g.exclude(out...)
		event = "Exclusion of " + g.List(out) + how + "."
	}
	return g.Finish(), nil
}

// majority returns who of left has more votes than the others together, or -1.
// Two level candidates who are the last go by earlier stages, then by lot.
func (g *gregory) majority(left []int) (winner int, why string, err error) {
	var total int64
	for _, i := range left {
		total += g.votes[i]
	}
	top := election.Extreme(left, g.votes, true)
	i := top[0]
	if g.votes[i] > total-g.votes[i] || len(left) == 1 {
		return i, fmt.Sprintf(" Elected: %s, with %s of the %s votes still in the count.", g.Name(i), g.Decimal(g.votes[i], 0), g.Decimal(total, 0)), nil
	}
	if len(left) > 2 {
		return -1, "", nil
	}
	how := "earlier stages"
	if top = g.fromFirst(top, true); len(top) > 1 {
		how = "lot"
	}
	if i, err = g.Draw(top, true, election.ForElection); err != nil {
		return -1, "", err
	}
	return i, fmt.Sprintf(" The last two are level at %s votes. Elected by %s: %s.", g.Decimal(g.votes[i], 0), how, g.Name(i)), nil
}

// losers returns who of left is excluded next, and how a tie was settled.
func (g *gregory) losers(left []int, batch bool) (out []int, how string, err error) {
	order := append([]int(nil), left...)
	election.ByVotes(order, g.votes)
	sum, sure := int64(0), 0
	for k := len(order) - 1; k > 0; k-- {
		if sum += g.votes[order[k]]; sum < g.votes[order[k-1]] {
			sure = len(order) - k
		}
	}
	lowest := election.Extreme(left, g.votes, false)
	switch {
	case batch && sure > 1:
		return g.lastOf(order, sure), ", who together have fewer votes than the next candidate", nil
	case len(lowest) == 1:
		return lowest, ", with the fewest votes", nil
	}
	if one := g.fromFirst(lowest, false); len(one) == 1 {
		return one, fmt.Sprintf(", level with others for the fewest votes (%s) and behind them at an earlier stage", g.List(lowest)), nil
	}
	if tied := int64(len(lowest)) * g.votes[lowest[0]]; len(order) > len(lowest) && tied < g.votes[order[len(order)-len(lowest)-1]] {
		return lowest, ", level for the fewest votes and together behind the next candidate", nil
	}
	level := g.fromFirst(lowest, false)
	i, err := g.Draw(level, false, election.ForExclusion)
	return []int{i}, fmt.Sprintf(", level with others for the fewest votes (%s) and chosen by lot", g.List(lowest)), err
}

// lastOf returns the last n of order, in ballot order.
func (g *gregory) lastOf(order []int, n int) []int {
	in := make([]bool, len(g.State))
	for _, i := range order[len(order)-n:] {
		in[i] = true
	}
	var out []int
	for i := range in {
		if in[i] {
			out = append(out, i)
		}
	}
	return out
}

// fromFirst narrows tied by the votes at the first stage, then at the second
// and so on.
func (g *gregory) fromFirst(tied []int, highest bool) []int {
	for s := 0; s < len(g.past) && len(tied) > 1; s++ {
		tied = election.Extreme(tied, g.past[s], highest)
	}
	return tied
}
