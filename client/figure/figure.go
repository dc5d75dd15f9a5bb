// Package figure reads the numbers that people type and that spreadsheets write.
// There is one reader, and it guesses nothing: a point stands before decimals, a
// comma may stand at thousands and nowhere else, and whatever could mean two
// numbers is refused with the reason and with the form that is wanted.
//
// Behind the point there may be fewer digits than there can be, since spreadsheets leave
// zeros out: 12.5 is 12.50. There are never more. In a currency that has four, an amount
// with three is refused: 1.234 could be a thousand and more.
//
// Package words of state writes them; what it writes can be read here.
package figure

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// An Error says which text is no number of the kind that was wanted, and why.
type Error struct {
	Text  string
	Noun  string // "an amount", "a number of hours"
	Why   string
	Write string // how it is written, as an example: "1,234.00"

	Swapped bool // it is such a number if commas and points change places
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s is not %s: %s", words.Quote(e.Text), e.Noun, e.Why)
}

// Hint says how a number is written, if err is an *Error; otherwise it is empty.
func Hint(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return "write it like " + e.Write
}

// A form is what a number may look like.
type form struct {
	noun   string
	digits int  // behind the point, at most
	money  bool // an amount
	minus  bool // may be below zero
	plain  bool // has no commas
}

// example is a number of the form.
func (f form) example() string {
	if f.plain {
		return "1234"
	}
	return words.Thousands("1234") + decimals(f.digits)
}

// decimals is a point and that many zeros, or nothing.
func decimals(digits int) string {
	if digits == 0 {
		return ""
	}
	return "." + strings.Repeat("0", digits)
}

// Swapped writes commas for points and points for commas.
func Swapped(text string) string { return swapped.Replace(text) }

var swapped = strings.NewReplacer(",", ".", ".", ",")

// parse reads text as a number of the smallest parts of a unit, at most money.Max or,
// of plain numbers, below 2^64.
func (f form) parse(text string) (n uint64, negative bool, err error) {
	n, negative, err = f.read(text)
	var bad *Error
	if errors.As(err, &bad) {
		_, _, otherwise := f.read(Swapped(text))
		bad.Swapped = otherwise == nil
	}
	return n, negative, err
}

func (f form) read(text string) (n uint64, negative bool, err error) {
	refuse := func(why string, args ...any) (uint64, bool, error) {
		return 0, false, &Error{Text: text, Noun: f.noun, Why: fmt.Sprintf(why, args...), Write: f.example()}
	}
	number := text
	if f.minus {
		number, negative = strings.CutPrefix(text, "-")
	}
	whole, fraction, hasPoint := strings.Cut(number, ".")
	plain := strings.ReplaceAll(whole, ",", "")
	grouped := whole != plain
	switch {
	case text == "":
		return refuse("it is empty")
	case strings.HasPrefix(number, "-"):
		return refuse("it is below zero")
	case plain == "" || strings.Trim(plain+fraction, "0123456789") != "":
		return refuse("%s", f.only())
	case grouped && f.plain:
		return refuse("it has no commas")
	case grouped && (words.Thousands(plain) != whole || plain[0] == '0'):
		return refuse("its commas do not stand at thousands%s", decimalsBehind(f.digits))
	case grouped && !hasPoint && f.digits == 3 && len(plain) < 7:
		return refuse("its comma could be meant for the point; write decimals too, or no comma")
	case hasPoint && f.digits == 0:
		return refuse("it is whole, without a point")
	case hasPoint && (fraction == "" || len(fraction) > f.digits):
		return refuse("it can have at most %s behind the point", words.Plural(uint64(f.digits), "digit"))
	case f.money && len(fraction) == 3 && f.digits > 3 && len(whole) <= 3 && whole[0] != '0':
		return refuse("its point could be meant for thousands; write all %s behind it, or no point", words.Plural(uint64(f.digits), "digit"))
	}
	n, err = strconv.ParseUint(plain+fraction+strings.Repeat("0", f.digits-len(fraction)), 10, 64)
	switch {
	case err != nil && f.plain:
		return refuse("it is too large")
	case !f.plain && (err != nil || n > uint64(money.Max)):
		return refuse("it is too large; the most is %s", words.Decimal(uint64(money.Max), uint8(f.digits)))
	}
	return n, negative, nil
}

// only says which characters there can be.
func (f form) only() string {
	switch {
	case f.plain:
		return "only digits are allowed"
	case f.digits == 0:
		return "only digits, with a comma at thousands, are allowed"
	}
	return "only digits, with a comma at thousands and one point, are allowed"
}

// decimalsBehind says where decimals stand, of numbers that have some.
func decimalsBehind(digits int) string {
	if digits == 0 {
		return ""
	}
	return "; decimals stand behind a point"
}

// Money reads an amount of at most money.Max either way, "21,000.00" or "21000", in minor units of a currency with
// a number of digits. Behind a point it has all of them or fewer, but not three of four.
// It may be below zero.
func Money(text string, digits uint8) (money.Amount, error) {
	n, negative, err := form{noun: "an amount", digits: int(digits), money: true, minus: true}.parse(text)
	if negative {
		return -money.Amount(n), err
	}
	return money.Amount(n), err
}

// Quantity reads a quantity of what noun names, "2.5" hours, in the smallest parts
// that a number of digits behind the point allows: 250 with 2 digits. It is at most
// money.Max of those parts.
func Quantity(noun, text string, digits uint8) (uint64, error) {
	n, _, err := form{noun: "a number of " + noun, digits: int(digits)}.parse(text)
	return n, err
}

// Whole reads how many there are of what noun names: "1,650".
func Whole(noun, text string) (uint64, error) { return Quantity(noun, text, 0) }

// Ordinal reads the number of one thing, such as "the number of a member". It
// starts at 1 and has no commas, since lists of numbers have.
func Ordinal(noun, text string) (uint64, error) {
	f := form{noun: noun, plain: true}
	n, _, err := f.parse(text)
	if err == nil && n == 0 {
		err = &Error{Text: text, Noun: noun, Why: "numbers start at 1", Write: f.example()}
	}
	return n, err
}

// Rate reads a part of a whole, "15%", "12.5%" or "1/6", exactly. It is at most
// all.
func Rate(text string) (money.Rate, error) {
	refuse := func(why string) (money.Rate, error) {
		return money.Rate{}, &Error{Text: text, Noun: "a rate", Why: why, Write: "15%, 12.5% or 1/6"}
	}
	var rate money.Rate
	if num, den, ok := strings.Cut(text, "/"); ok {
		n, _, err1 := form{plain: true}.parse(num)
		d, _, err2 := form{plain: true}.parse(den)
		if err1 != nil || err2 != nil || d == 0 || n > maxRate || d > maxRate {
			return refuse("a fraction is two whole numbers")
		}
		rate = money.Rate{Num: n, Den: d}
	} else {
		number, ok := strings.CutSuffix(text, "%")
		if !ok {
			return refuse("it has neither a % nor a /")
		}
		const digits = 6
		n, _, err := form{digits: digits}.parse(number)
		var e *Error
		if errors.As(err, &e) {
			return refuse(e.Why)
		}
		rate = money.Rate{Num: n, Den: 100_000_000}
		for rate.Den > 100 && rate.Num%10 == 0 {
			rate.Num, rate.Den = rate.Num/10, rate.Den/10
		}
	}
	if rate.Num > rate.Den {
		return refuse("it is more than all")
	}
	return rate, nil
}

// maxRate bounds both numbers of a fraction.
const maxRate = 1<<32 - 1

// spans are the units of a length of time, in seconds.
var spans = []struct {
	mark    string
	seconds uint64
}{{"s", 1}, {"m", 60}, {"h", 60 * 60}, {"d", 24 * 60 * 60}, {"w", 7 * 24 * 60 * 60}}

// Span reads a length of time in seconds: a whole number and one of s, m, h, d and w,
// "15d".
func Span(text string) (seconds uint64, err error) {
	refuse := func(why string) (uint64, error) {
		return 0, &Error{Text: text, Noun: "a length of time", Why: why, Write: "15d"}
	}
	for _, unit := range spans {
		number, found := strings.CutSuffix(text, unit.mark)
		if !found {
			continue
		}
		n, err := Whole("a length of time", number)
		switch {
		case err != nil:
			return refuse("it is a whole number with one of s, m, h, d and w behind it")
		case n > math.MaxInt64/unit.seconds:
			return refuse("it is too large")
		}
		return n * unit.seconds, nil
	}
	return refuse("it is a whole number with one of s, m, h, d and w behind it")
}
