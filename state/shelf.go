package state

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Kept is a leaf that was read, and the record that it holds once one was decoded: a
// *V of the table. It is of one state and does not change: a write shadows it in the
// overlay above, and a block that writes it has another put in its place.
//
// Nobody but Table touches record. Table.Find gives each caller a copy that shares
// nothing with it (see clonerOf), so that a handler may change the lists of what it read.
type Kept struct {
	raw    []byte
	record atomic.Pointer[any]
}

// A Keeper are Leaves that keep what was read of them: see Shelf.
type Keeper interface {
	Kept(key []byte) (*Kept, error)
}

// A Shelf holds leaves of the last committed state that were read or written not long
// ago, with the records decoded from them, for all that look at that state: what
// arrives, what is proposed, the block that is executed. No result depends on what it
// holds. Its methods may run concurrently.
//
// It keeps two generations and drops the older when the newer is full, so that what is
// read again and again stays.
type Shelf struct {
	limit int // bytes of a generation

	mu         sync.RWMutex // guards the rest
	height     uint64       // of the state
	fresh, old map[string]*Kept
	size       int // of fresh
}

// ShelfBytes is how much a Shelf of a node holds at most: of the leaves with their keys;
// the records decoded from them are about as much again.
const ShelfBytes = 24 << 20

// keptOverhead is what an entry takes beside its key and its value, about: of the map,
// of the record decoded from it.
const keptOverhead = 160

// NewShelf makes an empty shelf over the state of a height, of at most bytes.
func NewShelf(height uint64, bytes int) *Shelf {
	return &Shelf{limit: bytes / 2, height: height, fresh: map[string]*Kept{}}
}

// Kept returns the leaf of a height under key, from the shelf if that is its height and
// holds it, else from leaves, which are that state's.
func (s *Shelf) Kept(height uint64, key []byte, leaves Leaves) (*Kept, error) {
	if k := s.find(height, key); k != nil {
		return k, nil
	}
	raw, err := leaves.Leaf(key)
	if err != nil {
		return nil, err
	}
	k := &Kept{raw: raw}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.height != height {
		return k, nil // the state has gone on since
	}
	if earlier, ok := s.fresh[string(key)]; ok {
		return earlier, nil
	}
	s.put(string(key), k)
	return k, nil
}

func (s *Shelf) find(height uint64, key []byte) *Kept {
	s.mu.RLock()
	k, fresh := s.fresh[string(key)]
	older := s.old[string(key)]
	same := s.height == height
	s.mu.RUnlock()
	switch {
	case !same:
		return nil
	case fresh:
		return k
	case older == nil:
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.height != height {
		return nil
	}
	if k := s.old[string(key)]; k != nil {
		delete(s.old, string(key))
		s.put(string(key), k)
	}
	return s.fresh[string(key)]
}

// put adds an entry; s.mu is held.
func (s *Shelf) put(key string, k *Kept) {
	size := len(key) + len(k.raw) + keptOverhead
	if s.size+size > s.limit {
		s.old, s.fresh, s.size = s.fresh, map[string]*Kept{}, 0
	}
	s.fresh[key] = k
	s.size += size
}

// Advance brings the shelf to the state after a block, which the changes made.
func (s *Shelf) Advance(height uint64, changes []Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.height = height
	for _, c := range changes {
		key := string(c.Key)
		if k, ok := s.fresh[key]; ok {
			s.size -= len(key) + len(k.raw) + keptOverhead
			delete(s.fresh, key)
		}
		delete(s.old, key)
		s.put(key, &Kept{raw: bytes.Clone(c.Value)})
	}
}

// Check returns an error unless what the shelf holds is what leaves, those of its height,
// hold, and no one has changed a record that is shared. It does nothing if the state has
// gone on from height. A commit waits for it.
func (s *Shelf) Check(height uint64, leaves Leaves) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.height != height {
		return nil
	}
	for _, held := range []map[string]*Kept{s.fresh, s.old} {
		for _, key := range slices.Sorted(maps.Keys(held)) {
			k := held[key]
			raw, err := leaves.Leaf([]byte(key))
			if err != nil {
				return err
			}
			if !bytes.Equal(raw, k.raw) || (raw == nil) != (k.raw == nil) {
				return fmt.Errorf("the leaf %x is %x and is remembered as %x", key, raw, k.raw)
			}
			if record := k.record.Load(); record != nil && !bytes.Equal(tx.Encode(*record), raw) {
				return fmt.Errorf("the record %x that readers share was changed: it is %x, and %x was read", key, tx.Encode(*record), raw)
			}
		}
	}
	return nil
}
