package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Whom others than all members let in counts after the waiting time, in which all members
// can bar each of them. A crowd would be more than they can bar in time, so others let in
// few: within the charter's days no more than one in so many of those who count, or a few in a
// small co-op, and in a smaller one so many that with two officers they are no more than
// the rest. What all members admit or import has no bound, nor what a co-op is founded
// with.

// bySelves is by how much fewer than the members a crowd is that, with two officers, has as
// many votes as the rest of them.
const bySelves = 4

// intakes are how many members others than all let in, by day since 1970 UTC. Days that
// are over for the charter's time are deleted with the next one.
//
//	0x17 ‖ co-op (4) ‖ day (8) → members
var intakes = state.NewTable[uint64, uint64](0x17)

// intakeOf is how many of a co-op's members others than all let in at a time, if n count: one
// in oneIn, or small if that is more.
func intakeOf(n, oneIn, small uint64) uint64 {
	return max(n/oneIn, min(small, max(n, bySelves)-bySelves), 1)
}

// requireIntake refuses others than all members to let in more at a time than they may.
// take records that they did and cannot fail.
func requireIntake(c *state.Ctx, more uint64) (take func(), err error) {
	by := c.Authority()
	if by.All || by.Actor == (state.Actor{}) {
		return func() {}, nil
	}
	n, _, err := Electors(c, 0, c.Time())
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return nil, err
	}
	within, oneIn, small := policy.Membership.Intakes()
	today, let := c.Day(), uint64(0)
	var over []uint64
	err = intakes.Range(c, 0, today, func(day uint64, members uint64) (bool, error) {
		if day+within <= today {
			over = append(over, day)
		} else {
			let += members
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	if most := intakeOf(n, oneIn, small); let+more > most {
		return nil, ErrMany.With("%d would be let in by others within %d days where %d count, at most %d can", let+more, within, n, most)
	}
	return func() {
		for _, day := range over {
			intakes.Delete(c, day)
		}
		of, err := intakes.Get(c, today)
		if err != nil {
			panic(fmt.Errorf("members let in on day %d of co-op %d: %w", today, c.Coop(), err))
		}
		intakes.Put(c, today, of+more)
	}, nil
}

// checkIntakes: on no day did others let in more than were let in.
func checkIntakes(r state.Reader, entered map[uint64]uint64) error {
	return intakes.Range(r, 0, ^uint64(0), func(day uint64, members uint64) (bool, error) {
		if members == 0 || members > entered[day] {
			return false, fmt.Errorf("others let in %d members on day %d, on which %d came", members, day, entered[day])
		}
		return true, nil
	})
}
