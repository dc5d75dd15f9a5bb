package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A recording is how figures of a file are recorded.
type recording struct {
	period  surplus.Period
	measure surplus.Measure
	file    sheet.File
	digits  uint8 // behind the point of the first figures
	fixed   bool  // digits were given
	add     bool  // to what is recorded
}

func newPeriodRecordCmd() *cobra.Command {
	r := recording{file: sheet.File{Columns: []sheet.Column{{Name: "member"}, {Name: "quantity", Figure: true}}}}
	cmd := &cobra.Command{
		Use:   "record PERIOD MEASURE FILE.csv",
		Short: "Record what members did with the co-op, from a file",
		Long: `Record what members did with the co-op in a period. Each line of the file is a
member number and a quantity: money for sales, purchases and wages, numbers for the
others. A first line may name the columns, in any order: "member,quantity". The file
- is standard input.

Hours have two digits behind the point, trips and points none, unless --digits says
otherwise for the first figures of a measure in a period; later ones have as many.

Members who have a figure already are passed over, so the same file can be given
again after a stop; those of whom another figure is recorded are named. --add adds
to what is recorded instead, and period correct takes away.`,
		Example: "  rochdale period record 1 purchases figures.csv\n  rochdale period record 1 hours march.csv --add --ignore name",
		Args:    wantArgs("PERIOD", "MEASURE", "FILE.csv"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if r.period, err = parsePeriod(args[0]); err != nil {
				return err
			}
			if r.measure, err = parseMeasure(args[1]); err != nil {
				return err
			}
			if err := openTable(cmd, &r.file, args[2]); err != nil {
				return err
			}
			r.fixed = cmd.Flags().Changed("digits")
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.record(cmd, r)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			switch len(args) {
			case 1:
				return measureNames(), cobra.ShellCompDirectiveNoFileComp
			case 2:
				return []string{"csv"}, cobra.ShellCompDirectiveFilterFileExt
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&r.add, "add", false, "add to figures that are recorded already")
	cmd.Flags().Uint8Var(&r.digits, "digits", 0, "digits behind the point, for the first figures of a measure [hours 2, others 0]")
	must(cmd.RegisterFlagCompletionFunc("digits", cobra.NoFileCompletions))
	addSheetFlags(cmd, &r.file)
	r.file.CommaOption = "--decimal-comma"
	cmd.Flags().BoolVar(&r.file.DecimalComma, "decimal-comma", false, "the file's quantities are written 1.234,50")
	addActFlags(cmd)
	return cmd
}

// A figureLine is a figure and the line of the file that has it.
type figureLine struct {
	surplus.Figure
	line int
}

// memberOnce is the member of a row, of whom no row before it is: seen has their lines.
func memberOnce(row sheet.Row, seen map[state.Member]int) (state.Member, error) {
	m, err := parseMember(row.Cell("member"))
	if err != nil {
		return 0, err
	}
	if first, ok := seen[m]; ok {
		return 0, withHint(fault("member %d has line %d too", m, first), "add the two up")
	}
	seen[m] = row.Line
	return m, nil
}

// readFigures reads a file of patronage, in its order.
func (r *reading) readFigures(rec recording) ([]figureLine, error) {
	var figures []figureLine
	seen := map[state.Member]int{}
	err := readTable(rec.file, func(row sheet.Row) error {
		m, err := memberOnce(row, seen)
		if err != nil {
			return err
		}
		q, err := r.parseQuantity(rec.measure, row.Cell("quantity"), rec.digits)
		figures = append(figures, figureLine{surplus.Figure{Member: m, Quantity: q}, row.Line})
		return err
	})
	if err == nil && len(figures) == 0 {
		err = withHint(fault("%s holds no figures", rec.file.Path), "%s", rec.file.Wants())
	}
	return figures, err
}

// digitsOf is how many digits a measure's figures have in a period, and whether
// there are figures that say so.
func (r *reading) digitsOf(p surplus.Period, m surplus.Measure) (digits uint8, recorded bool, err error) {
	tally, err := surplus.TallyOf(r, p, m)
	if err != nil || tally.Members > 0 {
		return tally.Digits, true, err
	}
	if m == surplus.Hours {
		digits = 2 // quarters of an hour
	}
	return digits, false, nil
}

// precise finds out how many digits the figures have.
func (s *session) precise(rec *recording) error {
	if rec.fixed && rec.measure.InMoney() {
		return withHint(fault("--digits is not for %v, which are amounts of %s", rec.measure, s.policy.Currency), "leave --digits out")
	}
	digits, recorded, err := s.digitsOf(rec.period, rec.measure)
	switch {
	case err != nil:
		return explainRead(err)
	case !rec.fixed:
		rec.digits = digits
	case recorded && digits != rec.digits:
		return withHint(fault("the %v of %s have %s behind the point already", rec.measure, surplus.Named(s, rec.period), plural(uint64(digits), "digit")),
			"leave --digits out")
	}
	return nil
}

// record sends the figures of a file, MaxBatch a transaction, by ascending member.
func (s *session) record(cmd *cobra.Command, rec recording) error {
	if _, err := surplus.PeriodOf(s, rec.period); err != nil {
		return explainRead(err)
	}
	if err := s.precise(&rec); err != nil {
		return err
	}
	lines, err := s.readFigures(rec)
	if err != nil {
		return err
	}
	all := len(lines)
	var differing []state.Clause
	if !rec.add {
		if lines, differing, err = s.unrecorded(cmd, rec, lines); err != nil {
			return err
		}
	}
	facts, err := s.recordFacts(rec, lines)
	if err != nil {
		return err
	}
	var figures []surplus.Figure
	for _, l := range lines {
		figures = append(figures, l.Figure)
	}
	slices.SortFunc(figures, func(a, b surplus.Figure) int { return cmp.Compare(a.Member, b.Member) })
	var stopped func(done int) string
	if rec.add {
		// Here a second run passes nobody over.
		stopped = func(done int) string {
			return fmt.Sprintf("take the lines of members up to %d out of the file before you run it again, or their figures are added twice", figures[done-1].Member)
		}
	}
	return s.takeBatch(cmd, batch{
		words: fmt.Sprintf("record the %v of %s in %s", rec.measure, plural(uint64(len(figures)), "member"), surplus.Named(s, rec.period)),
		title: "recording figures", facts: facts, differing: differing,
		parts: batched(figures, surplus.MaxBatch, func(chunk []surplus.Figure) act {
			return act{kind: surplus.KindRecord, action: surplus.Record{Period: rec.period, Measure: rec.measure, Entries: chunk, Digits: rec.digits}}
		}),
	}, all-len(figures), stopped)
}

// unrecorded leaves out members who have a figure already, and says so. differing are
// those of them who have another figure in the file.
func (s *session) unrecorded(cmd *cobra.Command, rec recording, lines []figureLine) (fresh []figureLine, differing []state.Clause, err error) {
	recorded := map[state.Member]uint64{}
	err = surplus.Figures(s, rec.period, rec.measure, 0, ^state.Member(0), func(m state.Member, q uint64) (bool, error) {
		recorded[m] = q
		return true, nil
	})
	if err != nil {
		return nil, nil, explainRead(err)
	}
	next := ""
	for _, l := range lines {
		old := recorded[l.Member]
		switch {
		case old == 0:
			fresh = append(fresh, l)
		case old != l.Quantity:
			differing = append(differing, state.Clause{
				What:   fmt.Sprintf("line %d, member %d", l.line, l.Member),
				Before: s.quantity(rec.measure, old, rec.digits), After: s.quantity(rec.measure, l.Quantity, rec.digits) + " in the file",
			})
			next = or(next, s.adjusting(rec, l, old))
		}
	}
	if n := uint64(len(lines) - len(fresh)); n > 0 {
		note(cmd, "%s of the file %s a figure already and %s passed over; to add to it, give --add",
			plural(n, "member"), agree(n, "has", "have"), agree(n, "is", "are"))
		noteDiffering(cmd, differing, next)
	}
	return fresh, differing, nil
}

// adjusting says how the figure of a member becomes that of the file.
func (s *session) adjusting(rec recording, l figureLine, old uint64) string {
	digits := rec.digits
	if rec.measure.InMoney() {
		digits = s.policy.Digits
	}
	if l.Quantity < old && !s.signsKind(surplus.KindCorrect) {
		return fmt.Sprintf("with a key that may, take the difference away, of member %d: rochdale period correct %d %v %d %s",
			l.Member, rec.period, rec.measure, l.Member, words.Decimal(old-l.Quantity, digits))
	}
	if l.Quantity < old {
		return fmt.Sprintf("take the difference away, of member %d with: rochdale period correct %d %v %d %s",
			l.Member, rec.period, rec.measure, l.Member, words.Decimal(old-l.Quantity, digits))
	}
	return fmt.Sprintf("add the difference with --add, of member %d from a file with the line: %d;%s",
		l.Member, l.Member, words.Decimal(l.Quantity-old, digits))
}

// signsKind says whether the key at hand, if it is limited, may sign a kind of action.
func (s *session) signsKind(k tx.Kind) bool {
	key, ok, err := keyring.Find(s, s.member, keyring.Number(s.number))
	return err != nil || !ok || len(key.Limits.Kinds) == 0 || slices.Contains(key.Limits.Kinds, k)
}

// recordFacts are the sum of a file's figures, what is recorded before and will be
// afterwards, and the first and last of its lines.
func (s *session) recordFacts(rec recording, lines []figureLine) ([]state.Clause, error) {
	before, err := surplus.TallyOf(s, rec.period, rec.measure)
	if err != nil {
		return nil, explainRead(err)
	}
	quantity := func(q uint64) string { return s.quantity(rec.measure, q, rec.digits) }
	var sum uint64
	for _, l := range lines {
		if l.Quantity > surplus.MaxQuantity-min(before.Quantity+sum, surplus.MaxQuantity) {
			return nil, withHint(fault("%s, line %d: with this and what is recorded the %v sum to more than %s", rec.file.Path, l.line,
				rec.measure, quantity(surplus.MaxQuantity)), "check the largest quantities")
		}
		sum += l.Quantity
	}
	facts := []state.Clause{state.Fact("sum", "%s of %s", quantity(sum), plural(uint64(len(lines)), "member"))}
	if before.Members > 0 {
		facts = append(facts, state.Fact("recorded before", "%s of %s; then %s", quantity(before.Quantity),
			plural(before.Members, "member"), quantity(before.Quantity+sum)))
	}
	return append(facts, firstAndLast(len(lines), func(i int) state.Clause {
		return state.Fact(fmt.Sprintf("line %d", lines[i].line), "member %d, %s", lines[i].Member, quantity(lines[i].Quantity))
	})...), nil
}
