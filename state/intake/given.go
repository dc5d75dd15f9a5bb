package intake

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// A key that others gave a member casts in its place for as long as the member does not
// notice. So what they may give at a time they give once in so many days, and not one tenth
// of the silent members after another.

// GivenDays is for how many days a key that others than all members gave counts among those
// that they may give, from the day on which it acts. Bound of the machine: no charter lets a
// few officers gather more votes in a shorter time.
const GivenDays = 366

// givens are how many members sign by a key that others gave, by the day since 1970 UTC
// from which on it acts. Days that are over are deleted with later ones.
//
//	0xad ‖ co-op (4) ‖ day (8) → members
var givens = state.NewTable[uint64, uint64](0xad)

// mostForgotten is how many days that are over Give deletes at most.
const mostForgotten = 4

// Given is how many keys that others gave count still.
func Given(r state.Reader) (n uint64, err error) {
	today := state.DayOf(r.Time())
	err = givens.Range(r, max(today, GivenDays)-GivenDays+1, ^uint64(0), func(_ uint64, members uint64) (bool, error) {
		n += members
		return true, nil
	})
	return n, err
}

// Give records that a key which others gave a member acts from a day on, since 1970 UTC. It
// panics if the store cannot be read.
func Give(c *state.Ctx, day uint64) {
	var over []uint64
	err := givens.Range(c, 0, max(c.Day(), GivenDays)-GivenDays, func(day uint64, _ uint64) (bool, error) {
		over = append(over, day)
		return len(over) < mostForgotten, nil
	})
	of, again := givens.Get(c, day)
	if err != nil || again != nil {
		panic(fmt.Errorf("keys given on day %d of co-op %d: %w, %w", day, c.Coop(), err, again))
	}
	for _, day := range over {
		givens.Delete(c, day)
	}
	givens.Put(c, day, of+1)
}
