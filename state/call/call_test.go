package call_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	treasurer = statetest.Treasurer
	ada       = state.Member(4)
)

// Classes of the test's co-op.
const (
	common shareclass.Number = 1 // par 10.00, 2 to 10 units, paid in up to four parts
	bond   shareclass.Number = 2 // paid at once
	penny  shareclass.Number = 3 // par 0.65, paid in up to four parts
)

func founded(t *testing.T) *statetest.L {
	t.Helper()
	return statetest.New(t, setup())
}

func setup() statetest.Setup {
	parts := func(class shareclass.Number) shareclass.SetRules {
		return shareclass.SetRules{Class: class, Rules: shareclass.RulesEntry{MinHolding: 2, MaxHolding: 10, Parts: 4}}
	}
	return statetest.Setup{
		Members: 7,
		Kinds:   slices.Concat([]state.Kind{state.KindOf[lower](0x7f02, "call_test.lower")}, member.Kinds, account.Kinds, shareclass.Kinds, share.Kinds, call.Kinds),
		Grants: []charter.NamedGrant{
			{Actions: []string{"share.Subscribe"}, GrantText: charter.GrantText{Concerned: true}},
			{Actions: []string{"share.Cancel"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{1, 3}}},
			{Actions: []string{"share.ConfirmPayment"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			if err == nil {
				err = shareclass.Found(c, []shareclass.Open{
					{Class: common, Name: "common", Par: 1000, MinHolding: 2, MaxHolding: 10},
					{Class: bond, Name: "bond", Par: 1, MaxHolding: 10},
					{Class: penny, Name: "penny", Par: 65, MaxHolding: 10},
				})
			}
			if err == nil {
				err = shareclass.FoundRules(c, []shareclass.SetRules{parts(common), parts(penny)})
			}
			return err
		},
		Invariants: []func(state.Reader) error{account.CheckBooks, shareclass.CheckClasses, share.CheckShares, call.CheckCalls},
	}
}

func today(l *statetest.L) uint64 {
	v := l.Read()
	defer v.Close()
	return state.DayOf(v.Of(1).Time())
}

func calling(class shareclass.Number, amount money.Amount, due uint64) call.Call {
	return call.Call{Class: class, Amount: amount, Due: due}
}

// Rows follow the order of the checks. What is called and not paid is in arrears from
// the day after it is due.
func TestCall(t *testing.T) {
	l := founded(t)
	defer l.Close()
	now := today(l)
	l.Must(ada, share.Subscribe{Member: ada, Class: common, Units: 3})
	l.Run(t, []statetest.Row{
		statetest.Try("nothing", treasurer, calling(77, 0, 0), call.ErrCall),
		statetest.Try("more than any account holds", treasurer, calling(77, money.Max+1, 0), call.ErrCall),
		statetest.Try("no authority", treasurer, calling(77, 1001, 0), state.ErrAuthority),
		statetest.Try("no such class", 0, calling(77, 1001, 0), shareclass.ErrClass),
		statetest.Try("a class that is paid at once", 0, calling(bond, 1001, 0), share.ErrParts),
		statetest.Try("due today", 0, calling(common, 1001, now), call.ErrDue),
		statetest.Try("due in three years", 0, calling(common, 1001, now+shareclass.MaxAhead+1), call.ErrDue),
		statetest.Try("more than a share costs", 0, calling(common, 1001, now+30), call.ErrCall),
		statetest.Try("a quarter", 0, calling(common, 250, now+30), nil),
		statetest.Try("more than the rest", 0, calling(common, 751, now+60), call.ErrCall),
		statetest.Try("the rest", 0, calling(common, 750, now+60), nil),
		statetest.Try("a cent more", 0, calling(common, 1, now+60), call.ErrCall),
		statetest.Try("a part in time", 0, share.PayPart{Payments: []share.Payment{{Subscription: 1, Amount: 100}}}, nil),
	})
	arrears := func(day uint64) money.Amount {
		t.Helper()
		v := l.Read()
		defer v.Close()
		due, err := call.DueOn(v.Of(1), common, day)
		if err != nil {
			t.Fatal(err)
		}
		s, err := share.SubscriptionOf(v.Of(1), 1)
		if err != nil {
			t.Fatal(err)
		}
		return call.Arrears(s, due)
	}
	for day, want := range map[uint64]money.Amount{now: 0, now + 30: 0, now + 31: 650, now + 60: 650, now + 61: 2900} {
		if got := arrears(day); got != want {
			t.Errorf("in arrears after %d days: %d, want %d", day-now, got, want)
		}
	}
	l.Must(treasurer, share.ConfirmPayment{Subscriptions: []uint64{1}})
	if got := arrears(now + 61); got != 0 {
		t.Errorf("in arrears when paid up: %d", got)
	}
}

// A class is called at most MaxCalls times, also where its price is not reached.
func TestCallsAreFew(t *testing.T) {
	l := founded(t)
	defer l.Close()
	due := today(l) + 30
	for range call.MaxCalls {
		if res := l.Mandate(calling(penny, 1, due)); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	l.Run(t, []statetest.Row{statetest.Try("one too many", 0, calling(penny, 1, due), call.ErrCall)})
}

type callKey struct {
	Class  shareclass.Number
	Number uint32
}

// The room's table and the figures of classes, opened again to break them.
var (
	demands     = state.NewTable[callKey, call.Demand](0x29)
	classTotals = state.NewTable[shareclass.Number, share.Totals](0x22)
)

// CheckCalls fails when a record is broken, and says which.
func TestCheckCallsFails(t *testing.T) {
	scene := func(l *statetest.L) {
		due := today(l) + 30
		for range 2 {
			if res := l.Mandate(calling(common, 250, due)); res.Code != 0 {
				t.Fatal(res.Log)
			}
		}
	}
	figures := func(change func(*share.Totals)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			f, err := classTotals.Get(c, common)
			if err != nil {
				panic(err)
			}
			change(&f)
			classTotals.Put(c, common, f)
		}
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "called without a call", Break: figures(func(f *share.Totals) { f.Called++ }), Says: "class 1: calls of 5.00 EUR, totals say 5.01 EUR by 2"},
		{Name: "a call too many counted", Break: figures(func(f *share.Totals) { f.Calls++ }), Says: "class 1: calls of 5.00 EUR, totals say 5.00 EUR by 3"},
		{Name: "the first call erased", Break: func(c *state.Ctx) { demands.Delete(c, callKey{common, 1}) }, Says: "class 1: call 2 follows 0"},
		{Name: "the last call erased", Break: func(c *state.Ctx) { demands.Delete(c, callKey{common, 2}) }, Says: "class 1: calls of 2.50 EUR, totals say 5.00 EUR by 2"},
		{Name: "more called than a share costs", Break: func(c *state.Ctx) {
			figures(func(f *share.Totals) { f.Called = 1001 })(c)
			demands.Put(c, callKey{common, 2}, call.Demand{Amount: 751})
		}, Says: "class 1: calls of 10.01 EUR, totals say 10.01 EUR by 2"},
	})
}
