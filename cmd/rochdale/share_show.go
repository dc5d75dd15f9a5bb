package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// classInfo is a class of shares with its figures.
type classInfo struct {
	Class shareclass.Number `json:"class"`
	shareclass.Terms
	share.Totals
}

// shareClasses reads every class of shares.
func (r *reading) shareClasses() ([]classInfo, error) {
	out := []classInfo{}
	err := shareclass.Range(r, func(n shareclass.Number, t shareclass.Terms) (bool, error) {
		rules, err := shareclass.RulesOf(r, n)
		if err != nil {
			return false, err
		}
		t.MinHolding, t.MaxHolding = rules.MinHolding, rules.MaxHolding // those of today
		totals, err := share.TotalsOf(r, n)
		out = append(out, classInfo{n, t, totals})
		return true, err
	})
	return out, err
}

// valueOf is units at par as money, or "?" if out of range.
func (r *reading) valueOf(t shareclass.Terms, units uint64) string {
	sum, err := money.Times(units, t.Par)
	if err != nil {
		return "?"
	}
	return r.money(sum)
}

func newShareClassesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "classes",
		Short:   "List the classes of shares and what is issued of them",
		Example: "  rochdale share classes --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				classes, err := r.shareClasses()
				if err != nil {
					return err
				}
				if len(classes) == 0 {
					note(cmd, "there are no classes of shares")
				}
				return show(cmd, classes, func(w io.Writer) {
					t := newTable("class", "name", "par", "a member holds", "issued", "holders", "capital")
					for _, c := range classes {
						par := r.money(c.Par)
						if c.Lost > 0 {
							par += ", worth " + r.money(c.Value())
						}
						t.row(c.Class, c.Name, par, fmt.Sprintf("%d to %d", c.MinHolding, c.MaxHolding),
							formatCount(int64(c.Units)), formatCount(int64(c.Holders)), r.money(c.Capital))
					}
					t.write(w)
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// holdingInfo is what one member has of one class.
type holdingInfo struct {
	Member  state.Member      `json:"member"`
	Class   shareclass.Number `json:"class"`
	Name    string            `json:"class_name,omitempty"`
	Units   uint64            `json:"units"`
	Pending uint64            `json:"pending"` // subscribed, neither issued nor cancelled
	Value   money.Amount      `json:"value"`   // of the units, in minor units

	terms shareclass.Terms
}

func holdingInfoOf(m state.Member, class shareclass.Number, t shareclass.Terms, h share.Holding) (holdingInfo, error) {
	value, err := money.Times(h.Units, t.Value())
	if err != nil {
		err = fmt.Errorf("member %d's shares of class %d: %w", m, class, err)
	}
	return holdingInfo{m, class, t.Name, h.Units, h.Pending, value, t}, err
}

func newShareListCmd() *cobra.Command {
	var page pageFlags
	var class uint16
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the register of one class of shares",
		Example: "  rochdale share list\n  rochdale share list --class 2 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listHoldings(cmd, r, shareclass.Number(class), &page) })
		},
	}
	addClassFlag(cmd, &class)
	page.add(cmd, "member")
	addReadFlags(cmd)
	return cmd
}

func listHoldings(cmd *cobra.Command, r *reading, class shareclass.Number, page *pageFlags) error {
	terms, err := shareclass.TermsOf(r, class)
	if err != nil {
		return err
	}
	totals, err := share.TotalsOf(r, class)
	if err != nil {
		return err
	}
	holdings := []holdingInfo{}
	var next state.Member
	err = share.RangeHoldings(r, class, state.Member(page.from), ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
		if h.Units+h.Pending == 0 {
			return true, nil
		}
		if len(holdings) == page.limit {
			next = m
			return false, nil
		}
		info, err := holdingInfoOf(m, class, terms, h)
		holdings = append(holdings, info)
		return true, err
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, uint64(next))
	}
	at := "at par"
	if terms.Lost > 0 {
		at = fmt.Sprintf("written down to %s a share from %s", r.money(terms.Value()), r.money(terms.Par))
	}
	note(cmd, "class %d, %s: %s issued to %s, %s %s", class, terms.Name, plural(totals.Units, "share"),
		plural(totals.Holders, "member"), r.money(totals.Capital), at)
	return show(cmd, holdings, func(w io.Writer) {
		t := newTable("member", "shares", "value", "subscribed")
		for _, h := range holdings {
			t.row(h.Member, formatCount(int64(h.Units)), r.money(h.Value), formatCount(int64(h.Pending)))
		}
		t.write(w)
	})
}

func newShareShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show MEMBER",
		Short:   "Show what a member holds and has subscribed",
		Example: "  rochdale share show 7",
		Args:    wantArgs("MEMBER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return read(cmd, func(r *reading) error {
				m, err := r.memberNamed(args[0])
				if err != nil {
					return err
				}
				holdings, err := r.holdingsOf(m)
				if err != nil {
					return err
				}
				if len(holdings) == 0 {
					note(cmd, "member %d holds no shares and has subscribed none", m)
				}
				return show(cmd, holdings, func(w io.Writer) { r.writeHoldings(w, holdings) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addReadFlags(cmd)
	return cmd
}

// holdingsOf is what a member has of every class, classes with nothing left out.
func (r *reading) holdingsOf(m state.Member) ([]holdingInfo, error) {
	out := []holdingInfo{}
	err := shareclass.Range(r, func(n shareclass.Number, t shareclass.Terms) (bool, error) {
		h, err := share.HoldingOf(r, n, m)
		if err != nil || h.Units+h.Pending == 0 {
			return true, err
		}
		info, err := holdingInfoOf(m, n, t, h)
		out = append(out, info)
		return true, err
	})
	return out, err
}

func (r *reading) writeHoldings(w io.Writer, holdings []holdingInfo) {
	t := newTable("class", "name", "shares", "value", "subscribed")
	for _, h := range holdings {
		t.row(h.Class, h.Name, formatCount(int64(h.Units)), r.money(h.Value), formatCount(int64(h.Pending)))
	}
	t.write(w)
}

// subscriptionInfo is a subscription as results show it.
type subscriptionInfo struct {
	Number uint64 `json:"subscription"`
	share.Subscription
	Time stamp `json:"time"`
}

// at is a subscription's status, and that it was issued once if it was.
func (s subscriptionInfo) at() string {
	if s.Unissued {
		return s.Status.String() + ", issue taken back"
	}
	return s.Status.String()
}

func newShareSubscriptionsCmd() *cobra.Command {
	var page pageFlags
	var status string
	words := []string{}
	for s := share.Unpaid; s <= share.Refunded; s++ {
		words = append(words, s.String())
	}
	cmd := &cobra.Command{
		Use:     "subscriptions",
		Short:   "List subscriptions and their status",
		Example: "  rochdale share subscriptions --status unpaid",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			if err := checkWord("--status", status, words); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listSubscriptions(cmd, r, &page, status) })
		},
	}
	page.add(cmd, "subscription")
	cmd.Flags().StringVar(&status, "status", "", "only those that are "+list(words, "or"))
	must(cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
	addReadFlags(cmd)
	return cmd
}

func listSubscriptions(cmd *cobra.Command, r *reading, page *pageFlags, status string) error {
	subs := []subscriptionInfo{}
	var next uint64
	err := share.Subscriptions(r, page.from, ^uint64(0), func(n uint64, s share.Subscription) (bool, error) {
		if status != "" && s.Status.String() != status {
			return true, nil
		}
		if len(subs) == page.limit {
			next = n
			return false, nil
		}
		subs = append(subs, subscriptionInfo{n, s, stamp(s.Time)})
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, next)
	}
	if len(subs) == 0 {
		note(cmd, "no subscriptions to show")
	}
	return show(cmd, subs, func(w io.Writer) {
		t := newTable("subscription", "status", "member", "class", "shares", "amount", "subscribed")
		for _, s := range subs {
			amount := "?"
			if terms, err := shareclass.TermsOf(r, s.Class); err == nil {
				amount = r.valueOf(terms, s.Units)
			}
			t.row(s.Number, s.at(), s.Member, s.Class, formatCount(int64(s.Units)), amount, s.Time)
		}
		t.write(w)
	})
}
