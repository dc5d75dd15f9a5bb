package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// periodStatement is a period's own record, with its times as results show them.
type periodStatement struct {
	surplus.Statement
	Opened   stamp `json:"opened_at"`
	ClosedOn stamp `json:"closed_at"`
	Divided  stamp `json:"allocated_at"`
}

func stamped(s surplus.Statement) periodStatement {
	return periodStatement{s, stamp(s.OpenedAt), stamp(s.ClosedAt), stamp(s.AllocatedAt)}
}

// explanationInfo is an explanation with its times as results show them.
type explanationInfo struct {
	surplus.Explanation
	Statement periodStatement `json:"statement"`
	Recorded  []recordedInfo  `json:"recorded"` // of the member in the period; empty if nothing is
}

// recordedInfo is what is recorded of one member's dealings in a period.
type recordedInfo struct {
	Measure  string `json:"measure"`
	Quantity uint64 `json:"quantity"`
	Digits   uint8  `json:"digits"`

	words string
}

// recorded gathers a member's figures of a period, measure by measure.
func (r *reading) recorded(p surplus.Period, m state.Member) ([]recordedInfo, error) {
	out := []recordedInfo{}
	for measure := surplus.Hours; measure.Known(); measure++ {
		q, err := surplus.FigureOf(r, p, measure, m)
		if err != nil {
			return out, err
		}
		if q == 0 {
			continue
		}
		t, err := surplus.TallyOf(r, p, measure)
		if err != nil {
			return out, err
		}
		said := r.quantity(measure, q, t.Digits)
		if measure.InMoney() {
			said += " of " + measure.String()
		}
		out = append(out, recordedInfo{measure.String(), q, t.Digits, said})
	}
	return out, nil
}

// periodInfo is a period as results show it.
type periodInfo struct {
	Period surplus.Period `json:"period"`
	periodStatement
	LastDay   string                   `json:"last_day,omitempty"`
	SoFar     *money.Amount            `json:"so_far,omitempty"` // income less expense of a period that is open
	Between   money.Amount             `json:"between"`          // moved on unappropriated surplus since the period before was carried forward
	Carried   money.Amount             `json:"carried"`
	Patronage map[string]surplus.Tally `json:"patronage"`
	Steps     []surplus.Allotment      `json:"steps"`
}

func (r *reading) periodInfo(p surplus.Period, s surplus.Statement) (periodInfo, error) {
	info := periodInfo{
		Period: p, periodStatement: stamped(s),
		Carried: s.Carried(), Patronage: map[string]surplus.Tally{}, Steps: []surplus.Allotment{},
	}
	var err error
	for m := surplus.Hours; m.Known(); m++ {
		tally, err := surplus.TallyOf(r, p, m)
		if err != nil {
			return info, err
		}
		if tally.Members > 0 {
			info.Patronage[m.String()] = tally
		}
	}
	if s.Last != 0 {
		info.LastDay = words.Day(s.Last)
	}
	if s.Stage == surplus.Opened {
		result, _, err := account.Result(r, account.Period(p))
		if err != nil {
			return info, err
		}
		info.SoFar = &result
	}
	if info.Between, err = surplus.Between(r, p); err != nil {
		return info, err
	}
	steps, err := surplus.AllocationOf(r, p)
	info.Steps = append(info.Steps, steps...)
	return info, err
}

func newPeriodListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List periods and their results",
		Example: "  rochdale period list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				periods := []periodInfo{}
				err := surplus.Periods(r, func(p surplus.Period, s surplus.Statement) (bool, error) {
					info, err := r.periodInfo(p, s)
					periods = append(periods, info)
					return true, err
				})
				if err != nil {
					return err
				}
				if len(periods) == 0 {
					note(cmd, "no period has been opened")
					hint(cmd, "open one with: rochdale period open NAME")
				}
				return show(cmd, periods, func(w io.Writer) {
					t := newTable("period", "name", "stage", "surplus", "appropriated", "carried on")
					open := false
					for _, p := range periods {
						if p.SoFar != nil {
							t.row(p.Period, p.Name, p.stage(), r.money(*p.SoFar), "", "")
							open = true
							continue
						}
						t.row(p.Period, p.Name, p.stage(), r.money(p.Surplus), r.money(p.Appropriated), r.money(p.Carried))
					}
					t.write(w)
					if open {
						fmt.Fprintln(w, "\nAn open period is shown with its result so far.")
					}
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// stage is a period's stage, and its last day while it is open.
func (p periodInfo) stage() string {
	if p.Stage == surplus.Opened && p.LastDay != "" {
		return "open to " + p.LastDay
	}
	return p.Stage.String()
}

func newPeriodShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show PERIOD",
		Short:   "Show a period's surplus and where every part of it went",
		Example: "  rochdale period show 1",
		Args:    wantArgs("PERIOD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				s, err := surplus.PeriodOf(r, p)
				if err != nil {
					return err
				}
				info, err := r.periodInfo(p, s)
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { r.writePeriod(w, info) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addReadFlags(cmd)
	return cmd
}

func (r *reading) writePeriod(w io.Writer, p periodInfo) {
	facts := []fact{{"period", fmt.Sprintf("%d, %q", p.Period, p.Name)}, {"stage", p.Stage}, {"last day", p.LastDay}, {"opened", p.Opened}, {"closed", p.ClosedOn}, {"allocated", p.Divided}}
	if p.SoFar != nil {
		facts = append(facts, fact{"result so far", r.money(*p.SoFar)})
	}
	if p.Reopened > 0 {
		facts = append(facts, fact{"reopened", plural(uint64(p.Reopened), "time")})
	}
	if p.Held > 0 {
		facts = append(facts, fact{"stands still for", plural(uint64(p.Held), "motion")})
	}
	if p.By.Motion != 0 {
		facts = append(facts, fact{"by", wording.By(p.By, r.Coop())})
	}
	for m := surplus.Hours; m.Known(); m++ {
		if t, ok := p.Patronage[m.String()]; ok {
			facts = append(facts, fact{m.String(), fmt.Sprintf("%s of %s", r.quantity(m, t.Quantity, t.Digits), plural(t.Members, "member"))})
		}
	}
	writeFacts(w, facts...)
	if p.Stage == surplus.Opened {
		return
	}
	fmt.Fprintf(w, "\nAppropriation, in %s\n\n", r.policy.Currency)
	s := newStatement(1)
	s.line("Surplus of the period", r.bare(p.Surplus))
	if before := p.Opening - p.Between; p.Between != 0 {
		s.line("Carried forward by the period before", r.bare(before))
		s.line("Posted to it since", r.bare(p.Between))
	}
	if p.Opening != 0 || p.Between != 0 {
		s.line("Brought forward", r.bare(p.Opening))
	}
	s.total("To be appropriated", r.bare(p.Surplus+p.Opening))
	for i, a := range p.Steps {
		s.line(fmt.Sprintf("  %d. %s", i+1, a.Step.Words(r)), r.bare(-a.Pool))
	}
	s.grand("Carried forward", r.bare(p.Carried))
	s.write(w)
	r.writeDividends(w, p.Steps)
}

// writeDividends prints the progress of dividing and paying dividends. What was settled
// other than by paying it, and what went to shares, has columns only if anything was.
func (r *reading) writeDividends(w io.Writer, steps []surplus.Allotment) {
	settled := slices.ContainsFunc(steps, func(a surplus.Allotment) bool { return a.Settled != 0 || a.Redeemed != 0 })
	heads := []string{"step", "divided", "members", "in money", "of it paid", "as notices"}
	if settled {
		heads = []string{"step", "divided", "members", "in money", "of it paid", "settled", "as notices", "settled"}
	}
	built := slices.ContainsFunc(steps, func(a surplus.Allotment) bool { return a.Shares != 0 })
	if built {
		heads = append(heads, "to shares")
	}
	t := newTable(heads...)
	for i, a := range steps {
		if a.Step.Sort != surplus.ShareDividend && a.Step.Sort != surplus.PatronageDividend {
			continue
		}
		divided := "yes"
		if !a.Done {
			divided = "in the next blocks"
		}
		members := formatCount(int64(a.Members))
		cells := []any{i + 1, divided, members, r.bare(a.Cash), r.bare(a.Paid), r.bare(a.Notice)}
		if settled {
			cells = []any{i + 1, divided, members, r.bare(a.Cash), r.bare(a.Paid), r.bare(a.Settled), r.bare(a.Notice), r.bare(a.Redeemed)}
		}
		if built {
			cells = append(cells, r.bare(a.Shares))
		}
		t.row(cells...)
	}
	if len(t.rows) > 0 {
		fmt.Fprintln(w)
		t.write(w)
	}
}

func newPeriodExplainCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "explain PERIOD MEMBER",
		Short:   "Show what is recorded of a member, and every step to its cents",
		Example: "  rochdale period explain 1 7",
		Args:    wantArgs("PERIOD", "MEMBER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				m, err := r.memberNamed(args[1])
				if err != nil {
					return err
				}
				e, err := surplus.Explain(r, p, m)
				if err != nil {
					return err
				}
				recorded, err := r.recorded(p, m)
				if err != nil {
					return err
				}
				info := explanationInfo{e, stamped(e.Statement), recorded}
				return show(cmd, info, func(w io.Writer) { r.writeExplanation(w, info) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addReadFlags(cmd)
	return cmd
}

// writeExplanation prints the arithmetic in full sentences, so that anyone can
// do it again by hand.
func (r *reading) writeExplanation(w io.Writer, e explanationInfo) {
	s := e.Statement
	fmt.Fprintf(w, "Member %d in period %d, %q, of %s\n\n", e.Member, e.Period, s.Name, r.name)
	all := []string{}
	for _, rec := range e.Recorded {
		all = append(all, rec.words)
	}
	fmt.Fprintf(w, "Recorded of member %d: %s.\n", e.Member, or(strings.Join(all, ", "), "nothing"))
	if s.Stage == surplus.Opened {
		fmt.Fprintln(w, "The period is open: its surplus is not declared yet.")
		return
	}
	fmt.Fprintf(w, "The surplus of the period is %s", r.money(s.Surplus))
	if s.Opening != 0 {
		fmt.Fprintf(w, "; with %s brought forward there are %s to appropriate", r.money(s.Opening), r.money(e.Available))
	}
	fmt.Fprintln(w, ".")
	if s.Stage == surplus.Closed {
		fmt.Fprintln(w, "No motion has allocated it yet.")
		return
	}
	fmt.Fprintf(w, "Motion %d allocated it in %s.\n", s.By.Motion, plural(uint64(len(e.Steps)), "step"))
	for _, step := range e.Steps {
		fmt.Fprintln(w)
		r.writeStepShare(w, e.Member, step)
	}
	fmt.Fprintf(w, "\n%s are carried forward. Member %d has %s in money", r.money(e.Carried), e.Member, r.money(e.Cash))
	if e.Notice != 0 {
		fmt.Fprintf(w, " and %s as notices", r.money(e.Notice))
	}
	if e.Shares != 0 {
		fmt.Fprintf(w, "; %s went to the member's shares", r.money(e.Shares))
	}
	fmt.Fprintln(w, ".")
}

// claim is the number of a claim without what it is in.
func (r *reading) claim(a surplus.Allotment, n uint64) string {
	digits := a.Digits
	if a.Step.Sort == surplus.PatronageDividend && a.Step.Measure.InMoney() {
		digits = r.policy.Digits
	}
	return words.Decimal(n, digits)
}

func (r *reading) writeStepShare(w io.Writer, m state.Member, s surplus.StepShare) {
	a := s.Allotment
	fmt.Fprintf(w, "Step %d: %s", s.Number, a.Step.Words(r))
	if a.Step.Base != surplus.Fixed {
		fmt.Fprintf(w, ": %s of %s is %s", rateWords(a.Step.Rate), r.money(a.Basis), r.money(a.Pool))
	}
	fmt.Fprintln(w, ".")
	claim := func(q uint64) string {
		if a.Step.Sort == surplus.ShareDividend {
			return plural(q, "share")
		}
		return r.quantity(a.Step.Measure, q, a.Digits)
	}
	switch {
	case a.Step.Sort == surplus.ToReserve || a.Step.Sort == surplus.ToFund:
		fmt.Fprintln(w, "  It stays with the co-op: no member has a part.")
	case !s.HasPart && !a.Done:
		fmt.Fprintln(w, "  It is being divided: look again in a few blocks.")
	case !s.HasPart:
		fmt.Fprintf(w, "  Member %d has no claim in it.\n", m)
	default:
		fmt.Fprintf(w, "  The claim is %s of %s: %s × %s ÷ %s is %s", claim(s.Part.Claim), claim(a.Total),
			r.money(a.Pool), r.claim(a, s.Part.Claim), r.claim(a, a.Total), r.money(s.Floor))
		if s.Remainder > 0 {
			fmt.Fprintf(w, " and %s ÷ %s of %s", words.Count(s.Remainder), words.Count(a.Total), r.money(1))
		}
		fmt.Fprintln(w, ".")
		if s.Extra > 0 {
			fmt.Fprintf(w, "  The remainder is one of the largest, so %s of what is left over comes on top.\n", r.money(s.Extra))
		}
		fmt.Fprintf(w, "  The part is %s in money", r.money(s.Part.Cash))
		if s.Part.Notice != 0 {
			fmt.Fprintf(w, " and %s as a notice", r.money(s.Part.Notice))
		}
		if s.Part.Paid != 0 {
			fmt.Fprintf(w, ", paid by journal entry %d", s.Part.Paid)
		}
		if s.Part.Settled != 0 {
			fmt.Fprintf(w, ", settled by journal entry %d", s.Part.Settled)
		}
		if s.Part.Redeemed != 0 {
			fmt.Fprintf(w, "; the notice was settled by journal entry %d", s.Part.Redeemed)
		}
		if s.Part.Shares != 0 {
			fmt.Fprintf(w, "; %s went to the member's shares, as the rules of their class say", r.money(s.Part.Shares))
		}
		fmt.Fprintln(w, ".")
	}
}
