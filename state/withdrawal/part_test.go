package withdrawal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

func part(units uint64, n ...uint64) withdrawal.Redeem {
	return withdrawal.Redeem{Requests: n, Units: units}
}

// capitalAt sets the floor of a capital of 400.00.
func capitalAt(t *testing.T, l *statetest.L, amount uint64) func() {
	return func() {
		must(t, l, shareclass.SetRules{Limits: shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: amount, Den: 40_000}}})
	}
}

// Rows follow the order of the checks. Of a request that the floor holds back what it leaves
// is redeemed, no more and no less; the rest stays first, and is paid after that part.
func TestRedeemPart(t *testing.T) {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[thaw](0x7f04, "withdrawal_test.thaw"))
	l := foundedBy(t, s, shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: 3, Den: 4}}, nil)
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 8), ask(cleo, 5)} {
		l.Must(r.Member, r)
	}
	asked := find(t, l, 2)
	must(t, l, withdrawal.Suspend{Reason: "the roof"}, freeze{})
	l.Bound(9_999)
	l.Run(t, []statetest.Row{
		try("a part of none", part(9), withdrawal.ErrBatch),
		statetest.Try("no authority", ada, part(9, 2), state.ErrAuthority),
		try("suspended", part(9, 2), withdrawal.ErrSuspended),
		try("in the notice", part(9, 1, 2), withdrawal.ErrNotice).After(func() { must(t, l, withdrawal.Resume{}) }),
		try("of the second before the first", part(9, 2), withdrawal.ErrQueue).After(func() { l.Days(30) }),
		try("more than it is of", part(9, 1, 2), share.ErrUnits),
		try("all, which is no part", part(8, 1, 2), share.ErrUnits),
		try("while a surplus is divided", part(7, 1, 2), share.ErrFrozen),
		try("one more than the floor leaves: 110.00 of 100.00", part(3, 1, 2), share.ErrCapitalFloor).After(func() { must(t, l, thaw{}) }),
		try("one less", part(1, 1, 2), withdrawal.ErrPart),
		try("100.00, a cent more than an officer moves alone", part(2, 1, 2), charter.ErrAlone),
		try("what the floor leaves", part(2, 1, 2), nil).After(func() { l.Bound(10_000) }),
		try("the next, before the rest", redeem(3), withdrawal.ErrQueue),
		try("a part of the next", part(1, 3), withdrawal.ErrQueue),
		try("one share of the rest", part(1, 2), share.ErrCapitalFloor),
		try("the part before the first", pay(0, 4), withdrawal.ErrQueue),
		try("the rest, which is not redeemed", pay(0, 1, 2, 4), withdrawal.ErrStatus),
		try("the rest, at its floor", redeem(2), nil).After(func() { l.Days(1); capitalAt(t, l, 24_000)() }),
		try("the rest before the part", pay(0, 1, 2), withdrawal.ErrQueue),
		try("the first, and 5.00 of the part", pay(8500, 1, 4), nil).After(func() { l.Bound(0) }),
		try("the part and the rest, in their order: 15.00 and 10.00", pay(2500, 2, 4), nil),
		try("a rest that nothing is left of", part(1, 3), share.ErrCapitalFloor),
	})
	for n, want := range map[uint64]withdrawal.Ticket{
		2: {Units: 6, Status: withdrawal.Owed, Value: 6000, Paid: 1000, Redeemed: asked.Ready + 1, Operation: 7, Asked: 8, Part: 4},
		4: {Units: 2, Status: withdrawal.Done, Value: 2000, Paid: 2000, Redeemed: asked.Ready, Operation: 6, Of: 2},
	} {
		want.Member, want.Class, want.Time, want.Ready = ada, common, asked.Time, asked.Ready
		if diff := cmp.Diff(want, find(t, l, n)); diff != "" {
			t.Errorf("request %d (-want +got)\n%s", n, diff)
		}
	}
	wantBooks(t, l, 40_000-11_000, 5000, 24_000)
	l.Sound()
}

// Where no floor is near all members redeem in parts over years, and nobody fewer does.
func TestPartsOverYears(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{ProRata: true}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3)} {
		l.Must(r.Member, r)
	}
	if res := l.MandateBy(3, part(3, 1)); res.Code != withdrawal.ErrPart.Code {
		t.Errorf("by two officers: %d %s", res.Code, res.Log)
	}
	l.Run(t, []statetest.Row{
		try("by an officer", part(3, 1), withdrawal.ErrPart),
		statetest.Try("by all members", 0, part(3, 1), nil),
		try("the next, before the rest", redeem(2), withdrawal.ErrQueue),
		try("paid while the rest can be redeemed", pay(0, 3), withdrawal.ErrBeside),
		statetest.Try("the next year", 0, part(3, 1), nil).After(func() { l.Days(365) }),
		statetest.Try("the rest is taken back", ben, withdrawal.Cancel{Member: ben, Request: 1}, nil),
		try("the next", redeem(2), nil),
		try("the parts and the next", pay(0, 2, 3, 4), nil),
	})
	want := withdrawal.Ticket{Member: ben, Class: common, Units: 2, Status: withdrawal.Cancelled, Asked: 8, Part: 4}
	got := find(t, l, 1)
	got.Time, got.Ready = 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request 1 (-want +got)\n%s", diff)
	}
	if a, b := find(t, l, 3), find(t, l, 4); a.Part != 0 || b.Part != 3 || a.Of != 1 || b.Of != 1 || b.Redeemed != a.Redeemed+365 {
		t.Errorf("parts %+v and %+v", a, b)
	}
	v := l.Read()
	defer v.Close()
	if h, err := share.HoldingOf(v.Of(1), common, ben); err != nil || h.Units != 4 || h.Leaving != 0 {
		t.Errorf("ben holds %+v, %v", h, err)
	}
	l.Sound()
}
