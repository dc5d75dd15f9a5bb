package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
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
// heading. Every figure is as in the report, and names as Cell has them. Winners who are level add the column level,
// which has their place, "1=", where they are elected. A lot that was made from a seed
// adds the column lot_seed, which has the seed on every line.
func (r *Report) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	write := func(level string, cells ...string) { c.Write(r.withMore(cells, level, Cell(r.LotSeed))) }
	c.Write(r.withMore([]string{"stage", "kind", "name", "change", "total", "status", "event"}, "level", "lot_seed"))
	for _, s := range r.Stages {
		number := strconv.Itoa(s.Number)
		for _, row := range s.Rows {
			write(r.levelOf(row), number, "candidate", Cell(row.Name), row.Change, row.Total, row.Status, Cell(s.Event))
		}
		for _, row := range s.Pool {
			write("", number, "pool", Cell(row.Name), row.Change, row.Total, row.Status, Cell(s.Event))
		}
	}
	c.Flush()
	return c.Error()
}

// Cell is text of a file as a cell of CSV: with an apostrophe before what a spreadsheet
// would take for a formula.
func Cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// levelOf is the place of a row's winner who is level with others, or nothing.
func (r *Report) levelOf(row Row) string {
	at := slices.Index(r.Winners, row.Name)
	if at < 0 || mark(row.Status) != "*" {
		return ""
	}
	if place := r.Place(at); strings.HasSuffix(place, "=") {
		return place
	}
	return ""
}

// withMore adds to a line of CSV the cells that only some counts have.
func (r *Report) withMore(cells []string, level, seed string) []string {
	if len(r.Level) > 0 {
		cells = append(cells, level)
	}
	if r.LotSeed != "" {
		cells = append(cells, seed)
	}
	return cells
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
		t.table(r, termsOf[r.Input].legend)
	}
	if stages || r.Outcome != "" {
		t.line("")
		for _, s := range r.Stages {
			t.wrap(fmt.Sprintf("Stage %d. ", s.Number), s.Event)
		}
	}
	if stages {
		t.pairwise(r.Pairwise, r.Places)
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
		t.line("Papers: %s   Valid: %s   Empty: %s   Spoiled: %s",
			Decimal(v.Papers, r.Places), Decimal(v.Valid, r.Places), Decimal(v.Empty, r.Places), Decimal(v.Spoiled, r.Places))
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
		number := strconv.Itoa(i+1) + "."
		if len(list) == len(r.Winners) {
			number = strings.Replace(r.Place(i)+".", "=.", "=", 1)
		}
		t.wrap(fmt.Sprintf("%4s ", number), name)
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

// table writes the totals of all stages in blocks no wider than the page. A star
// marks who is elected, a dash who is out. Where votes move from stage to stage, what
// each stage moved stands before its totals, and below them their sum.
func (t *textWriter) table(r *Report, legend string) {
	if len(r.Stages) == 0 {
		return
	}
	names, cells, moves := 4, 7, 0
	for i, s := range r.Stages {
		for _, row := range s.lines() {
			names = max(names, utf8.RuneCountInString(row.Name))
			cells = max(cells, len(row.Total)+1)
			if i > 0 && r.conserved() {
				moves = max(moves, len(row.Change)+1)
			}
		}
	}
	names = min(names, maxNameColumn)
	for rest := r.Stages; len(rest) > 0; {
		n, width := 0, names
		for n < len(rest) {
			width += cells + 2
			if rest[n].Number > 1 {
				width += moves
			}
			if n > 0 && width > textWidth {
				break
			}
			n++
		}
		t.block(r, rest[:n], names, cells, moves)
		rest = rest[n:]
	}
	if r.conserved() {
		legend += "\nSum: all votes, the same at each stage"
	}
	if legend != "" {
		t.line("")
		for line := range strings.Lines(legend) {
			t.line("%s", strings.TrimSpace(line))
		}
	}
}

// lines are all rows of a stage.
func (s *Stage) lines() []Row { return append(s.Rows[:len(s.Rows):len(s.Rows)], s.Pool...) }

// conserved reports whether the stages move votes between rows, so that their sum is
// always that of the valid papers.
func (r *Report) conserved() bool {
	return r.Input == input.Papers && len(r.Stages) > 0 && len(r.Stages[0].Pool) > 0
}

// block writes some stages side by side.
func (t *textWriter) block(r *Report, stages []Stage, names, cells, moves int) {
	t.line("")
	row := func(name string, of func(s *Stage) (change, total, mark string)) {
		line := pad(name, names)
		for i := range stages {
			s := &stages[i]
			change, total, mark := of(s)
			if s.Number > 1 && moves > 0 {
				line += fmt.Sprintf("%*s", moves, change)
			}
			line += fmt.Sprintf("%*s%s", cells+1, total, mark)
		}
		t.line("%s", line)
	}
	row("", func(s *Stage) (string, string, string) { return "", fmt.Sprintf("Stage %d", s.Number), " " })
	for i := range stages[0].Rows {
		row(stages[0].Rows[i].Name, func(s *Stage) (string, string, string) {
			c := cell(s.Rows, i)
			return c.Change, c.Total, mark(c.Status)
		})
	}
	for i := range stages[0].Pool {
		row(stages[0].Pool[i].Name, func(s *Stage) (string, string, string) {
			c := cell(s.Pool, i)
			return c.Change, c.Total, " "
		})
	}
	if r.conserved() {
		row("Sum", func(s *Stage) (string, string, string) { return "", s.Sum(), " " })
	}
}

// Sum adds up the totals of all rows, with the decimals of the first.
func (s *Stage) Sum() string {
	sum, places := new(big.Rat), 0
	for i, row := range s.lines() {
		if n, ok := amount(row.Total); ok {
			sum.Add(sum, n)
		}
		if _, after, ok := strings.Cut(row.Total, "."); i == 0 && ok {
			places = len(after)
		}
	}
	return sum.FloatString(places)
}

// cell returns row i; an empty one in a stage that has no such row.
func cell(rows []Row, i int) Row {
	if i >= len(rows) {
		return Row{}
	}
	return rows[i]
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
func (t *textWriter) pairwise(p *Pairwise, places int) {
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
			t.line("  %s%9s : %-9s %s", pad(p.Candidates[a], maxNameColumn), Decimal(p.Votes[a][b], places), Decimal(p.Votes[b][a], places), cut(p.Candidates[b], maxNameColumn))
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
