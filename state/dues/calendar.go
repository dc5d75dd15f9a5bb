package dues

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// A calendar month has the days that it has: a period that is due on day 31 is due on the
// last day of a shorter month, and on 31 again in the next that has one.

// inMonth is a day of the month that is months after that of a day, or the month's last.
func inMonth(from, months uint64, day uint8) uint64 {
	year, month, _ := words.Date(from)
	at := year*12 + month - 1 + int64(min(months, 12*MaxPeriods))
	year, month = at/12, at%12+1
	return words.DayOf(year, month, min(int64(day), words.LastDay(year, month)))
}

// begins is the first day of a period, which count from 0.
func (s Schedule) begins(period uint64) uint64 {
	if s.Months > 0 {
		return inMonth(s.From, period*uint64(s.Months), s.Day)
	}
	return s.From + period*uint64(s.Days)
}

// everyWords say how long a period is.
func (s Schedule) everyWords() string {
	each := "every " + words.Plural(uint64(s.Days), "day")
	switch s.Months {
	case 0:
		return each
	case 1:
		each = "every month"
	case 12:
		each = "every year"
	default:
		each = "every " + words.Plural(uint64(s.Months), "month")
	}
	if s.Day > 28 {
		return each + fmt.Sprintf(", on day %d or the last of the month", s.Day)
	}
	return each + fmt.Sprintf(", on day %d of the month", s.Day)
}
