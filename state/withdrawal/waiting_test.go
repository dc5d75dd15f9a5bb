package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// bonds has the class of bonds redeemable on a long notice, and ada hold some.
func bonds(t *testing.T, l *statetest.L, notice uint32) {
	t.Helper()
	must(t, l, shareclass.SetRules{Class: bond, Rules: shareclass.RulesEntry{MaxHolding: 1000, Redeemable: true, Notice: notice}},
		share.Subscribe{Member: ada, Class: bond, Units: 20}, share.ConfirmPayment{Subscriptions: []uint64{5}}, share.Issue{Subscriptions: []uint64{5}})
}

func askBond(units uint64) withdrawal.Request {
	return withdrawal.Request{Member: ada, Class: bond, Units: units}
}

func next(t *testing.T, l *statetest.L) uint64 {
	t.Helper()
	v := l.Read()
	defer v.Close()
	q, err := withdrawal.QueueOf(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := q.Next(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Rows follow the order of the checks. One whose day has not come holds back nobody whose day
// has; when it comes, it is before those that were registered after it and still wait. Who is
// redeemed first is paid first.
func TestDayNotCome(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, nil)
	defer l.Close()
	bonds(t, l, 365)
	l.Must(ada, askBond(1)) // 1, for a year
	for _, r := range []withdrawal.Request{ask(ben, 3), ask(cleo, 4), ask(dora, 5)} {
		l.Must(r.Member, r) // 2 to 4, for 30 days
	}
	if n := next(t, l); n != 2 {
		t.Errorf("next is %d, of those that wait the one that is ready first", n)
	}
	l.Run(t, []statetest.Row{
		try("before anybody's day", redeem(1), withdrawal.ErrNotice),
		try("and of the others'", redeem(2), withdrawal.ErrNotice),
		try("the first, whose day has not come", redeem(1), withdrawal.ErrNotice).After(func() { l.Days(30) }),
		try("with the others", redeem(1, 2), withdrawal.ErrNotice),
		try("the third before the second", redeem(3), withdrawal.ErrQueue),
		try("the second and the third", redeem(2, 3), nil),
		try("on the day of the first, the fourth before it", redeem(4), withdrawal.ErrQueue).After(func() { l.Days(335) }),
		try("the first and the fourth", redeem(1, 4), nil),
		try("paid by registration", pay(0, 1), withdrawal.ErrQueue),
		try("paid as they were redeemed", pay(0, 2, 3), nil),
		try("and the next", pay(0, 1, 4), nil),
	})
	wantBooks(t, l, 60000-13000, 0, 60000-13000)
	l.Sound()
}

// A notice that members shorten holds back nobody by those who asked while it was long, and
// lists end when nobody is in them.
func TestShorterNotice(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, nil)
	defer l.Close()
	bonds(t, l, 3650)
	l.Must(ada, askBond(1))
	must(t, l, shareclass.SetRules{Class: bond, Rules: shareclass.RulesEntry{MaxHolding: 1000, Redeemable: true, Notice: 10}})
	l.Must(ada, askBond(2))
	l.Must(ben, ask(ben, 3))
	l.Days(30)
	l.Run(t, []statetest.Row{
		try("those who asked later", redeem(2, 3), nil),
		statetest.Try("the first is taken back", ada, withdrawal.Cancel{Member: ada, Request: 1}, nil),
		try("no list", redeem(1), withdrawal.ErrStatus),
		statetest.Try("a list again", ben, ask(ben, 3), nil),
	})
	v := l.Read()
	defer v.Close()
	if q, err := withdrawal.QueueOf(v.Of(1)); err != nil || len(q.Further) != 0 || q.Waiting != (withdrawal.List{First: 4, Last: 4}) {
		t.Errorf("lists %+v, %v", q.Lists(), err)
	}
	l.Sound()
}

// Where more notices than lists each end before the one ahead, the next waits as long as the
// one that ends soonest.
func TestMoreNoticesThanLists(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, nil)
	defer l.Close()
	bonds(t, l, 100)
	for i := range uint32(withdrawal.MaxLists) + 1 {
		must(t, l, shareclass.SetRules{Class: bond, Rules: shareclass.RulesEntry{MaxHolding: 1000, Redeemable: true, Notice: 100 - 2*i}})
		l.Must(ada, askBond(1))
	}
	sixteenth, last := find(t, l, withdrawal.MaxLists), find(t, l, withdrawal.MaxLists+1)
	if last.Ready != sixteenth.Ready {
		t.Errorf("the last is ready on day %d, the one before on %d", last.Ready, sixteenth.Ready)
	}
	l.Sound()
}
