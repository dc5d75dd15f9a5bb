package pabulib_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// TestPublishedBudgetsRoundTrip reads, writes and reads again: the budget is
// equal, and so is the text.
func TestPublishedBudgetsRoundTrip(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(counting.Vectors(t), "pb", "*.pb"))
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b := counting.ReadBudget(t, path)
		var out bytes.Buffer
		if err := pabulib.Write(&out, b); err != nil {
			t.Fatal(err)
		}
		lines := bytes.TrimRight(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n")
		if !bytes.Equal(lines, bytes.TrimRight(out.Bytes(), "\n")) {
			t.Errorf("%s: the text changed", filepath.Base(path))
		}
		again, err := pabulib.Read(b.File, &out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, again); diff != "" {
			t.Errorf("%s: the budget changed:\n%s", filepath.Base(path), diff)
		}
	}
}
