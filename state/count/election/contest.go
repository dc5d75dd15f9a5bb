package election

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Options are what a returning officer adds to the papers.
type Options struct {
	Seats int // seats to fill; 0 takes the election's own number

	// Lot is the order in which candidates were drawn, first wins: the first
	// drawn of a tied group is elected, or has a surplus transferred first; the
	// last drawn is excluded. It settles only ties that the method's own rule
	// leaves open. Nil means no lot was drawn.
	Lot []string

	Reserved []Reserve // seats reserved for groups; only some methods take them

	// Points is what one voter may give: in score to one candidate, in
	// cumulative and dots in all. 0 takes the method's own number.
	Points int64
}

// Why a choice had to be made. These words appear in reports.
const (
	ForElection  = "election"
	ForExclusion = "exclusion"
	ForTransfer  = "transfer order"
)

// A Status is where a candidate stands in a count.
type Status uint8

const (
	Continuing Status = iota
	Pending           // elected, with a surplus still to transfer
	Elected
	Excluded
	Withdrawn
	NotElected // still continuing when the last seat was filled
)

func (s Status) String() string {
	return [...]string{"continuing", "elected", "elected", "excluded", "withdrawn", "not elected"}[s]
}

// A Contest is one count under way: what every method needs, whatever its rule.
type Contest struct {
	Election *Election
	Seats    int
	State    []Status // of each candidate
	Winners  []int    // in order of election
	Report   *report.Report

	lot   []int // each candidate's place in the lot, from 1; 0 not drawn; nil no lot
	guard *guard
}

// NewContest checks e and opt and starts a report.
func NewContest(method string, e *Election, opt Options) (*Contest, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	c := &Contest{Election: e, Seats: opt.Seats}
	if c.Seats == 0 {
		c.Seats = e.Seats
	}
	if c.Seats < 1 || c.Seats > e.Standing() {
		return nil, input.Errorf("lower the number of seats, or reopen nominations",
			"%d seats for %d candidates who stand", c.Seats, e.Standing())
	}
	if opt.Points < 0 || opt.Points > MaxPoints {
		return nil, input.Errorf(fmt.Sprintf("allow 1 to %d", MaxPoints), "%d points a voter", opt.Points)
	}
	c.State = make([]Status, len(e.Candidates))
	for i, k := range e.Candidates {
		if k.Withdrawn {
			c.State[i] = Withdrawn
		}
	}
	var err error
	if opt.Lot != nil {
		if c.lot, err = input.ReadLot(e.names(), opt.Lot, "candidate"); err != nil {
			return nil, err
		}
	}
	if c.guard, err = newGuard(c, opt.Reserved); err != nil {
		return nil, err
	}
	c.Report = &report.Report{Method: method, Input: input.Papers, Title: e.Title, Seats: c.Seats, Places: e.Places, Winners: []string{}, Stages: []report.Stage{}}
	c.Report.Notes = append(c.Report.Notes, input.Alike(e.names())...)
	if len(e.TieOrder) > 0 && opt.Lot == nil {
		c.Note("The file's own [tie] order was not used; a lot has to be given to the count.")
	}
	return c, nil
}

// names are those of all candidates, in ballot order.
func (e *Election) names() []string {
	out := make([]string, len(e.Candidates))
	for i, c := range e.Candidates {
		out[i] = c.Name
	}
	return out
}

// Name is the name of candidate i.
func (c *Contest) Name(i int) string { return c.Election.Candidates[i].Name }

// Names are the names of the candidates in list.
func (c *Contest) Names(list []int) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = c.Name(k)
	}
	return out
}

// List writes the names of who for a sentence.
func (c *Contest) List(who []int) string { return report.List(c.Names(who)) }

// Decimal writes votes in units of 10^-places of a unit of weight.
func (c *Contest) Decimal(units int64, places int) string {
	return report.Decimal(units, places+c.Election.Places)
}

// Change is Decimal with its sign, and nothing for none.
func (c *Contest) Change(units int64, places int) string {
	return report.Change(units, places+c.Election.Places)
}

// Papers says how many valid papers there are, of a weight in units.
func (c *Contest) Papers(units int64) string {
	if c.Election.Places == 0 {
		return report.Counted(units, "valid paper", "valid papers")
	}
	return c.Decimal(units, 0) + " valid papers by weight"
}

// Note adds a remark to the report.
func (c *Contest) Note(format string, args ...any) {
	c.Report.Notes = append(c.Report.Notes, fmt.Sprintf(format, args...))
}

// In returns the candidates whose state is s, in ballot order.
func (c *Contest) In(s Status) []int {
	var out []int
	for i, t := range c.State {
		if t == s {
			out = append(out, i)
		}
	}
	return out
}

// Vacancies returns the seats that no candidate is deemed to hold yet.
func (c *Contest) Vacancies() int { return c.Seats - len(c.Winners) }

// Elect gives i the next seat.
func (c *Contest) Elect(i int, as Status) {
	c.State[i] = as
	c.Winners = append(c.Winners, i)
}

// Stage is the number of the stage under way, from 1.
func (c *Contest) Stage() int { return len(c.Report.Stages) + 1 }

// Draw settles a tie by lot. first asks for the first drawn of tied, otherwise
// the last. It returns a *report.TieError when the lot does not say.
func (c *Contest) Draw(tied []int, first bool, purpose string) (int, error) {
	if len(tied) == 1 {
		return tied[0], nil
	}
	slices.Sort(tied)
	if c.lot == nil {
		return 0, &report.TieError{Method: c.Report.Method, Stage: c.Stage(), For: purpose, Candidates: c.Names(tied)}
	}
	best := tied[0]
	var undrawn []int
	for _, k := range tied {
		switch {
		case c.lot[k] == 0:
			undrawn = append(undrawn, k)
		case (c.lot[k] < c.lot[best]) == first:
			best = k
		}
	}
	if undrawn != nil {
		return 0, &report.TieError{Method: c.Report.Method, Stage: c.Stage(), For: purpose,
			Candidates: c.Names(tied), Undrawn: c.Names(undrawn)}
	}
	c.Report.Lots = append(c.Report.Lots, report.LotUse{Stage: c.Stage(), Tied: c.Names(tied), Chosen: c.Name(best), For: purpose})
	return best, nil
}

// HasLot reports whether a lot was drawn.
func (c *Contest) HasLot() bool { return c.lot != nil }

// DrawOrder puts tied in the order drawn. It returns a *report.TieError when the lot
// does not say; the report names the first drawn as chosen.
func (c *Contest) DrawOrder(tied []int, purpose string) ([]int, error) {
	if _, err := c.Draw(tied, true, purpose); err != nil {
		return nil, err
	}
	slices.SortFunc(tied, func(a, b int) int { return c.lot[a] - c.lot[b] })
	return tied, nil
}

// Idle reports whether the order in which tied are excluded changes nothing:
// none of them holds a vote, and the rest are enough for the vacancies, so that
// all of them go before anyone else does. Then no lot need be drawn.
func (c *Contest) Idle(tied []int, votes []int64) bool {
	if c.HasReserved() || len(c.In(Continuing))-len(tied) < c.Vacancies() {
		return false
	}
	drawn := c.lot != nil // a lot that was drawn for all of them is used all the same
	for _, i := range tied {
		if votes[i] != 0 {
			return false
		}
		drawn = drawn && c.lot[i] > 0
	}
	return !drawn
}

// Extreme returns the members of among with the highest or lowest value.
func Extreme(among []int, value []int64, highest bool) []int {
	var out []int
	for _, k := range among {
		switch {
		case len(out) == 0 || value[k] == value[out[0]]:
			out = append(out, k)
		case (value[k] > value[out[0]]) == highest:
			out = append(out[:0], k)
		}
	}
	return out
}

// ByVotes sorts who by falling votes, level ones in ballot order.
func ByVotes(who []int, votes []int64) {
	slices.SortStableFunc(who, func(a, b int) int {
		switch {
		case votes[a] > votes[b]:
			return -1
		case votes[a] < votes[b]:
			return 1
		}
		return a - b
	})
}

// Level says that winners are level: the rule gives them no order.
func (c *Contest) Level(who []int) {
	c.Report.Level = append(c.Report.Level, c.Names(who))
	c.Note("Level, and above in the order of the ballot only: %s.", c.List(who))
}

// NoteLevel says which of those elected together have as many votes, since the rule
// gives them no order. who is in falling order of votes.
func (c *Contest) NoteLevel(who []int, votes []int64) {
	for from := 0; from < len(who); {
		to := from + 1
		for to < len(who) && votes[who[to]] == votes[who[from]] {
			to++
		}
		if to > from+1 {
			c.Level(who[from:to])
		}
		from = to
	}
}

// Finish fills in the winners and marks who was left without a seat.
func (c *Contest) Finish() *report.Report {
	c.Report.Winners = c.Names(c.Winners)
	if n := len(c.Report.Stages); n > 0 {
		rows := c.Report.Stages[n-1].Rows
		for i := range rows {
			switch c.State[i] {
			case Continuing:
				rows[i].Status = NotElected.String()
			default:
				rows[i].Status = c.State[i].String()
			}
		}
	}
	return c.Report
}

// Ranks returns the candidates who stand, rank by rank. Skipped ranks are passed over.
func (c *Contest) Ranks(marks []Mark) (groups [][]int16) {
	inRank := false // a candidate of the present rank stands
	for _, m := range marks {
		if !m.Equal {
			inRank = false
		}
		if m.Candidate == Skipped || c.State[m.Candidate] == Withdrawn {
			continue
		}
		if !inRank {
			groups = append(groups, nil)
			inRank = true
		}
		g := &groups[len(groups)-1]
		*g = append(*g, m.Candidate)
	}
	return groups
}
