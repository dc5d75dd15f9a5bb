// Package sheet reads tables as spreadsheets write them: a line a row, with cells
// parted by commas, semicolons or tabs. It finds out which by the first line, or by
// the line "sep=;" that some spreadsheets put before it. Cells may stand between
// quotation marks, lines may end in CR LF, and empty lines and those from a # on do
// not count. A first line may name the columns, in any order; without one they are
// in the order that the reader asks for. A file whose name ends in .json is a list of
// objects instead, one a row, with a name for each cell.
//
// Nothing is guessed: a column that nobody asked for is refused unless it is to be
// ignored by its name, and an error names the line and what was expected there.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Bounds of a table that is read into memory.
const (
	MaxLines = 1_000_000
	MaxBytes = 256 << 20
)

// A File is a table and what it has to be.
type File struct {
	Path    string
	From    io.Reader // to read instead of the file at Path, which then only names it; may be nil
	Columns []Column  // in their order, if no line names them
	Ignore  []string  // columns to pass over, by name
	// DecimalComma says that the columns of figures are written "1.234,50".
	DecimalComma bool
	// CommaOption is what sets DecimalComma, for hints; empty if nothing does.
	CommaOption string
	// Fixed says that nothing lets the user ignore columns, for hints.
	Fixed bool
	// Wrong is told of each line whose form is wrong, and the others are read; if it is nil,
	// the first such line ends the reading.
	Wrong func(*Error)
}

// A Column is one that a table may have.
type Column struct {
	Name     string
	Optional bool // it may be left out, or empty
	Figure   bool // of numbers that can have separators
	Named    bool // it is there only if a first line names it; such columns come last
}

// A Row is one line of the table.
type Row struct {
	Line  int // of the file, from 1
	cells map[string]string
	at    map[string]int
}

// Cell is what stands in a column, without spaces around it; nothing if there is
// none.
func (r Row) Cell(column string) string { return r.cells[column] }

// Column is where a cell begins in its line, in bytes from 1; 1 if there is none.
func (r Row) Column(column string) int { return max(r.at[column], 1) }

// Has says whether the row reaches as far as a column.
func (r Row) Has(column string) bool {
	_, ok := r.cells[column]
	return ok
}

// An Error says what is wrong with a table, where, and what was expected.
type Error struct {
	Path   string
	Line   int // 0 for the file as a whole
	Column int // in bytes from 1; 0 if it is the line as a whole
	Err    error
	Hint   string // what a line has to look like, or what to do
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s, line %d: %v", e.Path, e.Line, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Wants says what a line looks like.
func (f File) Wants() string {
	unnamed, more := f.unnamed(), ""
	if all := f.names(); len(all) > len(unnamed) {
		more = ", or more: " + strings.Join(all, ",")
	}
	return "each line is: " + strings.Join(unnamed, ",") + "; or a first line names the columns in another order" + more
}

// unnamed are the columns of a table whose first line names none.
func (f File) unnamed() []string {
	var names []string
	for _, c := range f.Columns {
		if !c.Named {
			names = append(names, c.Name)
		}
	}
	return names
}

func (f File) names() []string {
	var names []string
	for _, c := range f.Columns {
		names = append(names, c.Name)
	}
	return names
}

// needed are the columns that may not be left out.
func (f File) needed() []string {
	var names []string
	for _, c := range f.Columns {
		if !c.Optional {
			names = append(names, c.Name)
		}
	}
	return names
}

// bad is an *Error.
func (f File) bad(line int, hint, format string, args ...any) error {
	return &Error{Path: f.Path, Line: line, Err: fmt.Errorf(format, args...), Hint: hint}
}

// Read calls fn for each row, in order. What fn refuses is returned as an *Error
// with the line.
func (f File) Read(fn func(Row) error) error {
	from := f.From
	if from == nil {
		file, err := os.Open(f.Path)
		if err != nil {
			return fmt.Errorf("reading the file: %w", err)
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return f.bad(0, "name the file in it", "is a folder, not a file")
		}
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, MaxBytes+1))
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.Path, err)
	}
	return f.Parse(text, fn)
}

// Parse is Read for text that is in memory.
func (f File) Parse(text []byte, fn func(Row) error) error {
	if len(text) > MaxBytes {
		return f.bad(0, "do it in smaller parts", "has more than %s bytes", words.Count(MaxBytes))
	}
	if input.IsUTF16(text) {
		return f.bad(0, "save it as CSV in UTF-8", "is text in UTF-16")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		return f.bad(1+bytes.Count(text[:invalid(text)], []byte("\n")), "save it as CSV in UTF-8", "a character is not UTF-8")
	}
	if strings.EqualFold(filepath.Ext(f.Path), ".json") {
		return f.parseJSON(text, fn)
	}
	return f.parseCSV(text, fn)
}

// past tells Wrong of a line whose form is wrong, so that the next is read; without it, and
// of what is wrong with the file as a whole, it returns err.
func (f File) past(err error) error {
	var of *Error
	if f.Wrong == nil || !errors.As(err, &of) || of.Line == 0 {
		return err
	}
	f.Wrong(of)
	return nil
}

func (f File) parseCSV(text []byte, fn func(Row) error) error {
	text, skipped, comma := separator(text)
	in := csv.NewReader(bytes.NewReader(text))
	// A tab at the beginning of a line is an empty cell and no space.
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace, in.Comment = comma, -1, comma != '\t', '#'
	var columns []string // of the cells; "" is passed over
	for n := 0; ; n++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if err := f.past(f.unreadable(skipped, err)); err != nil {
				return err
			}
			continue
		}
		line, _ := in.FieldPos(0)
		line += skipped
		starts := make([]int, len(cells))
		for i := range cells {
			_, starts[i] = in.FieldPos(i)
			cells[i] = strings.TrimSpace(cells[i])
		}
		if strings.Join(cells, "") == "" {
			n--
			continue // a line of separators, as a spreadsheet writes for an empty one
		}
		if n == 0 {
			heading, err := f.heading(line, cells)
			if err != nil {
				return err
			}
			if columns = heading; heading != nil {
				continue
			}
			columns = f.unnamed()
		}
		if n > MaxLines {
			return f.bad(0, "do it in smaller parts", "has more than %s lines", words.Count(MaxLines))
		}
		if err := f.past(f.row(line, columns, cells, starts, fn)); err != nil {
			return err
		}
	}
}

// invalid is where text stops being UTF-8.
func invalid(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// separator finds out what parts the cells. It returns the text without a line
// "sep=;", and how many lines that takes. In a first line a tab, and else a
// semicolon, outside quotation marks is no part of a cell: names of columns and
// figures have none, and a comma may stand in a figure.
func separator(text []byte) (rest []byte, skipped int, comma rune) {
	first, after, _ := bytes.Cut(text, []byte("\n"))
	said := strings.Trim(strings.TrimSpace(string(first)), `"`)
	if len(said) > 4 && strings.EqualFold(said[:4], "sep=") {
		return after, 1, rune(said[4])
	}
	if strings.EqualFold(said, "sep=") { // of a tab, which was trimmed
		return after, 1, '\t'
	}
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		quoted, found := false, ','
		for _, r := range string(line) {
			switch {
			case r == '"':
				quoted = !quoted
			case quoted:
			case r == '\t':
				return text, 0, '\t'
			case r == ';':
				found = ';'
			}
		}
		return text, 0, found
	}
	return text, 0, ','
}

// heading gives the column of each cell if the line names them, and nil if it does
// not.
func (f File) heading(line int, cells []string) ([]string, error) {
	known := func(cell string, names []string) (string, bool) {
		i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, cell) })
		if i < 0 {
			return "", false
		}
		return names[i], true
	}
	if !slices.ContainsFunc(cells, func(c string) bool { _, ok := known(c, f.names()); return ok }) {
		if text := strings.Join(cells, ","); !strings.ContainsAny(text, "0123456789") {
			return nil, f.bad(line, f.Wants(), "it names none of the columns %s: %s", words.List(f.names(), "and"), words.Quote(text))
		}
		if len(f.Ignore) > 0 {
			return nil, f.bad(line, f.Wants(), "the line does not name the columns, so none can be ignored by name")
		}
		return nil, nil
	}
	columns := make([]string, len(cells))
	var strangers []string
	seen := map[string]bool{}
	for i, cell := range cells {
		name, wanted := known(cell, f.names())
		ignored, passed := known(cell, f.Ignore)
		switch {
		case passed && wanted && slices.Contains(f.needed(), name):
			return nil, f.bad(line, "check --ignore", "the column %s is needed", words.Quote(name))
		case passed:
			seen[ignored] = true
		case wanted && seen[name]:
			return nil, f.bad(line, "leave one of them out", "there are two columns %s", words.Quote(name))
		case wanted:
			columns[i], seen[name] = name, true
		case cell != "":
			strangers = append(strangers, cell)
		}
	}
	if len(strangers) > 0 {
		missing := slices.DeleteFunc(f.needed(), func(name string) bool { return seen[name] })
		return nil, f.unexpected(line, strangers, missing)
	}
	for _, name := range f.needed() {
		if !seen[name] {
			return nil, f.bad(line, f.Wants(), "there is no column %s", words.Quote(name))
		}
	}
	for _, name := range f.Ignore {
		if !seen[name] {
			return nil, f.bad(line, "check --ignore", "there is no column %s to ignore", words.Quote(name))
		}
	}
	return columns, nil
}

// unexpected says which columns nobody asked for, and how to leave them out; if others
// are missing, one of them may have been meant.
func (f File) unexpected(line int, strangers, missing []string) error {
	var quoted, flags []string
	for _, cell := range strangers {
		quoted = append(quoted, words.Quote(cell))
		flags = append(flags, "--ignore "+words.Quote(words.Plain(cell)))
	}
	which, them := "a column "+quoted[0]+" is", "it"
	if len(strangers) > 1 {
		which, them = "columns "+words.List(quoted, "and")+" are", "them"
	}
	hint, or := fmt.Sprintf("to leave %s out: %s", them, strings.Join(flags, " ")), "; "
	if f.Fixed {
		hint, or = "take "+them+" out of the table", ", or "
	}
	if len(missing) > 0 {
		hint = fmt.Sprintf("write %s over the column that is meant%s%s", words.Quote(missing[0]), or, hint)
	}
	return f.bad(line, hint, "%s not expected; the columns are %s", which, words.List(f.names(), "and"))
}

// unreadable says what the package csv found wrong.
func (f File) unreadable(skipped int, err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return &Error{
			Path: f.Path, Line: parse.StartLine + skipped, Err: errors.New("a quotation mark stands where none can"),
			Hint: "put whole cells between quotation marks, or none",
		}
	}
	return f.bad(0, f.Wants(), "cannot be read: %w", err)
}

// row gives one line, whose cells begin at starts, to fn, or says what is wrong with its form.
func (f File) row(line int, columns, cells []string, starts []int, fn func(Row) error) error {
	r := Row{Line: line, cells: make(map[string]string, len(columns)), at: make(map[string]int, len(columns))}
	for i, cell := range cells {
		switch {
		case i < len(columns) && columns[i] != "":
			r.cells[columns[i]], r.at[columns[i]] = cell, starts[i]
		case i >= len(columns) && cell != "":
			return f.bad(line, `a number with commas stands between quotation marks: "1,234.50"; `+f.Wants(), "it has %s, and %d can be",
				words.Plural(uint64(len(cells)), "cell"), len(columns))
		}
	}
	for _, c := range f.Columns {
		if c.Figure && f.DecimalComma && r.Has(c.Name) {
			r.cells[c.Name] = figure.Swapped(r.cells[c.Name])
		}
	}
	err := fn(r)
	if err == nil {
		return nil
	}
	hint := figure.Hint(err)
	var number *figure.Error
	if errors.As(err, &number) && f.DecimalComma {
		err = &figure.Error{
			Text: figure.Swapped(number.Text), Noun: number.Noun,
			Why: swappedWords.Replace(number.Why), Write: figure.Swapped(number.Write),
		}
		hint = figure.Hint(err)
	}
	switch {
	case number == nil || !number.Swapped || f.CommaOption == "":
	case f.DecimalComma:
		hint += "; if a point stands before decimals in the file, leave out " + f.CommaOption
	default:
		err = number // without the hint that the caller may have put around it
		hint += "; if a comma stands before decimals in the file, give " + f.CommaOption
	}
	return &Error{Path: f.Path, Line: line, Err: err, Hint: hint}
}

var swappedWords = strings.NewReplacer("comma", "point", "point", "comma")
