package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// circleInfo is a circle as results show it.
type circleInfo struct {
	Circle    circle.Number  `json:"circle"`
	Name      string         `json:"name"`
	Mandate   string         `json:"mandate,omitempty"`  // what it is today, as all terms are
	Repealed  bool           `json:"repealed,omitempty"` // the text that is the mandate
	Review    string         `json:"review,omitempty"`   // day
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
	Given   stamp        `json:"given"`
	By      state.Actor  `json:"by"`
}

func budgetInfoOf(n uint32, b circle.Budget) budgetInfo {
	return budgetInfo{n, b.Account, b.Amount, b.Spent, b.Left(), dayStamp(b.Until).day(), stamp(b.Given), b.By}
}

// circleInfo is a circle as it is now, or who was in it on the day asked for: what its terms
// were then is on no record.
func (r *reading) circleInfo(n circle.Number, found circle.Circle, at asOf) (info circleInfo, err error) {
	t := found.Terms
	info = circleInfo{Circle: n, Name: found.Name, Created: stamp(found.Created), Dissolved: stamp(found.Dissolved)}
	if at.text != "" {
		info.Members, err = found.SatOn(r, n, at.day)
		return info, err
	}
	if info.Members, err = found.Sitting(r, n); err != nil {
		return info, err
	}
	info.Mandate, info.Open = t.Mandate, t.Open
	if t.Text != 0 {
		info.Mandate = document.Named(r, t.Text)
	}
	if t.Review != 0 {
		info.Review = dayStamp(t.Review).day()
	}
	if slices.Contains(info.Members, t.Convener) {
		info.Convener = t.Convener
	}
	today := state.DayOf(r.Time())
	if info.Repealed, err = t.Repealed(r, today); err != nil {
		return info, err
	}
	b, number, ok, err := found.InForce(r, n, today)
	if ok && err == nil {
		shown := budgetInfoOf(number, b)
		info.Budget = &shown
	}
	return info, err
}

// leftOf says what is left of a budget.
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
				err := circle.Lasting(r, circle.Number(page.from), func(n circle.Number, found circle.Circle) (bool, error) {
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
				if len(all) == 0 {
					note(cmd, "no circle lasts")
				}
				return show(cmd, all, func(w io.Writer) {
					t := newTable("circle", "name", "members", "left to spend")
					for _, c := range all {
						t.row(c.Circle, c.Name, len(c.Members), r.leftOf(c.Budget))
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

// recentPayments is how many a circle is shown with.
const recentPayments = 20

// circleShown is what is shown of a circle.
type circleShown struct {
	circleInfo
	Payments []circlePaymentInfo `json:"payments"` // the last ones
	Earlier  uint64              `json:"earlier"`  // payments
}

func newCircleShowCmd() *cobra.Command {
	var at asOf
	cmd := &cobra.Command{
		Use:     "show CIRCLE",
		Short:   "Show a circle: its mandate, members, budget and last payments",
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
				if all.Earlier > 0 {
					hint(cmd, "there are %d earlier payments: rochdale circle payments %d", all.Earlier, n)
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
	if all.circleInfo, err = r.circleInfo(n, found, at); err != nil {
		return all, err
	}
	all.Members = append([]state.Member{}, all.Members...)
	all.Payments = []circlePaymentInfo{}
	if at.text != "" {
		return all, nil
	}
	all.Earlier = found.Payments - min(found.Payments, recentPayments)
	all.Payments, _, err = r.circlePayments(n, found, all.Earlier+1, recentPayments)
	return all, err
}

func (r *reading) writeCircle(w io.Writer, c circleShown, at asOf) {
	budget, given, convener, joins, dissolved := r.leftOf(c.Budget), "", "", "whoever is appointed", ""
	if c.Budget != nil {
		given = fmt.Sprintf("budget %d, by %s", c.Budget.Number, wording.By(c.Budget.By, r.Coop()))
	}
	if c.Convener != 0 {
		convener = fmt.Sprintf("member %d", c.Convener)
	}
	if c.Open {
		joins = "any member"
	}
	if at.text != "" {
		budget, joins = "", ""
	}
	if c.Dissolved != 0 {
		dissolved = c.Dissolved.String()
	}
	if c.Repealed {
		c.Mandate += ", not in force: it spends nothing"
	}
	writeFacts(w, present(
		fact{"circle", fmt.Sprintf("%d, %s", c.Circle, c.Name)}, fact{"mandate", c.Mandate}, fact{"to be reviewed by", c.Review},
		fact{"who joins", joins}, fact{"members", or(memberNumbers(c.Members), "nobody")}, fact{"convener", convener},
		fact{"left to spend", budget}, fact{"given", given}, fact{"dissolved", dissolved})...)
	if len(c.Payments) > 0 {
		fmt.Fprintln(w)
		r.writePayments(w, c.Payments)
	}
}
