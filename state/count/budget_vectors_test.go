package count

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readBudget(t testing.TB, path string) *Budget {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := ReadPabulib(filepath.Base(path), f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// selected is the official result, in the file's order.
func selected(b *Budget) []string {
	var ids []string
	for _, p := range b.Projects {
		if p.Selected {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// inFileOrder sorts project ids as the file lists them.
func inFileOrder(b *Budget, ids []string) []string {
	var out []string
	for _, p := range b.Projects {
		if slices.Contains(ids, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

func cost(b *Budget, ids []string) (sum int64) {
	for _, p := range b.Projects {
		if slices.Contains(ids, p.ID) {
			sum += p.Cost
		}
	}
	return sum
}

// TestPublishedBudgets counts each city's votes by its own rule: the projects
// funded are those that the city funded.
func TestPublishedBudgets(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors(t), "pb", "*.pb"))
	if err != nil || len(files) == 0 {
		t.Fatal("no budgets among the published cases", err)
	}
	methods := map[string]string{"greedy": "greedy", "greedy-threshold": "greedy", "greedy-no-skip": "greedy-no-skip",
		"equalshares": "equal-shares-none", "equalshares/add1": "equal-shares"}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b := readBudget(t, path)
			rule, _ := b.meta("rule")
			r, err := CountBudget(methods[rule], b, BudgetOptions{})
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
	b := readBudget(t, filepath.Join(vectors(t), "pb", "poland_wieliczka_2023_green-budget.pb"))
	for _, want := range []struct {
		method string
		seats  int
		cost   int64
	}{
		{"equal-shares", 30, 995_079},
		{"equal-shares-none", 21, 450_548},
		{"greedy", 23, 998_997},
	} {
		r, err := CountBudget(want.method, b, BudgetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := cost(b, r.Winners); r.Seats != want.seats || len(r.Winners) != want.seats || got != want.cost {
			t.Errorf("%s: %d projects for %d, published %d for %d", want.method, r.Seats, got, want.seats, want.cost)
		}
	}
}

// TestEqualSharesReference compares with the published tool, project by project
// in order. Its Add1 stops at the first exhaustive outcome, at a share of 302;
// the city's does not, so that share is counted here by itself.
func TestEqualSharesReference(t *testing.T) {
	dir := filepath.Join(vectors(t), "pb")
	b := readBudget(t, filepath.Join(dir, "poland_wieliczka_2023_green-budget.pb"))
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
	for name, c := range cases {
		var got []string
		switch c.Params.Completion {
		case "none":
			r, err := CountBudget("equal-shares-none", b, BudgetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got = r.Winners
		case "add1", "add1u":
			es, err := newEqualShares("equal-shares", b, BudgetOptions{}, false)
			if err != nil {
				t.Fatal(err)
			}
			share, err := c.Result.Endowment.Int64()
			if err != nil {
				t.Fatal(err)
			}
			run, err := es.newSharesRun(share, 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := run.run(b.Limit, nil); err != nil {
				t.Fatal(err)
			}
			got = b.ids(run.funded)
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
}

// TestPublishedBudgetsRoundTrip reads, writes and reads again: the budget is
// equal, and so is the text.
func TestPublishedBudgetsRoundTrip(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(vectors(t), "pb", "*.pb"))
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b := readBudget(t, path)
		var out bytes.Buffer
		if err := WritePabulib(&out, b); err != nil {
			t.Fatal(err)
		}
		lines := bytes.TrimRight(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n")
		if !bytes.Equal(lines, bytes.TrimRight(out.Bytes(), "\n")) {
			t.Errorf("%s: the text changed", filepath.Base(path))
		}
		again, err := ReadPabulib(b.File, &out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, again); diff != "" {
			t.Errorf("%s: the budget changed:\n%s", filepath.Base(path), diff)
		}
	}
}
