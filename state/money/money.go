// Package money holds amounts in minor units and the exact arithmetic on them:
// checked addition, rates as integer fractions, and the division of a pool that
// always sums to the pool.
//
// Rule: docs/rules.md, "Money and rounding".
package money

import (
	"cmp"
	"errors"
	"math/bits"
	"slices"
)

// An Amount is a sum of money in the minor unit of a co-op's currency (cents
// for EUR), negative on the credit side of a balance.
type Amount int64

// Max is the largest Amount that the ledger accepts, in minor units: a tenth of the
// type's range, so that sums of a few amounts cannot overflow the type.
const Max Amount = 1e18

// Errors of arithmetic. Rooms turn them into rejections.
var (
	ErrOverflow = errors.New("amount out of range")
	ErrNoClaims = errors.New("nothing to divide by: every claim is zero")
	ErrRate     = errors.New("rate has a zero denominator")
)

// Add returns a+b, or ErrOverflow if it lies outside -Max to Max.
func Add(a, b Amount) (Amount, error) {
	s := a + b
	if (a > 0 && b > 0 && s < 0) || (a < 0 && b < 0 && s >= 0) || s > Max || s < -Max {
		return 0, ErrOverflow
	}
	return s, nil
}

// Sum adds amounts, checking every step.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, a := range amounts {
		var err error
		if total, err = Add(total, a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Times returns units × price, or ErrOverflow. A negative price is ErrOverflow.
func Times(units uint64, price Amount) (Amount, error) {
	if price < 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(units, uint64(price))
	if hi != 0 || lo > uint64(Max) {
		return 0, ErrOverflow
	}
	return Amount(lo), nil
}

// A Rate is an exact non-negative fraction, such as 1/5 for 20 %.
type Rate struct {
	Num uint64 `cbor:"1,keyasint,omitempty" json:"num"`
	Den uint64 `cbor:"2,keyasint,omitempty" json:"den"`
}

// Of returns floor(a × rate), computed in 128 bits. A negative amount or a
// result over Max is ErrOverflow; a zero denominator is ErrRate.
func (r Rate) Of(a Amount) (Amount, error) {
	if r.Den == 0 {
		return 0, ErrRate
	}
	if a < 0 {
		return 0, ErrOverflow
	}
	q, _, err := mulDiv(uint64(a), r.Num, r.Den)
	if err != nil || q > uint64(Max) {
		return 0, ErrOverflow
	}
	return Amount(q), nil
}

// Over says whether r is the greater of two rates, neither with a zero denominator.
func (r Rate) Over(other Rate) bool {
	hi, lo := bits.Mul64(r.Num, other.Den)
	otherHi, otherLo := bits.Mul64(other.Num, r.Den)
	return hi > otherHi || hi == otherHi && lo > otherLo
}

// Share returns floor(pool×claim/total) and the remainder of that division,
// which is less than total: the two numbers from which the largest-remainder
// method works. claim is at most total; total is not zero.
func Share(pool Amount, claim, total uint64) (part Amount, remainder uint64, err error) {
	if pool < 0 || claim > total {
		return 0, 0, ErrOverflow
	}
	if total == 0 {
		return 0, 0, ErrNoClaims
	}
	q, r, err := mulDiv(uint64(pool), claim, total)
	return Amount(q), r, err
}

// mulDiv returns the quotient and remainder of a×b/c, with a 128-bit product.
func mulDiv(a, b, c uint64) (q, r uint64, err error) {
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return 0, 0, ErrOverflow
	}
	q, r = bits.Div64(hi, lo, c)
	return q, r, nil
}

// Split divides pool among claims in proportion to them.
//
// pool is in minor units and not negative; claims are in ascending member order and
// sum to less than 2^64. A part is floor(pool×claim/total); the leftover, always
// fewer units than there are claims, goes one each to the largest remainders, the
// earlier claim winning ties. The parts sum to pool exactly. Split does not retain
// its argument.
//
// Split returns ErrNoClaims if every claim is zero and ErrOverflow if the
// claims sum to 2^64 or more.
//
// Source: the largest-remainder method; docs/rules.md, "Money and rounding".
func Split(pool Amount, claims []uint64) ([]Amount, error) {
	var total uint64
	for _, c := range claims {
		var carry uint64
		if total, carry = bits.Add64(total, c, 0); carry != 0 {
			return nil, ErrOverflow
		}
	}
	if total == 0 {
		return nil, ErrNoClaims
	}
	type leftover struct {
		at        int
		remainder uint64
	}
	parts := make([]Amount, len(claims))
	rest := make([]leftover, len(claims))
	left := pool
	for i, c := range claims {
		part, rem, err := Share(pool, c, total)
		if err != nil {
			return nil, err
		}
		parts[i], rest[i] = part, leftover{i, rem}
		left -= part
	}
	slices.SortStableFunc(rest, func(a, b leftover) int { return cmp.Compare(b.remainder, a.remainder) })
	for _, r := range rest[:left] {
		parts[r.at]++
	}
	return parts, nil
}
