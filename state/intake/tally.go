package intake

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Tally is what the histories of a co-op's members say of days since 1970 UTC, against
// which Check holds what is counted.
type Tally struct {
	entered map[uint64]uint64 // members who came or were invited anew
	given   map[uint64]uint64 // keys that others gave and that act from that day on
	days    []uint64          // of given, as they came
}

// Add adds the days of one member.
func (t *Tally) Add(entered, given []uint64) {
	if t.entered == nil {
		t.entered, t.given = map[uint64]uint64{}, map[uint64]uint64{}
	}
	for _, day := range entered {
		t.entered[day]++
	}
	for _, day := range given {
		t.given[day]++
		t.days = append(t.days, day)
	}
}

// Check: on no day did others let in more than came, and of each day whose keys count still
// exactly those are counted that the histories tell of.
func (t Tally) Check(r state.Reader) error {
	err := intakes.Range(r, 0, ^uint64(0), func(day uint64, members uint64) (bool, error) {
		if members == 0 || members > t.entered[day] {
			return false, fmt.Errorf("others let in %d members on day %d, on which %d came", members, day, t.entered[day])
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	var days []uint64 // whose keys count, or are counted
	err = givens.Range(r, 0, ^uint64(0), func(day uint64, _ uint64) (bool, error) {
		days = append(days, day)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, day := range t.days {
		if day+GivenDays > state.DayOf(r.Time()) {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		members, err := givens.Get(r, day)
		if err != nil {
			return err
		}
		if members == 0 || members != t.given[day] {
			return fmt.Errorf("of the keys that others gave %d are counted that act from day %d on, by the histories %d are", members, day, t.given[day])
		}
	}
	return nil
}
