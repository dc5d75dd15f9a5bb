package money

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAdd(t *testing.T) {
	for _, row := range []struct {
		a, b, want Amount
		err        error
	}{
		{1, 2, 3, nil},
		{0, 0, 0, nil},
		{-5, 3, -2, nil},
		{3, -5, -2, nil},
		{5, -3, 2, nil},
		{-3, 5, 2, nil},
		{-5, 0, -5, nil},
		{0, -5, -5, nil},
		{1, -1, 0, nil},
		{-2, -3, -5, nil},
		{Max, -Max, 0, nil},
		{Max, 0, Max, nil},
		{-Max, 0, -Max, nil},
		{Max, 1, 0, ErrOverflow},
		{-Max, -1, 0, ErrOverflow},
		{math.MaxInt64, math.MaxInt64, 0, ErrOverflow},
		{math.MinInt64, math.MinInt64, 0, ErrOverflow},
	} {
		if got, err := Add(row.a, row.b); got != row.want || !errors.Is(err, row.err) {
			t.Errorf("Add(%d, %d) = %d, %v; want %d, %v", row.a, row.b, got, err, row.want, row.err)
		}
	}
}

func TestSum(t *testing.T) {
	if got, err := Sum(1, -2, 3); got != 2 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	if _, err := Sum(Max, 1, -1); !errors.Is(err, ErrOverflow) {
		t.Errorf("a step out of range: %v", err)
	}
}

func TestTimes(t *testing.T) {
	for _, row := range []struct {
		units uint64
		price Amount
		want  Amount
		err   error
	}{
		{0, Max, 0, nil},
		{3, 0, 0, nil},
		{3, 7, 21, nil},
		{1, Max, Max, nil},
		{uint64(Max), 1, Max, nil},
		{1, Max + 1, 0, ErrOverflow},
		{2, Max, 0, ErrOverflow},
		{uint64(Max) + 1, 1, 0, ErrOverflow},
		{math.MaxUint64, math.MaxInt64, 0, ErrOverflow},
		{1 << 63, 2, 0, ErrOverflow}, // 2^64: nothing in the low half
		{0, -1, 0, ErrOverflow},
		{1, -1, 0, ErrOverflow},
	} {
		if got, err := Times(row.units, row.price); got != row.want || !errors.Is(err, row.err) {
			t.Errorf("Times(%d, %d) = %d, %v; want %d, %v", row.units, row.price, got, err, row.want, row.err)
		}
	}
}

func TestShare(t *testing.T) {
	for _, row := range []struct {
		pool         Amount
		claim, total uint64
		part         Amount
		remainder    uint64
		err          error
	}{
		{100, 1, 3, 33, 1, nil},
		{100, 3, 3, 100, 0, nil},
		{0, 1, 3, 0, 0, nil},
		{Max, math.MaxUint64 - 1, math.MaxUint64, Max - 1, math.MaxUint64 - uint64(Max), nil},
		{-1, 1, 3, 0, 0, ErrOverflow},
		{1, 4, 3, 0, 0, ErrOverflow},
		{1, 1, 0, 0, 0, ErrOverflow},
		{1, 0, 0, 0, 0, ErrNoClaims},
	} {
		part, rem, err := Share(row.pool, row.claim, row.total)
		if part != row.part || rem != row.remainder || !errors.Is(err, row.err) {
			t.Errorf("Share(%d, %d, %d) = %d, %d, %v", row.pool, row.claim, row.total, part, rem, err)
		}
	}
}

func TestRate(t *testing.T) {
	for _, row := range []struct {
		r    Rate
		a    Amount
		want Amount
		err  error
	}{
		{Rate{1, 5}, 2_100_000, 420_000, nil},
		{Rate{1, 3}, 100, 33, nil},
		{Rate{1, 5}, 0, 0, nil},
		{Rate{0, 5}, 100, 0, nil},
		{Rate{1, 1}, Max, Max, nil},
		{Rate{1, math.MaxUint64}, -1, 0, ErrOverflow}, // a product in range
		{Rate{1, 0}, 100, 0, ErrRate},
		{Rate{1, 5}, -1, 0, ErrOverflow},
		{Rate{math.MaxUint64, 1}, 2, 0, ErrOverflow},
		{Rate{2, 1}, Max, 0, ErrOverflow},
	} {
		if got, err := row.r.Of(row.a); got != row.want || !errors.Is(err, row.err) {
			t.Errorf("%v of %d = %d, %v; want %d, %v", row.r, row.a, got, err, row.want, row.err)
		}
	}
}

func TestRateOver(t *testing.T) {
	const most = ^uint64(0)
	for _, c := range []struct {
		a, b Rate
		want bool
	}{
		{Rate{1, 20}, Rate{5, 100}, false},
		{Rate{6, 100}, Rate{1, 20}, true},
		{Rate{1, 20}, Rate{6, 100}, false},
		{Rate{0, 1}, Rate{0, 5}, false},
		{Rate{most, most - 1}, Rate{1, 1}, true},
		{Rate{most - 1, most}, Rate{most - 2, most - 1}, true},
	} {
		if got := c.a.Over(c.b); got != c.want {
			t.Errorf("%v over %v: %v", c.a, c.b, got)
		}
	}
}

func TestSplitTies(t *testing.T) {
	got, err := Split(100, []uint64{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	// One unit is left over; three equal remainders; the lowest number wins it.
	if diff := cmp.Diff([]Amount{34, 33, 33}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := Split(100, []uint64{0, 0}); !errors.Is(err, ErrNoClaims) {
		t.Errorf("no claims: %v", err)
	}
	if _, err := Split(100, nil); !errors.Is(err, ErrNoClaims) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := Split(-1, []uint64{1}); !errors.Is(err, ErrOverflow) {
		t.Errorf("a debt: %v", err)
	}
	if _, err := Split(100, []uint64{math.MaxUint64, 1}); !errors.Is(err, ErrOverflow) {
		t.Errorf("claims of 2^64: %v", err)
	}
}

// The parts sum to the pool, none is a whole unit from its exact share, and a
// larger claim never gets less.
func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := Amount(rapid.Int64Range(0, int64(Max)).Draw(t, "pool"))
		claims := rapid.SliceOfN(rapid.Uint64Range(0, 1<<50), 1, 50).Draw(t, "claims")
		parts, err := Split(pool, claims)
		total := new(big.Int)
		for _, c := range claims {
			total.Add(total, new(big.Int).SetUint64(c))
		}
		if total.Sign() == 0 {
			if !errors.Is(err, ErrNoClaims) {
				t.Fatalf("no claims: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := Amount(0)
		for i, p := range parts {
			sum += p
			exact := new(big.Int).Mul(big.NewInt(int64(pool)), new(big.Int).SetUint64(claims[i]))
			floor := exact.Div(exact, total).Int64()
			if int64(p) != floor && int64(p) != floor+1 {
				t.Fatalf("part %d is %d, its exact share lies from %d", i, p, floor)
			}
			for j := range parts[:i] {
				if claims[j] > claims[i] && parts[j] < p {
					t.Fatalf("claim %d > %d but part %d < %d", claims[j], claims[i], parts[j], p)
				}
			}
		}
		if sum != pool {
			t.Fatalf("parts sum to %d, the pool is %d", sum, pool)
		}
	})
}
