// Package apportion divides seats among parties, branches or regions in
// proportion to their votes or members, by largest remainders and by divisors.
//
// Rule: docs/rules.md, "Counting".
// Source: Balinski and Young, Fair Representation (1982); each method names its
// own.
package apportion

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Limits of an apportionment.
const (
	MaxParties  = 1_000
	MaxVotes    = 1_000_000_000_000
	MaxSeats    = 10_000
	maxRowCells = 200_000 // seats × parties that get a stage for each seat
)

// Parties are what shares the seats of a house, a board or a delegation: lists,
// branches, regions, with their votes or members.
type Parties struct {
	Names []string // each once
	Votes []int64  // of each, 0 to MaxVotes
	Won   []int64  // seats that each has won already, in districts say; nil for none
}

// ReadParties reads a table of two columns, party and votes, or of three, with the
// seats that each has won already, parted by commas, semicolons or tabs. The heading
// "party,votes" may be left out, "party,votes,won" may not, since a number with a
// comma in it makes a third column too. file is the name for messages.
//
// It is strict: as many columns in each line as in the first, a name once, votes and
// seats in whole numbers. Every error about the text is a *input.ParseError.
func ReadParties(file string, r io.Reader) (*Parties, error) {
	in := input.NewTable(r, 0)
	p := &Parties{}
	seen := make(map[string]bool)
	head := []string{"party", "votes"}
	for first := true; ; first = false {
		row, err := in.Next()
		if err != nil {
			return nil, input.At(file, in.Line, "", err)
		}
		if withWon := append(slices.Clone(head), "won"); first && slices.EqualFunc(row, withWon, strings.EqualFold) {
			head = withWon
		}
		line := strings.Join(head, ",")
		fail := func(expected, found string, args ...any) (*Parties, error) {
			return nil, input.At(file, in.Line, "", input.Expected(expected, found, args...))
		}
		switch {
		case row == nil && len(p.Names) == 0:
			return fail("at least one line "+line, "%s", input.Found(nil, ","))
		case row == nil:
			return p, nil
		case len(row) != len(head):
			return fail("a line "+line, "%s", input.Found(row, ","))
		case first && slices.EqualFunc(row, head, strings.EqualFold):
			continue
		}
		votes, err := strconv.ParseUint(row[1], 10, 63)
		if err != nil {
			return fail(fmt.Sprintf("a whole number of votes for %q", input.Short(row[0])), "%q", input.Short(row[1]))
		}
		switch {
		case votes > MaxVotes:
			return fail(fmt.Sprintf("at most %d votes for %q", int64(MaxVotes), input.Short(row[0])), "%s", row[1])
		case row[0] == "" || seen[row[0]]:
			return fail("a name of its own for each party", "%q", input.Short(row[0]))
		case len(p.Names) == MaxParties:
			return fail("fewer parties", "more than %d", MaxParties)
		}
		if len(row) == 3 {
			won, err := strconv.ParseUint(row[2], 10, 63)
			if err != nil || won > MaxSeats {
				return fail(fmt.Sprintf("the seats that %q has won, 0 to %d", input.Short(row[0]), MaxSeats), "%q", input.Short(row[2]))
			}
			p.Won = append(p.Won, int64(won))
		}
		seen[row[0]] = true
		p.Names = append(p.Names, row[0])
		p.Votes = append(p.Votes, int64(votes))
	}
}

// A seatRule is how a method divides seats: quota or divisor is set.
type seatRule struct {
	quota   func(votes, seats int64) (num, den int64) // of largest remainder methods
	divisor func(s int64) (num, den *big.Int)         // of divisor methods: squared for squares
	squares bool
	within  bool // a seat goes only to those whom it does not lift above their exact share, rounded up
}

// bigPair makes a divisor of small numbers.
func bigPair(num, den int64) (*big.Int, *big.Int) { return big.NewInt(num), big.NewInt(den) }

const balinskiYoung = "; Balinski and Young, Fair Representation (1982)"

// A method is its description with its rule.
type method struct {
	report.Method
	rule seatRule
}

// methods are the methods that divide seats among Parties.
var methods = []method{
	{rule: seatRule{quota: func(v, s int64) (int64, int64) { return v, s }}, Method: report.Method{
		Name: "hare", Aliases: []string{"largest-remainder", "hamilton", "largest-remainder-hare"}, Input: input.Parties,
		Summary: "Largest remainder with the quota votes/seats.",
		Source:  "Hamilton, 1792" + balinskiYoung,
		When:    "Seats for branches by members, where everyone can check the sum and the small should not lose.",
	}},
	{rule: seatRule{quota: func(v, s int64) (int64, int64) { return v/(s+1) + 1, 1 }}, Method: report.Method{
		Name: "droop", Aliases: []string{"largest-remainder-droop"}, Input: input.Parties,
		Summary: "Largest remainder with the quota votes/(seats+1), rounded down, plus one.",
		Source:  "Droop, Journal of the Statistical Society 44 (1881)",
		When:    "As hare, where the same quota as in STV elections is wanted.",
	}},
	{rule: seatRule{quota: func(v, s int64) (int64, int64) { return max((2*v+s+1)/(2*(s+1)), 1), 1 }}, Method: report.Method{
		Name: "hagenbach-bischoff", Aliases: []string{"largest-remainder-hagenbach-bischoff"}, Input: input.Parties,
		Summary: "Largest remainder with the quota votes/(seats+1), rounded to the nearest.",
		Source:  "Slovak Act 180/2014 on elections, section 68",
		When:    "Rules that name it; a little kinder to the large than hare.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(s+1, 1) }}, Method: report.Method{
		Name: "dhondt", Aliases: []string{"jefferson", "d-hondt"}, Input: input.Parties,
		Summary: "Seats one by one to the most votes for each seat it would then have.",
		Source:  "Jefferson, 1792; d'Hondt, 1882" + balinskiYoung,
		When:    "Lists for a board, where a majority of votes must be a majority of seats; favours the large.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(2*s+1, 1) }}, Method: report.Method{
		Name: "sainte-lague", Aliases: []string{"webster"}, Input: input.Parties,
		Summary: "As dhondt with divisors 1, 3, 5, ...: favours neither large nor small.",
		Source:  "Webster, 1832; Sainte-Laguë, 1910" + balinskiYoung,
		When:    "Lists or branches of unlike size: the even-handed choice.",
	}},
	{rule: seatRule{divisor: divisorFrom7to5}, Method: report.Method{
		Name: "modified-sainte-lague", Input: input.Parties,
		Summary: "As sainte-lague with 1.4 as the first divisor: harder to win a first seat.",
		Source:  "Swedish Elections Act as of 1952",
		When:    "As sainte-lague, against splinter lists.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(s*(s+1), 1) }, squares: true}, Method: report.Method{
		Name: "huntington-hill", Aliases: []string{"hill", "equal-proportions"}, Input: input.Parties,
		Summary: "Each a first seat, then by the geometric mean of the seats before and after.",
		Source:  "2 U.S.C. 2a; Huntington, 1928" + balinskiYoung,
		When:    "Seats for branches by members, each to have one.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(s, 1) }}, Method: report.Method{
		Name: "adams", Input: input.Parties,
		Summary: "Each a first seat, then by the seats it has: favours the small.",
		Source:  "J. Q. Adams, 1832" + balinskiYoung,
		When:    "Federations where the small co-ops must be heard.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(s+1, 1) }, within: true}, Method: report.Method{
		Name: "quota", Aliases: []string{"balinski-young"}, Input: input.Parties,
		Summary: "As dhondt, but nobody gets more than their exact share of the seats, rounded up.",
		Source:  "Balinski and Young, American Mathematical Monthly 82 (1975)",
		When:    "Boards that may grow: no branch gets more than its share, nor loses a seat to a larger board.",
	}},
	{rule: seatRule{divisor: func(s int64) (*big.Int, *big.Int) { return bigPair(2*s*(s+1), 2*s+1) }}, Method: report.Method{
		Name: "dean", Input: input.Parties,
		Summary: "Each a first seat, then by the harmonic mean of the seats before and after.",
		Source:  "Dean, 1832" + balinskiYoung,
		When:    "Seats for branches, with votes for each seat as equal as can be.",
	}},
}

// Methods lists the methods. The list is the caller's own.
func Methods() []report.Method {
	out := make([]report.Method, len(methods))
	for i, m := range methods {
		out[i] = m.Method
	}
	return out
}

// divisorFrom7to5 is 1.4 for the first seat and then 3, 5, 7, ...
func divisorFrom7to5(s int64) (*big.Int, *big.Int) {
	if s == 0 {
		return bigPair(7, 5)
	}
	return bigPair(2*s+1, 1)
}

// Options are what an apportionment needs besides the votes.
type Options struct {
	Seats int // to divide, 1 to MaxSeats

	// Threshold is the least share of all votes that takes part; the zero
	// Fraction is none.
	Threshold count.Fraction

	// OrWon is how many seats won let a party take part below the threshold; 0 is
	// none.
	OrWon int

	// Lot is the order in which parties were drawn, first wins; it settles ties
	// for the last seats.
	Lot []string
}

// Count divides the seats among the parties in proportion to their votes.
//
// The report's winners are the parties seat by seat, in order; the totals of the
// last stage are the seats of each. Parties without votes get none. Figures are
// exact; quotients in the stages are rounded down to 4 decimals.
//
// Where parties have seats already (Parties.Won), their share of the seats includes
// them. A party that has won more than its share keeps what it has, and the house
// grows by these overhang seats; the others keep theirs. Seats won by those who do not
// take part are taken off before the division.
//
// Source: for seats won, New Zealand's Electoral Act 1993, sections 191 and 192.
//
// It returns a *report.TieError when more parties are level than there are seats
// left and the lot does not say who comes first, and an *input.Error for an
// unknown method, no seats or no votes.
func Count(name string, p *Parties, o Options) (*report.Report, error) {
	i := slices.IndexFunc(methods, func(m method) bool { return m.Called(name) })
	if i < 0 {
		return nil, input.NoMethod(name, input.Parties)
	}
	a, err := newApportionment(methods[i], p, o)
	if err != nil {
		return nil, err
	}
	if a.m.rule.quota != nil {
		err = a.remainders()
	} else {
		err = a.divisors()
	}
	if err != nil {
		return nil, err
	}
	a.overhang()
	a.result()
	return a.r, nil
}

// An apportionment is one count under way.
type apportionment struct {
	m     method
	p     *Parties
	in    []int   // parties that take part
	seats []int64 // of each so far
	total int64   // votes of those that take part
	want  int     // seats to divide
	place []int   // in the lot, from 1; 0 if not drawn
	r     *report.Report
}

func newApportionment(m method, p *Parties, o Options) (*apportionment, error) {
	a := &apportionment{m: m, p: p, want: o.Seats, seats: make([]int64, len(p.Names))}
	if o.Seats < 1 || o.Seats > MaxSeats {
		return nil, input.Errorf("give the number of seats", "%d seats, and an apportionment needs 1 to %d", o.Seats, MaxSeats)
	}
	if len(p.Names) > MaxParties || len(p.Votes) != len(p.Names) {
		return nil, input.Errorf(fmt.Sprintf("give up to %d parties with their votes", MaxParties), "%d parties with %d numbers of votes", len(p.Names), len(p.Votes))
	}
	if o.Threshold.Den == 0 {
		o.Threshold = count.Fraction{Num: 0, Den: 1}
	}
	if !o.Threshold.Valid() {
		return nil, input.Errorf("give a share such as 5/100", "the threshold %v is no share of one", o.Threshold)
	}
	a.r = &report.Report{Method: m.Name, Input: input.Parties, Seats: o.Seats}
	if err := a.admit(o); err != nil {
		return nil, err
	}
	a.r.Notes = append(a.r.Notes, input.Alike(p.Names)...)
	var err error
	a.place, err = input.ReadLot(p.Names, o.Lot, "party")
	return a, err
}

// admit finds who takes part, and how many seats are divided among them.
func (a *apportionment) admit(o Options) error {
	p := a.p
	var all uint64
	for i, v := range p.Votes {
		if v < 0 || v > MaxVotes {
			return input.Errorf("correct it", "%q has %d votes, and a party has 0 to %d", input.Short(p.Names[i]), v, int64(MaxVotes))
		}
		all += uint64(v)
	}
	if p.Won != nil && len(p.Won) != len(p.Names) || o.OrWon < 0 {
		return input.Errorf("give what each has won", "%d parties with %d numbers of seats won, of which %d are needed", len(p.Names), len(p.Won), o.OrWon)
	}
	var won, apart int64 // of all, and of those who do not take part
	for i, v := range p.Votes {
		has := a.won(i)
		if won += has; has < 0 || won > MaxSeats {
			return input.Errorf("correct it", "%q has won %d seats, and a house has 0 to %d", input.Short(p.Names[i]), has, MaxSeats)
		}
		if v > 0 && (count.AtLeast(uint64(v), o.Threshold, all) || o.OrWon > 0 && has >= int64(o.OrWon)) {
			a.in = append(a.in, i)
			a.total += v
			continue
		}
		apart += has
	}
	if len(a.in) == 0 {
		return input.Errorf("give votes, or a lower threshold", "no party has votes that take part")
	}
	if o.Threshold.Num > 0 {
		or := ""
		if o.OrWon > 0 {
			or = fmt.Sprintf(", or %s won,", report.Counted(int64(o.OrWon), "seat", "seats"))
		}
		a.r.Notes = append(a.r.Notes, fmt.Sprintf("%d of %d parties have %v of the %d votes%s and take part.", len(a.in), len(p.Names), o.Threshold, all, or))
	}
	if apart > 0 {
		a.want -= int(apart)
		a.r.Notes = append(a.r.Notes, fmt.Sprintf("%s won by those who do not take part; %d are divided.", report.Counted(apart, "seat was", "seats were"), a.want))
	}
	if a.want < 1 {
		return input.Errorf("give more seats", "those who do not take part have won all %d seats", o.Seats)
	}
	return nil
}

// won is how many seats party i has already.
func (a *apportionment) won(i int) int64 {
	if a.p.Won == nil {
		return 0
	}
	return a.p.Won[i]
}

// overhang adds the seats that parties have won beyond their share.
func (a *apportionment) overhang() {
	if a.p.Won == nil {
		return
	}
	extra := make([]int64, len(a.seats))
	var beyond, apart []string
	a.r.Seats = 0
	for i, name := range a.p.Names {
		extra[i] = max(0, a.won(i)-a.seats[i])
		switch {
		case extra[i] > 0 && slices.Contains(a.in, i):
			beyond = append(beyond, fmt.Sprintf("%s by %d", name, extra[i]))
		case extra[i] > 0:
			apart = append(apart, name)
		}
		for range extra[i] {
			a.give(i)
		}
		a.r.Seats += int(a.seats[i])
	}
	event := "Seats won already: nobody has more than their share."
	if len(beyond) > 0 {
		event = fmt.Sprintf("Seats won already: more than their share is kept, and the house grows to %d: %s.", a.r.Seats, report.List(beyond))
	}
	if len(apart) > 0 {
		event += " Without a share: " + report.List(apart) + "."
	}
	a.stage(event, nil, func(i int) string { return strconv.FormatInt(a.won(i), 10) })
	rows := a.r.Stages[len(a.r.Stages)-1].Rows
	for i := range rows {
		rows[i].Change = report.Change(extra[i], 0)
	}
}

// give hands out one seat.
func (a *apportionment) give(i int) {
	a.seats[i]++
	a.r.Winners = append(a.r.Winners, a.p.Names[i])
}

// pick chooses n of the tied, by lot, the first drawn first.
func (a *apportionment) pick(tied []int, n int, what string) ([]int, error) {
	names := make([]string, len(tied))
	for j, i := range tied {
		names[j] = a.p.Names[i]
	}
	stage := len(a.r.Stages) + 1
	drawn := slices.Clone(tied)
	undrawn := slices.DeleteFunc(slices.Clone(tied), func(i int) bool { return a.place[i] > 0 })
	if len(undrawn) > 0 {
		e := &report.TieError{Method: a.m.Name, Stage: stage, For: what, Candidates: names}
		if len(undrawn) < len(tied) {
			for _, i := range undrawn {
				e.Undrawn = append(e.Undrawn, a.p.Names[i])
			}
		}
		return nil, e
	}
	slices.SortFunc(drawn, func(i, j int) int { return a.place[i] - a.place[j] })
	for _, i := range drawn[:n] {
		a.r.Lots = append(a.r.Lots, report.LotUse{Stage: stage, Tied: names, Chosen: a.p.Names[i], For: what})
	}
	return drawn[:n], nil
}

// stage appends a stage; total gives each party's figure.
func (a *apportionment) stage(event string, given []int, total func(i int) string) {
	s := report.Stage{Number: len(a.r.Stages) + 1, Event: event}
	for i, name := range a.p.Names {
		row := report.Row{Name: name, Total: total(i)}
		if slices.Contains(given, i) {
			row.Change, row.Status = "+1", "elected"
		}
		s.Rows = append(s.Rows, row)
	}
	for _, i := range given {
		s.Elected = append(s.Elected, a.p.Names[i])
	}
	a.r.Stages = append(a.r.Stages, s)
}

// result makes the last stage, the seats of each, and their list for people:
// those with seats, the most first.
func (a *apportionment) result() {
	a.stage(fmt.Sprintf("The seats of each, of %d.", a.r.Seats), nil, func(i int) string {
		return strconv.FormatInt(a.seats[i], 10)
	})
	order := make([]int, len(a.seats))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(a.seats[j], a.seats[i]) })
	for _, i := range order {
		if a.seats[i] > 0 {
			a.r.Listed = append(a.r.Listed, fmt.Sprintf("%s: %d", a.p.Names[i], a.seats[i]))
		}
	}
}
