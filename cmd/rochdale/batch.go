package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A batchPart is one of several transactions that together do one thing, and
// how much of it.
type batchPart struct {
	act
	size int
}

// nothingLeft is the action of a batch that was done already, except that other things
// are recorded of some members than the file has.
func nothingLeft(differing int) string {
	if n := uint64(differing); n > 0 {
		return fmt.Sprintf("nothing: of %s something else is recorded than the file has", plural(n, "member"))
	}
	return "nothing: all of it was done before"
}

// noteDiffering names those who are passed over though something else is recorded of
// them than the file has, and says what to do.
func noteDiffering(cmd *cobra.Command, differing []state.Clause, next string) {
	if len(differing) == 0 {
		return
	}
	n := uint64(len(differing))
	note(cmd, "%s of them %s recorded otherwise than in the file, and that stays:", formatCount(int64(n)), agree(n, "is", "are"))
	noteClauses(cmd, firstAndLast(len(differing), func(i int) state.Clause { return differing[i] }))
	hint(cmd, "%s", next)
}

// A batch is what takeAll does.
type batch struct {
	words string         // all of it, as in "You are about to …"
	title string         // of its progress
	facts []state.Clause // sums, and the first and last lines as they will be recorded
	parts []batchPart

	differing []state.Clause // those passed over of whom something else is recorded
}

// firstAndLast are the lines of a preview: all n if they are few, otherwise the
// first and the last, and how many are between them.
func firstAndLast(n int, line func(i int) state.Clause) []state.Clause {
	const most = 3 // at each end
	var out []state.Clause
	for i := range n {
		if n > 2*most+1 && i >= most && i < n-most {
			if i == most {
				out = append(out, state.Fact(fmt.Sprintf("and %s more", formatCount(int64(n-2*most))), "…"))
			}
			continue
		}
		out = append(out, line(i))
	}
	return out
}

// proposedInfo is the result of a batch that was put to motions.
type proposedInfo struct {
	Result       string   `json:"result"`
	Action       string   `json:"action"` // in words
	Motions      []uint64 `json:"motions"`
	Skipped      int      `json:"skipped"`
	Transactions []string `json:"transactions"`

	Differing []state.Clause `json:"differing,omitempty"` // of those skipped, with what is recorded before what the file has
}

// proposeAll puts the parts of a batch to motions if --propose asks for that, and says
// whether it does. Several are numbered in their titles.
func (s *session) proposeAll(cmd *cobra.Command, b batch, skipped int) (bool, error) {
	var parts []batchPart
	for i, p := range b.parts {
		a, err := s.proposed(cmd, p.act)
		if err != nil {
			return true, err
		}
		m, ok := a.action.(ballot.Propose)
		if !ok {
			return false, nil
		}
		if len(b.parts) > 1 {
			m.Title = fmt.Sprintf("%s (%d of %d)", m.Title, i+1, len(b.parts))
		}
		a.action = m
		parts = append(parts, batchPart{a, p.size})
	}
	if len(parts) == 0 {
		return false, nil
	}
	b.parts, b.words, b.title = parts, "propose to "+b.words, "proposing"
	info := proposedInfo{Result: resultDone, Action: b.words, Skipped: skipped, Motions: []uint64{}, Transactions: []string{}, Differing: b.differing}
	motions, err := s.takeAll(cmd, b, &info.Transactions, &info.Result)
	if err != nil {
		return true, withHint(err, "the motions proposed so far stand: rochdale motion list")
	}
	info.Motions = append(info.Motions, motions...)
	numbers := ""
	if n := len(motions); n > 0 { // none in a dry run
		hint(cmd, "see how it goes with: rochdale motion show %d", motions[n-1])
		numbers = span(motions[0], motions[n-1])
	}
	return true, show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, info.Action}, fact{agree(uint64(len(motions)), "motion", "motions"), numbers},
			fact{"passed over", numberOrNone(uint64(skipped))}, fact{"transactions", len(info.Transactions)})
	})
}

// takeAll previews, confirms, signs and sends many transactions, waiting for
// each, with one progress bar. ids gets the id of each that was done and result
// how it ended. It returns the number that each gave; after an error, of those
// that were done before.
func (s *session) takeAll(cmd *cobra.Command, b batch, ids *[]string, result *string) ([]uint64, error) {
	parts := b.parts
	dry, _ := cmd.Flags().GetBool("dry-run")
	for _, name := range []string{"output", "no-wait", "valid-for"} {
		if cmd.Flags().Changed(name) {
			return nil, withHint(fault("--%s is for one transaction, and this may need several", name), "leave --%s out", name)
		}
	}
	total := int64(0)
	for _, p := range parts {
		if err := p.action.Check(); err != nil {
			return nil, refused(err)
		}
		if err := wording.Missing(s, p.action); state.Rejected(err) != nil {
			return nil, p.explain(refused(err))
		}
		total += int64(p.size)
	}
	if len(parts) == 0 {
		if len(b.differing) == 0 {
			note(cmd, "there is nothing left to do")
		}
		return nil, nil
	}
	notePage(cmd, "You are about to %s, in %s, %s.", b.words, plural(uint64(len(parts)), "transaction"), s.standing())
	noteClauses(cmd, b.facts)
	if dry {
		// Only the first can be tried: the others depend on it.
		raw, err := s.sign(cmd, parts[0].act)
		if err != nil {
			return nil, err
		}
		*result = resultWould
		note(cmd, "this was a dry run: nothing was sent")
		return nil, s.refusal(cmd, parts[0].act, s.try(cmd, raw))
	}
	if err := s.agree(cmd, parts[0].act); err != nil {
		return nil, err
	}
	p := newProgress(b.title, total)
	defer p.Done()
	d := delivery{client: s.client, node: s.settings.Node, home: s.settings.Home, quiet: isTerminal(os.Stderr)}
	var numbers []uint64
	for _, part := range parts {
		raw, err := s.sign(cmd, part.act)
		if err != nil {
			return numbers, err
		}
		done, err := d.deliver(cmd, raw)
		if err != nil {
			if len(numbers) == 0 {
				part.undo(err)
			}
			s.signer.Forget() // else what is signed next waits for a sequence that nothing uses
			return numbers, s.refusal(cmd, part.act, err)
		}
		number := uint64(0)
		if part.gives != "" {
			if number, err = tx.Decode[uint64](done.Data); err != nil {
				return numbers, fmt.Errorf("reading the result of a transaction: %w", err)
			}
		}
		*ids = append(*ids, hexID(tx.ID(raw)))
		numbers = append(numbers, number)
		p.Add(int64(part.size))
	}
	return numbers, nil
}

// finish sends again, and waits for, what the session's key signed of a kind and a command
// that was stopped left in the outbox: the same bytes, which the ledger executes once. So
// what is signed next has the sequence after it. What the ledger refuses by now, or can no
// longer execute, is no longer kept. It returns how many there were.
func (s *session) finish(cmd *cobra.Command, kind tx.Kind) (int, error) {
	d := delivery{client: s.client, node: s.settings.Node, home: s.settings.Home, quiet: true}
	left, err := d.left(func(b tx.Body) bool {
		return b.Kind == kind && b.Chain == s.Chain() && b.Coop == uint32(s.Coop()) && b.Signer == uint64(s.signer.Member) && b.Key == s.signer.Number
	})
	if err != nil || len(left) == 0 {
		return 0, err
	}
	note(cmd, "sending again what a command signed that was stopped: %s", plural(uint64(len(left)), "transaction"))
	for _, raw := range left {
		_, err := d.deliver(cmd, raw)
		var e *exitError
		if rejected := errors.As(err, &e) && e.rejection != 0; err != nil && !rejected && !errors.Is(err, client.ErrExpired) && !errors.Is(err, client.ErrForgotten) {
			return 0, err
		}
	}
	return len(left), nil
}
