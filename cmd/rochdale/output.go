package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// show prints a command's result on standard output: value as indented JSON
// under --json, otherwise what human writes. Nothing reaches standard output
// unless all of it could be made, and a result that could not be written (a
// full disk, a closed pipe) is a fault.
//
// value's fields carry lower_snake_case json tags, which scripts rely on.
// Amounts are integers in minor units, hashes are hex, keys are as tx spells them.
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
		text := page{book: bookOf(cmd)}
		human(&text)
		for line := range strings.Lines(text.String()) {
			line, end := strings.CutSuffix(line, "\n")
			line = withNames(text.book, line)
			out.WriteString(strings.Join(wrapProse(words.Plain(line)), "\n"))
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

// A page is what a command writes for people to read.
type page struct {
	bytes.Buffer
	book *names.Book // of names to show beside the numbers of members; may be nil
}

// bookFor is the directory at hand of whoever writes to w; nil if there is none.
func bookFor(w io.Writer) *names.Book {
	if p, ok := w.(*page); ok {
		return p.book
	}
	return nil
}

// beside is how many characters may stand on a line beside a word that does not fit on
// it, so that the word can be copied whole.
const beside = 25

// tooWide is the first line of text that is wider than a page; none that holds little
// more than one word which cannot be broken, as a path or a proof.
func tooWide(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		n, longest := utf8.RuneCountInString(line), 0
		for _, word := range strings.Fields(line) {
			longest = max(longest, utf8.RuneCountInString(word))
		}
		if n > pageWidth && n-longest > beside {
			return line
		}
	}
	return ""
}

// wrapProse breaks a line that is too long for a page, with what follows set in. A
// line with columns is left as it is: who made it has seen to its width.
func wrapProse(line string) []string {
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	if utf8.RuneCountInString(line) <= pageWidth || strings.Contains(text, "  ") || tooWide(line) == "" {
		return []string{line}
	}
	return words.Wrap(text, indent, indent+"  ", pageWidth)
}

// wrapCell breaks a text into lines of at most width characters: at spaces, and inside
// a word that is longer.
func wrapCell(text string, width int) (lines []string) {
	for _, line := range words.Wrap(text, "", "", width) {
		for rest := []rune(line); len(rest) > 0; rest = rest[min(width, len(rest)):] {
			lines = append(lines, string(rest[:min(width, len(rest))]))
		}
	}
	return lines
}

// A table is rows under headings, written with two spaces between columns. A
// column whose every cell is a number, with or without a unit after it, is
// aligned right; cells left empty do not count. If it is wider than a page, the widest
// columns of text are made narrower and their cells go on in the lines below. Over a
// column of times stands their zone.
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
	t = t.named(bookFor(w))
	lines := make([][]string, 0, len(t.rows)+1)
	heads := make([]string, len(t.heads))
	for i, h := range t.heads {
		heads[i] = strings.ToUpper(h)
	}
	lines = append(lines, heads)
	for _, row := range t.rows {
		lines = append(lines, slices.Clone(row))
	}
	rigid := zoned(lines)

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
	for i := range rigid {
		rigid[i] = rigid[i] || right[i]
	}
	fit(lines, widths, rigid)
	for _, line := range lines {
		writeCells(w, line, widths, right)
	}
}

// named is the table with a column of names behind that of members, if a directory is at
// hand.
func (t *table) named(book *names.Book) *table {
	at := slices.Index(t.heads, "member")
	if book == nil || at < 0 || slices.Contains(t.heads, names.NameField) {
		return t
	}
	out := &table{heads: slices.Insert(slices.Clone(t.heads), at+1, names.NameField)}
	for _, row := range t.rows {
		name := ""
		if m, err := strconv.ParseUint(row[at], 10, 64); err == nil {
			name = words.Plain(book.Name(m))
		}
		out.rows = append(out.rows, slices.Insert(slices.Clone(row), at+1, name))
	}
	return out
}

// Bounds of columns that are made narrower, in characters.
const (
	leastCell = 10 // the narrowest
	longWord  = 24 // what is longer, as a key or a path, is broken rather than sentences
)

// fit makes columns narrower that are not rigid, the widest first, until all fit on a
// page: first down to their longest word, and if that is not enough down to leastCell.
func fit(lines [][]string, widths []int, rigid []bool) {
	over := 2*(len(widths)-1) - pageWidth
	words := make([]int, len(widths))
	for i, width := range widths {
		over += width
		words[i] = leastCell
		for _, line := range lines {
			for word := range strings.FieldsSeq(line[i]) {
				words[i] = max(words[i], min(utf8.RuneCountInString(word), longWord))
			}
		}
	}
	for _, least := range []func(i int) int{func(i int) int { return words[i] }, func(int) int { return leastCell }} {
		for over > 0 {
			widest := -1
			for i, width := range widths {
				if !rigid[i] && width > least(i) && (widest < 0 || width > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
			over--
		}
	}
}

// zoned takes " UTC" out of the columns in which every time has it, which it returns,
// and puts it over them.
func zoned(lines [][]string) []bool {
	const zone = " UTC"
	all := make([]bool, len(lines[0]))
	for i := range lines[0] {
		times := 0
		for _, line := range lines[1:] {
			switch {
			case strings.HasSuffix(line[i], zone):
				times++
			case line[i] != "":
				times = -len(lines)
			}
		}
		if times <= 0 {
			continue
		}
		all[i] = true
		lines[0][i] += " (UTC)"
		for _, line := range lines[1:] {
			line[i] = strings.TrimSuffix(line[i], zone)
		}
	}
	return all
}

// writeCells prints one row, on as many lines as its longest cell takes.
func writeCells(w io.Writer, row []string, widths []int, right []bool) {
	cells, height := make([][]string, len(row)), 1
	for i, cell := range row {
		cells[i] = wrapCell(cell, max(widths[i], 1))
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var b strings.Builder
		for i := range cells {
			cell := ""
			if n < len(cells[i]) {
				cell = cells[i][n]
			}
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

// writeFacts prints facts with their values in one column, one a line unless a value is
// longer than that, leaving out those whose value prints as nothing.
func writeFacts(w io.Writer, facts ...fact) { indented(w, "", facts...) }

// indented writes facts behind a margin.
func indented(w io.Writer, margin string, facts ...fact) {
	width, book := 0, bookFor(w)
	for _, f := range facts {
		width = max(width, utf8.RuneCountInString(f.name))
	}
	for _, f := range facts {
		if at, ok := f.value.(stamp); ok {
			f.value = at.here()
		}
		value := words.Plain(fmt.Sprint(f.value))
		if value == "" {
			continue
		}
		value = withNames(book, value)
		if m, err := strconv.ParseUint(value, 10, 64); err == nil && f.name == "member" && book != nil {
			if name := book.Name(m); name != "" {
				value += ", " + words.Plain(name)
			}
		}
		name := margin + f.name + strings.Repeat(" ", width-utf8.RuneCountInString(f.name)) + "  "
		for _, line := range words.Wrap(value, name, strings.Repeat(" ", len(margin)+width+2), pageWidth) {
			fmt.Fprintln(w, line)
		}
	}
}
