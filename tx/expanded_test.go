package tx

import (
	"encoding/binary"
	"sync"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// forgetKeys empties what is kept of keys.
func forgetKeys() {
	expanded.mu.Lock()
	defer expanded.mu.Unlock()
	expanded.fresh, expanded.old = nil, nil
}

// A key is expanded when it comes the second time, is kept as long as it comes, and is
// dropped when many others came since; there are never more than two generations.
func TestExpandedKeys(t *testing.T) {
	var e expandedKeys
	others := uint64(0)
	crowd := func(n int) {
		for range n {
			var name [ed25519.PublicKeySize]byte
			others++
			binary.BigEndian.PutUint64(name[:], others)
			e.put(name, nil)
		}
		if len(e.fresh) > keptKeys || len(e.old) > keptKeys {
			t.Fatalf("%d and %d are kept", len(e.fresh), len(e.old))
		}
	}
	key := testKey(1).Public()[1:]
	if e.of(key) != nil {
		t.Error("expanded at once")
	}
	first := e.of(key)
	if first == nil || first.CompressedY() != [ed25519.PublicKeySize]byte(key) {
		t.Fatal("not expanded, or another key")
	}
	for range 4 { // each time it comes it is among the newer again
		crowd(keptKeys - 1)
		if e.of(key) != first {
			t.Fatal("a key that comes again and again was dropped")
		}
	}
	crowd(2 * keptKeys)
	if e.of(key) != nil {
		t.Error("still kept after two generations of others")
	}
}

// Goroutines that use the same keys at once get the right answers.
func TestExpandedKeysTogether(t *testing.T) {
	forgetKeys()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 40 {
				key, msg := testKey(byte(i%5)), []byte{byte(i)}
				sig := key.SignMessage(msg)
				if !key.Public().Verify(msg, sig) || key.Public().Verify(append(msg, 0), sig) {
					t.Error("wrong answer")
				}
			}
		})
	}
	wait.Wait()
}
