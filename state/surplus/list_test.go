package surplus_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Pages of the parts by member, of any size and from any member on, put together
// are all parts of all steps, each member's together.
func TestPartsByMember(t *testing.T) {
	l := statetest.New(t, setup(70))
	defer l.Close()
	units := make([]uint64, 70)
	for i := range units {
		units[i] = uint64(i % 3) // a third hold nothing
	}
	hold(l, units...)
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, 0, 5, 0, 0, 7, 9)
	earn(l, 100_000)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 100_000})
	if res := l.Mandate(surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 10)), onShares(rate(1, 20)), onPurchases(500, rate(1, 2))}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Sound()
	v := l.Read()
	defer v.Close()
	var want []surplus.MemberPart
	for m := state.Member(1); m <= 70; m++ {
		for step := uint8(1); step <= 3; step++ {
			part, ok, err := surplus.PartOf(v.Of(1), 1, step, m)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				want = append(want, surplus.MemberPart{Member: m, Step: step, Part: part})
			}
		}
	}
	if len(want) != 46+3 {
		t.Fatalf("%d parts", len(want))
	}
	for _, limit := range []int{1, 2, 3, 46, 47, 1000} {
		var got []surplus.MemberPart
		for next := state.Member(1); next != 0; {
			page, after, err := surplus.PartsByMember(v.Of(1), 1, next, limit)
			if err != nil || after != 0 && after <= next {
				t.Fatalf("after member %d: %d, %v", next, after, err)
			}
			members := map[state.Member]bool{}
			for _, part := range page {
				members[part.Member] = true
			}
			if len(members) > limit || after != 0 && len(members) != limit {
				t.Fatalf("%d members in a page of %d, then %d", len(members), limit, after)
			}
			got, next = append(got, page...), after
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
	}
	if _, _, err := surplus.PartsByMember(v.Of(1), 9, 1, 5); !errors.Is(err, surplus.ErrPeriod) {
		t.Errorf("no such period: %v", err)
	}
}
