package pabulib

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// Read reads a budget in the Pabulib format, of which file is the name
// for messages.
//
// It is strict: sections in their order, every line as wide as its heading, the
// numbers of projects and votes as announced, no project twice, no vote for a
// project that is not there. Amounts may have a decimal point or comma. Columns
// it does not know are kept, so that Write gives back what was read.
// Spaces around a field are not part of it. Names of sections, keys and columns may
// be in capitals or not, a section's name may have empty fields behind it, and the
// heading key;value of META may be missing: published files are so.
//
// A project of cost 0 was withdrawn after it was printed on the ballot, as one of
// cost 999999999; Remarks says so.
//
// A vote that names a project more than once counts once for it (its points are
// added up), and Remarks says so; a ranking may not. Limits that the organiser
// set on votes' sums are not applied, since published results count such votes;
// Remarks says how many break them. Every error is a *input.ParseError.
//
// Source: the .pb file format, pabulib.org/format.
func Read(file string, r io.Reader) (*budget.Budget, error) {
	p := &reader{in: input.NewTable(r, ';'), b: &budget.Budget{File: file}}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p.b, nil
}

// reader is the state of one reading.
type reader struct {
	in   *input.Table
	b    *budget.Budget
	line int // of the row in hand

	ids                map[string]int32
	costs              []decimal
	minLength          int
	maxLength          int
	idColumn           int
	costColumn         int
	voteColumn         int
	pointsColumn       int // -1 when the section has none
	marks              int
	repeats            int
	withdrawn          int
	mark               []int32 // the last vote, from 1, that named each project
	place              []int32 // and where in that vote
	minSum, maxSum     *decimal
	belowSum, aboveSum int
	aboveCost          int
	maxCost            *decimal
}

func (p *reader) fail(expected, found string, args ...any) error {
	return input.At(p.b.File, p.line, "", input.Expected(expected, found, args...))
}

// wrong puts a fault of a value in its place; what says whose value it is.
func (p *reader) wrong(err error, what string, args ...any) error {
	return input.At(p.b.File, p.line, fmt.Sprintf(what, args...), err)
}

func (p *reader) read() error {
	for _, section := range []func() error{p.meta, p.projects, p.votes} {
		if err := section(); err != nil {
			return err
		}
	}
	p.remarks()
	return nil
}

// next returns the next row, or nil at the end.
func (p *reader) next() ([]string, error) {
	row, err := p.in.Next()
	p.line = p.in.Line
	if err != nil {
		return nil, p.wrong(err, "")
	}
	return row, nil
}

// isSection says whether row is a section's title.
func isSection(row []string, title string) bool {
	for i := 1; i < len(row); i++ {
		if row[i] != "" {
			return false
		}
	}
	return len(row) > 0 && strings.EqualFold(row[0], title)
}

// column is where a column is in a heading, -1 if nowhere.
func column(head []string, name string) int {
	return slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(h, name) })
}

// expect reads one section's title and its heading.
func (p *reader) heading(title string, needed ...string) ([]string, error) {
	head, err := p.next()
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, p.fail("the columns of "+title, "%s", input.Found(nil, ";"))
	}
	for i, name := range head {
		if name == "" {
			return nil, p.fail("a name for each column of "+title, "none for column %d", i+1)
		}
		if column(head[:i], name) >= 0 {
			return nil, p.fail("each column of "+title+" once", "%q twice", input.Short(name))
		}
	}
	for _, name := range needed {
		if column(head, name) < 0 {
			return nil, p.fail("a column "+name+" in "+title, "%s", input.Found(head, ";"))
		}
	}
	return head, nil
}

func (p *reader) meta() error {
	row, err := p.next()
	if err != nil {
		return err
	}
	if !isSection(row, "META") {
		return p.fail("the line META", "%s", input.Found(row, ";"))
	}
	for first := true; ; first = false {
		row, err := p.next()
		if err != nil {
			return err
		}
		if first && len(row) > 0 && strings.EqualFold(row[0], "key") {
			if len(row) != 2 || !strings.EqualFold(row[1], "value") {
				return p.fail("the columns key;value", "%s", input.Found(row, ";"))
			}
			continue
		}
		if isSection(row, "PROJECTS") {
			return p.settings()
		}
		if len(row) != 2 || row[0] == "" {
			return p.fail("key;value or the line PROJECTS", "%s", input.Found(row, ";"))
		}
		if _, twice := p.b.MetaValue(row[0]); twice {
			return p.fail("each key of META once", "%q twice", input.Short(row[0]))
		}
		if len(p.b.Meta) == MaxMeta {
			return p.fail("fewer keys in META", "more than %d", MaxMeta)
		}
		p.b.Meta = append(p.b.Meta, budget.MetaField{Key: row[0], Value: row[1]})
		if err := p.setting(strings.ToLower(row[0]), row[1]); err != nil {
			return err
		}
	}
}

// setting takes up one key of META that bears on the count.
func (p *reader) setting(key, value string) error {
	b := p.b
	switch key {
	case "vote_type":
		b.Type = budget.VoteType(value)
		known := []budget.VoteType{budget.VoteApproval, budget.VoteChooseOne, budget.VoteOrdinal, budget.VoteCumulative, budget.VoteScoring}
		if !slices.Contains(known, b.Type) {
			return p.fail(fmt.Sprintf("a vote_type of %v", known), "%q", input.Short(value))
		}
	case "budget":
		d, err := parseDecimal(value)
		if err != nil {
			return p.wrong(err, " as the budget")
		}
		n, ok := d.at(d.scale, budget.MaxAmount)
		if !ok || n <= 0 {
			return p.fail(fmt.Sprintf("a budget above 0 and at most %d in its smallest unit", int64(budget.MaxAmount)), "%q", input.Short(value))
		}
		b.Limit, b.Decimals = n, d.scale
	case "min_length":
		return p.count(key, value, &p.minLength)
	case "max_length":
		return p.count(key, value, &p.maxLength)
	case "num_projects", "num_votes":
		var n int
		return p.count(key, value, &n)
	case "default_score":
		return p.pointSetting(key, value, &b.DefaultPoints)
	case "min_project_score_threshold":
		return p.pointSetting(key, value, &b.Threshold)
	case "min_sum_points":
		return p.optional(key, value, &p.minSum)
	case "max_sum_points":
		return p.optional(key, value, &p.maxSum)
	case "max_sum_cost":
		return p.optional(key, value, &p.maxCost)
	}
	return nil
}

// count reads a whole number that is not negative.
func (p *reader) count(key, value string, to *int) error {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return p.fail("a whole number as "+key, "%q", input.Short(value))
	}
	*to = int(n)
	return nil
}

// optional reads a bound that may be left empty.
func (p *reader) optional(key, value string, to **decimal) error {
	if value == "" {
		return nil
	}
	d, err := parseDecimal(value)
	if err != nil {
		return p.wrong(err, " as %s", key)
	}
	*to = &d
	return nil
}

// pointSetting reads points, which may be left empty.
func (p *reader) pointSetting(key, value string, to *int64) error {
	if value == "" {
		return nil
	}
	d, err := parseDecimal(value)
	if err != nil {
		return p.wrong(err, " as %s", key)
	}
	n, err := p.toPoints(d)
	if err != nil {
		return p.wrong(err, " as %s", key)
	}
	*to = n
	return nil
}

// settings checks that META said what a count needs.
func (p *reader) settings() error {
	for _, key := range []string{"num_projects", "num_votes", "budget", "vote_type"} {
		if _, ok := p.b.MetaValue(key); !ok {
			return p.fail("a key "+key+" in META", "the end of META")
		}
	}
	if p.b.DefaultPoints != 0 && p.b.Type != budget.VoteScoring {
		return p.fail("vote_type scoring with a default_score", "vote_type %s", p.b.Type)
	}
	return nil
}

// toPoints turns d into the budget's point unit, making that unit smaller, and
// all points read so far larger, if d needs it.
func (p *reader) toPoints(d decimal) (int64, error) {
	b := p.b
	for b.PointDecimals < d.scale {
		ok := grow(&b.DefaultPoints, budget.MaxPoints) && grow(&b.Threshold, budget.MaxAmount)
		for i := range b.Votes {
			for j := range b.Votes[i].Points {
				ok = ok && grow(&b.Votes[i].Points[j], budget.MaxPoints)
			}
		}
		if !ok {
			return 0, input.Expected("smaller points, or fewer decimals", "more than %d in the smallest unit", budget.MaxPoints)
		}
		b.PointDecimals++
	}
	n, ok := d.at(b.PointDecimals, budget.MaxPoints)
	if !ok {
		return 0, input.Expected("smaller points, or fewer decimals", "more than %d in the smallest unit", budget.MaxPoints)
	}
	return n, nil
}

func grow(n *int64, limit int64) bool {
	if *n > limit/10 || *n < -limit/10 {
		return false
	}
	*n *= 10
	return true
}
