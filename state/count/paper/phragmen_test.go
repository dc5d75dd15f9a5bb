package paper_test

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Profiles of Lackner and Skowron, Multi-Winner Voting with Approval Preferences
// (2023), and of Brill, Freeman, Janson and Lackner, with the committees that they and
// the library abcvoting print.
func TestPublishedPhragmen(t *testing.T) {
	for _, c := range []struct {
		source            string
		candidates, seats int
		rows              string
		lot, winners      string // a lot where the committee hangs on one
		last              string // totals, one over the load that each was elected at
	}{
		{"Lackner and Skowron, example 2.9", 8, 4, "3 1 2 0, 3 1 3 0, 2 1 4 0, 1 2 3 6 0, 1 5 0, 1 6 0, 1 7 0", "B C", "A B C D",
			"8.0000 2.9090 2.3272 1.6000 1.0000 1.3989 1.0000 0.0000"}, // loads 1/8, 11/32, 55/128, 5/8
		{"the same, the tie of B and C the other way", 8, 4, "3 1 2 0, 3 1 3 0, 2 1 4 0, 1 2 3 6 0, 1 5 0, 1 6 0, 1 7 0", "C B", "A C B D", ""},
		{"Lackner and Skowron, example 2.12", 4, 3, "3 3 4 0, 2 1 2 0, 2 1 3 0, 1 2 4 0", "", "C B D",
			"1.9354 3.0000 5.0000 2.0689"}, // loads 1/5, 1/3, 29/60
		{"abcvoting, third profile", 6, 4, "1 1 4 5 6 0, 1 2 3 0, 1 1 3 6 0, 1 3 0, 1 1 2 3 4 5 0, 1 1 4 5 0, 1 1 3 5 0, 1 1 2 0", "B D E F C", "A C E B", ""},
		{"abcvoting, two of three", 3, 2, "2 1 2 0, 1 1 0, 1 2 3 0, 1 3 0", "A B C", "A C", ""},
		{"the same, B first", 3, 2, "2 1 2 0, 1 1 0, 1 2 3 0, 1 3 0", "B A C", "B A", ""},
		{"Brill and others, no extended justified representation: neither A nor B", 14, 12,
			"2 1 2 3 0, 2 1 2 4 0, 6 3 4 5 6 7 8 9 10 11 12 13 14 0, 5 4 5 6 7 8 9 10 11 12 13 14 0, 9 5 6 7 8 9 10 11 12 13 14 0",
			"N M L K J I H G F E D C B A", "", ""},
	} {
		e := counting.Election(t, c.candidates, c.seats, c.rows)
		lot := strings.Fields(c.lot)
		for _, k := range e.Candidates {
			if !slices.Contains(lot, k.Name) {
				lot = append(lot, k.Name)
			}
		}
		r := counting.MustCount(t, "phragmen", e, election.Options{Lot: lot})
		got := strings.Join(r.Winners, " ")
		if c.winners == "" {
			if slices.Contains(r.Winners, "A") || slices.Contains(r.Winners, "B") || len(r.Winners) != c.seats {
				t.Errorf("%s: elected %s", c.source, got)
			}
			continue
		}
		if got != c.winners {
			t.Errorf("%s: elected %s, published %s", c.source, got, c.winners)
		}
		if last := totals(r.Stages[len(r.Stages)-1]); c.last != "" && last != c.last {
			t.Errorf("%s: totals %s, published %s", c.source, last, c.last)
		}
	}
}

func TestPhragmenTies(t *testing.T) {
	// A and B have a paper each and no paper in common: both are elected, without a lot.
	r := counting.MustCount(t, "phragmen", counting.Election(t, 4, 3, "2 1 0, 2 2 0, 1 3 4 0, 1 3 0"), election.Options{Lot: nil})
	if got := strings.Join(r.Winners, " "); got != "A B C" || len(r.Lots) > 0 {
		t.Errorf("elected %s, lots %v", got, r.Lots)
	}
	if want := "Level, and above in the order of the ballot only: A, B, C."; r.Notes[0] != want {
		t.Errorf("noted %q, want %q", r.Notes[0], want)
	}
	var tie *report.TieError
	for _, rows := range []string{"2 1 2 0, 1 3 0", "1 3 0"} { // approved of together; or by nobody
		if _, err := paper.Count("phragmen", counting.Election(t, 3, 2, rows), election.Options{}); !errors.As(err, &tie) || strings.Join(tie.Candidates, " ") != "A B" {
			t.Errorf("%s: %v", rows, err)
		}
	}
	r = counting.MustCount(t, "phragmen", counting.Election(t, 3, 2, "1 3 0"), election.Options{Lot: []string{"B", "A"}})
	if got := strings.Join(r.Winners, " "); got != "C B" {
		t.Errorf("elected %s", got)
	}
	r = counting.MustCount(t, "phragmen", counting.Election(t, 3, 3, "1 3 0"), election.Options{})
	if got := strings.Join(r.Winners, " "); got != "C A B" {
		t.Errorf("elected %s", got)
	}
	r = counting.MustCount(t, "phragmen", counting.Election(t, 2, 2, "2.5 1 0, 1.5 1 2 0"), election.Options{})
	if got := totals(r.Stages[1]); got != "4.0000 1.0909" { // A at 1/4, B at (1 + 1.5/4)/1.5
		t.Errorf("totals %s of weights with decimals", got)
	}
	large := counting.Made(150, 101, 10, 5)
	if _, err := paper.Count("phragmen", large, election.Options{}); err == nil || !strings.Contains(err.Error(), "at most 100 seats") {
		t.Errorf("101 seats: %v", err)
	}
}

// Seat by seat, in plain fractions: whoever is elected leaves their papers with the
// least.
func TestPhragmenPlainly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		r, err := paper.Count("phragmen", e, election.Options{Lot: counting.DrawLot(t, e)})
		if err != nil {
			return // no valid paper
		}
		load := make([]*big.Rat, len(e.Papers))
		for i := range load {
			load[i] = new(big.Rat)
		}
		left := make([]bool, len(e.Candidates))
		for i, c := range e.Candidates {
			left[i] = !c.Withdrawn
		}
		approves := func(p election.Paper, c int) bool {
			return slices.ContainsFunc(p.Marks, func(m election.Mark) bool { return int(m.Candidate) == c })
		}
		after := func(c int) *big.Rat { // nil if nobody approves
			sum, all := big.NewRat(1, 1), new(big.Rat)
			for i, p := range e.Papers {
				if approves(p, c) {
					w := big.NewRat(p.Weight, 1)
					all.Add(all, w)
					sum.Add(sum, w.Mul(w, load[i]))
				}
			}
			if all.Sign() == 0 {
				return nil
			}
			return sum.Quo(sum, all)
		}
		for _, w := range r.Winners {
			c := int(w[0] - 'A')
			mine := after(c)
			for k := range left {
				if theirs := after(k); left[k] && theirs != nil && (mine == nil || theirs.Cmp(mine) < 0) {
					t.Fatalf("%s is elected before %s of %v", w, e.Candidates[k].Name, r.Winners)
				}
			}
			left[c] = false
			for i, p := range e.Papers {
				if mine != nil && approves(p, c) {
					load[i] = mine
				}
			}
		}
	})
}
