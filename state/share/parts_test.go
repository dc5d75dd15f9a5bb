package share_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// parts pays an amount of each subscription.
func parts(amount money.Amount, n ...uint64) (m share.PayPart) {
	for _, k := range n {
		m.Payments = append(m.Payments, share.Payment{Subscription: k, Amount: amount})
	}
	return m
}

func subscriptionOf(t *testing.T, l *statetest.L, n uint64) share.Subscription {
	t.Helper()
	v := l.Read()
	defer v.Close()
	s, err := share.SubscriptionOf(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	s.Time, s.Entry = 0, 0
	return s
}

// inParts is setup with rules that let common shares be paid in parts.
func inParts(t *testing.T, parts uint32) *statetest.L {
	l := statetest.New(t, setup())
	must(t, l, rules(common, func(r *shareclass.RulesEntry) { r.Parts = parts }))
	return l
}

// Rows follow the order of the checks.
func TestPayPart(t *testing.T) {
	l := inParts(t, 3)
	defer l.Close()
	for _, s := range []share.Subscribe{
		subscribe(ada, common, 3), // 1: 30.00
		subscribe(ben, common, 5), // 2: 50.00
		subscribe(7, common, 2),   // 3: 20.00
		subscribe(8, bond, 9),     // 4: 0.09, at once
		subscribe(8, gold, 1),     // 5
		subscribe(7, gold, 1),     // 6
	} {
		l.Must(s.Member, s)
	}
	l.Must(treasurer, pay(3))
	wages := func(amount money.Amount, n ...uint64) share.PayPart {
		m := parts(amount, n...)
		m.From = 2000
		return m
	}
	l.Mandate(account.Post{Narrative: "wages", Lines: []account.Line{account.Debit(5100, 800), account.Credit(2000, 800)}})
	try := func(name string, m share.PayPart, want *state.Rejection) statetest.Row {
		return statetest.Try(name, 0, m, want)
	}
	from := func(code account.Code) share.PayPart { m := parts(100, 1); m.From = code; return m }
	l.Run(t, []statetest.Row{
		try("none", share.PayPart{}, share.ErrBatch),
		try("descending", parts(0, 9, 8), share.ErrOrder),
		try("nothing", parts(0, 99), account.ErrAmount),
		try("too much for anything", parts(money.Max+1, 99), account.ErrAmount),
		statetest.Try("no authority", treasurer, parts(100, 99), state.ErrAuthority),
		try("no such subscription", parts(100, 1, 99), share.ErrSubscription),
		try("paid", parts(9999, 3), share.ErrPaid),
		try("a cent more than it costs", parts(3001, 1), share.ErrOverpaid),
		try("a part of what is paid at once", parts(8, 4), share.ErrParts),
		try("beyond any sum", parts(money.Max, 5, 6), share.ErrTotal),
		try("from no account", from(9999), account.ErrUnknown),
		try("from the capital", from(account.Capital), share.ErrSource),
		try("from applications", from(account.Applications), share.ErrSource),
		try("from more than is owed", wages(801, 1), share.ErrSource),
		try("the first third", parts(1000, 1), nil),
		try("a second part, of wages", wages(800, 1), nil),
		try("a third that leaves something", parts(1199, 1), share.ErrParts),
		try("more than is left", parts(1201, 1), share.ErrOverpaid),
		try("all at once, of what is", parts(9, 4), nil),
	})
	if diff := cmp.Diff(share.Subscription{Member: ada, Class: common, Units: 3, Status: share.Unpaid, Received: 1800, Payments: 2, Account: 2000, Deducted: 800}, subscriptionOf(t, l, 1)); diff != "" {
		t.Errorf("subscription 1 (-want +got)\n%s", diff)
	}
	cancel := share.Cancel{Member: ada, Subscription: 1}
	must(t, l, rules(common, func(r *shareclass.RulesEntry) { r.MinHolding, r.Parts = 1, 3 }))
	l.Run(t, []statetest.Row{
		statetest.Try("cancelled while a part is paid", ada, cancel, share.ErrPartPaid),
		statetest.Try("a share that is paid up", secretary, issue(1), nil),
		statetest.Try("another, of which 8.00 are paid", secretary, issue(1), share.ErrUnpaid),
		statetest.Try("an issue in parts is not taken back", 0, correct(1), nil), // it takes back the 8.00 that lie
	})
	if diff := cmp.Diff(share.Subscription{Member: ada, Class: common, Units: 3, Status: share.Unpaid, Received: 1000, Drawn: 1}, subscriptionOf(t, l, 1)); diff != "" {
		t.Errorf("subscription 1 (-want +got)\n%s", diff)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("nothing lies", 0, refund(1), share.ErrUnpaid),
		try("some more", parts(1500, 1), nil),
		statetest.Try("paid back, 15.00 of it", 0, refund(1), nil),
		statetest.Try("once", 0, refund(1), share.ErrRefunded),
		statetest.Try("the rest of the other", treasurer, pay(2), nil),
		statetest.Try("issued", secretary, issue(2), nil),
		statetest.Try("and taken back", 0, correct(2), nil),
		statetest.Try("bonds", secretary, issue(4), nil),
	})
	if bank, applications, capital := balancesOf(t, l); bank != 1000+2000+5000+9 || applications != -7000 || capital != -1009 {
		t.Errorf("bank %d, applications %d, capital %d", bank, applications, capital)
	}
}

// What was deducted from wages goes back to them when it is corrected, what the bank got to
// the bank, each to the cent; of what is issued in parts, the bank's money is issued first.
func TestDeductedGoesBack(t *testing.T) {
	const wages, other = account.Code(2000), account.Code(2800)
	l := inParts(t, 9)
	defer l.Close()
	must(t, l, account.Open{Code: other, Type: account.Liability, Name: "payroll"})
	for _, owed := range []account.Code{wages, other} {
		must(t, l, account.Post{Narrative: "owed", Lines: []account.Line{account.Debit(5100, 10_000), account.Credit(owed, 10_000)}})
	}
	for range 3 {
		l.Must(ada, subscribe(ada, common, 3))
	}
	from := func(code account.Code, amount money.Amount, n ...uint64) share.PayPart {
		m := parts(amount, n...)
		m.From = code
		return m
	}
	want := func(when string, bank, owed, lies money.Amount) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		for code, want := range map[account.Code]money.Amount{account.Bank: bank, wages: -owed, account.Applications: -lies} {
			if got, err := account.BalanceOf(v.Of(1), code); got != want || err != nil {
				t.Errorf("%s: account %d has %d, %v, want %d", when, code, got, err, want)
			}
		}
	}
	must(t, l, from(wages, 601, 1, 2), parts(700, 1))
	l.Run(t, []statetest.Row{statetest.Try("from two accounts", 0, from(other, 1, 1), share.ErrSource)})
	want("6.01 deducted of two, 7.00 in the bank", 700, 10_000-1202, 1902)
	must(t, l, correct(1, 2))
	want("corrected", 0, 10_000, 0)

	must(t, l, from(other, 100, 1), correct(1), from(wages, 3000, 2)) // any account, when nothing is deducted
	l.Must(secretary, issue(2))
	must(t, l, correct(2), correct(2))
	want("all deducted, issued and taken back twice", 0, 10_000, 0)

	must(t, l, from(wages, 1400, 3), parts(1000, 3))
	l.Must(secretary, issue(3)) // two shares: the 10.00 of the bank and 10.00 of wages
	want("two issued", 1000, 10_000-1400, 400)
	must(t, l, correct(3))
	want("the 4.00 that lay", 1000, 10_000-1000, 0)
	if diff := cmp.Diff(share.Subscription{Member: ada, Class: common, Units: 3, Status: share.Unpaid, Received: 2000, Drawn: 2, Next: 2}, subscriptionOf(t, l, 3)); diff != "" {
		t.Errorf("subscription 3 (-want +got)\n%s", diff)
	}
	l.Sound()
}

// An issue in parts is done when the last share is, and is not taken back then.
func TestIssuedInParts(t *testing.T) {
	l := inParts(t, 12)
	defer l.Close()
	l.Must(ada, subscribe(ada, common, 3))
	must(t, l, parts(1000, 1))
	l.Must(secretary, issue(1))
	must(t, l, parts(1500, 1))
	l.Must(secretary, issue(1))
	must(t, l, parts(500, 1))
	l.Must(secretary, issue(1))
	if diff := cmp.Diff(share.Subscription{Member: ada, Class: common, Units: 3, Status: share.Issued, Operation: 3, Received: 2500, Drawn: 2, Payments: 2}, subscriptionOf(t, l, 1)); diff != "" {
		t.Errorf("subscription 1 (-want +got)\n%s", diff)
	}
	l.Run(t, []statetest.Row{statetest.Try("taken back", 0, correct(1), share.ErrDrawn)})
	if bank, applications, capital := balancesOf(t, l); bank != 3000 || applications != 0 || capital != -3000 {
		t.Errorf("bank %d, applications %d, capital %d", bank, applications, capital)
	}
}

// Green Taxi: 800 members, a share of 2,000.00 each and no second one; 700 have paid
// 500.00.
func TestGreenTaxi(t *testing.T) {
	s := setup()
	s.Members = 800
	l := statetest.New(t, s)
	defer l.Close()
	must(t, l, shareclass.Open{Class: 4, Name: "member share", Par: 200_000, MinHolding: 1, MaxHolding: 1},
		shareclass.SetRules{Class: 4, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 1, Parts: 4}})
	var raw [][]byte
	for m := state.Member(1); m <= 800; m++ {
		raw = append(raw, l.Sign(1, m, subscribe(m, 4, 1)))
	}
	l.Block(raw...)
	all := upTo(800)
	must(t, l, parts(50_000, all[:500]...), parts(50_000, all[500:700]...))
	if _, applications, capital := balancesOf(t, l); applications != -35_000_000 || capital != 0 {
		t.Errorf("when 700 have paid 500.00: applications %d, capital %d", applications, capital)
	}
	l.Must(treasurer, pay(all[:500]...))
	l.Must(treasurer, pay(all[500:]...))
	l.Must(secretary, issue(all[:500]...))
	l.Must(secretary, issue(all[500:]...))
	if bank, applications, capital := balancesOf(t, l); bank != 160_000_000 || applications != 0 || capital != -160_000_000 {
		t.Errorf("when all have: bank %d, applications %d, capital %d", bank, applications, capital)
	}
	l.Run(t, []statetest.Row{statetest.Try("a second share", ada, subscribe(ada, 4, 1), share.ErrLimit)})
	l.Sound()
}
