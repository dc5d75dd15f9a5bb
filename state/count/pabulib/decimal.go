package pabulib

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// A decimal is n × 10^-scale with no trailing zero behind the point.
type decimal struct {
	n     int64
	scale int
}

// parseDecimal reads 12, -3, 12.50 or 12,50. A comma is the decimal mark that
// some files use; one followed by three digits could part thousands, so it is
// refused rather than guessed.
func parseDecimal(s string) (decimal, error) {
	digits, sign := s, int64(1)
	if len(s) > 1 && s[0] == '-' {
		digits, sign = s[1:], -1
	}
	var d decimal
	seen, mark := 0, byte(0)
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		switch {
		case c >= '0' && c <= '9':
			if d.n >= 1<<59 {
				return decimal{}, input.Expected("a smaller amount", "%q", input.Short(s))
			}
			d.n, seen = d.n*10+int64(c-'0'), seen+1
			if mark != 0 {
				d.scale++
			}
		case (c == '.' || c == ',') && mark == 0 && seen > 0:
			mark = c
		default:
			return decimal{}, input.Expected("a number such as 1200 or 1200.50", "%q", input.Short(s))
		}
	}
	if seen == 0 || (mark != 0 && d.scale == 0) {
		return decimal{}, input.Expected("a number such as 1200 or 1200.50", "%q", input.Short(s))
	}
	if mark == ',' && d.scale > 2 {
		return decimal{}, input.Expected("a number such as 1200 or 1200.50", "%q, which could mean thousands", input.Short(s))
	}
	for d.scale > 0 && d.n%10 == 0 {
		d.n, d.scale = d.n/10, d.scale-1
	}
	if d.scale > maxDecimals {
		return decimal{}, input.Expected(fmt.Sprintf("at most %d decimals", maxDecimals), "%q", input.Short(s))
	}
	d.n *= sign
	return d, nil
}

// at gives d in units of 10^-scale, which is at least d's own scale. It returns
// false if that passes limit.
func (d decimal) at(scale int, limit int64) (int64, bool) {
	n := d.n
	for i := d.scale; i < scale; i++ {
		if n > limit || n < -limit {
			return 0, false
		}
		n *= 10
	}
	return n, n <= limit && n >= -limit
}

// over says whether d > e, both being positive amounts in bounds.
func (d decimal) over(e decimal) bool {
	scale := max(d.scale, e.scale)
	dn, ok := d.at(scale, 1<<62/10)
	if !ok {
		return true
	}
	en, _ := e.at(scale, 1<<62/10)
	return dn > en
}
