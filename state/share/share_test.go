package share_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	secretary = statetest.Secretary
	treasurer = statetest.Treasurer
	ada       = state.Member(4)
	ben       = state.Member(5)
	cleo      = state.Member(6) // suspended by suspend
	stranger  = state.Member(99)
)

// Classes of the test's co-op.
const (
	common shareclass.Number = 1 // par 10.00, 2 to 10 units
	bond   shareclass.Number = 2 // par 1, to MaxUnits
	gold   shareclass.Number = 3 // par money.Max, one unit
)

// freeze and thaw let a test do what only a room above does.
type freeze struct{}

func (freeze) Check() error { return nil }
func (freeze) Apply(c *state.Ctx) error {
	share.Freeze(c)
	return nil
}

func (freeze) Describe(state.Telling) state.Words { return state.Words{Phrase: "freeze holdings"} }

type thaw struct{}

func (thaw) Describe(state.Telling) state.Words { return state.Words{Phrase: "thaw holdings"} }

func (thaw) Check() error { return nil }
func (thaw) Apply(c *state.Ctx) error {
	share.Thaw(c)
	return nil
}

// spent takes the bank's money for what is bought, as a room may post it in any amount.
type spent struct{}

func (spent) Describe(state.Telling) state.Words { return state.Words{Phrase: "spend"} }

func (spent) Check() error { return nil }
func (spent) Apply(c *state.Ctx) error {
	p, err := account.Prepare(c, account.Entry{Narrative: "spent", Lines: []account.Line{account.Debit(1500, money.Max), account.Credit(account.Bank, money.Max)}})
	if err == nil {
		p.Post(c)
	}
	return err
}

func setup() statetest.Setup {
	kinds := append([]state.Kind{
		state.KindOf[freeze](0x7f02, "share_test.freeze"),
		state.KindOf[thaw](0x7f03, "share_test.thaw"),
		state.KindOf[spent](0x7f05, "share_test.spent"),
	}, account.Kinds...)
	return statetest.Setup{
		Members: 8,
		Kinds:   slices.Concat(kinds, shareclass.Kinds, share.Kinds),
		Grants: []charter.NamedGrant{
			{Actions: []string{"share.Subscribe", "share.Cancel"}, GrantText: charter.GrantText{Concerned: true}},
			{Actions: []string{"share.ConfirmPayment"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}}},
			{Actions: []string{"share.Issue"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary, charter.Treasurer}}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err != nil {
				return err
			}
			if err := account.Found(c, chart); err != nil {
				return err
			}
			return shareclass.Found(c, []shareclass.Open{
				{Class: common, Name: "common", Par: 1000, MinHolding: 2, MaxHolding: 10},
				{Class: bond, Name: "bond", Par: 1, MaxHolding: shareclass.MaxUnits},
				{Class: gold, Name: "gold", Par: money.Max, MaxHolding: 1},
			})
		},
		Invariants: []func(state.Reader) error{account.CheckBooks, shareclass.CheckClasses, share.CheckShares},
		Indexes:    slices.Concat(account.Indexes, share.Indexes),
	}
}

func subscribe(m state.Member, class shareclass.Number, units uint64) share.Subscribe {
	return share.Subscribe{Member: m, Class: class, Units: units}
}
func pay(n ...uint64) share.ConfirmPayment { return share.ConfirmPayment{Subscriptions: n} }
func issue(n ...uint64) share.Issue        { return share.Issue{Subscriptions: n} }

// upTo lists 1 to n.
func upTo(n uint64) (out []uint64) {
	for i := range n {
		out = append(out, i+1)
	}
	return out
}

// Rows follow the order of the checks; each breaks every later one it can.
func TestSubscribeAndCancel(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	l.Mandate(member.Suspend{Member: cleo, Reason: "x"})
	l.Mandate(member.Apply{Entry: member.Entry{Key: statetest.Key(1, 9).Public(), Class: 1}, Possession: statetest.Key(1, 9).Possession(statetest.Chain, 1)})
	cancel := func(m state.Member, n uint64) share.Cancel { return share.Cancel{Member: m, Subscription: n} }
	l.Run(t, []statetest.Row{
		statetest.Try("no units", ada, subscribe(stranger, 7, 0), share.ErrUnits),
		statetest.Try("too many units", ada, subscribe(stranger, 7, shareclass.MaxUnits+1), share.ErrUnits),
		statetest.Try("for another", ada, subscribe(ben, 7, 11), state.ErrAuthority),
		statetest.Try("no such member", 0, subscribe(stranger, 7, 11), member.ErrUnknown),
		statetest.Try("suspended", cleo, subscribe(cleo, 7, 11), member.ErrStanding),
		statetest.Try("candidate", 0, subscribe(9, 7, 11), member.ErrStanding),
		statetest.Try("no such class", ada, subscribe(ada, 7, 11), shareclass.ErrClass),
		statetest.Try("one over the limit", ada, subscribe(ada, common, 11), share.ErrLimit),
		statetest.Try("below the minimum", ada, subscribe(ada, common, 1), share.ErrMinimum),
		statetest.Try("exactly the minimum", ada, subscribe(ada, common, 2), nil),
		statetest.Try("one more, above the minimum together", ada, subscribe(ada, common, 1), nil),
		statetest.Try("one over, with what is pending", ada, subscribe(ada, common, 8), share.ErrLimit),
		statetest.Try("exactly the limit", ada, subscribe(ada, common, 7), nil),
		statetest.Try("one more", ada, subscribe(ada, common, 1), share.ErrLimit),

		statetest.Try("another's, signed by oneself", ben, cancel(ada, 9), state.ErrAuthority),
		statetest.Try("no such subscription", ben, cancel(ben, 9), share.ErrSubscription),
		statetest.Try("another's", ben, cancel(ben, 1), share.ErrNotTheirs),
		statetest.Try("cancelled", ada, cancel(ada, 1), nil),
		statetest.Try("twice", ada, cancel(ada, 1), share.ErrCancelled),
		statetest.Try("and again to the limit", ada, subscribe(ada, common, 2), nil),
		statetest.Try("two to one below the minimum", ben, subscribe(ben, common, 2), nil),
		statetest.Try("the second", ben, subscribe(ben, common, 1), nil),
		statetest.Try("the first cancelled, below the minimum left", ben, cancel(ben, 5), share.ErrMinimum),
		statetest.Try("the second cancelled, the minimum left", ben, cancel(ben, 6), nil),
		statetest.Try("the second again, before what would be left", ben, cancel(ben, 6), share.ErrCancelled),
		statetest.Try("the first cancelled, nothing left", ben, cancel(ben, 5), nil),
		statetest.Try("all cancelled", ada, cancel(ada, 2), nil),
		statetest.Try("all cancelled, the next", ada, cancel(ada, 3), nil),
		statetest.Try("all cancelled, the last", ada, cancel(ada, 4), nil),
		statetest.Try("as many as any class allows", ben, subscribe(ben, bond, shareclass.MaxUnits), nil),
		statetest.Try("one more than that", ben, subscribe(ben, bond, 1), share.ErrLimit),
	})
	v := l.Read()
	defer v.Close()
	if err := share.RangeHoldings(v.Of(1), common, 0, ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
		t.Errorf("member %d is left with a record of %+v", m, h)
		return true, nil
	}); err != nil {
		t.Error(err)
	}
}

func TestConfirmAndIssue(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	for _, s := range []share.Subscribe{
		subscribe(ada, common, 3),  // 1
		subscribe(ada, common, 4),  // 2
		subscribe(ben, common, 10), // 3
		subscribe(ben, bond, 5),    // 4
		subscribe(ada, gold, 1),    // 5
		subscribe(7, common, 2),    // 6
		subscribe(ben, bond, 5),    // 7
		subscribe(8, common, 2),    // 8
		subscribe(ben, gold, 1),    // 9
	} {
		l.Must(s.Member, s)
	}
	l.Must(7, share.Cancel{Member: 7, Subscription: 6})
	l.Run(t, []statetest.Row{
		statetest.Try("none", treasurer, pay(), share.ErrBatch),
		statetest.Try("one too many", treasurer, pay(upTo(share.MaxBatch+1)...), share.ErrBatch),
		statetest.Try("descending", treasurer, pay(99, 98), share.ErrOrder),
		statetest.Try("twice in one", treasurer, pay(99, 99), share.ErrOrder),
		statetest.Try("no authority", secretary, pay(1, 99), state.ErrAuthority),
		statetest.Try("as many as can be, one unknown", treasurer, pay(append(upTo(5)[:4:4], upTo(share.MaxBatch + 10)[15:]...)...), share.ErrSubscription),
		statetest.Try("one cancelled", treasurer, pay(1, 6), share.ErrCancelled),
		statetest.Try("sum out of range", treasurer, pay(1, 5), share.ErrTotal),
		statetest.Try("paid", treasurer, pay(1, 2, 3, 4), nil),
		statetest.Try("one paid already", treasurer, pay(4, 7), share.ErrPaid),
		statetest.Try("balance out of range", treasurer, pay(5), account.ErrOverflow),

		statetest.Try("issue none", secretary, issue(), share.ErrBatch),
		statetest.Try("issue descending", secretary, issue(99, 98), share.ErrOrder),
		statetest.Try("issue without authority", ada, issue(1), state.ErrAuthority),
		statetest.Try("issue while frozen", secretary, issue(7, 99), share.ErrFrozen).After(func() { l.Mandate(freeze{}) }),
		statetest.Try("issue an unknown one", secretary, issue(1, 99), share.ErrSubscription).After(func() { l.Mandate(thaw{}) }),
		statetest.Try("issue an unpaid one", secretary, issue(1, 7), share.ErrUnpaid),
		statetest.Try("issue a cancelled one", secretary, issue(1, 6), share.ErrCancelled),
		statetest.Try("issued", secretary, issue(1, 3, 4), nil),
		statetest.Try("issued twice", secretary, issue(1, 2), share.ErrIssued),
		statetest.Try("paid when issued", treasurer, pay(1), share.ErrIssued),
		statetest.Try("cancel what is paid", ada, share.Cancel{Member: ada, Subscription: 2}, share.ErrPaid),
		statetest.Try("cancel what is issued", ada, share.Cancel{Member: ada, Subscription: 1}, share.ErrIssued),
		statetest.Try("issued by the treasurer", treasurer, issue(2), nil),
		statetest.Try("pay one who will leave", treasurer, pay(8), nil),
		statetest.Try("issue to one who has left", secretary, issue(8), member.ErrStanding).After(func() { l.Mandate(member.Resign{Member: 8}) }),
	})

	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	var got []share.Holding
	for _, m := range []state.Member{ada, ben, 8} {
		h, err := share.HoldingOf(r, common, m)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, h)
	}
	want := []share.Holding{{Units: 7, Operation: 4, Open: 1}, {Units: 10, Operation: 2, Open: 3}, {Pending: 2, Open: 8}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("holdings (-want +got)\n%s", diff)
	}
	totals, err := share.TotalsOf(r, common)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(share.Totals{Units: 17, Capital: 17_000, Holders: 2, Paid: 2, Subscribed: 2}, totals); diff != "" {
		t.Errorf("totals (-want +got)\n%s", diff)
	}
	var ops []share.Change
	if err := share.Operations(r, 4, 4, func(_ uint64, c share.Change) (bool, error) {
		c.Time = 0
		ops = append(ops, c)
		return true, nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]share.Change{{Subscription: 2, Member: ada, Class: common, Units: 4, Held: 7, Entry: 3, By: state.Actor{Coop: 1, Member: treasurer}, Prev: 1}}, ops); diff != "" {
		t.Errorf("operation 4 (-want +got)\n%s", diff)
	}
}

// Share capital has the same limit as any account, and money for shares that
// would pass it stays an application.
func TestCapitalOutOfRange(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	l.Must(ada, subscribe(ada, gold, 1))
	l.Must(ben, subscribe(ben, bond, 1))
	l.Must(treasurer, pay(1))
	l.Must(secretary, issue(1))
	if res := l.Mandate(spent{}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Must(treasurer, pay(2))
	l.Run(t, []statetest.Row{statetest.Try("a unit too many", secretary, issue(2), account.ErrOverflow)})
}

// Whatever is tried in whatever order, register and books agree.
func TestRegisterProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := statetest.New(t, setup())
		defer l.Close()
		members := rapid.SampledFrom([]state.Member{ada, ben, 7})
		numbers := rapid.Custom(func(t *rapid.T) []uint64 {
			n := rapid.Uint64Range(1, 8).Draw(t, "first")
			return upTo(n + rapid.Uint64Range(0, 2).Draw(t, "more"))[n-1:]
		})
		for range rapid.IntRange(1, 6).Draw(t, "blocks") {
			var raw [][]byte
			sign := func(m state.Member, a state.Action) {
				if a.Check() == nil { // a malformed transaction spends no sequence
					raw = append(raw, l.Sign(1, m, a))
				}
			}
			for range rapid.IntRange(1, 8).Draw(t, "actions") {
				m := members.Draw(t, "member")
				switch rapid.IntRange(0, 4).Draw(t, "kind") {
				case 0, 1:
					sign(m, subscribe(m, shareclass.Number(rapid.IntRange(1, 3).Draw(t, "class")), rapid.Uint64Range(0, 6).Draw(t, "units")))
				case 2:
					sign(treasurer, pay(numbers.Draw(t, "numbers")...))
				case 3:
					sign(secretary, issue(numbers.Draw(t, "numbers")...))
				case 4:
					sign(m, share.Cancel{Member: m, Subscription: rapid.Uint64Range(0, 6).Draw(t, "number")})
				}
			}
			l.Block(raw...)
			l.Sound()
			for _, a := range []state.Action{refund(numbers.Draw(t, "refunded")...), correct(numbers.Draw(t, "corrected")...)} {
				if rapid.Bool().Draw(t, "carried") {
					l.Mandate(a)
					l.Sound()
				}
			}
		}
	})
}

// A full batch of a large register fits in a transaction and moves on at once.
func TestFullBatch(t *testing.T) {
	s := setup()
	s.Members = share.MaxBatch
	l := statetest.New(t, s)
	defer l.Close()
	var raw [][]byte
	for m := range state.Member(share.MaxBatch) {
		raw = append(raw, l.Sign(1, m+1, subscribe(m+1, common, 10)))
	}
	l.Block(raw...)
	l.Must(treasurer, pay(upTo(share.MaxBatch)...))
	l.Must(secretary, issue(upTo(share.MaxBatch)...))
	l.Sound()
	v := l.Read()
	defer v.Close()
	if b, err := account.BalanceOf(v.Of(1), account.Capital); b != -500*10*1000 || err != nil {
		t.Errorf("share capital %d, %v", b, err)
	}
}

// A number that has no name, in a record of a later version, is shown as such.
func TestStatusNameless(t *testing.T) {
	for got, want := range map[string]string{
		share.Status(0).String(): "status 0", share.Unpaid.String(): "unpaid", share.Refunded.String(): "refunded", (share.Refunded + 1).String(): "status 6",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
