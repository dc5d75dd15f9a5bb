package share_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// vote has subscriptions stand still as a motion on their refund does, and tally ends it;
// held and freed do so for a class's holdings, as a motion on a dividend does.
type (
	vote  struct{ Numbers []uint64 }
	tally struct{ Numbers []uint64 }
	held  struct{ Class shareclass.Number }
	freed struct{ Class shareclass.Number }
)

func (vote) Check() error  { return nil }
func (tally) Check() error { return nil }
func (held) Check() error  { return nil }
func (freed) Check() error { return nil }

func (vote) Describe(state.Telling) state.Words  { return state.Words{Phrase: "vote"} }
func (tally) Describe(state.Telling) state.Words { return state.Words{Phrase: "tally"} }
func (held) Describe(state.Telling) state.Words  { return state.Words{Phrase: "hold"} }
func (freed) Describe(state.Telling) state.Words { return state.Words{Phrase: "free"} }

func (m vote) Apply(c *state.Ctx) error  { return share.Refund{Subscriptions: m.Numbers}.Hold(c) }
func (m tally) Apply(c *state.Ctx) error { return share.Refund{Subscriptions: m.Numbers}.Release(c) }
func (m held) Apply(c *state.Ctx) error  { return share.Hold(c, m.Class) }
func (m freed) Apply(c *state.Ctx) error { return share.Release(c, m.Class) }

// lower writes each share of a class down by a cent.
type lower struct{ Class shareclass.Number }

func (lower) Check() error                       { return nil }
func (lower) Describe(state.Telling) state.Words { return state.Words{Phrase: "lower"} }

func (m lower) Apply(c *state.Ctx) error {
	post, lost, err := share.WriteOff(c, m.Class, 1, 0)
	if err != nil {
		return err
	}
	entry := uint64(0)
	if lost > 0 {
		p, err := account.Prepare(c, account.Entry{Narrative: "lower", Lines: []account.Line{account.Debit(account.Capital, lost), account.Credit(account.Unappropriated, lost)}})
		if err != nil {
			return err
		}
		entry = p.Post(c)
	}
	return post(entry)
}

// refusalsSetup has the treasurer do all that this room does.
func refusalsSetup() statetest.Setup {
	s := setup()
	s.Kinds = append(s.Kinds,
		state.KindOf[vote](0x7f06, "share_test.vote"), state.KindOf[tally](0x7f07, "share_test.tally"),
		state.KindOf[held](0x7f08, "share_test.held"), state.KindOf[freed](0x7f09, "share_test.freed"),
		state.KindOf[lower](0x7f0a, "share_test.lower"))
	s.Grants = append(s.Grants, charter.NamedGrant{
		Actions:   []string{"share.PayPart", "share.Refund", "share.Correct"},
		GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}},
	})
	return s
}

const low shareclass.Number = 4 // written down after what is subscribed of it

// refusalsLedger has subscriptions of all statuses, of which members vote on those that are
// paid. One officer moves 199.99 a day alone.
func refusalsLedger(t *testing.T) *statetest.L {
	t.Helper()
	l := statetest.New(t, refusalsSetup())
	must(t, l, shareclass.Open{Class: low, Name: "low", Par: 1000, MaxHolding: 10},
		rules(common, func(r *shareclass.RulesEntry) { r.Parts = 9 }))
	for _, s := range []share.Subscribe{
		subscribe(ada, common, 10), // 1: 100.00, paid
		subscribe(ben, common, 10), // 2: 100.00, paid
		subscribe(cleo, common, 3), // 3: unpaid
		subscribe(7, low, 2),       // 4: unpaid
		subscribe(8, low, 2),       // 5: paid
		subscribe(8, gold, 1),      // 6
		subscribe(7, gold, 1),      // 7
		subscribe(7, common, 2),    // 8: paid, of who leaves
		subscribe(8, common, 2),    // 9: cancelled
	} {
		l.Must(s.Member, s)
	}
	l.Must(8, share.Cancel{Member: 8, Subscription: 9})
	must(t, l, pay(1, 2, 5, 8), lower{low}, vote{[]uint64{1, 2, 5, 8}})
	l.Bound(19_999)
	return l
}

// Rows follow the order of the checks; each breaks its own rule and every later one it can,
// and mends those before.
func TestRefusalsOfSubscribe(t *testing.T) {
	l := statetest.New(t, refusalsSetup())
	defer l.Close()
	must(t, l, shareclass.Open{Class: low, Name: "low", Par: 1000, MinHolding: 2, MaxHolding: 3}, lower{low},
		rules(common, func(r *shareclass.RulesEntry) {
			r.MostOf, r.Target, r.OfPay, r.Parts = half(1, 2), 10, half(1, 10), 9
		}),
		shareclass.SetRules{Limits: shareclass.LimitsEntry{MostMoney: 4000}},
		member.Suspend{Member: cleo, Reason: "x"})
	l.Must(ben, subscribe(ben, common, 2))
	l.Must(treasurer, pay(1))
	l.Must(secretary, issue(1))
	l.Run(t, []statetest.Row{
		statetest.Try("no units", ada, subscribe(cleo, 99, 0), share.ErrUnits),
		statetest.Try("by another", ada, subscribe(cleo, 99, 11), state.ErrAuthority),
		statetest.Try("suspended", cleo, subscribe(cleo, 99, 11), member.ErrStanding),
		statetest.Try("no such class", ada, subscribe(ada, 99, 11), shareclass.ErrClass),
		statetest.Try("a class that was written down", ada, subscribe(ada, low, 4), shareclass.ErrWrittenDown),
		statetest.Try("over the limit of the class", ada, subscribe(ada, common, 11), share.ErrLimit),
		statetest.Try("below its minimum", ada, subscribe(ada, common, 1), share.ErrMinimum),
		statetest.Try("more than half of it, and than 40.00", ada, subscribe(ada, common, 5), share.ErrLimit),
		statetest.Try("the minimum, always", ada, subscribe(ada, common, 2), nil),
		statetest.Try("a half, where it could be built by 6", ada, subscribe(ada, common, 1), share.ErrLimit),
		statetest.Try("of 40.00, with 20.01 of bonds", ada, subscribe(ada, bond, 2001), share.ErrLimit),
		statetest.Try("20.00 of bonds", ada, subscribe(ada, bond, 2000), nil),
	})
}

func TestRefusalsOfPayment(t *testing.T) {
	l := refusalsLedger(t)
	defer l.Close()
	by := func(name string, a state.Action, want *state.Rejection) statetest.Row {
		return statetest.Try(name, treasurer, a, want)
	}
	from := func(code account.Code, amount money.Amount, n ...uint64) share.PayPart {
		m := parts(amount, n...)
		m.From = code
		return m
	}
	l.Must(ben, subscribe(ben, bond, 20_000)) // 10: 200.00
	l.Run(t, []statetest.Row{
		by("none", pay(), share.ErrBatch),
		by("descending", pay(99, 9, 4), share.ErrOrder),
		statetest.Try("no authority", ada, pay(4, 6, 7, 9, 99), state.ErrAuthority),
		by("no such subscription", pay(4, 99), share.ErrSubscription),
		by("cancelled", pay(4, 9), share.ErrCancelled),
		by("paid", pay(1, 4), share.ErrPaid),
		by("beyond any sum", pay(4, 6, 7), share.ErrTotal),
		by("a class that was written down", pay(4, 10), shareclass.ErrWrittenDown),
		by("more than one officer moves alone", pay(10), charter.ErrAlone),

		by("no part", parts(0, 99), account.ErrAmount),
		by("a part of nothing there", from(9999, 20_001, 99), share.ErrSubscription),
		by("a part of what is cancelled", from(9999, 20_001, 9), share.ErrCancelled),
		by("more than it costs", from(9999, 20_001, 4, 10), share.ErrOverpaid),
		by("a part of what is paid at once", from(9999, 1, 10), share.ErrParts),
		by("parts beyond any sum", from(9999, money.Max, 6, 7), share.ErrTotal),
		by("the whole of a class that was written down", from(9999, 2000, 4), shareclass.ErrWrittenDown),
		by("from what is owed, alone", from(9999, 20_000, 10), share.ErrSource),
		statetest.Try("from no account", 0, from(9999, 20_000, 10), account.ErrUnknown),
		statetest.Try("from the capital", 0, from(account.Capital, 20_000, 10), share.ErrSource),
		statetest.Try("from wages that are not owed", 0, from(2000, 20_000, 10), share.ErrSource),
		by("a part, more than one officer moves alone", from(0, 20_000, 10), charter.ErrAlone),
		by("199.99", parts(1999, 3), nil),
	})
	l.Sound()
}

func TestRefusalsOfIssue(t *testing.T) {
	l := refusalsLedger(t)
	defer l.Close()
	now := today(l)
	must(t, l, freeze{}, held{common}, member.Resign{Member: 7})
	on := func(day uint64, n ...uint64) share.Issue { return share.Issue{Subscriptions: n, Day: day} }
	by := func(name string, a state.Action, want *state.Rejection) statetest.Row {
		return statetest.Try(name, secretary, a, want)
	}
	l.Run(t, []statetest.Row{
		by("none", issue(), share.ErrBatch),
		by("descending", on(now+1, 99, 5), share.ErrOrder),
		statetest.Try("no authority", ada, on(now+1, 1, 3, 5, 8, 99), state.ErrAuthority),
		by("while a dividend is divided", on(now+1, 1, 3, 5, 8, 99), share.ErrFrozen),
		by("no such subscription", on(now+1, 1, 5, 8, 99), share.ErrSubscription).After(func() { must(t, l, thaw{}) }),
		by("unpaid", on(now+1, 1, 3, 5, 8), share.ErrUnpaid),
		by("a class that was written down", on(now+1, 1, 5, 8), shareclass.ErrWrittenDown),
		by("while members vote by the holdings", on(now+1, 1, 2, 8), share.ErrHeld),
		by("while they vote on a refund", on(now+1, 1, 2, 8), share.ErrVoted).After(func() { must(t, l, freed{common}) }),
		by("one who has left", on(now+1, 1, 2, 8), member.ErrStanding).After(func() { must(t, l, tally{[]uint64{1, 2, 5, 8}}) }),
		by("from tomorrow", on(now+1, 1, 2), share.ErrDate),
		by("from before the last operation", on(now-1, 1, 2), share.ErrEarlier),
		by("more than one officer moves alone", on(now, 1, 2), charter.ErrAlone),
		by("100.00", on(now, 1), nil),
		by("100.00 more that day", on(now, 2), charter.ErrAlone),
		by("issued", issue(1, 2), share.ErrIssued),
	})
	l.Sound()
}

func TestRefusalsOfTakingBack(t *testing.T) {
	l := refusalsLedger(t)
	defer l.Close()
	l.Must(ada, subscribe(ada, bond, 5))      // 10
	l.Must(ben, subscribe(ben, bond, 15_000)) // 11: 150.00
	l.Must(ben, subscribe(ben, bond, 15_000)) // 12: 150.00
	must(t, l, pay(10), issue(10))
	onTwoDays := func(by state.Member, a, then state.Action) {
		l.Must(by, a)
		l.Days(1)
		l.Must(by, then)
	}
	onTwoDays(treasurer, pay(11), pay(12))
	onTwoDays(secretary, issue(11), issue(12))
	must(t, l, freeze{}, held{bond})
	by := func(name string, a state.Action, want *state.Rejection) statetest.Row {
		return statetest.Try(name, treasurer, a, want)
	}
	paidBack := func(n ...uint64) share.Refund { return share.Refund{Subscriptions: n} }
	taken := func(n ...uint64) share.Correct { return share.Correct{Subscriptions: n} }
	l.Run(t, []statetest.Row{
		by("refund none", paidBack(), share.ErrBatch),
		by("refund descending", paidBack(9, 3), share.ErrOrder),
		by("refund without a reason", paidBack(1, 3, 9, 99), share.ErrReason),
		statetest.Try("refund without authority", ada, refund(1, 3, 9, 99), state.ErrAuthority),
		by("refund what is not there", refund(1, 2, 99), share.ErrSubscription),
		by("refund what is cancelled", refund(1, 2, 9), share.ErrCancelled),
		by("refund what is issued", refund(1, 2, 10), share.ErrIssued),
		by("refund what is unpaid", refund(1, 2, 3), share.ErrUnpaid),
		by("refund what members vote on", refund(1, 2), share.ErrVoted),

		by("correct none", taken(), share.ErrBatch),
		by("correct descending", taken(9, 3), share.ErrOrder),
		by("correct without a reason", taken(1, 3, 9, 99), share.ErrReason),
		statetest.Try("correct without authority", ada, correct(1, 3, 9, 99), state.ErrAuthority),
		by("correct what members vote on", correct(1, 3, 9, 99), share.ErrVoted),
		by("correct what is not there", correct(99), share.ErrSubscription).After(func() { must(t, l, tally{[]uint64{1, 2, 5, 8}}) }),
		by("correct what is cancelled", correct(1, 2, 9), share.ErrCancelled),
		by("correct what is unpaid", correct(1, 2, 3), share.ErrUnpaid),
		by("correct a payment and an issue", correct(1, 2, 10), share.ErrIssued),

		by("correct an issue while a dividend is divided", correct(10), share.ErrFrozen),
		by("or while members vote by the holdings", correct(10), share.ErrHeld).After(func() { must(t, l, thaw{}) }),
		by("an issue of yesterday", correct(12), share.ErrCapital).After(func() { must(t, l, freed{bond}) }),
		statetest.Try("all members take it back", 0, correct(11), nil),
		statetest.Try("more than they move in a day", 0, correct(12), charter.ErrMost),
		statetest.Try("the next day", 0, correct(12), nil).After(func() { l.Days(1) }),
		by("the payment of what was issued, of 300.00", correct(11, 12), share.ErrCapital),
		by("what all members confirmed, with it", correct(1, 11), account.ErrDecided),
		by("refund what was issued, of 300.00", refund(11, 12), share.ErrCapital),
		by("refund what all members confirmed, with it", refund(1, 11), account.ErrDecided),

		by("what all members confirmed, of 200.00", correct(1, 2), account.ErrDecided),
		by("refund what all members confirmed", refund(1, 2), account.ErrDecided),
		statetest.Try("they correct one", 0, correct(1), nil).After(func() { l.Days(1) }),
		by("confirmed by one", pay(1), nil),
		by("more than one officer moves in a day", correct(1), charter.ErrAlone),
		by("or pays back", refund(1), charter.ErrAlone),
		by("the next day it does", correct(1), nil).After(func() { l.Days(1) }),
	})
	l.Sound()
}
