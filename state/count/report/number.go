package report

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// RatioDecimals are the decimals that Ratio prints.
const RatioDecimals = 4

// Ratio prints a/b, both positive, rounded down to RatioDecimals.
func Ratio(a, b *big.Int) string {
	n := new(big.Int).Mul(a, big.NewInt(Pow10(RatioDecimals)))
	s := n.Quo(n, b).String()
	for len(s) <= RatioDecimals {
		s = "0" + s
	}
	return s[:len(s)-RatioDecimals] + "." + s[len(s)-RatioDecimals:]
}

// Decimal writes units of 10^-places exactly.
func Decimal(units int64, places int) string {
	if places == 0 {
		return strconv.FormatInt(units, 10)
	}
	sign := ""
	if units < 0 {
		sign, units = "-", -units
	}
	s := strconv.FormatInt(units, 10)
	if len(s) <= places {
		s = strings.Repeat("0", places+1-len(s)) + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}

// Change writes a difference with its sign, and nothing for none.
func Change(units int64, places int) string {
	switch {
	case units == 0:
		return ""
	case units > 0:
		return "+" + Decimal(units, places)
	}
	return Decimal(units, places)
}

// Counted says "1 paper" or "n papers".
func Counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// Pow10 is 10^n, n from 0 to 18.
func Pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Fraction writes r as a decimal when that is exact in six places, and
// otherwise as whole and fraction, "2 1/3".
func Fraction(r *big.Rat) string {
	if r.IsInt() {
		return r.RatString()
	}
	scaled := new(big.Rat).Mul(r, big.NewRat(1_000_000, 1))
	if scaled.IsInt() {
		s := r.FloatString(6)
		for s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
		return s
	}
	whole, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if whole.Sign() == 0 {
		return r.RatString()
	}
	return fmt.Sprintf("%s %s/%s", whole, rest, r.Denom())
}

// List joins names by commas, or by semicolons if one of them has a comma.
func List(names []string) string {
	for _, n := range names {
		if strings.Contains(n, ",") {
			return strings.Join(names, "; ")
		}
	}
	return strings.Join(names, ", ")
}
