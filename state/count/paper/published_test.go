package paper_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Worked examples that textbooks and encyclopedias print with their answers.
// The papers are theirs; nothing here was computed by this package.
func TestTextbookElections(t *testing.T) {
	for _, c := range []struct {
		source, names, rows string
		seats               int
		winners             map[string]string
		ranking             string // by the methods of orders
		orders              string
	}{
		{
			source: "Wikipedia, Schulze method, and M. Schulze (2011), section 3.1: 45 voters",
			names:  "A B C D E", seats: 1,
			rows: "5 1 3 2 5 4 0, 5 1 4 5 3 2 0, 8 2 5 4 1 3 0, 3 3 1 2 5 4 0, 7 3 1 5 2 4 0," +
				" 2 3 2 1 4 5 0, 7 4 3 5 2 1 0, 8 5 2 1 4 3 0",
			winners: map[string]string{"schulze": "E"},
			ranking: "E A C B D",
			orders:  "schulze",
		},
		{
			source: "M. Schulze (2011), section 3.2: 30 voters, four candidates",
			names:  "A B C D", seats: 1,
			rows: "5 1 3 2 4 0, 2 1 3 4 2 0, 3 1 4 3 2 0, 4 2 1 3 4 0, 3 3 2 4 1 0, 3 3 4 2 1 0," +
				" 1 4 1 3 2 0, 5 4 2 1 3 0, 4 4 3 2 1 0",
			winners: map[string]string{"schulze": "D"},
			ranking: "D A C B",
			orders:  "schulze",
		},
		{
			source: "Wikipedia, Tennessee's capital: 100 voters",
			names:  "Memphis Nashville Chattanooga Knoxville", seats: 1,
			rows: "42 1 2 3 4 0, 26 2 3 4 1 0, 15 3 4 2 1 0, 17 4 3 2 1 0",
			winners: map[string]string{"plurality": "Memphis", "irv": "Knoxville", "irv-batch": "Knoxville", "borda": "Nashville",
				"bucklin": "Nashville", "schulze": "Nashville", "minimax": "Nashville"},
			ranking: "Nashville Chattanooga Knoxville Memphis",
			orders:  "schulze ranked-pairs copeland",
		},
		{
			source: "Wikipedia, Copeland's method: a circle, and papers that rank three of five",
			names:  "A B C D E", seats: 1,
			rows:    "31 1 5 3 4 2 0, 30 2 1 5 0, 29 3 4 2 0, 10 4 1 5 0",
			winners: map[string]string{"copeland": "A"},
			ranking: "A B=C=E D",
			orders:  "copeland",
		},
		{
			source: "Wikipedia, minimax Condorcet method: 100 voters, some of whom rank two level",
			names:  "A B C", seats: 1,
			rows:    "47 1 3 2 0, 43 3 2 1 0, 4 1=3 2 0, 6 2 1=3 0",
			winners: map[string]string{"minimax": "A", "schulze": "A", "ranked-pairs": "A", "copeland": "A"},
		},
		{
			source: "Wikipedia, Condorcet method: 1,351 voters rank two of three",
			names:  "A B C", seats: 1,
			rows:    "186 1 2 0, 405 1 3 0, 305 2 1 0, 272 2 3 0, 78 3 1 0, 105 3 2 0",
			winners: map[string]string{"minimax": "B", "schulze": "B", "ranked-pairs": "B", "copeland": "B"},
		},
		{
			source: "Wikipedia, single transferable vote: food for a party, 20 voters, a quota of 6",
			names:  "Oranges Pears Chocolate Strawberries Sweets", seats: 3,
			rows: "4 1 0, 2 2 1 0, 8 3 4 0, 4 3 5 0, 1 4 0, 1 5 0",
			winners: map[string]string{"scottish-stv": "Chocolate Oranges Strawberries", "wigm": "Chocolate Oranges Strawberries",
				"meek": "Chocolate Oranges Strawberries"},
		},
	} {
		names := strings.Fields(c.names)
		var text strings.Builder
		fmt.Fprintf(&text, "%d %d\n%s\n0\n%s\nT\n", len(names), c.seats, strings.ReplaceAll(c.rows, ",", "\n"), strings.Join(names, "\n"))
		e, err := blt.Read("textbook.blt", strings.NewReader(text.String()))
		if err != nil {
			t.Fatalf("%s: %v", c.source, err)
		}
		for method, want := range c.winners {
			r := counting.MustCount(t, method, e, election.Options{})
			got := append([]string(nil), r.Winners...)
			if diff := cmp.Diff(sorted(strings.Fields(want)), sorted(got)); diff != "" {
				t.Errorf("%s by %s (-published +counted):\n%s", c.source, method, diff)
			}
		}
		for _, method := range strings.Fields(c.orders) {
			var order []string
			for _, group := range counting.MustCount(t, method, e, election.Options{}).Ranking {
				order = append(order, strings.Join(group, "="))
			}
			if got := strings.Join(order, " "); got != c.ranking {
				t.Errorf("%s by %s: ranked %s, published %s", c.source, method, got, c.ranking)
			}
		}
	}
}

// The pairwise table and the strongest paths of Schulze's own example.
func TestSchulzeExamplePairs(t *testing.T) {
	e, err := blt.Read("schulze.blt", strings.NewReader("5 1\n5 1 3 2 5 4 0\n5 1 4 5 3 2 0\n8 2 5 4 1 3 0\n3 3 1 2 5 4 0\n7 3 1 5 2 4 0\n"+
		"2 3 2 1 4 5 0\n7 4 3 5 2 1 0\n8 5 2 1 4 3 0\n0\nA\nB\nC\nD\nE\nT\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]int64{{0, 20, 26, 30, 22}, {25, 0, 16, 33, 18}, {19, 29, 0, 17, 24}, {15, 12, 28, 0, 14}, {23, 27, 21, 31, 0}}
	if diff := cmp.Diff(want, counting.MustCount(t, "schulze", e, election.Options{}).Pairwise.Votes); diff != "" {
		t.Errorf("pairs (-published +counted):\n%s", diff)
	}
}

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}
