package election

import (
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// A fragment is a paper, or one of the orders that a paper with equal ranks
// stands for.
type fragment struct {
	Paper
	parts int64 // orders the paper was split into; each starts at 1/parts
	lead  bool  // the first of them, which stands for the paper where papers are counted
}

// maxOrders bounds the orders that one paper may stand for.
const maxOrders = 120

// whole takes every paper as it is.
func whole(papers []Paper) []fragment {
	out := make([]fragment, len(papers))
	for i, p := range papers {
		out[i] = fragment{p, 1, true}
	}
	return out
}

// split reads each paper as the rule for equal preferences says: candidates
// who share a rank stand for every order they could be in, each order taking an
// equal part of the paper. Skipped ranks and candidates who withdrew are taken
// off. A paper of more than maxOrders orders is an *input.Error.
//
// Source: I. D. Hill, "Difficulties with equality of preference", Voting
// matters 13 (2001), pp. 8-9.
func (c *contest) split(papers []Paper) ([]fragment, error) {
	out := make([]fragment, 0, len(papers))
	marks := 0
	for i, p := range papers {
		if c.plain(p.Marks) {
			out = append(out, fragment{p, 1, true})
			marks += len(p.Marks)
			continue
		}
		groups, orders := c.ranks(p.Marks)
		if orders > maxOrders {
			return nil, input.Errorf("count by a method that reads equal ranks as they are, such as schulze",
				"paper %d shares ranks in more than %d ways", i+1, maxOrders)
		}
		marks += len(p.Marks) * orders
		if len(out)+orders > MaxPapers || marks > MaxMarks {
			return nil, input.Errorf("count by a method that reads equal ranks as they are, such as schulze",
				"papers with equal ranks stand for too many orders")
		}
		for k := range orders {
			out = append(out, fragment{Paper{p.Weight, order(groups, k)}, int64(orders), k == 0})
		}
	}
	return out, nil
}

// plain reports whether marks are one order of candidates who all stand.
func (c *contest) plain(marks []Mark) bool {
	for _, m := range marks {
		if m.Equal || m.Candidate == Skipped || c.state[m.Candidate] == withdrawn {
			return false
		}
	}
	return true
}

// ranks returns the candidates who stand, rank by rank, and in how many orders
// they can be put; past maxOrders it stops multiplying.
func (c *contest) ranks(marks []Mark) (groups [][]int16, orders int) {
	orders = 1
	inRank := false // a candidate of the present rank stands
	for _, m := range marks {
		if !m.Equal {
			inRank = false
		}
		if m.Candidate == Skipped || c.state[m.Candidate] == withdrawn {
			continue
		}
		if !inRank {
			groups = append(groups, nil)
			inRank = true
		}
		g := &groups[len(groups)-1]
		*g = append(*g, m.Candidate)
		orders = min(orders*len(*g), maxOrders+1)
	}
	return groups, orders
}

// order returns the k'th order of groups, k from 0, as plain marks.
func order(groups [][]int16, k int) []Mark {
	var out []Mark
	for _, g := range groups {
		left := append([]int16(nil), g...)
		for n := len(left); n > 0; n-- {
			j := k % n
			k /= n
			out = append(out, Mark{Candidate: left[j]})
			left = append(left[:j], left[j+1:]...)
		}
	}
	return out
}
