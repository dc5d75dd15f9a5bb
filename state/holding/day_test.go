package holding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// heldAt is what a member held of the common class after an operation, and by which.
func heldAt(r state.Reader, m state.Member, operation uint64) (units, by uint64, err error) {
	h, err := share.HoldingOf(r, common, m)
	if err != nil {
		return 0, 0, err
	}
	return holding.At(r, h, operation)
}

// The register of any day is the fold of the operations that count by then, whenever
// they were recorded.
func TestRegisterOfADay(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	subscribe := func(m state.Member, units uint64) share.Subscribe {
		return share.Subscribe{Member: m, Class: common, Units: units}
	}
	must(t, l, subscribe(ada, 2), subscribe(ben, 3), subscribe(ada, 4), subscribe(ada, 1), share.ConfirmPayment{Subscriptions: []uint64{1, 2, 3, 4}})
	l.Days(4)
	v := l.Read()
	now := state.DayOf(v.Of(1).Time()) // of the next block
	v.Close()
	on := func(day uint64, n ...uint64) share.Issue { return share.Issue{Subscriptions: n, Day: day, Document: 7} }
	l.Run(t, []statetest.Row{
		statetest.Try("tomorrow", 0, on(now+1, 1), share.ErrDate),
		statetest.Try("three days ago", 0, on(now-3, 1), nil),
		statetest.Try("before that", 0, on(now-4, 2), share.ErrEarlier),
		statetest.Try("the same day", 0, on(now-3, 2), nil),
		statetest.Try("yesterday", 0, on(now-1, 3), nil),
		statetest.Try("today", 0, on(0, 4), nil),
		statetest.Try("yesterday, after what counts from today", 0, on(now-1, 4), share.ErrIssued),
	})
	must(t, l, share.Correct{Subscriptions: []uint64{3}, Reason: "a mistake"})
	type held struct{ Ada, AdaBy, Ben, BenBy uint64 }
	for day, want := range map[uint64]held{
		now - 4: {}, now - 3: {2, 1, 3, 2}, now - 2: {2, 1, 3, 2}, now - 1: {6, 3, 3, 2}, now: {3, 5, 3, 2}, now + 9: {3, 5, 3, 2},
	} {
		v := l.Read()
		r := v.Of(1)
		op, err := holding.OperationOn(r, day)
		if err != nil {
			t.Fatal(err)
		}
		var got held
		if got.Ada, got.AdaBy, err = heldAt(r, ada, op); err != nil {
			t.Fatal(err)
		}
		if got.Ben, got.BenBy, err = heldAt(r, ben, op); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on day %d (-want +got)\n%s", int64(day)-int64(now), diff)
		}
		v.Close()
	}
}
