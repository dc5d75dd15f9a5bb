package count

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// semicolons reads rows of fields parted by semicolons, or by the comma given.
//
// A field that starts with a quote ends at the next lone quote and may hold
// anything, two quotes standing for one. A quote further inside a field is a
// letter like any other: several published files have such names. Empty lines
// are skipped. Spaces around a field are dropped.
type semicolons struct {
	in    *bufio.Reader
	comma byte
	line  int   // where the last row began, from 1
	lines int   // read so far
	bytes int64 // read so far
}

// A badFormat is a fault of the text, as opposed to one of the reader below. It
// becomes a ParseError once the file and the line are known.
type badFormat struct{ expected, found string }

func (e *badFormat) Error() string { return "expected " + e.expected + ", found " + e.found }

func formatf(expected, found string, args ...any) error {
	return &badFormat{expected, fmt.Sprintf(found, args...)}
}

// parseError puts err in its place in a file. A fault of the reader below is
// passed on, for it is no fault of any line.
func parseError(file string, line int, what string, err error) error {
	var bad *badFormat
	if !errors.As(err, &bad) {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return &ParseError{File: file, Line: line, Expected: bad.expected + what, Found: bad.found}
}

func newSemicolons(r io.Reader, comma byte) *semicolons {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		in.Discard(3) // a byte order mark is no part of the text
	}
	return &semicolons{in: in, comma: comma}
}

// next returns the next row, or nil and no error at the end.
func (s *semicolons) next() ([]string, error) {
	for {
		s.line = s.lines + 1
		text, err := s.readLine()
		if err != nil {
			return nil, err
		}
		if text == nil {
			return nil, nil
		}
		if len(bytes.TrimSpace(text)) > 0 {
			return s.fields(string(text))
		}
	}
}

// readLine returns one line without its end, or nil at the end of the file.
func (s *semicolons) readLine() ([]byte, error) {
	var long []byte
	for {
		part, err := s.in.ReadSlice('\n')
		s.bytes += int64(len(part))
		if s.bytes > MaxBudgetBytes {
			return nil, formatf("a smaller file", "more than %d bytes", MaxBudgetBytes)
		}
		if len(long)+len(part) > maxBudgetLine {
			return nil, formatf("a shorter line", "more than %d bytes", maxBudgetLine)
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
			return nil, formatf("text in UTF-8; save the file so", "bytes that are none")
		}
		long = bytes.TrimSuffix(long, []byte("\n"))
		return bytes.TrimSuffix(long, []byte("\r")), nil
	}
}

// fields splits a line, reading on where a quoted field runs over its end.
func (s *semicolons) fields(text string) ([]string, error) {
	row := make([]string, 0, strings.Count(text, string(s.comma))+1)
	for {
		if len(row) == MaxBudgetColumns {
			return nil, formatf("fewer columns", "more than %d", MaxBudgetColumns)
		}
		text = strings.TrimLeft(text, " \t")
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
		if len(cell) > MaxBudgetField {
			return nil, formatf("a shorter field", "more than %d bytes in column %d", MaxBudgetField, len(row)+1)
		}
		row = append(row, strings.TrimSpace(cell))
		if !more {
			return row, nil
		}
	}
}

// quoted reads a field whose opening quote has been read. It returns the field
// and the rest of the line, which is empty or starts with a comma.
func (s *semicolons) quoted(text string) (cell, rest string, err error) {
	var b strings.Builder
	for {
		before, after, closed := strings.Cut(text, `"`)
		b.WriteString(before)
		switch {
		case b.Len() > MaxBudgetField:
			return "", "", formatf("a closing quote", "a field of more than %d bytes", MaxBudgetField)
		case closed && strings.HasPrefix(after, `"`):
			b.WriteByte('"')
			text = after[1:]
		case closed:
			after = strings.TrimLeft(after, " \t")
			if after != "" && after[0] != s.comma {
				return "", "", formatf(fmt.Sprintf("%q after a closing quote (quotes inside a quoted field are doubled)", s.comma),
					"%q", short(after))
			}
			return b.String(), after, nil
		default:
			line, err := s.readLine()
			if err != nil {
				return "", "", err
			}
			if line == nil {
				return "", "", formatf("a closing quote", "the end of the file; it is cut short")
			}
			b.WriteByte('\n')
			text = string(line)
		}
	}
}

// writeFields writes a row that semicolons reads back.
func writeFields(out *bufio.Writer, comma byte, cells []string) {
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
