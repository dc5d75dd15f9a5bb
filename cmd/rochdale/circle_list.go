package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// spellInfo is a spell of a member in a circle.
type spellInfo struct {
	Member  state.Member `json:"member"`
	Since   stamp        `json:"since"`
	By      state.Actor  `json:"by"`
	Joined  bool         `json:"joined,omitempty"` // by itself
	Drawing lot.Number   `json:"draw,omitempty"`
	Spends  string       `json:"spends,omitempty"`    // day from which on it spends
	Until   stamp        `json:"until,omitzero"`      // left, or was removed
	Left    string       `json:"left_coop,omitempty"` // day on which it was recorded that the member left the co-op
	EndedBy *state.Actor `json:"ended_by,omitempty"`
	Reason  string       `json:"reason,omitempty"`
}

func spellInfoOf(m state.Member, rec member.Record, s circle.Spell) spellInfo {
	info := spellInfo{
		Member: m, Since: stamp(s.Since), By: s.By, Joined: s.Joined, Drawing: s.Drawing, Spends: dayOrNone(s.Spends), Until: stamp(s.Until), Reason: s.Reason,
	}
	if s.Until != 0 {
		info.EndedBy = &s.EndedBy
	} else if day, left := s.Left(rec); left {
		info.Left = dayStamp(day).day()
	}
	return info
}

// from says how the member came into the circle of co-op own.
func (s spellInfo) from(own state.Coop) string {
	switch {
	case s.Joined:
		return "itself"
	case s.Drawing != 0:
		return fmt.Sprintf("%s, draw %d", wording.By(s.By, own), s.Drawing)
	}
	return wording.By(s.By, own)
}

// until says when the member left the circle of co-op own, and by whom.
func (s spellInfo) until(own state.Coop) string {
	switch {
	case s.Until != 0:
		return fmt.Sprintf("%s, by %s", s.Until.day(), wording.By(*s.EndedBy, own))
	case s.Left != "":
		return s.Left + ", left the co-op"
	}
	return ""
}

// newCirclePages makes a command that lists something of one circle, page by page. list
// returns how it is shown and the number of the first that is not shown, zero for none.
func newCirclePages[T any](name, short, what string, list func(r *reading, n circle.Number, found circle.Circle, page *pageFlags) (all []T, next uint64, write func(io.Writer), err error)) *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     name + " CIRCLE",
		Short:   short,
		Example: fmt.Sprintf("  rochdale circle %s 1\n  rochdale circle %s 1 --from 5 --json", name, name),
		Args:    wantArgs("CIRCLE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCircle(args[0])
			if err != nil {
				return err
			}
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				found, err := circle.Find(r, n)
				if err != nil {
					return err
				}
				all, next, write, err := list(r, n, found, &page)
				if err != nil {
					return err
				}
				if next != 0 {
					hint(cmd, "there are more: rochdale circle %s %d --from %d --limit %d", name, n, next, page.limit)
				}
				if len(all) == 0 {
					note(cmd, "circle %d has no %s from %d on", n, what, page.from)
				}
				return show(cmd, all, write)
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	page.add(cmd, what)
	addReadFlags(cmd)
	return cmd
}

func newCircleSeatsCmd() *cobra.Command {
	return newCirclePages("seats", "List who was ever in a circle, and by whom", "member",
		func(r *reading, n circle.Number, _ circle.Circle, page *pageFlags) ([]spellInfo, uint64, func(io.Writer), error) {
			all, members, next := []spellInfo{}, 0, state.Member(0)
			err := circle.Seats(r, n, state.Member(page.from), func(m state.Member, seat circle.Seat) (bool, error) {
				if members == page.limit {
					next = m
					return false, nil
				}
				members++
				rec, err := member.Peek(r, m)
				for _, s := range seat.Spells {
					all = append(all, spellInfoOf(m, rec, s))
				}
				return true, err
			})
			return all, uint64(next), func(w io.Writer) {
				t := newTable("member", "since", "seated by", "spends from", "until")
				for _, s := range all {
					t.row(s.Member, s.Since.day(), s.from(r.Coop()), s.Spends, s.until(r.Coop()))
				}
				t.write(w)
			}, err
		})
}

func newCircleBudgetsCmd() *cobra.Command {
	return newCirclePages("budgets", "List the budgets a circle has had, and who gave them", "budget",
		func(r *reading, n circle.Number, _ circle.Circle, page *pageFlags) ([]budgetInfo, uint64, func(io.Writer), error) {
			all, next := []budgetInfo{}, uint32(0)
			first := uint32(min(page.from, uint64(^uint32(0))))
			err := circle.Budgets(r, n, first, ^uint32(0), func(k uint32, b circle.Budget) (bool, error) {
				if len(all) == page.limit {
					next = k
					return false, nil
				}
				all = append(all, budgetInfoOf(k, b))
				return true, nil
			})
			return all, uint64(next), func(w io.Writer) {
				t := newTable("budget", "amount", "spent", "account", "until", "given", "by")
				for _, b := range all {
					t.row(b.Number, r.money(b.Amount), r.money(b.Spent), b.Account, b.Until, b.Given.day(), wording.By(b.By, r.Coop()))
				}
				t.write(w)
			}, err
		})
}

type circlePaymentInfo struct {
	Payment   uint64       `json:"payment"`
	Budget    uint32       `json:"budget"`
	Amount    money.Amount `json:"amount"`
	For       string       `json:"for"`
	By        state.Member `json:"by"`
	Proposed  stamp        `json:"proposed"`
	Lapsed    bool         `json:"lapsed,omitempty"` // nobody can confirm it any more
	Confirmer state.Member `json:"confirmer,omitempty"`
	Confirmed stamp        `json:"confirmed,omitzero"`
	Entry     uint64       `json:"entry,omitempty"`
	Returned  uint64       `json:"returned,omitempty"` // the entry that takes it back
}

func (p circlePaymentInfo) status() string {
	switch {
	case p.Returned != 0:
		return "returned"
	case p.Confirmer != 0:
		return fmt.Sprintf("paid, member %d confirmed", p.Confirmer)
	case p.Lapsed:
		return "lapsed"
	}
	return "to be confirmed"
}

// circlePayments are those of a circle from one on, and the number of the first beyond limit,
// zero for none.
func (r *reading) circlePayments(n circle.Number, found circle.Circle, from uint64, limit int) (all []circlePaymentInfo, next uint64, err error) {
	all = []circlePaymentInfo{}
	b, err := circle.BudgetOf(r, n, found.Budgets)
	if err != nil {
		return nil, 0, err
	}
	today := state.DayOf(r.Time())
	err = circle.Payments(r, n, from, ^uint64(0), func(k uint64, p circle.Payment) (bool, error) {
		if len(all) == limit {
			next = k
			return false, nil
		}
		all = append(all, circlePaymentInfo{
			k, p.Budget, p.Amount, p.For, p.By, stamp(p.Proposed), found.Lapsed(p, b, today), p.Confirmer, stamp(p.Confirmed), p.Entry, p.Returned,
		})
		return true, nil
	})
	return all, next, err
}

func (r *reading) writePayments(w io.Writer, all []circlePaymentInfo) {
	t := newTable("payment", "amount", "for", "proposed by", "status")
	for _, p := range all {
		t.row(p.Payment, r.money(p.Amount), p.For, p.By, p.status())
	}
	t.write(w)
}

func newCirclePaymentsCmd() *cobra.Command {
	return newCirclePages("payments", "List what a circle proposed to pay for", "payment",
		func(r *reading, n circle.Number, found circle.Circle, page *pageFlags) ([]circlePaymentInfo, uint64, func(io.Writer), error) {
			all, next, err := r.circlePayments(n, found, page.from, page.limit)
			return all, next, func(w io.Writer) { r.writePayments(w, all) }, err
		})
}
