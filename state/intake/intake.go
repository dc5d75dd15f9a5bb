// Package intake counts whom others than all members let in, and to whom they gave a key.
//
// Whom they let in counts after the waiting time, in which all members can bar each of
// them. A crowd would be more than they can bar in time, so others let in few: within the
// charter's days no more than one in so many of those who count, or a few in a small co-op,
// and in a smaller one so many that with two officers they are no more than the rest. What
// all members admit or import has no bound, nor what a co-op is founded with. Package member
// lets in, and refuses.
//
// Rule: docs/rules.md, "Membership".
package intake

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// bySelves is by how much fewer than the members a crowd is that, with two officers, has as
// many votes as the rest of them.
const bySelves = 4

// intakes are how many members others than all let in, by day since 1970 UTC. Days that
// are over for the charter's time are deleted with the next one.
//
//	0x17 ‖ co-op (4) ‖ day (8) → members
var intakes = state.NewTable[uint64, uint64](0x17)

// mostOf are how many of a co-op's members others than all let in at a time, if n count: one
// in oneIn, or small if that is more.
func mostOf(n, oneIn, small uint64) uint64 {
	return max(n/oneIn, min(small, max(n, bySelves)-bySelves), 1)
}

// An Intake is how many members others than all have let in, and may.
type Intake struct {
	Let    uint64 // within so many days, that of the block included
	Within uint64
	Most   uint64 // within them

	over []uint64 // days that count no more
}

// Of is the intake of a co-op of which n members count.
func Of(r state.Reader, figures charter.Membership, n uint64) (in Intake, err error) {
	within, oneIn, small := figures.Intakes()
	in.Within, in.Most = within, mostOf(n, oneIn, small)
	today := state.DayOf(r.Time())
	err = intakes.Range(r, 0, today, func(day uint64, members uint64) (bool, error) {
		if day+within <= today {
			in.over = append(in.over, day)
		} else {
			in.Let += members
		}
		return true, nil
	})
	return in, err
}

// Take records that others let in more members. It panics if the store cannot be read.
func (in Intake) Take(c *state.Ctx, more uint64) {
	for _, day := range in.over {
		intakes.Delete(c, day)
	}
	today := c.Day()
	of, err := intakes.Get(c, today)
	if err != nil {
		panic(fmt.Errorf("members let in on day %d of co-op %d: %w", today, c.Coop(), err))
	}
	intakes.Put(c, today, of+more)
}
