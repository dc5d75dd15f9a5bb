package payout_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Fewer than decided do not take it back: not two officers what all members did, nor one
// alone what two did.
func TestFewerTakeNothingBack(t *testing.T) {
	l := divided(t)
	defer l.Close()
	of := func(m ...state.Member) []state.Member { return m }
	pay := func(m ...state.Member) payout.Pay { return payout.Pay{Period: 1, Step: 2, Members: m} }
	back := func(m ...state.Member) payout.Return {
		return payout.Return{Period: 1, Step: 2, Members: m, Reason: "sent back"}
	}
	settle := func(m ...state.Member) payout.Settle {
		return payout.Settle{Period: 1, Step: 2, Members: m, Notices: true, Account: account.Reserve, Reason: "given up"}
	}
	again := payout.Settle{Period: 1, Step: 2, Members: of(1, 2), Notices: true, Reason: "a mistake", Back: true}
	two := func(a state.Action, want *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if want != nil {
			code = want.Code
		}
		if res := l.MandateBy(3, a); res.Code != code {
			t.Errorf("two officers, %T: %d %s, want %d", a, res.Code, res.Log, code)
		}
	}
	must(t, l, pay(1))
	two(pay(2), nil)
	l.Must(treasurer, pay(3))
	two(settle(1), nil)
	must(t, l, settle(2))
	l.Run(t, []statetest.Row{
		try("one returns what all paid", statetest.Chair, back(1), account.ErrDecided),
		try("one returns what two paid", statetest.Chair, back(2, 3), account.ErrDecided),
		try("one returns what one paid", statetest.Chair, back(3), nil),
		try("one takes back what two settled, and what all did", statetest.Chair, again, account.ErrDecided),
	})
	two(back(1), account.ErrDecided)
	two(back(2), nil)
	two(again, account.ErrDecided)
	again.Members = of(1)
	two(again, nil)
	must(t, l, back(1))
	again.Members = of(2)
	must(t, l, again)
	l.Sound()
}

// A period that all members declared they open again, and no one else.
func TestFewerReopenNothing(t *testing.T) {
	l := statetest.New(t, setup(5))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	l.Must(treasurer, account.Post{Narrative: "sales", Lines: []account.Line{account.Debit(account.Bank, 500), account.Credit(4000, 500)}})
	reopen := surplus.Reopen{Period: 1, Reason: "late"}
	must(t, l, surplus.Declare{Period: 1, Surplus: 500})
	if res := l.MandateBy(3, reopen); res.Code != account.ErrDecided.Code {
		t.Errorf("two officers: %d %s", res.Code, res.Log)
	}
	must(t, l, reopen)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 500})
	l.Must(statetest.Chair, reopen)
	l.Sound()
}

// What is paid is a dividend's money, once, to those who have a part, from a bank that has it.
func TestPay(t *testing.T) {
	l := divided(t)
	defer l.Close()
	pay := func(step uint8, m ...state.Member) payout.Pay {
		return payout.Pay{Period: 1, Step: step, Members: m}
	}
	l.Run(t, []statetest.Row{
		try("pay nobody", treasurer, pay(9), surplus.ErrBatch),
		try("pay too many", treasurer, pay(9, make([]state.Member, surplus.MaxBatch+1)...), surplus.ErrBatch),
		try("pay twice in one", treasurer, pay(9, 4, 4), surplus.ErrOrder),
		try("pay without authority", statetest.Secretary, pay(9, 1, 5), state.ErrAuthority),
		try("pay an unknown step", treasurer, pay(9, 1, 5), surplus.ErrNoStep),
		try("pay the reserve", treasurer, pay(1, 1, 5), payout.ErrUndivided),
		try("pay who has no part", treasurer, pay(2, 1, 5), payout.ErrNoPart),
		try("paid", treasurer, pay(2, 1, 2), nil),
		try("paid twice", treasurer, pay(2, 2, 3), payout.ErrPaid),
		try("from a bank that has nothing left", treasurer, pay(2, 3), account.ErrFloor).After(func() {
			l.Must(treasurer, account.Post{Narrative: "rent", Lines: []account.Line{account.Debit(5200, 380), account.Credit(account.Bank, 380)}})
		}),
	})
	if got, want := partOf(t, l, 1), (surplus.Part{Claim: 1, Cash: 60, Notice: 40, Paid: 5}); got != want {
		t.Errorf("member 1 has %+v, want %+v", got, want)
	}
	l.Sound()
}
