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

// twoOfficers is a ledger where two officers, or the chair, correct and refund, and two
// officers do the rest beside those who do it alone.
func twoOfficers(t *testing.T) *statetest.L {
	t.Helper()
	s := setup()
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"share.Correct", "share.Refund"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Chair}}})
	for i := range s.Grants {
		s.Grants[i].Motions = []charter.MotionKindID{3} // of two officers
	}
	return statetest.New(t, s)
}

// byTwo has a motion of two officers carry an action, which must be refused by a rejection,
// or done if that is nil.
func byTwo(t *testing.T, l *statetest.L) func(a state.Action, want *state.Rejection) {
	return func(a state.Action, want *state.Rejection) {
		t.Helper()
		code, before := uint32(0), l.Digest()
		if want != nil {
			code = want.Code
		}
		res := l.MandateBy(3, a)
		if changed := l.Digest() != before; res.Code != code || changed != (res.Code == 0) {
			t.Errorf("two officers, %+v: %d %s, records changed: %v; want %d", a, res.Code, res.Log, changed, code)
		}
	}
}

// Fewer than decided do not take it back: not two officers what all members did, nor one
// alone what two did; also where an officer has paid another part since.
func TestFewerCorrectNothing(t *testing.T) {
	l := twoOfficers(t)
	defer l.Close()
	must(t, l, rules(common, func(r *shareclass.RulesEntry) { r.Parts = 9 }))
	for range 3 {
		l.Must(ada, subscribe(ada, common, 2)) // 20.00 each
	}
	two := byTwo(t, l)
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
		one("one, what all issued", 1, share.ErrCapital),
		one("one, what one issued", 3, share.ErrCapital),
	})
	two(correct(2), share.ErrCapital)
	two(refund(1), share.ErrIssued)
	must(t, l, correct(1, 2, 3), share.Correct{Subscriptions: []uint64{1, 2, 3}, Reason: "the payments too"})

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

// What was issued once does not go back by officers, past the queue of withdrawals and its
// floors, nor out of a dividend for a day: all members take the issue back, and the money.
// What is issued again is as it was.
func TestIssuedCapitalGoesBackByAllMembers(t *testing.T) {
	l := twoOfficers(t)
	defer l.Close()
	two := byTwo(t, l)
	for range 2 {
		l.Must(ada, subscribe(ada, common, 2))
	}
	l.Must(treasurer, pay(1, 2))
	l.Must(secretary, issue(1))

	two(correct(1), share.ErrCapital)
	must(t, l, correct(1)) // all members decide on the issue, not on the money
	wantUnissued(t, l, 1, true)
	two(refund(1), share.ErrCapital)
	two(refund(1, 2), share.ErrCapital)
	two(correct(1), share.ErrCapital) // the payment
	two(correct(1, 2), share.ErrCapital)
	if res := l.Do(statetest.Chair, refund(1)); res.Code != share.ErrCapital.Code {
		t.Errorf("refund by one alone: %d %s", res.Code, res.Log)
	}
	two(refund(2), nil) // it never was issued

	l.Must(secretary, issue(1))
	wantUnissued(t, l, 1, false)
	must(t, l, correct(1), correct(1)) // that it never came, all members say
	wantUnissued(t, l, 1, false)
	l.Must(treasurer, pay(1))
	l.Must(secretary, issue(1))
	must(t, l, correct(1), refund(1))
	if bank, applications, capital := balancesOf(t, l); bank != 0 || applications != 0 || capital != 0 {
		t.Errorf("bank %d, applications %d, capital %d", bank, applications, capital)
	}
	l.Sound()
}

func wantUnissued(t *testing.T, l *statetest.L, number uint64, want bool) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	if s, err := share.SubscriptionOf(v.Of(1), number); err != nil || s.Unissued != want {
		t.Errorf("subscription %d: its issue was taken back: %v, %v; want %v", number, s.Unissued, err, want)
	}
}
