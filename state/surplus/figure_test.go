package surplus_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// What a key that may record so much a day is charged: whole units, rounded up, however
// many digits the quantities have.
func TestFigure(t *testing.T) {
	of := func(quantities ...uint64) (out []surplus.Figure) {
		for _, q := range quantities {
			out = append(out, surplus.Figure{Member: 1, Quantity: q})
		}
		return out
	}
	for _, row := range []struct {
		record surplus.Record
		want   uint64
	}{
		{surplus.Record{Entries: of(3, 4)}, 7},
		{surplus.Record{Entries: of(150, 250), Digits: 2}, 4},
		{surplus.Record{Entries: of(150, 251), Digits: 2}, 5},
		{surplus.Record{Entries: of(1), Digits: 1}, 1},
		{surplus.Record{Entries: of(surplus.MaxQuantity, surplus.MaxQuantity)}, surplus.MaxQuantity},
		{surplus.Record{Entries: of(^uint64(0)), Digits: 255}, 1_000_000_000_000_000_000 / tenTo(surplus.MaxDigits)},
	} {
		if got := row.record.Figure(); got != row.want {
			t.Errorf("%+v: %d, want %d", row.record, got, row.want)
		}
	}
}

func tenTo(n int) uint64 {
	out := uint64(1)
	for range n {
		out *= 10
	}
	return out
}
