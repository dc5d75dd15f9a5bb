package surplus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A dividend issues nobody more of the class than an officer could. Members 1 and 2 hold one
// share each, a cent is missing of what 4 and 6 subscribed, and 7 gets one share. Member 4
// would have 30 of 36 or 37 and is passed over; without it 3 of 6 are half, and 4 of 7 more.
func TestADividendKeepsToTheMost(t *testing.T) {
	for of6, held := range map[uint64]uint64{3: 3, 4: 0} {
		rules := shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 50, OfDividend: rate(1, 1), Parts: 5}
		l := building(t, 8, rules)
		defer l.Close()
		subscribe := func(m state.Member, units uint64) share.Subscribe {
			return share.Subscribe{Member: m, Class: worker, Units: units}
		}
		part := func(n uint64, amount money.Amount) share.PayPart {
			return share.PayPart{Payments: []share.Payment{{Subscription: n, Amount: amount}}}
		}
		for _, s := range []share.Subscribe{subscribe(1, 1), subscribe(2, 1), subscribe(4, 30), subscribe(6, of6)} { // 1 to 4
			must(t, l, s)
		}
		rules.MostOf = rate(1, 2)
		for _, a := range []state.Action{
			share.ConfirmPayment{Subscriptions: []uint64{1, 2}}, share.Issue{Subscriptions: []uint64{1, 2}},
			part(3, 30*6000-1), part(4, money.Amount(of6)*6000-1), shareclass.SetRules{Class: worker, Rules: rules},
		} {
			must(t, l, a)
		}
		l.Run(t, []statetest.Row{try("29 of 31", 0, share.Issue{Subscriptions: []uint64{3}}, share.ErrLimit)})
		dividend(t, l, 1, "1", rate(1, 1), 0, 0, 0, 1, 0, 1, 6000)
		for m, want := range map[state.Member]built{4: {0, 1, 0, 0}, 6: {0, 1, held, 0}, 7: {0, 6000, 1, 0}} {
			if diff := cmp.Diff(want, builtOf(t, l, 1, m)); diff != "" {
				t.Errorf("%d of member 6: member %d (-want +got)\n%s", of6, m, diff)
			}
		}
		l.Run(t, []statetest.Row{try("30, by an officer", 0, share.Issue{Subscriptions: []uint64{3}}, share.ErrLimit)})
		l.Sound()
	}
}

// What a dividend paid for shares goes back to nobody whom officers choose: to a member all
// members pay it back, to one who has left whoever refunds.
func TestFewerDoNotRefundWhatWasBuilt(t *testing.T) {
	s := setup(5)
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"share.Refund"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{3}}})
	l := buildingBy(t, s, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 3, OfDividend: rate(1, 4)})
	defer l.Close()
	dividend(t, l, 1, "1", rate(1, 1), 0, 0, 0, 2000, 23996) // 5.00 of member 4 lie, and 59.99 of 5
	refund := func(n uint64) share.Refund { return share.Refund{Subscriptions: []uint64{n}, Reason: "r"} }
	two := func(name string, n uint64, want uint32) {
		t.Helper()
		if res := l.MandateBy(3, refund(n)); res.Code != want {
			t.Errorf("two officers, %s: %d %s, want %d", name, res.Code, res.Log, want)
		}
	}
	two("of a member", 2, share.ErrBuilt.Code)
	must(t, l, member.Suspend{Member: 5, Reason: "a test"})
	two("of one who is suspended", 2, share.ErrBuilt.Code)
	must(t, l, member.Resign{Member: 5})
	two("of one who has left", 2, 0)
	must(t, l, refund(1))
	if got := balance(t, l, account.Applications); got != 0 {
		t.Errorf("%d lie", got)
	}
	l.Sound()
}
