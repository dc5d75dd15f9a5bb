package count

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ReadPabulib reads a budget in the Pabulib format, of which file is the name
// for messages.
//
// It is strict: sections in their order, every line as wide as its heading, the
// numbers of projects and votes as announced, no project twice, no vote for a
// project that is not there. Amounts may have a decimal point or comma. Columns
// it does not know are kept, so that WritePabulib gives back what was read.
// Spaces around a field are not part of it.
//
// A vote that names a project more than once counts once for it (its points are
// added up), and Remarks says so; a ranking may not. Limits that the organiser
// set on votes' sums are not applied, since published results count such votes;
// Remarks says how many break them. Every error is a *ParseError.
//
// Source: the .pb file format, pabulib.org/format.
func ReadPabulib(file string, r io.Reader) (*Budget, error) {
	p := &pabulibReader{in: newSemicolons(r, ';'), b: &Budget{File: file}}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p.b, nil
}

// pabulibReader is the state of one reading.
type pabulibReader struct {
	in   *semicolons
	b    *Budget
	line int // of the row in hand

	ids                map[string]int32
	costs              []budgetDecimal
	minLength          int
	maxLength          int
	idColumn           int
	costColumn         int
	voteColumn         int
	pointsColumn       int // -1 when the section has none
	marks              int
	repeats            int
	mark               []int32 // the last vote, from 1, that named each project
	place              []int32 // and where in that vote
	minSum, maxSum     *budgetDecimal
	belowSum, aboveSum int
	aboveCost          int
	maxCost            *budgetDecimal
}

func (p *pabulibReader) fail(expected, found string, args ...any) error {
	return parseError(p.b.File, p.line, "", formatf(expected, found, args...))
}

// wrong puts a fault of a value in its place; what says whose value it is.
func (p *pabulibReader) wrong(err error, what string, args ...any) error {
	return parseError(p.b.File, p.line, fmt.Sprintf(what, args...), err)
}

func (p *pabulibReader) read() error {
	for _, section := range []func() error{p.meta, p.projects, p.votes} {
		if err := section(); err != nil {
			return err
		}
	}
	p.remarks()
	return nil
}

// next returns the next row, or nil at the end.
func (p *pabulibReader) next() ([]string, error) {
	row, err := p.in.next()
	p.line = p.in.line
	if err != nil {
		return nil, p.wrong(err, "")
	}
	return row, nil
}

// isSection says whether row is a section's title.
func isSection(row []string, title string) bool { return len(row) == 1 && row[0] == title }

// expect reads one section's title and its heading.
func (p *pabulibReader) heading(title string, needed ...string) ([]string, error) {
	head, err := p.next()
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, p.fail("the columns of "+title, "%s", found(nil, ";"))
	}
	for i, name := range head {
		if name == "" {
			return nil, p.fail("a name for each column of "+title, "none for column %d", i+1)
		}
		if slices.Contains(head[:i], name) {
			return nil, p.fail("each column of "+title+" once", "%q twice", short(name))
		}
	}
	for _, name := range needed {
		if !slices.Contains(head, name) {
			return nil, p.fail("a column "+name+" in "+title, "%s", found(head, ";"))
		}
	}
	return head, nil
}

func (p *pabulibReader) meta() error {
	row, err := p.next()
	if err != nil {
		return err
	}
	if !isSection(row, "META") {
		return p.fail("the line META", "%s", found(row, ";"))
	}
	head, err := p.heading("META", "key", "value")
	if err != nil {
		return err
	}
	if !slices.Equal(head, []string{"key", "value"}) {
		return p.fail("the columns key;value", "%s", found(head, ";"))
	}
	for {
		row, err := p.next()
		if err != nil {
			return err
		}
		if isSection(row, "PROJECTS") {
			return p.settings()
		}
		if len(row) != 2 || row[0] == "" {
			return p.fail("key;value or the line PROJECTS", "%s", found(row, ";"))
		}
		if _, twice := p.b.meta(row[0]); twice {
			return p.fail("each key of META once", "%q twice", short(row[0]))
		}
		if len(p.b.Meta) == MaxBudgetMeta {
			return p.fail("fewer keys in META", "more than %d", MaxBudgetMeta)
		}
		p.b.Meta = append(p.b.Meta, MetaField{row[0], row[1]})
		if err := p.setting(row[0], row[1]); err != nil {
			return err
		}
	}
}

// found describes a row for a message.
func found(row []string, comma string) string {
	if row == nil {
		return "the end of the file; it is cut short"
	}
	return strconv.Quote(short(strings.Join(row, comma)))
}

// setting takes up one key of META that bears on the count.
func (p *pabulibReader) setting(key, value string) error {
	b := p.b
	switch key {
	case "vote_type":
		b.Type = VoteType(value)
		known := []VoteType{VoteApproval, VoteChooseOne, VoteOrdinal, VoteCumulative, VoteScoring}
		if !slices.Contains(known, b.Type) {
			return p.fail(fmt.Sprintf("a vote_type of %v", known), "%q", short(value))
		}
	case "budget":
		d, err := parseDecimal(value)
		if err != nil {
			return p.wrong(err, " as the budget")
		}
		n, ok := d.at(d.scale, MaxBudgetAmount)
		if !ok || n <= 0 {
			return p.fail(fmt.Sprintf("a budget above 0 and at most %d in its smallest unit", int64(MaxBudgetAmount)), "%q", short(value))
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
func (p *pabulibReader) count(key, value string, to *int) error {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return p.fail("a whole number as "+key, "%q", short(value))
	}
	*to = int(n)
	return nil
}

// optional reads a bound that may be left empty.
func (p *pabulibReader) optional(key, value string, to **budgetDecimal) error {
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
func (p *pabulibReader) pointSetting(key, value string, to *int64) error {
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
func (p *pabulibReader) settings() error {
	for _, key := range []string{"num_projects", "num_votes", "budget", "vote_type"} {
		if _, ok := p.b.meta(key); !ok {
			return p.fail("a key "+key+" in META", "the end of META")
		}
	}
	if p.b.DefaultPoints != 0 && p.b.Type != VoteScoring {
		return p.fail("vote_type scoring with a default_score", "vote_type %s", p.b.Type)
	}
	return nil
}

// toPoints turns d into the budget's point unit, making that unit smaller, and
// all points read so far larger, if d needs it.
func (p *pabulibReader) toPoints(d budgetDecimal) (int64, error) {
	b := p.b
	for b.PointDecimals < d.scale {
		ok := grow(&b.DefaultPoints, MaxBudgetPoints) && grow(&b.Threshold, MaxBudgetAmount)
		for i := range b.Votes {
			for j := range b.Votes[i].Points {
				ok = ok && grow(&b.Votes[i].Points[j], MaxBudgetPoints)
			}
		}
		if !ok {
			return 0, formatf("smaller points, or fewer decimals", "more than %d in the smallest unit", MaxBudgetPoints)
		}
		b.PointDecimals++
	}
	n, ok := d.at(b.PointDecimals, MaxBudgetPoints)
	if !ok {
		return 0, formatf("smaller points, or fewer decimals", "more than %d in the smallest unit", MaxBudgetPoints)
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
