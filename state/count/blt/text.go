package blt

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// readText reads what follows the closing 0: names, title, remarks.
func (p *reader) readText() error {
	most := len(p.e.Candidates) + 1 + MaxRemarks
	for {
		line, err := p.nextRow()
		if line == nil || err != nil {
			return err
		}
		if len(p.text) == most {
			return p.fail(fmt.Sprintf("at most %d lines after the title", MaxRemarks), "more")
		}
		if !utf8.Valid(line) {
			return p.fail("names in UTF-8", "other bytes (save the file as UTF-8)")
		}
		t := textLine{number: p.line, text: strings.TrimSpace(strings.ReplaceAll(string(line), "\t", " "))}
		if t.text == "" {
			continue
		}
		// Past the title nothing has a form to keep to, except that it prints.
		bad := election.BadText
		if len(p.text) < len(p.e.Candidates)+1 {
			bad = election.BadName
			if t.text, err = p.unquote(t.text); err != nil {
				return err
			}
		}
		if why := bad(t.text); why != "" {
			return p.fail("a name or title", "one that %s", why)
		}
		p.text = append(p.text, t)
	}
}

// unquote takes a name out of its quotes and drops a comment after them.
func (p *reader) unquote(s string) (string, error) {
	if s[0] != '"' {
		if strings.Contains(s, " #") || strings.Contains(s, "\t#") {
			return "", p.fail("a name in quotes before a comment", "%q", input.Short(s))
		}
		return strings.Join(strings.Fields(s), " "), nil
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		rest := strings.TrimLeft(s[i+1:], " \t")
		switch {
		case rest == "" || rest[0] == '#' && !strings.Contains(rest, `"`):
			return strings.Join(strings.Fields(s[1:i]), " "), nil
		case rest[0] == '#':
			return "", p.fail("one name in quotes, and no quotes in a comment after it", "%q", input.Short(s))
		}
	}
	return "", p.fail(`a closing "`, "%q: it may be cut short", input.Short(s))
}

// names gives the lines that were read their meaning.
func (p *reader) names() error {
	n := len(p.e.Candidates)
	if len(p.text) <= 1 && p.alt != nil {
		for i, name := range p.alt {
			if name == "" {
				return p.fail(fmt.Sprintf("# ALTERNATIVE NAME %d: name, as the file has no other names", i+1), "none")
			}
			p.e.Candidates[i].Name = name
		}
		if err := p.e.CheckCandidates(); err != nil {
			return p.fail("names that print and differ", "%s", err.(*input.Error).Reason)
		}
		if len(p.text) == 1 {
			p.e.Title = p.text[0].text
		}
		return nil
	}
	if len(p.text) < n {
		return p.fail(fmt.Sprintf("the name of candidate %d of %d", len(p.text)+1, n), "end of file: it may be cut short")
	}
	if len(p.text) == n {
		return p.fail("the election's title after the names", "end of file: it may be cut short")
	}
	first := make(map[string]int, n)
	for i, t := range p.text[:n] {
		p.line = t.number
		if t.text == "" {
			return p.fail("a name", "an empty one")
		}
		if j, ok := first[t.text]; ok {
			return p.fail("names that differ", "%q for candidates %d and %d", t.text, j+1, i+1)
		}
		first[t.text] = i
		p.e.Candidates[i].Name = t.text
	}
	p.line = p.text[len(p.text)-1].number
	p.e.Title = p.text[n].text
	for _, t := range p.text[n+1:] {
		p.e.Remarks = append(p.e.Remarks, t.text)
	}
	return nil
}

// Write writes e so that Read reads it back equal, provided that names
// have no two spaces together and no remark starts with a number sign. It
// returns an *input.Error for an election that Check refuses, or w's fault.
func Write(w io.Writer, e *election.Election) error {
	if err := e.Check(); err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%d %d\n", len(e.Candidates), e.Seats)
	for i, c := range e.Candidates {
		if c.Withdrawn {
			fmt.Fprintf(b, "-%d\n", i+1)
		}
	}
	if len(e.TieOrder) > 0 {
		b.WriteString("[tie")
		for _, c := range e.TieOrder {
			fmt.Fprintf(b, " %d", c+1)
		}
		b.WriteString("]\n")
	}
	for i := range e.Papers {
		writeRow(b, &e.Papers[i])
	}
	b.WriteString("0\n")
	for _, c := range e.Candidates {
		fmt.Fprintf(b, "\"%s\"\n", c.Name)
	}
	fmt.Fprintf(b, "\"%s\"\n", e.Title)
	for _, r := range e.Remarks {
		b.WriteString(r + "\n")
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing BLT: %w", err)
	}
	return nil
}

func writeRow(b *bufio.Writer, p *election.Paper) {
	b.WriteString(strconv.FormatInt(p.Weight, 10))
	for _, m := range p.Marks {
		if m.Equal {
			b.WriteByte('=')
		} else {
			b.WriteByte(' ')
		}
		if m.Candidate == election.Skipped {
			b.WriteByte('-')
			continue
		}
		b.WriteString(strconv.Itoa(int(m.Candidate) + 1))
		if m.Points > 0 {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(int(m.Points)))
		}
	}
	b.WriteString(" 0\n")
}
