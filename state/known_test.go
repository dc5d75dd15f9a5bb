package state

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Known keeps two generations and knows what is in either: what is in a full one is not
// forgotten until the next is full too. A nil one knows nothing.
func TestKnownGenerations(t *testing.T) {
	k := NewKnown(2 * 3 * (knownOverhead + 10)) // three of ten bytes in each
	name := func(i int) [32]byte { return [32]byte{byte(i), 1} }
	for i := range 7 {
		k.put(name(i), known{units: i, body: tx.Body{Payload: make([]byte, 10)}})
	}
	for i := range 7 {
		found := k.find(name(i))
		if want := i >= 3; (found != nil) != want || want && found.units != i {
			t.Errorf("of seven, number %d is known: %+v", i, found)
		}
	}
	if k.size != knownOverhead+10 {
		t.Errorf("the newer generation is said to have %d bytes", k.size)
	}
	var none *Known
	none.put(name(1), known{})
	if none.find(name(1)) != nil {
		t.Error("no memory knows something")
	}
}
