// Package words writes figures, amounts and texts of the ledger as people read them:
// in previews, lists and receipts, in pages and other programs. There is one form of
// each. It uses no clock and no Unicode tables of the standard library, so that
// programs built with different versions of Go write the same.
package words

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/money"
)

// Money writes an amount in minor units: 2100000 with 2 digits and EUR is
// "21,000.00 EUR". digits is how many stand behind the point; an empty currency
// is left out.
func Money(minor money.Amount, digits uint8, currency string) string {
	out := Decimal(magnitude(int64(minor)), digits)
	if minor < 0 {
		out = "-" + out
	}
	if currency != "" {
		out += " " + currency
	}
	return out
}

// Decimal writes a number of the smallest parts of a unit: 250 with 2 digits is
// "2.50", with none "250". digits is how many stand behind the point.
func Decimal(n uint64, digits uint8) string {
	text, d := strconv.FormatUint(n, 10), int(digits)
	if short := d + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	out := Thousands(text[:len(text)-d])
	if d > 0 {
		out += "." + text[len(text)-d:]
	}
	return out
}

// Count writes a whole number: 1650 is "1,650".
func Count(n uint64) string { return Thousands(strconv.FormatUint(n, 10)) }

// Signed is Count for numbers that may be negative.
func Signed(n int64) string {
	if n < 0 {
		return "-" + Count(magnitude(n))
	}
	return Count(uint64(n))
}

// magnitude is |n|, which for the smallest int64 only fits without a sign.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Thousands puts commas into digits: "1650" is "1,650".
func Thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Plural is "1 member", "1,650 members", for nouns whose plural ends in s.
func Plural(n uint64, noun string) string {
	return Count(n) + " " + Agree(n, noun, noun+"s")
}

// Numbered are "request 4", "requests 4 to 9" or, where the numbers have gaps, each of them
// or how many there are. numbers ascend; the plural of the noun ends in s.
func Numbered(noun string, numbers []uint64) string {
	n := len(numbers)
	switch {
	case n == 1:
		return fmt.Sprintf("%s %d", noun, numbers[0])
	case n > 1 && numbers[n-1]-numbers[0] == uint64(n-1):
		return fmt.Sprintf("%ss %d to %d", noun, numbers[0], numbers[n-1])
	case n > 10 || n == 0:
		return Plural(uint64(n), noun)
	}
	var list []string
	for _, m := range numbers {
		list = append(list, fmt.Sprint(m))
	}
	return noun + "s " + List(list, "and")
}

// Agree is the form of a verb or noun that goes with a number of things.
func Agree(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// List is "a", "a or b", "a, b or c", join being "or".
func List(items []string, join string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + join + " " + items[last]
}

// Minutes writes a length of time in the largest unit that fits: 20160 is "14
// days", 90 is "90 minutes".
func Minutes(n uint32) string {
	if n == 0 {
		return "0 minutes"
	}
	return Span(uint64(n) * 60)
}

// Span writes a length of time, given in seconds, in the largest unit that fits:
// 1296000 is "15 days", 90 is "90 seconds".
func Span(seconds uint64) string {
	for _, unit := range []struct {
		name    string
		seconds uint64
	}{{"day", 24 * 60 * 60}, {"hour", 60 * 60}, {"minute", 60}} {
		if seconds > 0 && seconds%unit.seconds == 0 {
			return Plural(seconds/unit.seconds, unit.name)
		}
	}
	return Plural(seconds, "second")
}

// Fraction writes a share of a whole: "all", "half", "two thirds", "10%", or "1
// in 7". A zero denominator, which no valid rule has, is written "1 in 0".
func Fraction(num, den uint64) string {
	switch num, den := reduced(num, den); {
	case num == den:
		return "all"
	case num == 1 && den == 2:
		return "half"
	case num == 2 && den == 3:
		return "two thirds"
	case num == 3 && den == 4:
		return "three quarters"
	case den > 0 && 100%den == 0:
		return fmt.Sprintf("%d%%", num*(100/den))
	default:
		return fmt.Sprintf("%d in %d", num, den)
	}
}

// Rate writes a rate as a percentage of at most two decimals, or else as a
// fraction: 1/5 is "20%", 1/8 is "12.5%", 1/6 is "1 in 6".
func Rate(r money.Rate) string {
	num, den := reduced(r.Num, r.Den)
	hi, product := bits.Mul64(num, 100*100)
	if den == 0 || hi != 0 || product%den != 0 {
		return fmt.Sprintf("%d in %d", num, den)
	}
	text := fmt.Sprintf("%s.%02d", Count(product/den/100), product/den%100)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".") + "%"
}

// reduced is a fraction in its lowest terms.
func reduced(num, den uint64) (uint64, uint64) {
	a, b := num, den
	for b != 0 {
		a, b = b, a%b
	}
	if a == 0 {
		return num, den
	}
	return num / a, den / a
}

// Date is a day, counted from 1970, by the Gregorian calendar.
func Date(days uint64) (year, month, day int64) { return date(int64(min(days, 1<<40))) }

// monthDays are the days of each month of a year that is no leap year.
var monthDays = [...]int64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// LastDay is the last day of a month, which counts from 1, by the Gregorian calendar.
func LastDay(year, month int64) int64 {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month-1]
}

// DayOf is a date in days since 1970, from which on years can be. Of Date it is the inverse.
func DayOf(year, month, day int64) uint64 {
	y := year - 1
	leap := y/4 - y/100 + y/400 - (1969/4 - 1969/100 + 1969/400) // days, in the years before
	days := (year-1970)*365 + leap + day - 1
	for m := int64(1); m < month; m++ {
		days += LastDay(year, m)
	}
	return uint64(days)
}

// Day writes a day, counted from 1970: "2026-12-31".
func Day(days uint64) string {
	year, month, day := Date(days)
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// Time writes a moment, in seconds since 1970 UTC: "2026-01-15 09:30 UTC", with
// seconds if there are any. Zero is none and gives "".
func Time(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	const day = 24 * 60 * 60
	days, rest := seconds/day, seconds%day
	if rest < 0 {
		days, rest = days-1, rest+day
	}
	y, m, d := date(days)
	text := fmt.Sprintf("%04d-%02d-%02d %02d:%02d", y, m, d, rest/3600, rest/60%60)
	if s := rest % 60; s != 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	return text + " UTC"
}

// date is the day of the Gregorian calendar a number of days after 1 January 1970. A
// year is counted from March, so that the leap day is its last, and an era is 400
// years, which have 146,097 days.
//
// Source: E. G. Richards, "Calendars", in Explanatory Supplement to the
// Astronomical Almanac, 3rd ed., section 15.11.
func date(days int64) (year, month, day int64) {
	const era = 146_097
	days += 719_468 // from 1 March of the year 0
	eras := days / era
	if days < 0 {
		eras = (days - era + 1) / era
	}
	days -= eras * era
	year = (days - days/1460 + days/36_524 - days/(era-1)) / 365
	days -= 365*year + year/4 - year/100
	from := (5*days + 2) / 153 // months since March
	day = days - (153*from+2)/5 + 1
	month = from + 3
	if month > 12 {
		month -= 12
	}
	year += eras * 400
	if month <= 2 {
		year++
	}
	return year, month, day
}
