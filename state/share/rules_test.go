package share_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// today is the day of the ledger's next block.
func today(l *statetest.L) uint64 {
	v := l.Read()
	defer v.Close()
	return state.DayOf(v.Of(1).Time())
}

func rules(class shareclass.Number, change func(*shareclass.RulesEntry)) shareclass.SetRules {
	m := shareclass.SetRules{Class: class, Rules: shareclass.RulesEntry{MinHolding: 2, MaxHolding: 10}}
	if change != nil {
		change(&m.Rules)
	}
	return m
}

// must has a motion carry actions.
func must(t *testing.T, l *statetest.L, actions ...state.Action) {
	t.Helper()
	for _, a := range actions {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
	}
}

func half(num, den uint64) money.Rate { return money.Rate{Num: num, Den: den} }

// What holds on a day is the last version from before it, also while one is to come and
// after one was dropped.
func TestRulesByDay(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	now := today(l)
	most := func(n, from uint64) shareclass.SetRules {
		return shareclass.SetRules{Class: common, From: from, Rules: shareclass.RulesEntry{MaxHolding: n}}
	}
	must(t, l, most(9, now+10), most(8, now+5), most(7, now+20)) // 9 and 8 are dropped
	want := func(day, most uint64) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		if got, err := shareclass.RulesOn(v.Of(1), common, day); err != nil || got.MaxHolding != most {
			t.Errorf("on day %d a member may hold %d, %v, want %d", day-now, got.MaxHolding, err, most)
		}
	}
	want(now+19, 10)
	want(now+20, 7)
	l.Run(t, []statetest.Row{statetest.Try("by the bounds of the founding", ada, subscribe(ada, common, 8), nil)})
	l.Days(20)
	must(t, l, most(6, 0))
	want(now+19, 10)
	want(now+20, 6) // of the two of that day the later
	l.Run(t, []statetest.Row{
		statetest.Try("by those of today", ben, subscribe(ben, common, 7), share.ErrLimit),
		statetest.Try("no minimum any more", ben, subscribe(ben, common, 1), nil),
		statetest.Try("who has more keeps it, and gets no more", ada, subscribe(ada, common, 1), share.ErrLimit),
	})
}

// What one member may hold of a class, of the capital and in money, beyond the minimum.
func TestLimitsOfHoldings(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	must(t, l, rules(common, func(r *shareclass.RulesEntry) { r.MostOf = half(1, 2) }))
	l.Run(t, []statetest.Row{
		statetest.Try("the first, more than half", ada, subscribe(ada, common, 3), share.ErrLimit),
		statetest.Try("the minimum, whatever part", ada, subscribe(ada, common, 2), nil),
		statetest.Try("the minimum of another", ben, subscribe(ben, common, 2), nil),
	})
	l.Must(treasurer, pay(1, 2))
	l.Must(secretary, issue(1, 2))
	l.Run(t, []statetest.Row{
		statetest.Try("two and one of five", ada, subscribe(ada, common, 1), share.ErrLimit),
		statetest.Try("of bonds any part", ada, subscribe(ada, bond, 500), nil),
	})
	must(t, l, rules(common, nil), shareclass.SetRules{Limits: shareclass.LimitsEntry{MostMoney: 3500}})
	l.Run(t, []statetest.Row{
		statetest.Try("20.00, 5.00 of bonds and 20.00 more", ada, subscribe(ada, common, 2), share.ErrLimit),
		statetest.Try("exactly 35.00", ada, subscribe(ada, common, 1), nil),
		statetest.Try("a cent more", ada, subscribe(ada, bond, 1), share.ErrLimit),
	})
	must(t, l, shareclass.SetRules{Limits: shareclass.LimitsEntry{MostOf: half(1, 2)}})
	l.Run(t, []statetest.Row{
		// ada has 35.00 of a capital of 40.00 and 15.00 subscribed by herself
		statetest.Try("more than half of the capital", ada, subscribe(ada, bond, 1), share.ErrLimit),
		statetest.Try("ben has 20.00 of 40.00, and 15.00 more are subscribed", ben, subscribe(ben, bond, 1501), share.ErrLimit),
		statetest.Try("half of all that would be then", ben, subscribe(ben, bond, 1500), nil),
		statetest.Try("the minimum, always", 7, subscribe(7, common, 2), nil),
	})
}

// A part of the capital bounds members from the first subscription on: whoever subscribes is
// held against all that is subscribed, and the issue against what came of it. Nobody is to
// have more than half of the capital (SCOP); the minimum of 20.00 is always allowed.
func TestMostOfCapital(t *testing.T) {
	for name, of := range map[string][]state.Action{
		"of the capital": {shareclass.SetRules{Limits: shareclass.LimitsEntry{MostOf: half(1, 2)}}},
		"of the class":   {rules(common, func(r *shareclass.RulesEntry) { r.MostOf = half(1, 2) })},
	} {
		t.Run(name, func(t *testing.T) {
			l := statetest.New(t, setup())
			defer l.Close()
			must(t, l, of...)
			l.Run(t, []statetest.Row{
				statetest.Try("the first, beyond the minimum", ada, subscribe(ada, common, 3), share.ErrLimit),
				statetest.Try("the minimum", ada, subscribe(ada, common, 2), nil), // 1
				statetest.Try("as much", ben, subscribe(ben, common, 2), nil),     // 2
				statetest.Try("3 of 5", ada, subscribe(ada, common, 1), share.ErrLimit),
				statetest.Try("a third", cleo, subscribe(cleo, common, 2), nil),    // 3
				statetest.Try("4 of 8: half", ada, subscribe(ada, common, 2), nil), // 4
				statetest.Try("5 of 9", ada, subscribe(ada, common, 1), share.ErrLimit),
			})
			l.Must(treasurer, pay(1, 2, 4))
			l.Run(t, []statetest.Row{
				statetest.Try("4 of 4 alone", secretary, issue(1, 4), share.ErrLimit),
				statetest.Try("4 of 6, where the third has not paid", secretary, issue(1, 2, 4), share.ErrLimit),
				statetest.Try("the minimum of each", secretary, issue(1, 2), nil),
				statetest.Try("cancelled, though it let another subscribe", cleo, share.Cancel{Member: cleo, Subscription: 3}, nil),
				statetest.Try("4 of 6", secretary, issue(4), share.ErrLimit),
				statetest.Try("subscribed again", cleo, subscribe(cleo, common, 2), nil), // 5
				statetest.Try("paid", treasurer, pay(5), nil),
				statetest.Try("4 of 8, all together", secretary, issue(4, 5), nil),
			})
			v := l.Read()
			defer v.Close()
			totals, err := share.TotalsOf(v.Of(1), common)
			if diff := cmp.Diff(share.Totals{Units: 8, Capital: 8000, Holders: 3}, totals); diff != "" || err != nil {
				t.Errorf("totals, %v (-want +got)\n%s", err, diff)
			}
		})
	}
}

// Who issues alone gives nobody a longer time held than since it subscribed; members who
// find that it was so can.
func TestCountsFromBeforeItWasSubscribed(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	now := today(l)
	l.Must(ada, subscribe(ada, common, 2))
	l.Must(treasurer, pay(1))
	before := share.Issue{Subscriptions: []uint64{1}, Day: now - 3}
	l.Run(t, []statetest.Row{statetest.Try("by one alone", secretary, before, share.ErrSince)})
	must(t, l, before)
	v := l.Read()
	defer v.Close()
	if o, _, err := share.OperationOf(v.Of(1), 1); o.DayOf() != now-3 || err != nil {
		t.Errorf("members have the issue count from day %d (%v), want %d", o.DayOf(), err, now-3)
	}
}
