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
// A byte order mark and CR LF are accepted; runs of space within a name become
// one. What follows the title is kept as remarks. Anything else is a
// *input.ParseError; a fault of r is returned as itself. Read holds one line and
// the grouped papers in memory, whatever the length of the file.
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
	seen      []int32         // line that last marked each candidate
	nicks     map[string]int  // looked up, never ranged over
	alt       []string        // # ALTERNATIVE NAME lines
	text      []textLine      // lines after the closing 0
}

type textLine struct {
	number int
	text   string
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
	if err := p.header(); err != nil {
		return nil, err
	}
	if err := p.rows(); err != nil {
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

// header reads the line of candidates and seats.
func (p *reader) header() error {
	const expected = "two whole numbers, candidates and seats"
	line, err := p.nextRow()
	if err != nil {
		return err
	}
	if line == nil {
		return p.fail(expected, "end of file")
	}
	text := line
	if i := bytes.IndexByte(text, '#'); i >= 0 {
		text = text[:i]
	}
	fields := strings.Fields(string(text))
	if len(fields) != 2 {
		return p.fail(expected, "%q", input.Short(string(line)))
	}
	candidates, err1 := strconv.Atoi(fields[0])
	seats, err2 := strconv.Atoi(fields[1])
	switch {
	case err1 != nil || err2 != nil:
		return p.fail(expected, "%q", input.Short(string(line)))
	case candidates < 1 || candidates > election.MaxCandidates:
		return p.fail(fmt.Sprintf("1 to %d candidates", election.MaxCandidates), "%d", candidates)
	case seats < 1 || seats > candidates:
		return p.fail(fmt.Sprintf("1 to %d seats for %d candidates", candidates, candidates), "%d", seats)
	}
	p.e.Candidates = make([]election.Candidate, candidates)
	p.e.Seats = seats
	p.seen = make([]int32, candidates)
	p.plainSeen = make([]int64, candidates)
	return nil
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
