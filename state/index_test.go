package state

import (
	"bytes"
	"testing"
)

// A key of another length is none of the index's: binary.Decode would pass over
// what follows.
func TestIndexKeys(t *testing.T) {
	x := NewIndex(9, "state.ByShelf", 1, plainTable, func(_ Coop, k countKey, v uint64) []countKey { return []countKey{k} },
		func(coop Coop, k countKey) []Location { return []Location{plainTable.Locate(coop, k)} })
	key := encodeKey(countKey{2, 300})
	if k, err := x.Decode(key); err != nil || k != (countKey{2, 300}) {
		t.Errorf("key %x is %v, %v", key, k, err)
	}
	if got, shows, err := x.Entry(x.stored(1, key)); err != nil || !bytes.Equal(got, key) || len(shows) != 1 {
		t.Errorf("entry %x, %v, %v", got, shows, err)
	}
	for _, bad := range [][]byte{nil, key[:len(key)-1], append(bytes.Clone(key), 0)} {
		if k, err := x.Decode(bad); err == nil {
			t.Errorf("Decode of %d bytes: %v", len(bad), k)
		}
		if k, _, err := x.Entry(x.stored(1, bad)); err == nil {
			t.Errorf("Entry of %d bytes: %x", len(bad), k)
		}
		if _, _, err := x.Span(IndexQuery{Index: 9, Coop: 1, First: bad}); (err == nil) != (bad == nil) {
			t.Errorf("Span from %d bytes: %v", len(bad), err)
		}
		if _, _, err := x.Span(IndexQuery{Index: 9, Coop: 1, Last: bad}); (err == nil) != (bad == nil) {
			t.Errorf("Span to %d bytes: %v", len(bad), err)
		}
	}
}
