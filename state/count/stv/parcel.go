package stv

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// parcels counts by the older Gregory method: a surplus is transferred from the papers
// of the batch that was received last, the one that gave rise to it, and papers move on
// from the excluded batch by batch, the highest value first. The rules that share it
// differ in parcelRule.
type parcels struct {
	*gregory
	rule  parcelRule
	from  []int  // of each candidate, where in the pile the batch received last begins
	moved []bool // of each paper: it has been transferred
}

// A parcelRule is in what rules of the older Gregory method differ.
type parcelRule struct {
	// quota is worked out from the valid papers, in units.
	quota func(units int64, seats int) int64

	less     bool // surpluses wait, and several are excluded, if the sum is less, not just no more
	firsts   bool // first preferences of the excluded are a batch of their own
	batchTie bool // ties look at the votes after each batch, not only at the ends of stages
	active   bool // ERS97, 5.1.7(b): a share of the active vote elects too; 5.4.8: the quota may fall
}

// countParcels counts e by rule.
func countParcels(method string, rule parcelRule, e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved(method, opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest(method, e, opt)
	if err != nil {
		return nil, err
	}
	p := &parcels{gregory: &gregory{Contest: c, places: 2, one: 100, read: election.Strict}, rule: rule}
	p.load(e.Papers)
	if p.valid == 0 {
		return nil, election.NoPapers()
	}
	p.from, p.moved = make([]int, len(p.State)), make([]bool, len(p.marks))
	p.quota = rule.quota(p.valid*p.one, p.Seats)
	p.Report.Quota = p.Decimal(p.quota, p.places)
	event := fmt.Sprintf("First preferences of %s; the quota is %s.", p.Papers(p.valid), p.Report.Quota)
	newly := p.settle()
	p.close(event, newly, p.electRest(), nil)
	for p.Vacancies() > 0 { // each turn transfers from someone or excludes someone
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	p.noteLost()
	return p.Finish(), nil
}

// close records a stage.
func (p *parcels) close(event string, newly, rest, out []int) {
	var quota, less []int
	for _, i := range newly {
		if p.votes[i] >= p.quota {
			quota = append(quota, i)
		} else {
			less = append(less, i)
		}
	}
	if len(quota) > 0 {
		event += " Elected with the quota: " + p.List(quota) + "."
	}
	if len(less) > 0 {
		event += " Elected below the quota, with enough of the votes still active: " + p.List(less) + "."
	}
	if len(rest) > 0 {
		event += " Elected to the last vacancies, below the quota: " + p.List(rest) + "."
	}
	p.NoteLevel(rest, p.votes)
	p.record(event, append(newly, rest...), out)
}

// next transfers the largest surplus or excludes candidates, as a stage.
func (p *parcels) next() error {
	var over []int
	var surplus int64
	for _, i := range p.In(election.Pending) {
		over = append(over, i)
		surplus += p.votes[i] - p.quota
	}
	out := p.group(surplus)
	if surplus > 0 && out == nil {
		return p.transfer(over)
	}
	waiting := ""
	if surplus > 0 {
		waiting = fmt.Sprintf(" Surpluses of %s wait, since they cannot take the lowest past the next.", p.Decimal(surplus, p.places))
	}
	how := ""
	if out == nil {
		i, why, err := p.earliest(election.Extreme(p.In(election.Continuing), p.votes, false), false, election.ForExclusion)
		if err != nil {
			return err
		}
		out, how = []int{i}, why
	}
	var votes int64
	for _, i := range out {
		votes += p.votes[i]
	}
	event := fmt.Sprintf("Exclusion of %s with %s votes, the fewest%s.%s", p.List(out), p.Decimal(votes, p.places), how, waiting)
	for _, i := range out {
		p.State[i] = election.Excluded
	}
	if rest := p.electRest(); rest != nil { // nothing more is transferred
		p.close(event+" The others are as many as the vacancies, and nothing more is transferred.", nil, rest, out)
		return nil
	}
	quota := p.quota
	newly := p.distribute(out)
	if p.quota != quota {
		event += fmt.Sprintf(" The quota is now %s.", p.Decimal(p.quota, p.places))
	}
	p.close(event, newly, p.electRest(), out)
	return nil
}

// earliest settles a tie by the earliest point at which the tied had unequal votes,
// then by lot.
func (p *parcels) earliest(tied []int, highest bool, purpose string) (who int, reason string, err error) {
	if len(tied) == 1 {
		return tied[0], "", nil
	}
	all := p.List(tied)
	if tied = p.fromFirst(tied, highest); len(tied) == 1 {
		return tied[0], fmt.Sprintf(" (level with others: %s; decided by the earliest stage at which they differ)", all), nil
	}
	who, err = p.Draw(tied, highest, purpose)
	return who, fmt.Sprintf(" (level with others: %s; decided by lot)", all), err
}

// group returns the most candidates of the fewest votes who together, and with all
// surpluses, cannot pass the next candidate above, if enough are left without them; or
// nil. It never parts candidates who are level.
func (p *parcels) group(surplus int64) []int {
	order := p.In(election.Continuing)
	election.ByVotes(order, p.votes)
	sum, cut := surplus, len(order)
	for k := len(order) - 1; k >= max(1, p.Vacancies()); k-- {
		sum += p.votes[order[k]]
		above := p.votes[order[k-1]]
		if p.votes[order[k]] < above && (sum < above || sum == above && !p.rule.less) {
			cut = k
		}
	}
	if cut == len(order) {
		return nil
	}
	out := slices.Clone(order[cut:])
	slices.Sort(out)
	return out
}

// transfer transfers the largest of the surpluses.
func (p *parcels) transfer(over []int) error {
	i, how, err := p.earliest(election.Extreme(over, p.votes, true), true, election.ForTransfer)
	if err != nil {
		return err
	}
	surplus := p.votes[i] - p.quota
	var batch []int32
	var papers, worth int64
	for _, k := range p.pile[i][p.from[i]:] {
		if p.read.Next(p.marks[k], int(p.at[k])+1, p.open) >= 0 {
			batch = append(batch, k)
			papers += p.weight[k]
			worth += p.weight[k] * p.value[k]
		}
	}
	event := fmt.Sprintf("Transfer of the surplus of %s, %s%s", p.Name(i), p.Decimal(surplus, p.places), how)
	if worth > surplus {
		value := surplus / papers
		for _, k := range batch {
			p.value[k] = value
		}
		p.lost += surplus - value*papers
		event += fmt.Sprintf(": %s at %s.", p.transferable(papers), report.Decimal(value, p.places))
	} else {
		p.stuck += surplus - worth
		event += fmt.Sprintf(": %s at their present value.", p.transferable(papers))
	}
	p.State[i] = election.Elected
	p.votes[i] = p.quota
	p.batch(batch)
	newly := p.settle()
	p.close(event, newly, p.electRest(), nil)
	return nil
}

func (p *parcels) transferable(units int64) string {
	if p.Election.Places == 0 {
		return report.Counted(units, "transferable paper", "transferable papers")
	}
	return p.Decimal(units, 0) + " transferable papers by weight"
}

// batch moves papers on at the value that they have.
func (p *parcels) batch(papers []int32) {
	start := make([]int, len(p.State))
	for i := range start {
		start[i] = len(p.pile[i])
	}
	for _, k := range papers {
		p.moved[k] = true
		if p.value[k] > 0 {
			p.move(k, p.open)
		}
	}
	for i := range start {
		if len(p.pile[i]) > start[i] {
			p.from[i] = start[i]
		}
	}
}

// distribute moves on the papers of those who were excluded, until the seats are
// filled, and returns who was deemed elected meanwhile.
func (p *parcels) distribute(out []int) (newly []int) {
	var papers []int32
	holder := make([]int, len(p.marks))
	for _, i := range out {
		for _, k := range p.pile[i] {
			papers, holder[k] = append(papers, k), i
		}
		p.pile[i] = nil
	}
	first := func(k int32) bool { return p.rule.firsts && !p.moved[k] }
	slices.SortStableFunc(papers, func(a, b int32) int {
		switch {
		case first(a) == first(b):
			return cmp.Compare(p.value[b], p.value[a])
		case first(a):
			return -1
		}
		return 1
	})
	for from := 0; from < len(papers); {
		to := from
		for to < len(papers) && p.value[papers[to]] == p.value[papers[from]] && first(papers[to]) == first(papers[from]) {
			to++
		}
		for _, k := range papers[from:to] {
			p.votes[holder[k]] -= p.weight[k] * p.value[k]
		}
		p.batch(papers[from:to])
		newly = append(newly, p.settle()...)
		if p.Vacancies() == 0 {
			return newly
		}
		from = to
	}
	return newly
}

// settle deems elected whoever may be after a batch.
func (p *parcels) settle() (newly []int) {
	defer func() { p.NoteLevel(newly, p.votes) }()
	if p.rule.batchTie {
		p.past = append(p.past, slices.Clone(p.votes))
	}
	if p.rule.active && len(p.Winners) == 0 {
		p.quota = p.rule.quota(p.valid*p.one-p.stuck-p.lost, p.Seats)
	}
	for p.Vacancies() > 0 {
		var reached []int
		for _, i := range p.In(election.Continuing) {
			if p.votes[i] > 0 && (p.votes[i] >= p.quota || p.certain(i)) {
				reached = append(reached, i)
			}
		}
		top := election.Extreme(reached, p.votes, true)
		if len(top) > p.Vacancies() {
			if top = p.fromFirst(top, true); len(top) > 1 {
				return newly
			}
		}
		if len(top) == 0 {
			return newly
		}
		as := election.Elected
		if p.votes[top[0]] > p.quota {
			as = election.Pending
		}
		p.Elect(top[0], as)
		newly = append(newly, top[0])
	}
	return newly
}

// certain reports whether i is elected without the quota: with a share of the active
// vote, or, for the last vacancy, with as much as all the others and the surpluses.
func (p *parcels) certain(i int) bool {
	active := p.valid*p.one - p.stuck - p.lost // less what the elected keep
	for _, k := range p.Winners {
		active -= min(p.votes[k], p.quota)
	}
	if p.rule.active {
		return p.votes[i]*int64(p.Vacancies()+1) >= active
	}
	return p.Vacancies() == 1 && p.votes[i] >= active-p.votes[i]
}
