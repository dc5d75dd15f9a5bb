package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// circleInfo is a circle as results show it.
type circleInfo struct {
	Circle    circle.Number  `json:"circle"`
	Name      string         `json:"name"`
	Mandate   string         `json:"mandate"`
	Review    string         `json:"review,omitempty"` // day
	Convener  state.Member   `json:"convener,omitempty"`
	Open      bool           `json:"open,omitempty"`
	Created   stamp          `json:"created"`
	Dissolved stamp          `json:"dissolved,omitzero"`
	Members   []state.Member `json:"members"`
	Budget    *budgetInfo    `json:"budget,omitempty"` // in force
}

// budgetInfo is a budget as results show it.
type budgetInfo struct {
	Number  uint32       `json:"number"`
	Account account.Code `json:"account"`
	Amount  money.Amount `json:"amount"`
	Spent   money.Amount `json:"spent"`
	Left    money.Amount `json:"left"`
	Until   string       `json:"until"` // last day
}

// circleInfo is a circle with its members of now, or of the day asked for.
func (r *reading) circleInfo(n circle.Number, found circle.Circle, at asOf) (info circleInfo, err error) {
	t := found.Terms
	info = circleInfo{Circle: n, Name: found.Name, Mandate: t.Mandate, Open: t.Open, Created: stamp(found.Created), Dissolved: stamp(found.Dissolved)}
	if t.Text != 0 {
		info.Mandate = document.Named(r, t.Text)
	}
	if t.Review != 0 {
		info.Review = dayStamp(t.Review).day()
	}
	if at.text != "" {
		info.Members, err = found.SatOn(r, n, at.day)
		return info, err
	}
	if info.Members, err = found.Sitting(r, n); err != nil {
		return info, err
	}
	if slices.Contains(info.Members, t.Convener) {
		info.Convener = t.Convener
	}
	b, number, ok, err := found.InForce(r, n, state.DayOf(r.Time()))
	if ok && err == nil {
		info.Budget = &budgetInfo{number, b.Account, b.Amount, b.Spent, b.Left(), dayStamp(b.Until).day()}
	}
	return info, err
}

// left says what is left of a budget.
func (r *reading) leftOf(b *budgetInfo) string {
	if b == nil {
		return "none"
	}
	return fmt.Sprintf("%s of %s up to %s", r.money(b.Left), r.money(b.Amount), b.Until)
}

func newCircleListCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the circles that last",
		Example: "  rochdale circle list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				all := []circleInfo{}
				err := circle.Range(r, circle.Number(page.from), ^circle.Number(0), func(n circle.Number, found circle.Circle) (bool, error) {
					if found.Dissolved != 0 {
						return true, nil
					}
					if len(all) == page.limit {
						page.more(cmd, uint64(n))
						return false, nil
					}
					info, err := r.circleInfo(n, found, asOf{})
					all = append(all, info)
					return true, err
				})
				if err != nil {
					return err
				}
				return show(cmd, all, func(w io.Writer) {
					t := newTable("circle", "name", "members", "left to spend")
					for _, c := range all {
						t.row(c.Circle, c.Name, or(memberNumbers(c.Members), "nobody"), r.leftOf(c.Budget))
					}
					t.write(w)
				})
			})
		},
	}
	page.add(cmd, "circle")
	addReadFlags(cmd)
	return cmd
}

// circleShown is all that is shown of a circle.
type circleShown struct {
	circleInfo
	Seats    []spellInfo         `json:"seats"`
	Payments []circlePaymentInfo `json:"payments"`
}

// spellInfo is a spell of a member in a circle.
type spellInfo struct {
	Member  state.Member `json:"member"`
	Since   stamp        `json:"since"`
	By      state.Actor  `json:"by"`
	Drawing lot.Number   `json:"draw,omitempty"`
	Spends  string       `json:"spends,omitempty"` // day from which on it spends
	Until   stamp        `json:"until,omitzero"`   // left, or was removed; leaving the co-op is on the register
	Reason  string       `json:"reason,omitempty"`
}

type circlePaymentInfo struct {
	Payment   uint64       `json:"payment"`
	Budget    uint32       `json:"budget"`
	Amount    money.Amount `json:"amount"`
	For       string       `json:"for"`
	By        state.Member `json:"by"`
	Proposed  stamp        `json:"proposed"`
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
	}
	return "to be confirmed"
}

func newCircleShowCmd() *cobra.Command {
	var at asOf
	cmd := &cobra.Command{
		Use:     "show CIRCLE",
		Short:   "Show a circle: its mandate, members, budget and payments",
		Example: "  rochdale circle show 1\n  rochdale circle show 1 --at 2026-12-31 --json",
		Args:    wantArgs("CIRCLE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCircle(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				if err := at.read(r); err != nil {
					return err
				}
				all, err := r.circleShown(n, at)
				if err != nil {
					return err
				}
				return show(cmd, all, func(w io.Writer) { r.writeCircle(w, all, at) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addDayFlag(cmd, &at.text, "at", "who was in it at the end of a day UTC")
	addReadFlags(cmd)
	return cmd
}

func (r *reading) circleShown(n circle.Number, at asOf) (all circleShown, err error) {
	found, err := circle.Find(r, n)
	if err != nil {
		return all, err
	}
	all.Seats, all.Payments = []spellInfo{}, []circlePaymentInfo{}
	if all.circleInfo, err = r.circleInfo(n, found, at); err != nil {
		return all, err
	}
	all.Members = append([]state.Member{}, all.Members...)
	err = circle.Seats(r, n, func(m state.Member, seat circle.Seat) (bool, error) {
		for _, s := range seat.Spells {
			info := spellInfo{Member: m, Since: stamp(s.Since), By: s.By, Drawing: s.Drawing, Until: stamp(s.Until), Reason: s.Reason}
			if s.Spends != 0 {
				info.Spends = dayStamp(s.Spends).day()
			}
			all.Seats = append(all.Seats, info)
		}
		return true, nil
	})
	if err != nil {
		return all, err
	}
	err = circle.Payments(r, n, 0, ^uint64(0), func(k uint64, p circle.Payment) (bool, error) {
		all.Payments = append(all.Payments, circlePaymentInfo{
			k, p.Budget, p.Amount, p.For, p.By, stamp(p.Proposed), p.Confirmer, stamp(p.Confirmed), p.Entry, p.Returned,
		})
		return true, nil
	})
	return all, err
}

func (r *reading) writeCircle(w io.Writer, c circleShown, at asOf) {
	budget, convener, joins := r.leftOf(c.Budget), "", "whoever is appointed"
	if at.text != "" {
		budget = ""
	}
	if c.Convener != 0 {
		convener = fmt.Sprintf("member %d", c.Convener)
	}
	if c.Open {
		joins = "any member"
	}
	dissolved := ""
	if c.Dissolved != 0 {
		dissolved = c.Dissolved.String()
	}
	writeFacts(w, present(
		fact{"circle", fmt.Sprintf("%d, %s", c.Circle, c.Name)}, fact{"mandate", c.Mandate}, fact{"to be reviewed by", c.Review},
		fact{"who joins", joins}, fact{"members", or(memberNumbers(c.Members), "nobody")}, fact{"convener", convener},
		fact{"left to spend", budget}, fact{"dissolved", dissolved})...)
	if len(c.Payments) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := newTable("payment", "amount", "for", "proposed by", "status")
	for _, p := range c.Payments {
		t.row(p.Payment, r.money(p.Amount), p.For, p.By, p.status())
	}
	t.write(w)
}
