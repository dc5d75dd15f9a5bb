package blt_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// stated is what a file says, as text.
func stated(e *election.Election) string {
	var b strings.Builder
	for _, c := range e.Candidates {
		b.WriteString(c.Name)
		if c.Withdrawn {
			b.WriteString(" withdrawn")
		}
		b.WriteString("|")
	}
	b.WriteString(e.Title)
	for _, r := range e.Remarks {
		b.WriteString("|" + r)
	}
	var rows strings.Builder
	if err := blt.Write(&rows, e); err != nil {
		return err.Error()
	}
	_, papers, _ := strings.Cut(rows.String(), "\n")
	for row := range strings.Lines(papers) {
		if row == "0\n" {
			break
		}
		if row[0] != '-' {
			b.WriteString("; " + strings.TrimSpace(row))
		}
	}
	return b.String()
}

// Layouts that other programs write, with what they say; or the line and the words of
// the refusal.
func TestLayouts(t *testing.T) {
	const rows = "3 1\n5 1 2 0\n4 2 0\n0\n"
	for _, row := range []struct {
		name, file string
		want       string
		line       int
	}{
		{"free layout", "4 2 -4\n30 1 0 29 2 0\n24 3\n2 0 0 \"Ann\" \"Bob\" \"Cy\" \"Dee\"\n\"Layout is free\"\n",
			"Ann|Bob|Cy|Dee withdrawn|Layout is free; 30 1 0; 29 2 0; 24 3 2 0", 0},
		{"all on one line", `2 1 3 1 0 2 2 1 0 0 "Ann" "Bob" "One line"`, "Ann|Bob|One line; 3 1 0; 2 2 1 0", 0},
		{"the header on two lines, with comments", "2 # candidates\n1 # seat\n3 1=2 0 # level\n1 2 0 0\nAnn\nBob\nT\n", "Ann|Bob|T; 3 1=2 0; 1 2 0", 0},
		{"free layout, cut short", "4 2 -4\n30 1 0 29 2", "end of file: it may be cut short", 2},
		{"free layout, who does not stand", "2 1 3 1 0\n3 3 0 0\nA\nB\nT\n", "a mark for candidate 3, who does not stand", 2},
		{"free layout, no number", "2 1 3 1 0\n3 x 0 0\nA\nB\nT\n", `found "x 0`, 2},
		{"a row of its own line, cut short", "2 1\n3 1\n2 2 0\n0\nA\nB\nT\n", "end of line: it may be cut short", 2},
		{"names and title on one line", rows + `"Ann" "Bob" "Cy" "Names on one line"`, "Ann|Bob|Cy|Names on one line; 5 1 2 0; 4 2 0", 0},
		{"two names a line", rows + "\"Ann\" \"Bob\"\n\"Cy\" \"T\" # the title\n", "Ann|Bob|Cy|T; 5 1 2 0; 4 2 0", 0},
		{"names and parties", rows + "\"Ann Lee\" \"Green List\"\n\"Bob \"\"Bo\"\" Ray\" \"Blue List\"\n\"Cy Orr\"\n\"Chair\"\n",
			`Ann Lee (Green List)|Bob "Bo" Ray (Blue List)|Cy Orr|Chair; 5 1 2 0; 4 2 0`, 0},
		{"a quotation mark at the end", rows + "\"Ann \"\"A\"\"\"\n\"Bob \"B\" Ray\"\n\"\"\"Cy\"\"\"\n\"T\"\n", `Ann "A"|Bob "B" Ray|"Cy"|T; 5 1 2 0; 4 2 0`, 0},
		{"the end mark of DOS programs", rows + "\"Ann\" \"Bob\" \"Cy\"  \"Ctrl-Z\"\n\x1a", "Ann|Bob|Cy|Ctrl-Z; 5 1 2 0; 4 2 0", 0},
		{"the mark behind the title", rows + "Ann\nBob\nCy\nCtrl-Z\x1a", "Ann|Bob|Cy|Ctrl-Z; 5 1 2 0; 4 2 0", 0},
		{"the mark elsewhere", rows + "Ann\nBob\x1a\nCy\nT\n", "a control character", 6},
		{"one name too many", rows + "\"Ann\"\n\"Bob\"\n\"Cy\"\n\"Dee\"\n\"Chair\"\n", "one name more", 9},
		{"one on the line of the others", rows + `"Ann" "Bob" "Cy" "Dee" "Chair"`, "one name more", 5},
		{"remarks in quotes", rows + "\"Ann\"\n\"Bob\"\n\"Cy\"\n\"Chair\"\n\"Source\"\n\"Date\"\n", `Ann|Bob|Cy|Chair|"Source"|"Date"; 5 1 2 0; 4 2 0`, 0},
		{"a name too few", rows + `"Ann" "Bob"`, "expected the name of candidate 3 of 3, found end of file", 5},
		{"a mark that is not closed", rows + `"Ann" "Bob`, "it may be cut short", 5},
	} {
		e, err := blt.Read("x.blt", strings.NewReader(row.file))
		var parse *input.ParseError
		switch {
		case row.line == 0 && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.line == 0:
			if diff := cmp.Diff(row.want, stated(e)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", row.name, diff)
			}
		case !errors.As(err, &parse) || parse.Line != row.line || !strings.Contains(err.Error(), row.want):
			t.Errorf("%s: %v, want line %d and %q", row.name, err, row.line, row.want)
		}
	}
}
