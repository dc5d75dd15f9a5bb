package surplus

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/money"
)

// divide does what a run does, over claims in member order.
func divide(t interface{ Fatal(...any) }, pool money.Amount, claims []uint64, total uint64) (out []money.Amount, passes int) {
	s := newSelection(total)
	left := pool
	var remainders []uint64
	for _, c := range claims {
		floor, rem, err := money.Share(pool, c, total)
		if err != nil {
			t.Fatal(err)
		}
		out, remainders = append(out, floor), append(remainders, rem)
		left -= floor
		s.count(rem)
	}
	settled, err := s.begin(uint64(left))
	for passes = 1; !settled && err == nil; passes++ {
		for _, rem := range remainders {
			s.count(rem)
		}
		settled, err = s.narrow()
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, rem := range remainders {
		if s.take(rem) {
			out[i]++
		}
	}
	return out, passes
}

// A selection in passes gives to the cent what sorting everyone would.
func TestSelectionEqualsSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := rapid.SampledFrom([]uint64{3, 300, 1 << 20, 1 << 40, 1 << 57}).Draw(t, "top")
		pool := money.Amount(rapid.OneOf(rapid.Int64Range(0, 1000), rapid.Int64Range(0, int64(money.Max))).Draw(t, "pool"))
		claims := rapid.SliceOfN(rapid.Uint64Range(0, top), 1, 60).Draw(t, "claims")
		var total uint64
		for _, c := range claims {
			total += c
		}
		want, err := money.Split(pool, claims)
		if err != nil {
			t.Skip("no claims")
		}
		got, passes := divide(t, pool, claims, total)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("claim %d gets %d, Split gives %d (all: %v, want %v)", i, got[i], want[i], got, want)
			}
		}
		if passes > 8 {
			t.Fatalf("%d passes", passes)
		}
	})
}

// Ties at the threshold go to the first, and as many passes are made as the
// total has bytes, no more.
func TestSelectionTies(t *testing.T) {
	for _, row := range []struct {
		pool   money.Amount
		claims []uint64
		want   []money.Amount
		passes int
	}{
		{100, []uint64{1, 1, 1}, []money.Amount{34, 33, 33}, 1},
		{101, []uint64{1, 1, 1}, []money.Amount{34, 34, 33}, 1},
		{0, []uint64{1, 1}, []money.Amount{0, 0}, 1},
		{10, []uint64{5, 5}, []money.Amount{5, 5}, 1},
		{1, []uint64{1}, []money.Amount{1}, 1},
		{1, []uint64{1000, 1000, 1001}, []money.Amount{0, 0, 1}, 2},
		{2, []uint64{1000, 1000, 1001}, []money.Amount{1, 0, 1}, 2},
		{1, []uint64{3000, 1}, []money.Amount{1, 0}, 1}, // settled by the first of two bytes
	} {
		var total uint64
		for _, c := range row.claims {
			total += c
		}
		got, passes := divide(t, row.pool, row.claims, total)
		for i := range got {
			if got[i] != row.want[i] || passes != row.passes {
				t.Errorf("%d by %v = %v in %d passes, want %v in %d", row.pool, row.claims, got, passes, row.want, row.passes)
				break
			}
		}
	}
}

func TestSelectionOfTooFew(t *testing.T) {
	s := newSelection(10)
	s.count(3)
	if _, err := s.begin(2); err == nil {
		t.Error("two of one were selected")
	}
}
