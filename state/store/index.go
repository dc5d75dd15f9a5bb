package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// spaceIndex holds the entries of the indexes: 'i' ‖ number (1) ‖ co-op (4) ‖ key,
// without a value. They are written with the block whose leaves they are about,
// follow from the leaves alone, and are no part of the state.
const spaceIndex = 'i'

// metaIndex is a mark: up to which height the entries are complete, and by which
// definitions. It is absent before the first block and during a rebuild.
var metaIndex = []byte{spaceMeta, 'i'}

// A mark is the value of metaIndex.
type mark struct {
	Height uint64 `cbor:"1,keyasint,omitempty"`
	Digest []byte `cbor:"2,keyasint,omitempty"` // of the definitions
}

// Errors of the indexes.
var (
	ErrIndex    = errors.New("the index is damaged or behind the records")
	ErrQuestion = errors.New("no such question about an index")
)

// indexes are the definitions that a store keeps entries by. A store without any
// keeps none and writes no mark.
type indexes struct {
	lists  []state.Listing
	at     [256][]state.Listing // by prefix of the table
	digest []byte
	stale  error // why the entries cannot be used, nil if they are whole
}

// index sets the definitions by which entries are kept, and checks whether the
// existing entries can be used. It panics on a duplicate number, which is a
// programming error. It is called before the store is used from other goroutines.
func (s *Store) index(lists []state.Listing) error {
	x := &indexes{lists: lists}
	h := sha256.New()
	seen := [256]string{}
	for _, l := range lists {
		if other := seen[l.Number]; other != "" {
			panic(fmt.Sprintf("index %d is both %s and %s", l.Number, other, l.Name))
		}
		seen[l.Number] = l.Name
		x.at[l.Prefix()] = append(x.at[l.Prefix()], l)
		fmt.Fprintf(h, "%d %s %d %d %T\n", l.Number, l.Name, l.Version, l.Prefix(), l.Key)
	}
	x.digest = h.Sum(nil)
	s.indexes = x
	if len(lists) == 0 || s.Tip().Height == 0 {
		return nil
	}
	raw, err := fetch(s.db, metaIndex)
	if err != nil {
		return fmt.Errorf("reading the index's mark: %w", err)
	}
	var m mark
	if raw != nil {
		if m, err = tx.DecodeTrusted[mark](raw); err != nil {
			raw = nil // a damaged mark says as much as none
		}
	}
	switch tip := s.Tip().Height; {
	case raw == nil:
		x.stale = fmt.Errorf("%w: there is none, or making it was interrupted", ErrIndex)
	case m.Height != tip:
		x.stale = fmt.Errorf("%w: it is of height %d, the records are of height %d", ErrIndex, m.Height, tip)
	case !bytes.Equal(m.Digest, x.digest):
		x.stale = fmt.Errorf("%w: it was made by a program that keeps other lists", ErrIndex)
	}
	return nil
}

// write adds the changes of the entries to a block's batch. Entries that are behind
// are left unchanged, with their mark.
func (x *indexes) write(b *pebble.Batch, changes []state.Change, height uint64) error {
	if x == nil || len(x.lists) == 0 || x.stale != nil {
		return nil
	}
	put := func(key []byte) error { return b.Set(spaced(spaceIndex, key), nil, nil) }
	del := func(key []byte) error { return b.Delete(spaced(spaceIndex, key), nil) }
	for _, c := range changes {
		for _, l := range x.at[c.Key[0]] {
			if err := l.Change(c, put, del); err != nil {
				return err
			}
		}
	}
	return b.Set(metaIndex, tx.Encode(mark{height, x.digest}), nil)
}

// walk calls fn for each entry that the records give, table by table. An entry
// that two records give comes twice.
func (x *indexes) walk(r state.Leaves, fn func(entry []byte) error) error {
	for prefix, lists := range x.at {
		if len(lists) == 0 {
			continue
		}
		err := r.Each([]byte{byte(prefix)}, []byte{byte(prefix) + 1}, func(key, value []byte) (bool, error) {
			for _, l := range lists {
				if err := l.Change(state.Change{Key: key, Value: value}, fn, nil); err != nil {
					return false, err
				}
			}
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// IndexStale returns why the index cannot be used, wrapping ErrIndex, or nil: it
// is behind the records, of other definitions, or absent. Damage inside it is
// found by View.CheckIndex only.
func (s *Store) IndexStale() error {
	if s.indexes == nil {
		return nil
	}
	return s.indexes.stale
}

// indexBatch is how many bytes of entries RebuildIndex writes at once.
const indexBatch = 4 << 20

// RebuildIndex rebuilds the index from the records and returns how many entries it
// has. It holds at most indexBatch bytes of them in memory. No block may be under
// way and no view may be in use.
//
// A crash in it leaves some of the entries and no mark, so that the next opening
// finds them incomplete.
func (s *Store) RebuildIndex() (entries uint64, err error) {
	x := s.indexes
	if x == nil || len(x.lists) == 0 || s.Tip().Height == 0 {
		return 0, nil
	}
	x.stale = fmt.Errorf("%w: making it was interrupted", ErrIndex)
	b := s.db.NewBatch()
	err = errors.Join(b.Delete(metaIndex, nil), b.DeleteRange([]byte{spaceIndex}, []byte{spaceIndex + 1}, nil))
	if err = errors.Join(err, commit(b, pebble.Sync)); err != nil {
		return 0, fmt.Errorf("dropping the index: %w", err)
	}
	b = s.db.NewBatch()
	err = x.walk(s, func(entry []byte) error {
		entries++
		if err := b.Set(spaced(spaceIndex, entry), nil, nil); err != nil || b.Len() < indexBatch {
			return err
		}
		err := commit(b, pebble.NoSync) // the log keeps the order: what is synced last has this before it
		b = s.db.NewBatch()
		return err
	})
	if err == nil {
		err = b.Set(metaIndex, tx.Encode(mark{s.Tip().Height, x.digest}), nil)
	}
	if err == nil {
		err = commit(b, pebble.Sync)
	}
	if err != nil {
		return 0, fmt.Errorf("rebuilding the index: %w", err)
	}
	s.resnap()
	x.stale = nil
	return entries, nil
}

// resnap makes what was written beside a block visible to new views.
func (s *Store) resnap() { s.advance(s.Tip(), nil) }

// maxListBytes bounds what an answer about an index holds, in bytes.
const maxListBytes = 1 << 20

// List answers a query of an index. It returns ErrQuestion for an invalid query,
// ErrIndex if the index is behind, and state.ErrHeight if the view is not of the
// last height, the only one that an index has.
func (v *View) List(q state.IndexQuery) (state.IndexAnswer, error) {
	answer := state.IndexAnswer{Tip: v.tip}
	list, first, last, err := v.span(q)
	if err != nil {
		return answer, err
	}
	limit := q.Limit
	if limit == 0 || limit > state.MaxList {
		limit = state.MaxList
	}
	it, err := v.snap.NewIter(&pebble.IterOptions{LowerBound: first, UpperBound: append(last, 0)})
	if err != nil {
		return answer, err
	}
	move := it.Next
	if q.Down {
		it.Last()
		move = it.Prev
	} else {
		it.First()
	}
	size, seen := 0, map[string]bool{}
	for ; it.Valid(); move() {
		if uint64(len(answer.Keys)) == limit || size > maxListBytes {
			answer.More = true
			break
		}
		key, shows, err := list.Entry(bytes.Clone(it.Key()[1:]))
		if err != nil {
			return answer, errors.Join(fmt.Errorf("%w: %w", ErrIndex, err), it.Close())
		}
		answer.Keys = append(answer.Keys, key)
		size += len(key)
		for _, at := range shows {
			if seen[string(at.Key)] {
				continue
			}
			value, err := v.Leaf(at.Key)
			if err != nil {
				return answer, errors.Join(err, it.Close())
			}
			seen[string(at.Key)] = true
			answer.Leaves = append(answer.Leaves, state.Leaf{Key: at.Key, Value: value})
			size += len(at.Key) + len(value)
		}
	}
	return answer, errors.Join(it.Error(), it.Close())
}

// span is where in the database the answer to a question lies.
func (v *View) span(q state.IndexQuery) (list state.Listing, first, last []byte, err error) {
	x := v.store.indexes
	found := false
	if x != nil {
		for _, l := range x.lists {
			if l.Number == q.Index {
				list, found = l, true
			}
		}
	}
	if !found {
		return list, nil, nil, fmt.Errorf("%w: there is no index %d", ErrQuestion, q.Index)
	}
	if first, last, err = list.Span(q); err != nil {
		return list, nil, nil, fmt.Errorf("%w: %w", ErrQuestion, err)
	}
	if bytes.Compare(first, last) > 0 {
		return list, nil, nil, fmt.Errorf("%w: the last key comes before the first", ErrQuestion)
	}
	if v.snap == nil {
		return list, nil, nil, fmt.Errorf("%w: lists are kept of the last block only, not of block %d", state.ErrHeight, v.tip.Height)
	}
	if x.stale != nil {
		return list, nil, nil, x.stale
	}
	return list, spaced(spaceIndex, first), spaced(spaceIndex, last), nil
}

// CheckIndex is the index's invariant: it holds what the records of the view give,
// each entry once, and nothing else. It returns an error that wraps ErrIndex and
// names the first entry at fault. A view of an older height has no index.
//
// Entries are in another order than their records. So both sets are compared by
// count and by a sum over digests of the entries, modulo 2^128; only if these differ
// is each entry looked up.
func (v *View) CheckIndex() error {
	x := v.store.indexes
	if v.snap == nil || x == nil || len(x.lists) == 0 {
		return nil
	}
	if x.stale != nil {
		return x.stale
	}
	var want, got sum
	if err := x.walk(v, want.add); err != nil {
		return err
	}
	err := v.entries(func(entry, value []byte) error {
		if len(value) != 0 {
			return fmt.Errorf("%w: entry %x has a value", ErrIndex, entry)
		}
		return got.add(entry)
	})
	if err != nil || want == got {
		return err
	}
	return v.faulty(want.n, got.n)
}

// A sum says which entries a set holds, in whatever order they come.
type sum struct{ n, low, high uint64 }

func (s *sum) add(entry []byte) error {
	d := sha256.Sum256(entry)
	s.n++
	s.low += binary.BigEndian.Uint64(d[:8])
	s.high += binary.BigEndian.Uint64(d[8:16])
	return nil
}

// entries calls fn for each entry of the view's snapshot.
func (v *View) entries(fn func(entry, value []byte) error) error {
	it, err := v.snap.NewIter(&pebble.IterOptions{LowerBound: []byte{spaceIndex}, UpperBound: []byte{spaceIndex + 1}})
	if err != nil {
		return err
	}
	for it.First(); it.Valid(); it.Next() {
		if err := fn(it.Key()[1:], it.Value()); err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return errors.Join(it.Error(), it.Close())
}

// faulty names an entry at fault in an index that differs from the records.
func (v *View) faulty(want, got uint64) error {
	err := v.store.indexes.walk(v, func(entry []byte) error {
		has, err := fetch(v.snap, spaced(spaceIndex, entry))
		if err == nil && has == nil {
			err = fmt.Errorf("%w: the records give %x, which it does not hold", ErrIndex, entry)
		}
		return err
	})
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: it holds %d entries, the records give %d", ErrIndex, got, want)
}
