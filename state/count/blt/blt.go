// Package blt reads and writes elections in BLT files.
//
// Rule: docs/rules.md, "Counting": a malformed file is refused, with the line.
// Source: Hill, Wichmann and Woodall, "Algorithm 123: Single Transferable Vote by
// Meek's method", Computer Journal 30 (1987).
package blt

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// Limits of a file, besides those of an election.
const (
	MaxLine    = 1 << 16 // bytes of one line
	MaxRemarks = 1_000   // lines kept after the title
)

// Read reads an election in BLT form from r; name is used in errors only.
//
// The form is that of Hill, Wichmann and Woodall, "Algorithm 123: Single
// Transferable Vote by Meek's method", Computer Journal 30 (1987), one row a
// line, with these extensions seen in published files:
//
//	# to the end of the line     a comment, after any row or quoted name
//	-2 -3  or  [withdrawn 2 3]   candidates who withdrew
//	[tie 3 1 2]                  kept as Election.TieOrder
//	[nick a b c]                 short names that rows may use
//	2=3                          an equal rank
//	-                            a skipped rank
//	2:5                          five points for candidate 2 (score and points methods)
//	# ALTERNATIVE NAME 1: Ada    names, where a file has no other
//
// White space separates and line ends mean nothing in a file whose first line does
// not hold candidates and seats alone; in others each row has a line of its own, so
// that a row cut short is found where it is. Names and title may share a line. A
// second text in quotes on every candidate's line is the party, kept in brackets
// behind the name; a quotation mark within quotes may be doubled.
//
// A byte order mark, CR LF and the end mark of DOS programs (0x1A) are accepted; runs
// of space within a name become one. What follows the title is kept as remarks. A
// single line in quotes there is one name too many. Anything else is a
// *input.ParseError; a fault of r is returned as itself. Read holds one line and the
// grouped papers in memory, whatever the length of the file.
func Read(name string, r io.Reader) (*election.Election, error) {
	p := &reader{file: name, in: bufio.NewReaderSize(r, MaxLine)}
	return p.read()
}

type reader struct {
	file string
	in   *bufio.Reader
	line int
	end  bool

	e         election.Election
	ballots   election.Ballots
	marks     []election.Mark // of the row being read
	plain     int64           // rows given to plainMarks
	plainSeen []int64         // the last of them that marked each candidate
	seen      []int64         // the row, counted as plain, that last marked each candidate
	nicks     map[string]int  // looked up, never ranged over
	alt       []string        // # ALTERNATIVE NAME lines
	text      []textLine      // lines after the closing 0
	left      []byte          // of the line with the closing 0, in free layout
}

// A textLine is a line of names, title or remarks.
type textLine struct {
	number int
	raw    string
	parts  []string // its texts, out of their quotes; none of a remark
}

func (p *reader) fail(expected, found string, args ...any) error {
	if len(args) > 0 {
		found = fmt.Sprintf(found, args...)
	}
	return &input.ParseError{File: p.file, Line: max(p.line, 1), Expected: expected, Found: found}
}

// next returns the next line without its end, or nil at the end of the file.
// The bytes are good until the following call.
func (p *reader) next() ([]byte, error) {
	if p.end {
		return nil, nil
	}
	line, err := p.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		p.line++
		return nil, p.fail(fmt.Sprintf("a line of at most %d bytes", MaxLine), "a longer one")
	case errors.Is(err, io.EOF):
		p.end = true
		if len(line) == 0 {
			return nil, nil
		}
	case err != nil:
		return nil, fmt.Errorf("reading %s after line %d: %w", p.file, p.line, err)
	}
	p.line++
	if p.end {
		if line = bytes.TrimSuffix(line, []byte{0x1a}); len(line) == 0 {
			return nil, nil
		}
	}
	if p.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// nextRow returns the next line that holds more than space and comment. It
// refuses invalid UTF-8, even within a comment.
func (p *reader) nextRow() ([]byte, error) {
	for {
		line, err := p.next()
		if line == nil || err != nil {
			return nil, err
		}
		i := space(line, 0)
		if i == len(line) {
			continue
		}
		if line[i] == '#' {
			if err := p.comment(line[i:]); err != nil {
				return nil, err
			}
			continue
		}
		return line[i:], nil
	}
}

func (p *reader) comment(line []byte) error {
	if !utf8.Valid(line) {
		return p.fail("UTF-8", "other bytes in a comment")
	}
	rest, ok := bytes.CutPrefix(line, []byte("# ALTERNATIVE NAME "))
	if !ok || len(p.e.Candidates) == 0 {
		return nil
	}
	number, name, ok := strings.Cut(string(rest), ":")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > len(p.e.Candidates) {
		return p.fail(fmt.Sprintf("# ALTERNATIVE NAME n: name, n from 1 to %d", len(p.e.Candidates)), "%q", input.Short(string(line)))
	}
	if p.alt == nil {
		p.alt = make([]string, len(p.e.Candidates))
	}
	p.alt[n-1] = strings.Join(strings.Fields(name), " ")
	return nil
}

func (p *reader) read() (*election.Election, error) {
	rest, free, err := p.header()
	if err != nil {
		return nil, err
	}
	if free {
		err = p.freeRows(rest)
	} else {
		err = p.rows()
	}
	if err != nil {
		return nil, err
	}
	if err := p.readText(); err != nil {
		return nil, err
	}
	if err := p.names(); err != nil {
		return nil, err
	}
	p.e.Papers = p.ballots.Papers()
	return &p.e, nil
}

// header reads candidates and seats. free says that they do not have a line of their
// own, and rest is what follows them on it.
func (p *reader) header() (rest []byte, free bool, err error) {
	const expected = "two whole numbers, candidates and seats"
	var numbers [2]int
	for i := range numbers {
		for len(rest) == 0 {
			line, err := p.nextRow()
			if err != nil {
				return nil, false, err
			}
			if line == nil {
				return nil, false, p.fail(expected, "end of file")
			}
			rest = uncommented(line)
			free = free || i > 0
		}
		field, after := cutField(rest)
		if numbers[i], err = strconv.Atoi(string(field)); err != nil {
			return nil, false, p.fail(expected, "%q", input.Short(string(rest)))
		}
		rest = after
	}
	candidates, seats := numbers[0], numbers[1]
	switch {
	case candidates < 1 || candidates > election.MaxCandidates:
		return nil, false, p.fail(fmt.Sprintf("1 to %d candidates", election.MaxCandidates), "%d", candidates)
	case seats < 1 || seats > candidates:
		return nil, false, p.fail(fmt.Sprintf("1 to %d seats for %d candidates", candidates, candidates), "%d", seats)
	}
	p.e.Candidates = make([]election.Candidate, candidates)
	p.e.Seats = seats
	p.seen = make([]int64, candidates)
	p.plainSeen = make([]int64, candidates)
	return rest, free || len(rest) > 0, nil
}

// uncommented is a line without its comment and the space around it.
func uncommented(line []byte) []byte {
	if i := bytes.IndexByte(line, '#'); i >= 0 {
		line = line[:i]
	}
	return bytes.TrimSpace(line)
}

// cutField cuts the first field from a line that begins with one.
func cutField(line []byte) (field, rest []byte) {
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return line, nil
	}
	return line[:i], line[space(line, i):]
}

// freeRows reads withdrawals and ballots up to the closing 0 in free layout; rest is
// what is left of the line under way.
func (p *reader) freeRows(rest []byte) error {
	var row []byte
	ballots := false
	for {
		for len(rest) > 0 {
			var field []byte
			switch field, rest = cutField(rest); {
			case len(row) == 0 && string(field) == "0":
				p.left = bytes.Clone(rest)
				return nil
			case len(row) == 0 && field[0] == '-' && !ballots:
				if err := p.withdrawn(field); err != nil {
					return err
				}
				continue
			}
			row = append(append(row, field...), ' ')
			if string(field) == "0" {
				if _, err := p.row(row); err != nil {
					return err
				}
				row, ballots = row[:0], true
			}
		}
		line, err := p.nextRow()
		if err != nil {
			return err
		}
		if line == nil {
			return p.fail("a row of ballots or the closing 0", "end of file: it may be cut short")
		}
		// The line of the closing 0 may hold names, in which # is no comment.
		if rest = bytes.TrimSpace(line); !bytes.Contains(rest, []byte{'"'}) {
			rest = uncommented(line)
		}
	}
}

// rows reads options, withdrawals and ballots up to the closing 0.
func (p *reader) rows() error {
	ballots := false
	for {
		line, err := p.nextRow()
		if err != nil {
			return err
		}
		if line == nil {
			return p.fail("a row of ballots or the closing 0", "end of file: it may be cut short")
		}
		switch {
		case line[0] == '[' && !ballots:
			err = p.option(line)
		case line[0] == '-' && !ballots:
			err = p.withdrawn(line)
		default:
			ballots = true
			var done bool
			if done, err = p.row(line); done {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// withdrawn reads a line of negative candidate numbers.
func (p *reader) withdrawn(line []byte) error {
	text := line
	if i := bytes.IndexByte(text, '#'); i >= 0 {
		text = text[:i]
	}
	for _, field := range strings.Fields(string(text)) {
		n, err := strconv.Atoi(field)
		if err != nil || n >= 0 || -n > len(p.e.Candidates) {
			return p.fail(fmt.Sprintf("withdrawn candidates as -1 to -%d (a row of ballots starts with its weight, 1 or more)",
				len(p.e.Candidates)), "%q", input.Short(field))
		}
		p.e.Candidates[-n-1].Withdrawn = true
	}
	return nil
}

// option reads a line in square brackets.
func (p *reader) option(line []byte) error {
	const expected = "[withdrawn ...], [tie ...] or [nick ...] on one line"
	text := string(line)
	if i := strings.IndexByte(text, '#'); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimSpace(text)
	if !strings.HasSuffix(text, "]") {
		return p.fail(expected, "%q", input.Short(string(line)))
	}
	fields := strings.Fields(text[1 : len(text)-1])
	if len(fields) == 0 {
		return p.fail(expected, "%q", input.Short(string(line)))
	}
	if fields[0] == "nick" {
		return p.nick(fields[1:])
	}
	if fields[0] != "withdrawn" && fields[0] != "tie" {
		return p.fail(expected, "%q", input.Short(string(line)))
	}
	used := make([]bool, len(p.e.Candidates))
	for _, f := range fields[1:] {
		n, ok := p.candidate(f)
		if !ok || used[n] {
			return p.fail(fmt.Sprintf("candidates from 1 to %d, each once", len(used)), "%q", input.Short(f))
		}
		used[n] = true
		if fields[0] == "withdrawn" {
			p.e.Candidates[n].Withdrawn = true
		} else {
			p.e.TieOrder = append(p.e.TieOrder, n)
		}
	}
	if fields[0] == "tie" && len(p.e.TieOrder) != len(used) {
		return p.fail(fmt.Sprintf("[tie ...] once, with all %d candidates", len(used)), "%q", input.Short(string(line)))
	}
	return nil
}

func (p *reader) nick(names []string) error {
	if len(names) != len(p.e.Candidates) || p.nicks != nil {
		return p.fail(fmt.Sprintf("[nick ...] once, with %d short names", len(p.e.Candidates)), "%d", len(names))
	}
	p.nicks = make(map[string]int, len(names))
	for i, n := range names {
		_, twice := p.nicks[n]
		if twice || (n[0] >= '0' && n[0] <= '9') || strings.ContainsAny(n, "=:-#()\"") || !utf8.ValidString(n) {
			return p.fail("short names that differ, of letters", "%q", input.Short(n))
		}
		p.nicks[n] = i
	}
	return nil
}

// candidate reads a candidate's number or short name as an index.
func (p *reader) candidate(s string) (int, bool) {
	if n, ok := p.nicks[s]; ok {
		return n, true
	}
	n, err := strconv.Atoi(s)
	return n - 1, err == nil && n >= 1 && n <= len(p.e.Candidates)
}

func space(line []byte, i int) int {
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return i
}
