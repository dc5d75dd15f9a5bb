package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

func TestTable(t *testing.T) {
	table := newTable("member", "class", "paid", "share", "date", "code")
	table.row(7, "Ordinary", "100.00 EUR", "0.6%", "2026-01-31", "7a")
	table.row(1650, "Ünïcode", "-21,000.00 EUR", "12.5%", "2026-02-01", "80")
	var out bytes.Buffer
	table.write(&out)
	want := `MEMBER  CLASS               PAID  SHARE  DATE        CODE
     7  Ordinary      100.00 EUR   0.6%  2026-01-31  7a
  1650  Ünïcode   -21,000.00 EUR  12.5%  2026-02-01  80
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("a row that is too short was taken")
		}
	}()
	table.row(1)
}

// What does not suffice in one way is done in the next: a name goes below its row, and then
// the last columns do.
func TestTableFolds(t *testing.T) {
	book := longNames("anytown-1", 1)
	fill := func(columns int) *table {
		heads := []string{"member", "held after that day"}
		for i := range columns {
			heads = append(heads, fmt.Sprintf("sum %d", i))
		}
		table := newTable(heads...)
		for m := range 2 {
			cells := []any{m + 7, "1,000"}
			for range columns {
				cells = append(cells, "1,234,567.00 EUR")
			}
			table.row(cells...)
		}
		return table
	}
	for _, c := range []struct {
		columns int
		want    string
	}{
		{2, `MEMBER  NAME                 HELD AFTER THAT             SUM 0             SUM 1
                                         DAY
     7  Maria-Theodora of              1,000  1,234,567.00 EUR  1,234,567.00 EUR
        the Mill 7
     8  Maria-Theodora of              1,000  1,234,567.00 EUR  1,234,567.00 EUR
        the Mill 8
`},
		{3, `MEMBER     HELD AFTER THAT             SUM 0             SUM 1             SUM 2
                       DAY
     7               1,000  1,234,567.00 EUR  1,234,567.00 EUR  1,234,567.00 EUR
        Maria-Theodora of the Mill 7
     8               1,000  1,234,567.00 EUR  1,234,567.00 EUR  1,234,567.00 EUR
        Maria-Theodora of the Mill 8
`},
		{4, `MEMBER   HELD             SUM 0             SUM 1             SUM 2
        AFTER
         THAT
          DAY
                   SUM 3
     7  1,000  1,234,567.00 EUR  1,234,567.00 EUR  1,234,567.00 EUR
        1,234,567.00 EUR
        Maria-Theodora of the Mill 7
     8  1,000  1,234,567.00 EUR  1,234,567.00 EUR  1,234,567.00 EUR
        1,234,567.00 EUR
        Maria-Theodora of the Mill 8
`},
	} {
		out := page{book: book}
		fill(c.columns).write(&out)
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%d columns: %s", c.columns, diff)
		}
		for line := range strings.Lines(out.String()) {
			if len(line) > pageWidth+1 {
				t.Errorf("%d columns: too wide: %s", c.columns, line)
			}
		}
	}
}

// A table that is wider than a page has its widest columns of text narrower; a number
// is never broken, and what does not fit goes on below in its column.
func TestTableFits(t *testing.T) {
	table := newTable("member", "key", "amount", "narrative")
	table.row(7, strings.Repeat("0123456789abcdef", 4), "1,450.00 EUR", "takings of January, with what was left of the year before")
	table.row(8, "none", "3.00 EUR", "rent")
	var out bytes.Buffer
	table.write(&out)
	want := `MEMBER  KEY                                 AMOUNT  NARRATIVE
     7  0123456789abcdef0123456789ab  1,450.00 EUR  takings of January, with
        cdef0123456789abcdef01234567                what was left of the year
        89abcdef                                    before
     8  none                              3.00 EUR  rent
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if line := tooWide(out.String()); line != "" {
		t.Errorf("too wide: %s", line)
	}
	if line := "ACCOUNT  " + strings.Repeat("x y ", 20); tooWide(line) != line || tooWide("proof  "+strings.Repeat("f", 128)) != "" {
		t.Error("the check of widths is broken")
	}
}

func TestFacts(t *testing.T) {
	var out bytes.Buffer
	writeFacts(&out, fact{"co-op", 7}, fact{"left out", ""}, fact{"a longer name", "x"})
	if want := "co-op          7\na longer name  x\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// Text that members wrote cannot move the cursor or set colours, and stays in its cell.
func TestTextFromTheLedgerIsPlain(t *testing.T) {
	const evil = "rent\x1b[2J\nTotal  0.00\r\u202e"
	cmd := &cobra.Command{}
	cmd.Flags().Bool("json", false, "")
	var out bytes.Buffer
	cmd.SetOut(&out)
	err := show(cmd, nil, func(w io.Writer) {
		writeFacts(w, fact{"reason", evil})
		table := newTable("narrative")
		table.row(evil)
		table.write(w)
		fmt.Fprintf(w, "About %s\n", evil)
	})
	if err != nil {
		t.Fatal(err)
	}
	noteTo(&out, "%s", evil)
	for line := range strings.Lines(out.String()) {
		if rest := strings.TrimRight(line, "\n"); strings.ContainsFunc(rest, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("printed %q", line)
		}
	}
	if got := strings.Count(out.String(), "\n"); got != 3+2+2 { // a fact, a head and a row; prose keeps its lines
		t.Errorf("%d lines:\n%s", got, out.String())
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestShow(t *testing.T) {
	value := struct {
		Name string `json:"name"`
	}{"Ada & <Bert>"}
	var out bytes.Buffer
	cmd := &cobra.Command{}
	cmd.Flags().Bool("json", false, "")
	cmd.SetOut(&out)
	human := func(w io.Writer) { fmt.Fprintln(w, "prose") }
	for asJSON, want := range map[string]string{"false": "prose\n", "true": "{\n  \"name\": \"Ada & <Bert>\"\n}\n"} {
		out.Reset()
		if err := cmd.Flags().Set("json", asJSON); err != nil {
			t.Fatal(err)
		}
		if err := show(cmd, value, human); err != nil || out.String() != want {
			t.Errorf("json %s: %q, %v; want %q", asJSON, out.String(), err, want)
		}
	}
	out.Reset()
	if err := cmd.Flags().Set("json", "true"); err != nil {
		t.Fatal(err)
	}
	if err := show(cmd, func() {}, human); err == nil || out.Len() > 0 {
		t.Errorf("a value that has no JSON: %v, wrote %q", err, out.String())
	}
	cmd.SetOut(failingWriter{})
	if err := show(cmd, value, human); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("a result that cannot be written: %v", err)
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		minor          int64
		currency, want string
	}{
		{0, "EUR", "0.00 EUR"},
		{5, "EUR", "0.05 EUR"},
		{-5, "EUR", "-0.05 EUR"},
		{99999, "EUR", "999.99 EUR"},
		{100000, "", "1,000.00"},
		{2100000, "GBP", "21,000.00 GBP"},
		{1234567, "JPY", "1,234,567 JPY"},
		{1234567, "KWD", "1,234.567 KWD"},
		{1, "CLF", "0.0001 CLF"},
		{math.MaxInt64, "EUR", "92,233,720,368,547,758.07 EUR"},
		{math.MinInt64, "EUR", "-92,233,720,368,547,758.08 EUR"},
	} {
		if got := formatMoney(c.minor, c.currency); got != c.want {
			t.Errorf("formatMoney(%d, %s) = %q, want %q", c.minor, c.currency, got, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1650: "-1,650", 1234567: "1,234,567"} {
		if got := formatCount(n); got != want {
			t.Errorf("formatCount(%d) = %q, want %q", n, got, want)
		}
	}
}

// fakeClock moves two seconds at every look.
func fakeClock() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time { at = at.Add(2 * time.Second); return at }
}

// slowClock moves ten seconds at every look.
func slowClock() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time { at = at.Add(10 * time.Second); return at }
}

// oneStep moves two seconds after the first look, and then no more.
func oneStep() func() time.Time {
	looks, at := 0, time.Unix(0, 0)
	return func() time.Time {
		if looks++; looks == 2 {
			at = at.Add(2 * time.Second)
		}
		return at
	}
}

func TestProgressLines(t *testing.T) {
	var slow bytes.Buffer
	p := newProgressOn(&slow, false, slowClock(), "admitting", 100)
	for range 8 {
		p.Add(1)
	}
	if want := "rochdale: admitting …\nrochdale: admitting: 3%, 3 of 100\nrochdale: admitting: 6%, 6 of 100\n"; slow.String() != want {
		t.Errorf("in a log of slow work: %q, want %q", slow.String(), want)
	}
	for _, c := range []struct {
		name               string
		total, steps, each int64
		want               string
	}{
		{"whole", 1650, 1650, 1, "rochdale: admitting …\n" +
			"rochdale: admitting: 25%, 413 of 1,650\nrochdale: admitting: 50%, 826 of 1,650\nrochdale: admitting: 75%, 1,239 of 1,650\n" +
			"rochdale: admitting: 1,650 in 2.0 s\n"},
		{"stopped", 1650, 500, 1, "rochdale: admitting …\nrochdale: admitting: 25%, 413 of 1,650\nrochdale: admitting: stopped at 500 of 1,650 in 2.0 s\n"},
		{"unknown total", 0, 5000, 1, "rochdale: admitting …\nrochdale: admitting: 5,000 in 2.0 s\n"},
		{"tiny", 1, 1, 1, "rochdale: admitting …\nrochdale: admitting: 1 in 2.0 s\n"},
		{"at one go", 200, 1, 200, "rochdale: admitting …\nrochdale: admitting: 200 in 2.0 s\n"},
		{"in batches", 500, 2, 220, "rochdale: admitting …\nrochdale: admitting: 44%, 220 of 500\nrochdale: admitting: 88%, 440 of 500\n" +
			"rochdale: admitting: stopped at 440 of 500 in 2.0 s\n"},
	} {
		var out bytes.Buffer
		p = newProgressOn(&out, false, oneStep(), "admitting", c.total)
		for range c.steps {
			p.Add(c.each)
		}
		p.Done()
		p.Done()
		p.Add(1)
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// A bar fits a terminal of 80 columns, however long its title and its counts.
func TestProgressBarFits(t *testing.T) {
	for title, total := range map[string]int64{"bringing members in": 100_000, "admitting": 12, "making invitation keys": 1_000_000} {
		var out bytes.Buffer
		p := newProgressOn(&out, true, time.Now, title, total)
		p.Done()
		first, _, _ := strings.Cut(strings.TrimPrefix(out.String(), "\r"), "\r")
		width := barWidth(title, total)
		if !strings.Contains(first, "|"+strings.Repeat(" ", width)+"|") {
			t.Errorf("the bar of %q is not %d wide: %q", title, width, first)
		}
		late := fmt.Sprintf("rochdale: %s 100%% |%*s| (%d/%d) [59m59s:59m59s]", title, width, "", total, total)
		if n := utf8.RuneCountInString(late); n > 80 || n < 60 {
			t.Errorf("%d columns: %q", n, late)
		}
	}
}

// TestProgressBar: at a terminal there is a bar while it runs and one line when
// it is done; goroutines may share it, and more steps than expected are no harm.
func TestProgressBar(t *testing.T) {
	for _, total := range []int64{100, 0} {
		var out bytes.Buffer
		p := newProgressOn(&out, true, fakeClock(), "admitting", total)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 30 {
					p.Add(1)
				}
			})
		}
		wg.Wait()
		p.Done()
		text := out.String()
		if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "in 2.0 s\n") || !strings.Contains(text, "\r") {
			t.Errorf("total %d: terminal got %q", total, text)
		}
	}
}

// TestProgressBarWithoutSteps: what is under way stands at a terminal before
// the first step, and moves though none is done.
func TestProgressBarWithoutSteps(t *testing.T) {
	for _, total := range []int64{100, 0} {
		var out bytes.Buffer
		p := newProgressOn(&out, true, fakeClock(), "waiting for a node", total)
		p.draw()
		p.draw()
		p.Done()
		p.draw()
		if text := out.String(); strings.Count(text, "rochdale: waiting for a node ") < 3 ||
			strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, " s\n") || strings.Contains(text, "/-") {
			t.Errorf("total %d: terminal got %q", total, text)
		}
	}
}

// TestProgressNote: a note stands in a line of its own, the bar goes on below.
func TestProgressNote(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		var out bytes.Buffer
		p := newProgressOn(&out, terminal, fakeClock(), "simulating", 10)
		p.Add(5)
		p.Note("seed %d agrees", 3)
		p.Done()
		text := strings.ReplaceAll(out.String(), "\r", "\n")
		if !strings.Contains(text, "\nrochdale: seed 3 agrees\n") {
			t.Errorf("terminal %v got %q", terminal, out.String())
		}
	}
}
