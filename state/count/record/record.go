// Package record reads elections from vote records: tables with one paper a line and
// one rank a column, as election offices and survey tools export them.
//
// Rule: docs/rules.md, "Counting": a malformed file is refused, with the line; how
// overvotes and skipped ranks are read is said in the report.
package record

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// Treatments of an overvote, which is a rank given to more than one candidate.
const (
	OvervotesByMethod = "method" // named ones share the rank, as the method reads it; others end the paper
	OvervotesEnd      = "end"    // nothing at or after one counts
	OvervotesSkip     = "skip"   // each is a skipped rank
)

// Treatments of a skipped rank, which is one left blank before another that is not.
const (
	SkippedByMethod = "method"  // as the method reads it
	SkippedPass     = "pass"    // the next rank takes its place
	SkippedEnd      = "end"     // nothing after one counts
	SkippedEndTwo   = "end-two" // nothing after two in a row counts; a single one is passed over
)

// Overvotes and Skipped list the treatments, the one taken for "" first.
var (
	Overvotes = []string{OvervotesByMethod, OvervotesEnd, OvervotesSkip}
	Skipped   = []string{SkippedByMethod, SkippedPass, SkippedEnd, SkippedEndTwo}
)

// Rules are how a record is read. The zero Rules leaves all to the method.
type Rules struct {
	Overvotes string
	Skipped   string
	Seats     int // 0 for one
}

// Read reads a vote record of which file is the name for messages. It also returns
// what a report must say of the reading.
//
// The first line names the columns. Ranks are columns such as rank1, rank 2, choice 3,
// 4th choice or 5, from 1 without a gap; a column weight, count, papers or ballots
// holds how many papers a line stands for. Other columns are ignored, and named in the
// notes. A cell of a rank holds a candidate's name; nothing, -, blank, skipped or
// undervote for a rank left blank; overvote, or names parted by |, for a rank given to
// several. Commas, semicolons or tabs part the columns.
//
// The candidates are all who are named, in the order of their names. One who is
// ranked again counts at the first place only. Errors about the text are
// *input.ParseError; others of an election are *input.Error.
func Read(file string, r io.Reader, rules Rules) (*election.Election, []string, error) {
	p := &reader{file: file, in: input.NewTable(r, 0), rules: rules, index: map[string]int{}}
	if err := p.check(); err != nil {
		return nil, nil, err
	}
	if err := p.heading(); err != nil {
		return nil, nil, err
	}
	for {
		row, err := p.in.Next()
		if err != nil {
			return nil, nil, input.At(file, p.in.Line, "", err)
		}
		if row == nil {
			break
		}
		if err := p.row(row); err != nil {
			return nil, nil, err
		}
	}
	return p.election()
}

type reader struct {
	file  string
	in    *input.Table
	rules Rules

	width   int
	ranks   []int // column of each rank
	weight  int   // column, or -1
	ignored []string

	names   []string // as they are met
	index   map[string]int
	ballots election.Ballots
	papers  int64
	marks   []election.Mark
	seen    []int64 // the row that last ranked each name
	rows    int64

	overvotes, skipped, again int64 // papers with one
}

func (p *reader) check() error {
	if p.rules.Overvotes == "" {
		p.rules.Overvotes = Overvotes[0]
	}
	if p.rules.Skipped == "" {
		p.rules.Skipped = Skipped[0]
	}
	if !slices.Contains(Overvotes, p.rules.Overvotes) {
		return input.Errorf("take one of "+strings.Join(Overvotes, ", "), "%q is no treatment of overvotes", input.Short(p.rules.Overvotes))
	}
	if !slices.Contains(Skipped, p.rules.Skipped) {
		return input.Errorf("take one of "+strings.Join(Skipped, ", "), "%q is no treatment of skipped ranks", input.Short(p.rules.Skipped))
	}
	return nil
}

func (p *reader) fail(expected, found string, args ...any) error {
	return input.At(p.file, p.in.Line, "", input.Expected(expected, found, args...))
}

// heading finds the columns of the ranks.
func (p *reader) heading() error {
	row, err := p.in.Next()
	if err != nil {
		return input.At(p.file, p.in.Line, "", err)
	}
	p.width, p.weight = len(row), -1
	at := make(map[int]int)
	for i, name := range row {
		n := rankOf(name)
		switch word := strings.ToLower(name); {
		case n > 0:
			if _, ok := at[n]; ok {
				return p.fail("each rank in one column", "rank %d in two", n)
			}
			at[n] = i
		case slices.Contains([]string{"weight", "count", "papers", "ballots"}, word):
			if p.weight >= 0 {
				return p.fail("one column of weights", "two")
			}
			p.weight = i
		default:
			p.ignored = append(p.ignored, name)
		}
	}
	for n := 1; n <= len(at); n++ {
		i, ok := at[n]
		if !ok {
			return p.fail(fmt.Sprintf("a column for rank %d", n), "none, but %d ranks", len(at))
		}
		p.ranks = append(p.ranks, i)
	}
	if len(p.ranks) == 0 {
		return p.fail("a heading with columns rank1, rank2, ...", "%s", input.Found(row, ","))
	}
	return nil
}

// rankOf is the rank of which a heading speaks, or 0.
func rankOf(heading string) int {
	s := strings.ToLower(heading)
	for _, word := range []string{"ranking", "rank", "choice", "preference", "pref"} {
		s = strings.ReplaceAll(s, word, " ")
	}
	s = strings.Trim(s, " _-.#")
	for _, end := range []string{"st", "nd", "rd", "th"} {
		s = strings.TrimSuffix(s, end)
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || n > input.MaxColumns {
		return 0
	}
	return int(n)
}

// row takes one line as papers.
func (p *reader) row(row []string) error {
	if len(row) > p.width {
		return p.fail(fmt.Sprintf("at most %d fields, as the heading has", p.width), "%d", len(row))
	}
	cell := func(i int) string {
		if i < len(row) {
			return row[i]
		}
		return ""
	}
	weight := int64(1)
	if p.weight >= 0 {
		n, err := strconv.ParseUint(cell(p.weight), 10, 31)
		if err != nil || n > election.MaxVotes {
			return p.fail(fmt.Sprintf("a whole number of papers up to %d", int64(election.MaxVotes)), "%q", input.Short(cell(p.weight)))
		}
		if weight = int64(n); weight == 0 {
			return nil
		}
	}
	p.rows++
	p.marks = p.marks[:0]
	over, again := false, false
	for _, i := range p.ranks {
		names, kind := cellOf(cell(i))
		over = over || kind == overvoted
		if kind == overvoted && (p.rules.Overvotes == OvervotesEnd || p.rules.Overvotes == OvervotesByMethod && names == nil) {
			break
		}
		if kind == blank || kind == overvoted && p.rules.Overvotes == OvervotesSkip {
			p.marks = append(p.marks, election.Mark{Candidate: election.Skipped})
			continue
		}
		twice, err := p.rank(names)
		if err != nil {
			return err
		}
		again = again || twice
	}
	skip := p.gaps()
	for _, c := range []struct {
		is bool
		n  *int64
	}{{over, &p.overvotes}, {skip, &p.skipped}, {again, &p.again}} {
		if c.is {
			*c.n += weight
		}
	}
	p.papers += weight
	if err := p.ballots.Add(weight, p.marks); err != nil {
		return err
	}
	return nil
}

// What a cell of a rank holds.
const (
	named = iota
	blank
	overvoted
)

func cellOf(text string) (names []string, kind int) {
	switch strings.ToLower(text) {
	case "", "-", "blank", "skipped", "undervote":
		return nil, blank
	case "overvote", "overvoted":
		return nil, overvoted
	}
	for name := range strings.SplitSeq(text, "|") {
		if name = strings.Join(strings.Fields(name), " "); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return nil, blank
	case 1:
		return names, named
	}
	return names, overvoted
}

// rank marks names at the next rank, and reports whether one has a rank already.
func (p *reader) rank(names []string) (again bool, err error) {
	first := true
	for _, name := range names {
		i, ok := p.index[name]
		if !ok {
			if why := election.BadName(name); why != "" {
				return false, p.fail("a candidate's name", "one that %s", why)
			}
			if len(p.names) == election.MaxCandidates {
				return false, p.fail("fewer candidates", "more than %d", election.MaxCandidates)
			}
			i = len(p.names)
			p.index[name] = i
			p.names, p.seen = append(p.names, name), append(p.seen, 0)
		}
		if p.seen[i] == p.rows {
			again = true
			continue
		}
		p.seen[i] = p.rows
		p.marks = append(p.marks, election.Mark{Candidate: int16(i), Equal: !first})
		first = false
	}
	return again, nil
}

// gaps treats the skipped ranks of the paper in hand, and reports whether there are
// any. Blank ranks behind the last mark are none.
func (p *reader) gaps() (some bool) {
	for len(p.marks) > 0 && p.marks[len(p.marks)-1].Candidate == election.Skipped {
		p.marks = p.marks[:len(p.marks)-1]
	}
	blank := func(m election.Mark) bool { return m.Candidate == election.Skipped }
	some = slices.ContainsFunc(p.marks, blank)
	if !some || p.rules.Skipped == SkippedByMethod {
		return some
	}
	end := len(p.marks)
	for i := range p.marks {
		if blank(p.marks[i]) && (p.rules.Skipped == SkippedEnd || p.rules.Skipped == SkippedEndTwo && blank(p.marks[i+1])) {
			end = i // the last mark is not blank, so there is a next one
			break
		}
	}
	p.marks = slices.DeleteFunc(p.marks[:end], blank)
	return true
}

// election puts the candidates in the order of their names.
func (p *reader) election() (*election.Election, []string, error) {
	if len(p.names) == 0 {
		return nil, nil, p.fail("a paper that ranks someone", "%s", input.Found(nil, ","))
	}
	sorted := slices.Sorted(slices.Values(p.names))
	place := make([]int16, len(p.names))
	e := &election.Election{Seats: max(1, p.rules.Seats), Papers: p.ballots.Papers()}
	for to, name := range sorted {
		place[p.index[name]] = int16(to)
		e.Candidates = append(e.Candidates, election.Candidate{Name: name})
	}
	for _, paper := range e.Papers {
		for k := range paper.Marks {
			if c := paper.Marks[k].Candidate; c != election.Skipped {
				paper.Marks[k].Candidate = place[c]
			}
		}
	}
	if e.Seats > len(e.Candidates) {
		return nil, nil, input.Errorf("lower the number of seats", "%d seats for %d candidates", e.Seats, len(e.Candidates))
	}
	if err := e.Check(); err != nil {
		var bad *input.Error
		if errors.As(err, &bad) {
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("reading %s: %w", p.file, err)
	}
	return e, p.notes(), nil
}

// notes say what was read in a way that others might not.
func (p *reader) notes() (out []string) {
	say := func(n int64, what string, treatment map[string]string, by string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("Of %d papers in the record, %d %s: %s.", p.papers, n, what, treatment[by]))
		}
	}
	say(p.overvotes, "give one rank to several candidates", map[string]string{
		OvervotesByMethod: "named ones share the rank, as the method reads it; others end what is read of the paper",
		OvervotesEnd:      "nothing at or after that rank is read",
		OvervotesSkip:     "that rank is read as skipped",
	}, p.rules.Overvotes)
	say(p.skipped, "skip a rank before another", map[string]string{
		SkippedByMethod: "read as the method does",
		SkippedPass:     "the next rank takes its place",
		SkippedEnd:      "nothing after it is read",
		SkippedEndTwo:   "nothing after two in a row is read, and a single one is passed over",
	}, p.rules.Skipped)
	say(p.again, "rank somebody again", map[string]string{"": "only the first place counts"}, "")
	if len(p.ignored) > 0 {
		out = append(out, fmt.Sprintf("Columns of the record that are not ranks: %s.", strings.Join(p.ignored, ", ")))
	}
	return out
}
