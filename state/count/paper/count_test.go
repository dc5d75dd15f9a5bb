package paper_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// totals joins the totals of one stage.
func totals(s report.Stage) string {
	var out []string
	for _, row := range s.Rows {
		out = append(out, row.Total)
	}
	return strings.Join(out, " ")
}

// schulzeRows are the papers of Schulze's own example, of whose ten contests each
// candidate loses some.
const schulzeRows = "5 1 3 2 5 4 0, 5 1 4 5 3 2 0, 8 2 5 4 1 3 0, 3 3 1 2 5 4 0, 7 3 1 5 2 4 0, 2 3 2 1 4 5 0, 7 4 3 5 2 1 0, 8 5 2 1 4 3 0"

// Each row is worked by hand from the rule that the method cites.
func TestMethods(t *testing.T) {
	for _, c := range []struct {
		name, method      string
		candidates, seats int
		rows              string
		opt               election.Options
		winners           string
		last              string // totals of the last stage
	}{
		{"most first places", "plurality", 3, 1, "4 1 0, 3 2 1 0, 2 3 2 0", election.Options{}, "A", "4 3 2"},
		{"two seats", "sntv", 3, 2, "4 1 0, 3 2 1 0, 2 3 2 0", election.Options{}, "A B", "4 3 2"},
		{"two first places spoil", "plurality", 3, 1, "5 1=2 0, 1 3 0", election.Options{}, "C", "0 0 1"},
		{"first of who stands", "plurality", 3, 1, "-1, 5 1 2 0, 4 3 0", election.Options{}, "B", "0 5 4"},
		{"every mark approves", "approval", 3, 1, "4 1 2 0, 3 2=3 0, 2 - 3 0", election.Options{}, "B", "4 7 5"},
		{"points add up", "score", 3, 1, "2 1:5 2:3 0, 3 2:4 3:1 0", election.Options{}, "B", "10 18 3"},
		{"points over the limit spoil", "score", 3, 1, "2 1:6 0, 3 2:4 3:1 0", election.Options{Points: 5}, "B", "0 12 3"},
		{"a level runoff goes by points", "star", 3, 1, "2 1:5 2:4 0, 3 2:5 1:4 0, 1 1:5 3:3 0", election.Options{}, "A", "3 3 0"},
		{"most points and preferred", "star", 3, 1, "5 1:5 2:1 0, 3 2:3 0, 2 3:1 0", election.Options{}, "A", "5 3 0"},
		{"fewest points, preferred", "star", 3, 1, "3 1:5 2:1 0, 4 2:2 3:1 0", election.Options{}, "B", "3 4 0"},
		{"more points than five spoil", "star", 2, 1, "9 1:6 0, 1 2:1 0", election.Options{}, "B", "0 1"},
		{"one who stands needs no runoff", "star", 2, 1, "-2, 1 1:1 2:5 0", election.Options{}, "A", "1 0"},
		{"two level behind the first, one preferred", "star", 3, 1, "3 1:5 2:2 0, 1 1:5 3:5 0, 1 1:5 3:1 0", election.Options{}, "A", "5 0 0"},
		{"level with three, the one who beats both", "star", 4, 1, "2 1:2 2:1 3:1 0, 1 2:2 3:2 0, 3 4:5 0", election.Options{}, "D", "2 0 0 3"},
		{"votes may be heaped", "cumulative", 3, 2, "2 1:2 0, 3 2:1 3:1 0, 1 2:1 0", election.Options{}, "A B", "4 4 3"},
		{"heaped too high", "cumulative", 3, 2, "2 1:3 0, 3 2:1 3:1 0", election.Options{}, "B C", "0 3 3"},
		{"votes in equal parts", "cumulative", 3, 1, "1 1 2 3 0, 1 1 2 0, 1 1 0", election.Options{Points: 2}, "A", "3 2/3 1 2/3 2/3"},
		{"a mark is a dot", "dots", 3, 1, "2 1 0, 1 2:3 0", election.Options{}, "B", "2 3 0"},
		{"four dots of three", "dots", 3, 1, "2 1 0, 9 2:3 3 0", election.Options{}, "A", "2 0 0"},
		{"average rank", "borda", 3, 1, "3 1 2 3 0, 2 2 3 1 0", election.Options{}, "B", "6 7 2"},
		{"unranked share the rest", "borda", 4, 1, "2 1 0", election.Options{}, "A", "6 2 2 2"},
		{"level share theirs", "borda", 3, 1, "2 1=2 3 0", election.Options{Lot: []string{"B", "A"}}, "B", "3 3 0"},
		{"second preferences added", "bucklin", 3, 1, "4 1 2 0, 3 2 0, 2 3 2 0", election.Options{}, "B", "4 9 2"},
		{"majority at first", "bucklin", 3, 1, "5 1 2 0, 3 2 0, 1 3 2 0", election.Options{}, "A", "5 3 1"},
		{"no majority at all", "bucklin", 3, 1, "4 1 0, 3 2 0, 1 - 3 0", election.Options{}, "A", "4 3 1"},
		{"half is no majority", "bucklin", 3, 1, "2 1 2 0, 1 2 0, 1 3 2 0", election.Options{}, "B", "2 4 1"},
		{"level ranks each count", "bucklin", 3, 1, "4 1 2=3 0, 3 2 3 0, 2 3 0", election.Options{}, "C", "4 7 9"},
		{"the quota of Hare", "hare-stv", 3, 2, "7 1 2 0, 3 2 0, 1 3 0", election.Options{}, "A B", "5.50000 4.49996 1.00000"},
		{"two papers, two quotas", "hare-stv", 3, 2, "1 1 0, 1 2 0", election.Options{}, "A B", "1.00000 1.00000 0.00000"},
		// The quota is 4, A's surplus 5 of 9: 0.5555 of each of 5 and of 4 papers, of which
		// B has 2.2220 more. C and D then cannot reach B, and go together.
		{"quotient and product are cut", "minneapolis-stv", 4, 2, "4 1 2 0, 5 1 0, 1 2 0, 1 3 0", election.Options{}, "A B", "4.0000 3.2220 0.0000 0.0000"},
		// B's surplus is 1.9995 of 5.9995, 0.3332: of 0.5555 that is 0.1850, where one
		// division would give 0.1851.
		{"the quotient is cut before the product", "minneapolis-stv", 5, 3, "9 1 2 3 0, 1 2 0, 1 4 0, 1 5 0", election.Options{Lot: []string{"D", "E"}}, "A B C", "4.0000 4.0000 1.6650 0.0000 0.0000"},
		{"who cannot be elected goes together", "minneapolis-stv", 5, 1, "9 1 0, 8 2 0, 3 3 2 0, 2 4 2 0, 1 5 2 0", election.Options{}, "B", "9.0000 14.0000 0.0000 0.0000 0.0000"},
		{"a rank given to two is passed over", "minneapolis-stv", 4, 1, "3 1 0, 2 2=4 3 0, 2 3 0", election.Options{}, "C", "3.0000 0.0000 4.0000 0.0000"},
		// The quota is 10, A's surplus 4 of 14 papers: 0.28 each, 3.92 to B. B's surplus of
		// 1.92 comes from these papers alone, 0.13 each to D, and not from B's own.
		{"a surplus from the papers received last", "ers97", 5, 3, "14 1 2 4 0, 8 2 3 0, 7 3 0, 6 4 0, 5 5 0", election.Options{}, "A B D", "10.00 10.00 7.00 7.82 0.00"},
		{"the same with a whole quota", "northern-ireland", 5, 3, "14 1 2 4 0, 8 2 3 0, 7 3 0, 6 4 0, 5 5 0", election.Options{}, "A B C", "11.00 10.94 7.00 6.00 0.00"},
		// D's first preferences take C to the quota; what D had of A passes C over.
		{"first preferences of the excluded first", "northern-ireland", 5, 3, "12 1 4 3 2 0, 6 1 0, 3 4 3 0, 10 3 0, 9 2 0, 8 5 0", election.Options{}, "A C B", "13.00 13.92 13.00 0.00 8.00"},
		// D's first preferences take C to the quota, and F then has as many votes as are left
		// together with E's papers, which stay where they are though of full value.
		{"what the excluded received comes later", "northern-ireland", 6, 3, "12 1 0, 5 2 0, 7 3 0, 3 4 3 0, 2 5 4 3 2 0, 8 6 0", election.Options{}, "A C F", "10.00 5.00 10.00 2.00 0.00 8.00"},
		// B and C are level at the end of every stage; when D went, B had its votes first.
		{"a tie looks at batches", "ers97", 7, 3, "6 1 4 3 0, 17 1 0, 7 2 0, 7 3 0, 3 4 2 0, 22 5 0, 8 6 0, 10 7 0", election.Options{}, "A E G", "20.00 10.00 0.00 0.00 20.00 0.00 10.00"},
		// After E's papers ran out 28 votes are active for two seats: C has more than a
		// third of them. Then B and D are level with half of 18, and B was ahead at first.
		{"a share of the active vote", "ers97", 5, 3, "12 1 4 3 2 0, 6 1 0, 3 4 3 0, 10 3 0, 9 2 0, 8 5 0", election.Options{}, "A C B", "12.00 9.00 10.00 9.00 0.00"},
		{"D's papers in two batches", "ers97", 4, 2, "12 1 4 2 0, 6 1 0, 1 4 3 0, 9 2 0, 8 3 0", election.Options{}, "A B", "12.00 15.00 9.00 0.00"},
		{"three out together, and the quota falls", "ers97", 5, 1, "4 1 0, 3 2 0, 1 3 0, 1 4 2 0, 1 5 2 0", election.Options{}, "B", "4.00 5.00 0.00 0.00 0.00"},
		{"a small surplus waits", "ers97", 4, 2, "11 1 3 0, 9 2 0, 6 3 0, 4 4 2 0", election.Options{}, "A B", "11.00 13.00 6.00 0.00"},
		{"as much as all the others", "northern-ireland", 3, 1, "4 1 0, 2 2 0, 2 3 0", election.Options{}, "A", "4.00 2.00 2.00"},
		{"weights with decimals", "ers97", 3, 2, "7.5 1 2 0, 1.5 2 0, 1 3 0", election.Options{}, "A B", "3.334 5.625 1.000"},
		{"nothing moves on from the elected", "bottoms-up", 4, 2, "9 1 2 0, 3 3 0, 2 2 0, 1 4 2 0", election.Options{Lot: []string{"C", "B"}}, "A C", "9 0 3 0"},
		{"no more than seats stand", "bottoms-up", 3, 2, "-3, 2 2 0, 1 1 0", election.Options{}, "B A", "1 2 0"},
		{"to the end, past a majority", "bottoms-up", 3, 1, "5 1 0, 2 2 0, 1 3 2 0", election.Options{}, "A", "5 0 0"},
		{"margins that contradict are passed over", "ranked-pairs", 5, 1, schulzeRows, election.Options{}, "A", "4 1 3 0 2"},
		{"the smallest worst defeat", "minimax", 5, 1, schulzeRows, election.Options{}, "E", "25 29 28 33 24"},
		{"a level contest is no defeat", "minimax", 3, 1, "2 1 2 3 0, 2 2 1 3 0", election.Options{Lot: []string{"B", "A"}}, "B", "0 0 4"},
		{"the most contests", "copeland", 5, 1, schulzeRows, election.Options{}, "E", "2 2 2 1 3"},
		{"half of a level contest", "copeland", 3, 1, "2 1 2 3 0, 2 2 1 3 0", election.Options{Lot: []string{"B", "A"}}, "B", "1.5 1.5 0"},
		{"who withdrew has no contest", "copeland", 3, 1, "-2, 2 2 1 3 0, 1 3 2 1 0", election.Options{}, "A", "1 0 0"},
		{"weights are shown as they are", "minimax", 2, 1, "1.5 1 0, 0.5 2 0", election.Options{}, "A", "0.0 1.5"},
		{"majority at once", "irv", 3, 1, "5 1 0, 3 2 0, 1 3 2 0", election.Options{}, "A", "5 3 1"},
		{"lowest out", "irv", 3, 1, "4 1 0, 3 2 0, 2 3 2 0", election.Options{}, "B", "4 5 0"},
		{"a gap is passed over", "irv", 3, 1, "4 1 0, 3 2 0, 2 3 - 2 0", election.Options{}, "B", "4 5 0"},
		{"an equal rank exhausts", "irv", 4, 1, "4 1 0, 3 2 0, 2 3 2=4 0, 1 4 3 0", election.Options{}, "A", "4 3 0 0"},
		{"a spoiled paper is out", "irv", 3, 1, "4 1 0, 9 2=3 0, 1 2 0", election.Options{}, "A", "4 1 0"},
		{"tie by first preferences", "irv", 4, 1, "4 1 0, 3 2 0, 2 3 4 0, 1 4 3 0", election.Options{}, "A", "4 3 0 0"},
		{"last two by first preferences", "irv", 3, 1, "4 1 0, 3 2 0, 1 3 2 0", election.Options{}, "A", "4 4 0"},
		{"quota and surplus", "stv", 3, 2, "6 1 2 0, 2 2 0, 1 3 0", election.Options{}, "A B", "4.00000 3.99998 1.00000"},
		{"last vacancies by votes", "stv", 4, 2, "5 1 0, 6 2 0, 4 3 0, 3 4 0", election.Options{}, "B A", "5.00000 6.00000 4.00000 0.00000"},
		{"a gap ends a paper", "stv", 3, 2, "6 1 - 2 0, 2 2 0, 1 3 0", election.Options{}, "A B", "4.00000 2.00000 1.00000"},
		{"an equal rank ends a paper", "stv", 4, 2, "6 1 2=3 0, 2 2 0, 1 3 0, 1 4 3 0", election.Options{Lot: []string{"B", "C", "D"}}, "A B", "4.00000 2.00000 2.00000 0.00000"},
		{"as many seats as stand", "stv", 3, 2, "-3, 6 1 0, 1 3 2 0", election.Options{}, "A B", "6.00000 1.00000 0.00000"},
		{"equal ranks in halves", "wigm", 3, 1, "3 1=2 0, 1 1 0", election.Options{}, "A", "2.5000 1.5000 0.0000"},
		// Six level have a sixth each; when Flo goes, what she has goes to the five.
		{"six level", "wigm", 6, 2, "40 1 0, 30 2 0, 20 3 0, 6 1=2=3=4=5=6 0", election.Options{Lot: []string{"A", "B", "C", "D", "E", "F"}}, "A B", "32.0001 32.6070 22.6070 0.0000 0.0000 0.0000"},
		{"equal ranks in halves", "meek", 3, 1, "3 1=2 0, 1 1 0", election.Options{}, "A", "2.500000000 0.000000000 0.000000000"},
		{"wins all pairs", "schulze", 3, 1, "4 1 2 3 0, 3 3 2 1 0, 2 2 1 3 0", election.Options{}, "B", "1 2 0"},
		// Schulze (2011), example 1: 45 voters, order E A C B D.
		{"Schulze's own example", "schulze", 5, 1, "5 1 3 2 5 4 0, 5 1 4 5 3 2 0, 8 2 5 4 1 3 0, 3 3 1 2 5 4 0, 7 3 1 5 2 4 0, 2 3 2 1 4 5 0, 7 4 3 5 2 1 0, 8 5 2 1 4 3 0",
			election.Options{}, "E", "3 1 2 0 4"},
	} {
		r := counting.MustCount(t, c.method, counting.Election(t, c.candidates, c.seats, c.rows), c.opt)
		if got := strings.Join(r.Winners, " "); got != c.winners {
			t.Errorf("%s, %s: elected %s, want %s", c.method, c.name, got, c.winners)
		}
		if got := totals(r.Stages[len(r.Stages)-1]); got != c.last {
			t.Errorf("%s, %s: totals %s, want %s", c.method, c.name, got, c.last)
		}
	}
}

func TestSchulzeRanking(t *testing.T) {
	e := counting.Election(t, 5, 1, "5 1 3 2 5 4 0, 5 1 4 5 3 2 0, 8 2 5 4 1 3 0, 3 3 1 2 5 4 0, 7 3 1 5 2 4 0, 2 3 2 1 4 5 0, 7 4 3 5 2 1 0, 8 5 2 1 4 3 0")
	want := [][]string{{"E"}, {"A"}, {"C"}, {"B"}, {"D"}}
	if diff := cmp.Diff(want, counting.MustCount(t, "condorcet", e, election.Options{}).Ranking); diff != "" {
		t.Errorf("ranking (-published +counted):\n%s", diff)
	}
}

// SSI 2007/42 looks at the most recent earlier stage at which the tied differ,
// before any lot; the alternative vote starts from first preferences.
func TestTiesLookBack(t *testing.T) {
	// B and C are level at 3 once A is out; B had fewer at the first stage.
	r := counting.MustCount(t, "stv", counting.Election(t, 5, 2, "1 1 2 0, 2 2 0, 3 3 0, 4 4 0, 5 5 0"), election.Options{})
	if r.Stages[2].Excluded[0] != "B" || r.Lots != nil {
		t.Errorf("excluded %v, lots %v", r.Stages[2].Excluded, r.Lots)
	}
	// A and B both have a surplus of 1 at stage 2; B was ahead at stage 1.
	r = counting.MustCount(t, "stv", counting.Election(t, 6, 4, "6 1 4 0, 7 2 3 0, 3 6 1 0, 2 6 2 0, 7 3 0, 7 4 0, 7 5 0"), election.Options{})
	if !strings.HasPrefix(r.Stages[2].Event, "Transfer of the surplus of B") || r.Lots != nil {
		t.Errorf("%s, lots %v", r.Stages[2].Event, r.Lots)
	}
	// B and C are level at stage 3; C was behind at stage 2, B at stage 1.
	e := counting.Election(t, 5, 1, "6 1 0, 3 2 0, 4 3 0, 2 4 2 0, 1 5 3 0, 2 5 1 0")
	for _, c := range []struct{ method, out string }{{"stv", "C"}, {"irv", "B"}} {
		if r := counting.MustCount(t, c.method, e, election.Options{}); r.Stages[3].Excluded[0] != c.out || r.Lots != nil {
			t.Errorf("%s excludes %v, want %s; lots %v", c.method, r.Stages[3].Excluded, c.out, r.Lots)
		}
	}
}

// The older Gregory method says why a surplus waits, why the quota falls and who is
// elected below it.
func TestParcelsSayWhy(t *testing.T) {
	for _, c := range []struct {
		method, rows      string
		candidates, seats int
		stage             int
		want              string
	}{
		{"ers97", "11 1 3 0, 9 2 0, 6 3 0, 4 4 2 0", 4, 2, 2,
			"Exclusion of D with 4.00 votes, the fewest. Surpluses of 1.00 wait, since they cannot take the lowest past the next. Elected with the quota: B."},
		{"ers97", "4 1 0, 3 2 0, 1 3 0, 1 4 2 0, 1 5 2 0", 5, 1, 2,
			"Exclusion of C, D, E with 3.00 votes, the fewest. The quota is now 4.50. Elected with the quota: B."},
		{"ers97", "4 1 0, 3 2 0, 2 3 2 0, 1 4 2 0", 4, 1, 2,
			"Exclusion of C, D with 3.00 votes, the fewest. Elected with the quota: B."},
		{"northern-ireland", "4 1 0, 3 2 0, 2 3 2 0, 1 4 2 0", 4, 1, 2, "Exclusion of D with 1.00 votes, the fewest."},
		{"ers97", "14 1 2 4 0, 8 2 3 0, 7 3 0, 6 4 0, 5 5 0", 5, 3, 3,
			"Transfer of the surplus of B, 1.92: 14 transferable papers at 0.13."},
		{"ers97", "14 1 2 4 0, 8 2 3 0, 7 3 0, 6 4 0, 5 5 0", 5, 3, 4,
			"Exclusion of E with 5.00 votes, the fewest. Elected below the quota, with enough of the votes still active: D."},
		{"northern-ireland", "14 1 2 4 0, 8 2 3 0, 7 3 0, 6 4 0, 5 5 0", 5, 3, 4,
			"Exclusion of D with 6.00 votes, the fewest. The others are as many as the vacancies, and nothing more is transferred. Elected to the last vacancies, below the quota: B, C."},
	} {
		r := counting.MustCount(t, c.method, counting.Election(t, c.candidates, c.seats, c.rows), election.Options{})
		if got := r.Stages[c.stage-1].Event; got != c.want {
			t.Errorf("%s, stage %d: %q, want %q", c.method, c.stage, got, c.want)
		}
	}
}

// A tie the rule leaves open is an error that names it, and is settled by the
// lot that is passed in, first drawn first.
func TestTies(t *testing.T) {
	for _, c := range []struct {
		method            string
		candidates, seats int
		rows              string
		purpose           string
		stage             int
		tied              []string
		first, second     string // who is elected with the lot A B C D, and reversed
	}{
		{"plurality", 2, 1, "2 1 0, 2 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"approval", 3, 1, "2 1 2 0, 1 3 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"phragmen", 3, 1, "2 1 2 0, 1 3 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"score", 2, 1, "2 1:3 2:3 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"cumulative", 2, 1, "2 1 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"dots", 2, 1, "2 1 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"borda", 2, 1, "2 1 2 0, 2 2 1 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"star", 2, 1, "2 1:3 2:3 0", "election", 2, []string{"A", "B"}, "A", "B"},
		{"star", 3, 1, "1 1:5 0, 1 2:5 0, 1 3:5 0", "the runoff", 1, []string{"A", "B", "C"}, "A", "C"},
		{"irv", 2, 1, "2 1 0, 2 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"irv", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"irv", 4, 1, "5 1 0, 4 2 0, 2 3 0, 2 4 0", "exclusion", 2, []string{"C", "D"}, "A", "A"},
		{"irv-batch", 4, 1, "5 1 0, 4 2 0, 2 3 0, 2 4 0", "exclusion", 2, []string{"C", "D"}, "A", "A"},
		{"bucklin", 2, 1, "2 1 0, 2 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"irv-batch", 2, 1, "2 1 0, 2 2 0", "election", 1, []string{"A", "B"}, "A", "B"},
		{"scottish-stv", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"scottish-stv", 4, 2, "4 1 3 0, 4 2 4 0", "transfer order", 2, []string{"A", "B"}, "A B", "B A"},
		{"wigm", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"hare-stv", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"minneapolis-stv", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"ers97", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"ers97", 2, 1, "2 1 0, 2 2 0", "exclusion", 2, []string{"A", "B"}, "A", "B"},
		{"northern-ireland", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 2, []string{"B", "C"}, "B", "C"},
		{"bottoms-up", 3, 2, "4 1 0, 3 2 0, 3 3 0", "exclusion", 2, []string{"B", "C"}, "A B", "A C"},
		{"meek", 3, 1, "4 1 0, 3 2 3 0, 3 3 2 0", "exclusion", 1, []string{"B", "C"}, "B", "C"},
		{"schulze", 3, 1, "1 1 2 3 0, 1 2 3 1 0, 1 3 1 2 0", "election", 2, []string{"A", "B", "C"}, "A", "C"},
	} {
		e := counting.Election(t, c.candidates, c.seats, c.rows)
		if c.purpose == "transfer order" {
			e = counting.Election(t, 5, 3, "8 1 3 0, 8 2 4 0, 1 3 0, 1 4 0, 1 5 0")
		}
		_, err := paper.Count(c.method, e, election.Options{})
		var tie *report.TieError
		if !errors.As(err, &tie) {
			t.Errorf("%s %q: error %v, want a tie", c.method, c.rows, err)
			continue
		}
		if tie.For != c.purpose || tie.Stage != c.stage || !slices.Equal(tie.Candidates, c.tied) || tie.Method != c.method {
			t.Errorf("%s %q: %v; want stage %d, %v for %s", c.method, c.rows, err, c.stage, c.tied, c.purpose)
		}
		if !strings.Contains(err.Error(), "draw lots") {
			t.Errorf("%v does not say what to do", err)
		}
		if c.purpose == "transfer order" {
			r := counting.MustCount(t, c.method, e, election.Options{Lot: []string{"B", "A", "C", "D", "E"}})
			if r.Lots[0].Chosen != "B" || !strings.Contains(r.Stages[1].Event, "surplus of B") {
				t.Errorf("%s: %v, %s", c.method, r.Lots, r.Stages[1].Event)
			}
			continue
		}
		lot := []string{"A", "B", "C", "D"}[:c.candidates]
		r := counting.MustCount(t, c.method, e, election.Options{Lot: lot})
		if got := strings.Join(r.Winners, " "); got != c.first || r.Lots[0].For != c.purpose {
			t.Errorf("%s %q, lot %v: elected %s, want %s; lots %v", c.method, c.rows, lot, got, c.first, r.Lots)
		}
		slices.Reverse(lot)
		if got := strings.Join(counting.MustCount(t, c.method, e, election.Options{Lot: lot}).Winners, " "); got != c.second {
			t.Errorf("%s %q, lot %v: elected %s, want %s", c.method, c.rows, lot, got, c.second)
		}
	}
}

// The last vacancies go to those who are left, below the quota, and no paper moves
// once nobody else continues (SSI 2007/42, rules 50(5) and 52). The lowest may be
// level, and then the lot decides between them.
func TestLastVacancies(t *testing.T) {
	e := counting.Election(t, 4, 2, "30 1 0, 29 2 0, 24 3 2 0, 20 4 0")
	r := counting.MustCount(t, "scottish-stv", e, election.Options{})
	const event = "Exclusion of D with 20.00000 votes, the fewest. C has the fewest votes, 24.00000; the others are as many as the vacancies, " +
		"and nothing more is transferred. Elected to the last vacancies, below the quota: A, B."
	if last := r.Stages[len(r.Stages)-1]; len(r.Stages) != 2 || last.Event != event || totals(last) != "30.00000 29.00000 24.00000 0.00000" ||
		!slices.Equal(last.Excluded, []string{"D", "C"}) || !slices.Equal(r.Winners, []string{"A", "B"}) {
		t.Errorf("%d stages, elected %v, the last %+v", len(r.Stages), r.Winners, last)
	}
	tied := counting.Election(t, 3, 2, "30 1 0, 10 2 0, 10 3 0")
	for _, c := range []struct {
		lot  []string
		want string
	}{{[]string{"B", "C", "A"}, "A B"}, {[]string{"C", "B", "A"}, "A C"}} {
		r := counting.MustCount(t, "scottish-stv", tied, election.Options{Lot: c.lot})
		if got := strings.Join(r.Winners, " "); got != c.want || len(r.Lots) != 1 {
			t.Errorf("lot %v: elected %s, want %s; lots %+v", c.lot, got, c.want, r.Lots)
		}
	}
}

// Winners who are level are said to be, since no rule puts one before the other.
func TestLevelWinners(t *testing.T) {
	const rows = "30 1 0, 30 2 0, 20 3 0, 15 4 0"
	for method, want := range map[string]string{
		"plurality":    "Level, and above in the order of the ballot only: A, B.",
		"approval":     "Level, and above in the order of the ballot only: A, B.",
		"scottish-stv": "Level, and above in the order of the ballot only: A, B.",
		"meek":         "Level, and above in the order of the ballot only: A, B.",
		"hare-stv":     "Level, and above in the order of the ballot only: A, B.",
		"ers97":        "Level, and above in the order of the ballot only: A, B.",
		"phragmen":     "Level, and above in the order of the ballot only: A, B.",
		"copeland":     "Level, and above in the order of the ballot only: A, B.",
	} {
		r := counting.MustCount(t, method, counting.Election(t, 4, 2, rows), election.Options{Lot: []string{"D", "C", "B", "A"}})
		if !slices.Equal(r.Winners, []string{"A", "B"}) || !slices.Contains(r.Notes, want) {
			t.Errorf("%s: elected %v, notes %q", method, r.Winners, r.Notes)
		}
		if len(r.Level) != 1 || !slices.Equal(r.Level[0], []string{"A", "B"}) || r.Place(0) != "1=" || r.Place(1) != "1=" {
			t.Errorf("%s: level %v, places %s and %s", method, r.Level, r.Place(0), r.Place(1))
		}
		r = counting.MustCount(t, method, counting.Election(t, 4, 2, "31 1 0, 30 2 0, 20 3 0, 15 4 0"), election.Options{})
		if slices.Contains(r.Notes, want) {
			t.Errorf("%s: notes %q, and they are not level", method, r.Notes)
		}
	}
}

// A candidate with exactly the quota is elected, with nothing to transfer.
func TestExactlyTheQuota(t *testing.T) {
	for _, c := range []struct{ method, rows string }{{"scottish-stv", "4 1 0, 3 2 0, 2 3 0"}, {"meek", "4 1 0, 3 2 0, 2 3 0"}} {
		r := counting.MustCount(t, c.method, counting.Election(t, 3, 2, c.rows), election.Options{})
		if s := r.Stages[0]; s.Elected[0] != "A" || !strings.Contains(s.Event, "Elected with the quota: A.") {
			t.Errorf("%s: elected %v with quota %s of %s", c.method, r.Stages[0].Elected, r.Quota, totals(r.Stages[0]))
		}
	}
}

// The lowest candidate stays in while the group could not fill its seat
// without her; the next lowest goes instead.
func TestGuardedStaysIn(t *testing.T) {
	e := counting.Election(t, 5, 2, "1 1 0, 2 2 0, 5 3 0, 5 4 0, 4 5 0")
	for _, method := range []string{"scottish-stv", "wigm", "meek"} {
		opt := election.Options{Lot: []string{"A", "B", "C", "D", "E"}, Reserved: []election.Reserve{{Name: "g", Members: []string{"A"}, AtLeast: 1}}}
		r := counting.MustCount(t, method, e, opt)
		if !slices.Contains(r.Winners, "A") || r.Stages[0].Excluded == nil && r.Stages[1].Excluded[0] != "B" {
			t.Errorf("%s elects %v", method, r.Winners)
		}
	}
}

// A lot that misses one of the tied settles nothing.
func TestLotMissesSomeone(t *testing.T) {
	e := counting.Election(t, 3, 1, "2 1 0, 2 2 0")
	_, err := paper.Count("plurality", e, election.Options{Lot: []string{"A", "C"}})
	var tie *report.TieError
	if !errors.As(err, &tie) || !slices.Equal(tie.Undrawn, []string{"B"}) || !strings.Contains(err.Error(), "draw for B too") {
		t.Errorf("error %v", err)
	}
}

// Candidates without a vote all go before anyone else; only where one of them
// would be elected does it take a lot.
func TestNoLotWithoutVotes(t *testing.T) {
	for _, method := range []string{"scottish-stv", "wigm", "meek"} {
		e := counting.Election(t, 5, 1, "4 1 0, 3 2 1 0, 2 3 1 0")
		if r := counting.MustCount(t, method, e, election.Options{}); r.Winners[0] != "A" || r.Lots != nil {
			t.Errorf("%s: elected %v with lots %v", method, r.Winners, r.Lots)
		}
		// A lot that was drawn for them is used all the same, and recorded.
		if r := counting.MustCount(t, method, e, election.Options{Lot: []string{"A", "B", "C", "D", "E"}}); r.Winners[0] != "A" || len(r.Lots) == 0 || r.Lots[0].Chosen != "E" {
			t.Errorf("%s: elected %v with lots %v", method, r.Winners, r.Lots)
		}
		e = counting.Election(t, 3, 2, "4 1 0")
		var tie *report.TieError
		if _, err := paper.Count(method, e, election.Options{}); !errors.As(err, &tie) {
			t.Errorf("%s: error %v, want a tie of B and C", method, err)
		}
	}
}

func TestCountRefuses(t *testing.T) {
	good := func() *election.Election { return counting.Election(t, 3, 1, "4 1 2 0, 3 2 0") }
	edit := func(f func(e *election.Election)) *election.Election { e := good(); f(e); return e }
	many := &election.Election{Seats: 1}
	for range election.MaxCandidates + 1 {
		many.Candidates = append(many.Candidates, election.Candidate{Name: "X"})
	}
	for _, c := range []struct {
		name, method string
		e            *election.Election
		opt          election.Options
		words        string
	}{
		{"no candidates", "irv", &election.Election{Seats: 1}, election.Options{}, "no candidates"},
		{"too many candidates", "irv", many, election.Options{}, "1001 candidates, more than 1000"},
		{"a name missing", "irv", edit(func(e *election.Election) { e.Candidates[1].Name = "" }), election.Options{}, "candidate 2 has no name"},
		{"names alike", "irv", edit(func(e *election.Election) { e.Candidates[1].Name = "A" }), election.Options{}, `candidates 1 and 2 are both named "A"`},
		{"bad name", "irv", edit(func(e *election.Election) { e.Candidates[1].Name = "\xff" }), election.Options{}, "not valid UTF-8"},
		{"bad title", "irv", edit(func(e *election.Election) { e.Title = "a\nb" }), election.Options{}, "control character"},
		{"no seats", "irv", edit(func(e *election.Election) { e.Seats = 0 }), election.Options{}, "0 seats for 3 candidates"},
		{"too many seats", "stv", edit(func(e *election.Election) { e.Seats = 4 }), election.Options{}, "4 seats for 3 candidates"},
		{"more seats than stand", "stv", edit(func(e *election.Election) { e.Seats = 3; e.Candidates[0].Withdrawn = true }), election.Options{}, "3 seats for 2 candidates who stand"},
		{"negative option", "stv", good(), election.Options{Seats: -1}, "-1 seats"},
		{"negative weight", "irv", edit(func(e *election.Election) { e.Papers[0].Weight = -3 }), election.Options{}, "paper 1 has weight -3"},
		{"huge weight", "irv", edit(func(e *election.Election) { e.Papers[0].Weight = 1 << 62 }), election.Options{}, "paper 1 has weight 4611686018427387904"},
		{"weights add up", "irv", edit(func(e *election.Election) { e.Papers[0].Weight = election.MaxVotes }), election.Options{}, "1000000003 papers"},
		{"ranks a stranger", "irv", edit(func(e *election.Election) { e.Papers[0].Marks[0].Candidate = 9 }), election.Options{}, "ranks candidate 10 of 3"},
		{"ranks below none", "irv", edit(func(e *election.Election) { e.Papers[0].Marks[0].Candidate = -7 }), election.Options{}, "ranks candidate -6 of 3"},
		{"ranks twice", "irv", edit(func(e *election.Election) { e.Papers[0].Marks[1].Candidate = 0 }), election.Options{}, "marks A twice"},
		{"equal to none", "irv", edit(func(e *election.Election) { e.Papers[0].Marks[0].Equal = true }), election.Options{}, "shares a rank with none"},
		{"points of a skip", "irv", edit(func(e *election.Election) {
			e.Papers[0].Marks[0] = election.Mark{Candidate: election.Skipped, Points: 1}
		}), election.Options{}, "a skipped rank"},
		{"huge points", "score", edit(func(e *election.Election) { e.Papers[0].Marks[0].Points = election.MaxPoints + 1 }), election.Options{}, "1000001 points"},
		{"no such method", "veto", good(), election.Options{}, `no method for papers of an election is called "veto"`},
		{"star for two", "star", counting.Election(t, 3, 2, "1 1:1 0"), election.Options{}, "fills one seat, not 2"},
		{"star of ranks", "star", good(), election.Options{}, "paper 1 has a mark without"},
		{"reserved in star", "star", counting.Election(t, 3, 1, "1 1:1 0"), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"runoff for two", "irv", good(), election.Options{Seats: 2}, "fills one seat, not 2"},
		{"score of ranks", "score", good(), election.Options{}, "paper 1 has a mark without"},
		{"cumulative, some points", "cumulative", counting.Election(t, 2, 1, "1 1:1 0, 1 2 0"), election.Options{}, "paper 2 has a mark without"},
		{"negative points", "dots", good(), election.Options{Points: -1}, "-1 points"},
		{"lot of a stranger", "irv", good(), election.Options{Lot: []string{"Z"}}, `draws "Z"`},
		{"lot twice", "irv", good(), election.Options{Lot: []string{"A", "A"}}, "draws A twice"},
		{"all papers empty", "irv", counting.Election(t, 2, 1, "3 0"), election.Options{}, "no valid paper"},
		{"no papers", "meek", edit(func(e *election.Election) { e.Papers = nil }), election.Options{}, "no valid paper"},
		{"reserved in irv", "irv", good(), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"reserved in phragmen", "phragmen", good(), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"reserved in minneapolis-stv", "minneapolis-stv", good(), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"reserved in ers97", "ers97", good(), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"reserved in bottoms-up", "bottoms-up", good(), election.Options{Reserved: []election.Reserve{{Name: "g"}}}, "no published rule for reserved"},
		{"reserved for a stranger", "stv", good(), election.Options{Reserved: []election.Reserve{{Name: "g", Members: []string{"Z"}}}}, `"Z" is no candidate`},
		{"in two groups", "stv", good(), election.Options{Reserved: []election.Reserve{{Name: "g", Members: []string{"A"}}, {Name: "h", Members: []string{"A"}}}}, "A is in group g and again in group h"},
		{"more than the cap", "stv", good(), election.Options{Reserved: []election.Reserve{{Name: "g", AtLeast: 2, AtMost: 1}}}, "at least 2, at most 1"},
		{"cannot be met", "stv", good(), election.Options{Reserved: []election.Reserve{{Name: "g", Members: []string{"A", "B"}, AtLeast: 2}}}, "cannot be met with 1 seats"},
	} {
		_, err := paper.Count(c.method, c.e, c.opt)
		var in *input.Error
		if !errors.As(err, &in) || !strings.Contains(err.Error(), c.words) || in.Hint == "" {
			t.Errorf("%s: error %v, want %q", c.name, err, c.words)
		}
	}
}

// Counting leaves the election as it was.
func TestCountChangesNothing(t *testing.T) {
	rows := "-4, 6 1 2=3 0, 5 2 - 1 0, 4 3 1 4 0, 2 0"
	e, same := counting.Election(t, 4, 1, rows), counting.Election(t, 4, 1, rows)
	for _, m := range paper.Methods() {
		paper.Count(m.Name, e, election.Options{Lot: []string{"A", "B", "C", "D"}})
		if diff := cmp.Diff(same, e); diff != "" {
			t.Fatalf("%s changed the election:\n%s", m.Name, diff)
		}
	}
}

func TestValidity(t *testing.T) {
	e := counting.Election(t, 3, 1, "-3, 4 1 0, 3 1=2 0, 2 0, 2 - 0, 1 3 0, 1 - 2 0")
	for _, c := range []struct {
		method string
		want   report.Validity
	}{
		{"scottish-stv", report.Validity{Papers: 13, Valid: 4, Empty: 5, Spoiled: 4}}, // a leading gap leaves no first preference
		{"irv", report.Validity{Papers: 13, Valid: 5, Empty: 5, Spoiled: 3}},
		{"meek", report.Validity{Papers: 13, Valid: 8, Empty: 5, Spoiled: 0}},
		{"schulze", report.Validity{Papers: 13, Valid: 8, Empty: 5, Spoiled: 0}},
	} {
		if diff := cmp.Diff(c.want, *counting.MustCount(t, c.method, e, election.Options{}).Validity); diff != "" {
			t.Errorf("%s (-want +counted):\n%s", c.method, diff)
		}
	}
}
