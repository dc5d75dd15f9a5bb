package share_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Fewer than decided do not take it back: not two officers what all members did, nor one
// alone what two did; also where an officer has paid another part since.
func TestFewerCorrectNothing(t *testing.T) {
	s := setup()
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"share.Correct", "share.Refund"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Chair}}})
	for i := range s.Grants {
		s.Grants[i].Motions = []charter.MotionKindID{3} // of two officers
	}
	l := statetest.New(t, s)
	defer l.Close()
	must(t, l, rules(common, func(r *shareclass.RulesEntry) { r.Parts = 9 }))
	for range 3 {
		l.Must(ada, subscribe(ada, common, 2)) // 20.00 each
	}
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
	one := func(name string, n uint64, want *state.Rejection) statetest.Row {
		return statetest.Try(name, statetest.Chair, correct(n), want)
	}
	must(t, l, parts(500, 1))
	two(pay(2), nil)
	l.Must(treasurer, pay(1, 3))
	l.Run(t, []statetest.Row{
		one("one, a part of what all paid", 1, account.ErrDecided),
		one("one, what two paid", 2, account.ErrDecided),
		one("one, what one paid", 3, nil),
	})
	two(correct(1), account.ErrDecided)
	two(refund(1), account.ErrDecided)
	two(refund(1, 2), account.ErrDecided)
	two(correct(2), nil)
	must(t, l, correct(1))

	l.Must(treasurer, pay(1, 2, 3))
	must(t, l, issue(1))
	two(issue(2), nil)
	l.Must(secretary, issue(3))
	l.Run(t, []statetest.Row{
		one("one, what all issued", 1, account.ErrDecided),
		one("one, what two issued", 2, account.ErrDecided),
		one("one, both", 3, nil),
		one("and the payment, which one confirmed", 3, nil),
	})
	two(correct(1), account.ErrDecided)
	two(correct(2), nil)
	two(refund(1), share.ErrIssued)
	must(t, l, correct(1), share.Correct{Subscriptions: []uint64{1, 2}, Reason: "the payments too"})

	two(pay(1, 2), nil)
	l.Must(treasurer, pay(3))
	l.Run(t, []statetest.Row{
		{Name: "refund by one, what two paid", By: statetest.Chair, Action: refund(1), Want: account.ErrDecided},
		{Name: "refund by one, with what one paid", By: statetest.Chair, Action: refund(1, 3), Want: account.ErrDecided},
		{Name: "refund by one, what one paid", By: statetest.Chair, Action: refund(3), Want: nil},
	})
	two(refund(1), nil)
	must(t, l, refund(2))
	l.Sound()
}
