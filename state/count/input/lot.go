package input

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
)

// MaxSeed bounds the bytes of a seed.
const MaxSeed = 64

// SeededLot makes an order of names from a seed, for studies that have to be
// repeated: the names by the SHA-256 of the seed, a colon and the name, lowest first.
// It depends on nothing else, so anyone can make it again. Names are each there once.
//
// It is no lot for an election: who chooses the seed could try several.
func SeededLot(seed string, names []string) []string {
	type ticket struct {
		name string
		hash [sha256.Size]byte
	}
	lot := make([]ticket, len(names))
	for i, name := range names {
		lot[i] = ticket{name, sha256.Sum256([]byte(seed + ":" + name))}
	}
	slices.SortFunc(lot, func(a, b ticket) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	out := make([]string, len(lot))
	for i, d := range lot {
		out[i] = d.name
	}
	return out
}

// ReadLot turns names in the order drawn into the place, from 1, of each of
// those who may be drawn; 0 is for who was not. what says what they are, for the
// *Error that names a stranger or someone drawn twice, with the place in the lot.
func ReadLot(names, lot []string, what string) ([]int, error) {
	places := make([]int, len(names))
	index := Index(names)
	for k, name := range lot {
		i, ok := index[name]
		if !ok {
			return nil, drawn(k+1, near(name, names, fmt.Sprintf("write each %s in the lot by its name in the file", what)), "the lot draws %q, which is no %s", Short(name), what)
		}
		if places[i] > 0 {
			return nil, drawn(k+1, fmt.Sprintf("draw each %s once", what), "the lot draws %s twice", Short(name))
		}
		places[i] = k + 1
	}
	return places, nil
}

// Index maps names to their places in the list, for looking up only.
func Index(names []string) map[string]int {
	m := make(map[string]int, len(names))
	for i, name := range names {
		m[name] = i
	}
	return m
}
