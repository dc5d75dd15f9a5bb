package stv

import (
	"math/big"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// What each keeps of a shared rank is the average over all orders, to a unit.
func TestMeekSharesAreTheAverageOfOrders(t *testing.T) {
	for _, keep := range [][]int64{
		{meekOne},
		{meekOne, meekOne, meekOne},
		{meekOne, 400_000_000, 0, 123_456_789},
		{700_000_001, 400_000_000, 999_999_999},
		{0, 0},
		{meekOne, 1, 2, meekOne, 900_000_000, 0},
	} {
		group := make([]int16, len(keep))
		want := make([]*big.Rat, len(keep))
		for i := range group {
			group[i], want[i] = int16(i), new(big.Rat)
		}
		left := new(big.Rat)
		n := int64(0)
		permute(group, func(order []int16) {
			n++
			v := big.NewRat(1, 1)
			for _, c := range order {
				kept := new(big.Rat).Mul(v, big.NewRat(keep[c], meekOne))
				want[c].Add(want[c], kept)
				v = new(big.Rat).Sub(v, kept)
			}
			left.Add(left, v)
		})
		got, goesOn := meekShares(group, keep)
		if goesOn != (left.Sign() > 0) {
			t.Errorf("%v: goes on %v, left %v", keep, goesOn, left)
		}
		for i, w := range want {
			w.Mul(w, big.NewRat(meekOne, n))
			floor := new(big.Int).Quo(w.Num(), w.Denom()).Int64()
			if got[i] > floor || got[i] < floor-1 {
				t.Errorf("%v: candidate %d keeps %d, the orders give %s", keep, i, got[i], w.FloatString(3))
			}
		}
	}
}

func permute(group []int16, f func([]int16)) {
	var walk func(done, left []int16)
	walk = func(done, left []int16) {
		if len(left) == 0 {
			f(done)
		}
		for i, c := range left {
			walk(append(slices.Clone(done), c), slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	walk(nil, group)
}

// A thousand who share a rank have a thousandth each, and a paper has no more
// parts than marks however often it is divided.
func TestAnyNumberShareARank(t *testing.T) {
	e := &election.Election{Seats: 1, Papers: []election.Paper{{Weight: 10}}}
	for i := range 40 {
		e.Candidates = append(e.Candidates, election.Candidate{Name: string(rune('A' + i))})
		e.Papers[0].Marks = append(e.Papers[0].Marks, election.Mark{Candidate: int16(i), Equal: i > 0})
		e.Papers = append(e.Papers, election.Paper{Weight: int64(100 + i), Marks: []election.Mark{{Candidate: int16(i)}}})
	}
	count := map[string]func(*election.Election, election.Options) (*report.Report, error){"wigm": wigmSTV, "meek": meekSTV}
	for _, method := range []string{"wigm", "meek"} {
		r, err := count[method](e, election.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"wigm": "100.2500", "meek": "100.250000000"}[method]
		if got := r.Stages[0].Rows[0].Total; got != want {
			t.Errorf("%s: A has %s at first, want %s", method, got, want)
		}
		if r.Winners[0] != e.Candidates[39].Name {
			t.Errorf("%s: %v elected", method, r.Winners)
		}
	}
}
