package stv

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Units of Meek's method: nine decimal places.
const (
	meekPlaces = 9
	meekOne    = 1_000_000_000
	meekOmega  = 1_000 // 0.000001: a total surplus below this is no longer spread
)

// maxMeekTurns bounds the passes over the papers within one round. A pass is
// only followed by another while the total surplus falls, and it falls by about
// a constant factor, so real counts need some tens.
const maxMeekTurns = 100_000

// meekSTV counts by the reference rule of the Proportional Representation
// Foundation for Meek's method.
//
// Votes and keep factors have nine decimal places, rounded up. Every candidate keeps
// a share of each paper that reaches them, and the quota is worked out again from
// the votes still held. Rounds end with an election, or with the defeat of the
// candidate with the fewest votes once the total surplus is below 0.000001 or has
// stopped falling. Candidates within the total surplus of the lowest are tied, and
// the lot decides.
//
// Skipped ranks are passed over. Equal ranks, which the rule does not know, are
// read as Hill describes (level). A keep factor never passes 1.
//
// Source: PR Foundation, "Reference Meek Rule",
// prfound.org/resources/reference/reference-meek-rule; I. D. Hill, B. A.
// Wichmann, D. R. Woodall, "Algorithm 123", Computer Journal 30 (1987).
func meekSTV(e *election.Election, opt election.Options) (*report.Report, error) {
	c, err := election.NewContest("meek", e, opt)
	if err != nil {
		return nil, err
	}
	papers, shared := level(c, e.Papers)
	m := newMeek(c, papers, shared)
	if m.valid == 0 {
		return nil, election.NoPapers()
	}
	for range 2*len(c.State) + 1 { // each round elects or defeats someone
		if c.Vacancies() == 0 || len(c.In(election.Continuing)) <= c.Vacancies() {
			break
		}
		if err := m.round(); err != nil {
			return nil, err
		}
	}
	m.complete()
	return c.Finish(), nil
}

// meek is a count by Meek's method under way. All amounts are in units.
type meek struct {
	*election.Contest
	nodes   []meekNode
	root    int32
	shared  levels
	share   [][]int64 // of each of shared, what its candidates keep at the present keep factors
	goesOn  []bool    // of each of shared, whether anything goes on to the next rank
	valid   int64
	votes   []int64
	before  []int64
	keep    []int64
	quota   int64
	surplus int64
}

// meekNode is a candidate, or a rank that several share, at one place of the papers that agree so far. What a
// paper is worth there depends only on what is before it, so papers that start
// alike are counted as one.
type meekNode struct {
	rank           int32 // a candidate, or -1 less the index of a shared rank
	weight         int64
	child, sibling int32 // index into nodes; 0 for none
}

// meekRank is the rank of a mark, as in meekNode.
func meekRank(m election.Mark) int32 {
	if m.Points < 0 {
		return m.Points
	}
	return int32(m.Candidate)
}

func newMeek(c *election.Contest, papers []election.Paper, shared levels) *meek {
	n := len(c.State)
	m := &meek{Contest: c, votes: make([]int64, n), before: make([]int64, n), keep: make([]int64, n),
		shared: shared, share: make([][]int64, len(shared)), goesOn: make([]bool, len(shared))}
	for i, s := range c.State {
		if s == election.Continuing {
			m.keep[i] = meekOne
		}
	}
	v := &report.Validity{}
	for i := range papers {
		v.Add(papers[i].Weight, len(papers[i].Marks) > 0, false)
	}
	m.valid, c.Report.Validity = v.Valid, v
	m.grow(papers)
	return m
}

// grow builds the tree of papers.
func (m *meek) grow(papers []election.Paper) {
	slices.SortStableFunc(papers, func(a, b election.Paper) int {
		return slices.CompareFunc(a.Marks, b.Marks, func(x, y election.Mark) int { return int(meekRank(x)) - int(meekRank(y)) })
	})
	m.nodes = append(m.nodes, meekNode{}) // so that index 0 means none
	var path []int32                      // nodes of the paper before
	var last []election.Mark
	for i := range papers {
		p := &papers[i]
		same := 0
		for same < len(last) && same < len(p.Marks) && meekRank(last[same]) == meekRank(p.Marks[same]) {
			m.nodes[path[same]].weight += p.Weight
			same++
		}
		for k := same; k < len(p.Marks); k++ {
			at := int32(len(m.nodes))
			m.nodes = append(m.nodes, meekNode{rank: meekRank(p.Marks[k]), weight: p.Weight})
			switch {
			case k < len(path):
				m.nodes[path[k]].sibling = at
				path = path[:k]
			case k == 0:
				m.root = at
			default:
				m.nodes[path[k-1]].child = at
			}
			path = append(path, at)
		}
		path, last = path[:len(p.Marks)], p.Marks
	}
}

// distribute counts every paper at the present keep factors (B.2.a).
func (m *meek) distribute() {
	clear(m.votes)
	for i, group := range m.shared {
		m.share[i], m.goesOn[i] = meekShares(group, m.keep)
	}
	m.spread(m.root, meekOne)
}

// spread gives left units of each paper to the nodes at and beside at. It calls
// itself once a rank, so at most MaxCandidates deep.
func (m *meek) spread(at int32, left int64) {
	for ; at != 0; at = m.nodes[at].sibling {
		n := &m.nodes[at]
		if n.rank < 0 {
			m.spreadShared(n, left)
			continue
		}
		kept := (left*m.keep[n.rank] + meekOne - 1) / meekOne // at most 10^18
		m.votes[n.rank] += kept * n.weight
		if kept < left {
			m.spread(n.child, left-kept)
		}
	}
}

// spreadShared gives left units of each paper to those who share the rank of n.
func (m *meek) spreadShared(n *meekNode, left int64) {
	i := -1 - n.rank
	rest := left
	for k, c := range m.shared[i] {
		kept := left * m.share[i][k] / meekOne
		m.votes[c] += kept * n.weight
		rest -= kept
	}
	if m.goesOn[i] && rest > 0 {
		m.spread(n.child, rest)
	}
}

// total is the sum of all votes held.
func (m *meek) total() int64 {
	var sum int64
	for _, v := range m.votes {
		sum += v
	}
	return sum
}

// mulDivUp returns a*b/d rounded up, or meekOne*MaxVotes if that is less.
func mulDivUp(a, b, d int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(d-1), 0)
	if hi += carry; hi >= uint64(d) {
		return meekOne * election.MaxVotes
	}
	q, _ := bits.Div64(hi, lo, uint64(d))
	return int64(min(q, meekOne*election.MaxVotes))
}

// round iterates until someone is elected or defeated (B.2 and B.3).
func (m *meek) round() error {
	previous := int64(-1)
	for range maxMeekTurns {
		m.distribute()
		m.quota = m.total()/int64(m.Seats+1) + 1
		if m.Report.Quota == "" {
			m.Report.Quota = m.Decimal(m.quota, meekPlaces)
		}
		newly, err := m.reached()
		if err != nil {
			return err
		}
		m.surplus = 0
		for i, s := range m.State {
			if s == election.Elected {
				m.surplus += m.votes[i] - m.quota
			}
		}
		m.surplus = max(m.surplus, 0)
		m.NoteLevel(newly, m.votes)
		if len(newly) > 0 {
			m.record("Elected with the quota: "+m.List(newly)+".", newly, nil)
			return nil
		}
		if m.surplus < meekOmega*report.Pow10(m.Election.Places) || (previous >= 0 && m.surplus >= previous) || m.AnyDoomed() {
			return m.defeat()
		}
		previous = m.surplus
		for i, s := range m.State {
			if s == election.Elected {
				m.keep[i] = min(meekOne, mulDivUp(mulDivUp(m.keep[i], m.quota, meekOne), meekOne, m.votes[i]))
			}
		}
	}
	return fmt.Errorf("count: meek: the surplus still falls after %d passes", maxMeekTurns)
}

// reached elects, highest vote first, who has the quota (B.2.c). The lot decides
// between level candidates only where reserved seats make their order matter.
func (m *meek) reached() (newly []int, err error) {
	hopeful := m.In(election.Continuing)
	election.ByVotes(hopeful, m.votes)
	for {
		hopeful = slices.DeleteFunc(hopeful, m.Doomed)
		if len(hopeful) == 0 || m.Vacancies() == 0 || m.votes[hopeful[0]] < m.quota {
			return newly, nil
		}
		i := hopeful[0]
		if level := election.Extreme(hopeful, m.votes, true); m.HasReserved() && !m.AllFit(level) {
			if i, err = m.Draw(level, true, election.ForElection); err != nil {
				return nil, err
			}
		}
		hopeful = slices.DeleteFunc(hopeful, func(k int) bool { return k == i })
		m.Elect(i, election.Elected)
		newly = append(newly, i)
	}
}

// defeat takes the lowest candidate out, by lot among those within the total
// surplus of the lowest (B.3).
func (m *meek) defeat() error {
	who, why := m.MayExclude(m.In(election.Continuing))
	low := m.votes[election.Extreme(who, m.votes, false)[0]]
	var tied []int
	for _, i := range who {
		if m.votes[i] <= low+m.surplus {
			tied = append(tied, i)
		}
	}
	how := ""
	switch {
	case len(tied) > 1 && m.Idle(tied, m.votes):
		how = fmt.Sprintf(" (level with others: %s; without votes, their order changes nothing)", m.List(tied))
		tied = tied[:1]
	case len(tied) > 1:
		how = fmt.Sprintf(" (within the total surplus of others: %s; decided by lot)", m.List(tied))
	}
	i, err := m.Draw(tied, false, election.ForExclusion)
	if err != nil {
		return err
	}
	m.State[i] = election.Excluded
	m.record(fmt.Sprintf("Defeat of %s with %s votes, the fewest%s%s.", m.Name(i), m.Decimal(m.votes[i], meekPlaces), why, how), nil, []int{i})
	m.keep[i] = 0
	return nil
}

// complete fills the last seats and takes the rest out (C).
func (m *meek) complete() {
	if len(m.Report.Stages) == 0 { // as many seats as candidates
		m.distribute()
		m.quota = m.total()/int64(m.Seats+1) + 1
		m.Report.Quota = m.Decimal(m.quota, meekPlaces)
	}
	rest := m.In(election.Continuing)
	election.ByVotes(rest, m.votes)
	event := "The count is complete."
	var newly, out []int
	switch {
	case len(rest) > 0 && m.Vacancies() > 0:
		newly = rest
		for _, i := range rest {
			m.Elect(i, election.Elected)
		}
		m.NoteLevel(rest, m.votes)
		event += " Elected to the last seats: " + m.List(rest) + "."
	case len(rest) > 0:
		out = rest
		for _, i := range rest {
			m.State[i] = election.Excluded
		}
		event += " Defeated, the seats being filled: " + m.List(rest) + "."
	}
	for i, s := range m.State {
		if s == election.Excluded {
			m.votes[i], m.keep[i] = 0, 0
		}
	}
	m.record(event, newly, out)
}

// record closes a stage.
func (m *meek) record(event string, newly, out []int) {
	if m.Stage() == 1 {
		event = fmt.Sprintf("First preferences of %s; the quota is %s. %s",
			m.Papers(m.valid), m.Report.Quota, event)
	}
	s := report.Stage{Number: m.Stage(), Event: event, Quota: m.Decimal(m.quota, meekPlaces), Surplus: m.Decimal(m.surplus, meekPlaces),
		Elected: m.Names(newly), Excluded: m.Names(out)}
	for i := range m.State {
		moved := ""
		if s.Number > 1 {
			moved = m.Change(m.votes[i]-m.before[i], meekPlaces)
		}
		s.Rows = append(s.Rows, report.Row{Name: m.Name(i), Change: moved, Total: m.Decimal(m.votes[i], meekPlaces),
			Keep: report.Decimal(m.keep[i], meekPlaces), Status: m.State[i].String()})
	}
	s.Pool = []report.Row{{Name: "Residual", Total: m.Decimal(m.valid*meekOne-m.total(), meekPlaces)}}
	copy(m.before, m.votes)
	m.Report.Stages = append(m.Report.Stages, s)
}
