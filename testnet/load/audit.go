package load

import (
	"context"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// maxAsked bounds how many transactions the ledger is asked about one by one.
const maxAsked = 1000

// audit compares the ledger's own records with what was sent: each sender's sequence
// has grown by what it sent, the poll holds one paper for each who cast, and the
// register and the period's sum have grown by what was entered. That needs no question
// about a single transaction. If something is missing, it asks for the results of
// those that may be why.
func (l *ledger) audit(ctx context.Context, sent []*item) (bool, error) {
	at, err := l.crowd.Read(ctx)
	if err != nil {
		return false, err
	}
	now, err := l.crowd.Sequences(ctx, len(l.base)-1)
	if err != nil {
		return false, err
	}
	sums, err := l.sums(at, sent)
	if err != nil {
		return false, err
	}
	missing := l.unspent(now, sent)
	if len(missing) == 0 && sums {
		return true, nil
	}
	if len(missing) == 0 { // all were executed, and some were refused then
		missing = sent
	}
	return false, l.askFor(ctx, missing)
}

// sums says whether the records that are sums of all that was sent are as they
// should be.
func (l *ledger) sums(at state.Reader, sent []*item) (bool, error) {
	var count [Pairs]uint64
	voted := map[int]bool{}
	for _, it := range sent {
		count[it.kind]++
		if it.kind == Casts {
			voted[it.sender] = true
		}
	}
	tally, err := ballot.TallyOf(at, l.motion)
	if err != nil {
		return false, err
	}
	papers, err := tally.Papers()
	if err != nil {
		return false, err
	}
	totals, err := member.TotalsOf(at)
	if err != nil {
		return false, err
	}
	sound := papers == uint64(len(voted)) && totals.Members == l.totals.Members+count[Admissions]
	if l.period > 0 {
		hours, err := surplus.TallyOf(at, l.period, measured)
		if err != nil {
			return false, err
		}
		sound = sound && hours.Quantity == l.hours.Quantity+figuresEach*count[Figures]
	}
	return sound, nil
}

// unspent are the items whose sender's sequence has not reached theirs.
func (l *ledger) unspent(now []uint64, sent []*item) (missing []*item) {
	for _, it := range sent {
		if now[l.casters[it.sender]] < it.sequence {
			missing = append(missing, it)
		}
	}
	return missing
}

// askFor asks the ledger for the result of items, maxAsked of them at most, and
// corrects their outcomes.
func (l *ledger) askFor(ctx context.Context, items []*item) error {
	node, err := l.crowd.Node(ctx)
	if err != nil {
		return err
	}
	for _, it := range items[:min(len(items), maxAsked)] {
		result, ok, err := node.Done(ctx, it.id)
		switch {
		case err != nil:
			return fmt.Errorf("asking for a transaction that is not accounted for: %w", err)
		case ok && result.Code != 0:
			it.outcome = refused
		case !ok && it.outcome == done:
			it.outcome = underWay
		}
	}
	return nil
}
