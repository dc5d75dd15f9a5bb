package life

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Days is how many members of each class come, and go, on each day since 1970 UTC: what
// the Turns of a register have to be.
type Days map[uint64]*[2][charter.MaxClasses]uint64

// Add adds the days of a record.
func (d Days) Add(r Record) {
	comes, goes := r.Turns()
	for i, on := range [][]uint64{comes, goes} {
		for _, day := range on {
			if day == 0 {
				continue
			}
			if d[day] == nil {
				d[day] = &[2][charter.MaxClasses]uint64{}
			}
			d[day][i][r.Class()-1]++
		}
	}
}

// Check compares what is recorded of a day.
func (d Days) Check(day uint64, t Turn) error {
	if d[day] == nil {
		return fmt.Errorf("on day %d nobody comes or goes, its record says %+v", day, t)
	}
	for i, counts := range [][]uint64{t.Come, t.Go} {
		var got [charter.MaxClasses]uint64
		copy(got[:], counts)
		if got != d[day][i] {
			return fmt.Errorf("on day %d members %s by class: %v, its record says %v", day, [...]string{"come", "go"}[i], d[day][i], got)
		}
	}
	return nil
}
