package counting

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Made returns an election of n candidates and so many papers, all of one kind
// of marking drawn by a fixed generator. Nearly all papers differ.
func Made(candidates, seats, papers, marks int) *election.Election {
	e := &election.Election{Title: "made", Seats: seats}
	for i := range candidates {
		e.Candidates = append(e.Candidates, election.Candidate{Name: fmt.Sprintf("Candidate %d", i+1)})
	}
	x := uint64(88172645463325252)
	next := func(n int) int {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return int(x % uint64(n))
	}
	var b election.Ballots
	order := make([]election.Mark, candidates)
	for range papers {
		for i := range order {
			order[i] = election.Mark{Candidate: int16(i)}
		}
		for i := range marks {
			// The lower of two draws, so that some candidates are stronger.
			j := i + min(next(candidates-i), next(candidates-i))
			order[i], order[j] = order[j], order[i]
		}
		if err := b.Add(1, order[:marks]); err != nil {
			panic(err)
		}
	}
	e.Papers = b.Papers()
	return e
}

// Election reads rows of ballots for candidates A, B, C and so on.
func Election(t testing.TB, candidates, seats int, rows string) *election.Election {
	t.Helper()
	names := ""
	for i := range candidates {
		names += string(rune('A'+i)) + "\n"
	}
	head := report.Decimal(int64(candidates), 0) + " " + report.Decimal(int64(seats), 0) + "\n"
	e, err := blt.Read("test.blt", strings.NewReader(head+strings.ReplaceAll(rows, ", ", "\n")+"\n0\n"+names+"T\n"))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// DrawElection draws a small election of ranked papers, some of them empty,
// short, or with equal and skipped ranks when loose is set.
func DrawElection(t *rapid.T, loose bool) *election.Election {
	n := rapid.IntRange(2, 7).Draw(t, "candidates")
	e := &election.Election{Title: "drawn", Seats: rapid.IntRange(1, n).Draw(t, "seats")}
	for i := range n {
		e.Candidates = append(e.Candidates, election.Candidate{Name: string(rune('A' + i))})
	}
	if e.Seats < n && rapid.Bool().Draw(t, "a withdrawal") {
		e.Candidates[rapid.IntRange(0, n-1).Draw(t, "who")].Withdrawn = true
	}
	all := make([]int16, n)
	for i := range all {
		all[i] = int16(i)
	}
	var b election.Ballots
	for range rapid.IntRange(1, 12).Draw(t, "papers") {
		order := rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(0, n).Draw(t, "length")]
		var marks []election.Mark
		for i, c := range order {
			m := election.Mark{Candidate: c}
			if loose && i > 0 {
				m.Equal = marks[len(marks)-1].Candidate != election.Skipped && rapid.IntRange(0, 4).Draw(t, "equal") == 0
			}
			marks = append(marks, m)
			if loose && !m.Equal && rapid.IntRange(0, 9).Draw(t, "skip") == 0 {
				marks = append(marks, election.Mark{Candidate: election.Skipped})
			}
		}
		if err := b.Add(rapid.Int64Range(1, 40).Draw(t, "weight"), marks); err != nil {
			t.Fatal(err)
		}
	}
	e.Papers = b.Papers()
	return e
}

// ReadElection reads a BLT file.
func ReadElection(t testing.TB, path string) *election.Election {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := blt.Read(filepath.Base(path), f)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// MustCount counts e and fails the test if that cannot be done.
func MustCount(t testing.TB, method string, e *election.Election, opt election.Options) *report.Report {
	t.Helper()
	r, err := paper.Count(method, e, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// DrawLot draws an order of all candidates.
func DrawLot(t *rapid.T, e *election.Election) []string {
	var names []string
	for _, c := range e.Candidates {
		names = append(names, c.Name)
	}
	return rapid.Permutation(names).Draw(t, "lot")
}

// MixCandidates is e with its candidates in another order on the ballot.
func MixCandidates(t *rapid.T, e *election.Election) *election.Election {
	from := make([]int, len(e.Candidates))
	for i := range from {
		from[i] = i
	}
	from = rapid.Permutation(from).Draw(t, "order on the ballot")
	to := make([]int16, len(from))
	mixed := *e
	mixed.Candidates = make([]election.Candidate, len(from))
	for i, k := range from {
		mixed.Candidates[i], to[k] = e.Candidates[k], int16(i)
	}
	mixed.Papers = nil
	for _, p := range e.Papers {
		marks := slices.Clone(p.Marks)
		for i := range marks {
			if marks[i].Candidate != election.Skipped {
				marks[i].Candidate = to[marks[i].Candidate]
			}
		}
		mixed.Papers = append(mixed.Papers, election.Paper{Weight: p.Weight, Marks: marks})
	}
	return &mixed
}
