package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/record"
)

const votes = `id;Rank 1;2nd choice;rank_3;weight
1;Cy;Ann;Bob;2
2;overvote;Ann;;1
3;;Bob;Ann;1
4;Ann|Bob;Cy;;1
5;Bob;skipped;;3
6;Ann;;;
`

// papers writes an election as 2×Cy>Ann, = for level and - for skipped.
func papers(e *election.Election) string {
	var out []string
	for _, p := range e.Papers {
		s := ""
		for k, m := range p.Marks {
			switch {
			case m.Equal:
				s += "="
			case k > 0:
				s += ">"
			}
			if m.Candidate == election.Skipped {
				s += "-"
			} else {
				s += e.Candidates[m.Candidate].Name
			}
		}
		out = append(out, fmt.Sprintf("%d×%s", p.Weight, s))
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	text := strings.Replace(votes, "6;Ann;;;", "6;Ann;-;undervote;4", 1)
	for _, row := range []struct {
		rules record.Rules
		want  string
		notes []string
	}{
		{record.Rules{}, "2×Cy>Ann>Bob 1× 1×->Bob>Ann 1×Ann=Bob>Cy 3×Bob 4×Ann", []string{
			"Of 12 papers in the record, 2 give one rank to several candidates: named ones share the rank, as the method reads it; others end what is read of the paper.",
			"Of 12 papers in the record, 1 skip a rank before another: read as the method does.",
			"Columns of the record that are not ranks: id."}},
		{record.Rules{Overvotes: "end", Skipped: "pass"}, "2×Cy>Ann>Bob 2× 1×Bob>Ann 3×Bob 4×Ann", nil},
		{record.Rules{Overvotes: "skip", Skipped: "pass"}, "2×Cy>Ann>Bob 5×Ann 1×Bob>Ann 1×Cy 3×Bob", nil},
		{record.Rules{Overvotes: "skip", Skipped: "end"}, "2×Cy>Ann>Bob 3× 3×Bob 4×Ann", nil},
		{record.Rules{Overvotes: "skip"}, "2×Cy>Ann>Bob 1×->Ann 1×->Bob>Ann 1×->Cy 3×Bob 4×Ann", nil},
	} {
		e, notes, err := record.Read("v.csv", strings.NewReader(text), row.rules)
		if err != nil {
			t.Fatal(err)
		}
		if got := papers(e); got != row.want {
			t.Errorf("%v:\n got %s\nwant %s", row.rules, got, row.want)
		}
		if row.notes != nil && !slices.Equal(notes, row.notes) {
			t.Errorf("%v: %q", row.rules, notes)
		}
	}
}

// Two skipped ranks in a row end a paper where the rules say so, as in Maine; one
// does not.
func TestTwoSkippedInARow(t *testing.T) {
	e, notes, err := record.Read("v.csv", strings.NewReader("1,2,3,4\nAnn,,Bob,\nAnn,,,Bob\nBob,Ann,Bob,Ann\n"), record.Rules{Skipped: "end-two"})
	if err != nil {
		t.Fatal(err)
	}
	if got := papers(e); got != "1×Ann>Bob 1×Ann 1×Bob>Ann" {
		t.Error(got)
	}
	if last := notes[len(notes)-1]; last != "Of 3 papers in the record, 1 rank somebody again: only the first place counts." {
		t.Error(last)
	}
}

func TestRefuses(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"", "v.csv:1: expected a heading with columns rank1, rank2, ..., found the end"},
		{"party,votes\na,3\n", "v.csv:1: expected a heading with columns rank1"},
		{"rank1,rank3\n", "v.csv:1: expected a column for rank 2"},
		{"rank1,choice 1\n", "v.csv:1: expected each rank in one column"},
		{"rank1\n", "v.csv:2: expected a paper that ranks someone"},
		{"rank1,weight\nAnn,1.5\n", `v.csv:2: expected a whole number of papers up to 1000000000, found "1.5"`},
		{"rank1\nAnn,Bob\n", "v.csv:2: expected at most 1 fields"},
		{"rank1\nAnn\nB\x07b\n", "v.csv:3: expected a candidate's name, found one that has a control character"},
	} {
		_, _, err := record.Read("v.csv", strings.NewReader(row.text), record.Rules{})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: %v, want %q", row.text, err, row.want)
		}
	}
	if _, _, err := record.Read("v.csv", strings.NewReader("rank1\nAnn\n"), record.Rules{Skipped: "never"}); err == nil || !strings.Contains(err.Error(), "take one of method, pass, end, end-two") {
		t.Error(err)
	}
}
