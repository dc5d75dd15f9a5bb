package election

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/input"
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
func bucklin(e *Election, opt Options) (*report.Report, error) {
	if err := refuseReserved("bucklin", opt); err != nil {
		return nil, err
	}
	c, err := newContest("bucklin", e, opt)
	if err != nil {
		return nil, err
	}
	if c.seats != 1 {
		return nil, input.Errorf("count for 1 seat, or by scottish-stv for more", "bucklin fills one seat, not %d", c.seats)
	}
	papers := make([][][]int16, len(e.Papers)) // the ranks of each
	v, deepest := &report.Validity{}, 0
	for i, p := range e.Papers {
		papers[i] = c.ranks(p.Marks)
		v.Add(p.Weight, len(papers[i]) > 0, false)
		deepest = max(deepest, len(papers[i]))
	}
	if c.r.Validity = v; v.Valid == 0 {
		return nil, noPapers()
	}
	c.r.Quota = c.decimal(v.Valid/2+1, 0)
	votes := make([]int64, len(c.state))
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
			c.papers(v.Valid), c.r.Quota)
		top := extreme(c.in(continuing), votes, true)
		done := 2*votes[top[0]] > v.Valid || rank == deepest-1
		if done {
			i, err := c.draw(top, true, forElection)
			if err != nil {
				return nil, err
			}
			c.elect(i, elected)
			event += " Elected with the most votes: " + c.name(i) + "."
		}
		c.bucklinStage(event, before, votes)
		if done {
			break
		}
	}
	return c.finish(), nil
}

func (c *contest) bucklinStage(event string, before, votes []int64) {
	s := report.Stage{Number: c.stage(), Event: event, Elected: c.names(c.winners)}
	for i := range c.state {
		moved := ""
		if s.Number > 1 {
			moved = c.change(votes[i]-before[i], 0)
		}
		s.Rows = append(s.Rows, report.Row{Name: c.name(i), Change: moved, Total: c.decimal(votes[i], 0), Status: c.state[i].String()})
	}
	c.r.Stages = append(c.r.Stages, s)
}
