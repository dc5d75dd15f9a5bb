package count

import "fmt"

// Limits of a budget file. They bound the memory and the work of one count; a
// file that passes one is refused, and named.
const (
	MaxBudgetBytes    = 256 << 20 // of one file
	MaxBudgetProjects = 10_000
	MaxBudgetVotes    = 1_000_000
	MaxBudgetMarks    = 20_000_000 // projects named by all votes together
	MaxBudgetColumns  = 64         // of a section
	MaxBudgetMeta     = 256        // keys
	MaxBudgetField    = 64 << 10   // bytes of one field
	maxBudgetLine     = 1 << 20    // bytes of one line

	// MaxBudgetAmount bounds the budget, a cost and the points of one mark, in
	// the file's smallest unit, so that sums stay inside 63 bits.
	MaxBudgetAmount   = 100_000_000_000_000
	MaxBudgetPoints   = 1_000_000_000
	maxBudgetDecimals = 4
)

// unfundable is the cost that Pabulib gives a project which was on the ballot
// but was withdrawn later: no count may fund it.
const unfundable = "999999999"

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

// scored says whether projects are ranked by points and not by votes.
func (t VoteType) scored() bool { return t != VoteApproval && t != VoteChooseOne }

// A MetaField is one line of a budget file's META section.
type MetaField struct{ Key, Value string }

// A Project is one line of the PROJECTS section.
type Project struct {
	ID        string
	Name      string   // may be empty
	Cost      int64    // in the budget's unit
	Withdrawn bool     // cost 999999999: on the ballot, never funded
	Selected  bool     // the file says the organiser funded it
	Cells     []string // the whole line, in the order of ProjectColumns
}

// A BudgetVote is one line of the VOTES section.
type BudgetVote struct {
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
	Votes          []BudgetVote

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
	v, _ := b.meta("description")
	return v
}

func (b *Budget) meta(key string) (string, bool) {
	for _, f := range b.Meta {
		if f.Key == key {
			return f.Value, true
		}
	}
	return "", false
}

// amount prints n units of 10^-decimals.
func amount(n int64, decimals int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%0*d", decimals+1, n)
	if decimals == 0 {
		return sign + s
	}
	return sign + s[:len(s)-decimals] + "." + s[len(s)-decimals:]
}

// Money prints an amount of the budget's unit in its currency, exactly.
func (b *Budget) Money(n int64) string  { return amount(n, b.Decimals) }
func (b *Budget) points(n int64) string { return amount(n, b.PointDecimals) }

// A budgetDecimal is n × 10^-scale with no trailing zero behind the point.
type budgetDecimal struct {
	n     int64
	scale int
}

// parseDecimal reads 12, -3, 12.50 or 12,50. A comma is the decimal mark that
// some files use; one followed by three digits could part thousands, so it is
// refused rather than guessed.
func parseDecimal(s string) (budgetDecimal, error) {
	digits, sign := s, int64(1)
	if len(s) > 1 && s[0] == '-' {
		digits, sign = s[1:], -1
	}
	var d budgetDecimal
	seen, mark := 0, byte(0)
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		switch {
		case c >= '0' && c <= '9':
			if d.n >= 1<<59 {
				return budgetDecimal{}, formatf("a smaller amount", "%q", short(s))
			}
			d.n, seen = d.n*10+int64(c-'0'), seen+1
			if mark != 0 {
				d.scale++
			}
		case (c == '.' || c == ',') && mark == 0 && seen > 0:
			mark = c
		default:
			return budgetDecimal{}, formatf("a number such as 1200 or 1200.50", "%q", short(s))
		}
	}
	if seen == 0 || (mark != 0 && d.scale == 0) {
		return budgetDecimal{}, formatf("a number such as 1200 or 1200.50", "%q", short(s))
	}
	if mark == ',' && d.scale > 2 {
		return budgetDecimal{}, formatf("a number such as 1200 or 1200.50", "%q, which could mean thousands", short(s))
	}
	for d.scale > 0 && d.n%10 == 0 {
		d.n, d.scale = d.n/10, d.scale-1
	}
	if d.scale > maxBudgetDecimals {
		return budgetDecimal{}, formatf(fmt.Sprintf("at most %d decimals", maxBudgetDecimals), "%q", short(s))
	}
	d.n *= sign
	return d, nil
}

// at gives d in units of 10^-scale, which is at least d's own scale. It returns
// false if that passes limit.
func (d budgetDecimal) at(scale int, limit int64) (int64, bool) {
	n := d.n
	for i := d.scale; i < scale; i++ {
		if n > limit || n < -limit {
			return 0, false
		}
		n *= 10
	}
	return n, n <= limit && n >= -limit
}

// short shortens what a message quotes from a file.
func short(s string) string {
	const most = 40
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
