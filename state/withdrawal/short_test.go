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
// where the rules say so. Rows follow the order of the checks: whoever redeems and pays
// keeps none of a day out of it, unless a floor does.
func TestProRata(t *testing.T) {
	limits := shareclass.LimitsEntry{ProRata: true}
	l := founded(t, limits, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3), ask(cleo, 5)} {
		l.Must(r.Member, r)
	}
	floor := func(assets money.Amount) func() {
		return func() { limits.AssetsFloor = assets; must(t, l, shareclass.SetRules{Limits: limits}) }
	}
	l.Must(treasurer, redeem(1, 2))
	l.Run(t, []statetest.Row{
		statetest.Try("more than is owed", treasurer, pay(8001, 1), withdrawal.ErrAmount),
		statetest.Try("to some of a day", treasurer, pay(100, 1), withdrawal.ErrCohort),
		statetest.Try("in full, to some of a day", treasurer, pay(0, 1), withdrawal.ErrCohort),
		statetest.Try("while one of the day is kept waiting", treasurer, pay(100, 1, 2), withdrawal.ErrBeside),
		statetest.Try("in full, while it is kept waiting", treasurer, pay(0, 1, 2), withdrawal.ErrBeside),
		statetest.Try("a floor that leaves one of its shares: 10.00 of 290.00", treasurer, pay(100, 1, 2), withdrawal.ErrBeside).After(floor(28_000)),
		statetest.Try("a floor that leaves none", treasurer, pay(1100, 1, 2), nil).After(floor(28_001)),
		statetest.Try("no floor", treasurer, pay(1100, 1, 2), withdrawal.ErrBeside).After(floor(0)),
		statetest.Try("the first set aside, whom nobody waits beside", treasurer, pay(200, 1), nil).After(func() { must(t, l, withdrawal.SetAside{Request: 1, Reason: "r"}) }),
	})
	l.Days(1)
	l.Must(dora, ask(dora, 1))
	l.Run(t, []statetest.Row{
		statetest.Try("still kept waiting, the next day", treasurer, pay(0, 2), withdrawal.ErrBeside),
		statetest.Try("all of the day are redeemed", treasurer, redeem(3), nil),
		statetest.Try("two days together, of which the second gets nothing", treasurer, pay(2700, 2, 3), withdrawal.ErrAmount),
		statetest.Try("two days together, and one waits who asked later", treasurer, pay(2800, 2, 3), nil),
		statetest.Try("more than the rest of the second day", treasurer, pay(4901, 3), withdrawal.ErrAmount),
		statetest.Try("all the rest", treasurer, pay(0, 3), nil),
		statetest.Try("and of the first", treasurer, pay(0, 1), nil),
	})
	for n, want := range map[uint64]money.Amount{1: 8000, 2: 3000, 3: 5000} {
		if got := find(t, l, n); got.Paid != want || got.Status != withdrawal.Done {
			t.Errorf("request %d: %v, %d paid, want %d", n, got.Status, got.Paid, want)
		}
	}
	wantBooks(t, l, 24000, 0, 24000)
}

// One whose notice is not over is not waited for, until it is.
func TestProRataBesideNotice(t *testing.T) {
	rules := shareclass.RulesEntry{MinHolding: 2, MaxHolding: 100, Redeemable: true}
	l := founded(t, shareclass.LimitsEntry{ProRata: true}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	l.Must(ben, ask(ben, 8))
	rules.Notice = 5
	must(t, l, shareclass.SetRules{Class: common, Rules: rules})
	l.Must(ada, ask(ada, 3))
	l.Must(treasurer, redeem(1))
	l.Days(4)
	l.Run(t, []statetest.Row{
		statetest.Try("in its notice", treasurer, pay(100, 1), nil),
		statetest.Try("its notice is over", treasurer, pay(100, 1), withdrawal.ErrBeside).After(func() { l.Days(1) }),
	})
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
		"one of the day in full":                    {proRata, [3]uint64{8, 3, 5}, 8000, []uint64{1}, [3]money.Amount{}, withdrawal.ErrCohort},
		"all that is owed needs no division":        {proRata, [3]uint64{8, 3, 5}, 16000, []uint64{1, 2, 3}, [3]money.Amount{8000, 3000, 5000}, nil},
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
