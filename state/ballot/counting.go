package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Count is how far the count of a closed poll has come. It is there as long as
// the motion is Counting.
type Count struct {
	Due  int64  `cbor:"1,keyasint,omitempty"` // block time from which it goes on, seconds since 1970 UTC
	Kept []byte `cbor:"2,keyasint,omitempty"` // the method's own
}

// countUnits is how much of a block's work one motion's count may take.
const countUnits = 2_000

// MaxCount is the largest encoding, in bytes, of what a method keeps of a count.
const MaxCount = 64 << 10

// beginCount closes the poll of a motion whose papers are counted now.
func beginCount(c *state.Ctx, n Number, motion Motion, poll Poll, m counter) error {
	unschedule(c, n, poll)
	poll.Status = Counting
	polls.Put(c, n, poll)
	return goOn(c, n, motion, poll, m)
}

// goOn takes a count further, within what is left of the block's work, and
// settles the motion when it is done. The rest waits for the next block.
func goOn(c *state.Ctx, n Number, motion Motion, poll Poll, m counter) error {
	at, err := counts.Get(c, n)
	if err != nil {
		return err
	}
	next := step{kept: at.Kept}
	if units := min(countUnits, c.Units()); units > 0 {
		if next, err = m.count(poll.papers(c, n), at.Kept, units); err != nil {
			return err
		}
		if len(next.kept) > MaxCount {
			return fmt.Errorf("a count keeps %d bytes, at most %d can be kept", len(next.kept), MaxCount)
		}
		c.Work(next.spent)
	}
	if !next.done {
		counts.Put(c, n, Count{c.Time(), next.kept})
		schedule(c, c.Time(), n)
		return nil
	}
	d, err := m.decide(poll.papers(c, n), next.kept)
	if err != nil {
		return err
	}
	tally, err := tallies.Get(c, n)
	if err != nil {
		return err
	}
	counts.Delete(c, n)
	return settle(c, n, motion, poll, Result{Tally: tally, Count: next.kept}, d)
}

// countAll counts from what was kept to the end, as if one block had all the time.
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
