package stv

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// gregory counts by the weighted inclusive Gregory method: every paper of a
// candidate with a surplus moves on, at a value in proportion to what it was
// worth. The rules that share it differ in the fields below.
type gregory struct {
	*election.Contest
	places   int   // decimals of a vote
	one      int64 // a whole vote in units, 10^places
	quota    int64 // units
	lookBack bool  // ties go by the most recent earlier stage, then the lot
	fraction bool  // the share of a surplus is truncated before it is taken of a paper's value
	stops    bool  // the exclusion after which all the others are elected transfers nothing
	read     election.Reading

	shared levels         // ranks that several share, where the rule divides papers there
	parts  map[part]int32 // where a part of a divided paper is already

	marks    [][]election.Mark // of each valid paper, or part of one
	source   []int32           // of a part, the paper it is of; -1 for a whole paper
	weight   []int64           // of each paper
	value    []int64           // of one such paper, units
	at       []int32           // index of the mark each paper is credited to
	pile     [][]int32         // papers credited to each candidate
	votes    []int64           // units
	before   []int64           // votes at the end of the last stage
	past     [][]int64         // votes at the end of each stage
	stuck    int64             // units on papers that name no continuing candidate
	lost     int64             // units lost to truncation
	oldStuck int64
	oldLost  int64
	valid    int64
}

func (g *gregory) open(c int16) bool { return g.State[c] == election.Continuing }

// load credits every valid paper to its first preference.
func (g *gregory) load(papers []election.Paper) { g.share(papers, nil) }

// share is load for a rule that divides papers where ranks are shared.
func (g *gregory) share(papers []election.Paper, shared levels) {
	g.shared, g.parts = shared, make(map[part]int32)
	n := len(g.State)
	g.pile = make([][]int32, n)
	g.votes, g.before = make([]int64, n), make([]int64, n)
	v := &report.Validity{}
	open := g.open
	for i := range papers {
		f := &papers[i]
		k, spoiled := g.read.First(f.Marks, open)
		v.Add(f.Weight, k >= 0, spoiled)
		switch {
		case k < 0:
		case slices.ContainsFunc(f.Marks, func(m election.Mark) bool { return m.Points < 0 }):
			g.divide(f.Marks, int32(i), f.Weight, g.one, k)
		default:
			g.credit(f.Marks, -1, f.Weight, g.one, k, f.Marks[k].Candidate)
		}
	}
	g.valid = v.Valid
	g.Report.Validity = v
}

// credit puts weight papers worth value each to candidate c, for the mark at k.
func (g *gregory) credit(marks []election.Mark, source int32, weight, value int64, k int, c int16) {
	g.pile[c] = append(g.pile[c], int32(len(g.marks)))
	g.marks = append(g.marks, marks)
	g.source = append(g.source, source)
	g.weight = append(g.weight, weight)
	g.value = append(g.value, value)
	g.at = append(g.at, int32(k))
	g.votes[c] += weight * value
}

// A part names what of a divided paper is with one candidate. Parts that come
// together again are one, so that a paper has no more of them than marks.
type part struct {
	source    int32
	candidate int16
}

// divide puts weight papers worth value each to those who are open at the rank at
// k, in equal parts, remainders lost.
func (g *gregory) divide(marks []election.Mark, source int32, weight, value int64, k int) {
	group := g.shared.of(marks[k])
	if group == nil {
		group = []int16{marks[k].Candidate}
	}
	n := int64(0)
	for _, c := range group {
		if g.open(c) {
			n++
		}
	}
	each := value / n
	g.lost += weight * (value - each*n)
	for _, c := range group {
		if !g.open(c) || each == 0 {
			continue
		}
		at := part{source, c}
		if p, ok := g.parts[at]; ok {
			g.value[p] += each
			g.votes[c] += weight * each
			continue
		}
		g.parts[at] = int32(len(g.marks))
		g.credit(marks, source, weight, each, k, c)
	}
}

// rank returns the index of the first rank at or after from of a divided paper at
// which somebody is open, or -1.
func (g *gregory) rank(marks []election.Mark, from int) int {
	for k := from; k < len(marks); k++ {
		group := g.shared.of(marks[k])
		if slices.ContainsFunc(group, g.open) || group == nil && g.open(marks[k].Candidate) {
			return k
		}
	}
	return -1
}

// move passes paper p on from its present mark to the next continuing
// candidate, and reports the units that no candidate could take.
func (g *gregory) move(p int32, open func(int16) bool) {
	marks := g.marks[p]
	units := g.weight[p] * g.value[p]
	if g.source[p] >= 0 {
		if k := g.rank(marks, int(g.at[p])); k >= 0 {
			g.divide(marks, g.source[p], g.weight[p], g.value[p], k)
		} else {
			g.stuck += units
		}
		return
	}
	k := g.read.Next(marks, int(g.at[p])+1, open)
	if k < 0 {
		g.stuck += units
		return
	}
	c := marks[k].Candidate
	g.at[p] = int32(k)
	g.votes[c] += units
	g.pile[c] = append(g.pile[c], p)
}

// scaled returns value*surplus/total, remainder ignored. It needs
// surplus <= total, so that the quotient is at most value.
func scaled(value, surplus, total int64) int64 {
	hi, lo := bits.Mul64(uint64(value), uint64(surplus))
	q, _ := bits.Div64(hi, lo, uint64(total))
	return int64(q)
}

// transferSurplus moves every paper of i on at its share of the surplus.
func (g *gregory) transferSurplus(i int) {
	surplus, total := g.votes[i]-g.quota, g.votes[i]
	g.State[i] = election.Elected
	papers := g.pile[i]
	g.pile[i] = nil
	moved := int64(0)
	open := g.open
	for _, p := range papers {
		if g.fraction {
			g.value[p] = g.value[p] * scaled(g.one, surplus, total) / g.one
		} else {
			g.value[p] = scaled(g.value[p], surplus, total)
		}
		moved += g.weight[p] * g.value[p]
		if g.value[p] > 0 {
			g.move(p, open)
		}
	}
	g.votes[i] = g.quota
	g.lost += surplus - moved
}

// exclude moves every paper of each of out on at the value it has. No paper
// goes from one of them to another.
func (g *gregory) exclude(out ...int) {
	for _, i := range out {
		g.State[i] = election.Excluded
	}
	open := g.open
	for _, i := range out {
		papers := g.pile[i]
		g.pile[i] = nil
		for _, p := range papers {
			g.move(p, open)
		}
		g.votes[i] = 0
	}
}

// record closes the stage under way.
func (g *gregory) record(event string, newly []int, out []int) {
	s := report.Stage{Number: g.Stage(), Event: event, Elected: g.Names(newly), Excluded: g.Names(out)}
	for i := range g.State {
		s.Rows = append(s.Rows, report.Row{
			Name: g.Name(i), Change: g.Change(g.votes[i]-g.before[i], g.places),
			Total: g.Decimal(g.votes[i], g.places), Status: g.State[i].String(),
		})
	}
	s.Pool = []report.Row{{Name: "Non-transferable", Change: g.Change(g.stuck-g.oldStuck, g.places), Total: g.Decimal(g.stuck, g.places)}}
	if g.places > 0 {
		s.Pool = append(s.Pool, report.Row{Name: "Lost to truncation", Change: g.Change(g.lost-g.oldLost, g.places), Total: g.Decimal(g.lost, g.places)})
	}
	if len(g.Report.Stages) == 0 {
		for i := range s.Rows {
			s.Rows[i].Change = ""
		}
	}
	copy(g.before, g.votes)
	g.oldStuck, g.oldLost = g.stuck, g.lost
	g.past = append(g.past, append([]int64(nil), g.votes...))
	g.Report.Stages = append(g.Report.Stages, s)
}

// electReached deems elected, highest vote first, every continuing candidate
// with the quota whom reserved seats allow. Level candidates go in ballot order
// unless reserved seats, or vacancies fewer than they are, make the order matter.
func (g *gregory) electReached() (newly []int, err error) {
	var reached []int
	for _, i := range g.In(election.Continuing) {
		if g.votes[i] >= g.quota {
			reached = append(reached, i)
		}
	}
	election.ByVotes(reached, g.votes)
	for {
		reached = slices.DeleteFunc(reached, g.Doomed)
		if len(reached) == 0 || g.Vacancies() == 0 {
			return newly, nil
		}
		i := reached[0]
		if level := election.Extreme(reached, g.votes, true); !g.AllFit(level) {
			if i, _, err = g.choose(level, true, election.ForElection); err != nil {
				return nil, err
			}
		}
		reached = slices.DeleteFunc(reached, func(k int) bool { return k == i })
		g.Elect(i, election.Pending)
		newly = append(newly, i)
	}
}

// electRest gives the last vacancies to the continuing candidates when there
// are no more of them than seats, highest vote first.
func (g *gregory) electRest() []int {
	rest := g.In(election.Continuing)
	if g.Vacancies() == 0 || len(rest) > g.Vacancies() {
		return nil
	}
	election.ByVotes(rest, g.votes)
	for _, i := range rest {
		g.Elect(i, election.Elected)
	}
	return rest
}

// lastExclusion takes out the lowest candidate, whose papers stay where they are, if
// all the others then fill the vacancies and the rule transfers nothing more.
func (g *gregory) lastExclusion() (out []int, event string, err error) {
	if !g.stops || g.Vacancies() == 0 || len(g.In(election.Continuing)) != g.Vacancies()+1 {
		return nil, "", nil
	}
	if !g.AnyDoomed() && slices.ContainsFunc(g.In(election.Pending), func(i int) bool { return g.votes[i] > g.quota }) {
		return nil, "", nil // a surplus is transferred first
	}
	who, why := g.MayExclude(g.In(election.Continuing))
	i, how, err := g.choose(election.Extreme(who, g.votes, false), false, election.ForExclusion)
	if err != nil {
		return nil, "", err
	}
	g.State[i] = election.Excluded
	event = fmt.Sprintf(" %s has the fewest votes%s, %s%s; the others are as many as the vacancies, and nothing more is transferred.",
		g.Name(i), why, g.Decimal(g.votes[i], g.places), how)
	return []int{i}, event, nil
}

// choose narrows tied by the rule's look at earlier stages, then draws.
// reason says how, for the report.
func (g *gregory) choose(tied []int, highest bool, purpose string) (who int, reason string, err error) {
	if len(tied) == 1 {
		return tied[0], "", nil
	}
	all := g.List(tied)
	if g.lookBack {
		for s := len(g.past) - 1; s >= 0 && len(tied) > 1; s-- {
			tied = election.Extreme(tied, g.past[s], highest)
		}
		if len(tied) == 1 {
			return tied[0], fmt.Sprintf(" (level with others: %s; decided by an earlier stage)", all), nil
		}
	}
	if purpose == election.ForExclusion && g.Idle(tied, g.votes) {
		return tied[0], fmt.Sprintf(" (level with others: %s; without votes, their order changes nothing)", all), nil
	}
	who, err = g.Draw(tied, highest, purpose)
	return who, fmt.Sprintf(" (level with others: %s; decided by lot)", all), err
}

// run counts stage by stage until the seats are filled: what elects comes before
// what moves papers. event says what opened the count.
func (g *gregory) run(event string, next func() (event string, out []int, err error)) (*report.Report, error) {
	var out []int
	for range 2*len(g.State) + 1 { // each turn elects, transfers from or excludes someone
		newly, err := g.electReached()
		if err != nil {
			return nil, err
		}
		if len(newly) > 0 {
			event += " Elected with the quota: " + g.List(newly) + "."
		}
		last, why, err := g.lastExclusion()
		if err != nil {
			return nil, err
		}
		event, out = event+why, append(out, last...)
		rest := g.electRest()
		if len(rest) > 0 {
			event += " Elected to the last vacancies, below the quota: " + g.List(rest) + "."
		}
		g.NoteLevel(newly, g.votes)
		g.NoteLevel(rest, g.votes)
		g.record(event, append(newly, rest...), out)
		if g.Vacancies() == 0 {
			break
		}
		if event, out, err = next(); err != nil {
			return nil, err
		}
	}
	g.noteLost()
	return g.Finish(), nil
}
