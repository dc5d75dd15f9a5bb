package tally

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// maxShared bounds the seats of a count by phragmen, whose fractions grow with every
// seat.
const maxShared = 100

// phragmen fills seats one by one so that the approvals spent on them are shared
// as equally as can be.
//
// Each seat costs 1, which the papers that approve of the one elected bear together:
// after each seat all of them bear equally much, with what they bore before. The
// next seat goes to whoever leaves these with the least. That is, each candidate
// stands with the approvals that they have for each seat which those papers would
// bear, and the highest is elected. Candidates without approvals come last, by lot if
// not all of them have a seat.
//
// Every candidate marked on a paper is approved, whatever the rank. Level candidates
// whom no paper approves together do not touch each other and are elected together
// if the seats suffice; otherwise the lot decides.
//
// Source: E. Phragmén, "Sur une méthode nouvelle pour réaliser, dans les élections, la
// représentation proportionnelle des partis", Öfversigt af Kongliga
// Vetenskaps-Akademiens Förhandlingar 51 (1894); M. Brill, R. Freeman, S. Janson, M.
// Lackner, "Phragmén's voting methods and justified representation", Mathematical
// Programming 203 (2024), seq-Phragmén.
func phragmen(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("phragmen", opt); err != nil {
		return nil, err
	}
	t, err := newTally("phragmen", e, opt)
	if err != nil {
		return nil, err
	}
	if t.Seats > maxShared {
		return nil, input.Errorf("elect in groups, or count by approval", "phragmen fills at most %d seats, not %d", maxShared, t.Seats)
	}
	l := newLoads(t)
	if t.v.Valid == 0 {
		return nil, election.NoPapers()
	}
	t.Report.Validity = &t.v
	for t.Vacancies() > 0 {
		if err := l.seat(); err != nil {
			return nil, err
		}
	}
	t.Note("Totals are approvals for each seat that the papers of a candidate would bear, rounded down to %d decimals; those of the elected are as at their election. The count itself uses exact fractions.", report.RatioDecimals)
	return t.Finish(), nil
}

// loads are what the papers bear. A paper bears what all papers of the candidate bore
// who was last elected with its approval, so that it is known by that round; round 0
// is before any. What they bear never falls from round to round.
type loads struct {
	*tally
	papers [][]int32  // of each candidate, those that approve
	round  []int32    // of each paper
	weight [][]int64  // of each candidate, the weight of their papers of each round
	bear   []*big.Int // what one unit of weight bears since each round, in units of 1/all
	all    *big.Int
	total  []string // as last shown
}

func newLoads(t *tally) *loads {
	e := t.Election
	l := &loads{tally: t, papers: make([][]int32, len(t.State)), round: make([]int32, len(e.Papers)),
		weight: make([][]int64, len(t.State)), bear: []*big.Int{new(big.Int)}, all: big.NewInt(1), total: make([]string, len(t.State))}
	for i := range l.weight {
		l.weight[i] = []int64{0}
	}
	for k, p := range e.Papers {
		valid := false
		for _, m := range p.Marks {
			if t.stands(m.Candidate) {
				l.papers[m.Candidate] = append(l.papers[m.Candidate], int32(k))
				t.total[m.Candidate] += p.Weight
				l.weight[m.Candidate][0] += p.Weight
				valid = true
			}
		}
		t.v.Add(p.Weight, valid, false)
	}
	return l
}

// after returns what the papers of i would bear together, had i the next seat, in
// units of 1/all.
func (l *loads) after(i int) *big.Int {
	sum := new(big.Int).Set(l.all)
	part := new(big.Int)
	for r, w := range l.weight[i] {
		if w != 0 {
			sum.Add(sum, part.Mul(l.bear[r], big.NewInt(w)))
		}
	}
	return sum
}

// seat fills the next seat, or as many as level candidates fill who do not touch
// each other.
func (l *loads) seat() error {
	var top []int
	var best *big.Int
	for _, i := range l.In(election.Continuing) {
		if l.total[i] = "0.0000"; l.tally.total[i] == 0 {
			continue
		}
		sum := l.after(i)
		scale := new(big.Int).Mul(sum, big.NewInt(report.Pow10(l.Election.Places)))
		l.total[i] = report.Ratio(new(big.Int).Mul(big.NewInt(l.tally.total[i]), l.all), scale)
		c := -1
		if len(top) > 0 { // sum/total against best/total of the top
			a := new(big.Int).Mul(sum, big.NewInt(l.tally.total[top[0]]))
			c = a.Cmp(new(big.Int).Mul(best, big.NewInt(l.tally.total[i])))
		}
		switch {
		case c < 0:
			top, best = append(top[:0], i), sum
		case c == 0:
			top = append(top, i)
		}
	}
	if top == nil {
		return l.without()
	}
	if len(top) > l.Vacancies() || l.touch(top) {
		i, err := l.Draw(top, true, election.ForElection)
		if err != nil {
			return err
		}
		top = []int{i}
		best = l.after(i)
	}
	// All of top have papers that bear best/total each, in units of 1/all.
	event := fmt.Sprintf("Seat %d", len(l.Winners)+1)
	if len(top) > 1 {
		event = fmt.Sprintf("Seats %d to %d", len(l.Winners)+1, len(l.Winners)+len(top))
		l.Level(top)
	}
	for _, i := range top {
		l.Elect(i, election.Elected)
	}
	l.record(fmt.Sprintf("%s: %s, with the most approvals for each seat.", event, l.List(top)), top)
	l.share(top, best)
	return nil
}

// share lets the papers of top bear what they do after their election.
func (l *loads) share(top []int, sum *big.Int) {
	n := big.NewInt(l.tally.total[top[0]])
	each := new(big.Int).Set(sum)
	g := new(big.Int).GCD(nil, nil, each, n)
	each.Quo(each, g)
	if n.Quo(n, g); n.Cmp(big.NewInt(1)) > 0 {
		for _, b := range l.bear {
			b.Mul(b, n)
		}
		l.all.Mul(l.all, n)
	}
	now := int32(len(l.bear))
	l.bear = append(l.bear, each)
	for i := range l.weight {
		l.weight[i] = append(l.weight[i], 0)
	}
	for _, i := range top {
		for _, k := range l.papers[i] {
			p := &l.Election.Papers[k]
			for _, m := range p.Marks {
				if l.stands(m.Candidate) {
					l.weight[m.Candidate][l.round[k]] -= p.Weight
					l.weight[m.Candidate][now] += p.Weight
				}
			}
			l.round[k] = now
		}
	}
}

// touch reports whether a paper approves of two of who.
func (l *loads) touch(who []int) bool {
	if len(who) < 2 {
		return false
	}
	seen := make([]bool, len(l.round))
	for _, i := range who {
		for _, k := range l.papers[i] {
			if seen[k] {
				return true
			}
			seen[k] = true
		}
	}
	return false
}

// without gives the last seats to candidates of whom nobody approves.
func (l *loads) without() error {
	rest := l.In(election.Continuing)
	if len(rest) == l.Vacancies() {
		for _, i := range rest {
			l.Elect(i, election.Elected)
		}
		l.record(fmt.Sprintf("Nobody else is approved of; elected to the last seats: %s.", l.List(rest)), rest)
		return nil
	}
	i, err := l.Draw(rest, true, election.ForElection)
	if err != nil {
		return err
	}
	l.Elect(i, election.Elected)
	l.record(fmt.Sprintf("Nobody else is approved of; elected by lot: %s.", l.Name(i)), []int{i})
	return nil
}

// record closes a stage.
func (l *loads) record(event string, newly []int) {
	if l.Stage() == 1 {
		event = "Approvals on " + l.Papers(l.v.Valid) + ". " + event
	}
	s := report.Stage{Number: l.Stage(), Event: event, Elected: l.Names(slices.Clone(newly))}
	for i, state := range l.State {
		total := l.total[i]
		if total == "" {
			total = "0.0000"
		}
		s.Rows = append(s.Rows, report.Row{Name: l.Name(i), Total: total, Status: state.String()})
	}
	l.Report.Stages = append(l.Report.Stages, s)
}
