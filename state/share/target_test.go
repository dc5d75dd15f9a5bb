package share_test

import (
	"testing"

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
