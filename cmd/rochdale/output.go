package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// show prints a command's result on standard output: value as indented JSON
// under --json, otherwise what human writes. Nothing reaches standard output
// unless all of it could be made, and a result that could not be written (a
// full disk, a closed pipe) is a fault.
//
// value's fields carry lower_snake_case json tags, which scripts rely on.
// Amounts are integers in minor units, keys and hashes are hex.
func show(cmd *cobra.Command, value any, human func(w io.Writer)) error {
	var out bytes.Buffer
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(value); err != nil {
			return fmt.Errorf("encoding the result as JSON: %w", err)
		}
	} else {
		var text bytes.Buffer
		human(&text)
		for line := range strings.Lines(text.String()) {
			line, end := strings.CutSuffix(line, "\n")
			out.WriteString(words.Plain(line))
			if end {
				out.WriteByte('\n')
			}
		}
	}
	if _, err := cmd.OutOrStdout().Write(out.Bytes()); err != nil {
		return withHint(fmt.Errorf("writing the result: %w", err), "what the command did is done; only its result was not shown")
	}
	return nil
}

// A table is rows under headings, written with two spaces between columns. A
// column whose every cell is a number, with or without a unit after it, is
// aligned right; cells left empty do not count.
type table struct {
	heads []string
	rows  [][]string
}

func newTable(heads ...string) *table { return &table{heads: heads} }

// row adds a row; cells are formatted with fmt.Sprint, and text of the ledger
// cannot leave its cell. A row of another length
// than the headings is a mistake in the command and panics.
func (t *table) row(cells ...any) {
	if len(cells) != len(t.heads) {
		panic(fmt.Sprintf("table row has %d cells under %d headings", len(cells), len(t.heads)))
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = words.Plain(fmt.Sprint(c))
	}
	t.rows = append(t.rows, row)
}

// write prints the headings in capitals, then the rows. A table without rows is
// nothing: a list that is empty says so in a note.
func (t *table) write(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	lines := make([][]string, 0, len(t.rows)+1)
	heads := make([]string, len(t.heads))
	for i, h := range t.heads {
		heads[i] = strings.ToUpper(h)
	}
	lines = append(append(lines, heads), t.rows...)

	widths := make([]int, len(heads))
	right := make([]bool, len(heads))
	for i := range heads {
		numbers, words := 0, 0
		for n, line := range lines {
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
			switch {
			case n == 0 || line[i] == "":
			case isNumber(line[i]):
				numbers++
			default:
				words++
			}
		}
		right[i] = numbers > 0 && words == 0
	}
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// isNumber says whether a cell is a number as people write them in a column:
// 7, -1,234.50, 12.5%, 21,000.00 EUR, 31 ms. A date, a hash that starts with a
// letter and an empty cell are not.
func isNumber(cell string) bool {
	number, unit, hasUnit := strings.Cut(cell, " ")
	number = strings.TrimSuffix(strings.TrimPrefix(number, "-"), "%")
	if number == "" || (hasUnit && (unit == "" || len(unit) > 5)) {
		return false
	}
	for i, r := range number {
		if (r < '0' || r > '9') && (i == 0 || (r != ',' && r != '.')) {
			return false
		}
	}
	return !strings.ContainsAny(unit, "0123456789 ")
}

// A fact is one line of a description: what it is, and its value.
type fact struct {
	name  string
	value any
}

// writeFacts prints facts one a line with their values in one column, leaving
// out those whose value prints as nothing.
func writeFacts(w io.Writer, facts ...fact) {
	width := 0
	for _, f := range facts {
		width = max(width, utf8.RuneCountInString(f.name))
	}
	for _, f := range facts {
		value := words.Plain(fmt.Sprint(f.value))
		if value == "" {
			continue
		}
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(f.name))
		fmt.Fprintf(w, "%s%s  %s\n", f.name, pad, value)
	}
}
