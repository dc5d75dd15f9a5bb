package condorcet

import (
	"github.com/rochdale-ledger/rochdale/state/count/election"
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
func schulze(e *election.Election, opt election.Options) (*report.Report, error) {
	p, err := newPairs("schulze", e, opt)
	if err != nil {
		return nil, err
	}
	paths := strongest(p.votes)
	precedes := func(x, y int) bool { return paths[x][y] > paths[y][x] }
	return p.finish(precedes, "Strongest paths: candidates preceded.", p.outdone(precedes))
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
