package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// batchInfo is the result of a command that needs several transactions.
type batchInfo struct {
	Result       string   `json:"result"`
	Action       string   `json:"action"` // in words
	Members      int      `json:"members"`
	Skipped      int      `json:"skipped"`
	Transactions []string `json:"transactions"`
}

// batched cuts items into acts of at most most each.
func batched[T any](items []T, most int, make func([]T) act) []batchPart {
	var parts []batchPart
	for chunk := range slices.Chunk(items, most) {
		parts = append(parts, batchPart{make(chunk), len(chunk)})
	}
	return parts
}

// goOn is the hint after an interruption, for commands that skip what is done
// already.
const goOn = "run the same command again: it goes on where it stopped"

// takeBatch is takeAll with a result that counts members. After an interruption,
// stopped is called with how many are done and returns the hint; nil stands for
// goOn.
func (s *session) takeBatch(cmd *cobra.Command, words, title string, parts []batchPart, skipped int, stopped func(done int) string) error {
	info := batchInfo{Result: resultDone, Action: words, Skipped: skipped, Transactions: []string{}}
	if len(parts) == 0 {
		info.Action = nothingLeft
	}
	numbers, err := s.takeAll(cmd, words, title, parts, &info.Transactions, &info.Result)
	for _, p := range parts[:len(numbers)] {
		info.Members += p.size
	}
	if err != nil {
		if info.Members > 0 {
			n := uint64(info.Members)
			note(cmd, "%s %s done", plural(n, "member"), agree(n, "is", "are"))
			if stopped != nil {
				note(cmd, "%s", stopped(info.Members))
			}
			return withHint(err, goOn)
		}
		return err
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, info.Action}, fact{"passed over", numberOrNone(uint64(skipped))},
			fact{"transactions", len(info.Transactions)})
	})
}

func newPeriodRecordCmd() *cobra.Command {
	var add bool
	cmd := &cobra.Command{
		Use:   "record PERIOD MEASURE FILE.csv",
		Short: "Record what members did with the co-op, from a file",
		Long: `Record what members did with the co-op in a period. Each line of the file is a
member number and a quantity: money for sales, purchases and wages, whole numbers
for the others. A first line "member,quantity" is a heading.

Members who have a figure already are passed over, so the same file can be given
again after a stop. --add adds to what is recorded instead.`,
		Example: "  rochdale period record 1 purchases figures.csv\n  rochdale period record 1 hours march.csv --add",
		Args:    wantArgs("PERIOD", "MEASURE", "FILE.csv"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			measure, err := parseMeasure(args[1])
			if err != nil {
				return err
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			figures, err := s.readFigures(args[2], measure)
			if err != nil {
				return err
			}
			return s.record(cmd, p, measure, figures, add)
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
	cmd.Flags().BoolVar(&add, "add", false, "add to figures that are recorded already")
	addActFlags(cmd)
	return cmd
}

// readFigures reads a file of patronage, in order of member.
func (r *reading) readFigures(path string, measure surplus.Measure) ([]surplus.Figure, error) {
	var figures []surplus.Figure
	seen := map[state.Member]int{}
	file := csvFile{path, []string{"member", "quantity"}}
	err := file.read(func(line int, fields []string) error {
		m, err := parseMember(fields[0])
		if err != nil {
			return err
		}
		if first, ok := seen[m]; ok {
			return withHint(fault("member %d has line %d too", m, first), "add the two up")
		}
		seen[m] = line
		q, err := r.parseQuantity(measure, fields[1])
		figures = append(figures, surplus.Figure{Member: m, Quantity: q})
		return err
	})
	if err == nil && len(figures) == 0 {
		err = withHint(fault("%s holds no figures", path), "%s", file.wants())
	}
	slices.SortFunc(figures, func(a, b surplus.Figure) int { return int(min(max(int64(a.Member)-int64(b.Member), -1), 1)) })
	return figures, err
}

// record sends figures, MaxBatch a transaction.
func (s *session) record(cmd *cobra.Command, p surplus.Period, measure surplus.Measure, figures []surplus.Figure, add bool) error {
	if _, err := surplus.PeriodOf(s, p); err != nil {
		return explainRead(err)
	}
	all := len(figures)
	var stopped func(done int) string
	if add {
		// Here a second run passes nobody over.
		stopped = func(done int) string {
			return fmt.Sprintf("take the lines of members up to %d out of the file before you run it again, or their figures are added twice", figures[done-1].Member)
		}
	} else {
		recorded := map[state.Member]bool{}
		err := surplus.Figures(s, p, measure, 0, ^state.Member(0), func(m state.Member, _ uint64) (bool, error) {
			recorded[m] = true
			return true, nil
		})
		if err != nil {
			return explainRead(err)
		}
		figures = slices.DeleteFunc(figures, func(f surplus.Figure) bool { return recorded[f.Member] })
		if n := all - len(figures); n > 0 {
			note(cmd, "%s of the file %s a figure already and %s passed over; to add to it, give --add",
				plural(uint64(n), "member"), agree(uint64(n), "has", "have"), agree(uint64(n), "is", "are"))
		}
	}
	parts := batched(figures, surplus.MaxBatch, func(chunk []surplus.Figure) act {
		return act{kind: surplus.KindRecord, action: surplus.Record{Period: p, Measure: measure, Entries: chunk}}
	})
	words := fmt.Sprintf("record the %v of %s in %s", measure, plural(uint64(len(figures)), "member"), surplus.Named(s, p))
	return s.takeBatch(cmd, words, "recording figures", parts, all-len(figures), stopped)
}

func newPeriodPayCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pay PERIOD STEP [MEMBERS]",
		Short: "Record that members got the money of a dividend from the bank",
		Long: `Record that members got the money of a dividend from the bank: all who are not
paid yet, or those whose numbers are given. Pay at the bank first; this is the
record of it. Whoever is paid already is passed over.`,
		Example: "  rochdale period pay 1 4\n  rochdale period pay 1 4 7,10-50",
		Args:    wantArgs("PERIOD", "STEP", "[MEMBERS]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			step, err := parseNumber("step", args[1])
			if err != nil || step > surplus.MaxSteps {
				return withHint(fault("%q is not the number of a step", args[1]), "see the steps: rochdale period show %d", p)
			}
			var only []uint64
			if len(args) > 2 {
				if only, err = parseNumbers("member", args[2], maxPage); err != nil {
					return err
				}
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.pay(cmd, p, uint8(step), only)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addActFlags(cmd)
	return cmd
}

// pay sends the payment of those who have money to get, MaxBatch a transaction.
func (s *session) pay(cmd *cobra.Command, p surplus.Period, step uint8, only []uint64) error {
	if _, err := surplus.AllotmentOf(s, p, step); err != nil {
		return explainRead(err)
	}
	var owed []state.Member
	var sum money.Amount
	skipped := 0
	err := surplus.Parts(s, p, step, 0, ^state.Member(0), func(m state.Member, part surplus.Part) (bool, error) {
		if _, named := slices.BinarySearch(only, uint64(m)); len(only) > 0 && !named {
			return true, nil
		}
		if part.Cash == 0 || part.Paid != 0 {
			skipped++
			return true, nil
		}
		owed = append(owed, m)
		sum += part.Cash
		return true, nil
	})
	if err != nil {
		return explainRead(err)
	}
	if len(only) > 0 && len(only) != len(owed)+skipped {
		return withHint(fault("of the %s named, %d have a part of step %d", plural(uint64(len(only)), "member"), len(owed)+skipped, step),
			"see who has one: rochdale period explain %d MEMBER", p)
	}
	if skipped > 0 {
		n := uint64(skipped)
		note(cmd, "%s %s nothing to get or %s paid already and %s passed over",
			plural(n, "member"), agree(n, "has", "have"), agree(n, "is", "are"), agree(n, "is", "are"))
	}
	parts := batched(owed, surplus.MaxBatch, func(chunk []state.Member) act {
		return act{kind: surplus.KindPay, action: surplus.Pay{Period: p, Step: step, Members: chunk}, gives: "entry"}
	})
	words := fmt.Sprintf("record that %s got %s, the money of step %d of %s", plural(uint64(len(owed)), "member"), s.money(sum), step, surplus.Named(s, p))
	return s.takeBatch(cmd, words, "recording payments", parts, skipped, nil)
}
