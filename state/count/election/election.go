// Package election is what every count of papers starts from: candidates, papers with
// ranks, marks or points, what a returning officer adds, and a contest under way, with
// its lot, its seats reserved for groups and its report. The packages tally, stv and
// condorcet count; package paper lists their methods.
//
// All functions are pure. They use integers and exact fractions, take any lot
// from the caller, and give the same report for the same papers, in whatever
// order the papers come.
//
// Rule: docs/rules.md, "Counting".
package election

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// Limits. A file or an election beyond one of them is refused by name, so that
// no count takes unbounded time or memory. Together they keep every sum of this
// package within int64: MaxVotes at nine decimal places is 10^18.
const (
	MaxCandidates = 1_000         // candidates on one paper
	MaxVotes      = 1_000_000_000 // papers in all, identical ones counted each
	MaxPapers     = 1 << 21       // different papers after identical ones are grouped
	MaxMarks      = 1 << 24       // marks on all different papers together
	MaxPlaces     = 6             // decimals of a paper's weight, which makes MaxVotes as many times smaller
	MaxPoints     = 1_000_000     // points one mark may give
	MaxName       = 400           // bytes of a candidate's name or a title
	MaxReserved   = 100           // groups with reserved seats
)

// Skipped is the Candidate of a rank that the voter left blank.
const Skipped = -1

// A Candidate stands, or stood and withdrew before the count. Names are unique
// within an election: reports and lots go by name.
type Candidate struct {
	Name      string
	Withdrawn bool
}

// A Mark is one entry on a paper. Marks are in order of preference.
type Mark struct {
	Candidate int16 // index into Election.Candidates, or Skipped
	Equal     bool  // shares the rank of the mark before it
	Points    int32 // 1 to MaxPoints on papers that give points; else 0
}

// A Paper is one way of marking, and how many voters marked so.
type Paper struct {
	Weight int64  // 1 to MaxVotes, in units of 10^-Election.Places
	Marks  []Mark // none for an empty paper; no candidate twice
}

// An Election is what a count starts from. Counting never changes it.
type Election struct {
	Title      string
	Candidates []Candidate
	Seats      int
	Places     int      // decimals of weights, 0 to MaxPlaces: a Paper's Weight is in units of 10^-Places
	Papers     []Paper  // identical papers grouped, in order of first appearance
	TieOrder   []int    // a file's own [tie] option: kept, never used as a lot
	Remarks    []string // lines that follow the title in the file
}

// Check reports the first way in which e breaks a limit or contradicts itself.
// It returns an *input.Error, or nil for an election that every method can read.
func (e *Election) Check() error {
	if err := e.CheckCandidates(); err != nil {
		return err
	}
	if why := BadName(e.Title); why != "" {
		return input.Errorf("give a printable title", "the title %s", why)
	}
	if e.Seats < 1 || e.Seats > len(e.Candidates) {
		return input.Errorf("give between 1 seat and as many as there are candidates",
			"%d seats for %d candidates", e.Seats, len(e.Candidates))
	}
	if e.Places < 0 || e.Places > MaxPlaces {
		return input.Errorf("round the weights", "weights with %d decimals, more than %d", e.Places, MaxPlaces)
	}
	if len(e.Papers) > MaxPapers {
		return input.Errorf("group identical papers, or count in parts",
			"%d different papers, more than %d", len(e.Papers), MaxPapers)
	}
	seen := make([]int32, len(e.Candidates))
	var votes int64
	marks := 0
	for i := range e.Papers {
		p := &e.Papers[i]
		if p.Weight < 1 || p.Weight > MaxVotes {
			return input.Errorf("give each paper a weight of 1 or more",
				"paper %d has weight %d, outside 1 to %d", i+1, p.Weight, MaxVotes)
		}
		votes += p.Weight // at most MaxPapers*MaxVotes, under 2^51
		marks += len(p.Marks)
		if err := e.checkMarks(i, p.Marks, seen); err != nil {
			return err
		}
	}
	if votes > MaxVotes {
		return input.Errorf("count in parts", "%d papers, more than %d", votes, MaxVotes)
	}
	if marks > MaxMarks {
		return input.Errorf("count in parts", "%d marks, more than %d", marks, MaxMarks)
	}
	return nil
}

func (e *Election) CheckCandidates() error {
	if len(e.Candidates) == 0 {
		return input.Errorf("name at least one", "no candidates")
	}
	if len(e.Candidates) > MaxCandidates {
		return input.Errorf("split the election", "%d candidates, more than %d", len(e.Candidates), MaxCandidates)
	}
	names := make(map[string]int, len(e.Candidates))
	for i, c := range e.Candidates {
		if why := BadName(c.Name); why != "" {
			return input.Errorf("give every candidate a printable name", "candidate %d's name %s", i+1, why)
		}
		if c.Name == "" {
			return input.Errorf("give every candidate a name", "candidate %d has no name", i+1)
		}
		if j, ok := names[c.Name]; ok {
			return input.Errorf("tell them apart by name", "candidates %d and %d are both named %q", j+1, i+1, c.Name)
		}
		names[c.Name] = i
	}
	return nil
}

// checkMarks refuses marks that no paper can carry. seen holds, for each
// candidate, the number (from 1) of the last paper that marked it.
func (e *Election) checkMarks(paper int, marks []Mark, seen []int32) error {
	for k, m := range marks {
		switch {
		case m.Candidate == Skipped:
			if m.Equal || m.Points != 0 || (k+1 < len(marks) && marks[k+1].Equal) {
				return input.Errorf("mark a skipped rank alone", "paper %d: a skipped rank shares its rank or has points", paper+1)
			}
			continue
		case m.Candidate < 0 || int(m.Candidate) >= len(e.Candidates):
			return input.Errorf("rank only candidates on the list",
				"paper %d ranks candidate %d of %d", paper+1, int(m.Candidate)+1, len(e.Candidates))
		case m.Equal && k == 0:
			return input.Errorf("start with a rank of its own", "paper %d: the first mark shares a rank with none", paper+1)
		case m.Points < 0 || m.Points > MaxPoints:
			return input.Errorf(fmt.Sprintf("give 1 to %d points", MaxPoints), "paper %d gives %d points", paper+1, m.Points)
		case seen[m.Candidate] == int32(paper+1):
			return input.Errorf("mark each candidate once", "paper %d marks %s twice", paper+1, e.Candidates[m.Candidate].Name)
		}
		seen[m.Candidate] = int32(paper + 1)
	}
	return nil
}

// BadName says what is wrong with a name or title, or "".
func BadName(s string) string {
	if why := BadText(s); why != "" {
		return why
	}
	for {
		_, after, ok := strings.Cut(s, `"`)
		if !ok {
			return ""
		}
		if strings.HasPrefix(strings.TrimLeft(after, " "), "#") {
			return "has a quote mark before a number sign, which BLT takes for a comment"
		}
		s = after
	}
}

// BadText says what is wrong with any kept line, or "".
func BadText(s string) string {
	if len(s) > MaxName {
		return fmt.Sprintf("is longer than %d bytes", MaxName)
	}
	if !utf8.ValidString(s) {
		return "is not valid UTF-8"
	}
	for _, r := range s {
		if r < 0x20 || 0x7f <= r && r < 0xa0 {
			return "has a control character"
		}
	}
	return ""
}

// Standing returns how many candidates have not withdrawn.
func (e *Election) Standing() int {
	n := 0
	for _, c := range e.Candidates {
		if !c.Withdrawn {
			n++
		}
	}
	return n
}

// Pointed reports whether any paper gives points to a candidate.
func (e *Election) Pointed() bool {
	for i := range e.Papers {
		if m := e.Papers[i].Marks; len(m) > 0 && m[0].Points > 0 {
			return true
		}
	}
	return false
}
