package main

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// Forms of days that people and spreadsheets write.
var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})[./-](\d{4})$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[-./](\d{1,2})[-./](\d{1,2})([T ][0-9:.Z]*)?$`)
	daySerial = regexp.MustCompile(`^([2-5]\d{4})(\.0+)?$`)
)

// serialDays is how many days before 1970 the day 0 of a spreadsheet is: 1899-12-30.
const serialDays = 25569

// dayWords say how a day is written that stands in another form. A day that could be two is
// not guessed.
func dayWords(text string) string {
	like := "write it like 2026-12-31"
	is := func(year, month, day string) string {
		y, _ := strconv.Atoi(year)
		m, _ := strconv.Atoi(month)
		d, _ := strconv.Atoi(day)
		on := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		if on.Day() != d || int(on.Month()) != m {
			return like
		}
		return "write " + on.Format(time.DateOnly)
	}
	if f := dayFirst.FindStringSubmatch(text); f != nil {
		first, second := is(f[4], f[3], f[1]), is(f[4], f[1], f[3])
		switch {
		case f[2] == "." || second == like || first == second:
			return first // a point stands where the day comes first
		case first == like:
			return second
		}
		return fmt.Sprintf("%s or %s, whichever is meant", first, second[len("write "):])
	}
	if f := yearFirst.FindStringSubmatch(text); f != nil {
		return is(f[1], f[2], f[3])
	}
	if f := daySerial.FindStringSubmatch(text); f != nil {
		n, _ := strconv.Atoi(f[1])
		if n < serialDays {
			return like
		}
		return fmt.Sprintf("it is a spreadsheet's number of a day: write %s, and give the column the form of a date", words.Day(uint64(n-serialDays)))
	}
	return like
}
