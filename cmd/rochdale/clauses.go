package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// pageWidth is how many characters fit on a line of a terminal.
const pageWidth = 80

// writeSentences writes each text on lines of a page's width.
func writeSentences(w io.Writer, texts []string) {
	for _, text := range texts {
		for _, line := range words.Wrap(text, "  ", "    ", pageWidth) {
			fmt.Fprintln(w, line)
		}
	}
}

// noteClauses tells the user what an action does, clause by clause.
func noteClauses(cmd *cobra.Command, clauses []state.Clause) {
	for _, line := range clauseLines(clauses, pageWidth-len("rochdale:   ")) {
		note(cmd, "  %s", line)
	}
}

// writeClauses writes clauses under a heading, or nothing if there are none.
func writeClauses(w io.Writer, heading string, clauses []state.Clause) {
	if len(clauses) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", heading)
	for _, line := range clauseLines(clauses, pageWidth-2) {
		fmt.Fprintf(w, "  %s\n", line)
	}
}

// clauseLines are clauses as lines of at most width characters, unless a word is
// longer. A clause that does not fit on one says what was and what becomes below
// each other. Several that say again what holds already are one line at the end, but for the
// names of what changes otherwise.
func clauseLines(clauses []state.Clause, width int) []string {
	var out []string
	same := 0
	for _, c := range clauses {
		if asBefore(c) {
			same++
		}
	}
	together := same > 1 && same < len(clauses)
	for _, c := range clauses {
		if together && asBefore(c) && !strings.HasSuffix(c.What, ", name") {
			continue
		}
		if line := c.String(); utf8.RuneCountInString(line) <= width {
			out = append(out, line)
			continue
		}
		if c.Before == "" || c.Before == c.After {
			out = append(out, words.Wrap(c.String(), "", "    ", width)...)
			continue
		}
		out = append(out, words.Wrap(c.What+":", "", "    ", width)...)
		out = append(out, words.Wrap(c.Before, "  was     ", "          ", width)...)
		if c.After != "" {
			out = append(out, words.Wrap(c.After, "  becomes ", "          ", width)...)
		} else {
			out = append(out, "  becomes nothing")
		}
	}
	if together {
		out = append(out, "all else as before")
	}
	return out
}

// asBefore says whether a clause says again what holds already.
func asBefore(c state.Clause) bool { return c.Before != "" && c.Before == c.After }
