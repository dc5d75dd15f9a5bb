package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// What is short of cash is divided by what is owed among all that were redeemed on a day,
// where the rules say so.
func TestProRata(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{ProRata: true}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3), ask(cleo, 5)} {
		l.Must(r.Member, r)
	}
	l.Must(treasurer, redeem(1, 2))
	l.Run(t, []statetest.Row{
		statetest.Try("to some of a day", treasurer, pay(100, 1), withdrawal.ErrCohort),
		statetest.Try("in full, to some", treasurer, pay(8000, 1, 2), nil),
	})
	l.Days(1)
	l.Must(treasurer, redeem(3))
	l.Run(t, []statetest.Row{
		statetest.Try("two days together", treasurer, pay(1000, 1, 2, 3), nil),
		statetest.Try("all the rest", treasurer, pay(0, 1, 2, 3), nil),
	})
	for n, want := range map[uint64]money.Amount{1: 8000, 2: 3000, 3: 5000} {
		if got := find(t, l, n); got.Paid != want || got.Status != withdrawal.Done {
			t.Errorf("request %d: %v, %d paid, want %d", n, got.Status, got.Paid, want)
		}
	}
	wantBooks(t, l, 24000, 0, 24000)
}

// What is short of cash, to the cent: the whole cents of amount × owed / all that is owed,
// and the cents left over to the largest remainders, of equal ones to the earlier request
// (rounded parts, as published sheets print them, would not sum). Without the rule it goes
// in the order of the queue. Worked by hand; a share is 10.00.
func TestShortOfCash(t *testing.T) {
	const inOrder, proRata = false, true
	for name, row := range map[string]struct {
		proRata bool
		units   [3]uint64 // asked back by three members
		amount  money.Amount
		of      []uint64 // requests that are named
		want    [3]money.Amount
		refused *state.Rejection
	}{
		"no remainder: 5/8 of 80, 30 and 50":        {proRata, [3]uint64{8, 3, 5}, 10000, []uint64{1, 2, 3}, [3]money.Amount{5000, 1875, 3125}, nil},
		"one cent left, .5 is more than .3":         {proRata, [3]uint64{8, 3, 5}, 10001, []uint64{1, 2, 3}, [3]money.Amount{5001, 1875, 3125}, nil},
		"two cents left, .81 and .69 before .5":     {proRata, [3]uint64{8, 3, 5}, 15999, []uint64{1, 2, 3}, [3]money.Amount{7999, 3000, 5000}, nil},
		"one cent in all":                           {proRata, [3]uint64{8, 3, 5}, 1, []uint64{1, 2, 3}, [3]money.Amount{1, 0, 0}, nil},
		"thirds: the first request has the cent":    {proRata, [3]uint64{3, 3, 3}, 100, []uint64{1, 2, 3}, [3]money.Amount{34, 33, 33}, nil},
		"thirds: the first two have a cent each":    {proRata, [3]uint64{3, 3, 3}, 2, []uint64{1, 2, 3}, [3]money.Amount{1, 1, 0}, nil},
		"a cent more than is owed":                  {proRata, [3]uint64{3, 3, 3}, 9001, []uint64{1, 2, 3}, [3]money.Amount{}, withdrawal.ErrAmount},
		"one of the day is left out":                {proRata, [3]uint64{3, 3, 3}, 100, []uint64{1, 2}, [3]money.Amount{}, withdrawal.ErrCohort},
		"all that is owed needs no division":        {proRata, [3]uint64{8, 3, 5}, 8000, []uint64{1}, [3]money.Amount{8000, 0, 0}, nil},
		"in the order of the queue":                 {inOrder, [3]uint64{8, 3, 5}, 10000, []uint64{1, 2}, [3]money.Amount{8000, 2000, 0}, nil},
		"in the order, the last gets nothing":       {inOrder, [3]uint64{8, 3, 5}, 11000, []uint64{1, 2, 3}, [3]money.Amount{}, withdrawal.ErrAmount},
		"in the order, the second before the first": {inOrder, [3]uint64{8, 3, 5}, 100, []uint64{2}, [3]money.Amount{}, withdrawal.ErrQueue},
	} {
		t.Run(name, func(t *testing.T) {
			l := founded(t, shareclass.LimitsEntry{ProRata: row.proRata}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
			defer l.Close()
			for i, m := range []state.Member{ben, ada, cleo} {
				l.Must(m, ask(m, row.units[i]))
			}
			l.Must(treasurer, redeem(1, 2, 3))
			l.Run(t, []statetest.Row{statetest.Try("paid", treasurer, pay(row.amount, row.of...), row.refused)})
			for i, want := range row.want {
				if got := find(t, l, uint64(i+1)).Paid; got != want {
					t.Errorf("request %d got %d, want %d", i+1, got, want)
				}
			}
			l.Sound()
		})
	}
}
