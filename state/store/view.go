package store

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"
	ics23 "github.com/cosmos/ics23/go"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state"
)

// A View is a read-only snapshot of one committed height. At the tip it reads the
// flat store; at an older height, the tree. Close it after use. Views may be used
// while a block is executed, each from one goroutine.
type View struct {
	state.Leaves
	store *Store
	snap  *pebble.Snapshot // nil at an older height
	tip   state.Tip
	coop  state.Coop
}

var _ state.Reader = (*View)(nil)

// View opens height, or the tip if height is zero. It returns state.ErrHeight for a
// height that has not been reached or is no longer kept.
func (s *Store) View(height uint64) (*View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if height == 0 || height == s.tip.Height {
		s.readers[s.current]++
		return &View{Leaves: flat{s.current}, store: s, snap: s.current, tip: s.tip}, nil
	}
	tree, err := s.immutable(height)
	if err != nil {
		return nil, err
	}
	tip, err := s.blockAt(height)
	if err != nil {
		return nil, err
	}
	tip.Hash = tree.Hash()
	return &View{Leaves: leaves{tree}, store: s, tip: tip}, nil
}

func (s *Store) immutable(height uint64) (*iavl.ImmutableTree, error) {
	// A pruned height whose root is part of a later tree could still be opened.
	if !s.tree.VersionExists(int64(height)) {
		return nil, fmt.Errorf("%w: %d", state.ErrHeight, height)
	}
	tree, err := s.reading.GetImmutable(int64(height))
	if err != nil {
		return nil, fmt.Errorf("%w: %d: %w", state.ErrHeight, height, err)
	}
	return tree, nil
}

// Close releases the view.
func (v *View) Close() {
	if v.snap == nil {
		return
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	v.store.release(v.snap)
	v.snap = nil
}

// Kept is Leaf from memory, if the leaf was read before at the tip.
func (v *View) Kept(key []byte) (*state.Kept, error) {
	return v.store.shelf.Kept(v.tip.Height, key, v.Leaves)
}

func (v *View) Coop() state.Coop { return v.coop }
func (v *View) Chain() string    { return v.tip.Chain }
func (v *View) Version() uint64  { return v.tip.Version }
func (v *View) Height() uint64   { return v.tip.Height }
func (v *View) Time() int64      { return v.tip.Time }
func (v *View) Hash() []byte     { return v.tip.Hash }

// Tip describes the view's block.
func (v *View) Tip() state.Tip { return v.tip }

// Of returns another co-op's records at the same height. It shares v's snapshot:
// close v only.
func (v *View) Of(c state.Coop) state.Reader {
	of := *v
	of.coop = c
	return &of
}

// Prove returns the value of a leaf and the ICS-23 proof of it against the
// view's app hash: of existence, or of absence if value is nil.
func (v *View) Prove(key []byte) (value []byte, proof *ics23.CommitmentProof, err error) {
	tree, err := v.store.immutable(v.tip.Height)
	if err != nil {
		return nil, nil, err
	}
	if value, err = tree.Get(key); err != nil {
		return nil, nil, fmt.Errorf("proving %x: %w", key, err)
	}
	if value == nil {
		proof, err = tree.GetNonMembershipProof(key)
	} else {
		proof, err = tree.GetMembershipProof(key)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("proving %x: %w", key, err)
	}
	return value, proof, nil
}

// A Range is what ProveRange found: all leaves from its start on, up to where it
// was cut, or to its end if nothing is left out.
type Range struct {
	Leaves []state.Leaf
	More   bool   // it was cut just after the last leaf
	Proof  []byte // that these are all: light.VerifyRange takes it
}

// ProveRange returns the leaves with start ≤ key < end, at most limit of them
// (below light.MaxRange), and no more after size bytes of keys and values, with the
// proof against the view's app hash that they are all. start is less than end.
func (v *View) ProveRange(start, end []byte, limit, size int) (r Range, err error) {
	tree, err := v.store.immutable(v.tip.Height)
	if err != nil {
		return r, err
	}
	proving := func(err error) error { return fmt.Errorf("proving %x to %x: %w", start, end, err) }
	from, _, err := tree.GetWithIndex(start) // of the first leaf that is not below start
	if err != nil {
		return r, proving(err)
	}
	var proofs [][]byte
	for i := max(from-1, 0); i < tree.Size(); i++ {
		key, value, err := tree.GetByIndex(i)
		if err != nil {
			return r, proving(err)
		}
		within := i >= from && bytes.Compare(key, end) < 0
		if r.More = within && (len(r.Leaves) == limit || size <= 0); r.More {
			end = append(bytes.Clone(r.Leaves[len(r.Leaves)-1].Key), 0)
		}
		proof, err := tree.GetMembershipProof(key)
		if err != nil {
			return r, proving(err)
		}
		raw, err := proof.Marshal()
		if err != nil {
			return r, proving(err)
		}
		proofs = append(proofs, raw)
		if i >= from && (r.More || !within) {
			break // the leaf after
		}
		if within {
			size -= len(key) + len(value)
			r.Leaves = append(r.Leaves, state.Leaf{Key: key, Value: value})
		}
	}
	_, r.Proof, err = light.MakeRange(v.tip.Hash, start, end, proofs)
	if err != nil {
		return r, proving(err)
	}
	return r, nil
}

// CheckFlat is the store's own invariant: the flat copy and the tree hold the
// same leaves, the tree has the hash that was promised, and what is remembered of the
// tip's leaves is what they are. It returns an error that names the first key that differs.
func (v *View) CheckFlat() error {
	tree, err := v.store.immutable(v.tip.Height)
	if err != nil {
		return err
	}
	if !bytes.Equal(tree.Hash(), v.tip.Hash) {
		return fmt.Errorf("the tree has hash %x, %x was promised", tree.Hash(), v.tip.Hash)
	}
	it, err := tree.Iterator(nil, nil, true)
	if err != nil {
		return err
	}
	defer it.Close()
	err = v.Each(nil, lastKey, func(key, value []byte) (bool, error) {
		if !it.Valid() {
			return false, fmt.Errorf("flat store holds %x, the tree does not", key)
		}
		if !bytes.Equal(it.Key(), key) || !bytes.Equal(it.Value(), value) {
			return false, fmt.Errorf("flat store holds %x = %x, the tree %x = %x", key, value, it.Key(), it.Value())
		}
		it.Next()
		return true, nil
	})
	if err == nil && it.Valid() {
		err = fmt.Errorf("the tree holds %x, the flat store does not", it.Key())
	}
	if err == nil {
		err = v.store.shelf.Check(v.tip.Height, v.Leaves)
	}
	return err
}

// lastKey is above every leaf: table prefixes are below 0xff.
var lastKey = []byte{0xff}

// flat are the leaves of a view at the tip.
type flat struct{ snap pebble.Reader }

func (f flat) Leaf(key []byte) ([]byte, error) { return fetch(f.snap, spaced(spaceFlat, key)) }
func (f flat) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return scanFlat(f.snap, start, end, fn)
}

// leaves are those of a view at an older height.
type leaves struct{ tree *iavl.ImmutableTree }

var errLeaves = errors.New("the tree's walk ended early: the height was pruned or the store cannot be read")

func (l leaves) Leaf(key []byte) ([]byte, error) { return l.tree.Get(key) }

// Each counts the leaves, because the tree's iterator hides the error of a node that
// it cannot read and just ends.
func (l leaves) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	if bytes.Compare(start, end) >= 0 {
		return nil // to the tree an absent end is no end
	}
	from, _, err := l.tree.GetWithIndex(start)
	if err != nil {
		return err
	}
	to, _, err := l.tree.GetWithIndex(end)
	if err != nil {
		return err
	}
	it, err := l.tree.Iterator(start, end, true)
	if err != nil {
		return err
	}
	defer it.Close()
	for ; it.Valid(); it.Next() {
		more, err := fn(it.Key(), it.Value())
		if err != nil || !more {
			return err
		}
		from++
	}
	if err := it.Error(); err != nil {
		return err
	}
	if from < to {
		return fmt.Errorf("%w: %d leaves missing", errLeaves, to-from)
	}
	return nil
}
