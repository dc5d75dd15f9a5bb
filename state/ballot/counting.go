package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
)

// A Count is the progress of counting a closed poll. It exists as long as the motion
// is Counting.
type Count struct {
	Due  int64  `cbor:"1,keyasint,omitempty"` // block time from which it goes on, seconds since 1970 UTC
	Kept []byte `cbor:"2,keyasint,omitempty"` // the method's own
}

// countUnits is how many units of work one turn of a motion's count may take.
const countUnits = agenda.Slice

// MaxCount is the largest encoding, in bytes, of what a method keeps of a count.
const MaxCount = 64 << 10

// goOn continues a count, within the units that the block has left, and settles the
// motion when it is done. The rest waits for the motion's next turn. The first step
// closes the poll.
func goOn(c *state.Ctx, n Number, motion Motion, poll Poll, m counter, left int) (used int, done bool, err error) {
	at, err := counts.Get(c, n)
	if err != nil {
		return 0, false, err
	}
	next, err := m.count(poll.papers(c, n), at.Kept, min(countUnits, left))
	if err != nil {
		return 0, false, err
	}
	if len(next.kept) > MaxCount {
		return 0, false, fmt.Errorf("a count keeps %d bytes, at most %d can be kept", len(next.kept), MaxCount)
	}
	if next.done {
		d, err := m.decide(poll.papers(c, n), next.kept)
		if err != nil {
			return 0, false, err
		}
		tally, err := tallies.Get(c, n)
		if err != nil {
			return 0, false, err
		}
		rest := left - next.spent
		if left == state.EndUnits {
			rest = left // what fits no block with its counting has one to itself
		}
		used, done, err = settle(c, n, motion, poll, Result{Tally: tally, Count: next.kept}, d, rest)
		if err != nil || !done {
			return 0, false, err // the step is taken again, with all of a block
		}
		counts.Delete(c, n)
		return min(next.spent+used, left), true, nil
	}
	if next.spent == 0 {
		return 0, false, nil // a step needs more units than are left
	}
	if poll.Status != Counting {
		unschedule(c, n, poll)
		poll.Status = Counting
		polls.Put(c, n, poll)
	}
	counts.Put(c, n, Count{c.Time(), next.kept})
	return next.spent, false, nil
}

// countAll counts from what was kept to the end, without a budget of units.
func countAll(p papers, m counter, kept []byte) ([]byte, error) {
	for {
		next, err := m.count(p, kept, countUnits)
		if err != nil || next.done {
			return next.kept, err
		}
		if next.spent <= 0 {
			return nil, fmt.Errorf("the count stands still")
		}
		kept = next.kept
	}
}
