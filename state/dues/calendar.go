package dues

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// A calendar month has the days that it has: a period that is due on day 31 is due on the
// last day of a shorter month, and on 31 again in the next that has one.

// monthDays are the days of each month of a year that is no leap year.
var monthDays = [...]int64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// lastOf is the last day of a month, which counts from 1.
func lastOf(year, month int64) int64 {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month-1]
}

// dayOf is a day of the Gregorian calendar in days since 1970. Years are from 1970 on.
func dayOf(year, month, day int64) uint64 {
	y := year - 1
	leap := y/4 - y/100 + y/400 - (1969/4 - 1969/100 + 1969/400) // days, in the years before
	days := (year-1970)*365 + leap + day - 1
	for m := int64(1); m < month; m++ {
		days += lastOf(year, m)
	}
	return uint64(days)
}

// inMonth is a day of the month that is months after that of a day, or the month's last.
func inMonth(from, months uint64, day uint8) uint64 {
	year, month, _ := words.Date(from)
	at := year*12 + month - 1 + int64(min(months, 12*MaxPeriods))
	year, month = at/12, at%12+1
	return dayOf(year, month, min(int64(day), lastOf(year, month)))
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
