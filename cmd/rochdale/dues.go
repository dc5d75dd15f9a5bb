package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newDuesCmd() *cobra.Command {
	return newNoun("dues", groupCoops, "Keep the dues of members",
		`  rochdale dues set --from 2027-01-01 --every 30 --amount 5.00 --propose 1
  rochdale dues record 4=5.00 7=15.00
  rochdale dues show 4`,
		newDuesListCmd(), newDuesShowCmd(), newDuesSetCmd(), newDuesDeclareCmd(), newDuesRecordCmd(), newDuesReturnCmd())
}

func newDuesSetCmd() *cobra.Command {
	var from, rate, least, every string
	var day uint8
	var amounts []string
	var to uint64
	cmd := newActCmd("set", "Set what members owe from a day on",
		`  rochdale dues set --from 2027-01-01 --every 30 --amount 5.00 --propose 1
  rochdale dues set --from 2027-01-01 --every month --amount 4.00 --propose 1
  rochdale dues set --from 2027-01-31 --every "3 months" --amount 9 --propose 1
  rochdale dues set --from 2028-01-01 --every year --amount 50 --propose 1
  rochdale dues set --from 2027-01-01 --every 30 --share 1% --least 2.00 \
    --propose 1
  rochdale dues set --from 2028-01-01 --propose 1`,
		cobra.NoArgs, true,
		func(_ *cobra.Command, s *session, _ []string) (act, error) {
			var m dues.Set
			err := readPeriod(&m, from, every, day)
			if err != nil {
				return act{}, err
			}
			for _, text := range amounts {
				a, err := s.parseMoney(text)
				if err != nil || a < 0 {
					return act{}, or2(err, fault("--amount %s is below zero", text))
				}
				m.Amounts = append(m.Amounts, uint64(a))
			}
			switch {
			case rate != "" && len(amounts) > 0:
				return act{}, withHint(fault("--amount and --share are two ways of saying what is due"), "give one or the other; the least of a share is --least")
			case rate != "":
				m.Sort = dues.Share
				if m.Rate, err = figure.Rate(rate); err != nil {
					return act{}, wrongFigure(err)
				}
			case len(amounts) == 1:
				m.Sort = dues.Fixed
			case len(amounts) > 1:
				m.Sort = dues.Sliding
			}
			if least != "" {
				a, err := s.parseMoney(least)
				if err != nil || a < 0 {
					return act{}, or2(err, fault("--least %s is below zero", least))
				}
				m.Least = uint64(a)
			}
			if m.Sort != 0 {
				if m.Account, err = parseAccount(fmt.Sprint(to)); err != nil {
					return act{}, err
				}
			}
			return act{kind: dues.KindSet, action: m, gives: "schedule", next: "see them with: rochdale dues list"}, nil
		})
	cmd.Long = `Set what members owe from a day to come on: of all (one --amount), by the bands that they
declare (several), or a share of their income; without any, nothing. What was due before
stays. A last schedule that has not begun is replaced by one from its day or before.`
	addDayFlag(cmd, &from, "from", "first day of the first period")
	cmd.Flags().StringVar(&every, "every", "", "length of a period: days, like 30; month, 3 months or year by the calendar")
	cmd.Flags().Uint8Var(&day, "day", 0, "of months: the day on which a period is due; 31 is the last of each [that of --from]")
	cmd.Flags().StringArrayVar(&amounts, "amount", nil, "due for a period; several for bands, the lowest first")
	cmd.Flags().StringVar(&rate, "share", "", "share of the income of a period, like 1% or 1/100")
	cmd.Flags().StringVar(&least, "least", "", "of a share, so much at least")
	cmd.Flags().Uint64Var(&to, "account", 4100, "account of income to which dues are posted")
	must(cmd.MarkFlagRequired("from"))
	for _, name := range []string{"every", "day", "amount", "share", "least", "account"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	return cmd
}

// readPeriod reads from when on, and how often, dues are due.
func readPeriod(m *dues.Set, from, every string, day uint8) (err error) {
	if m.From, err = parseDay("--from", from); err != nil {
		return err
	}
	if m.Days, m.Months, err = parseEvery(every); err != nil {
		return err
	}
	if m.Day = day; m.Day == 0 && m.Months > 0 {
		_, _, d := words.Date(m.From)
		m.Day = uint8(d)
	}
	return nil
}

// parseEvery reads the length of a period: in days, or in months of the calendar.
func parseEvery(text string) (days uint32, months uint8, err error) {
	if text == "" {
		return 0, 0, nil
	}
	number, unit, ok := strings.Cut(strings.TrimSpace(text), " ")
	if _, no := strconv.Atoi(number); no != nil && number != "" && !ok {
		number, unit = "1", number
	}
	bits := 32
	switch unit = strings.TrimSpace(unit); unit {
	case "month", "months", "year":
		bits = 8
	}
	n, err := strconv.ParseUint(number, 10, bits)
	switch {
	case err != nil:
	case unit == "" || unit == "day" || unit == "days":
		return uint32(n), 0, nil
	case (unit == "month" || unit == "months") && n > 0:
		return 0, uint8(n), nil
	case unit == "year" && n == 1:
		return 0, 12, nil
	}
	return 0, 0, withHint(fault("--every %q is no length of a period", text), `write it like 30, month, "3 months" or year`)
}

// or2 is the first of two errors that there is.
func or2(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func newDuesDeclareCmd() *cobra.Command {
	var band uint8
	var income string
	var serve serving
	cmd := newActCmd("declare", "Declare your band, or your income, for the dues",
		`  rochdale dues declare --band 2
  rochdale dues declare --income 1,800.00
  rochdale dues declare --band 2 --of 14 --paper signed.pdf`,
		cobra.NoArgs, true,
		func(cmd *cobra.Command, s *session, _ []string) (act, error) {
			who, paper, err := serve.read(cmd, s.member)
			if err != nil {
				return act{}, err
			}
			m := dues.Declare{Member: who, Band: band, Paper: paper}
			if income != "" {
				a, err := s.parseMoney(income)
				if err != nil || a < 0 {
					return act{}, or2(err, fault("--income %s is below zero", income))
				}
				m.Income = uint64(a)
			}
			return act{kind: dues.KindDeclare, action: m, next: fmt.Sprintf("see what is owed: rochdale dues show %d", who)}, nil
		})
	cmd.Long = `Declare your band, or your income of a period, for the dues from tomorrow on. With --of
and --paper, record what a member signed who has no key, if the charter lets you.`
	serve.add(cmd)
	cmd.Flags().Uint8Var(&band, "band", 0, "your band, from 1")
	cmd.Flags().StringVar(&income, "income", "", "your income of a period; everyone can read it")
	must(cmd.RegisterFlagCompletionFunc("band", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("income", cobra.NoFileCompletions))
	return cmd
}

// parseDues reads MEMBER=AMOUNT, in the order of the numbers.
func (r *reading) parseDues(args []string) ([]dues.Line, error) {
	var out []dues.Line
	for _, text := range args {
		who, amount, ok := strings.Cut(text, "=")
		if !ok {
			return nil, withHint(fault("%q is not MEMBER=AMOUNT", text), "write it like 7=5.00")
		}
		m, err := parseMember(strings.TrimSpace(who))
		if err != nil {
			return nil, err
		}
		a, err := r.parseMoney(strings.TrimSpace(amount))
		if err != nil || a <= 0 {
			return nil, or2(err, fault("%q: an amount must be more than zero", text))
		}
		out = append(out, dues.Line{Member: m, Amount: uint64(a)})
	}
	slices.SortFunc(out, func(a, b dues.Line) int { return int(int64(a.Member) - int64(b.Member)) })
	return out, nil
}

func newDuesRecordCmd() *cobra.Command {
	return newActCmd("record MEMBER=AMOUNT…", "Record that dues of members are in the bank",
		"  rochdale dues record 4=5.00 7=15.00", cobra.MinimumNArgs(1), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			lines, err := s.parseDues(args)
			return act{kind: dues.KindRecord, action: dues.Record{Lines: lines}}, err
		})
}

func newDuesReturnCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("return MEMBER=AMOUNT…", "Return dues, or correct what was recorded",
		`  rochdale dues return 7=10.00 --reason "paid twice" --propose "two officers"`,
		cobra.MinimumNArgs(1), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			lines, err := s.parseDues(args)
			return act{kind: dues.KindReturn, action: dues.Return{Lines: lines, Reason: reason}}, err
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

// scheduleInfo is a schedule as results show it.
type scheduleInfo struct {
	Number uint64 `json:"number"`
	From   stamp  `json:"from"`
	Dues   string `json:"dues"`
	dues.Schedule
}

func newDuesListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List what members owe, from which day on",
		Example: "  rochdale dues list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				all := []scheduleInfo{}
				err := dues.Schedules(r, func(n uint64, s dues.Schedule) (bool, error) {
					all = append(all, scheduleInfo{n, dayStamp(s.From), s.Words(r), s})
					return true, nil
				})
				if err != nil {
					return err
				}
				if len(all) == 0 {
					note(cmd, "no dues are set")
				}
				return show(cmd, all, func(w io.Writer) {
					t := newTable("schedule", "from", "dues of a member")
					for _, s := range all {
						t.row(s.Number, s.From.day(), s.Dues)
					}
					t.write(w)
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// owedInfo is what a member owes.
type owedInfo struct {
	Member   state.Member  `json:"member"`
	Day      string        `json:"day"`
	Periods  int           `json:"periods"`
	Due      money.Amount  `json:"due"`
	Paid     money.Amount  `json:"paid"`
	Arrears  money.Amount  `json:"arrears"` // below zero if more is paid
	Payments []paymentInfo `json:"payments"`
}

type paymentInfo struct {
	Number uint64       `json:"number"`
	Amount money.Amount `json:"amount"`
	Entry  uint64       `json:"entry"`
	Time   stamp        `json:"time"`
}

func newDuesShowCmd() *cobra.Command {
	var at asOf
	cmd := &cobra.Command{
		Use:     "show MEMBER",
		Short:   "Show what a member owes and has paid",
		Example: "  rochdale dues show 7\n  rochdale dues show 7 --at 2026-12-31 --json",
		Args:    wantArgs("MEMBER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := parseMember(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				if err := at.read(r); err != nil {
					return err
				}
				day := state.DayOf(r.Time())
				if at.text != "" {
					day = at.day
				}
				info, err := r.owed(m, day)
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { r.writeOwed(w, info) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addDayFlag(cmd, &at.text, "at", "due by the end of a day UTC")
	addReadFlags(cmd)
	return cmd
}

func (r *reading) owed(m state.Member, day uint64) (owedInfo, error) {
	st, err := dues.StatementOf(r, m, day)
	if err != nil {
		return owedInfo{}, err
	}
	info := owedInfo{
		Member: m, Day: dayStamp(day).day(), Periods: st.Periods, Due: st.Due, Paid: st.Paid, Arrears: st.Arrears(),
	}
	info.Payments, err = r.duesPayments(m)
	return info, err
}

func (r *reading) duesPayments(m state.Member) ([]paymentInfo, error) {
	all := []paymentInfo{}
	err := dues.Payments(r, m, func(n uint64, p dues.Payment) (bool, error) {
		all = append(all, paymentInfo{n, p.Amount, p.Entry, stamp(p.Time)})
		return true, nil
	})
	return all, err
}

func (r *reading) writeOwed(w io.Writer, info owedInfo) {
	arrears, ahead := r.money(info.Arrears), ""
	if info.Arrears <= 0 {
		arrears = "none"
		if info.Arrears < 0 {
			ahead = r.money(-info.Arrears)
		}
	}
	writeFacts(w, present(
		fact{"member", info.Member}, fact{"due", fmt.Sprintf("%s for %s by %s", r.money(info.Due), plural(uint64(info.Periods), "period"), info.Day)},
		fact{"paid", r.money(info.Paid)}, fact{"arrears", arrears}, fact{"paid ahead", ahead})...)
	if len(info.Payments) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := newTable("payment", "time", "amount", "entry")
	for _, p := range info.Payments {
		t.row(p.Number, p.Time, r.money(p.Amount), p.Entry)
	}
	t.write(w)
}
