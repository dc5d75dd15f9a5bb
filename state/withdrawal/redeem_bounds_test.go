package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// thaw ends a freeze, and free a hold.
type (
	thaw struct{}
	free struct{ Class shareclass.Number }
)

func (thaw) Check() error                       { return nil }
func (thaw) Describe(state.Telling) state.Words { return state.Words{Phrase: "thaw"} }
func (thaw) Apply(c *state.Ctx) error           { share.Thaw(c); return nil }
func (free) Check() error                       { return nil }
func (free) Describe(state.Telling) state.Words { return state.Words{Phrase: "free"} }
func (free) Apply(c *state.Ctx) error           { return share.Release(c, common) }

// A redemption that is above every bound is refused by each in turn, in the order of the
// checks: whatever a row mends, the next bound still holds it. Of 40 shares of 10.00 that
// members hold, 24 are asked back: 240.00 of a capital of 400.00, whose floor is 45 %, so
// that 180.00 stay; of net assets of 370.00, whose floor is 170.00; in a co-op that lets an
// officer move 150.00 a day alone. What is accepted at last is 150.00, to the cent.
func TestRedeemAboveEveryBound(t *testing.T) {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[thaw](0x7f04, "withdrawal_test.thaw"), state.KindOf[free](0x7f06, "withdrawal_test.free"))
	limits := shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: 45, Den: 100}, AssetsFloor: 17_000}
	l := foundedBy(t, s, limits, nil)
	defer l.Close()
	spend := func(amount money.Amount) account.Post {
		return account.Post{Narrative: "spent", Lines: []account.Line{account.Debit(5000, amount), account.Credit(account.Bank, amount)}}
	}
	must(t, l, spend(3000))
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 7), ask(cleo, 8), ask(dora, 1)} {
		l.Must(r.Member, r) // 80.00, 70.00, 80.00, 10.00
	}
	must(t, l, withdrawal.Suspend{Reason: "the roof"}, freeze{}, hold{})
	l.Bound(15_000)
	row := func(name string, a state.Action, want *state.Rejection) statetest.Row {
		return statetest.Try(name, treasurer, a, want)
	}
	set := func(l *statetest.L, change func(*shareclass.LimitsEntry)) func() {
		return func() { change(&limits); must(t, l, shareclass.SetRules{Limits: limits}) }
	}
	l.Run(t, []statetest.Row{
		row("none", redeem(), withdrawal.ErrBatch),
		row("out of order", redeem(4, 3, 2, 99), withdrawal.ErrOrder),
		statetest.Try("no authority", ada, redeem(2, 3, 4, 99), state.ErrAuthority),
		row("suspended", redeem(2, 3, 4, 99), withdrawal.ErrSuspended),
		row("in the notice", redeem(2, 3, 4, 99), withdrawal.ErrNotice).After(func() { must(t, l, withdrawal.Resume{}) }),
		row("on its last day", redeem(2, 3, 4, 99), withdrawal.ErrNotice).After(func() { l.Days(29) }),
		row("past the first in the queue", redeem(2, 3, 4, 99), withdrawal.ErrQueue).After(func() { l.Days(1) }),
		row("one that is not there", redeem(1, 2, 3, 4, 99), withdrawal.ErrRequest),
		row("while a surplus is divided", redeem(1, 2, 3, 4), share.ErrFrozen),
		row("while members vote on one", redeem(1, 2, 3, 4), share.ErrHeld).After(func() { must(t, l, thaw{}) }),
		row("240.00, where 160.00 would be left of 180.00", redeem(1, 2, 3, 4), share.ErrCapitalFloor).After(func() { must(t, l, free{}) }),
		row("230.00, where 170.00 would be left of 180.00", redeem(1, 2, 3), share.ErrCapitalFloor),
		row("a floor of 42.51 %: 170.04", redeem(1, 2, 3), share.ErrCapitalFloor).
			After(set(l, func(e *shareclass.LimitsEntry) { e.CapitalFloor = money.Rate{Num: 4251, Den: 10_000} })),
		row("of 42.5 %, 170.00: but 140.00 of net assets", redeem(1, 2, 3), share.ErrAssetsFloor).
			After(set(l, func(e *shareclass.LimitsEntry) { e.CapitalFloor = money.Rate{Num: 425, Den: 1000} })),
		row("a cent less than 140.00 would do", redeem(1, 2, 3), share.ErrAssetsFloor).
			After(set(l, func(e *shareclass.LimitsEntry) { e.AssetsFloor = 14_001 })),
		row("more than one officer moves alone", redeem(1, 2, 3), charter.ErrAlone).
			After(set(l, func(e *shareclass.LimitsEntry) { e.AssetsFloor = 14_000 })),
		row("150.00, which it does", redeem(1, 2), nil),
		row("nothing more that day", redeem(3), charter.ErrAlone),
		row("the next day", redeem(3), nil).After(func() { l.Days(1) }),
		row("10.00 more, at the floor", redeem(4), share.ErrCapitalFloor),
	})
	wantBooks(t, l, 37_000, 23_000, 17_000)
	for n, want := range map[uint64]withdrawal.Status{1: withdrawal.Owed, 2: withdrawal.Owed, 3: withdrawal.Owed, 4: withdrawal.Waiting} {
		if got := find(t, l, n); got.Status != want {
			t.Errorf("request %d is %v, want %v", n, got.Status, want)
		}
	}
	l.Sound()
}
