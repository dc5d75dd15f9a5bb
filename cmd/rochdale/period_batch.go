package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// batchInfo is the result of a command that needs several transactions.
type batchInfo struct {
	Result       string   `json:"result"`
	Action       string   `json:"action"` // in words
	Members      int      `json:"members"`
	Skipped      int      `json:"skipped"`
	Transactions []string `json:"transactions"`

	Differing []state.Clause `json:"differing,omitempty"` // of those skipped, with what is recorded before what the file has
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
func (s *session) takeBatch(cmd *cobra.Command, b batch, skipped int, stopped func(done int) string) error {
	parts := b.parts
	info := batchInfo{Result: resultDone, Action: b.words, Skipped: skipped, Transactions: []string{}, Differing: b.differing}
	if len(parts) == 0 {
		info.Action = nothingLeft(len(b.differing))
	}
	if proposed, err := s.proposeAll(cmd, b, skipped); proposed || err != nil {
		return err
	}
	numbers, err := s.takeAll(cmd, b, &info.Transactions, &info.Result)
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

func newPeriodPayCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pay PERIOD STEP [MEMBERS]",
		Short: "Record that members got the money of a dividend from the bank",
		Long: `Record that members got the money of a dividend from the bank: all who are not
paid yet, or those whose numbers are given. Pay at the bank first; this is the
record of it. Whoever is paid already is passed over.

What is more than the charter lets one officer move in a day goes to a motion of
several, with --propose.`,
		Example: "  rochdale period pay 1 4\n  rochdale period pay 1 4 7,10-50",
		Args:    wantArgs("PERIOD", "STEP", "[MEMBERS]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			step, err := parseStep(p, args[1])
			if err != nil {
				return err
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
			return s.pay(cmd, p, step, only)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addActFlags(cmd)
	addProposeFlags(cmd)
	return cmd
}

// pay sends the payment of those who have money to get, MaxBatch a transaction.
func (s *session) pay(cmd *cobra.Command, p surplus.Period, step uint8, only []uint64) error {
	allotted, err := surplus.AllotmentOf(s, p, step)
	if err != nil {
		return explainRead(err)
	}
	if sort := allotted.Step.Sort; sort == surplus.ToReserve || sort == surplus.ToFund {
		return withHint(fault("step %d of period %d stays with the co-op: %s. It is booked already, and nobody is paid", step, p, allotted.Step.Words(s)),
			"see which steps pay members: rochdale period show %d", p)
	}
	var owed []state.Member
	var amounts []money.Amount
	var sum money.Amount
	skipped := 0
	err = surplus.Parts(s, p, step, 0, ^state.Member(0), func(m state.Member, part surplus.Part) (bool, error) {
		if _, named := slices.BinarySearch(only, uint64(m)); len(only) > 0 && !named {
			return true, nil
		}
		if part.Cash == 0 || part.Paid != 0 || part.Settled != 0 {
			skipped++
			return true, nil
		}
		owed = append(owed, m)
		amounts = append(amounts, part.Cash)
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
		return act{kind: payout.KindPay, action: payout.Pay{Period: p, Step: step, Members: chunk}, gives: "entry"}
	})
	return s.takeBatch(cmd, batch{
		words: fmt.Sprintf("record that %s got %s, the money of step %d of %s", plural(uint64(len(owed)), "member"), s.money(sum), step, surplus.Named(s, p)),
		title: "recording payments", facts: firstAndLast(len(owed), func(i int) state.Clause {
			return state.Fact(fmt.Sprintf("member %d", owed[i]), "%s", s.money(amounts[i]))
		}), parts: parts,
	}, skipped, nil)
}
