package main

import (
	"cmp"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newSharePayPartCmd() *cobra.Command {
	var each, csv string
	var from, class uint16
	var pays sheet.File
	cmd := newActCmd("pay-part [SUBSCRIPTIONS]", "Record payments of parts of what subscriptions cost",
		`  rochdale share pay-part 1-700 --each 500.00
  rochdale share pay-part 4,7 --each 45.00 --account 2000
  rochdale share pay-part --csv pay.csv --account 2000 \
    --propose "two officers"`, cobra.MaximumNArgs(1), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m, next := share.PayPart{From: account.Code(from)}, "issue what is paid up: rochdale share issue SUBSCRIPTIONS"
			if csv != "" {
				if err := openTable(cmd, &pays, csv); err != nil {
					return act{}, err
				}
				if len(args) > 0 || each != "" {
					return act{}, withHint(fault("--csv says who pays how much"), "leave SUBSCRIPTIONS and --each out")
				}
				payments, err := s.partsOfPay(cmd, shareclass.Number(class), pays)
				m.Payments = payments
				return act{kind: share.KindPayPart, action: m, next: next}, err
			}
			if len(args) == 0 || each == "" {
				return act{}, withHint(fault("SUBSCRIPTIONS and --each are missing"), "or give the pay of members: --csv FILE")
			}
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			if err != nil {
				return act{}, err
			}
			amount, err := s.parseMoney(each)
			if err != nil {
				return act{}, err
			}
			for _, n := range numbers {
				m.Payments = append(m.Payments, share.Payment{Subscription: n, Amount: amount})
			}
			return act{kind: share.KindPayPart, action: m, next: "issue what is paid up: rochdale share issue " + args[0]}, nil
		})
	cmd.Long = `Record that a part of the price of each subscription is in the bank or, with --account,
that it is paid from what the co-op owes its members, such as wages. What is paid up can
be issued: the whole shares that a part payment covers, or all at the last one.

With --csv the parts are reckoned by the rule of the class, share set-rules --of-pay. Each
line of the file is a member number and the pay of that member: so much of it goes to the
member's open subscription, rounded down to the cent, until the target is held. What each
is paid stays in the file; the ledger gets the parts.`
	cmd.Flags().StringVar(&each, "each", "", "what is paid of each subscription")
	cmd.Flags().Uint16Var(&from, "account", uint16(account.Bank), "account that is debited")
	cmd.Flags().StringVar(&csv, "csv", "", "table of the pay of members: member,pay")
	addClassFlag(cmd, &class)
	pays.Columns = []sheet.Column{{Name: "member"}, {Name: "pay", Figure: true}}
	addSheetFlags(cmd, &pays)
	pays.CommaOption = "--decimal-comma"
	cmd.Flags().BoolVar(&pays.DecimalComma, "decimal-comma", false, "the file's pay is written 1.234,50")
	must(cmd.MarkFlagFilename("csv", "csv", "json"))
	must(cmd.RegisterFlagCompletionFunc("each", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd)
	}))
	return cmd
}

// partsOfPay are the payments that the rule of a class makes of the pay of members. Whoever
// pays nothing is named.
func (s *session) partsOfPay(cmd *cobra.Command, class shareclass.Number, pays sheet.File) ([]share.Payment, error) {
	rules, err := shareclass.RulesOf(s, class)
	if err != nil {
		return nil, explainRead(err)
	}
	if rules.OfPay.Num == 0 {
		return nil, withHint(fault("no part of pay goes to shares of class %d", class), "see its rules: rochdale share rules %d; members set it with share set-rules --of-pay", class)
	}
	var out []share.Payment
	seen := map[state.Member]int{}
	err = readTableToFirst(pays, func(row sheet.Row) error {
		m, err := memberOnce(row, seen)
		if err != nil {
			return err
		}
		pay, err := s.parseMoney(row.Cell("pay"))
		if err != nil {
			return err
		}
		number, part, err := call.PartOfPay(s, class, m, pay)
		switch {
		case err != nil:
			return err
		case number == 0:
			note(cmd, "member %d has no open subscription of class %d, and pays nothing", m, class)
		case part == 0:
			note(cmd, "member %d pays nothing: the target is held, or the pay is too small", m)
		default:
			out = append(out, share.Payment{Subscription: number, Amount: part})
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = withHint(fault("nobody in %s pays a part", pays.Path), "see what is open: rochdale share arrears --all")
	}
	if len(out) > share.MaxBatch {
		err = withHint(fault("%s has %d payments, at most %d go into one act", pays.Path, len(out), share.MaxBatch), "divide the file")
	}
	slices.SortFunc(out, func(a, b share.Payment) int { return cmp.Compare(a.Subscription, b.Subscription) })
	return out, err
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
		owed := call.Arrears(s, due[s.Class])
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
