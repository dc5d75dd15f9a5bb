package main

import (
	"math"
	"strconv"
	"strings"
)

// decimalsOf lists the ISO 4217 currencies whose minor unit is not a hundredth.
// Source: ISO 4217, table A.1.
var decimalsOf = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// decimals is how many digits a currency has behind the point.
func decimals(currency string) int {
	if d, special := decimalsOf[currency]; special {
		return d
	}
	return 2
}

// formatMoney writes an amount in minor units for people: 2100000 and EUR are
// "21,000.00 EUR". An empty currency is left away and has two decimals.
func formatMoney(minor int64, currency string) string {
	sign, digits := "", strconv.FormatUint(magnitude(minor), 10)
	if minor < 0 {
		sign = "-"
	}
	d := decimals(currency)
	if short := d + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	text := sign + groupThousands(digits[:len(digits)-d])
	if d > 0 {
		text += "." + digits[len(digits)-d:]
	}
	if currency != "" {
		text += " " + currency
	}
	return text
}

// parseMoney reads an amount as people write it, "21,000.00" or "21000", into
// minor units. It refuses what could be misread: more digits behind the point
// than the currency has or a point with too few, separators that do not stand
// at thousands, a comma for the point, signs other than a leading "-", and
// amounts over what an account holds.
func parseMoney(text, currency string) (int64, error) {
	refuse := func(why string) (int64, error) {
		d := decimals(currency)
		example := formatMoney(1234*int64(math.Pow10(d)), currency)
		return 0, withHint(fault("%q is not an amount: %s", text, why), "write it like %s",
			strings.TrimSuffix(example, " "+currency))
	}
	number, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(number, ".")
	plain := strings.ReplaceAll(whole, ",", "")
	switch d := decimals(currency); {
	case plain == "" || strings.Trim(plain+fraction, "0123456789") != "":
		return refuse("only digits, with a comma at thousands and one point, are allowed")
	case strings.Contains(whole, ",") && groupThousands(plain) != whole:
		return refuse("its commas do not stand at thousands")
	case hasPoint && len(fraction) != d:
		return refuse("it needs " + strconv.Itoa(d) + " digits behind the point, or no point")
	case !hasPoint:
		fraction = strings.Repeat("0", d)
	}
	minor, err := strconv.ParseInt(plain+fraction, 10, 64)
	if err != nil {
		return refuse("it is too large")
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// formatCount writes a number with separators at thousands: 1,650.
func formatCount(n int64) string {
	text := groupThousands(strconv.FormatUint(magnitude(n), 10))
	if n < 0 {
		return "-" + text
	}
	return text
}

// magnitude is |n|, which for the smallest int64 only fits without a sign.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func groupThousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
