package condorcet_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/condorcet"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// prefers counts by looking at every paper and pair.
func prefers(e *election.Election, a, b int) int64 {
	var sum int64
	for _, p := range e.Papers {
		place := func(c int) int {
			rank := 0
			for _, m := range p.Marks {
				if !m.Equal {
					rank++
				}
				if int(m.Candidate) == c {
					return rank
				}
			}
			return 1000
		}
		if place(a) < place(b) {
			sum += p.Weight
		}
	}
	return sum
}

// widest is the strongest path from a to b by trying every path.
func widest(win func(a, b int) int64, n, a, b int, used uint) int64 {
	best := win(a, b)
	for c := range n {
		if used&(1<<c) == 0 && c != b {
			best = max(best, min(win(a, c), widest(win, n, c, b, used|1<<c)))
		}
	}
	return best
}

func TestSchulze(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		e.Candidates = slices.Clone(e.Candidates)
		for i := range e.Candidates {
			e.Candidates[i].Withdrawn = false
		}
		r, err := paper.Count("schulze", e, election.Options{Seats: 1, Lot: counting.DrawLot(t, e)})
		if err != nil {
			return
		}
		n := len(e.Candidates)
		win := func(a, b int) int64 {
			if v := prefers(e, a, b); v > prefers(e, b, a) {
				return v
			}
			return 0
		}
		for a := range n {
			beatsAll := true
			unbeaten := true
			for b := range n {
				if a == b {
					continue
				}
				if got := r.Pairwise.Votes[a][b]; got != prefers(e, a, b) {
					t.Fatalf("%d papers prefer %d to %d, counted %d", prefers(e, a, b), a, b, got)
				}
				beatsAll = beatsAll && win(a, b) > 0
				unbeaten = unbeaten && widest(win, n, b, a, 1<<b) <= widest(win, n, a, b, 1<<a)
			}
			name := e.Candidates[a].Name
			if beatsAll && r.Winners[0] != name {
				t.Fatalf("%s beats everyone, but %s is elected", name, r.Winners[0])
			}
			if unbeaten != slices.Contains(r.Ranking[0], name) {
				t.Fatalf("%s: preceded by none %v, first in the ranking %v", name, unbeaten, r.Ranking)
			}
		}
	})
}

// drawStanding draws an election from which nobody withdrew.
func drawStanding(t *rapid.T) *election.Election {
	e := counting.DrawElection(t, true)
	for i := range e.Candidates {
		e.Candidates[i].Withdrawn = false
	}
	return e
}

// smith is the smallest set of which each member beats everyone outside.
func smith(e *election.Election) []string {
	n := len(e.Candidates)
	best := n + 1
	var out []string
	for set := 1; set < 1<<n; set++ {
		var in []string
		ok := true
		for a := range n {
			if set>>a&1 == 0 {
				continue
			}
			in = append(in, e.Candidates[a].Name)
			for b := range n {
				ok = ok && (set>>b&1 == 1 || prefers(e, a, b) > prefers(e, b, a))
			}
		}
		if ok && len(in) < best {
			best, out = len(in), in
		}
	}
	return out
}

// Whoever beats all others is elected by each method, and Schulze, ranked pairs and
// Copeland elect from the Smith set.
func TestCondorcetWinnerAndSmithSet(t *testing.T) {
	sole := 0
	rapid.Check(t, func(t *rapid.T) {
		e := drawStanding(t)
		set := smith(e)
		for _, m := range condorcet.Methods() {
			r, err := m.Count(e, election.Options{Seats: 1, Lot: counting.DrawLot(t, e)})
			if err != nil {
				return // no valid paper
			}
			if (len(set) == 1 || m.Name != "minimax") && !slices.Contains(set, r.Winners[0]) {
				t.Fatalf("%s elects %s, the Smith set is %v", m.Name, r.Winners[0], set)
			}
			if len(set) == 1 {
				sole++
				if note := set[0] + " wins against every other candidate one to one."; !slices.Contains(r.Notes, note) {
					t.Fatalf("%s does not say that %s", m.Name, note)
				}
			}
		}
	})
	if sole == 0 {
		t.Error("no election drawn has a candidate who beats all others")
	}
}

// The order on the ballot changes nothing but the order of level winners.
func TestBallotOrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		mixed := counting.MixCandidates(t, e)
		var lot []string
		if rapid.Bool().Draw(t, "a lot was drawn") {
			lot = counting.DrawLot(t, e)
		}
		for _, m := range condorcet.Methods() {
			a, err1 := m.Count(e, election.Options{Lot: lot})
			b, err2 := m.Count(mixed, election.Options{Lot: lot})
			if (err1 == nil) != (err2 == nil) {
				t.Fatalf("%s: %v, in another order %v", m.Name, err1, err2)
			}
			if err1 != nil {
				continue
			}
			for _, r := range []*report.Report{a, b} {
				slices.Sort(r.Winners)
				for _, group := range r.Ranking {
					slices.Sort(group)
				}
			}
			if diff := cmp.Diff([]any{a.Winners, a.Ranking}, []any{b.Winners, b.Ranking}); diff != "" {
				t.Fatalf("%s in another order on the ballot:\n%s", m.Name, diff)
			}
		}
	})
}

// lockIn ranks by locking majorities one by one, level ones by the lot, and looking
// for a chain back along every path. It returns those before whom nobody comes.
func lockIn(e *election.Election, lot []string) []string {
	type edge struct {
		a, b   int
		margin int64
	}
	n := len(e.Candidates)
	place := func(c int) int { return slices.Index(lot, e.Candidates[c].Name) }
	var edges []edge
	for a := range n {
		for b := range n {
			if m := prefers(e, a, b) - prefers(e, b, a); m > 0 {
				edges = append(edges, edge{a, b, m})
			}
		}
	}
	slices.SortFunc(edges, func(x, y edge) int {
		switch {
		case x.margin != y.margin:
			return int(y.margin - x.margin)
		case x.a != y.a:
			return place(x.a) - place(y.a)
		}
		return place(y.b) - place(x.b)
	})
	locked := make([][]bool, n)
	for i := range locked {
		locked[i] = make([]bool, n)
	}
	var leads func(a, b int) bool
	leads = func(a, b int) bool {
		for c := range n {
			if locked[a][c] && (c == b || leads(c, b)) {
				return true
			}
		}
		return false
	}
	for _, x := range edges {
		if !leads(x.b, x.a) {
			locked[x.a][x.b] = true
		}
	}
	var first []string
	for b := range n {
		if !slices.ContainsFunc(locked, func(row []bool) bool { return row[b] }) {
			first = append(first, e.Candidates[b].Name)
		}
	}
	return first
}

func TestRankedPairsLockOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawStanding(t)
		for i := range e.Papers { // of few weights, so that majorities are level
			e.Papers[i].Weight = 1 + e.Papers[i].Weight%3
		}
		lot := counting.DrawLot(t, e)
		r, err := paper.Count("ranked-pairs", e, election.Options{Seats: 1, Lot: lot})
		if err != nil {
			return
		}
		if diff := cmp.Diff(lockIn(e, lot), r.Ranking[0]); diff != "" {
			t.Fatalf("first by the lot %v (-one by one +counted):\n%s", lot, diff)
		}
	})
}

// A lot is asked for only if it may decide, and without one the same are elected as
// with any.
func TestRankedPairsWithoutALot(t *testing.T) {
	counted, tied := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		e := drawStanding(t)
		for i := range e.Papers {
			e.Papers[i].Weight = 1 + e.Papers[i].Weight%3
		}
		r, err := paper.Count("ranked-pairs", e, election.Options{})
		var tie *report.TieError
		switch {
		case errors.As(err, &tie):
			tied++
			return
		case err != nil:
			return
		}
		counted++
		want := slices.Sorted(slices.Values(r.Winners))
		for range 8 {
			lot := counting.DrawLot(t, e)
			with, err := paper.Count("ranked-pairs", e, election.Options{Lot: lot})
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(slices.Values(with.Winners)); !slices.Equal(got, want) {
				t.Fatalf("without a lot %v, by the lot %v %v", want, lot, got)
			}
		}
	})
	if counted == 0 || tied == 0 {
		t.Errorf("%d counted and %d tied: the draw is too narrow", counted, tied)
	}
}

// circle is three candidates who beat each other in a circle by one margin, and a
// fourth who loses to all; or who beats all, if first.
func circle(first bool) string {
	if first {
		return "1 4 1 2 3 0, 1 4 2 3 1 0, 1 4 3 1 2 0"
	}
	return "1 1 2 3 4 0, 1 2 3 1 4 0, 1 3 1 2 4 0"
}

// Three majorities of one margin that contradict each other go by the lot if a seat
// hangs on them, and leave their candidates level if none does.
func TestRankedPairsLevelMajorities(t *testing.T) {
	e := counting.Election(t, 4, 1, circle(false))
	_, err := paper.Count("ranked-pairs", e, election.Options{})
	var tie *report.TieError
	if !errors.As(err, &tie) || fmt.Sprint(tie.Candidates) != "[A B C]" {
		t.Fatalf("without a lot: %v", err)
	}
	if _, err = paper.Count("ranked-pairs", e, election.Options{Lot: []string{"B", "A", "D"}}); !errors.As(err, &tie) || fmt.Sprint(tie.Undrawn) != "[C]" {
		t.Fatalf("with a lot that lacks C: %v", err)
	}
	// A over B, B over C, C over A. B drawn first: B over C is locked, then of A and C
	// the majority of A, who was drawn before C, over B contradicts nothing.
	r := counting.MustCount(t, "ranked-pairs", e, election.Options{Lot: []string{"B", "A", "C", "D"}})
	if got := fmt.Sprint(r.Ranking); got != "[[A] [B] [C] [D]]" {
		t.Errorf("ranked %s", got)
	}
	want := report.LotUse{Stage: 2, Tied: []string{"A", "B", "C"}, Chosen: "B", For: "order of level majorities"}
	if diff := cmp.Diff([]report.LotUse{want}, r.Lots); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
	if last := r.Stages[1].Event; last != "Majorities locked in by falling margin: candidates preceded. Passed over, since larger or earlier ones say otherwise: C over A (1). Elected: A." {
		t.Errorf("it says %q", last)
	}
	e = counting.Election(t, 4, 1, circle(true))
	r = counting.MustCount(t, "ranked-pairs", e, election.Options{})
	if got := fmt.Sprint(r.Ranking); got != "[[D] [A B C]]" || len(r.Lots) > 0 {
		t.Errorf("ranked %s, lots %v", got, r.Lots)
	}
	for _, m := range []string{"schulze", "minimax", "copeland"} {
		if _, err := paper.Count(m, counting.Election(t, 4, 1, circle(false)), election.Options{}); !errors.As(err, &tie) || len(tie.Candidates) != 3 {
			t.Errorf("%s of a circle of three: %v", m, err)
		}
	}
}

// A thousand candidates, of whom no two papers say the same, are ranked.
func TestRankedPairsAtTheLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := counting.MustCount(t, "ranked-pairs", counting.Made(election.MaxCandidates, 1, 500, 20), election.Options{Lot: nil})
	if len(r.Winners) != 1 {
		t.Error(r.Winners)
	}
}
