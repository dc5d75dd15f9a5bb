// Package budget counts votes for the projects of a participatory budget: greedy,
// and the method of equal shares with its completions, in exact fractions.
//
// Rule: docs/rules.md, "Counting".
// Source: Pabulib, pabulib.org/format, rules greedy and greedy-no-skip; Peters,
// Pierczyński and Skowron, Proportional Participatory Budgeting with Additive
// Utilities, NeurIPS 2021; equalshares.net.
package budget

import (
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Limits of a budget. They bound the memory and the work of one count; a file
// that passes one is refused, and named.
const (
	MaxProjects = 10_000
	MaxVotes    = 1_000_000
	MaxMarks    = 20_000_000 // projects named by all votes together

	// MaxAmount bounds the budget, a cost and the points of one mark, in
	// the file's smallest unit, so that sums stay inside 63 bits.
	MaxAmount = 100_000_000_000_000
	MaxPoints = 1_000_000_000
)

// A VoteType says what a vote of a budget file holds.
type VoteType string

// Vote types of the Pabulib format.
const (
	VoteApproval   VoteType = "approval"   // projects voted for
	VoteChooseOne  VoteType = "choose-1"   // one project
	VoteOrdinal    VoteType = "ordinal"    // projects, the best first
	VoteCumulative VoteType = "cumulative" // points shared out, none negative
	VoteScoring    VoteType = "scoring"    // points given to each, perhaps negative
)

// Scored says whether projects are ranked by points and not by votes.
func (t VoteType) Scored() bool { return t != VoteApproval && t != VoteChooseOne }

// A MetaField is one line of a budget file's META section.
type MetaField struct{ Key, Value string }

// A Project is one line of the PROJECTS section.
type Project struct {
	ID        string
	Name      string   // may be empty
	Cost      int64    // in the budget's unit
	Withdrawn bool     // cost 999999999 or 0: on the ballot, never funded
	Selected  bool     // the file says the organiser funded it
	Cells     []string // the whole line, in the order of ProjectColumns
}

// A Vote is one line of the VOTES section.
type Vote struct {
	Projects []int32  // indices of the projects named, in the vote's order, each once
	Points   []int64  // of each, in the budget's point unit; nil for approvals
	Cells    []string // the whole line, in the order of VoteColumns
}

// A Budget is a participatory budget: projects with their costs, the votes, and
// the money there is.
//
// Amounts are integers in units of 10^-Decimals of the currency, points in
// units of 10^-PointDecimals; both exponents are the smallest the file needs.
type Budget struct {
	File string // where it was read, for messages

	Meta           []MetaField
	ProjectColumns []string
	VoteColumns    []string
	Projects       []Project
	Votes          []Vote

	Type          VoteType
	Limit         int64 // the money there is
	Decimals      int
	PointDecimals int
	DefaultPoints int64 // scoring only: for a project that a vote does not name
	Threshold     int64 // least votes or points of a fundable project; 0 is none
	Published     bool  // a result: it has a column of the selected, best first
	Remarks       []string
}

// Title is the file's own description.
func (b *Budget) Title() string {
	v, _ := b.MetaValue("description")
	return v
}

func (b *Budget) MetaValue(key string) (string, bool) {
	for _, f := range b.Meta {
		if strings.EqualFold(f.Key, key) {
			return f.Value, true
		}
	}
	return "", false
}

// Money prints an amount of the budget's unit in its currency, exactly.
func (b *Budget) Money(n int64) string { return report.Decimal(n, b.Decimals) }

func (b *Budget) points(n int64) string { return report.Decimal(n, b.PointDecimals) }
