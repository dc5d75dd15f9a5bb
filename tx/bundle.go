package tx

import (
	"errors"
	"fmt"
)

// Bounds of a bundle.
const (
	MaxBundle  = 256 << 10 // bytes of a whole bundle
	MaxBundled = 1024      // transactions in one bundle
)

// Errors of Unbundle.
var (
	ErrBundle     = errors.New("malformed bundle")
	ErrBundleSize = errors.New("bundle is larger than 256 KiB")
)

// CBOR's major types, as they stand in the first byte of an item.
const (
	majorBytes = 2 << 5
	majorArray = 4 << 5
	majorMask  = 7 << 5
)

// IsBundle says whether raw would be read as a bundle: its first byte begins an
// array, and that of a transaction a map.
func IsBundle(raw []byte) bool { return len(raw) > 0 && raw[0]&majorMask == majorArray }

// Bundle puts transactions into bundles, in their order, with as many in each as the
// bounds take. One that is left alone stays a transaction.
//
// A bundle is a container without authority: an array of byte strings, each a
// transaction, in the form of Encode. It has no signature and no id of its own
// that a member would ever see.
func Bundle(raws [][]byte) [][]byte {
	var out [][]byte
	for len(raws) > 0 {
		n, size := 0, 0
		for n < len(raws) && n < MaxBundled {
			more := size + HeadSize(len(raws[n])) + len(raws[n])
			if HeadSize(n+1)+more > MaxBundle {
				break
			}
			n, size = n+1, more
		}
		if n < 2 {
			out, raws = append(out, raws[0]), raws[1:]
			continue
		}
		b := appendHead(make([]byte, 0, HeadSize(n)+size), majorArray, n)
		for _, raw := range raws[:n] {
			b = append(appendHead(b, majorBytes, len(raw)), raw...)
		}
		out, raws = append(out, b), raws[n:]
	}
	return out
}

// Unbundle returns the transactions of a bundle, which are parts of raw, or raw alone
// if it is none. It does not look into them: each may still be refused by Parse.
//
// It returns ErrBundleSize, or ErrBundle for one that is torn, has less than two or
// more than MaxBundled transactions, holds a bundle or a transaction of more than
// MaxSize bytes, or is not in the form of Bundle.
func Unbundle(raw []byte) ([][]byte, error) {
	if !IsBundle(raw) {
		return [][]byte{raw}, nil
	}
	if len(raw) > MaxBundle {
		return nil, fmt.Errorf("%w: %d bytes", ErrBundleSize, len(raw))
	}
	n, rest, err := cutHead(raw, majorArray)
	if err != nil {
		return nil, err
	}
	if n < 2 || n > MaxBundled {
		return nil, fmt.Errorf("%w: %d transactions, not 2 to %d", ErrBundle, n, MaxBundled)
	}
	parts := make([][]byte, n)
	for i := range parts {
		var size int
		if size, rest, err = cutHead(rest, majorBytes); err != nil {
			return nil, err
		}
		if size > len(rest) {
			return nil, fmt.Errorf("%w: torn in its transaction %d", ErrBundle, i+1)
		}
		parts[i], rest = rest[:size:size], rest[size:]
		if size == 0 || size > MaxSize || IsBundle(parts[i]) {
			return nil, fmt.Errorf("%w: its part %d is no transaction", ErrBundle, i+1)
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes after its end", ErrBundle, len(rest))
	}
	return parts, nil
}

// HeadSize is how many bytes the head of a CBOR item with argument n takes, which is not
// negative: the shortest form, up to 32 bits.
func HeadSize(n int) int {
	switch {
	case n < 24:
		return 1
	case n < 1<<8:
		return 2
	case n < 1<<16:
		return 3
	}
	return 5
}

// appendHead appends the head of an item: its major type and n in the shortest form.
func appendHead(b []byte, major byte, n int) []byte {
	switch HeadSize(n) {
	case 1:
		return append(b, major|byte(n))
	case 2:
		return append(b, major|24, byte(n))
	case 3:
		return append(b, major|25, byte(n>>8), byte(n))
	}
	return append(b, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// cutHead reads what appendHead wrote, and nothing else.
func cutHead(b []byte, major byte) (n int, rest []byte, err error) {
	if len(b) == 0 || b[0]&majorMask != major {
		return 0, nil, fmt.Errorf("%w: a part is missing or of another form", ErrBundle)
	}
	extra, n := 0, int(b[0]&^majorMask)
	switch n {
	case 24, 25, 26:
		extra, n = 1<<(n-24), 0
	default:
		if n > 26 {
			return 0, nil, fmt.Errorf("%w: a part has a length of another form", ErrBundle)
		}
	}
	if len(b) < 1+extra {
		return 0, nil, fmt.Errorf("%w: torn in a length", ErrBundle)
	}
	for _, c := range b[1 : 1+extra] {
		n = n<<8 | int(c)
	}
	if HeadSize(n) != 1+extra {
		return 0, nil, fmt.Errorf("%w: a length is not in its shortest form", ErrBundle)
	}
	return n, b[1+extra:], nil
}
