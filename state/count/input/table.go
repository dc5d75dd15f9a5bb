package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// commas are the marks that part fields in tables whose maker chose one.
const commas = ",;\t"

// Limits of a table, which bound the memory that reading one takes.
const (
	MaxBytes   = 256 << 20 // of one file
	MaxColumns = 64        // of a row
	MaxField   = 64 << 10  // bytes of one field
	maxLine    = 1 << 20   // bytes of one line
)

// A Table reads rows of fields parted by the comma given, or by the mark that the
// file uses.
//
// A field that starts with a quote ends at the next lone quote and may hold
// anything, two quotes standing for one. A quote further inside a field is a
// letter like any other: several published files have such names. Empty lines
// are skipped. Spaces around a field are dropped.
type Table struct {
	in    *bufio.Reader
	comma byte  // 0 until the first line tells it
	Line  int   // where the last row began, from 1
	lines int   // read so far
	bytes int64 // read so far
}

// NewTable reads from r, from which it drops a byte order mark. comma parts the
// fields of a row; 0 leaves it to the first line, of which it is the last comma,
// semicolon or tab outside quotes, or what spreadsheets write there as sep=.
func NewTable(r io.Reader, comma byte) *Table {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		in.Discard(3) // a byte order mark is no part of the text
	}
	return &Table{in: in, comma: comma}
}

// Next returns the next row, or nil and no error at the end.
func (s *Table) Next() ([]string, error) {
	for {
		s.Line = s.lines + 1
		text, err := s.readLine()
		if err != nil {
			return nil, err
		}
		if text == nil {
			return nil, nil
		}
		switch {
		case len(bytes.TrimSpace(text)) == 0:
		case s.comma == 0 && s.told(string(text)):
		default:
			return s.fields(string(text))
		}
	}
}

// told finds the comma in the first line, and reports whether that says nothing else.
func (s *Table) told(line string) (alone bool) {
	if mark, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok && len(mark) == 1 && strings.Contains(commas, mark) {
		s.comma = mark[0]
		return true
	}
	s.comma = ','
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(commas, line[i]) >= 0:
			s.comma = line[i]
		}
	}
	return false
}

// blanks are dropped around a field.
func (s *Table) blanks() string {
	if s.comma == '\t' {
		return " "
	}
	return " \t"
}

// readLine returns one line without its end, or nil at the end of the file.
func (s *Table) readLine() ([]byte, error) {
	var long []byte
	for {
		part, err := s.in.ReadSlice('\n')
		s.bytes += int64(len(part))
		if s.bytes > MaxBytes {
			return nil, Expected("a smaller file", "more than %d bytes", MaxBytes)
		}
		if len(long)+len(part) > maxLine {
			return nil, Expected("a shorter line", "more than %d bytes", maxLine)
		}
		long = append(long, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(long) == 0:
			return nil, nil
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("reading: %w", err)
		}
		s.lines++
		if !utf8.Valid(long) {
			return nil, Expected("text in UTF-8; save the file so", "bytes that are none")
		}
		long = bytes.TrimSuffix(long, []byte("\n"))
		return bytes.TrimSuffix(long, []byte("\r")), nil
	}
}

// fields splits a line, reading on where a quoted field runs over its end.
func (s *Table) fields(text string) ([]string, error) {
	row := make([]string, 0, strings.Count(text, string(s.comma))+1)
	for {
		if len(row) == MaxColumns {
			return nil, Expected("fewer columns", "more than %d", MaxColumns)
		}
		text = strings.TrimLeft(text, s.blanks())
		var cell string
		more := false
		if strings.HasPrefix(text, `"`) {
			var err error
			if cell, text, err = s.quoted(text[1:]); err != nil {
				return nil, err
			}
			more = text != ""
			text = strings.TrimPrefix(text, string(s.comma))
		} else {
			cell, text, more = strings.Cut(text, string(s.comma))
		}
		if len(cell) > MaxField {
			return nil, Expected("a shorter field", "more than %d bytes in column %d", MaxField, len(row)+1)
		}
		row = append(row, strings.TrimSpace(cell))
		if !more {
			return row, nil
		}
	}
}

// quoted reads a field whose opening quote has been read. It returns the field
// and the rest of the line, which is empty or starts with a comma.
func (s *Table) quoted(text string) (cell, rest string, err error) {
	var b strings.Builder
	for {
		before, after, closed := strings.Cut(text, `"`)
		b.WriteString(before)
		switch {
		case b.Len() > MaxField:
			return "", "", Expected("a closing quote", "a field of more than %d bytes", MaxField)
		case closed && strings.HasPrefix(after, `"`):
			b.WriteByte('"')
			text = after[1:]
		case closed:
			after = strings.TrimLeft(after, s.blanks())
			if after != "" && after[0] != s.comma {
				return "", "", Expected(fmt.Sprintf("%q after a closing quote (quotes inside a quoted field are doubled)", s.comma),
					"%q", Short(after))
			}
			return b.String(), after, nil
		default:
			line, err := s.readLine()
			if err != nil {
				return "", "", err
			}
			if line == nil {
				return "", "", Expected("a closing quote", "the end of the file; it is cut short")
			}
			b.WriteByte('\n')
			text = string(line)
		}
	}
}

// WriteRow writes a row that a Table reads back.
func WriteRow(out *bufio.Writer, comma byte, cells []string) {
	for i, cell := range cells {
		if i > 0 {
			out.WriteByte(comma)
		}
		if !strings.ContainsAny(cell, "\"\r\n"+string(comma)) {
			out.WriteString(cell)
			continue
		}
		out.WriteByte('"')
		out.WriteString(strings.ReplaceAll(cell, `"`, `""`))
		out.WriteByte('"')
	}
	out.WriteByte('\n')
}
