package budget

import (
	"cmp"
	"encoding/binary"
	"math/big"
	"math/bits"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// A completion says what becomes of money that equal shares leave unspent.
type completion uint8

const (
	completeNone        completion = iota // it stays unspent
	completeAdd1                          // shares are raised while the budget holds
	completeAdd1Greedy                    // and then the most voted of the rest that fit
	completeUtilitarian                   // the most voted of the rest that fit, from the equal share
	completeExhaustive                    // shares are raised until nothing more fits, or the budget would not hold
)

// maxSharesWork bounds Add1: marks on the votes times shares tried. It is some
// minutes of work on one core.
const maxSharesWork = 1 << 34

// An equalShares is a budget as the Method of Equal Shares sees it: who pays for
// what. It does not change during a count.
type equalShares struct {
	b           *Budget
	cardinality bool // a project is worth the same whatever it costs
	groups      []voterGroup
	supporters  [][]supporter // of each project
	maxWeight   []int64       // of each project's supporters
	live        []int         // projects that have supporters and were not withdrawn
	cost        []int64
	tally       tally
	ties        *tieBreaker
	unit        int64 // what the weights were divided by
	marks       int64 // in all groups
}

// A voterGroup is the voters whose votes are the same.
type voterGroup struct {
	voters int64
	marks  []support // in ascending order of projects
}

// A support is what a vote gives a project: 1 for an approval, or its points.
type support struct {
	project int32
	weight  int64 // more than 0
}

type supporter struct {
	group  int32
	weight int64
	voters int64
}

// newEqualShares groups the votes. It returns an error for points that are
// negative, or given to projects that a vote does not name.
func newEqualShares(name string, b *Budget, o Options, cardinality bool) (*equalShares, error) {
	if b.DefaultPoints != 0 {
		return nil, input.Errorf("count it by greedy", "equal shares cannot use a default_score of %s: only those who name a project pay for it", b.points(b.DefaultPoints))
	}
	es := &equalShares{b: b, cardinality: cardinality, tally: b.tally(), unit: 0}
	es.ties = newTieBreaker(name, b, o, es.tally)
	seen := make(map[string]int32)
	var key []byte
	for i := range b.Votes {
		marks, err := b.marks(i)
		if err != nil {
			return nil, err
		}
		key = key[:0]
		for _, m := range marks {
			key = binary.AppendUvarint(binary.AppendUvarint(key, uint64(m.project)), uint64(m.weight))
			es.unit = gcd(es.unit, m.weight)
		}
		at, ok := seen[string(key)]
		if !ok {
			at = int32(len(es.groups))
			seen[string(key)] = at
			es.groups = append(es.groups, voterGroup{marks: marks})
			es.marks += int64(len(marks))
		}
		es.groups[at].voters++
	}
	es.index()
	return es, nil
}

// marks are the projects that vote i supports, in ascending order.
func (b *Budget) marks(i int) ([]support, error) {
	v := &b.Votes[i]
	marks := make([]support, 0, len(v.Projects))
	for j, p := range v.Projects {
		w := int64(1)
		if v.Points != nil {
			w = v.Points[j]
		}
		if w < 0 {
			return nil, input.Errorf("count it by greedy", "vote %d gives project %q %s points, and equal shares need 0 or more",
				i+1, input.Short(b.Projects[p].ID), b.points(w))
		}
		if w > 0 {
			marks = append(marks, support{p, w})
		}
	}
	slices.SortFunc(marks, func(a, b support) int { return cmp.Compare(a.project, b.project) })
	return marks, nil
}

// index lists the supporters of each project, with the weights made as small as
// they can be.
func (es *equalShares) index() {
	n := len(es.b.Projects)
	es.supporters, es.maxWeight, es.cost = make([][]supporter, n), make([]int64, n), make([]int64, n)
	for i := range es.groups {
		g := &es.groups[i]
		for j := range g.marks {
			m := &g.marks[j]
			m.weight /= es.unit
			es.supporters[m.project] = append(es.supporters[m.project], supporter{int32(i), m.weight, g.voters})
			es.maxWeight[m.project] = max(es.maxWeight[m.project], m.weight)
		}
	}
	for p := range es.b.Projects {
		es.cost[p] = es.b.Projects[p].Cost
		if len(es.supporters[p]) > 0 && !es.b.Projects[p].Withdrawn {
			es.live = append(es.live, p)
		}
	}
}

func gcd(a, b int64) int64 {
	for b != 0 { // Euclid: fewer than 93 rounds for 63 bits
		a, b = b, a%b
	}
	return a
}

// A sharesRun is one run of the method for one share of the money. It is exact:
// balances are kept as 64-bit lower bounds with a known error, which settle
// almost every comparison, and as big integers over a common denominator, which
// settle the rest.
type sharesRun struct {
	es *equalShares

	// The exact state: a voter of a group that has not run dry holds
	// (share - Σ weight × price[round]) / den, over the rounds in which a
	// project of theirs was funded. A group that has run dry holds nothing.
	den, share *big.Int
	price      []*big.Int // of one unit of weight, of each round
	round      []int32    // in which each project was funded, or -1
	dry        []bool

	// The bounds: a balance is between low and low+err, in units of 2^-frac.
	low  []uint64
	err  uint64
	frac uint

	alive  []int    // projects that may still be paid for
	least  []uint64 // lower bound of each project's price; prices never fall
	funded []int
	spent  int64

	active []supporter // scratch
	counts []int64     // scratch, one a round
}

// newSharesRun gives every voter num/den of the money's unit. It returns an
// error if all shares together pass 2^58 units.
func (es *equalShares) newSharesRun(num, den int64) (*sharesRun, error) {
	n := int64(len(es.b.Votes))
	hi, total := bits.Mul64(uint64(n), uint64(num/den+1))
	if hi != 0 || total > 1<<58 {
		return nil, input.Errorf("take equal-shares-none", "shares of %s a voter pass what can be counted", es.b.Money(num/den))
	}
	total = max(total, uint64(es.b.Limit))
	r := &sharesRun{
		es: es, den: big.NewInt(den), share: big.NewInt(num),
		round: make([]int32, len(es.b.Projects)), dry: make([]bool, len(es.groups)),
		low: make([]uint64, len(es.groups)), frac: uint(62 - bits.Len64(total)),
		alive: slices.Clone(es.live), least: make([]uint64, len(es.b.Projects)),
	}
	start := new(big.Int).Lsh(r.share, r.frac)
	start, rest := start.QuoRem(start, r.den, new(big.Int))
	if rest.Sign() != 0 {
		r.err = 1
	}
	for i := range r.low {
		r.low[i] = start.Uint64()
	}
	for p := range r.round {
		r.round[p] = -1
	}
	return r, nil
}

// run funds projects until none can be paid for, or until they cost more than
// limit. explain, if not nil, is called before each is funded.
func (r *sharesRun) run(limit int64, explain func(best int, x *big.Int, w int64)) error {
	for r.spent <= limit {
		best, x, w, err := r.next()
		if err != nil {
			return err
		}
		if best < 0 {
			return nil
		}
		if explain != nil {
			explain(best, x, w)
		}
		r.fund(best, x, w)
	}
	return nil
}

// next finds the project that is cheapest for its supporters, at the price of
// x/(den × w) a unit of weight, or -1.
func (r *sharesRun) next() (best int, x *big.Int, w int64, err error) {
	slices.SortFunc(r.alive, func(p, q int) int {
		if c := r.dearer(p, r.least[p], q, r.least[q]); c != 0 {
			return c
		}
		return p - q
	})
	var contenders []int
	var unsure []bool
	top, topPrice := -1, uint64(0) // the contender with the lowest upper bound
	kept := r.alive[:0]
	for i, p := range r.alive {
		if top >= 0 && r.dearer(p, r.least[p], top, topPrice) > 0 {
			kept = append(kept, r.alive[i:]...)
			break
		}
		lo, hi, can := r.estimate(p)
		if can == cannotPay || (can == mayPay && !r.affordable(p)) {
			continue
		}
		kept = append(kept, p)
		contenders, unsure = append(contenders, p), append(unsure, can == mayPay)
		if can == mayPay {
			continue
		}
		r.least[p] = max(r.least[p], lo)
		if top < 0 || r.dearer(p, hi, top, topPrice) < 0 {
			top, topPrice = p, hi
		}
	}
	r.alive = kept
	var tied []int
	for i, p := range contenders {
		if !unsure[i] && r.dearer(p, r.least[p], top, topPrice) > 0 {
			continue
		}
		px, pw := r.exact(p)
		c := -1
		if len(tied) > 0 {
			c = r.compareExact(p, px, pw, tied[0], x, w)
		}
		if c < 0 {
			tied, x, w = append(tied[:0], p), px, pw
		} else if c == 0 {
			tied = append(tied, p)
		}
	}
	switch len(tied) {
	case 0:
		return -1, nil, 0, nil
	case 1:
		return tied[0], x, w, nil
	}
	best, err = r.breakTie(tied)
	if err == nil && best != tied[0] {
		x, w = r.exact(best)
	}
	return best, x, w, err
}

// dearer compares what two projects cost their supporters at these prices of a
// unit of weight: a vote's worth of a project is its cost, or, by cardinality,
// the same for all.
func (r *sharesRun) dearer(p int, price uint64, q int, other uint64) int {
	a, b := uint64(1), uint64(1)
	if !r.es.cardinality {
		a, b = uint64(r.es.cost[q]), uint64(r.es.cost[p])
	}
	hi1, lo1 := bits.Mul64(price, a)
	hi2, lo2 := bits.Mul64(other, b)
	if hi1 != hi2 {
		return cmp.Compare(hi1, hi2)
	}
	return cmp.Compare(lo1, lo2)
}

// compareExact is dearer for exact prices x/(den × w).
func (r *sharesRun) compareExact(p int, px *big.Int, pw int64, q int, qx *big.Int, qw int64) int {
	a := new(big.Int).Mul(px, big.NewInt(qw))
	b := new(big.Int).Mul(qx, big.NewInt(pw))
	if !r.es.cardinality {
		a.Mul(a, big.NewInt(r.es.cost[q]))
		b.Mul(b, big.NewInt(r.es.cost[p]))
	}
	return a.Cmp(b)
}

// breakTie applies the published rule: the lowest cost, then the most votes (or
// points). Projects whose paying supporters are all different do not stand in
// each other's way, so their order is open. What is left is drawn by lot.
//
// Source: equalshares.net, implementation, tie breaking.
func (r *sharesRun) breakTie(tied []int) (int, error) {
	es := r.es
	tied = slices.Sorted(slices.Values(tied)) // the caller keeps its order
	least := tied[0]
	for _, p := range tied {
		if es.cost[p] < es.cost[least] {
			least = p
		}
	}
	tied = slices.DeleteFunc(tied, func(p int) bool { return es.cost[p] > es.cost[least] })
	most := tied[0]
	for _, p := range tied {
		if es.tally.score[p] > es.tally.score[most] {
			most = p
		}
	}
	tied = slices.DeleteFunc(tied, func(p int) bool { return es.tally.score[p] < es.tally.score[most] })
	if len(tied) == 1 || r.apart(tied) {
		return tied[0], nil
	}
	return es.ties.choose(len(r.funded)+1, tied, "funding")
}

// apart says whether no voter with money left supports two of the projects.
func (r *sharesRun) apart(ps []int) bool {
	taken := make([]bool, len(r.dry))
	for _, p := range ps {
		for _, s := range r.es.supporters[p] {
			if r.dry[s.group] {
				continue
			}
			if taken[s.group] {
				return false
			}
			taken[s.group] = true
		}
	}
	return true
}
