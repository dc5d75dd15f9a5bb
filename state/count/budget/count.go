package budget

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

const (
	sourceGreedy      = "Pabulib, rules greedy and greedy-threshold, pabulib.org/format"
	sourceNoSkip      = "Pabulib, rule greedy-no-skip, pabulib.org/format"
	sourceEqualShares = "Peters, Pierczyński and Skowron, Proportional Participatory Budgeting with " +
		"Additive Utilities, NeurIPS 2021; equalshares.net, explanation, completion, tie-breaking"
)

// A method is its description with the function that counts by it.
type method struct {
	report.Method
	budget func(*Budget, Options) (*report.Report, error)
}

// methods are the methods that count a Budget, the usual one first.
var methods = []method{
	{Method: report.Method{
		Name: "greedy", Input: input.Budget, Summary: "Most votes (or points) first; what no longer fits is skipped.",
		Source: sourceGreedy, When: "The usual citizens' budget; simple to check, but a majority can take it all.",
	}, budget: func(b *Budget, o Options) (*report.Report, error) { return countGreedy(b, o, "greedy", true) }},
	{Method: report.Method{
		Name: "greedy-no-skip", Input: input.Budget, Summary: "Most votes (or points) first; stops at the first that does not fit.",
		Source: sourceNoSkip, When: "Budgets whose rules keep the rest for next year.",
	}, budget: func(b *Budget, o Options) (*report.Report, error) { return countGreedy(b, o, "greedy-no-skip", false) }},
	equalSharesMethod("equal-shares", false, completeAdd1, []string{"equal-shares-add1", "equalshares-add1", "mes", "method-of-equal-shares"},
		"Each voter's equal share pays for what they voted for; shares grow by 1 while the budget holds.",
		"Budgets that should serve every group in proportion to its size."),
	equalSharesMethod("equal-shares-none", false, completeNone, nil,
		"Each voter's equal share of the budget, and no more; some of the money stays unspent.",
		"When what is left goes to next year's budget."),
	equalSharesMethod("equal-shares-add1-greedy", false, completeAdd1Greedy, nil,
		"As equal-shares, and then what still fits by most votes.",
		"When the budget has to be spent."),
	equalSharesMethod("equal-shares-utilitarian", false, completeUtilitarian, []string{"equal-shares-greedy"},
		"Each voter's equal share of the budget, no more, and then what still fits by most votes.",
		"When the budget has to be spent and the shares are to stay equal parts of it; large groups gain most from the rest."),
	equalSharesMethod("equal-shares-exhaustive", false, completeExhaustive, []string{"equal-shares-add1e"},
		"As equal-shares, but shares stop growing as soon as nothing more fits in the budget.",
		"Where the rules say so, as those of some published programs do; it may spend less than equal-shares."),
	equalSharesMethod("equal-shares-cardinality", true, completeAdd1, []string{"equal-shares-cardinality-add1"},
		"As equal-shares, but prefers many cheap projects: each counts alike, whatever it costs.",
		"When members are as glad of a small project as of a dear one."),
	equalSharesMethod("equal-shares-cardinality-none", true, completeNone, nil,
		"As equal-shares-cardinality, without raising the shares.", "As equal-shares-none."),
	equalSharesMethod("equal-shares-cardinality-add1-greedy", true, completeAdd1Greedy, nil,
		"As equal-shares-cardinality, and then what still fits by most votes.", "As equal-shares-add1-greedy."),
	equalSharesMethod("equal-shares-cardinality-utilitarian", true, completeUtilitarian, nil,
		"As equal-shares-cardinality-none, and then what still fits by most votes.", "As equal-shares-utilitarian."),
	equalSharesMethod("equal-shares-cardinality-exhaustive", true, completeExhaustive, nil,
		"As equal-shares-cardinality, but shares stop growing as soon as nothing more fits in the budget.", "As equal-shares-exhaustive."),
}

// Methods lists the methods, the usual one first. The list is the caller's
// own.
func Methods() []report.Method {
	out := make([]report.Method, len(methods))
	for i, m := range methods {
		out[i] = m.Method
	}
	return out
}

func equalSharesMethod(name string, cardinality bool, c completion, aliases []string, summary, when string) method {
	return method{Method: report.Method{
		Name: name, Input: input.Budget, Aliases: aliases, Summary: summary, Source: sourceEqualShares, When: when,
	},
		budget: func(b *Budget, o Options) (*report.Report, error) {
			return countEqualShares(b, o, name, cardinality, c)
		},
	}
}

// Options are what a count needs besides the budget.
type Options struct {
	// Lot is the order in which project ids were drawn, the first to be
	// preferred. It is used only for ties that the method's rule leaves open.
	Lot []string

	// Step is how much Add1 raises each voter's share at a time, in whole units
	// of the currency; 0 means 1, which is the published rule.
	Step int64
}

// Count counts b by the method of that name or alias.
//
// The report's winners are project ids in the order they were funded. It
// returns a *report.TieError for a tie that neither the method's rule nor the lot
// nor the published order settles, and an *input.Error for an unknown method, a
// lot that names no project, or votes that the method cannot take.
//
// A published result (a file with a column "selected" that lists projects best
// first) records in that order how its organiser drew a tie; the count follows
// it when no lot is given, and Lots says where.
func Count(name string, b *Budget, o Options) (*report.Report, error) {
	i := slices.IndexFunc(methods, func(m method) bool { return m.Called(name) })
	if i < 0 {
		return nil, input.NoMethod(name, input.Budget)
	}
	if _, err := b.readLot(o.Lot); err != nil {
		return nil, err
	}
	return methods[i].budget(b, o)
}

// A tally is what the votes give each project.
type tally struct {
	votes []int64 // voters who name it (scoring: with more than 0 points)
	score []int64 // votes, or points in the point unit
}

func (b *Budget) tally() tally {
	t := tally{make([]int64, len(b.Projects)), make([]int64, len(b.Projects))}
	for i := range b.Votes {
		v := &b.Votes[i]
		for j, p := range v.Projects {
			points := int64(1)
			if v.Points != nil {
				points = v.Points[j] - b.DefaultPoints
			}
			t.score[p] += points
			if v.Points == nil || v.Points[j] > 0 {
				t.votes[p]++
			}
		}
	}
	for p := range t.score {
		t.score[p] += b.DefaultPoints * int64(len(b.Votes))
	}
	return t
}

// score prints a project's votes or points.
func (b *Budget) score(n int64) string {
	if b.Type.Scored() {
		return b.points(n)
	}
	return report.Decimal(n, 0)
}

// scoreUnit names what score prints.
func (b *Budget) scoreUnit() string {
	if b.Type.Scored() {
		return "points"
	}
	return "votes"
}

// label is a project for a sentence: its id and, if it has one, its name.
func (b *Budget) label(p int) string {
	if b.Projects[p].Name == "" {
		return b.Projects[p].ID
	}
	return fmt.Sprintf("%s (%s)", b.Projects[p].ID, input.Short(b.Projects[p].Name))
}

// ids names projects.
func (b *Budget) ids(ps []int) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = b.Projects[p].ID
	}
	return out
}

// A tieBreaker settles what the method's own rule leaves open.
type tieBreaker struct {
	b      *Budget
	method string
	lot    []int // place of each project in the lot, from 1; 0 if it was not drawn
	used   []report.LotUse
	open   bool // the listed order of the file counts as the organiser's lot
}

// newTieBreaker takes the listed order as the organiser's lot if the file is a
// result and lists its projects best first by score.
func newTieBreaker(method string, b *Budget, o Options, t tally) *tieBreaker {
	tb := &tieBreaker{b: b, method: method, open: b.Published}
	tb.lot, _ = b.readLot(o.Lot) // Count has checked it
	for p := 1; p < len(b.Projects); p++ {
		if t.score[p] > t.score[p-1] {
			tb.open = false
		}
	}
	return tb
}

func (b *Budget) readLot(drawn []string) ([]int, error) {
	ids := make([]string, len(b.Projects))
	for p := range b.Projects {
		ids[p] = b.Projects[p].ID
	}
	return input.ReadLot(ids, drawn, "project of this budget")
}

// choose picks one of the tied projects, given in ascending order, and records
// the use of the lot.
func (tb *tieBreaker) choose(stage int, tied []int, what string) (int, error) {
	best := -1
	var undrawn []int
	for _, p := range tied {
		switch {
		case tb.lot[p] == 0:
			undrawn = append(undrawn, p)
		case best < 0 || tb.lot[p] < tb.lot[best]:
			best = p
		}
	}
	switch {
	case best < 0 && tb.open:
		best, what = tied[0], what+", in the order the result was published"
	case best < 0:
		return 0, &report.TieError{Method: tb.method, Stage: stage, Candidates: tb.b.ids(tied), For: what}
	case len(undrawn) > 0:
		return 0, &report.TieError{Method: tb.method, Stage: stage, Candidates: tb.b.ids(tied), For: what, Undrawn: tb.b.ids(undrawn)}
	}
	tb.used = append(tb.used, report.LotUse{Stage: stage, Tied: tb.b.ids(tied), Chosen: tb.b.Projects[best].ID, For: what})
	return best, nil
}
