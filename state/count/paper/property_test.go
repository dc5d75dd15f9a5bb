package paper_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/method"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// onSeats returns options that method can fill: one seat for some.
func onSeats(m report.Method, lot []string) election.Options {
	if strings.HasPrefix(m.Name, "irv") || m.Name == "bucklin" || m.Name == "star" {
		return election.Options{Lot: lot, Seats: 1}
	}
	return election.Options{Lot: lot}
}

// outcome is the report, or the error where no paper is valid.
func outcome(m report.Method, e *election.Election, opt election.Options) string {
	r, err := paper.Count(m.Name, e, opt)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		return err.Error()
	}
	return b.String()
}

func TestShuffledPapersCountAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		lot := counting.DrawLot(t, e)
		mixed := *e
		mixed.Papers = rapid.Permutation(e.Papers).Draw(t, "shuffled")
		for _, m := range paper.Methods() {
			if diff := cmp.Diff(outcome(m, e, onSeats(m, lot)), outcome(m, &mixed, onSeats(m, lot))); diff != "" {
				// An error may name a paper by its place.
				if !strings.HasPrefix(outcome(m, e, onSeats(m, lot)), "count: ") {
					t.Fatalf("%s: %s", m.Name, diff)
				}
			}
		}
	})
}

func TestWeightsAreRepeatedPapers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		lot := counting.DrawLot(t, e)
		apart := *e
		apart.Papers = nil
		for _, p := range e.Papers {
			for range p.Weight {
				apart.Papers = append(apart.Papers, election.Paper{Weight: 1, Marks: p.Marks})
			}
		}
		for _, m := range paper.Methods() {
			got := outcome(m, &apart, onSeats(m, lot))
			if diff := cmp.Diff(outcome(m, e, onSeats(m, lot)), got); diff != "" && !strings.HasPrefix(got, "count: ") {
				t.Fatalf("%s: %s", m.Name, diff)
			}
		}
	})
}

// No vote is created or lost: at every stage candidates, papers that ran out
// and what truncation took make up the valid papers.
func TestVotesAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		lot := counting.DrawLot(t, e)
		for _, name := range []string{"irv", "irv-batch", "bottoms-up", "scottish-stv", "hare-stv", "wigm", "minneapolis-stv", "ers97", "northern-ireland", "meek"} {
			m, _ := method.Find(name)
			r, err := paper.Count(name, e, onSeats(m, lot))
			if err != nil {
				continue // no valid paper
			}
			one := int64(1)
			switch name {
			case "scottish-stv", "hare-stv":
				one = 100_000
			case "ers97", "northern-ireland":
				one = 100
			case "wigm", "minneapolis-stv":
				one = 10_000
			case "meek":
				one = 1_000_000_000
			}
			for _, s := range r.Stages {
				var sum int64
				for _, row := range append(slices.Clone(s.Rows), s.Pool...) {
					if strings.HasPrefix(row.Total, "-") {
						t.Fatalf("%s, stage %d: %s has %s", name, s.Number, row.Name, row.Total)
					}
					sum += units(t, row.Total)
				}
				if sum != r.Validity.Valid*one {
					t.Fatalf("%s, stage %d: %d units for %d papers", name, s.Number, sum, r.Validity.Valid)
				}
			}
		}
	})
}

// Every seat is filled once, and nobody holds more than the quota after their
// surplus went.
func TestSeatsAndQuotasHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		lot := counting.DrawLot(t, e)
		for _, m := range paper.Methods() {
			opt := onSeats(m, lot)
			r, err := paper.Count(m.Name, e, opt)
			if err != nil {
				continue
			}
			won := slices.Clone(r.Winners)
			slices.Sort(won)
			if len(slices.Compact(won)) != r.Seats {
				t.Fatalf("%s fills %d seats with %v", m.Name, r.Seats, r.Winners)
			}
			for _, c := range e.Candidates {
				if c.Withdrawn && slices.Contains(r.Winners, c.Name) {
					t.Fatalf("%s elects %s, who withdrew", m.Name, c.Name)
				}
			}
			if m.Name == "scottish-stv" {
				q := units(t, r.Quota)
				s, v := int64(r.Seats), r.Validity.Valid
				if q*(s+1) <= v || (q-1)*(s+1) > v {
					t.Fatalf("quota %d for %d papers and %d seats", q, v, s)
				}
			}
		}
	})
}

// A party with k quotas of papers that rank only its candidates, and one vote
// more to cover truncation, has k seats.
func TestSTVIsProportional(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, false)
		party := 0
		for i := range e.Candidates {
			e.Candidates[i].Withdrawn = false
			if i%2 == 0 {
				party++
			}
		}
		var held int64
		for _, p := range e.Papers {
			only := len(p.Marks) == party
			for _, m := range p.Marks {
				only = only && m.Candidate%2 == 0
			}
			if only {
				held += p.Weight
			}
		}
		whole := []election.Mark{}
		for i := 0; i < len(e.Candidates); i += 2 {
			whole = append(whole, election.Mark{Candidate: int16(i)})
		}
		extra := rapid.Int64Range(1, 300).Draw(t, "party papers")
		e.Papers = append(e.Papers, election.Paper{Weight: extra, Marks: whole})
		held += extra
		for _, name := range []string{"scottish-stv", "wigm", "minneapolis-stv", "ers97", "northern-ireland", "meek"} {
			r := mustDraw(t, name, e, election.Options{Lot: counting.DrawLot(t, e)})
			quota := r.Validity.Valid/int64(r.Seats+1) + 1
			due := min(int((held-1)/quota), party)
			got := 0
			for _, w := range r.Winners {
				if (w[0]-'A')%2 == 0 {
					got++
				}
			}
			if got < due {
				t.Fatalf("%s: %d of %d papers, quota %d, but %d seats of %v", name, held, r.Validity.Valid, quota, got, r.Winners)
			}
		}
	})
}

func mustDraw(t *rapid.T, method string, e *election.Election, opt election.Options) *report.Report {
	r, err := paper.Count(method, e, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// With one seat and no tie, STV and the runoffs exclude alike and agree on who
// is elected; STV may go on longer, as its quota never falls.
func TestRunoffIsSTVWithOneSeat(t *testing.T) {
	agreed := 0
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, false)
		irv, err1 := paper.Count("irv", e, election.Options{Seats: 1})
		stv, err2 := paper.Count("scottish-stv", e, election.Options{Seats: 1})
		if err1 != nil || err2 != nil {
			return
		}
		for i, s := range append(slices.Clone(irv.Stages), stv.Stages...) {
			if strings.Contains(s.Event, "level") || (i < len(irv.Stages) && len(s.Excluded) > 1) {
				return
			}
		}
		agreed++
		if irv.Winners[0] != stv.Winners[0] {
			t.Fatalf("irv elects %s, stv %s", irv.Winners[0], stv.Winners[0])
		}
		for i := range min(len(irv.Stages), len(stv.Stages)) {
			for k, row := range irv.Stages[i].Rows {
				if row.Total+".00000" != stv.Stages[i].Rows[k].Total {
					t.Fatalf("stage %d, %s: irv %s, stv %s", i+1, row.Name, row.Total, stv.Stages[i].Rows[k].Total)
				}
			}
		}
		if up, err := paper.Count("bottoms-up", e, election.Options{Seats: 1}); err == nil && up.Winners[0] != irv.Winners[0] {
			t.Fatalf("irv elects %s, bottoms-up %s", irv.Winners[0], up.Winners[0])
		}
		batch := mustDraw(t, "irv-batch", e, election.Options{Seats: 1})
		if batch.Winners[0] != irv.Winners[0] || len(batch.Stages) > len(irv.Stages) {
			t.Fatalf("irv-batch elects %s in %d stages, irv %s in %d", batch.Winners[0], len(batch.Stages), irv.Winners[0], len(irv.Stages))
		}
	})
	if agreed == 0 {
		t.Error("no election drawn was without ties")
	}
}

func TestReservedSeatsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, false)
		lot := counting.DrawLot(t, e)
		var young, old []string
		for i, c := range e.Candidates {
			switch i % 3 {
			case 0:
				young = append(young, c.Name)
			case 1:
				old = append(old, c.Name)
			}
		}
		groups := []election.Reserve{
			{Name: "young", Members: young, AtLeast: rapid.IntRange(0, 2).Draw(t, "at least")},
			{Name: "old", Members: old, AtMost: rapid.IntRange(0, 2).Draw(t, "at most")},
		}
		for _, name := range []string{"scottish-stv", "hare-stv", "wigm", "meek", "approval"} {
			r, err := paper.Count(name, e, election.Options{Lot: lot, Reserved: groups})
			if err != nil {
				continue // impossible, or no valid paper
			}
			in := func(group []string) int {
				n := 0
				for _, w := range r.Winners {
					if slices.Contains(group, w) {
						n++
					}
				}
				return n
			}
			if in(young) < groups[0].AtLeast || (groups[1].AtMost > 0 && in(old) > groups[1].AtMost) || len(r.Winners) != r.Seats {
				t.Fatalf("%s elects %v; at least %d of %v, at most %d of %v", name, r.Winners,
					groups[0].AtLeast, young, groups[1].AtMost, old)
			}
			// A reservation that asks for nothing changes nothing.
			free := mustDraw(t, name, e, election.Options{Lot: lot})
			idle := mustDraw(t, name, e, election.Options{Lot: lot, Reserved: []election.Reserve{{Name: "young", Members: young}}})
			if diff := cmp.Diff(free.Winners, idle.Winners); diff != "" {
				t.Fatalf("%s: an empty reservation changes the winners:\n%s", name, diff)
			}
		}
	})
}

// STAR elects one of two whom nobody else has more points than, and of them the one
// whom more papers give more.
func TestStarRunoff(t *testing.T) {
	turned := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "candidates")
		e := &election.Election{Seats: 1}
		points := make([]int64, n)
		var papers [][]int64
		for i := range n {
			e.Candidates = append(e.Candidates, election.Candidate{Name: string(rune('A' + i))})
		}
		for range rapid.IntRange(1, 9).Draw(t, "papers") {
			paper := rapid.SliceOfN(rapid.Int64Range(0, 5), n, n).Draw(t, "points")
			var marks []election.Mark
			for i, k := range paper {
				points[i] += k
				if k > 0 {
					marks = append(marks, election.Mark{Candidate: int16(i), Points: int32(k)})
				}
			}
			papers = append(papers, paper)
			e.Papers = append(e.Papers, election.Paper{Weight: 1, Marks: marks})
		}
		r, err := paper.Count("star", e, election.Options{Lot: counting.DrawLot(t, e)})
		if err != nil {
			return // no valid paper
		}
		w := int(r.Winners[0][0] - 'A')
		better, ok := 0, false // candidates with more points; whether someone fits the runoff
		for i := range n {
			if points[i] > points[w] {
				better++
			}
		}
		for f := range n {
			ahead, margin := 0, 0
			for i := range n {
				if i != w && i != f && points[i] > points[f] {
					ahead++
				}
			}
			for _, p := range papers {
				if p[w] > p[f] {
					margin++
				} else if p[w] < p[f] {
					margin--
				}
			}
			ok = ok || f != w && ahead == 0 && (margin > 0 || margin == 0 && points[w] >= points[f])
		}
		if better > 1 || !ok {
			t.Fatalf("%s elected; points %v, papers %v", r.Winners[0], points, papers)
		}
		turned += better
	})
	if turned == 0 {
		t.Error("no runoff turned the points round")
	}
}
