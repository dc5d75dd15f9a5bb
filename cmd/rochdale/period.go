package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newPeriodCmd() *cobra.Command {
	return newNoun("period", groupCoops, "Close a year: patronage, surplus, allocation, payment",
		`  rochdale period open 2026
  rochdale period record 1 purchases figures.csv
  rochdale period declare 1
  rochdale period allocate 1 rule.json --propose 1 --title "Surplus of 2026"
  rochdale period explain 1 7`,
		newPeriodListCmd(), newPeriodShowCmd(), newPeriodPartsCmd(), newPeriodExplainCmd(),
		newPeriodOpenCmd(), newPeriodRecordCmd(), newPeriodCorrectCmd(), newPeriodDeclareCmd(), newPeriodReopenCmd(), newPeriodAllocateCmd(),
		newPeriodPayCmd(), newPeriodReturnCmd(), newPeriodSettleCmd())
}

// parsePeriod reads the number of a period.
func parsePeriod(text string) (surplus.Period, error) {
	n, err := parseNumber("period", text)
	if err == nil && n > 1<<32-1 {
		err = withHint(fault("there is no period %d", n), "see which there are: rochdale period list")
	}
	return surplus.Period(n), err
}

// measureNames are the words for what patronage is counted in.
func measureNames() []string {
	var out []string
	for m := surplus.Hours; m.Known(); m++ {
		out = append(out, m.String())
	}
	return out
}

func parseMeasure(text string) (surplus.Measure, error) {
	var m surplus.Measure
	if err := m.UnmarshalText([]byte(text)); err != nil {
		if near := nearest(text, measureNames()); near != "" {
			return 0, withHint(fault("no measure of patronage is called %q", text), "did you mean: %s", near)
		}
		return 0, withHint(fault("no measure of patronage is called %q", text), "the measures are: %s", strings.Join(measureNames(), ", "))
	}
	return m, nil
}

// quantity writes patronage as its measure has it, with a number of digits behind
// the point unless it is money.
func (r *reading) quantity(m surplus.Measure, q uint64, digits uint8) string {
	if m.InMoney() {
		return charter.Sum(r, q)
	}
	return words.Decimal(q, digits) + " " + m.String()
}

// parseQuantity reads patronage: an amount of money, or a number with at most so
// many digits behind the point.
func (r *reading) parseQuantity(m surplus.Measure, text string, digits uint8) (uint64, error) {
	if m.InMoney() {
		minor, err := r.parseMoney(text)
		if err == nil && minor <= 0 {
			err = withHint(fault("%q is not more than zero", text), "leave members without %v out", m)
		}
		return uint64(minor), err
	}
	n, err := figure.Quantity(m.String(), text, digits)
	if err == nil && n == 0 {
		return 0, withHint(fault("%q is not more than zero", text), "leave members without %v out", m)
	}
	return n, wrongFigure(err)
}

func newPeriodOpenCmd() *cobra.Command {
	var last string
	cmd := newActCmd("open NAME", "Open the next period", "  rochdale period open 2026 --last 2026-12-31", wantArgs("NAME"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			day, err := parseDay("--last", last)
			return act{kind: surplus.KindOpenPeriod, action: surplus.OpenPeriod{Name: args[0], Last: day},
				gives: "period", next: "record what members did: rochdale period record %d MEASURE FILE.csv"}, err
		})
	cmd.Long = `Open the next period. With --last it takes the entries of every day up to and with
that one, and the next can be opened while it is still being closed. Without, it
takes all entries until its surplus is declared.`
	addDayFlag(cmd, &last, "last", "the last day of the period")
	return cmd
}

func newPeriodReopenCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("reopen PERIOD", "Take a declared surplus back, for entries that came late",
		`  rochdale period reopen 1 --reason "an invoice of December" \
    --propose "two officers"`, wantArgs("PERIOD"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			p, err := parsePeriod(args[0])
			return act{kind: surplus.KindReopen, action: surplus.Reopen{Period: p, Reason: reason}, subject: fmt.Sprintf("period show %d", p),
				next: fmt.Sprintf("post what is missing, with --date; then: rochdale period declare %d", p)}, err
		})
	cmd.Long = `Take a declared surplus back, for entries that came late, and open the period again.
The journal keeps both, and the period counts how often that was done. While
members vote on the surplus, and once it is allocated, it stands.`
	addReasonFlag(cmd, &reason)
	return cmd
}

func newPeriodCorrectCmd() *cobra.Command {
	var comma bool
	cmd := newActCmd("correct PERIOD MEASURE MEMBER QUANTITY", "Take from a member's patronage what was recorded by mistake",
		"  rochdale period correct 1 purchases 7 12.50", wantArgs("PERIOD", "MEASURE", "MEMBER", "QUANTITY"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			p, err := parsePeriod(args[0])
			if err != nil {
				return act{}, err
			}
			measure, err := parseMeasure(args[1])
			if err != nil {
				return act{}, err
			}
			m, err := parseMember(args[2])
			if err != nil {
				return act{}, err
			}
			digits, _, err := s.digitsOf(p, measure)
			if err != nil {
				return act{}, err
			}
			if comma {
				args[3] = figure.Swapped(args[3])
			}
			q, err := s.parseQuantity(measure, args[3], digits)
			entries := []surplus.Figure{{Member: m, Quantity: q}}
			return act{kind: surplus.KindCorrect, action: surplus.Correct{Period: p, Measure: measure, Entries: entries, Digits: digits},
				subject: fmt.Sprintf("period show %d", p)}, err
		})
	cmd.Flags().BoolVar(&comma, "decimal-comma", false, "the quantity is written 1.234,50")
	cmd.ValidArgsFunction = completeArg(1, measureNames()...)
	return cmd
}

func newPeriodDeclareCmd() *cobra.Command {
	var last string
	cmd := newActCmd("declare PERIOD [SURPLUS]", "Declare a period's surplus and close its income and expense",
		"  rochdale period declare 1 21,000.00\n  rochdale period declare 1 --last 2026-12-31 --dry-run", wantArgs("PERIOD", "[SURPLUS]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			p, err := parsePeriod(args[0])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--last", last)
			if err != nil {
				return act{}, err
			}
			if st, err := surplus.PeriodOf(s, p); err == nil && st.Stage != surplus.Opened { // its books show nothing
				return act{}, refused(surplus.ErrStage.With("period %d is %v", p, st.Stage))
			}
			declared, _, err := account.Result(s, account.Period(p))
			if err == nil && len(args) > 1 {
				declared, err = s.parseMoney(args[1])
			}
			a := act{kind: surplus.KindDeclare, action: surplus.Declare{Period: p, Surplus: declared, Last: day},
				next: fmt.Sprintf("put the appropriation to members: rochdale period allocate %d RULE.json --propose KIND --title TEXT", p)}
			if declared < 0 {
				a.next = "a loss is not divided: it lies on account 3300 until a later surplus covers it, or members have the share capital bear it: rochdale share write-down LOSS --reason TEXT --propose KIND"
			}
			a.subject = fmt.Sprintf("period show %d", p)
			return a, err
		})
	cmd.Long = `Declare a period's surplus, and close its income and expense into unappropriated
surplus. Without SURPLUS it is what the books show; given, it has to be equal to
that. A loss is written with a minus, after "--": rochdale period declare 1 -- -50.00

A period that was opened without a last day takes every entry up to now. With --last
it ends on a day that has passed; what is dated after that belongs to the next. Entries
that are in the period already and dated after it are taken back first.`
	addDayFlag(cmd, &last, "last", "the last day of the period, if it was opened without")
	return cmd
}
