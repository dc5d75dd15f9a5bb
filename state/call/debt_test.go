package call_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const cleo = state.Member(6)

func cancel(m state.Member, n uint64) share.Cancel { return share.Cancel{Member: m, Subscription: n} }

// What was called since a member subscribed, or since it paid something, is a debt: it does
// not cancel it, nor do officers. All members do, and who has left owes it no more.
func TestACallIsADebt(t *testing.T) {
	l := founded(t)
	defer l.Close()
	due := today(l) + 30
	part := func(n uint64, amount money.Amount) share.PayPart {
		return share.PayPart{Payments: []share.Payment{{Subscription: n, Amount: amount}}}
	}
	subscribe := func(m state.Member, units uint64) share.Subscribe {
		return share.Subscribe{Member: m, Class: common, Units: units}
	}
	must(t, l, subscribe(ada, 6), subscribe(ben, 3), // 1 and 2
		part(1, 2000), share.Issue{Subscriptions: []uint64{1}}, // two shares
		calling(common, 500, due), subscribe(cleo, 3)) // 3
	leave := func() { must(t, l, member.Resign{Member: ben}) }
	l.Run(t, []statetest.Row{
		statetest.Try("another's", cleo, cancel(ada, 1), state.ErrAuthority),
		statetest.Try("a part is issued, and 10.00 are called", ada, cancel(ada, 1), share.ErrCalled),
		statetest.Try("nothing is paid of what was called since", ben, cancel(ben, 2), share.ErrCalled),
		statetest.Try("of what was called before, nothing is owed yet", cleo, cancel(cleo, 3), nil),
		statetest.Try("what is called is paid", ada, cancel(ada, 1), share.ErrPartPaid).After(func() { must(t, l, part(1, 1000)) }),
		statetest.Try("and issued: the rest is not called", ada, cancel(ada, 1), nil).After(func() { must(t, l, share.Issue{Subscriptions: []uint64{1}}) }),
	})
	if res := l.MandateBy(3, cancel(ben, 2)); res.Code != share.ErrNotTheirs.Code {
		t.Errorf("by two officers: %d %s", res.Code, res.Log)
	}
	must(t, l, subscribe(ada, 2), calling(common, 500, due)) // 4
	l.Run(t, []statetest.Row{
		statetest.Try("called in full", ada, cancel(ada, 4), share.ErrCalled),
		statetest.Try("by all members", 0, cancel(ada, 4), nil),
		statetest.Try("once", 0, cancel(ada, 4), share.ErrCancelled),
		statetest.Try("twice", 0, cancel(ada, 1), share.ErrCancelled).After(leave),
	})
	if res := l.MandateBy(3, cancel(ben, 2)); res.Code != 0 {
		t.Errorf("of one who has left: %s", res.Log)
	}
	v := l.Read()
	defer v.Close()
	if figures, err := share.TotalsOf(v.Of(1), common); err != nil || figures.Subscribed != 0 || figures.Units != 3 {
		t.Errorf("%+v, %v", figures, err)
	}
	l.Sound()
}

// A class that was written down takes no money: nothing is called of it, nothing is in
// arrears, and a member cancels what it cannot pay any more.
func TestNothingIsCalledOfAClassWrittenDown(t *testing.T) {
	l := founded(t)
	defer l.Close()
	due := today(l) + 30
	must(t, l, share.Subscribe{Member: ada, Class: common, Units: 3}, calling(common, 500, due))
	must(t, l, lower{})
	l.Run(t, []statetest.Row{
		statetest.Try("called", 0, calling(common, 400, due), shareclass.ErrWrittenDown),
		statetest.Try("paid", 0, share.ConfirmPayment{Subscriptions: []uint64{1}}, shareclass.ErrWrittenDown),
	})
	v := l.Read()
	if owed, err := call.DueOn(v.Of(1), common, due+1); owed != 0 || err != nil {
		t.Errorf("%d due, %v", owed, err)
	}
	v.Close()
	l.Run(t, []statetest.Row{statetest.Try("cancelled", ada, cancel(ada, 1), nil)})
}

// lower writes common shares down by a cent, of which there are none.
type lower struct{}

func (lower) Check() error                       { return nil }
func (lower) Describe(state.Telling) state.Words { return state.Words{Phrase: "lower"} }
func (lower) Apply(c *state.Ctx) error {
	post, _, err := share.WriteOff(c, common, 1, 0)
	if err != nil {
		return err
	}
	return post(0)
}

// The next subscription is the open one when that before it is cancelled or issued.
func TestTheNextIsOpen(t *testing.T) {
	l := founded(t)
	defer l.Close()
	must(t, l, shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{
		MinHolding: 1, MaxHolding: 10, Parts: 100, Target: 3, OfPay: money.Rate{Num: 1, Den: 1},
	}}, account.Post{Narrative: "wages", Lines: []account.Line{account.Debit(5100, 100_000), account.Credit(2000, 100_000)}})
	for range 4 {
		must(t, l, share.Subscribe{Member: ada, Class: common, Units: 1})
	}
	open := func(want uint64) {
		t.Helper()
		if n, _ := partOfPay(t, l, common, ada, 100); n != want {
			t.Errorf("subscription %d is open, want %d", n, want)
		}
	}
	open(1)
	must(t, l, cancel(ada, 3), cancel(ada, 1)) // of those beside it the latest that is left
	open(4)
	must(t, l, share.ConfirmPayment{Subscriptions: []uint64{4}}, share.Issue{Subscriptions: []uint64{4}})
	open(2)
	must(t, l, share.Subscribe{Member: ada, Class: common, Units: 1}) // 5
	must(t, l, share.PayPart{Payments: []share.Payment{{Subscription: 2, Amount: 100}}}, share.Refund{Subscriptions: []uint64{2}, Reason: "r"})
	open(5)
	must(t, l, cancel(ada, 5))
	open(0)
	l.Sound()
}
