package tally

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// bucklin adds later preferences to earlier ones until someone has a majority.
//
// Stage by stage every paper gives one vote more, to the next candidate it
// ranks, until a candidate has the votes of more than half of the valid papers;
// whoever then has the most is elected. If the papers run out first, whoever has
// the most is elected all the same. Candidates who share a rank each get a vote
// at that stage; skipped ranks are passed over. There is no tie rule but the lot.
//
// Source: Charter of Grand Junction (Colorado), 1909, as described by J. W.
// Bucklin, "The Grand Junction plan of city government and its results", Annals
// of the American Academy of Political and Social Science 38 (1911).
func bucklin(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("bucklin", opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest("bucklin", e, opt)
	if err != nil {
		return nil, err
	}
	if err := c.RefuseSeats(); err != nil {
		return nil, err
	}
	papers := make([][][]int16, len(e.Papers)) // the ranks of each
	v, deepest := &report.Validity{}, 0
	for i, p := range e.Papers {
		papers[i] = c.Ranks(p.Marks)
		v.Add(p.Weight, len(papers[i]) > 0, false)
		deepest = max(deepest, len(papers[i]))
	}
	if c.Report.Validity = v; v.Valid == 0 {
		return nil, election.NoPapers()
	}
	c.Report.Quota = c.Decimal(v.Valid/2+1, 0)
	votes := make([]int64, len(c.State))
	for rank := range deepest {
		before := append([]int64(nil), votes...)
		for i, p := range e.Papers {
			if rank < len(papers[i]) {
				for _, k := range papers[i][rank] {
					votes[k] += p.Weight
				}
			}
		}
		event := fmt.Sprintf("Preferences of rank %d on %s; a majority is %s.", rank+1,
			c.Papers(v.Valid), c.Report.Quota)
		top := election.Extreme(c.In(election.Continuing), votes, true)
		done := 2*votes[top[0]] > v.Valid || rank == deepest-1
		if done {
			i, err := c.Draw(top, true, election.ForElection)
			if err != nil {
				return nil, err
			}
			c.Elect(i, election.Elected)
			event += " Elected with the most votes: " + c.Name(i) + "."
		}
		bucklinStage(c, event, before, votes)
		if done {
			break
		}
	}
	return c.Finish(), nil
}

func bucklinStage(c *election.Contest, event string, before, votes []int64) {
	s := report.Stage{Number: c.Stage(), Event: event, Elected: c.Names(c.Winners)}
	for i := range c.State {
		moved := ""
		if s.Number > 1 {
			moved = c.Change(votes[i]-before[i], 0)
		}
		s.Rows = append(s.Rows, report.Row{Name: c.Name(i), Change: moved, Total: c.Decimal(votes[i], 0), Status: c.State[i].String()})
	}
	c.Report.Stages = append(c.Report.Stages, s)
}
