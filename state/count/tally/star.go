package tally

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// starPoints are what a paper may give one candidate, if nothing else is said.
const starPoints = 5

// star elects one of the two candidates with the most points: the one whom more
// papers give more points than the other.
//
// A paper gives each candidate up to Options.Points points (5 when 0); a candidate
// it does not mark gets none. A paper that gives anyone more is spoiled. If more are
// level for the runoff than it takes, whoever each of the rest of them loses to, paper
// by paper, goes before them, then the lot decides. A level runoff goes to the one
// with more points in all, then to the lot.
//
// Source: Equal Vote Coalition, "STAR voting", starvoting.org, and the standard
// protocol of starvoting.org/ties, steps 1 to 3.
func star(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("star", opt); err != nil {
		return nil, err
	}
	if opt.Points == 0 {
		opt.Points = starPoints
	}
	t, err := newTally("star", e, opt)
	if err != nil {
		return nil, err
	}
	if err := t.RefuseSeats(); err != nil {
		return nil, err
	}
	if err := needPoints("star", e); err != nil {
		return nil, err
	}
	t.addPoints(e.Papers, func(marks []election.Mark) bool { return above(marks, opt.Points) })
	if t.v.Valid == 0 {
		return nil, election.NoPapers()
	}
	t.Report.Validity = &t.v
	finalists, how, err := t.finalists(opt.Points)
	if err != nil {
		return nil, err
	}
	t.stage(fmt.Sprintf("Points, at most %d to a candidate, on %s. In the runoff%s: %s.", opt.Points,
		t.Papers(t.v.Valid), how, t.List(finalists)), t.total)
	if len(finalists) == 1 { // nobody else stands
		t.Elect(finalists[0], election.Elected)
		return t.Finish(), nil
	}
	return t.starRunoff(finalists[0], finalists[1], opt.Points)
}

// above reports whether a paper gives a candidate more than limit.
func above(marks []election.Mark, limit int64) bool {
	return slices.ContainsFunc(marks, func(m election.Mark) bool { return int64(m.Points) > limit })
}

// finalists returns the two with the most points, in ballot order, and how a tie for
// the second place was settled.
func (t *tally) finalists(limit int64) (in []int, how string, err error) {
	left := t.In(election.Continuing)
	for len(in) < 2 && len(left) > 0 {
		top := election.Extreme(left, t.total, true)
		for i := -1; len(top) > 2-len(in); top = []int{i} {
			how = ", of those level for it whom more papers prefer to each other"
			if i = t.preferred(top, limit); i >= 0 {
				continue
			}
			how = ", some of those level for it by lot"
			if i, err = t.Draw(top, true, forRunoff); err != nil {
				return nil, "", err
			}
		}
		in = append(in, top...)
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(top, i) })
	}
	slices.Sort(in)
	return in, how, nil
}

// forRunoff is why a lot chooses who goes on to the runoff.
const forRunoff = "the runoff"

// preferred returns who of level is given more points than each other one on more
// papers than the other way round, or -1.
func (t *tally) preferred(level []int, limit int64) int {
	for _, a := range level {
		if !slices.ContainsFunc(level, func(b int) bool {
			more, less := t.prefer(a, b, limit)
			return a != b && more <= less
		}) {
			return a
		}
	}
	return -1
}

// prefer returns on how many valid papers a has more points than b, and b than a.
func (t *tally) prefer(a, b int, limit int64) (more, less int64) {
	for _, p := range t.Election.Papers {
		if above(p.Marks, limit) {
			continue
		}
		var has [2]int32
		for _, m := range p.Marks {
			switch int(m.Candidate) {
			case a:
				has[0] = m.Points
			case b:
				has[1] = m.Points
			}
		}
		switch {
		case has[0] > has[1]:
			more += p.Weight
		case has[0] < has[1]:
			less += p.Weight
		}
	}
	return more, less
}

// starRunoff elects a or b and writes the second stage.
func (t *tally) starRunoff(a, b int, limit int64) (*report.Report, error) {
	more, less := t.prefer(a, b, limit)
	winner, how := a, ""
	switch {
	case more < less:
		winner = b
	case more > less:
	case t.total[a] != t.total[b]:
		winner, how = election.Extreme([]int{a, b}, t.total, true)[0], " The two are level, and the one with more points in all is elected."
	default:
		how = " The two are level, in points too, and the lot decides."
		var err error
		if winner, err = t.Draw([]int{a, b}, true, election.ForElection); err != nil {
			return nil, err
		}
	}
	t.Elect(winner, election.Elected)
	votes := make([]int64, len(t.State))
	votes[a], votes[b] = more, less
	alike := t.Decimal(t.v.Valid-more-less, 0)
	t.stage(fmt.Sprintf("Runoff: papers that give the one more points than the other; %s give both as many.%s Elected: %s.", alike, how, t.Name(winner)), votes)
	t.Report.Stages[1].Elected = t.Names(t.Winners)
	return t.Finish(), nil
}

// stage writes a stage with a figure for each candidate.
func (t *tally) stage(event string, figures []int64) {
	s := report.Stage{Number: t.Stage(), Event: event}
	for i, state := range t.State {
		s.Rows = append(s.Rows, report.Row{Name: t.Name(i), Total: t.Decimal(figures[i], 0), Status: state.String()})
	}
	t.Report.Stages = append(t.Report.Stages, s)
}
