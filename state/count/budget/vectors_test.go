package budget_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// selected is the official result, in the file's order.
func selected(b *budget.Budget) []string {
	var ids []string
	for _, p := range b.Projects {
		if p.Selected {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// inFileOrder sorts project ids as the file lists them.
func inFileOrder(b *budget.Budget, ids []string) []string {
	var out []string
	for _, p := range b.Projects {
		if slices.Contains(ids, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// TestPublishedBudgets counts each city's votes by its own rule: the projects
// funded are those that the city funded.
func TestPublishedBudgets(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(counting.Vectors(t), "pb", "*.pb"))
	if err != nil || len(files) == 0 {
		t.Fatal("no budgets among the published cases", err)
	}
	methods := map[string]string{"greedy": "greedy", "greedy-threshold": "greedy", "greedy-no-skip": "greedy-no-skip",
		"equalshares": "equal-shares-none", "equalshares/add1": "equal-shares"}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b := counting.ReadBudget(t, path)
			rule, _ := b.MetaValue("rule")
			r, err := budget.Count(methods[rule], b, budget.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(selected(b), inFileOrder(b, r.Winners)); diff != "" {
				t.Errorf("official (-) and counted (+) differ:\n%s", diff)
			}
		})
	}
}

// TestWieliczka2023 pins what is published of the first city to use equal
// shares: with and without completion, and by greedy.
func TestWieliczka2023(t *testing.T) {
	b := counting.ReadBudget(t, filepath.Join(counting.Vectors(t), "pb", "poland_wieliczka_2023_green-budget.pb"))
	for _, want := range []struct {
		method string
		seats  int
		cost   int64
	}{
		{"equal-shares", 30, 995_079},
		{"equal-shares-none", 21, 450_548},
		{"equal-shares-exhaustive", 31, 984_579},
		{"equal-shares-utilitarian", 29, 991_347},
		{"greedy", 23, 998_997},
	} {
		r, err := budget.Count(want.method, b, budget.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := counting.Cost(b, r.Winners); r.Seats != want.seats || len(r.Winners) != want.seats || got != want.cost {
			t.Errorf("%s: %d projects for %d, published %d for %d", want.method, r.Seats, got, want.seats, want.cost)
		}
	}
}

// TestEqualSharesReference compares with the published tool, project by project
// in order. Its Add1 stops at the first exhaustive outcome, at a share of 302;
// the city's does not, so that share is counted here by itself.
func TestEqualSharesReference(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "pb")
	b := counting.ReadBudget(t, filepath.Join(dir, "poland_wieliczka_2023_green-budget.pb"))
	raw, err := os.ReadFile(filepath.Join(dir, "mes_js_wieliczka_reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		Params struct{ Completion string }
		Result struct {
			Winners   []string
			Endowment json.Number
		}
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, c := range cases {
		seen[c.Params.Completion] = true
		var got []string
		switch c.Params.Completion {
		case "none":
			r, err := budget.Count("equal-shares-none", b, budget.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got = r.Winners
		case "utilitarian":
			r, err := budget.Count("equal-shares-utilitarian", b, budget.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got = r.Winners
		case "add1", "add1u":
			r, err := budget.Count("equal-shares-exhaustive", b, budget.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.Winners, c.Result.Winners[:len(r.Winners)]) || len(r.Winners) < len(c.Result.Winners) && c.Params.Completion == "add1" {
				t.Errorf("%s, published %v, counted %v", name, c.Result.Winners, r.Winners)
			}
			share, err := c.Result.Endowment.Int64()
			if err != nil {
				t.Fatal(err)
			}
			if got, err = budget.FundedAt(b, share); err != nil {
				t.Fatal(err)
			}
			if c.Params.Completion == "add1u" {
				// That outcome is exhaustive, so its completion adds nothing.
				c.Result.Winners = c.Result.Winners[:len(got)]
			}
		default:
			continue
		}
		if diff := cmp.Diff(c.Result.Winners, got); diff != "" {
			t.Errorf("%s: published (-) and counted (+) differ:\n%s", name, diff)
		}
	}
	if !seen["none"] || !seen["utilitarian"] || !seen["add1"] {
		t.Errorf("the published completions are %v", seen)
	}
}
