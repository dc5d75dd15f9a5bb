package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maxCSVLines bounds a table that is read into memory.
const maxCSVLines = 1_000_000

// Marks at the start of a file that spreadsheets write: of UTF-8, which is read,
// and of UTF-16, which is refused by name.
const (
	utf8Mark    = "\xef\xbb\xbf"
	utf16Little = "\xff\xfe"
	utf16Big    = "\xfe\xff"
)

// A csvFile is a table of comma-separated fields as spreadsheets write them:
// lines may end in CR LF, empty lines and lines from a # on do not count, cells
// may stand between quotation marks, the first line may be the columns' names,
// and columns at the end may be left out.
type csvFile struct {
	path  string
	names []string // of the columns
}

// wants says what a line looks like.
func (f csvFile) wants() string { return "each line is: " + strings.Join(f.names, ",") }

// read calls fn for each line, with as many fields as there are names. An error
// names the line, and what fn has no hint for gets the form of a line.
func (f csvFile) read(fn func(line int, fields []string) error) error {
	file, err := os.Open(f.path)
	if err != nil {
		return withHint(fault("reading the file: %w", err), "check the path")
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return withHint(fault("%s is a folder, not a file", f.path), "name the file in it")
	}
	text := bufio.NewReader(file)
	switch mark, _ := text.Peek(len(utf8Mark)); {
	case string(mark) == utf8Mark:
		_, _ = text.Discard(len(utf8Mark)) // it was read just now
	case strings.HasPrefix(string(mark), utf16Little), strings.HasPrefix(string(mark), utf16Big):
		return withHint(fault("%s is text in UTF-16", f.path), "save it as CSV in UTF-8")
	}
	in := csv.NewReader(text)
	in.FieldsPerRecord, in.TrimLeadingSpace, in.Comment = -1, true, '#'
	for n := 0; ; n++ {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.unreadable(err)
		}
		line, _ := in.FieldPos(0)
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if n == 0 && f.isHeading(fields) {
			continue
		}
		if n > maxCSVLines {
			return withHint(fault("%s has more than %s lines", f.path, formatCount(maxCSVLines)), "do it in smaller parts")
		}
		if err := f.line(line, fields, fn); err != nil {
			return err
		}
	}
}

// isHeading says whether a line is the columns' names.
func (f csvFile) isHeading(fields []string) bool {
	return len(fields) <= len(f.names) &&
		slices.EqualFunc(fields, f.names[:len(fields)], strings.EqualFold)
}

// unreadable says what the package csv found wrong.
func (f csvFile) unreadable(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return withHint(fault("%s, line %d: a quotation mark stands where none can", f.path, parse.StartLine),
			"put whole cells between quotation marks, or none")
	}
	return withHint(fault("reading %s: %w", f.path, err), "%s", f.wants())
}

// line gives one line to fn, or says what is wrong with its form.
func (f csvFile) line(n int, fields []string, fn func(line int, fields []string) error) error {
	if len(fields) > len(f.names) {
		return withHint(fault("%s, line %d: it has %s, and %s can be", f.path, n, plural(uint64(len(fields)), "field"), fmt.Sprint(len(f.names))),
			`%s; a number with commas stands between quotation marks: "1,234.50"`, f.wants())
	}
	if len(fields) == 1 && len(f.names) > 1 && strings.Contains(fields[0], ";") {
		return withHint(fault("%s, line %d: its fields are parted by semicolons", f.path, n), "save it with commas; %s", f.wants())
	}
	for len(fields) < len(f.names) {
		fields = append(fields, "")
	}
	err := fn(n, fields)
	if err == nil {
		return nil
	}
	return withHint(fault("%s, line %d: %w", f.path, n, err), "%s", or(hintOf(err), f.wants()))
}
