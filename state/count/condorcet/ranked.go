package condorcet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// forMajorities is why a lot orders the candidates of level majorities.
const forMajorities = "order of level majorities"

// maxTold bounds the majorities that a report names one by one.
const maxTold = 20

// rankedPairs locks majorities in, the largest first, unless they contradict those
// that are locked already.
//
// A majority is as large as its margin. One that would close a circle with larger
// ones is passed over. A candidate comes before another when a chain of locked
// majorities leads to them; whom nobody comes before is first. Candidates without a
// chain between them are level; where they do not all fit the seats, the lot decides.
//
// Majorities of one margin are locked together unless they contradict each other.
// Then the lot orders those that do: first the majority whose winner was drawn
// first, then the one whose loser was drawn last. Without a lot all candidates
// between whom the contradiction stands, which is all who lead to each other by some
// chain of majorities, are taken as level; so a lot is asked for only if a seat
// hangs on them.
//
// Candidates not on a paper are level below all who are; skipped ranks are passed
// over. With several seats the highest ranked are elected: it is not a proportional
// method.
//
// Source: T. N. Tideman, "Independence of clones as a criterion for voting rules",
// Social Choice and Welfare 4 (1987), pp. 185-206; for ties T. M. Zavist and T. N.
// Tideman, "Complete independence of clones in the ranked pairs rule", Social Choice
// and Welfare 6 (1989), pp. 167-173, with the lot in place of a paper drawn.
func rankedPairs(e *election.Election, opt election.Options) (*report.Report, error) {
	p, err := newPairs("ranked-pairs", e, opt)
	if err != nil {
		return nil, err
	}
	l := &locking{pairs: p, over: newReach(len(p.stand)), open: make([]bool, len(p.stand))}
	all := p.majorities()
	l.circle = newReach(len(p.stand))
	l.circle.addAll(all)
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].margin == all[from].margin {
			to++
		}
		if err := l.lock(all[from:to]); err != nil {
			return nil, err
		}
		from = to
	}
	before := l.sure().has
	return p.finish(before, "Majorities locked in by falling margin: candidates preceded."+l.told(), p.outdone(before))
}

// A majority is a contest that x wins against y.
type majority struct {
	x, y   int
	margin int64
}

// majorities lists them, the largest margin first.
func (p *pairs) majorities() []majority {
	var all []majority
	for x := range p.stand {
		for y := range p.stand {
			if p.wins(x, y) {
				all = append(all, majority{x, y, p.votes[x][y] - p.votes[y][x]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b majority) int { return cmp.Compare(b.margin, a.margin) })
	return all
}

// locking is what ranked pairs have locked in so far.
type locking struct {
	*pairs
	over   *reach     // who comes before whom
	circle *reach     // the same of all majorities: who reach each other are in one circle
	locked []majority // each that was locked in
	passed []majority // each that was not
	open   []bool     // candidates in a circle whose order waits for a lot
}

// lock locks in majorities of one margin.
func (l *locking) lock(level []majority) error {
	var fit []majority
	news := 0
	for _, m := range level {
		if l.over.has(m.y, m.x) {
			l.passed = append(l.passed, m)
			continue
		}
		fit = append(fit, m)
		if !l.over.has(m.x, m.y) {
			news++
		}
	}
	trial := l.over
	if news > 1 {
		trial = l.over.clone()
		trial.addAll(fit)
	}
	var safe, against []majority
	for _, m := range fit {
		if trial.has(m.y, m.x) {
			against = append(against, m)
		} else {
			safe = append(safe, m)
		}
	}
	if against == nil && news > 1 {
		l.over = trial
	} else {
		l.over.addAll(safe)
	}
	l.locked = append(l.locked, safe...)
	if against == nil {
		return nil
	}
	return l.settle(against)
}

// settle locks in level majorities that contradict each other, by lot, or leaves
// their circle open if there is none.
func (l *locking) settle(against []majority) error {
	in := make([]bool, len(l.stand))
	for _, m := range against {
		in[m.x], in[m.y] = true, true
	}
	if !l.HasLot() {
		for x := range in {
			for y := range in {
				if in[x] && (x == y || l.circle.has(x, y) && l.circle.has(y, x)) {
					l.open[y] = true
				}
			}
		}
		return nil
	}
	var tied []int
	for x := range in {
		if in[x] {
			tied = append(tied, l.stand[x])
		}
	}
	order, err := l.DrawOrder(tied, forMajorities)
	if err != nil {
		return err
	}
	place := make([]int, len(l.State))
	for k, i := range order {
		place[i] = k
	}
	slices.SortFunc(against, func(a, b majority) int {
		return cmp.Or(cmp.Compare(place[l.stand[a.x]], place[l.stand[b.x]]), cmp.Compare(place[l.stand[b.y]], place[l.stand[a.y]]))
	})
	for _, m := range against {
		if l.over.has(m.y, m.x) {
			l.passed = append(l.passed, m)
			continue
		}
		l.over.add(m.x, m.y)
		l.locked = append(l.locked, m)
	}
	return nil
}

// sure is who comes before whom however the lot falls.
func (l *locking) sure() *reach {
	if !slices.Contains(l.open, true) {
		return l.over
	}
	sure := newReach(len(l.stand))
	sure.addAll(slices.DeleteFunc(slices.Clone(l.locked), func(m majority) bool {
		return l.open[m.x] && l.open[m.y] && l.circle.has(m.y, m.x)
	}))
	var who []int
	for x, open := range l.open {
		if open {
			who = append(who, l.stand[x])
		}
	}
	l.Note("Level majorities contradict each other, and without a lot these are level with those of them whom they lead to by majorities and who lead back: %s. No seat hangs on their order.", l.List(who))
	return sure
}

// told names the majorities that were passed over.
func (l *locking) told() string {
	var out []string
	for _, m := range l.passed {
		if x, y := m.x, m.y; !l.open[x] || !l.open[y] {
			out = append(out, fmt.Sprintf("%s over %s (%s)", l.Name(l.stand[x]), l.Name(l.stand[y]), l.Decimal(m.margin, 0)))
		}
	}
	if len(out) == 0 {
		return ""
	}
	more := ""
	if len(out) > maxTold {
		more = fmt.Sprintf(" and %d more", len(out)-maxTold)
		out = out[:maxTold]
	}
	return " Passed over, since larger or earlier ones say otherwise: " + strings.Join(out, "; ") + more + "."
}

// reach is a relation that holds along chains, one bit a pair.
type reach struct {
	words int
	bits  []uint64
}

func newReach(n int) *reach {
	words := (n + 63) / 64
	return &reach{words, make([]uint64, n*words)}
}

func (r *reach) clone() *reach { return &reach{r.words, slices.Clone(r.bits)} }

func (r *reach) row(x int) []uint64 { return r.bits[x*r.words : (x+1)*r.words] }

func (r *reach) has(x, y int) bool { return r.bits[x*r.words+y/64]>>(y%64)&1 == 1 }

// add lets x, and all who reach x, reach y and all whom y reaches.
func (r *reach) add(x, y int) {
	if r.has(x, y) {
		return
	}
	to := slices.Clone(r.row(y))
	to[y/64] |= 1 << (y % 64)
	for a := range len(r.bits) / r.words {
		if a != x && !r.has(a, x) {
			continue
		}
		for w, bits := range to {
			r.bits[a*r.words+w] |= bits
		}
	}
}

// addAll lets the winner of each majority reach its loser. Many are added by
// Warshall's algorithm, which costs as much as about one addition a candidate.
func (r *reach) addAll(all []majority) {
	n := len(r.bits) / max(1, r.words)
	if len(all) <= n {
		for _, m := range all {
			r.add(m.x, m.y)
		}
		return
	}
	for _, m := range all {
		r.bits[m.x*r.words+m.y/64] |= 1 << (m.y % 64)
	}
	for via := range n {
		to := r.row(via)
		for a := range n {
			if r.has(a, via) {
				for w, bits := range to {
					r.bits[a*r.words+w] |= bits
				}
			}
		}
	}
}
