package count

import (
	"math/big"
	"strings"
)

// AtLeast says whether n ≥ f × whole, exactly.
func AtLeast(n uint64, f Fraction, whole uint64) bool {
	left := new(big.Int).Mul(new(big.Int).SetUint64(n), new(big.Int).SetUint64(f.Den))
	right := new(big.Int).Mul(new(big.Int).SetUint64(f.Num), new(big.Int).SetUint64(whole))
	return left.Cmp(right) >= 0
}

// LeastPapers is the quorum in papers.
func LeastPapers(quorum Fraction, least, electorate uint64) uint64 {
	return max(least, atLeastOf(quorum, electorate))
}

// atLeastOf is the least n for which AtLeast(n, f, whole) holds.
func atLeastOf(f Fraction, whole uint64) uint64 {
	n, rest := new(big.Int).QuoRem(new(big.Int).Mul(new(big.Int).SetUint64(f.Num), new(big.Int).SetUint64(whole)),
		new(big.Int).SetUint64(f.Den), new(big.Int))
	if rest.Sign() > 0 {
		return n.Uint64() + 1
	}
	return n.Uint64()
}

// Needed is the least number of yes that carries a question with that base.
func (r MajorityRule) Needed(base uint64) uint64 {
	n := atLeastOf(r.Threshold, base)
	if r.Strict && AtLeast(base-n, Fraction{r.Threshold.Den - r.Threshold.Num, r.Threshold.Den}, base) {
		n++
	}
	return max(n, 1)
}

// Percent writes f for people: 50%, 12.5%, or 2/3 where that is no short decimal.
func (f Fraction) Percent() string {
	r := new(big.Rat).SetFrac(new(big.Int).SetUint64(f.Num), new(big.Int).SetUint64(f.Den))
	hundreds := new(big.Rat).Mul(r, big.NewRat(100, 1))
	if new(big.Rat).Mul(hundreds, big.NewRat(100, 1)).IsInt() {
		return strings.TrimRight(strings.TrimRight(hundreds.FloatString(2), "0"), ".") + "%"
	}
	return r.RatString()
}
