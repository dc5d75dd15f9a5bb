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
	forElection  = "election"
	forExclusion = "exclusion"
	forTransfer  = "transfer order"
)

// A status is where a candidate stands in a count.
type status uint8

const (
	continuing status = iota
	pending           // elected, with a surplus still to transfer
	elected
	excluded
	withdrawn
	notElected // still continuing when the last seat was filled
)

func (s status) String() string {
	return [...]string{"continuing", "elected", "elected", "excluded", "withdrawn", "not elected"}[s]
}

// A contest is one count under way: what every method needs, whatever its rule.
type contest struct {
	e       *Election
	seats   int
	points  int64
	lot     []int // each candidate's place in the lot, from 1; 0 not drawn; nil no lot
	state   []status
	guard   *guard
	r       *report.Report
	winners []int // in order of election
}

// newContest checks e and opt and starts a report.
func newContest(method string, e *Election, opt Options) (*contest, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	c := &contest{e: e, seats: opt.Seats, points: opt.Points}
	if c.seats == 0 {
		c.seats = e.Seats
	}
	if c.seats < 1 || c.seats > e.Standing() {
		return nil, input.Errorf("lower the number of seats, or reopen nominations",
			"%d seats for %d candidates who stand", c.seats, e.Standing())
	}
	if opt.Points < 0 || opt.Points > MaxPoints {
		return nil, input.Errorf(fmt.Sprintf("allow 1 to %d", MaxPoints), "%d points a voter", opt.Points)
	}
	c.state = make([]status, len(e.Candidates))
	for i, k := range e.Candidates {
		if k.Withdrawn {
			c.state[i] = withdrawn
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
	c.r = &report.Report{Method: method, Input: input.Papers, Title: e.Title, Seats: c.seats, Places: e.Places, Winners: []string{}, Stages: []report.Stage{}}
	c.r.Notes = append(c.r.Notes, input.Alike(e.names())...)
	if len(e.TieOrder) > 0 && opt.Lot == nil {
		c.note("The file's own [tie] order was not used; a lot has to be given to the count.")
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

func (c *contest) name(i int) string { return c.e.Candidates[i].Name }

func (c *contest) names(list []int) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = c.name(k)
	}
	return out
}

func (c *contest) list(who []int) string { return report.List(c.names(who)) }

// decimal writes votes in units of 10^-places of a unit of weight.
func (c *contest) decimal(units int64, places int) string {
	return report.Decimal(units, places+c.e.Places)
}

func (c *contest) change(units int64, places int) string {
	return report.Change(units, places+c.e.Places)
}

// papers says how many valid papers there are, of a weight in units.
func (c *contest) papers(units int64) string {
	if c.e.Places == 0 {
		return report.Counted(units, "valid paper", "valid papers")
	}
	return c.decimal(units, 0) + " valid papers by weight"
}

func (c *contest) note(format string, args ...any) {
	c.r.Notes = append(c.r.Notes, fmt.Sprintf(format, args...))
}

// in returns the candidates whose state is s, in ballot order.
func (c *contest) in(s status) []int {
	var out []int
	for i, t := range c.state {
		if t == s {
			out = append(out, i)
		}
	}
	return out
}

// vacancies returns the seats that no candidate is deemed to hold yet.
func (c *contest) vacancies() int { return c.seats - len(c.winners) }

// elect gives i the next seat.
func (c *contest) elect(i int, as status) {
	c.state[i] = as
	c.winners = append(c.winners, i)
}

// stage is the number of the stage under way, from 1.
func (c *contest) stage() int { return len(c.r.Stages) + 1 }

// draw settles a tie by lot. first asks for the first drawn of tied, otherwise
// the last. It returns a *report.TieError when the lot does not say.
func (c *contest) draw(tied []int, first bool, purpose string) (int, error) {
	if len(tied) == 1 {
		return tied[0], nil
	}
	slices.Sort(tied)
	if c.lot == nil {
		return 0, &report.TieError{Method: c.r.Method, Stage: c.stage(), For: purpose, Candidates: c.names(tied)}
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
		return 0, &report.TieError{Method: c.r.Method, Stage: c.stage(), For: purpose,
			Candidates: c.names(tied), Undrawn: c.names(undrawn)}
	}
	c.r.Lots = append(c.r.Lots, report.LotUse{Stage: c.stage(), Tied: c.names(tied), Chosen: c.name(best), For: purpose})
	return best, nil
}

// idle reports whether the order in which tied are excluded changes nothing:
// none of them holds a vote, and the rest are enough for the vacancies, so that
// all of them go before anyone else does. Then no lot need be drawn.
func (c *contest) idle(tied []int, votes []int64) bool {
	if c.guard != nil || len(c.in(continuing))-len(tied) < c.vacancies() {
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

// extreme returns the members of among with the highest or lowest value.
func extreme(among []int, value []int64, highest bool) []int {
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

// byVotes sorts who by falling votes, level ones in ballot order.
func byVotes(who []int, votes []int64) {
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

// noteLevel says which of those elected together have as many votes, since the rule
// gives them no order. who is in falling order of votes.
func (c *contest) noteLevel(who []int, votes []int64) {
	for from := 0; from < len(who); {
		to := from + 1
		for to < len(who) && votes[who[to]] == votes[who[from]] {
			to++
		}
		if to > from+1 {
			c.note("Level, and above in the order of the ballot only: %s.", c.list(who[from:to]))
		}
		from = to
	}
}

// finish fills in the winners and marks who was left without a seat.
func (c *contest) finish() *report.Report {
	c.r.Winners = c.names(c.winners)
	if n := len(c.r.Stages); n > 0 {
		rows := c.r.Stages[n-1].Rows
		for i := range rows {
			switch c.state[i] {
			case continuing:
				rows[i].Status = notElected.String()
			default:
				rows[i].Status = c.state[i].String()
			}
		}
	}
	return c.r
}
