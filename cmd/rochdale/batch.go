package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A batchPart is one of several transactions that together do one thing, and
// how much of it.
type batchPart struct {
	act
	size int
}

// nothingLeft is the action of a batch that was done already.
const nothingLeft = "nothing: all of it was done before"

// A batch is what takeAll does.
type batch struct {
	words string         // all of it, as in "You are about to …"
	title string         // of its progress
	facts []state.Clause // sums, and the first and last lines as they will be recorded
	parts []batchPart
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
		total += int64(p.size)
	}
	if len(parts) == 0 {
		note(cmd, "there is nothing left to do")
		return nil, nil
	}
	note(cmd, "You are about to %s, in %s, %s.", b.words, plural(uint64(len(parts)), "transaction"), s.standing())
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
	if err := confirm(cmd, parts[0].kind); err != nil {
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
