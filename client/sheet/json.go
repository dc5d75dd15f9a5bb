package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A list is a table as JSON that is being read.
type list struct {
	*json.Decoder
	text []byte
}

// place is the line of a byte, from 1, and where in it the byte is, from 1.
func (l list) place(offset int64) (line, column int) {
	before := l.text[:min(offset, int64(len(l.text)))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// next is where the next value begins.
func (l list) next() int64 {
	at := l.InputOffset()
	for at < int64(len(l.text)) && strings.IndexByte(" \t\r\n:,", l.text[at]) >= 0 {
		at++
	}
	return at
}

// parseJSON reads a list of objects, each of which is a row: cells are texts or figures, and
// what is null or left out is an empty one.
func (f File) parseJSON(text []byte, fn func(Row) error) error {
	l := list{json.NewDecoder(bytes.NewReader(text)), text}
	l.UseNumber()
	wants := "it is a list of objects, with the names " + words.List(f.names(), "and")
	wrong := func(err error) error {
		line, column := l.place(l.InputOffset())
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			line, column = l.place(max(syntax.Offset-1, 0))
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			err = errors.New("it is cut short")
		}
		return &Error{Path: f.Path, Line: line, Column: column, Err: fmt.Errorf("it cannot be read as JSON: %w", err), Hint: wants}
	}
	if t, err := l.Token(); err != nil || t != json.Delim('[') {
		if err == nil {
			err = errors.New("it does not begin with [")
		}
		return wrong(err)
	}
	for n := 1; l.More(); n++ {
		if n > MaxLines {
			return f.bad(0, "do it in smaller parts", "has more than %s rows", words.Count(MaxLines))
		}
		start := l.next()
		line, _ := l.place(start)
		if start < int64(len(text)) && text[start] != '{' {
			return wrong(errors.New("a row is an object"))
		}
		names, cells, starts, err := f.object(l, line)
		if err != nil {
			return wrong(err)
		}
		if err = f.known(line, names); err == nil {
			err = f.row(line, names, cells, starts, fn)
		}
		if err := f.past(err); err != nil {
			return err
		}
	}
	if _, err := l.Token(); err != nil {
		return wrong(err)
	}
	if _, err := l.Token(); !errors.Is(err, io.EOF) {
		return wrong(errors.New("there is something after it"))
	}
	return nil
}

// object reads one row, which begins in a line: its names, in lower case, cells, and where in
// the line each cell is; 1 if it is in another.
func (f File) object(l list, line int) (names, cells []string, starts []int, err error) {
	if _, err := l.Token(); err != nil { // the brace
		return nil, nil, nil, err
	}
	for l.More() {
		name, err := l.Token()
		if err != nil {
			return nil, nil, nil, err
		}
		on, start := l.place(l.next())
		if on != line {
			start = 1
		}
		value, err := l.Token()
		if err != nil {
			return nil, nil, nil, err
		}
		column := strings.ToLower(strings.TrimSpace(fmt.Sprint(name)))
		cell := ""
		switch v := value.(type) {
		case nil:
		case string:
			cell = strings.TrimSpace(v)
		case json.Number:
			if cell = v.String(); f.DecimalComma { // it has a point in any country
				cell = figure.Swapped(cell)
			}
		default:
			return nil, nil, nil, fmt.Errorf("%s is neither a text nor a figure", words.Quote(column))
		}
		names, cells, starts = append(names, column), append(cells, cell), append(starts, start)
	}
	_, err = l.Token() // the closing brace
	return names, cells, starts, err
}

// known refuses names of an object that nobody asked for, one that it has twice, and one that
// is missing. Names that are to be ignored are emptied.
func (f File) known(line int, names []string) error {
	var strangers []string
	seen := map[string]bool{}
	for i, name := range names {
		same := func(other string) bool { return strings.EqualFold(other, name) }
		switch at := slices.IndexFunc(f.names(), same); {
		case seen[name]:
			return f.bad(line, "leave one of them out", "there are two cells %s", words.Quote(name))
		case slices.ContainsFunc(f.Ignore, same):
			names[i] = ""
		case at < 0:
			strangers = append(strangers, name)
		default:
			names[i] = f.names()[at]
		}
		seen[name] = true
	}
	var missing []string
	for _, name := range f.needed() {
		if !slices.Contains(names, name) {
			missing = append(missing, name)
		}
	}
	if len(strangers) > 0 {
		return f.unexpected(line, strangers, missing)
	}
	if len(missing) > 0 {
		return f.bad(line, "the names are "+words.List(f.names(), "and"), "there is no %s", words.Quote(missing[0]))
	}
	return nil
}
