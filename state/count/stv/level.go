package stv

import (
	"math/big"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
)

// levels are the ranks that several candidates share, each once: the candidates
// in ballot order. A Mark with Points below 0 stands for one of them.
type levels [][]int16

// of returns who shares the rank of m, or nil for a rank of one candidate.
func (l levels) of(m election.Mark) []int16 {
	if m.Points < 0 {
		return l[-1-m.Points]
	}
	return nil
}

// level reads papers for a rule that divides them where ranks are shared. Skipped
// ranks and candidates who withdrew are taken off, and each rank that several
// share becomes one mark. Papers that are plain orders are returned as they are.
//
// A paper that reaches a shared rank is divided equally among the candidates who
// share it and still take votes, and what leaves one of them is divided among
// those of them who are left. That is Hill's rule, that the paper stands for
// every order in equal parts, without listing the orders, so any number may share
// a rank.
//
// Source: I. D. Hill, "Difficulties with equality of preference", Voting
// matters 13 (2001), pp. 8-9.
func level(c *election.Contest, papers []election.Paper) ([]election.Paper, levels) {
	out := make([]election.Paper, len(papers))
	var all levels
	known := make(map[string]int32)
	for i, p := range papers {
		out[i] = p
		if plain(c, p.Marks) {
			continue
		}
		var marks []election.Mark
		for _, g := range c.Ranks(p.Marks) {
			m := election.Mark{Candidate: g[0]}
			if len(g) > 1 {
				slices.Sort(g)
				m.Candidate = g[0]
				key := groupKey(g)
				id, ok := known[key]
				if !ok {
					id = int32(len(all))
					known[key] = id
					all = append(all, g)
				}
				m.Points = -1 - id
			}
			marks = append(marks, m)
		}
		out[i].Marks = marks
	}
	return out, all
}

func groupKey(g []int16) string {
	b := make([]byte, 0, 2*len(g))
	for _, c := range g {
		b = append(b, byte(c>>8), byte(c))
	}
	return string(b)
}

// plain reports whether marks are one order of candidates who all stand.
func plain(c *election.Contest, marks []election.Mark) bool {
	for _, m := range marks {
		if m.Equal || m.Candidate == election.Skipped || c.State[m.Candidate] == election.Withdrawn {
			return false
		}
	}
	return true
}

// meekShares returns what each of group keeps of a vote that reaches their shared
// rank, in units, rounded down, and whether what is left goes on to the next rank:
// it does unless one of them keeps all that they are offered.
//
// In a share of the orders 1/(k C(k-1, s)) just the members of a set of s come
// before candidate i, of k who keep anything; each of them passes on 1 less its
// keep factor. So i keeps its factor times the sum over s of the elementary
// symmetric polynomial of degree s of what the others pass on, times that share.
func meekShares(group []int16, keep []int64) (share []int64, goesOn bool) {
	share = make([]int64, len(group))
	k, goesOn := 0, true
	poly := []*big.Int{big.NewInt(1)} // elementary symmetric polynomials, degree s at 10^9s
	for _, c := range group {
		switch rest := meekOne - keep[c]; {
		case keep[c] == 0:
			continue
		case rest == 0:
			goesOn = false
		default:
			poly = append(poly, new(big.Int))
			for s := len(poly) - 1; s > 0; s-- {
				poly[s].Add(poly[s], new(big.Int).Mul(poly[s-1], big.NewInt(rest)))
			}
		}
		k++
	}
	for j, c := range group {
		if keep[c] == 0 {
			continue
		}
		others := poly
		if rest := meekOne - keep[c]; rest > 0 { // take i's own out again
			others = []*big.Int{poly[0]}
			for s := 1; s < len(poly)-1; s++ {
				others = append(others, new(big.Int).Sub(poly[s], new(big.Int).Mul(others[s-1], big.NewInt(rest))))
			}
		}
		share[j] = averageOffer(others, k, keep[c])
	}
	return share, goesOn
}

// averageOffer sums others over the sizes of set and takes keep of it, in units.
// It works with 18 decimals and rounds down.
func averageOffer(others []*big.Int, k int, keep int64) int64 {
	one := big.NewInt(meekOne)
	scale := new(big.Int).Mul(one, one)
	sum := new(big.Int)
	power, sets := big.NewInt(1), big.NewInt(int64(k)) // 10^9s and k C(k-1, s)
	for s, e := range others {
		term := new(big.Int).Mul(e, scale)
		sum.Add(sum, term.Quo(term, new(big.Int).Mul(power, sets)))
		power.Mul(power, one)
		sets.Mul(sets, big.NewInt(int64(k-1-s))).Quo(sets, big.NewInt(int64(s+1)))
		if sets.Sign() == 0 {
			break
		}
	}
	sum.Mul(sum, big.NewInt(keep)).Quo(sum, scale)
	return sum.Int64()
}
