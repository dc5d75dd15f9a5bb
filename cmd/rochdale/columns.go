package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A table is rows under headings, written with two spaces between columns. A
// column whose every cell is a number, with or without a unit after it, is
// aligned right; cells left empty do not count. Over a column of times stands their zone.
//
// If it is wider than a page, these give way, each only as far as the ones before it do
// not suffice: columns of text, down to their longest word, and the headings of figures,
// whose cells go on in the lines below; the names of a directory, each then in a line
// of its own under its row; columns of text, down to leastCell; and the last columns,
// which go on in a second line of each row. A figure is never broken.
type table struct {
	heads []string
	rows  [][]string
	names int // which column the names of a directory are, zero if there is none
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
	defer laid(w)()
	t = t.named(bookFor(w))
	l := t.layout()
	over := l.narrow(l.longestWord)
	var below []string
	if over > 0 && t.names > 0 {
		t, below = t.nameless()
		l = t.layout()
		over = l.narrow(l.longestWord)
	}
	if over > 0 {
		l.narrow(func(i int) int { return min(leastCell, l.longestWord(i)) })
	}
	strips := l.strips()
	for n, line := range l.lines {
		for k, strip := range strips {
			l.writeCells(w, line, strip, k > 0)
		}
		if n > 0 && below != nil && below[n-1] != "" {
			fmt.Fprintf(w, "%s%s\n", belowMargin, below[n-1])
		}
	}
}

// belowMargin stands before what goes on in a line below its row.
const belowMargin = "        "

// named is the table with the names of members beside their numbers, if a directory is at
// hand: in a column of their own behind that of members, and in cells that say who it is.
func (t *table) named(book *names.Book) *table {
	if book == nil {
		return t
	}
	out := &table{heads: t.heads}
	at := slices.Index(t.heads, "member")
	if slices.Contains(t.heads, names.NameField) {
		at = -1
	}
	if at >= 0 {
		out.heads, out.names = slices.Insert(slices.Clone(t.heads), at+1, names.NameField), at+1
	}
	for _, row := range t.rows {
		row = slices.Clone(row)
		for i := range row {
			row[i] = withNames(book, row[i])
		}
		if at >= 0 {
			name := ""
			if m, err := strconv.ParseUint(row[at], 10, 64); err == nil {
				name = words.Plain(book.Name(m))
			}
			row = slices.Insert(row, at+1, name)
		}
		out.rows = append(out.rows, row)
	}
	return out
}

// nameless is the table without the column of names, and what stood in it, by row.
func (t *table) nameless() (*table, []string) {
	out := &table{heads: slices.Delete(slices.Clone(t.heads), t.names, t.names+1)}
	var column []string
	for _, row := range t.rows {
		column = append(column, row[t.names])
		out.rows = append(out.rows, slices.Delete(slices.Clone(row), t.names, t.names+1))
	}
	return out, column
}

// A layout is a table as it is to be printed: the headings, then the rows.
type layout struct {
	lines  [][]string
	widths []int
	right  []bool // columns of numbers
	whole  []bool // columns whose cells, other than the heading, are never broken
}

func (t *table) layout() *layout {
	n := len(t.heads)
	l := &layout{widths: make([]int, n), right: make([]bool, n)}
	heads := make([]string, n)
	for i, h := range t.heads {
		heads[i] = strings.ToUpper(h)
	}
	l.lines = append(l.lines, heads)
	for _, row := range t.rows {
		l.lines = append(l.lines, slices.Clone(row))
	}
	l.whole = zoned(l.lines)
	for i := range heads {
		numbers, texts := 0, 0
		for n, line := range l.lines {
			l.widths[i] = max(l.widths[i], utf8.RuneCountInString(line[i]))
			switch {
			case n == 0 || line[i] == "":
			case isNumber(line[i]):
				numbers++
			default:
				texts++
			}
		}
		l.right[i] = numbers > 0 && texts == 0
		l.whole[i] = l.whole[i] || l.right[i]
	}
	return l
}

// Bounds of columns that are made narrower, in characters.
const (
	leastCell = 10 // the narrowest
	longWord  = 26 // what is longer, as a key or a path, is broken rather than sentences
)

// longestWord is how narrow a column can be without breaking a word, but for one that is
// longer than longWord.
func (l *layout) longestWord(i int) int {
	longest := 0
	for _, line := range l.lines {
		for word := range strings.FieldsSeq(line[i]) {
			longest = max(longest, min(utf8.RuneCountInString(word), longWord))
		}
	}
	return longest
}

// narrow makes columns narrower, the widest first, until all fit on a page, columns of
// text down to least; it returns by how many characters they do not.
func (l *layout) narrow(least func(i int) int) (over int) {
	bounds := make([]int, len(l.widths))
	over = 2*(len(l.widths)-1) - pageWidth
	for i, width := range l.widths {
		over += width
		bounds[i] = least(i)
		if l.whole[i] {
			bounds[i] = l.longestWord(i)
			for _, line := range l.lines[1:] {
				bounds[i] = max(bounds[i], utf8.RuneCountInString(line[i]))
			}
		}
	}
	for over > 0 {
		widest := -1
		for i, width := range l.widths {
			if width > bounds[i] && (widest < 0 || width > l.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		l.widths[widest]--
		over--
	}
	return over
}

// strips are the columns that stand in one line, each from one column up to before another:
// all of them, unless they do not fit on a page.
func (l *layout) strips() (out [][2]int) {
	from, width := 0, 0
	for i, w := range l.widths {
		if i > from && width+2+w > pageWidth {
			out = append(out, [2]int{from, i})
			from, width = i, len(belowMargin)-2
		}
		width += w
		if i > from || from > 0 {
			width += 2
		}
	}
	return append(out, [2]int{from, len(l.widths)})
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

// writeCells prints a strip of one row, on as many lines as its longest cell takes.
func (l *layout) writeCells(w io.Writer, row []string, strip [2]int, below bool) {
	cells, height := make([][]string, len(row)), 1
	for i := strip[0]; i < strip[1]; i++ {
		cells[i] = wrapCell(row[i], max(l.widths[i], 1))
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var b strings.Builder
		if below {
			b.WriteString(belowMargin)
		}
		for i := strip[0]; i < strip[1]; i++ {
			cell := ""
			if n < len(cells[i]) {
				cell = cells[i][n]
			}
			if i > strip[0] {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", l.widths[i]-utf8.RuneCountInString(cell))
			if l.right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
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
