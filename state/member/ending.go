package member

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// An Ending is why a membership ended. Numbers are append-only.
type Ending uint8

// Endings. One that was recorded before there were any is zero: a resignation.
const (
	Resigned  Ending = 1
	Expelled  Ending = 2
	StruckOff Ending = 3 // after long silence, and notice
	Died      Ending = 4
	Refused   Ending = 5 // as a candidate, or on probation
	Dissolved Ending = 6 // of a body
)

var endingNames = [...]string{"", "resigned", "expelled", "struck off", "died", "refused", "dissolved"}

func (e Ending) String() string {
	if int(e) >= len(endingNames) {
		return fmt.Sprintf("ending %d", uint8(e))
	}
	return endingNames[e]
}

// MarshalText writes the ending's name.
func (e Ending) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Known says whether e is one of the endings above.
func (e Ending) Known() bool { return e >= Resigned && e <= Dissolved }

// Final says whether nobody comes back after it.
func (e Ending) Final() bool { return e == Died || e == Dissolved }

// From is the day, since 1970 UTC, from which on the change holds: that of its block,
// unless it says another.
func (h Change) From() uint64 {
	if h.Effective != 0 {
		return h.Effective
	}
	return state.DayOf(h.Time)
}

// On is the change by which the member's standing and class were at the end of a day, as
// far as they were recorded by the end of another: days since 1970 UTC. What is recorded
// with effect from an earlier day, such as a death, changes the answer for that day only
// to those who ask by when it was known. ok is false for one who was not yet on the
// register. The answer for two days that are over never changes.
func (r Record) On(day, known uint64) (h Change, ok bool) {
	for _, h := range slices.Backward(r.History) {
		if h.From() <= day && state.DayOf(h.Time) <= known {
			return h, true
		}
	}
	return Change{}, false
}

// Ended is why the membership ended, zero if it lasts.
func (r Record) Ended() Ending {
	last := r.History[len(r.History)-1]
	switch {
	case last.Standing != Left:
		return 0
	case last.Ending == 0:
		return Resigned
	}
	return last.Ending
}

// entries are the days, since 1970 UTC, on which the member was admitted or imported.
func (r Record) entries() (days []uint64) {
	was := Standing(0)
	for _, h := range r.History {
		if h.Standing == Active && was != Active && was != Suspended {
			days = append(days, state.DayOf(h.Time))
		}
		was = h.Standing
	}
	return days
}
