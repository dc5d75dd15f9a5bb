package wording

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// Missing returns the rejection by which an action on the records of r's co-op would
// be refused because it names what does not exist there: a member, motion,
// subscription, class of shares, account, entry, period or step of one. A program asks
// before it describes the action to someone who is to sign it. It returns nil for an
// action that names nothing or only what there is, and a fault as it is: where the
// records cannot be read.
func Missing(r state.Reader, a state.Action) error {
	var err error
	if about, ok := a.(state.Concerner); ok {
		if m := about.Concerns(); m != 0 { // zero if it is about several
			if _, err = member.Find(r, m); err != nil {
				return err
			}
		}
	}
	switch a := a.(type) {
	case ballot.Cast:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Declare:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Withdraw:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Propose:
		err = missingIn(r, a)
	case share.Subscribe:
		_, err = shareclass.TermsOf(r, a.Class)
	case shareclass.SetRules:
		if a.Class != 0 {
			_, err = shareclass.TermsOf(r, a.Class)
		}
	case call.Call:
		_, err = shareclass.TermsOf(r, a.Class)
	case withdrawal.Request:
		_, err = shareclass.TermsOf(r, a.Class)
	case holding.Convert:
		if _, err = shareclass.TermsOf(r, a.Class); err == nil {
			_, err = shareclass.TermsOf(r, a.Into)
		}
	case holding.Transfer:
		err = missingHolder(r, a.Class, a.To)
	case holding.Transmit:
		err = missingHolder(r, a.Class, a.From, a.To)
	case holding.Forfeit:
		err = missingHolder(r, a.Class, a.Member)
	case holding.Bonus:
		if err = missingHolder(r, a.Class, a.Entries[len(a.Entries)-1].Member); err == nil {
			_, err = account.Find(r, a.From)
		}
	case account.Reverse:
		_, err = account.EntryOf(r, a.Entry)
	case account.Post:
		err = missingAccount(r, a.Lines)
	default:
		if err = missingSubscription(r, a); err == nil {
			err = missingRequest(r, a)
		}
		if err == nil {
			err = missingPeriod(r, a)
		}
	}
	return err
}

// missingIn looks at what a motion carries, unless its proposer does not mind that it
// would be refused today.
func missingIn(r state.Reader, m ballot.Propose) error {
	if m.Anyway {
		return nil
	}
	for _, c := range m.Action {
		a, err := Read(c.Kind, c.Payload)
		if err == nil {
			err = Missing(r, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func missingAccount(r state.Reader, lines []account.Line) error {
	for _, l := range lines {
		if _, err := account.Find(r, l.Account); err != nil {
			return err
		}
	}
	return nil
}

func missingSubscription(r state.Reader, a state.Action) error {
	var numbers []uint64
	switch a := a.(type) {
	case share.Cancel:
		numbers = []uint64{a.Subscription}
	case share.ConfirmPayment:
		numbers = a.Subscriptions
	case share.Issue:
		numbers = a.Subscriptions
	case share.Refund:
		numbers = a.Subscriptions
	case share.Correct:
		numbers = a.Subscriptions
	case share.PayPart:
		for _, p := range a.Payments {
			numbers = append(numbers, p.Subscription)
		}
	}
	for _, n := range numbers {
		if _, err := share.SubscriptionOf(r, n); err != nil {
			return err
		}
	}
	return nil
}

// missingHolder looks at a class of shares and at members.
func missingHolder(r state.Reader, class shareclass.Number, members ...state.Member) error {
	_, err := shareclass.TermsOf(r, class)
	for _, m := range members {
		if err == nil {
			_, err = member.Find(r, m)
		}
	}
	return err
}

func missingRequest(r state.Reader, a state.Action) error {
	var numbers []uint64
	switch a := a.(type) {
	case withdrawal.Cancel:
		numbers = []uint64{a.Request}
	case withdrawal.Redeem:
		numbers = a.Requests
	case withdrawal.Pay:
		numbers = a.Requests
	case withdrawal.Deduct:
		numbers = []uint64{a.Request}
	case withdrawal.SetAside:
		numbers = []uint64{a.Request}
	case withdrawal.Lapse:
		numbers = []uint64{a.Request}
	}
	for _, n := range numbers {
		if _, err := withdrawal.Find(r, n); err != nil {
			return err
		}
	}
	return nil
}

// missingPeriod looks at a period, and at the members, the step and the accounts that an
// action names in it.
func missingPeriod(r state.Reader, a state.Action) error {
	var p surplus.Period
	var members []state.Member
	var step uint8
	var steps []surplus.Step
	switch a := a.(type) {
	case surplus.Record:
		p, members = a.Period, numbersIn(a.Entries)
	case surplus.Correct:
		p, members = a.Period, numbersIn(a.Entries)
	case surplus.Declare:
		p = a.Period
	case surplus.Reopen:
		p = a.Period
	case surplus.Allocate:
		p, steps = a.Period, a.Steps
	case payout.Pay:
		p, step, members = a.Period, a.Step, a.Members
	case payout.Return:
		p, step, members = a.Period, a.Step, a.Members
	case payout.Settle:
		p, step, members, steps = a.Period, a.Step, a.Members, []surplus.Step{{Account: a.Account}}
	default:
		return nil
	}
	_, err := surplus.PeriodOf(r, p)
	if err == nil && step != 0 {
		_, err = surplus.AllotmentOf(r, p, step)
	}
	for _, s := range steps {
		if err == nil && s.Account != 0 {
			_, err = account.Find(r, s.Account)
		}
		if err == nil && s.Class != 0 {
			_, err = shareclass.TermsOf(r, s.Class)
		}
	}
	if err == nil && len(members) > 0 {
		_, err = member.Find(r, slices.Max(members)) // a register has no gaps
	}
	return err
}

func numbersIn(figures []surplus.Figure) (out []state.Member) {
	for _, f := range figures {
		out = append(out, f.Member)
	}
	return out
}
