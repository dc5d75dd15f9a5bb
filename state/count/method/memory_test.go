package method_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/apportion"
	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Memory that reading a file may take, whatever the file. MaxMarks marks take
// 128 MiB, and MaxPapers papers with the table that finds them as much again;
// slices are copied as they grow.
const maxReadMemory = 384 << 20

// TestReadingIsBounded reads files that no election or budget has, from readers
// that make them up, and looks at the memory in use when they are refused.
func TestReadingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("large files skipped with -short")
	}
	rows := func(head string, n int, row func(i int) string) io.Reader {
		return io.MultiReader(strings.NewReader(head), &counting.Rows{Left: n, Row: row})
	}
	blt := func(r io.Reader) error { _, err := blt.Read("x", r); return err }
	pabulib := func(r io.Reader) error { _, err := pabulib.Read("x", r); return err }
	parties := func(r io.Reader) error { _, err := apportion.ReadParties("x", r); return err }
	tally := func(r io.Reader) error { _, err := question.ReadTally("x", r); return err }
	long := strings.Repeat("x", 1<<20)
	blank := strings.Repeat(" ", 60_000) + "\n"
	var wide strings.Builder // 60 marks, the first of which differ from paper to paper
	for i := 900; i < 960; i++ {
		fmt.Fprintf(&wide, " %d", i)
	}
	for _, c := range []struct {
		name  string
		read  func(io.Reader) error
		text  io.Reader
		words string
	}{
		{"10,000 candidates", blt, rows("10000 1\n", 10_000, func(i int) string { return fmt.Sprintf("1 %d 0\n", i) }), "1 to 1000 candidates, found 10000"},
		{"different papers", blt, rows("1000 1\n", 10_000_000, func(i int) string {
			return fmt.Sprintf("1 %d %d %d 0\n", i%200+1, i/200%200+201, i/40000%300+401)
		}), "more than 2097152 different papers"},
		{"marks", blt, rows("1000 1\n", 400_000, func(i int) string {
			return fmt.Sprintf("1 %d %d %d%s 0\n", i%200+1, i/200%200+201, i/40000%300+401, wide.String())
		}), "more than 16777216 marks"},
		{"one endless line", blt, rows("3 1\n1 ", 1<<10, func(int) string { return long }), "a line of at most"},
		{"projects", pabulib, rows("META\nkey;value\nnum_projects;10000000\nnum_votes;1\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\n", 10_000_000,
			func(i int) string { return fmt.Sprintf("p%d;1\n", i) }), "expected"},
		{"an endless field", pabulib, rows("META\nkey;value\ndescription;\"", 1<<12, func(int) string { return strings.Repeat("y", 1000) + "\n" }), "a closing quote"},
		{"parties", parties, rows("party,votes\n", 10_000_000, func(i int) string { return fmt.Sprintf("p%d,1\n", i) }), "fewer parties, found more than 1000"},
		{"empty lines", tally, rows("", 1<<13, func(int) string { return blank }), "a smaller file"},
	} {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := c.read(c.text)
		runtime.ReadMemStats(&after)
		var bad *input.ParseError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %.200v, want %q", c.name, err, c.words)
		}
		// What was in use before is not this file's; what the collector has not yet
		// looked at is.
		if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > maxReadMemory {
			t.Errorf("%s: %d MiB in use, more than %d", c.name, used>>20, maxReadMemory>>20)
		} else {
			t.Logf("%s: %d MiB in use: %.120v", c.name, used>>20, err)
		}
	}
}
