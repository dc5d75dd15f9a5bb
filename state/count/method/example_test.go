package method_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/apportion"
	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/method"
	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

var update = flag.Bool("update", false, "rewrite the golden reports")

// An example is one worked example of the guide for returning officers.
type example struct {
	file, method string
	opt          election.Options
	name         string // of the golden report, if not the method's
	row          string // what the guide's table shows instead of a report
	golden       bool   // there is a golden report besides the row
}

var examples = []example{
	{file: "place.blt", method: "plurality", row: "`place.blt` | 1 | Mill", golden: true},
	{file: "dates.blt", method: "approval"},
	{file: "dates.blt", method: "phragmen", row: "`dates.blt` | 2 | 10 May, 3 May", golden: true},
	{file: "delegates.blt", method: "phragmen", name: "delegates"},
	{file: "ideas.blt", method: "score", opt: election.Options{Points: 9}},
	{file: "ideas.blt", method: "star", opt: election.Options{Points: 9}},
	{file: "committee.blt", method: "cumulative"},
	{file: "ideas.blt", method: "dots", opt: election.Options{Points: 3}},
	{file: "place.blt", method: "borda", row: "`place.blt` | 1 | Northgate", golden: true},
	{file: "place.blt", method: "bucklin", row: "`place.blt` | 2 | Northgate", golden: true},
	{file: "chair.blt", method: "irv"},
	{file: "chair.blt", method: "irv-batch", row: "`chair.blt` | 3 | Nia Cole", golden: true},
	{file: "board.blt", method: "scottish-stv"},
	{file: "board.blt", method: "hare-stv", row: "41.66666 | 3 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "board.blt", method: "bottoms-up", row: "none | 3 | Ada Obi, Dai Rees, Ben Roy", golden: true},
	{file: "board.blt", method: "wigm", row: "31.2501 | 5 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "board.blt", method: "minneapolis-stv", row: "32 | 5 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "board.blt", method: "ers97", row: "31.25 | 4 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "board.blt", method: "northern-ireland", row: "32.00 | 4 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "board.blt", method: "meek", row: "31.250000001 | 5 | Ada Obi, Ben Roy, Dai Rees", golden: true},
	{file: "place.blt", method: "schulze"},
	{file: "supplier.blt", method: "ranked-pairs"},
	{file: "supplier.blt", method: "minimax", row: "`supplier.blt` | 2 | Eccles", golden: true},
	{file: "supplier.blt", method: "copeland", row: "`supplier.blt` | 2 | Eccles", golden: true},
	{file: "board.blt", method: "scottish-stv", name: "reserved", opt: election.Options{
		Reserved: []election.Reserve{{Name: "tenants", Members: []string{"Dai Rees", "Eve Strand"}, AtLeast: 2}}}},
	{file: "board.blt", method: "approval", row: "none | 1 | Ada Obi, Cleo Marsh, Eve Strand", golden: true, name: "reserved-approval", opt: election.Options{
		Reserved: []election.Reserve{{Name: "founders", Members: []string{"Ada Obi", "Ben Roy"}, AtMost: 1}}}},
	{file: "motion.csv", method: "majority"},
	{file: "circle.csv", method: "consent"},
	{file: "budget.pb", method: "greedy"},
	{file: "budget.pb", method: "greedy-no-skip", row: "hall, roof | 1000"},
	{file: "budget.pb", method: "equal-shares"},
	{file: "budget.pb", method: "equal-shares-none", row: "hall, garden | 900"},
	{file: "budget.pb", method: "equal-shares-add1-greedy", row: "hall, garden, bikes | 1000"},
	{file: "budget.pb", method: "equal-shares-utilitarian", row: "hall, garden, bikes | 1000"},
	{file: "budget.pb", method: "equal-shares-exhaustive", row: "hall, garden, bikes | 1000"},
	{file: "budget.pb", method: "equal-shares-cardinality", row: "bikes, garden, roof | 800"},
	{file: "budget.pb", method: "equal-shares-cardinality-none", row: "bikes, roof, garden | 800"},
	{file: "budget.pb", method: "equal-shares-cardinality-add1-greedy", row: "bikes, garden, roof | 800"},
	{file: "budget.pb", method: "equal-shares-cardinality-utilitarian", row: "bikes, roof, garden | 800"},
	{file: "budget.pb", method: "equal-shares-cardinality-exhaustive", row: "bikes, roof, garden | 800"},
	{file: "branches.csv", method: "hare"},
	{file: "branches.csv", method: "droop", row: "4 | 3 | 0"},
	{file: "branches.csv", method: "hagenbach-bischoff", row: "4 | 3 | 0"},
	{file: "branches.csv", method: "dhondt", row: "4 | 3 | 0"},
	{file: "branches.csv", method: "sainte-lague"},
	{file: "branches.csv", method: "modified-sainte-lague", row: "4 | 3 | 0"},
	{file: "branches.csv", method: "huntington-hill", row: "3 | 3 | 1", golden: true},
	{file: "branches.csv", method: "adams", row: "3 | 3 | 1"},
	{file: "branches.csv", method: "quota", row: "4 | 3 | 0"},
	{file: "branches.csv", method: "dean", row: "3 | 3 | 1"},
}

// boardSeats are those of the board that the branches share.
const boardSeats = 7

// motionRule is the rule of the worked motion: a quorum of half, and more than
// half of the votes cast.
var motionRule = count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 2}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}

func (x example) count(t *testing.T) *report.Report {
	t.Helper()
	path := filepath.Join("testdata", x.file)
	m, ok := method.Find(x.method)
	if !ok {
		t.Fatalf("no method %s", x.method)
	}
	if m.Input == input.Papers {
		return counting.MustCount(t, x.method, counting.ReadElection(t, path), x.opt)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := func() (*report.Report, error) {
		switch {
		case m.Input == input.Budget:
			b, err := pabulib.Read(path, f)
			if err != nil {
				return nil, err
			}
			return budget.Count(x.method, b, budget.Options{})
		case m.Input == input.Parties:
			p, err := apportion.ReadParties(path, f)
			if err != nil {
				return nil, err
			}
			return apportion.Count(x.method, p, apportion.Options{Seats: boardSeats})
		case m.Name == "consent":
			call, vote, err := question.ReadConsent(path, f)
			if err != nil {
				return nil, err
			}
			return question.Consent(count.CoLabConsent, call, vote)
		}
		tally, err := question.ReadTally(path, f)
		if err != nil {
			return nil, err
		}
		return question.Majority(motionRule, tally)
	}()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkRow sees that the row is what the count gives and the guide shows.
func (x example) checkRow(t *testing.T, guide string) {
	t.Helper()
	r := x.count(t)
	var got string
	switch {
	case x.file == "branches.csv":
		last := r.Stages[len(r.Stages)-1]
		got = last.Rows[0].Total + " | " + last.Rows[1].Total + " | " + last.Rows[2].Total
	case x.file == "budget.pb":
		cost := strings.Fields(r.Notes[0])[8] // Budget 1000; 2 of 4 projects funded, costing 900;
		got = strings.Join(r.Winners, ", ") + " | " + strings.Trim(cost, ";")
	case x.file == "board.blt":
		quota := r.Quota
		if quota == "" {
			quota = "none"
		}
		got = fmt.Sprintf("%s | %d | %s", quota, len(r.Stages), strings.Join(r.Winners, ", "))
	default:
		got = fmt.Sprintf("`%s` | %d | %s", x.file, len(r.Stages), strings.Join(r.Winners, ", "))
	}
	if got != x.row {
		t.Errorf("the row %q counts as %q", x.row, got)
	}
	if !strings.Contains(guide, "| `"+x.method+"` | "+x.row+" |") {
		t.Errorf("the guide has no row %s of %s", x.row, x.method)
	}
}

// TestExamples counts the worked examples, and sees that the guide still shows
// what the count prints and the file it was counted from.
func TestExamples(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "counting.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range examples {
		if x.name == "" {
			x.name = x.method
		}
		t.Run(x.name, func(t *testing.T) {
			if x.row != "" {
				x.checkRow(t, string(guide))
				if !x.golden {
					return
				}
			}
			var b strings.Builder
			if err := x.count(t).WriteText(&b, true); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", x.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("report (-golden +counted):\n%s", diff)
			}
			if x.row == "" && !strings.Contains(string(guide), "```\n"+string(want)+"```\n") {
				t.Errorf("the guide does not show %s as it is counted", golden)
			}
			input, err := os.ReadFile(filepath.Join("testdata", x.file))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(guide), "```\n"+string(input)+"```\n") {
				t.Errorf("the guide does not show %s", x.file)
			}
			for i, line := range strings.Split(b.String(), "\n") {
				if n := len([]rune(line)); n > 80 {
					t.Errorf("line %d has %d characters: %q", i+1, n, line)
				}
			}
		})
	}
}

// Every method has a worked example and one line in the guide's tables of
// methods, which is the method's own description. Its rule is cited there alone.
func TestEveryMethodHasAnExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "counting.md"))
	if err != nil {
		t.Fatal(err)
	}
	guide := string(text)
	var before report.Method
	for _, m := range method.All() {
		found := false
		for _, x := range examples {
			found = found || x.method == m.Name
		}
		if !found {
			t.Errorf("no worked example of %s", m.Name)
		}
		source := m.Source
		if source == before.Source {
			source = "as above"
		} else if n := strings.Count(guide, source); n != 1 {
			t.Errorf("the guide cites the rule of %s %d times, want once: %s", m.Name, n, source)
		}
		if line := "\n| `" + m.Name + "` | " + m.Summary + " | " + m.When + " | " + source + " |\n"; strings.Count(guide, line) != 1 {
			t.Errorf("the guide's tables of methods lack the line%s", line)
		}
		before = m
	}
}
