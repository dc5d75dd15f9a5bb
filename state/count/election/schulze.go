package election

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// schulze ranks the candidates by their strongest paths of pairwise wins.
//
// A candidate wins against another when more papers rank them higher; the
// strength of the win is the number of those papers (winning votes). A path is
// as strong as its weakest win, and a candidate precedes another when the
// strongest path to them is stronger than the strongest path back. Whoever beats
// all others one to one is always first. Candidates not on a paper are level
// below all who are; skipped ranks are passed over. Candidates whom no other
// precedes are level; where they do not all fit the seats, the lot decides.
//
// With several seats the highest ranked are elected: it is not a proportional
// method.
//
// Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric,
// and Condorcet-consistent single-winner election method", Social Choice and
// Welfare 36 (2011), pp. 267-303.
func schulze(e *Election, opt Options) (*report.Report, error) {
	if err := refuseReserved("schulze", opt); err != nil {
		return nil, err
	}
	c, err := newContest("schulze", e, opt)
	if err != nil {
		return nil, err
	}
	stand := c.in(continuing)
	wins := c.pairwise(stand)
	if c.r.Validity.Valid == 0 {
		return nil, noPapers()
	}
	c.r.Pairwise = &report.Pairwise{Candidates: c.names(stand), Votes: wins}
	c.beats(stand, wins, fmt.Sprintf("Pairwise contests on %s: contests won.",
		c.papers(c.r.Validity.Valid)))
	paths := strongest(wins)
	if err := c.seat(stand, paths); err != nil {
		return nil, err
	}
	c.beats(stand, paths, "Strongest paths: candidates preceded. Elected: "+c.list(c.winners)+".")
	c.r.Stages[1].Elected = c.names(c.winners)
	if c.vacancies() == 0 && len(c.winners) == 1 && c.condorcet(wins, stand) {
		c.note("%s wins against every other candidate one to one.", c.name(c.winners[0]))
	}
	return c.finish(), nil
}

// pairwise returns how many papers prefer each of stand to each other one, and
// fills in the validity.
//
// Each paper is walked once for the pairs it ranks; preferences over candidates
// that a paper leaves out follow from how many papers rank the one and how many
// rank both.
func (c *contest) pairwise(stand []int) [][]int64 {
	n := len(stand)
	local := make([]int, len(c.state)) // index in stand
	for k, i := range stand {
		local[i] = k
	}
	over, level := make([]int64, n*n), make([]int64, n*n)
	ranked := make([]int64, n)
	v := &report.Validity{}
	var who []int // of one paper, by rank
	var end []int // for each of who, where its rank ends
	for i := range c.e.Papers {
		p := &c.e.Papers[i]
		who, end = who[:0], end[:0]
		start, inRank := 0, false
		for _, m := range p.Marks {
			if !m.Equal {
				inRank = false
			}
			if m.Candidate == Skipped || c.state[m.Candidate] == withdrawn {
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
	c.r.Validity = v
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

// strongest returns the strength of the strongest path between every two, by
// the widest-path form of the Floyd-Warshall algorithm.
func strongest(wins [][]int64) [][]int64 {
	n := len(wins)
	p := make([][]int64, n)
	for i := range p {
		p[i] = make([]int64, n)
		for j := range p[i] {
			if wins[i][j] > wins[j][i] {
				p[i][j] = wins[i][j]
			}
		}
	}
	for k, via := range p {
		for i, row := range p {
			first := row[k]
			if i == k || first == 0 {
				continue
			}
			for j, second := range via {
				if w := min(first, second); j != i && w > row[j] {
					row[j] = w
				}
			}
		}
	}
	return p
}

// beats records a stage with, for each candidate, how many others they beat.
func (c *contest) beats(stand []int, table [][]int64, event string) {
	count := make([]int64, len(c.state))
	for x, i := range stand {
		for y := range stand {
			if table[x][y] > table[y][x] {
				count[i]++
			}
		}
	}
	s := report.Stage{Number: c.stage(), Event: event}
	for i := range c.state {
		s.Rows = append(s.Rows, report.Row{Name: c.name(i), Total: strconv.FormatInt(count[i], 10), Status: c.state[i].String()})
	}
	c.r.Stages = append(c.r.Stages, s)
}

// seat ranks stand and fills the seats from the top.
func (c *contest) seat(stand []int, paths [][]int64) error {
	left := make([]int, len(stand)) // indexes into stand
	for k := range left {
		left[k] = k
	}
	for len(left) > 0 {
		var top []int
		for _, x := range left {
			if !slices.ContainsFunc(left, func(y int) bool { return paths[y][x] > paths[x][y] }) {
				top = append(top, x)
			}
		}
		group := make([]int, len(top))
		for k, x := range top {
			group[k] = stand[x]
		}
		c.r.Ranking = append(c.r.Ranking, c.names(group))
		left = slices.DeleteFunc(left, func(x int) bool { return slices.Contains(top, x) })
		if err := c.fill(group); err != nil {
			return err
		}
	}
	return nil
}

// fill elects a level group, by lot if it does not fit.
func (c *contest) fill(group []int) error {
	group = slices.Clone(group)
	for len(group) > 0 && c.vacancies() > 0 {
		i := group[0]
		if len(group) > c.vacancies() {
			var err error
			if i, err = c.draw(group, true, forElection); err != nil {
				return err
			}
		}
		c.elect(i, elected)
		group = slices.DeleteFunc(group, func(k int) bool { return k == i })
	}
	return nil
}

// condorcet reports whether the first winner wins every pairwise contest.
func (c *contest) condorcet(wins [][]int64, stand []int) bool {
	x := slices.Index(stand, c.winners[0])
	for y := range stand {
		if y != x && wins[x][y] <= wins[y][x] {
			return false
		}
	}
	return true
}
