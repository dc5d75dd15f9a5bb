package input

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A ParseError says where a file stopped making sense and what belonged there.
type ParseError struct {
	File     string // as the caller named it
	Line     int    // from 1
	Expected string
	Found    string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("%s:%d: expected %s, found %s", e.File, e.Line, e.Expected, e.Found)
}

// Short shortens what a message quotes from a file to 40 characters.
func Short(s string) string {
	const most = 40
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// IsUTF16 reports whether a file that begins so is text in UTF-16, as some
// spreadsheets save it: by its byte order mark, or by every second byte being 0.
func IsUTF16(start []byte) bool {
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return true
	}
	zero := [2]int{}
	n := min(len(start), 64) &^ 1
	for i := range n {
		if start[i] == 0 {
			zero[i&1]++
		}
	}
	return n >= 4 && zero[0]+zero[1] == n/2 && (zero[0] == 0 || zero[1] == 0)
}

// A badFormat is a fault of the text, as opposed to one of the reader below. It
// becomes a ParseError once the file and the line are known.
type badFormat struct{ expected, found string }

func (e *badFormat) Error() string { return "expected " + e.expected + ", found " + e.found }

// Expected says what belonged in the text and what was there instead; found is a
// format of args. At turns it into a *ParseError.
func Expected(expected, found string, args ...any) error {
	return &badFormat{expected, fmt.Sprintf(found, args...)}
}

// At puts an error of Expected in its place in a file, line from 1, as a
// *ParseError; what goes on after the words on what belonged there. Any other
// error is a fault of the reader below and is wrapped as one.
func At(file string, line int, what string, err error) error {
	var bad *badFormat
	if !errors.As(err, &bad) {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return &ParseError{File: file, Line: line, Expected: bad.expected + what, Found: bad.found}
}

// Found describes a row for a message; nil is the end of the file.
func Found(row []string, comma string) string {
	if row == nil {
		return "the end of the file; it is cut short"
	}
	return strconv.Quote(Short(strings.Join(row, comma)))
}
