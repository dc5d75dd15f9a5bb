package budget

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// countGreedy funds projects in descending order of their votes or points while
// they fit. A project that does not fit is skipped, or, if skip is false, ends
// the count. Projects under the file's min_project_score_threshold take no part.
//
// Ties: the rule names none. Equals that all fit are all funded, and equals of
// which none fits all are not; otherwise the lot decides which comes first.
//
// Source: sourceGreedy, sourceNoSkip.
func countGreedy(b *Budget, o Options, name string, skip bool) (*report.Report, error) {
	t := b.tally()
	g := &greedyCount{b: b, t: t, ties: newTieBreaker(name, b, o, t), left: b.Limit, status: make([]string, len(b.Projects))}
	var order []int
	for p := range b.Projects {
		switch {
		case b.Projects[p].Withdrawn:
			g.status[p] = "withdrawn"
		case b.Threshold != 0 && t.score[p] < b.Threshold:
			g.status[p] = "below the threshold"
		default:
			g.status[p] = "continuing"
			order = append(order, p)
		}
	}
	if err := g.run(order, skip); err != nil {
		return nil, err
	}
	r := b.report(name, g.funded)
	r.Stages, r.Lots = g.stages, g.ties.used
	if b.Threshold != 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("Projects with less than %s %s take no part.", b.score(b.Threshold), b.scoreUnit()))
	}
	b.noteSelected(r, g.funded)
	return r, nil
}

type greedyCount struct {
	b       *Budget
	t       tally
	ties    *tieBreaker
	left    int64
	funded  []int
	status  []string
	skipped []string // since the last project funded
	stages  []report.Stage
}

// run considers the projects of order, equals together.
func (g *greedyCount) run(order []int, skip bool) error {
	slices.SortStableFunc(order, func(p, q int) int { return cmp.Compare(g.t.score[q], g.t.score[p]) })
	for len(order) > 0 {
		n := 1
		for n < len(order) && g.t.score[order[n]] == g.t.score[order[0]] {
			n++
		}
		stopped, err := g.equals(slices.Clone(order[:n]), skip)
		if err != nil {
			return err
		}
		order = order[n:]
		if stopped {
			for _, p := range order {
				g.status[p] = "not reached"
			}
			break
		}
	}
	g.flush()
	return nil
}

// equals considers projects with the same score. It says whether the count ends.
func (g *greedyCount) equals(ps []int, skip bool) (stopped bool, err error) {
	for len(ps) > 0 {
		var sum int64
		fits := 0
		for _, p := range ps {
			sum += g.b.Projects[p].Cost
			if g.b.Projects[p].Cost <= g.left {
				fits++
			}
		}
		// The order of equals does not matter when all of them fit, nor does
		// that of those which can no longer fit in any order.
		at := 0
		if sum > g.left && len(ps) > 1 {
			if skip && fits < len(ps) {
				ps = g.drop(ps)
				continue
			}
			if !skip && fits == 0 {
				for _, q := range ps[1:] {
					g.status[q] = "not reached"
				}
				ps = ps[:1]
				continue
			}
			p, err := g.ties.choose(len(g.stages)+1, ps, "funding")
			if err != nil {
				return false, err
			}
			at = slices.Index(ps, p)
		}
		p := ps[at]
		ps = slices.Delete(ps, at, at+1)
		if g.b.Projects[p].Cost > g.left {
			g.skip(p)
			if !skip {
				for _, q := range ps {
					g.status[q] = "not reached"
				}
				return true, nil
			}
			continue
		}
		g.fund(p)
	}
	return false, nil
}

// drop skips those of ps that do not fit.
func (g *greedyCount) drop(ps []int) []int {
	return slices.DeleteFunc(ps, func(p int) bool {
		if g.b.Projects[p].Cost <= g.left {
			return false
		}
		g.skip(p)
		return true
	})
}

func (g *greedyCount) skip(p int) {
	g.status[p] = "does not fit"
	g.skipped = append(g.skipped, g.b.Projects[p].ID)
}

func (g *greedyCount) fund(p int) {
	g.flush()
	b := g.b
	g.left -= b.Projects[p].Cost
	g.funded = append(g.funded, p)
	g.status[p] = "elected"
	g.stage(p, fmt.Sprintf("%s is funded with %s %s; it costs %s.", b.label(p), b.score(g.t.score[p]), b.scoreUnit(), b.Money(b.Projects[p].Cost)))
}

// flush makes a stage of the projects skipped since the last one funded.
func (g *greedyCount) flush() {
	if len(g.skipped) == 0 {
		return
	}
	g.stage(-1, fmt.Sprintf("With %s left, these do not fit: %s.", g.b.Money(g.left), strings.Join(g.skipped, ", ")))
	g.skipped = nil
}

func (g *greedyCount) stage(funded int, event string) {
	s := report.Stage{Number: len(g.stages) + 1, Event: event}
	if funded >= 0 {
		s.Elected = []string{g.b.Projects[funded].ID}
	}
	for p := range g.b.Projects {
		s.Rows = append(s.Rows, report.Row{Name: g.b.Projects[p].ID, Total: g.b.score(g.t.score[p]), Status: g.status[p]})
	}
	s.Pool = []report.Row{{Name: "left in the budget", Total: g.b.Money(g.left)}}
	g.stages = append(g.stages, s)
}

// report begins the report of a budget.
func (b *Budget) report(method string, funded []int) *report.Report {
	r := &report.Report{Method: method, Input: input.Budget, Title: b.Title(), Seats: len(funded), Winners: b.ids(funded)}
	var spent int64
	for _, p := range funded {
		r.Listed = append(r.Listed, strings.Join(strings.Fields(fmt.Sprintf("%s %s (%s)", b.Projects[p].ID, b.Projects[p].Name, b.Money(b.Projects[p].Cost))), " "))
		spent += b.Projects[p].Cost
	}
	r.Notes = append(r.Notes, fmt.Sprintf("Budget %s; %d of %d projects funded, costing %s; %d votes.",
		b.Money(b.Limit), len(funded), len(b.Projects), b.Money(spent), len(b.Votes)))
	r.Notes = append(r.Notes, b.Remarks...)
	return r
}

// noteSelected says whether the count agrees with the result that the file
// itself gives, if it gives one.
func (b *Budget) noteSelected(r *report.Report, funded []int) {
	if !b.Published {
		return
	}
	var only, missing []string
	for p := range b.Projects {
		in := slices.Contains(funded, p)
		switch {
		case in && !b.Projects[p].Selected:
			only = append(only, b.Projects[p].ID)
		case !in && b.Projects[p].Selected:
			missing = append(missing, b.Projects[p].ID)
		}
	}
	if len(only)+len(missing) == 0 {
		r.Notes = append(r.Notes, "The file's own result (column selected) is the same.")
		return
	}
	note := "The file's own result (column selected) differs:"
	if len(missing) > 0 {
		note += " it also funds " + strings.Join(missing, ", ") + ";"
	}
	if len(only) > 0 {
		note += " it does not fund " + strings.Join(only, ", ") + ";"
	}
	r.Notes = append(r.Notes, strings.TrimSuffix(note, ";")+".")
}
