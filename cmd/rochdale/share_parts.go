package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newSharePayPartCmd() *cobra.Command {
	var each string
	var from uint16
	cmd := newActCmd("pay-part SUBSCRIPTIONS", "Record payments of parts of what subscriptions cost",
		`  rochdale share pay-part 1-700 --each 500.00
  rochdale share pay-part 4,7 --each 45.00 --account 2000`, wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			if err != nil {
				return act{}, err
			}
			amount, err := s.parseMoney(each)
			if err != nil {
				return act{}, err
			}
			m := share.PayPart{From: account.Code(from)}
			for _, n := range numbers {
				m.Payments = append(m.Payments, share.Payment{Subscription: n, Amount: amount})
			}
			return act{kind: share.KindPayPart, action: m, next: "issue what is paid up: rochdale share issue " + args[0]}, nil
		})
	cmd.Long = `Record that a part of the price of each subscription is in the bank or, with --account,
that it is paid from what the co-op owes its members, such as wages. What is paid up can
be issued: the whole shares that a part payment covers, or all at the last one.`
	cmd.Flags().StringVar(&each, "each", "", "what is paid of each subscription")
	cmd.Flags().Uint16Var(&from, "account", uint16(account.Bank), "account that is debited")
	must(cmd.MarkFlagRequired("each"))
	must(cmd.RegisterFlagCompletionFunc("each", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd)
	}))
	return cmd
}

func newShareCallCmd() *cobra.Command {
	var class uint16
	var due string
	cmd := newActCmd("call AMOUNT", "Ask for a part of the price of shares that are subscribed",
		`  rochdale share call 500.00 --due 2026-06-30 --propose "two officers"`, wantArgs("AMOUNT"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			amount, err := s.parseMoney(args[0])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--due", due)
			return act{kind: call.KindCall, action: call.Call{Class: shareclass.Number(class), Amount: amount, Due: day},
				next: "see who has not paid: rochdale share arrears"}, err
		})
	addClassFlag(cmd, &class)
	addDayFlag(cmd, &due, "due", "last day on which it is paid in time")
	must(cmd.MarkFlagRequired("due"))
	return cmd
}

// arrear is a subscription that is not paid up.
type arrear struct {
	Number   uint64            `json:"subscription"`
	Member   state.Member      `json:"member"`
	Class    shareclass.Number `json:"class"`
	Price    money.Amount      `json:"price"`    // of all its shares, minor units
	Received money.Amount      `json:"received"` // so far
	Rest     money.Amount      `json:"rest"`
	Arrears  money.Amount      `json:"arrears"` // of the rest, called and due
}

func newShareArrearsCmd() *cobra.Command {
	var page pageFlags
	var all bool
	cmd := &cobra.Command{
		Use:     "arrears",
		Short:   "List what is called for shares, due and not paid",
		Example: "  rochdale share arrears\n  rochdale share arrears --all",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listArrears(cmd, r, &page, all) })
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also what is not due yet")
	page.add(cmd, "subscription")
	addReadFlags(cmd)
	return cmd
}

// dueNow is what is due of each share of every class today.
func (r *reading) dueNow() (map[shareclass.Number]money.Amount, map[shareclass.Number]money.Amount, error) {
	due, pars := map[shareclass.Number]money.Amount{}, map[shareclass.Number]money.Amount{}
	err := shareclass.Range(r, func(n shareclass.Number, t shareclass.Terms) (bool, error) {
		var err error
		due[n], err = call.DueOn(r, n, state.DayOf(r.Time()))
		pars[n] = t.Par
		return true, err
	})
	return due, pars, err
}

func listArrears(cmd *cobra.Command, r *reading, page *pageFlags, all bool) error {
	due, pars, err := r.dueNow()
	if err != nil {
		return err
	}
	list := []arrear{}
	var next uint64
	err = share.Subscriptions(r, page.from, ^uint64(0), func(n uint64, s share.Subscription) (bool, error) {
		owed := s.Arrears(due[s.Class])
		if s.Status != share.Unpaid || owed == 0 && !all {
			return true, nil
		}
		if len(list) == page.limit {
			next = n
			return false, nil
		}
		price, err := money.Times(s.Units, pars[s.Class])
		list = append(list, arrear{n, s.Member, s.Class, price, s.Received, price - s.Received, owed})
		return true, err
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, next)
	}
	if len(list) == 0 {
		note(cmd, "nothing is in arrears on %s", words.Day(state.DayOf(r.Time())))
	}
	return show(cmd, list, func(w io.Writer) {
		t := newTable("subscription", "member", "class", "price", "received", "rest", "in arrears")
		for _, a := range list {
			t.row(a.Number, a.Member, a.Class, r.money(a.Price), r.money(a.Received), r.money(a.Rest), r.money(a.Arrears))
		}
		t.write(w)
	})
}
