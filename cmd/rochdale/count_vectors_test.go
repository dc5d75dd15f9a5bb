package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// vectors returns the folder of published cases: ROCHDALE_VECTORS, or
// ../shared/vectors beside the module. It skips the test if there is none.
func vectors(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ROCHDALE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "vectors") // from cmd/rochdale
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("PUBLISHED CASES skipped: no vectors at %s (set ROCHDALE_VECTORS)", dir)
	}
	return dir
}

// countJSON runs rochdale count --json and returns what scripts read.
func countJSON(t *testing.T, args ...string) (r struct {
	Method  string
	Seats   int
	Quota   string
	Winners []string
	Stages  []json.RawMessage
}) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(append([]string{"count", "--json"}, args...), strings.NewReader(""), &out, &errs); code != exitDone || errs.Len() > 0 {
		t.Fatalf("count %q: exit %d: %s", args, code, errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("count %q: %v", args, err)
	}
	if len(r.Stages) == 0 || r.Method == "" {
		t.Errorf("count %q: no stages or no method", args)
	}
	return r
}

func readVector(t *testing.T, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestCountPublishedElections(t *testing.T) {
	dir := vectors(t)
	check := func(want []string, quota int, args ...string) {
		t.Helper()
		r := countJSON(t, args...)
		want = slices.Clone(want)
		if slices.Contains(args, "scottish-stv") { // the recounts make one transfer more, which may put the last winners in another order
			slices.Sort(want)
			slices.Sort(r.Winners)
		}
		if diff := cmp.Diff(want, r.Winners); diff != "" {
			t.Errorf("%q: published (-) and counted (+) winners differ:\n%s", args, diff)
		}
		if quota > 0 && r.Quota != fmt.Sprint(quota) {
			t.Errorf("%q: quota %s, published %d", args, r.Quota, quota)
		}
	}
	type recount struct {
		Quota   int
		Elected []string
	}
	var one struct {
		Recount recount `json:"recount_5dp"`
	}
	for _, name := range []string{"stv/scottish/dumbarton_2017", "stv/organisations/maemo_council_2018q1"} {
		readVector(t, filepath.Join(dir, name+".expected.json"), &one)
		check(one.Recount.Elected, one.Recount.Quota, filepath.Join(dir, name+".blt"), "--method", "scottish-stv")
	}
	var glasgow struct{ Wards map[string]recount }
	readVector(t, filepath.Join(dir, "stv/scottish/glasgow2007/expected.json"), &glasgow)
	for ward, want := range glasgow.Wards {
		check(want.Elected, want.Quota, filepath.Join(dir, "stv/scottish/glasgow2007", ward+"-2007.blt"), "--method", "scottish-stv")
	}
	var irv map[string]struct {
		Winner    string
		Plurality string `json:"plurality_winner"`
		Condorcet string `json:"condorcet_winner"`
	}
	readVector(t, filepath.Join(dir, "irv/expected.json"), &irv)
	for file, want := range irv {
		path := filepath.Join(dir, "irv", file)
		check([]string{want.Winner}, 0, path, "--method", "irv")
		check([]string{want.Plurality}, 0, path, "--method", "plurality")
		check([]string{want.Condorcet}, 0, path, "--method", "schulze")
	}
	// Elected in the published reports of the Meek reference.
	for _, name := range []string{"42", "513", "SC-Vm-12"} {
		raw, err := os.ReadFile(filepath.Join(dir, "meek", name+".meek-prf.report.txt"))
		if err != nil {
			t.Fatal(err)
		}
		var want, lot []string
		for line := range strings.Lines(string(raw)) {
			// That reference breaks ties in ballot order, the first going out.
			if who, ok := strings.CutPrefix(strings.TrimSpace(line), "Add eligible: "); ok {
				lot = append([]string{who}, lot...)
			}
			if who, ok := strings.CutPrefix(strings.TrimSpace(line), "Elected: "); ok {
				who = strings.TrimSpace(who[:strings.LastIndex(who, "(")])
				if !slices.Contains(want, who) {
					want = append(want, who)
				}
			}
		}
		drawn := filepath.Join(t.TempDir(), "lot")
		if err := os.WriteFile(drawn, []byte(strings.Join(lot, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "meek", name+".blt")
		if name == "SC-Vm-12" {
			// X, Y and Z are level within the rule's precision: without a lot nobody
			// is elected.
			var out, errs bytes.Buffer
			code := run([]string{"count", path, "--method", "meek"}, strings.NewReader(""), &out, &errs)
			if code != exitRejected || out.Len() > 0 || !strings.Contains(errs.String(), "X, Y, Z are tied for exclusion at stage 2") {
				t.Errorf("%s without a lot: exit %d, %q, %q", name, code, out.String(), errs.String())
			}
		}
		r := countJSON(t, path, "--method", "meek", "--lot", drawn)
		slices.Sort(want)
		slices.Sort(r.Winners)
		if diff := cmp.Diff(want, r.Winners); diff != "" {
			t.Errorf("meek %s: published (-) and counted (+) winners differ:\n%s", name, diff)
		}
	}
}

func TestCountPublishedBudgets(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(vectors(t), "pb", "*.pb"))
	if len(files) == 0 {
		t.Fatal("no published budgets")
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// Read here without the room under test: id first, selected last.
		var want []string
		section, method := "", "greedy"
		for line := range strings.Lines(string(raw)) {
			cells := strings.Split(strings.TrimSpace(line), ";")
			switch {
			case len(cells) == 1:
				section = cells[0]
			case section == "META" && strings.TrimSpace(line) == "rule;equalshares/add1":
				method = "equal-shares"
			case section == "PROJECTS" && cells[len(cells)-1] == "1":
				want = append(want, cells[0])
			}
		}
		r := countJSON(t, path, "--method", method)
		slices.Sort(want)
		slices.Sort(r.Winners)
		if diff := cmp.Diff(want, r.Winners); diff != "" {
			t.Errorf("%s: official (-) and counted (+) differ:\n%s", filepath.Base(path), diff)
		}
	}
}

// TestCountAllPublishedFiles counts every visible file by every method that it
// can be counted by, as text, CSV and JSON: it is counted (0), cannot be counted
// so (1) or tied (2), never anything else, and says why on standard error.
func TestCountAllPublishedFiles(t *testing.T) {
	dir := vectors(t)
	var files []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if ext := filepath.Ext(path); ext == ".blt" || ext == ".pb" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, path := range files {
		input := map[string]string{".blt": input.Papers, ".pb": input.Budget}[filepath.Ext(path)]
		counted := 0
		for _, method := range methodsFor(input) {
			for _, form := range []string{"--stages", "--csv", "--json"} {
				args := []string{"count", path, "--method", method, form}
				if method == "irv" || method == "irv-batch" || method == "bucklin" {
					args = append(args, "--seats", "1")
				}
				var out, errs bytes.Buffer
				code := run(args, strings.NewReader(""), &out, &errs)
				switch {
				case code == exitDone && out.Len() > 0 && errs.Len() == 0:
					counted++
				case code != exitDone && out.Len() == 0 && strings.Contains(errs.String(), "rochdale: hint: "):
				default:
					t.Errorf("%s by %s: exit %d, %d bytes, %s", filepath.Base(path), method, code, out.Len(), errs.String())
				}
				if form != "--stages" {
					continue
				}
				for line := range strings.Lines(out.String()) {
					if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
						t.Errorf("%s by %s: a line of %d characters: %s", filepath.Base(path), method, n, line)
					}
				}
			}
		}
		if counted == 0 {
			t.Errorf("no method counts %s", path)
		}
	}
}

// TestCountPublishedSeats writes each published case as a table and divides its
// seats.
func TestCountPublishedSeats(t *testing.T) {
	var cases []struct {
		ID       string
		Votes    json.RawMessage
		Seats    int
		Method   string
		Expected json.RawMessage
		Official []int
		List     map[string]int `json:"sainte_lague"`
	}
	readVector(t, filepath.Join(vectors(t), "apportionment", "apportionment_vectors.json"), &cases)
	checks := 0
	for _, c := range cases {
		var names []string
		var votes []int64
		var byName map[string]int64
		if json.Unmarshal(c.Votes, &votes) != nil {
			if err := json.Unmarshal(c.Votes, &byName); err != nil {
				t.Fatal(err)
			}
		}
		table := "party,votes\n"
		for i, v := range votes {
			names = append(names, fmt.Sprint("party ", i))
			table += fmt.Sprintf("party %d,%d\n", i, v)
		}
		for name, v := range byName {
			names = append(names, name)
			table += fmt.Sprintf("%s,%d\n", name, v)
		}
		path := filepath.Join(t.TempDir(), "seats.csv")
		if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		check := func(method string, want []int, more ...string) {
			t.Helper()
			r := countJSON(t, append([]string{path, "--method", method, "--seats", fmt.Sprint(c.Seats)}, more...)...)
			got := make([]int, len(names))
			for _, w := range r.Winners {
				got[slices.Index(names, w)]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s by %s: published (-) and counted (+) differ:\n%s", c.ID, method, diff)
			}
			checks++
		}
		var list []int
		var methods map[string][]int
		switch {
		case c.Official != nil:
			check("dhondt", c.Official, "--threshold", "4%")
		case c.List != nil:
			var want []int
			for _, name := range names {
				want = append(want, c.List[name])
			}
			check("sainte-lague", want)
		case json.Unmarshal(c.Expected, &list) == nil:
			check("hagenbach-bischoff", list)
		case json.Unmarshal(c.Expected, &methods) == nil:
			for method, want := range methods {
				switch method {
				case "any":
					check("dhondt", want)
					check("dean", want)
				case "largest_remainder_hare":
					check("hare", want)
				default:
					check(strings.TrimSuffix(method, "_1.4"), want)
				}
			}
		}
	}
	if checks < 15 {
		t.Errorf("only %d checks were made", checks)
	}
}
