package dues

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// The first days of periods by the calendar: ends of months, and leap years as they are by
// the Gregorian rule.
func TestBegins(t *testing.T) {
	for _, row := range []struct {
		from   [3]int64
		months uint8
		day    uint8
		period uint64
		want   string
	}{
		{[3]int64{2027, 1, 1}, 1, 1, 0, "2027-01-01"},
		{[3]int64{2027, 1, 1}, 1, 1, 11, "2027-12-01"},
		{[3]int64{2027, 1, 1}, 1, 1, 12, "2028-01-01"},
		{[3]int64{2027, 1, 31}, 1, 31, 1, "2027-02-28"},
		{[3]int64{2027, 1, 31}, 1, 31, 2, "2027-03-31"}, // not the 28th for ever
		{[3]int64{2027, 1, 31}, 1, 31, 3, "2027-04-30"},
		{[3]int64{2027, 1, 31}, 1, 31, 13, "2028-02-29"},
		{[3]int64{2027, 2, 28}, 1, 31, 1, "2027-03-31"},
		{[3]int64{2027, 2, 28}, 1, 28, 1, "2027-03-28"},
		{[3]int64{2028, 2, 29}, 12, 29, 1, "2029-02-28"},
		{[3]int64{2028, 2, 29}, 12, 29, 4, "2032-02-29"},
		{[3]int64{2096, 2, 29}, 12, 29, 4, "2100-02-28"}, // no leap year
		{[3]int64{2096, 2, 29}, 12, 29, 8, "2104-02-29"},
		{[3]int64{2396, 2, 29}, 12, 30, 4, "2400-02-29"}, // one again
		{[3]int64{2027, 11, 15}, 3, 15, 1, "2028-02-15"},
		{[3]int64{2027, 12, 31}, 2, 31, 1, "2028-02-29"},
		{[3]int64{1970, 1, 1}, 6, 1, 1, "1970-07-01"},
	} {
		s := Schedule{From: words.DayOf(row.from[0], row.from[1], row.from[2]), Months: row.months, Day: row.day}
		if got := words.Day(s.begins(row.period)); got != row.want {
			t.Errorf("period %d from %v every %d months on day %d begins on %s, want %s", row.period, row.from, row.months, row.day, got, row.want)
		}
	}
}
