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
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// readText reads what follows the closing 0: names, title, remarks.
func (p *reader) readText() error {
	most := len(p.e.Candidates) + 1 + MaxRemarks
	for line := p.left; ; {
		if len(line) > 0 {
			if len(p.text) == most {
				return p.fail(fmt.Sprintf("at most %d lines after the title", MaxRemarks), "more")
			}
			if err := p.textLine(line); err != nil {
				return err
			}
		}
		var err error
		if line, err = p.nextRow(); line == nil || err != nil {
			return err
		}
	}
}

// textLine takes up one line of names, title or remarks.
func (p *reader) textLine(line []byte) error {
	if !utf8.Valid(line) {
		return p.fail("names in UTF-8", "other bytes (save the file as UTF-8)")
	}
	t := textLine{number: p.line, raw: strings.TrimSpace(strings.ReplaceAll(string(line), "\t", " "))}
	if t.raw == "" {
		return nil
	}
	// Past the title nothing has a form to keep to, except that it prints.
	if len(p.text) > len(p.e.Candidates) {
		if why := election.BadText(t.raw); why != "" {
			return p.fail("a name or title", "one that %s", why)
		}
		p.text = append(p.text, t)
		return nil
	}
	var err error
	if t.parts, err = p.unquote(t.raw); err != nil {
		return err
	}
	for _, part := range t.parts {
		if why := election.BadName(part); why != "" {
			return p.fail("a name or title", "one that %s", why)
		}
	}
	p.text = append(p.text, t)
	return nil
}

// unquote takes the texts of a line out of their quotes and drops a comment after
// them. A line without quotes is one text.
func (p *reader) unquote(s string) (parts []string, err error) {
	if s[0] != '"' {
		if strings.Contains(s, " #") {
			return nil, p.fail("a name in quotes before a comment", "%q", input.Short(s))
		}
		return []string{strings.Join(strings.Fields(s), " ")}, nil
	}
	for rest := s; rest != ""; {
		part, after, ok := quoted(rest)
		if !ok {
			return nil, p.fail(`a closing "`, "%q: it may be cut short", input.Short(s))
		}
		parts = append(parts, strings.Join(strings.Fields(part), " "))
		if after != "" && after[0] == '#' {
			if strings.Contains(after, `"`) {
				return nil, p.fail("names in quotes, and no quotes in a comment after them", "%q", input.Short(s))
			}
			break
		}
		rest = after
	}
	return parts, nil
}

// quoted takes the text in quotes with which s begins out of them. The closing mark
// is the first one, not doubled, behind which the line ends or another text or a
// comment begins: others are the text's own.
func quoted(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		rest = strings.TrimLeft(s[i+1:], " ")
		switch {
		case rest == "", rest[0] == '#', rest[0] == '"' && s[i+1] == ' ':
			return b.String(), rest, true
		case s[i+1] == '"':
			i++
		}
		b.WriteByte('"')
	}
	return "", "", false
}

// parties says whether the file has a party behind names: each of the candidates has
// a line, with one text or two, and the title one with one.
func (p *reader) parties() bool {
	n, some := len(p.e.Candidates), false
	if len(p.text) <= n || len(p.text[n].parts) != 1 {
		return false
	}
	for _, t := range p.text[:n] {
		if len(t.parts) > 2 {
			return false
		}
		some = some || len(t.parts) == 2
	}
	return some
}

// names gives the lines that were read their meaning.
func (p *reader) names() error {
	n := len(p.e.Candidates)
	if len(p.text) <= 1 && p.alt != nil && (len(p.text) == 0 || len(p.text[0].parts) == 1) {
		return p.alternatives()
	}
	type text struct {
		line int
		text string
	}
	var texts []text
	var remarks []string
	parties := p.parties()
	for _, t := range p.text {
		switch {
		case len(t.parts) == 0 || len(texts) > n:
			remarks = append(remarks, t.raw)
		case parties && len(t.parts) == 2:
			texts = append(texts, text{t.number, t.parts[0] + " (" + t.parts[1] + ")"})
		default:
			for _, part := range t.parts {
				texts = append(texts, text{t.number, part})
			}
		}
	}
	switch quote := func(s string) bool { return len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' }; {
	case len(texts) < n:
		return p.fail(fmt.Sprintf("the name of candidate %d of %d", len(texts)+1, n), "end of file: it may be cut short")
	case len(texts) == n:
		return p.fail("the election's title after the names", "end of file: it may be cut short")
	case len(texts) > n+1 || len(remarks) == 1 && quote(remarks[0]):
		return p.fail(fmt.Sprintf("%d names and a title, as the first line says", n), "one name more")
	}
	first := make(map[string]int, n)
	for i, t := range texts[:n] {
		p.line = t.line
		if t.text == "" {
			return p.fail("a name", "an empty one")
		}
		if why := election.BadName(t.text); why != "" {
			return p.fail("a name with its party", "one that %s", why)
		}
		if j, ok := first[t.text]; ok {
			return p.fail("names that differ", "%q for candidates %d and %d", t.text, j+1, i+1)
		}
		first[t.text] = i
		p.e.Candidates[i].Name = t.text
	}
	p.e.Title, p.e.Remarks = texts[n].text, remarks
	return nil
}

// alternatives names the candidates by the comments that give other names.
func (p *reader) alternatives() error {
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
		p.e.Title = p.text[0].parts[0]
	}
	return nil
}

// Write writes e so that Read reads it back equal, provided that names
// have no two spaces together, no remark starts with a number sign, and the only
// remark is no text in quotes. It
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
		writeRow(b, &e.Papers[i], e.Places)
	}
	b.WriteString("0\n")
	for _, c := range e.Candidates {
		writeText(b, c.Name)
	}
	writeText(b, e.Title)
	for _, r := range e.Remarks {
		b.WriteString(r + "\n")
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing BLT: %w", err)
	}
	return nil
}

// writeText writes a text in quotes on a line of its own.
func writeText(b *bufio.Writer, s string) {
	fmt.Fprintf(b, "\"%s\"\n", strings.ReplaceAll(s, `"`, `""`))
}

// writeRow writes a paper whose weight has places decimals.
func writeRow(b *bufio.Writer, p *election.Paper, places int) {
	b.WriteString(report.Decimal(p.Weight, places))
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
