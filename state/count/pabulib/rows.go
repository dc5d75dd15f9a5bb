package pabulib

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

func (p *reader) projects() error {
	b := p.b
	head, err := p.heading("PROJECTS", "project_id", "cost")
	if err != nil {
		return err
	}
	b.ProjectColumns = head
	p.idColumn, p.costColumn = column(head, "project_id"), column(head, "cost")
	name, selected := column(head, "name"), column(head, "selected")
	p.ids = make(map[string]int32)
	for {
		row, err := p.next()
		if err != nil {
			return err
		}
		if isSection(row, "VOTES") {
			break
		}
		if err := p.project(row, name, selected); err != nil {
			return err
		}
	}
	if len(b.Projects) == 0 {
		return p.fail("at least one project", "none")
	}
	if err := p.announced("num_projects", len(b.Projects)); err != nil {
		return err
	}
	b.Published = selected >= 0
	p.mark, p.place = make([]int32, len(b.Projects)), make([]int32, len(b.Projects))
	return p.scaleCosts()
}

// project takes up one line of PROJECTS.
func (p *reader) project(row []string, name, selected int) error {
	b := p.b
	if len(row) != len(b.ProjectColumns) {
		return p.fail(fmt.Sprintf("%d columns (%s) or the line VOTES", len(b.ProjectColumns), input.Short(strings.Join(b.ProjectColumns, ";"))),
			"%s", input.Found(row, ";"))
	}
	if len(b.Projects) == budget.MaxProjects {
		return p.fail("fewer projects", "more than %d", budget.MaxProjects)
	}
	pr := budget.Project{ID: row[p.idColumn], Cells: row}
	if pr.ID == "" || strings.ContainsRune(pr.ID, ',') {
		return p.fail("a project_id without a comma", "%q", input.Short(pr.ID))
	}
	if _, twice := p.ids[pr.ID]; twice {
		return p.fail("a project_id of its own for each project", "%q twice", input.Short(pr.ID))
	}
	if name >= 0 {
		pr.Name = row[name]
	}
	pr.Selected = selected >= 0 && row[selected] == "1"
	cost, err := parseDecimal(row[p.costColumn])
	if err != nil {
		return p.wrong(err, " as the cost of project %q", input.Short(pr.ID))
	}
	if cost.n < 0 {
		return p.fail(fmt.Sprintf("a cost of project %q above 0 (or 0 if it was withdrawn)", input.Short(pr.ID)), "%q", input.Short(row[p.costColumn]))
	}
	limit := decimal{b.Limit, b.Decimals}
	if pr.Withdrawn = row[p.costColumn] == unfundable || cost.n == 0; pr.Withdrawn {
		p.withdrawn++
		cost = decimal{}
	} else if cost.over(limit) {
		return p.fail(fmt.Sprintf("a cost of project %q within the whole budget of %s (or %s if it was withdrawn)",
			input.Short(pr.ID), b.Money(b.Limit), unfundable), "%q", input.Short(row[p.costColumn]))
	}
	p.ids[pr.ID] = int32(len(b.Projects))
	b.Projects = append(b.Projects, pr)
	p.costs = append(p.costs, cost)
	return nil
}

// scaleCosts brings the budget and all costs to one unit. Costs are at most the
// budget, so only the budget has to be checked.
func (p *reader) scaleCosts() error {
	b := p.b
	scale := b.Decimals
	for _, c := range p.costs {
		scale = max(scale, c.scale)
	}
	limit, ok := decimal{b.Limit, b.Decimals}.at(scale, budget.MaxAmount)
	if !ok {
		return p.fail("a smaller budget, or costs with fewer decimals", "more than %d in the smallest unit", int64(budget.MaxAmount))
	}
	b.Limit, b.Decimals = limit, scale
	for i, c := range p.costs {
		b.Projects[i].Cost, _ = c.at(scale, budget.MaxAmount)
	}
	return nil
}

// announced checks a number that META gave in advance: it finds files that
// were cut short.
func (p *reader) announced(key string, n int) error {
	v, _ := p.b.MetaValue(key)
	if v != strconv.Itoa(n) {
		return p.fail(fmt.Sprintf("%s of them, as META says with %s", input.Short(v), key), "%d; the file is cut short or META is wrong", n)
	}
	return nil
}

func (p *reader) votes() error {
	b := p.b
	head, err := p.heading("VOTES", "voter_id", "vote")
	if err != nil {
		return err
	}
	b.VoteColumns = head
	p.voteColumn, p.pointsColumn = column(head, "vote"), column(head, "points")
	switch {
	case !b.Type.Scored():
		p.pointsColumn = -1
	case p.pointsColumn < 0 && b.Type != budget.VoteOrdinal:
		return p.fail(fmt.Sprintf("a column points in VOTES for vote_type %s", b.Type), "%s", input.Found(head, ";"))
	}
	voter := column(head, "voter_id")
	voters := make(map[string]struct{})
	for {
		row, err := p.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		if len(row) != len(head) {
			return p.fail(fmt.Sprintf("%d columns (%s)", len(head), input.Short(strings.Join(head, ";"))), "%s", input.Found(row, ";"))
		}
		if len(b.Votes) == budget.MaxVotes {
			return p.fail("fewer votes", "more than %d", budget.MaxVotes)
		}
		id := row[voter]
		if _, twice := voters[id]; twice || id == "" {
			return p.fail("a voter_id that no other vote has", "%q", input.Short(id))
		}
		voters[id] = struct{}{}
		if err := p.vote(row); err != nil {
			return err
		}
	}
	if len(b.Votes) == 0 {
		return p.fail("at least one vote", "none")
	}
	return p.announced("num_votes", len(b.Votes))
}

// vote takes up one line of VOTES.
func (p *reader) vote(row []string) error {
	b := p.b
	v := budget.Vote{Cells: row}
	points, err := p.voteCells(row, &v)
	if err != nil {
		return err
	}
	this := int32(len(b.Votes) + 1)
	var cost int64
	repeated := false
	for i, cell := range list(row[p.voteColumn]) {
		at, ok := p.ids[cell]
		if !ok {
			return p.fail("votes for projects of PROJECTS", "%q", input.Short(cell))
		}
		if p.mark[at] == this {
			if b.Type == budget.VoteOrdinal {
				return p.fail("each project once in a ranking", "%q twice", input.Short(cell))
			}
			repeated = true
			if points != nil {
				v.Points[p.place[at]] += points[i]
			}
			continue
		}
		p.mark[at], p.place[at] = this, int32(len(v.Projects))
		v.Projects = append(v.Projects, at)
		if points != nil {
			v.Points = append(v.Points, points[i])
		}
		cost += b.Projects[at].Cost
	}
	if repeated {
		p.repeats++
	}
	if p.maxCost != nil && (decimal{cost, b.Decimals}).over(*p.maxCost) {
		p.aboveCost++
	}
	b.Votes = append(b.Votes, v)
	return nil
}

// voteCells checks a vote's length and reads its points, nil for approvals.
func (p *reader) voteCells(row []string, v *budget.Vote) ([]int64, error) {
	b := p.b
	n := len(list(row[p.voteColumn]))
	if p.marks += n; p.marks > budget.MaxMarks {
		return nil, p.fail("fewer marks on all votes together", "more than %d", budget.MaxMarks)
	}
	most := p.maxLength
	if b.Type == budget.VoteChooseOne {
		most = 1
	}
	if n < p.minLength || (most > 0 && n > most) {
		return nil, p.fail(fmt.Sprintf("a vote for at least %d and at most %s projects, as META says", p.minLength, atMost(most)), "%d", n)
	}
	if !b.Type.Scored() {
		return nil, nil
	}
	if p.pointsColumn < 0 { // ordinal: the last of n gets one point, the first n
		points := make([]int64, n)
		for i := range points {
			var err error
			if points[i], err = p.toPoints(decimal{n: int64(n - i)}); err != nil {
				return nil, p.wrong(err, "")
			}
		}
		return points, nil
	}
	cells := list(row[p.pointsColumn])
	if len(cells) != n {
		return nil, p.fail(fmt.Sprintf("points for each of %d projects", n), "%d", len(cells))
	}
	points := make([]int64, n)
	var sum int64
	for i, cell := range cells {
		d, err := parseDecimal(cell)
		if err == nil && d.n < 0 && b.Type != budget.VoteScoring {
			err = input.Expected("points of 0 or more (only vote_type scoring has less)", "%q", input.Short(cell))
		}
		if err == nil {
			scale := b.PointDecimals
			points[i], err = p.toPoints(d)
			for j := range i { // the unit became smaller
				points[j] *= report.Pow10(b.PointDecimals - scale)
			}
			sum *= report.Pow10(b.PointDecimals - scale)
		}
		if err != nil {
			return nil, p.wrong(err, " as points")
		}
		sum += points[i]
	}
	p.sums(decimal{sum, b.PointDecimals})
	return points, nil
}

// sums notes whether a vote's points keep to the bounds that META gives.
func (p *reader) sums(sum decimal) {
	if p.maxSum != nil && sum.over(*p.maxSum) {
		p.aboveSum++
	}
	if p.minSum != nil && p.minSum.over(sum) {
		p.belowSum++
	}
}

func (p *reader) remarks() {
	if p.withdrawn > 0 {
		p.b.Remarks = append(p.b.Remarks, fmt.Sprintf("Projects withdrawn after they were printed on the ballot (cost 0 or %s): %d; they are never funded.", unfundable, p.withdrawn))
	}
	add := func(n int, what string) {
		if n > 0 {
			p.b.Remarks = append(p.b.Remarks, fmt.Sprintf("Votes that %s: %d; they were counted.", what, n))
		}
	}
	add(p.repeats, "name a project more than once (counted once, points added up)")
	add(p.aboveCost, "name projects dearer together than max_sum_cost")
	add(p.aboveSum, "give more points than max_sum_points")
	add(p.belowSum, "give fewer points than min_sum_points")
}

// list splits a list field; an empty field is an empty list.
func list(cell string) []string {
	if cell == "" {
		return nil
	}
	list := strings.Split(cell, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

func atMost(n int) string {
	if n == 0 {
		return "any number"
	}
	return strconv.Itoa(n)
}
