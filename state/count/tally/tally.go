package tally

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// A tally is a one-stage count: a total for each candidate, highest elected.
type tally struct {
	*election.Contest
	total []int64  // what the totals are compared by
	text  []string // the totals as published
	v     report.Validity
}

func newTally(method string, e *election.Election, opt election.Options) (*tally, error) {
	c, err := election.NewContest(method, e, opt)
	if err != nil {
		return nil, err
	}
	return &tally{Contest: c, total: make([]int64, len(c.State))}, nil
}

// elects fills the seats by falling total and writes the report. A tie for the
// last seats goes by lot: none of these methods has another rule.
func (t *tally) elects(event string) (*report.Report, error) {
	t.Report.Validity = &t.v
	if t.v.Valid == 0 {
		return nil, election.NoPapers()
	}
	for range t.Seats {
		if t.Vacancies() == 0 {
			break
		}
		var may []int
		for _, i := range t.In(election.Continuing) {
			if !t.Doomed(i) {
				may = append(may, i)
			}
		}
		top := election.Extreme(may, t.total, true)
		if t.AllFit(top) {
			for _, i := range top {
				t.Elect(i, election.Elected)
			}
			t.NoteLevel(top, t.total)
			continue
		}
		i, err := t.Draw(top, true, election.ForElection)
		if err != nil {
			return nil, err
		}
		t.Elect(i, election.Elected)
	}
	s := report.Stage{Number: 1, Event: event + " Elected: " + t.List(t.Winners) + ".", Elected: t.Names(t.Winners)}
	for i := range t.State {
		text := t.Decimal(t.total[i], 0)
		if t.text != nil {
			text = t.text[i]
		}
		s.Rows = append(s.Rows, report.Row{Name: t.Name(i), Total: text})
	}
	t.Report.Stages = append(t.Report.Stages, s)
	return t.Finish(), nil
}

func (t *tally) stands(c int16) bool {
	return c != election.Skipped && t.State[c] != election.Withdrawn
}

// plurality elects whoever most papers put first.
//
// With several seats it is the single non-transferable vote. A paper that puts
// several candidates first is spoiled; skipped ranks are passed over. There is
// no tie rule but the lot.
//
// Source: Representation of the People Act 1983 (c. 2), schedule 1, rules 18
// and 49; for several seats Electoral Reform Society, "Single Non-Transferable
// Vote".
func plurality(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("plurality", opt); err != nil {
		return nil, err
	}
	t, err := newTally("plurality", e, opt)
	if err != nil {
		return nil, err
	}
	for _, p := range e.Papers {
		k, spoiled := election.Passing.First(p.Marks, t.stands)
		t.v.Add(p.Weight, k >= 0, spoiled)
		if k >= 0 {
			t.total[p.Marks[k].Candidate] += p.Weight
		}
	}
	return t.elects("First preferences of " + t.Papers(t.v.Valid) + ".")
}

// approval elects the candidates whom most papers approve of.
//
// Every candidate marked on a paper is approved, whatever the rank. With
// reserved seats the seats are filled one by one by falling approvals, passing
// over a candidate whose election would leave a reservation impossible (guard).
// There is no tie rule but the lot.
//
// Source: S. J. Brams and P. C. Fishburn, "Approval voting", American Political
// Science Review 72 (1978), pp. 831-847.
func approval(e *election.Election, opt election.Options) (*report.Report, error) {
	t, err := newTally("approval", e, opt)
	if err != nil {
		return nil, err
	}
	for _, p := range e.Papers {
		valid := false
		for _, m := range p.Marks {
			if t.stands(m.Candidate) {
				t.total[m.Candidate] += p.Weight
				valid = true
			}
		}
		t.v.Add(p.Weight, valid, false)
	}
	return t.elects("Approvals on " + t.Papers(t.v.Valid) + ".")
}

// score elects the candidates with the most points.
//
// A paper gives each candidate up to Options.Points points (MaxPoints when 0);
// a candidate it does not mark gets none. A paper that gives anyone more is
// spoiled. There is no tie rule but the lot.
//
// Source: W. D. Smith, "Range voting" (2000), rangevoting.org.
func score(e *election.Election, opt election.Options) (*report.Report, error) {
	limit := opt.Points
	if limit == 0 {
		limit = election.MaxPoints
	}
	over := func(marks []election.Mark) bool { return above(marks, limit) }
	if err := e.Check(); err != nil {
		return nil, err
	}
	if err := needPoints("score", e); err != nil {
		return nil, err
	}
	return points("score", e, opt, over, fmt.Sprintf("Points, at most %d to a candidate,", limit))
}

// dots elects the candidates with the most dots.
//
// A voter has Options.Points dots (3 when 0) and may put several on one
// candidate; dots not used lapse. A mark without points is one dot. A paper
// with more dots is spoiled. There is no tie rule but the lot.
//
// Source: J. Diceman, Dotmocracy Handbook (2010); the count is that of multiple
// voting in A. L. Delbecq, A. H. Van de Ven, D. H. Gustafson, Group Techniques
// for Program Planning (1975).
func dots(e *election.Election, opt election.Options) (*report.Report, error) {
	limit := opt.Points
	if limit == 0 {
		limit = 3
	}
	over := func(marks []election.Mark) bool { return spent(marks) > limit }
	return points("dots", e, opt, over, fmt.Sprintf("Dots, at most %d a voter,", limit))
}

// spent is what the marks use up, a mark without points being one.
func spent(marks []election.Mark) int64 {
	var sum int64
	for _, m := range marks {
		if m.Candidate != election.Skipped {
			sum += max(1, int64(m.Points))
		}
	}
	return sum
}

func points(method string, e *election.Election, opt election.Options, over func([]election.Mark) bool, what string) (*report.Report, error) {
	if err := election.RefuseReserved(method, opt); err != nil {
		return nil, err
	}
	t, err := newTally(method, e, opt)
	if err != nil {
		return nil, err
	}
	t.addPoints(e.Papers, over)
	return t.elects(what + " on " + t.Papers(t.v.Valid) + ".")
}

// addPoints adds up the points of papers, except those that over refuses.
func (t *tally) addPoints(papers []election.Paper, over func([]election.Mark) bool) {
	for _, p := range papers {
		spoiled := over(p.Marks)
		valid := !spoiled && slices.ContainsFunc(p.Marks, func(m election.Mark) bool { return t.stands(m.Candidate) })
		t.v.Add(p.Weight, valid, spoiled)
		for _, m := range p.Marks {
			if valid && t.stands(m.Candidate) {
				t.total[m.Candidate] += p.Weight * max(1, int64(m.Points))
			}
		}
	}
}

func needPoints(method string, e *election.Election) error {
	for i, p := range e.Papers {
		for _, m := range p.Marks {
			if m.Candidate != election.Skipped && m.Points == 0 {
				return input.Errorf("write each mark as candidate:points", "%s needs points, and paper %d has a mark without", method, i+1)
			}
		}
	}
	return nil
}

// cumulative elects the candidates with the most votes, each voter having
// several and being free to heap them.
//
// A voter has Options.Points votes (as many as there are seats when 0). Marks
// with points spend so many votes each, and a paper that spends more is
// spoiled; votes not spent lapse. A paper without points divides all its votes
// equally among the candidates it marks, in exact fractions. There is no tie
// rule but the lot.
//
// Source: Constitution of Illinois 1870, article IV, sections 7 and 8 (votes
// "or equal parts thereof").
func cumulative(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("cumulative", opt); err != nil {
		return nil, err
	}
	t, err := newTally("cumulative", e, opt)
	if err != nil {
		return nil, err
	}
	limit := opt.Points
	if limit == 0 {
		limit = int64(t.Seats)
	}
	if e.Pointed() {
		if err := needPoints("a cumulative count with points", e); err != nil {
			return nil, err
		}
	}
	shares := t.shares(limit)
	t.rank(shares)
	return t.elects(fmt.Sprintf("Votes, %d a voter, on %s.", limit, t.Papers(t.v.Valid)))
}

// shares adds up the papers, in exact fractions.
func (t *tally) shares(limit int64) []*big.Rat {
	out := make([]*big.Rat, len(t.State))
	// divided[i][k] is the number of papers that divide their votes by k with
	// candidate i among them: one fraction a cell instead of one a paper.
	divided := make([][]int64, len(t.State))
	for i := range out {
		out[i] = new(big.Rat)
		divided[i] = make([]int64, len(t.State)+1)
	}
	for _, p := range t.Election.Papers {
		stand := 0
		for _, m := range p.Marks {
			if t.stands(m.Candidate) {
				stand++
			}
		}
		pointed := stand > 0 && p.Marks[0].Points > 0
		spoiled := pointed && spent(p.Marks) > limit
		t.v.Add(p.Weight, stand > 0 && !spoiled, spoiled)
		for _, m := range p.Marks {
			switch {
			case spoiled || !t.stands(m.Candidate):
			case pointed:
				t.total[m.Candidate] += p.Weight * int64(m.Points)
			default:
				divided[m.Candidate][stand] += p.Weight
			}
		}
	}
	for i, sum := range out {
		sum.SetInt64(t.total[i])
		for k, papers := range divided[i] {
			if papers > 0 {
				votes := new(big.Rat).SetFrac64(papers, int64(k))
				sum.Add(sum, votes.Mul(votes, new(big.Rat).SetInt64(limit)))
			}
		}
	}
	return out
}

// whole turns units of weight into papers.
func (t *tally) whole(r *big.Rat) *big.Rat {
	return new(big.Rat).Quo(r, new(big.Rat).SetInt64(report.Pow10(t.Election.Places)))
}

// rank sets the totals to compare by to the places of shares, and their text.
func (t *tally) rank(shares []*big.Rat) {
	sorted := slices.Clone(shares)
	slices.SortFunc(sorted, func(a, b *big.Rat) int { return a.Cmp(b) })
	t.text = make([]string, len(shares))
	for i, s := range shares {
		at, _ := slices.BinarySearchFunc(sorted, s, func(a, b *big.Rat) int { return a.Cmp(b) })
		t.total[i] = int64(at)
		t.text[i] = report.Fraction(t.whole(s))
	}
}

// borda elects the candidates with the highest average rank.
//
// A paper gives a candidate one point for each candidate ranked below, and half
// a point for each ranked level; candidates not on the paper are level with each
// other, below all who are. Complete papers thus give n-1, n-2, ... 0, and no
// paper gives more by naming fewer. There is no tie rule but the lot.
//
// Source: J.-C. de Borda, "Mémoire sur les élections au scrutin" (1784); for
// level candidates D. Black, "Partial justification of the Borda count", Public
// Choice 28 (1976), pp. 1-15.
func borda(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("borda", opt); err != nil {
		return nil, err
	}
	t, err := newTally("borda", e, opt)
	if err != nil {
		return nil, err
	}
	n := e.Standing()
	var base int64 // half points that every candidate has for being unranked
	for _, p := range e.Papers {
		groups := t.Ranks(p.Marks)
		t.v.Add(p.Weight, len(groups) > 0, false)
		below := n
		for _, g := range groups {
			below -= len(g)
		}
		if len(groups) == 0 {
			continue
		}
		level := p.Weight * int64(max(0, below-1)) // of those not on the paper
		base += level
		for k := len(groups) - 1; k >= 0; k-- {
			half := p.Weight * int64(2*below+len(groups[k])-1)
			for _, c := range groups[k] {
				t.total[c] += half - level
			}
			below += len(groups[k])
		}
	}
	t.text = make([]string, len(t.State))
	for i := range t.total {
		if t.State[i] != election.Withdrawn {
			t.total[i] += base
		}
		t.text[i] = report.Fraction(t.whole(big.NewRat(t.total[i], 2)))
	}
	return t.elects("Borda points on " + t.Papers(t.v.Valid) + ".")
}
