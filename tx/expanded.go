package tx

import (
	"sync"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// keptKeys is how many keys one generation of an expandedKeys names. An entry takes
// some 1.7 kB once its key is expanded, before that 0.1 kB, so both generations together
// at most 56 MB.
const keptKeys = 1 << 14

// expandedKeys keeps the points of keys that sign often, with multiples of them that a
// verification needs (expanded): to find a point from its 32 bytes is a third of what it
// costs to verify a signature in a large batch.
//
// To expand a key costs as much again as to find its point, so that is done when a key
// comes the second time; many members sign once. It has two generations, and drops the
// older when the newer is full.
//
// An expanded key follows from the key's bytes alone, and the verification by it is the
// same equation, so no answer depends on what is kept. It is used from several
// goroutines.
type expandedKeys struct {
	mu         sync.Mutex                                                 // guards fresh and old
	fresh, old map[[ed25519.PublicKeySize]byte]*ed25519.ExpandedPublicKey // nil of a key that came once
}

// expanded are the keys of this process, whatever ledgers it has.
var expanded expandedKeys

// of returns the expanded form of an ed25519 key, nil if it came for the first time or is
// no point of the curve.
func (e *expandedKeys) of(key []byte) *ed25519.ExpandedPublicKey {
	name := [ed25519.PublicKeySize]byte(key)
	known, seen := e.get(name)
	if known != nil {
		return known
	}
	if seen {
		var err error
		if known, err = ed25519.NewExpandedPublicKey(key); err != nil {
			return nil
		}
	}
	e.put(name, known)
	return known
}

func (e *expandedKeys) get(name [ed25519.PublicKeySize]byte) (known *ed25519.ExpandedPublicKey, seen bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, seen = e.fresh[name]; seen {
		return known, true
	}
	if known, seen = e.old[name]; known != nil {
		e.add(name, known)
	}
	return known, seen
}

func (e *expandedKeys) put(name [ed25519.PublicKeySize]byte, known *ed25519.ExpandedPublicKey) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.add(name, known)
}

// add names a key in the newer generation; e.mu is held.
func (e *expandedKeys) add(name [ed25519.PublicKeySize]byte, known *ed25519.ExpandedPublicKey) {
	if _, there := e.fresh[name]; !there && len(e.fresh) >= keptKeys || e.fresh == nil {
		e.old, e.fresh = e.fresh, map[[ed25519.PublicKeySize]byte]*ed25519.ExpandedPublicKey{}
	}
	e.fresh[name] = known
}
