package light

import (
	"crypto/sha256"
	"math/bits"
)

// merkleRoot is the root of the tree over items, by RFC 6962, section 2.1.
func merkleRoot(items [][]byte) [sha256.Size]byte {
	switch n := len(items); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, items[0]...))
	default:
		k := 1 << (bits.Len(uint(n-1)) - 1) // the largest power of two below n
		left, right := merkleRoot(items[:k]), merkleRoot(items[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}
