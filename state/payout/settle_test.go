package payout_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// What members are owed comes out in every way: paid, returned by the bank and paid
// again, given up to a fund, and notices paid or given up.
func TestWhatIsOwedComesOut(t *testing.T) {
	l := divided(t)
	defer l.Close()
	of := func(m ...state.Member) []state.Member { return m }
	pay := func(m ...state.Member) payout.Pay { return payout.Pay{Period: 1, Step: 2, Members: m} }
	back := func(m ...state.Member) payout.Return {
		return payout.Return{Period: 1, Step: 2, Members: m, Reason: "account closed"}
	}
	settle := func(notices bool, to account.Code, m ...state.Member) payout.Settle {
		return payout.Settle{Period: 1, Step: 2, Members: m, Notices: notices, Account: to, Reason: "unclaimed"}
	}
	long := strings.Repeat("x", account.MaxNarrative+1)
	many := make([]state.Member, surplus.MaxBatch+1)
	l.Run(t, []statetest.Row{
		try("return none", 0, back(), surplus.ErrBatch),
		try("return too many", 0, back(many...), surplus.ErrBatch),
		try("return one twice", 0, back(1, 1), surplus.ErrOrder),
		try("return without a reason", 0, payout.Return{Period: 1, Step: 2, Members: of(1)}, surplus.ErrReason),
		try("return with a book", 0, payout.Return{Period: 1, Step: 2, Members: of(1), Reason: long}, surplus.ErrReason),
		try("return by an officer", treasurer, back(1), state.ErrAuthority),
		try("return of no step", 0, payout.Return{Period: 1, Step: 9, Members: of(1), Reason: "x"}, surplus.ErrNoStep),
		try("return of a reserve", 0, payout.Return{Period: 1, Step: 1, Members: of(1), Reason: "x"}, payout.ErrUndivided),
		try("return what is not paid", 0, back(1), payout.ErrUnpaid),
		try("return what no one has", 0, back(5), payout.ErrUnpaid),
		try("paid", treasurer, pay(1, 2, 3), nil),
		try("two came back", 0, back(1, 2), nil),
		try("they are not paid now", 0, back(1), payout.ErrUnpaid),
		try("one is paid again", treasurer, pay(1), nil),

		try("settle none", 0, settle(false, account.Reserve), surplus.ErrBatch),
		try("settle without a reason", 0, payout.Settle{Period: 1, Step: 2, Members: of(2), Account: account.Reserve}, surplus.ErrReason),
		try("settle by an officer", treasurer, settle(false, account.Reserve, 2), state.ErrAuthority),
		try("settle a reserve", 0, payout.Settle{Period: 1, Step: 1, Members: of(2), Account: account.Reserve, Reason: "x"}, payout.ErrUndivided),
		try("money to the bank", 0, settle(false, account.Bank, 2), surplus.ErrTarget),
		try("money to a register's account", 0, settle(false, account.Applications, 2), surplus.ErrTarget),
		try("money to the surplus", 0, settle(false, account.Unappropriated, 2), surplus.ErrTarget),
		try("money to no account", 0, settle(false, 9, 2), account.ErrUnknown),
		try("money that is paid", 0, settle(false, account.Reserve, 1, 2), payout.ErrPaid),
		try("money that no one has", 0, settle(false, account.Reserve, 5), payout.ErrNoPart),
		try("unclaimed money to a fund", 0, settle(false, account.Education, 2), nil),
		try("not twice", 0, settle(false, account.Education, 2), payout.ErrSettled),
		try("nor paid after", treasurer, pay(2), payout.ErrSettled),
		try("nor returned", 0, back(2), payout.ErrUnpaid),
		try("notices paid", 0, settle(true, account.Bank, 1, 2), nil),
		try("not twice", 0, settle(true, account.Bank, 1), payout.ErrSettled),
		try("notices given up to the reserve", 0, settle(true, account.Reserve, 3), nil),
		try("notices that no one has", 0, settle(true, account.Reserve, 5), payout.ErrNoNotice),
	})
	read(t, l, func(r state.Reader) error {
		for code, want := range map[account.Code]money.Amount{
			account.Bank: 500 - 2*60 - 2*40, account.Dividends: -60, account.Notices: -40,
			account.Reserve: -100 - 40, account.Education: -60, account.Unappropriated: 0,
		} {
			got, err := account.BalanceOf(r, code)
			if got != want || err != nil {
				t.Errorf("account %d is %d, %v, want %d", code, got, err, want)
			}
		}
		a, err := surplus.AllotmentOf(r, 1, 2)
		if a.Paid != 120 || a.Settled != 60 || a.Redeemed != 120 {
			t.Errorf("allotment %+v", a)
		}
		return err
	})
	want := surplus.Part{Claim: 1, Cash: 60, Notice: 40, Settled: 8, Redeemed: 9}
	if diff := cmp.Diff(want, partOf(t, l, 2)); diff != "" {
		t.Errorf("member 2 (-want +got)\n%s", diff)
	}
	l.Sound()
}

// What was settled by mistake, or what the bank sent back of a notice, is owed again: it
// comes from where it went, each part by its own settlement, and can come out anew.
func TestSettlementTakenBack(t *testing.T) {
	l := divided(t)
	defer l.Close()
	settle := func(notices bool, to account.Code, m ...state.Member) payout.Settle {
		return payout.Settle{Period: 1, Step: 2, Members: m, Notices: notices, Account: to, Reason: "unclaimed"}
	}
	back := func(notices bool, m ...state.Member) payout.Settle {
		return payout.Settle{Period: 1, Step: 2, Members: m, Notices: notices, Reason: "a mistake", Back: true}
	}
	to := back(true, 1)
	to.Account = account.Bank
	l.Run(t, []statetest.Row{
		try("with an account", 0, to, surplus.ErrTarget),
		try("without a reason", 0, payout.Settle{Period: 1, Step: 2, Members: []state.Member{1}, Back: true}, surplus.ErrReason),
		try("money that is not settled", 0, back(false, 1), payout.ErrUnsettled),
		try("notices that are not settled", 0, back(true, 1), payout.ErrUnsettled),
		try("money that no one has", 0, back(false, 5), payout.ErrNoPart),
		try("notices that no one has", 0, back(true, 5), payout.ErrNoNotice),
		try("money to a fund", 0, settle(false, account.Education, 1, 2), nil),
		try("money to the reserve", 0, settle(false, account.Reserve, 3), nil),
		try("a notice to the bank", 0, settle(true, account.Bank, 1), nil),
		try("notices to the reserve", 0, settle(true, account.Reserve, 2, 3), nil),
		try("back by an officer", treasurer, back(true, 1), state.ErrAuthority),
		try("one that is settled and one that is not", 0, back(true, 3, 4), payout.ErrUnsettled),
		try("what came from two settlements", 0, back(false, 1, 3), nil),
		try("a notice that the bank sent back", 0, back(true, 1), nil),
		try("one of two that went to the reserve", 0, back(true, 2), nil),
		try("not twice", 0, back(true, 1), payout.ErrUnsettled),
		try("paid then", treasurer, payout.Pay{Period: 1, Step: 2, Members: []state.Member{1}}, nil),
		try("paid is not settled", 0, back(false, 1), payout.ErrUnsettled),
		try("settled then", 0, settle(true, account.Bank, 1), nil),
	})
	want := [][]account.Line{ // entries 9, 10 and 11
		{account.Debit(account.Reserve, 60), account.Debit(account.Education, 60), account.Credit(account.Dividends, 120)},
		{account.Debit(account.Bank, 40), account.Credit(account.Notices, 40)},
		{account.Debit(account.Reserve, 40), account.Credit(account.Notices, 40)},
	}
	read(t, l, func(r state.Reader) error {
		for i, lines := range want {
			rec, err := account.EntryOf(r, uint64(9+i))
			if diff := cmp.Diff(lines, rec.Lines); diff != "" || err != nil {
				t.Errorf("taken back %d, %v (-want +got)\n%s", i+1, err, diff)
			}
		}
		for code, want := range map[account.Code]money.Amount{
			account.Bank: 500 - 60 - 40, account.Dividends: -2 * 60, account.Notices: -2 * 40,
			account.Reserve: -100 - 40, account.Education: -60, account.Unappropriated: 0,
		} {
			got, err := account.BalanceOf(r, code)
			if got != want || err != nil {
				t.Errorf("account %d is %d, %v, want %d", code, got, err, want)
			}
		}
		a, err := surplus.AllotmentOf(r, 1, 2)
		if a.Paid != 60 || a.Settled != 60 || a.Redeemed != 80 {
			t.Errorf("allotment %+v", a)
		}
		return err
	})
	if got := partOf(t, l, 3); got.Settled != 0 || got.Redeemed == 0 {
		t.Errorf("member 3 has %+v", got)
	}
	l.Sound()
}

// A preview says of whom there is no part, and what is taken back.
func TestSettlementInWords(t *testing.T) {
	l := divided(t)
	defer l.Close()
	must(t, l, payout.Settle{Period: 1, Step: 2, Members: []state.Member{1}, Notices: true, Account: account.Bank, Reason: "due"})
	back := payout.Settle{Period: 1, Step: 2, Members: []state.Member{1}, Notices: true, Reason: "sent back", Back: true}
	read(t, l, func(r state.Reader) error {
		for _, row := range []struct {
			a      state.Action
			phrase string
			want   []string
		}{
			{back, `take back the settlement of the notices of step 2 of period 1 ("1") for 1 member, because "sent back"`, []string{
				"member 1: 0.40 EUR settled → 0.40 EUR owed again",
				"balance of 1000 bank: 4.60 EUR debit → 5.00 EUR debit",
				"balance of 2300 notices payable: 1.20 EUR credit → 1.60 EUR credit",
			}},
			{payout.Return{Period: 1, Step: 2, Members: []state.Member{5}, Reason: "x"},
				`record that the bank sent back the money of step 2 of period 1 ("1") for 1 member, because "x"`,
				[]string{"member 5: has no part in this step"}},
		} {
			w := row.a.Describe(state.Telling{Reader: r, Now: true})
			var got []string
			for _, c := range w.Clauses {
				got = append(got, c.String())
			}
			if diff := cmp.Diff(row.want, got); diff != "" || w.Phrase != row.phrase {
				t.Errorf("%s (-want +got)\n%s", w.Phrase, diff)
			}
		}
		return nil
	})
}
