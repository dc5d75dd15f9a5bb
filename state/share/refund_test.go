package share_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func refund(n ...uint64) share.Refund   { return share.Refund{Subscriptions: n, Reason: "left"} }
func correct(n ...uint64) share.Correct { return share.Correct{Subscriptions: n, Reason: "slip"} }

// balancesOf are the accounts that shares move.
func balancesOf(t *testing.T, l *statetest.L) (bank, applications, capital int64) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	for code, to := range map[account.Code]*int64{account.Bank: &bank, account.Applications: &applications, account.Capital: &capital} {
		b, err := account.BalanceOf(v.Of(1), code)
		if err != nil {
			t.Fatal(err)
		}
		*to = int64(b)
	}
	return bank, applications, capital
}

// Money for shares comes out by the way it went in: of an issue by mistake, of a payment
// confirmed for the wrong subscription, and of a member who left before the issue.
func TestMoneyForSharesComesOut(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	for _, s := range []share.Subscribe{
		subscribe(ada, common, 3), // 1
		subscribe(ben, common, 5), // 2
		subscribe(7, common, 2),   // 3
		subscribe(7, common, 2),   // 4
		subscribe(8, common, 2),   // 5
	} {
		l.Must(s.Member, s)
	}
	l.Must(treasurer, pay(1, 3, 4))
	l.Must(secretary, issue(1, 3))
	long := strings.Repeat("x", account.MaxNarrative+1)
	l.Run(t, []statetest.Row{
		statetest.Try("refund none", 0, refund(), share.ErrBatch),
		statetest.Try("refund descending", 0, refund(4, 2), share.ErrOrder),
		statetest.Try("refund without a reason", 0, share.Refund{Subscriptions: []uint64{4}}, share.ErrReason),
		statetest.Try("refund with a book", 0, share.Refund{Subscriptions: []uint64{4}, Reason: long}, share.ErrReason),
		statetest.Try("refund by an officer", treasurer, refund(4), state.ErrAuthority),
		statetest.Try("refund what is not there", 0, refund(99), share.ErrSubscription),
		statetest.Try("refund what is unpaid", 0, refund(2), share.ErrUnpaid),
		statetest.Try("refund what is issued", 0, refund(1), share.ErrIssued),
		statetest.Try("correct without a reason", 0, share.Correct{Subscriptions: []uint64{4}}, share.ErrReason),
		statetest.Try("correct by an officer", treasurer, correct(4), state.ErrAuthority),
		statetest.Try("correct what is not there", 0, correct(99), share.ErrSubscription),
		statetest.Try("correct what is unpaid", 0, correct(2), share.ErrUnpaid),
		statetest.Try("correct an issue and a payment at once", 0, correct(1, 4), share.ErrPaid),
		statetest.Try("correct an issue while holdings are frozen", 0, correct(3), share.ErrFrozen).After(func() { l.Mandate(freeze{}) }),
		statetest.Try("the payment of 1 was confirmed for 4", 0, correct(4), nil).After(func() { l.Mandate(thaw{}) }),
		statetest.Try("it is not paid now", 0, correct(4), share.ErrUnpaid),
		statetest.Try("it was 5's", treasurer, pay(5), nil),
		statetest.Try("an issue is taken back", 0, correct(3), nil),
		statetest.Try("its money is paid back, though the member has left", 0, refund(3), nil).After(func() { l.Mandate(member.Resign{Member: 7}) }),
		statetest.Try("not twice", 0, refund(3), share.ErrRefunded),
		statetest.Try("nor confirmed again", treasurer, pay(3), share.ErrRefunded),
	})
	if bank, applications, capital := balancesOf(t, l); bank != 5000 || applications != -2000 || capital != -3000 {
		t.Errorf("bank %d, applications %d, capital %d", bank, applications, capital)
	}
	v := l.Read()
	defer v.Close()
	totals, err := share.TotalsOf(v.Of(1), common)
	if diff := cmp.Diff(share.Totals{Units: 3, Capital: 3000, Holders: 1, Paid: 2, Subscribed: 9}, totals); diff != "" || err != nil {
		t.Errorf("totals, %v (-want +got)\n%s", err, diff)
	}
	back, ok, err := share.OperationOf(v.Of(1), 3)
	back.Time, back.By = 0, state.Actor{}
	if diff := cmp.Diff(share.Change{Subscription: 3, Member: 7, Class: common, Units: 2, Entry: 5, Reverses: 2, Prev: 2}, back); diff != "" || !ok || err != nil {
		t.Errorf("operation 3, %v (-want +got)\n%s", err, diff)
	}
	s, err := share.SubscriptionOf(v.Of(1), 3)
	if err != nil || s.Status != share.Refunded || s.Operation != 0 {
		t.Errorf("subscription 3 is %+v, %v", s, err)
	}
	l.Sound()
}

// An issue that was taken back can be made again.
func TestIssueAgain(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	l.Must(ada, subscribe(ada, common, 3))
	l.Must(treasurer, pay(1))
	for range 2 {
		l.Must(secretary, issue(1))
		if res := l.Mandate(correct(1)); res.Code != 0 {
			t.Fatal(res.Log)
		}
		l.Sound()
	}
	l.Must(secretary, issue(1))
	l.Sound()
	v := l.Read()
	defer v.Close()
	h, err := share.HoldingOf(v.Of(1), common, ada)
	if want := (share.Holding{Units: 3, Operation: 5, Open: 1}); h != want || err != nil {
		t.Errorf("holding %+v, %v, want %+v", h, err, want)
	}
}
