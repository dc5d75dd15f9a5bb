package call_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const ben = state.Member(5)

// must has a motion carry actions.
func must(t *testing.T, l *statetest.L, actions ...state.Action) {
	t.Helper()
	for _, a := range actions {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
	}
}

func partOfPay(t *testing.T, l *statetest.L, class shareclass.Number, m state.Member, pay money.Amount) (number uint64, part money.Amount) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	number, part, err := call.PartOfPay(v.Of(1), class, m, pay)
	if err != nil {
		t.Fatal(err)
	}
	return number, part
}

// Two hundredths of pay, rounded down to the cent, until the target is held: at most what is
// missing to it, and what the subscription still costs (SCOP: 2 % of gross pay until three
// months' pay are held). Worked by hand.
func TestPartOfPay(t *testing.T) {
	l := founded(t)
	defer l.Close()
	must(t, l, shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{
		MinHolding: 1, MaxHolding: 10, Parts: 100, Target: 6, OfPay: money.Rate{Num: 2, Den: 100},
	}}, share.Subscribe{Member: ada, Class: common, Units: 2}, share.Subscribe{Member: ben, Class: common, Units: 7})
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
		must(t, l, share.PayPart{Payments: []share.Payment{{Subscription: n, Amount: part}}, From: 2000})
	}
	must(t, l, share.Issue{Subscriptions: []uint64{2}})
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
