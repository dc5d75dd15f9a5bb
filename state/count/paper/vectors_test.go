package paper_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// number writes a published figure as this package does, at places decimals.
func figure(s string, places int) string {
	if s == "" {
		s = "0"
	}
	whole, frac, _ := strings.Cut(s, ".")
	return (whole + "." + frac + strings.Repeat("0", max(0, places-len(frac))))[:len(whole)+1+places]
}

type recount struct {
	Candidates int      `json:"candidates"`
	Seats      int      `json:"seats"`
	Valid      int64    `json:"valid_ballots"`
	Quota      int      `json:"quota"`
	Elected    []string `json:"elected"`
	Stages     []struct {
		Stuck string            `json:"non_transferable"`
		Votes map[string]string `json:"votes"`
	} `json:"stages"`
}

func (want recount) check(t *testing.T, r *report.Report) {
	t.Helper()
	elected, winners, stages := slices.Clone(want.Elected), slices.Clone(r.Winners), want.Stages
	if stopped(r) {
		slices.Sort(elected)
		slices.Sort(winners)
		stages = stages[:max(0, len(stages)-1)]
	}
	if diff := cmp.Diff(elected, winners); diff != "" {
		t.Errorf("winners (-published +counted):\n%s", diff)
	}
	if r.Validity.Valid != want.Valid || r.Quota != report.Decimal(int64(want.Quota), 0) || r.Seats != want.Seats {
		t.Errorf("valid %d, quota %s, seats %d; published %d, %d, %d", r.Validity.Valid, r.Quota, r.Seats, want.Valid, want.Quota, want.Seats)
	}
	if stages != nil && len(r.Stages) != len(stages) {
		t.Fatalf("%d stages, published %d", len(r.Stages), len(stages))
	}
	for i, s := range stages {
		for _, row := range r.Stages[i].Rows {
			if want := figure(s.Votes[row.Name], 5); row.Total != want {
				t.Errorf("stage %d, %s: %s, published %s", i+1, row.Name, row.Total, want)
			}
		}
		// The published figure takes in what truncation lost.
		pool := units(t, r.Stages[i].Pool[0].Total) + units(t, r.Stages[i].Pool[1].Total)
		if want := figure(s.Stuck, 5); report.Decimal(pool, 5) != want {
			t.Errorf("stage %d, non-transferable: %s, published %s", i+1, report.Decimal(pool, 5), want)
		}
	}
}

// stopped says that the count made no transfer when the last vacancies were filled.
// The published recounts make it, so that they have a stage more, and may show the
// last to be elected with the quota and in another order.
func stopped(r *report.Report) bool {
	return strings.Contains(r.Stages[len(r.Stages)-1].Event, "nothing more is transferred")
}

// units reads a figure without its point.
func units(t interface {
	Helper()
	Fatalf(string, ...any)
}, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	if err != nil {
		t.Fatalf("not a figure: %q", s)
	}
	return n
}

func TestDumbarton2017(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "stv/scottish")
	var want struct {
		Official []string `json:"official_elected_in_order"`
		Recount  recount  `json:"recount_5dp"`
	}
	readJSON(t, filepath.Join(dir, "dumbarton_2017.expected.json"), &want)
	r := counting.MustCount(t, "scottish-stv", counting.ReadElection(t, filepath.Join(dir, "dumbarton_2017.blt")), election.Options{})
	if diff := cmp.Diff(want.Official, r.Winners); diff != "" {
		t.Errorf("winners (-official +counted):\n%s", diff)
	}
	want.Recount.check(t, r)
	if len(r.Stages) != 5 {
		t.Errorf("%d stages, the official table has 5", len(r.Stages))
	}
}

func TestMaemo2018(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "stv/organisations")
	var want struct {
		Recount recount `json:"recount_5dp"`
	}
	readJSON(t, filepath.Join(dir, "maemo_council_2018q1.expected.json"), &want)
	r := counting.MustCount(t, "stv", counting.ReadElection(t, filepath.Join(dir, "maemo_council_2018q1.blt")), election.Options{})
	want.Recount.check(t, r)
	if r.Validity.Empty != 4 || r.Validity.Papers != 51 {
		t.Errorf("%d empty of %d papers, published 4 of 51", r.Validity.Empty, r.Validity.Papers)
	}
}

func TestGlasgow2007(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "stv/scottish/glasgow2007")
	var want struct {
		Wards map[string]json.RawMessage `json:"wards"`
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &want)
	for _, name := range slices.Sorted(maps.Keys(want.Wards)) {
		raw := want.Wards[name]
		var ward struct {
			recount
			Stages int               `json:"stages"`
			Votes  map[string]string `json:"final_votes"`
			Stuck  string            `json:"final_non_transferable"`
		}
		if err := json.Unmarshal(raw, &ward); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			r := counting.MustCount(t, "scottish-stv", counting.ReadElection(t, filepath.Join(dir, name+"-2007.blt")), election.Options{})
			ward.recount.check(t, r)
			if stopped(r) {
				if len(r.Stages) != ward.Stages-1 {
					t.Errorf("%d stages, published %d with the transfer that the rule does not make", len(r.Stages), ward.Stages)
				}
				return
			}
			if len(r.Stages) != ward.Stages {
				t.Fatalf("%d stages, published %d", len(r.Stages), ward.Stages)
			}
			last := r.Stages[len(r.Stages)-1]
			for _, row := range last.Rows {
				if want := figure(ward.Votes[row.Name], 5); row.Total != want {
					t.Errorf("%s: %s, published %s", row.Name, row.Total, want)
				}
			}
			if got := units(t, last.Pool[0].Total) + units(t, last.Pool[1].Total); report.Decimal(got, 5) != figure(ward.Stuck, 5) {
				t.Errorf("non-transferable %s, published %s", report.Decimal(got, 5), ward.Stuck)
			}
		})
	}
}

// The published tables of the OpenStreetMap Foundation give threshold and first
// preferences but no papers: papers with one mark each stand in.
func TestOSMFThreshold(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(counting.Vectors(t), "stv/organisations/osmf_board_published_rounds.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	for _, line := range lines[1:] {
		f := strings.Split(line, ",")
		e := &election.Election{Seats: int(units(t, f[1]))}
		for i, first := range strings.Split(f[7], "|") {
			e.Candidates = append(e.Candidates, election.Candidate{Name: "C" + report.Decimal(int64(i), 0)})
			e.Papers = append(e.Papers, election.Paper{Weight: units(t, first), Marks: []election.Mark{{Candidate: int16(i)}}})
		}
		e.Papers = append(e.Papers, election.Paper{Weight: units(t, f[4])})
		var lot []string
		for _, c := range e.Candidates {
			lot = append(lot, c.Name)
		}
		r := counting.MustCount(t, "scottish-stv", e, election.Options{Lot: lot})
		if r.Quota != f[6] || report.Decimal(r.Validity.Valid, 0) != f[5] {
			t.Errorf("%s: quota %s of %d, published %s of %s", f[0], r.Quota, r.Validity.Valid, f[6], f[5])
		}
	}
}

func TestBurlington2009(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "irv")
	var all map[string]struct {
		Winner    string             `json:"winner"`
		Plurality string             `json:"plurality_winner"`
		Condorcet string             `json:"condorcet_winner"`
		Bucklin   string             `json:"bucklin_winner"`
		Pairs     map[string][]int64 `json:"pairwise"`
		Rounds    []map[string]int64 `json:"rounds"`
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &all)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		want := all[file]
		e := counting.ReadElection(t, filepath.Join(dir, file))
		if r := counting.MustCount(t, "irv", e, election.Options{}); r.Winners[0] != want.Winner {
			t.Errorf("irv elects %s, published %s", r.Winners[0], want.Winner)
		}
		if r := counting.MustCount(t, "plurality", e, election.Options{}); r.Winners[0] != want.Plurality {
			t.Errorf("plurality elects %s, published %s", r.Winners[0], want.Plurality)
		}
		if r := counting.MustCount(t, "bucklin", e, election.Options{}); r.Winners[0] != want.Bucklin {
			t.Errorf("bucklin elects %s, published %s", r.Winners[0], want.Bucklin)
		}
		checkPairs(t, counting.MustCount(t, "condorcet", e, election.Options{}), want.Condorcet, want.Pairs)
		// The city excluded jointly, so its rounds are those of irv-batch.
		r := counting.MustCount(t, "irv-batch", e, election.Options{})
		if len(r.Stages) != len(want.Rounds) || r.Winners[0] != want.Winner {
			t.Fatalf("irv-batch elects %s in %d stages, published %s in %d", r.Winners[0], len(r.Stages), want.Winner, len(want.Rounds))
		}
		for i, round := range want.Rounds {
			for _, row := range r.Stages[i].Rows {
				if row.Total != report.Decimal(round[row.Name], 0) {
					t.Errorf("round %d, %s: %s, published %d", i+1, row.Name, row.Total, round[row.Name])
				}
			}
		}
	}
}

func checkPairs(t *testing.T, r *report.Report, winner string, pairs map[string][]int64) {
	t.Helper()
	if r.Winners[0] != winner {
		t.Errorf("schulze elects %s, published %s", r.Winners[0], winner)
	}
	at := func(surname string) int {
		for i, n := range r.Pairwise.Candidates {
			if strings.HasSuffix(n, surname) {
				return i
			}
		}
		t.Fatalf("no candidate %s", surname)
		return 0
	}
	for _, pair := range slices.Sorted(maps.Keys(pairs)) {
		want := pairs[pair]
		a, b, _ := strings.Cut(pair, ">")
		got := []int64{r.Pairwise.Votes[at(a)][at(b)], r.Pairwise.Votes[at(b)][at(a)]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-published +counted):\n%s", pair, diff)
		}
	}
}
