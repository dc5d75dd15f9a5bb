package condorcet

import (
	"math/big"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// copeland ranks the candidates by how many contests one to one they win.
//
// A contest won gives one point and a level one half a point to both. Candidates
// with as many points are level; where they do not all fit the seats, the lot
// decides. Candidates not on a paper are level below all who are; skipped ranks are
// passed over. With several seats the highest ranked are elected: it is not a
// proportional method.
//
// Source: A. H. Copeland, "A reasonable social welfare function", seminar on the
// applications of mathematics to the social sciences, University of Michigan (1951);
// D. G. Saari and V. R. Merlin, "The Copeland method", Economic Theory 8 (1996).
func copeland(e *election.Election, opt election.Options) (*report.Report, error) {
	p, err := newPairs("copeland", e, opt)
	if err != nil {
		return nil, err
	}
	halves := make([]int64, len(p.stand)) // points, twice
	for x := range p.stand {
		for y := range p.stand {
			switch {
			case x == y:
			case p.wins(x, y):
				halves[x] += 2
			case !p.wins(y, x):
				halves[x]++
			}
		}
	}
	more := func(x, y int) bool { return halves[x] > halves[y] }
	return p.finish(more, "Contests won, and half of the level ones.", func(x int) string {
		return report.Fraction(big.NewRat(halves[x], 2))
	})
}

// minimax ranks the candidates by their worst defeat, the smallest first.
//
// A defeat is as large as the number of papers that prefer the winner (winning
// votes); who is never defeated has none. Candidates whose worst defeats are as large
// are level; where they do not all fit the seats, the lot decides. Candidates not on a
// paper are level below all who are; skipped ranks are passed over. With several seats
// the highest ranked are elected: it is not a proportional method.
//
// Source: P. B. Simpson, "On defining areas of voter choice", Quarterly Journal of
// Economics 83 (1969); G. H. Kramer, "A dynamical model of political equilibrium",
// Journal of Economic Theory 16 (1977).
func minimax(e *election.Election, opt election.Options) (*report.Report, error) {
	p, err := newPairs("minimax", e, opt)
	if err != nil {
		return nil, err
	}
	worst := make([]int64, len(p.stand))
	for x := range p.stand {
		for y := range p.stand {
			if p.wins(y, x) {
				worst[x] = max(worst[x], p.votes[y][x])
			}
		}
	}
	less := func(x, y int) bool { return worst[x] < worst[y] }
	return p.finish(less, "Worst defeat, in papers that prefer the other.", func(x int) string {
		return p.Decimal(worst[x], 0)
	})
}
