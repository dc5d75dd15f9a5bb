package wording

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Missing returns the rejection by which an action on the records of r's co-op would
// be refused because it names what does not exist there: a member, motion,
// subscription, account, entry or period. A program asks before it describes the
// action to someone who is to sign it. It returns nil for an action that names nothing
// or only what there is, and a fault as it is: where the records cannot be read.
func Missing(r state.Reader, a state.Action) error {
	var err error
	switch a := a.(type) {
	case member.Admit:
		_, err = member.Find(r, a.Member)
	case member.Suspend:
		_, err = member.Find(r, a.Member)
	case member.Reinstate:
		_, err = member.Find(r, a.Member)
	case member.Resign:
		_, err = member.Find(r, a.Member)
	case member.Rekey:
		_, err = member.Find(r, a.Member)
	case member.Appoint:
		_, err = member.Find(r, a.Member)
	case member.Dismiss:
		_, err = member.Find(r, a.Member)
	case ballot.Cast:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Declare:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Withdraw:
		_, _, err = ballot.Find(r, a.Motion)
	case ballot.Propose:
		err = missingIn(r, a)
	case account.Reverse:
		_, err = account.EntryOf(r, a.Entry)
	case account.Post:
		err = missingAccount(r, a.Lines)
	default:
		if err = missingSubscription(r, a); err == nil {
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
	}
	for _, n := range numbers {
		if _, err := share.SubscriptionOf(r, n); err != nil {
			return err
		}
	}
	return nil
}

func missingPeriod(r state.Reader, a state.Action) error {
	var p surplus.Period
	switch a := a.(type) {
	case surplus.Record:
		p = a.Period
	case surplus.Correct:
		p = a.Period
	case surplus.Declare:
		p = a.Period
	case surplus.Reopen:
		p = a.Period
	case surplus.Allocate:
		p = a.Period
	case surplus.Pay:
		p = a.Period
	case surplus.Return:
		p = a.Period
	case surplus.Settle:
		p = a.Period
	default:
		return nil
	}
	_, err := surplus.PeriodOf(r, p)
	return err
}
