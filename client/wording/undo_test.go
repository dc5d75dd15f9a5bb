package wording

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// Every kind of action either names what takes it back or says why nothing does.
func TestUndoOrFinal(t *testing.T) {
	known := 0
	for _, k := range rooms.Kinds {
		if k.Number == ballot.KindCast {
			continue // Final says it of each
		}
		if (undo[k.Number] == "") == (final[k.Number] == "") {
			t.Errorf("%s: taken back by %q, final since %q; one of them has to say it", k.Name, undo[k.Number], final[k.Number])
		}
		known++
	}
	if known != len(undo)+len(final) {
		t.Errorf("%d kinds, and %d + %d are listed", known, len(undo), len(final))
	}
}
