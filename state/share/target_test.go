package share_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// byPay are common shares, 1 to 10 of 10.00, built up by 2 % of pay until 6 are held.
func byPay(t *testing.T) *statetest.L {
	t.Helper()
	l := statetest.New(t, setup())
	must(t, l, rules(common, func(r *shareclass.RulesEntry) {
		r.MinHolding, r.Parts, r.Target, r.OfPay = 1, 100, 6, half(2, 100)
	}))
	return l
}

func partOfPay(t *testing.T, l *statetest.L, class shareclass.Number, m state.Member, pay money.Amount) (number uint64, part money.Amount) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	number, part, err := share.PartOfPay(v.Of(1), class, m, pay)
	if err != nil {
		t.Fatal(err)
	}
	return number, part
}

// Two hundredths of pay, rounded down to the cent, until the target is held: at most what is
// missing to it, and what the subscription still costs (SCOP: 2 % of gross pay until three
// months' pay are held). Worked by hand.
func TestPartOfPay(t *testing.T) {
	l := byPay(t)
	defer l.Close()
	l.Must(ada, subscribe(ada, common, 2))
	l.Must(ben, subscribe(ben, common, 7))
	must(t, l, account.Post{Narrative: "wages", Lines: []account.Line{account.Debit(5100, 100_000), account.Credit(2000, 100_000)}})
	for _, row := range []struct {
		name   string
		class  shareclass.Number
		member state.Member
		pay    money.Amount
		number uint64
		part   money.Amount
	}{
		{"no pay", common, ada, 0, 0, 0},
		{"less than nothing", common, ada, -5000, 0, 0},
		{"49 cents: not a cent", common, ada, 49, 1, 0},
		{"50 cents: one", common, ada, 50, 1, 1},
		{"412.99: 8.2598", common, ada, 41_299, 1, 825},
		{"1,000.00: all 20.00 that the two cost", common, ada, 100_000, 1, 2000},
		{"1,000.01: no more than they cost", common, ada, 100_001, 1, 2000},
		{"3,000.00: 60.00 to the target, though seven are subscribed", common, ben, 300_000, 2, 6000},
		{"3,000.50: no more than the target", common, ben, 300_050, 2, 6000},
		{"nothing is subscribed", common, 7, 100_000, 0, 0},
		{"a class without the rule", bond, ada, 100_000, 0, 0},
	} {
		if n, part := partOfPay(t, l, row.class, row.member, row.pay); n != row.number || part != row.part {
			t.Errorf("%s: %d of subscription %d, want %d of %d", row.name, part, n, row.part, row.number)
		}
	}

	// Three payrolls of ben, who is paid 1,234.56 each month: 24.69, 24.69 and what is missing.
	for month, want := range []money.Amount{2469, 2469, 1062, 0} {
		n, part := partOfPay(t, l, common, ben, 123_456)
		if part != want {
			t.Errorf("payroll %d: %d, want %d", month+1, part, want)
		}
		if part == 0 {
			continue
		}
		m := parts(part, n)
		m.From = 2000
		must(t, l, m)
	}
	l.Must(secretary, issue(2))
	if _, part := partOfPay(t, l, common, ben, 123_456); part != 0 {
		t.Errorf("%d of pay when the target is held", part)
	}
	v := l.Read()
	defer v.Close()
	if h, err := share.HoldingOf(v.Of(1), common, ben); h.Units != 6 || h.Pending != 1 || err != nil {
		t.Errorf("held %+v, %v", h, err)
	}
	if wages, err := account.BalanceOf(v.Of(1), 2000); wages != -94_000 || err != nil {
		t.Errorf("wages owed %d, %v", wages, err)
	}
}

// Shares subscribed beside the open subscription leave the room that the target needs. Of 10
// that can be held 6 are the target; rows in order, each with what is built beside it.
func TestTargetIsNotDodged(t *testing.T) {
	l := byPay(t)
	defer l.Close()
	l.Run(t, []statetest.Row{
		statetest.Try("over the limit, before the target", ada, subscribe(ada, common, 11), share.ErrLimit),
		statetest.Try("the open one: 2", ada, subscribe(ada, common, 2), nil),
		statetest.Try("over the limit beside it", ada, subscribe(ada, common, 9), share.ErrLimit),
		statetest.Try("all the rest, where 4 are to be built", ada, subscribe(ada, common, 8), share.ErrTarget),
		statetest.Try("5, room for 3", ada, subscribe(ada, common, 5), share.ErrTarget),
		statetest.Try("4, room for 4", ada, subscribe(ada, common, 4), nil),
		statetest.Try("one more", ada, subscribe(ada, common, 1), share.ErrTarget),
		statetest.Try("paid up: the next is the open one", treasurer, pay(1), nil),
		statetest.Try("all the rest of 10", ada, subscribe(ada, common, 4), nil),
		statetest.Try("another class has no target", ada, subscribe(ada, bond, 9), nil),
		statetest.Try("and again", ada, subscribe(ada, bond, 9), nil),
	})
}
