// Package condorcet counts papers that rank candidates by their contests one to one:
// Schulze, ranked pairs, minimax and Copeland. Each elects whoever wins every such
// contest; they differ in what they do when nobody does.
//
// Rule: docs/rules.md, "Counting". Source: each method names its own; the list
// is in docs/counting.md.
package condorcet

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Methods are the methods of this package, the usual one first. The list is the
// caller's own.
func Methods() []election.Method {
	return []election.Method{
		{Count: schulze, Method: report.Method{
			Name: "schulze", Aliases: []string{"condorcet", "schulze-method"}, Input: input.Papers,
			Summary: "Whoever would win against each other candidate one to one, cycles broken by strongest paths.",
			Source:  "M. Schulze, Social Choice and Welfare 36 (2011)",
			When:    "One choice that must stand up against every alternative, or a full ranking.",
		}},
		{Count: rankedPairs, Method: report.Method{
			Name: "ranked-pairs", Aliases: []string{"tideman"}, Input: input.Papers,
			Summary: "Majorities one to one are locked in, the largest margin first, unless they contradict larger ones.",
			Source:  "T. N. Tideman, Social Choice and Welfare 4 (1987); Zavist and Tideman 6 (1989) for ties",
			When:    "As schulze, where members want to follow why: each step is one majority.",
			Remark: "Majorities of one margin that contradict each other are ordered by lot: the one whose winner was drawn first, then the one whose loser was drawn last. " +
				"Without a lot the candidates concerned are level.",
		}},
		{Count: minimax, Method: report.Method{
			Name: "minimax", Aliases: []string{"simpson-kramer"}, Input: input.Papers,
			Summary: "Whoever has the smallest worst defeat one to one, in papers that prefer the other, is elected.",
			Source:  "Simpson, Quarterly Journal of Economics 83 (1969); Kramer, Journal of Economic Theory 16 (1977)",
			When:    "As schulze, where one figure for each candidate should do; in a circle it may elect one whom all others beat.",
			Remark:  "Defeats are measured by winning votes, not by margins: they differ where papers leave candidates out.",
		}},
		{Count: copeland, Method: report.Method{
			Name: "copeland", Input: input.Papers,
			Summary: "Whoever wins the most contests one to one, half of the level ones added, is elected.",
			Source:  "A. H. Copeland, A reasonable social welfare function (1951); Saari and Merlin, Economic Theory 8 (1996)",
			When:    "As schulze, counted like a league table; level candidates are frequent and go by lot.",
		}},
	}
}

// pairs are the contests one to one of a count under way. Candidates who stand have
// an index from 0 in every table here.
type pairs struct {
	*election.Contest
	stand []int     // the candidate at each index
	votes [][]int64 // papers that rank the first higher than the second
}

// newPairs starts a count and records the contests as its first stage.
func newPairs(method string, e *election.Election, opt election.Options) (*pairs, error) {
	if err := election.RefuseReserved(method, opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest(method, e, opt)
	if err != nil {
		return nil, err
	}
	p := &pairs{Contest: c, stand: c.In(election.Continuing)}
	p.votes = pairwise(c, p.stand)
	if c.Report.Validity.Valid == 0 {
		return nil, election.NoPapers()
	}
	c.Report.Pairwise = &report.Pairwise{Candidates: c.Names(p.stand), Votes: p.votes}
	p.record(fmt.Sprintf("Pairwise contests on %s: contests won.", c.Papers(c.Report.Validity.Valid)), p.outdone(p.wins))
	return p, nil
}

// wins reports whether more papers rank x higher than y than the other way.
func (p *pairs) wins(x, y int) bool { return p.votes[x][y] > p.votes[y][x] }

// outdone writes for each candidate how many others they come before.
func (p *pairs) outdone(before func(x, y int) bool) func(x int) string {
	return func(x int) string {
		n := 0
		for y := range p.stand {
			if before(x, y) {
				n++
			}
		}
		return strconv.Itoa(n)
	}
}

// record closes a stage with a figure for each candidate who stands, and 0 for those
// who withdrew.
func (p *pairs) record(event string, figure func(x int) string) {
	s := report.Stage{Number: p.Stage(), Event: event}
	x := 0
	for i, state := range p.State {
		row := report.Row{Name: p.Name(i), Total: "0", Status: state.String()}
		if x < len(p.stand) && p.stand[x] == i {
			row.Total = figure(x)
			x++
		}
		s.Rows = append(s.Rows, row)
	}
	p.Report.Stages = append(p.Report.Stages, s)
}

// finish ranks the candidates, fills the seats from the top and closes the report.
// before says who comes before whom; it is a strict partial order. Candidates whom
// none of the rest comes before are level. what names the figures of the last stage.
func (p *pairs) finish(before func(x, y int) bool, what string, figure func(x int) string) (*report.Report, error) {
	left := make([]int, len(p.stand))
	for x := range left {
		left[x] = x
	}
	for len(left) > 0 {
		var top, group []int
		for _, x := range left {
			if !slices.ContainsFunc(left, func(y int) bool { return before(y, x) }) {
				top, group = append(top, x), append(group, p.stand[x])
			}
		}
		p.Report.Ranking = append(p.Report.Ranking, p.Names(group))
		left = slices.DeleteFunc(left, func(x int) bool { return slices.Contains(top, x) })
		if err := p.fill(group); err != nil {
			return nil, err
		}
	}
	p.record(fmt.Sprintf("%s Elected: %s.", what, p.List(p.Winners)), figure)
	p.Report.Stages[p.Stage()-2].Elected = p.Names(p.Winners)
	p.noteWinner()
	return p.Finish(), nil
}

// fill elects a level group, by lot if it does not fit.
func (p *pairs) fill(group []int) error {
	if len(group) > 1 && len(group) <= p.Vacancies() {
		p.Level(group)
	}
	group = slices.Clone(group)
	for len(group) > 0 && p.Vacancies() > 0 {
		i := group[0]
		if len(group) > p.Vacancies() {
			var err error
			if i, err = p.Draw(group, true, election.ForElection); err != nil {
				return err
			}
		}
		p.Elect(i, election.Elected)
		group = slices.DeleteFunc(group, func(k int) bool { return k == i })
	}
	return nil
}

// noteWinner says so if the one who is elected wins every contest.
func (p *pairs) noteWinner() {
	x := slices.Index(p.stand, p.Winners[0])
	for y := range p.stand {
		if y != x && !p.wins(x, y) {
			return
		}
	}
	if len(p.Winners) == 1 {
		p.Note("%s wins against every other candidate one to one.", p.Name(p.Winners[0]))
	}
}

// pairwise returns how many papers prefer each of stand to each other one, and
// fills in the validity.
//
// Each paper is walked once for the pairs it ranks; preferences over candidates
// that a paper leaves out follow from how many papers rank the one and how many
// rank both.
func pairwise(c *election.Contest, stand []int) [][]int64 {
	n := len(stand)
	local := make([]int, len(c.State)) // index in stand
	for k, i := range stand {
		local[i] = k
	}
	over, level := make([]int64, n*n), make([]int64, n*n)
	ranked := make([]int64, n)
	v := &report.Validity{}
	var who []int // of one paper, by rank
	var end []int // for each of who, where its rank ends
	for i := range c.Election.Papers {
		p := &c.Election.Papers[i]
		who, end = who[:0], end[:0]
		start, inRank := 0, false
		for _, m := range p.Marks {
			if !m.Equal {
				inRank = false
			}
			if m.Candidate == election.Skipped || c.State[m.Candidate] == election.Withdrawn {
				continue
			}
			if !inRank {
				start, inRank = len(who), true
			}
			who, end = append(who, local[m.Candidate]), append(end, 0)
			for k := start; k < len(who); k++ {
				end[k] = len(who)
			}
		}
		v.Add(p.Weight, len(who) > 0, false)
		for a, x := range who {
			ranked[x] += p.Weight
			row, ties := over[x*n:x*n+n], level[x*n:x*n+n]
			for _, y := range who[a+1 : end[a]] {
				ties[y] += p.Weight
			}
			for _, y := range who[end[a]:] {
				row[y] += p.Weight
			}
		}
	}
	c.Report.Validity = v
	out := make([][]int64, n)
	for x := range out {
		out[x] = make([]int64, n)
		for y := range out[x] {
			if x != y {
				both := over[x*n+y] + over[y*n+x] + level[x*n+y] + level[y*n+x]
				out[x][y] = over[x*n+y] + ranked[x] - both
			}
		}
	}
	return out
}
