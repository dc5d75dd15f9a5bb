package surplus

import (
	"errors"
	"math/bits"
)

// A Selection finds the largest of many 64-bit remainders without holding them:
// it narrows the threshold by a byte a pass over them, from the most
// significant, with one histogram of 256 counters. Ties go to those that come
// first in the last pass, which is in member order.
//
//	first pass:  Count every remainder, then Begin with how many are wanted
//	next passes: while not settled, Count every remainder again, then Narrow
//	last pass:   Take each remainder
type Selection struct {
	Prefix uint64   `cbor:"1,keyasint,omitempty" json:"prefix"` // bytes of the threshold that are settled; the rest is zero
	Shift  uint8    `cbor:"2,keyasint,omitempty" json:"shift"`  // bits below the byte being counted
	Need   uint64   `cbor:"3,keyasint,omitempty" json:"need"`   // units left for the remainders that match Prefix
	Counts []uint64 `cbor:"4,keyasint,omitempty" json:"-"`      // 256 of them, or none once settled
}

// newSelection selects among remainders below total, which is not zero.
func newSelection(total uint64) Selection {
	size := max(bits.Len64(total-1), 1)
	return Selection{Shift: uint8((size - 1) / 8 * 8), Counts: make([]uint64, 256)}
}

// count takes note of a remainder that may be the threshold.
func (s *Selection) count(remainder uint64) {
	above := s.Shift + 8 // a shift by 64 leaves zero
	if remainder>>above == s.Prefix>>above {
		s.Counts[byte(remainder>>s.Shift)]++
	}
}

// errSelection means that fewer remainders were counted than are wanted.
var errSelection = errors.New("largest remainder: more units left over than claims")

// begin says how many of the remainders are wanted, after the first pass.
func (s *Selection) begin(need uint64) (settled bool, err error) {
	if need == 0 {
		*s = Selection{Prefix: ^uint64(0)} // above any remainder
		return true, nil
	}
	s.Need = need
	return s.narrow()
}

// narrow settles one byte of the threshold after a pass.
func (s *Selection) narrow() (settled bool, err error) {
	for b := 255; b >= 0; b-- {
		n := s.Counts[b]
		if s.Need > n {
			s.Need -= n
			continue
		}
		s.Prefix |= uint64(b) << s.Shift
		if s.Need == n || s.Shift == 0 {
			s.Counts = nil // all that match are taken, or the first Need of them
			return true, nil
		}
		s.Shift -= 8
		s.Counts = make([]uint64, 256)
		return false, nil
	}
	return false, errSelection
}

// take says whether a remainder is among the largest. Each is asked about once,
// in the order in which ties are settled.
func (s *Selection) take(remainder uint64) bool {
	mine, threshold := remainder>>s.Shift, s.Prefix>>s.Shift
	if mine == threshold && s.Need > 0 {
		s.Need--
		return true
	}
	return mine > threshold
}
