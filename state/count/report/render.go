package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Width of a text report, in characters.
const textWidth = 80

// maxNameColumn is where names are cut in tables; lists give them in full.
const maxNameColumn = 26

// WriteJSON writes r as one indented JSON object and a newline.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// WriteCSV writes one line for each candidate and pool of each stage, under a
// heading. Every figure is as in the report.
func (r *Report) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"stage", "kind", "name", "change", "total", "status", "event"})
	for _, s := range r.Stages {
		number := strconv.Itoa(s.Number)
		for _, row := range s.Rows {
			c.Write([]string{number, "candidate", row.Name, row.Change, row.Total, row.Status, s.Event})
		}
		for _, row := range s.Pool {
			c.Write([]string{number, "pool", row.Name, row.Change, row.Total, row.Status, s.Event})
		}
	}
	c.Flush()
	return c.Error()
}

// WriteText writes r to be read on 80 columns: result first, and with stages
// the full table, as many stages side by side as fit, and what happened at each.
func (r *Report) WriteText(w io.Writer, stages bool) error {
	t := &textWriter{w: bufio.NewWriter(w)}
	if r.Title != "" {
		t.wrap("", r.Title)
	}
	t.head(r, termsOf[r.Input])
	if stages {
		t.table(r.Stages, termsOf[r.Input].legend)
	}
	if stages || r.Outcome != "" {
		t.line("")
		for _, s := range r.Stages {
			t.wrap(fmt.Sprintf("Stage %d. ", s.Number), s.Event)
		}
	}
	if stages {
		t.pairwise(r.Pairwise)
	}
	if r.Ranking != nil {
		t.line("")
		t.line("Ranking:")
		place := 1
		for _, group := range r.Ranking {
			t.wrap(fmt.Sprintf("%3d. ", place), List(group))
			place += len(group)
		}
	}
	for _, l := range r.Lots {
		t.line("")
		t.wrap("Lot: ", fmt.Sprintf("at stage %d, %s tied for %s; the lot chose %s.", l.Stage, List(l.Tied), l.For, l.Chosen))
	}
	for _, n := range r.Notes {
		t.line("")
		t.wrap("Note: ", n)
	}
	return t.w.Flush()
}

// terms are how the text form speaks of a result.
type terms struct {
	count   string // of what Report.Seats is the number
	winners string // heading of their list
	legend  string // of the marks in the table of stages
}

var termsOf = map[string]terms{
	input.Papers:  {"Seats", "Elected", "* elected   - out: excluded, withdrawn or left without a seat"},
	input.Budget:  {"Funded", "Funded", "* funded   - out of reach"},
	input.Parties: {"Seats", "Seats", "* gets a seat at this stage"},
}

// head writes the result.
func (t *textWriter) head(r *Report, say terms) {
	switch {
	case r.Outcome != "":
		t.line("Method: %s   Outcome: %s%s", r.Method, r.Outcome, labelled("   Needed to carry: ", r.Quota))
	default:
		t.line("Method: %s   %s: %d%s", r.Method, say.count, r.Seats, labelled("   Quota: ", r.Quota))
	}
	if v := r.Validity; v != nil {
		t.line("Papers: %d   Valid: %d   Empty: %d   Spoiled: %d", v.Papers, v.Valid, v.Empty, v.Spoiled)
	}
	if r.Outcome != "" {
		return
	}
	t.line("")
	t.line("%s:", say.winners)
	list := r.Winners
	if r.Listed != nil {
		list = r.Listed
	}
	for i, name := range list {
		t.wrap(fmt.Sprintf("%3d. ", i+1), name)
	}
	if len(list) == 0 {
		t.line("  none")
	}
}

func labelled(label, s string) string {
	if s == "" {
		return ""
	}
	return label + s
}

// textWriter leaves faults of w to Flush.
type textWriter struct{ w *bufio.Writer }

func (t *textWriter) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	t.w.WriteString(strings.TrimRight(s, " ") + "\n")
}

// wrap writes text after label, later lines indented to match.
func (t *textWriter) wrap(label, text string) {
	for _, line := range words.Wrap(strings.Join(strings.Fields(text), " "), label, strings.Repeat(" ", len(label)), textWidth) {
		t.line("%s", line)
	}
}

// table writes the totals of all stages in blocks no wider than the page.
// A star marks who is elected, a dash who is out.
func (t *textWriter) table(stages []Stage, legend string) {
	if len(stages) == 0 {
		return
	}
	names, cells := 4, 7
	for _, s := range stages {
		for _, r := range append(s.Rows[:len(s.Rows):len(s.Rows)], s.Pool...) {
			names = max(names, utf8.RuneCountInString(r.Name))
			cells = max(cells, len(r.Total)+1)
		}
	}
	names = min(names, maxNameColumn)
	fit := max(1, (textWidth-names)/(cells+2))
	for from := 0; from < len(stages); from += fit {
		block := stages[from:min(from+fit, len(stages))]
		t.line("")
		head := pad("", names)
		for _, s := range block {
			head += fmt.Sprintf("%*s", cells+2, fmt.Sprintf("Stage %d ", s.Number))
		}
		t.line("%s", head)
		for i := range block[0].Rows {
			line := pad(block[0].Rows[i].Name, names)
			for _, s := range block {
				total, status := cell(s.Rows, i)
				line += fmt.Sprintf("%*s%s", cells+1, total, mark(status))
			}
			t.line("%s", line)
		}
		for i := range block[0].Pool {
			line := pad(block[0].Pool[i].Name, names)
			for _, s := range block {
				total, _ := cell(s.Pool, i)
				line += fmt.Sprintf("%*s ", cells+1, total)
			}
			t.line("%s", line)
		}
	}
	if legend != "" {
		t.line("")
		t.line("%s", legend)
	}
}

// cell returns what row i shows; nothing in a stage that has no such row.
func cell(rows []Row, i int) (total, status string) {
	if i >= len(rows) {
		return "", ""
	}
	return rows[i].Total, rows[i].Status
}

func mark(status string) string {
	switch status { // the rest are the reasons why one is out
	case "elected":
		return "*"
	case "", "continuing":
		return " "
	}
	return "-"
}

// pairwise writes each contest on a line of its own, so that any number fits.
func (t *textWriter) pairwise(p *Pairwise) {
	if p == nil {
		return
	}
	t.line("")
	t.line("Pairwise contests, papers that prefer the one to the other:")
	for i := range p.Candidates {
		for j := i + 1; j < len(p.Candidates); j++ {
			a, b := i, j
			if p.Votes[b][a] > p.Votes[a][b] {
				a, b = j, i
			}
			t.line("  %s%9d : %-9d %s", pad(p.Candidates[a], maxNameColumn), p.Votes[a][b], p.Votes[b][a], cut(p.Candidates[b], maxNameColumn))
		}
	}
}

// cut shortens s to n characters, showing that it did.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

func pad(s string, n int) string {
	s = cut(s, n)
	return s + strings.Repeat(" ", n-utf8.RuneCountInString(s))
}
