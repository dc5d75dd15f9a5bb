package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Results of transactions are kept for clients that wait for them and are not part
// of the state. They are written and deleted in the block's own write, so that a
// crash leaves the results of the block before or of the block after.
const (
	spaceDone = 'x' // 'x' ‖ id (32) → Done
	spaceLast = 'y' // 'y' ‖ last (8) ‖ id (32) → height of the Done (8); see state.Delivered.Last
)

// metaForgotten is the height below which results may be forgotten: see
// Store.Forgotten.
var metaForgotten = []byte{spaceMeta, 'd'}

// forgetMore is how many results a block may delete beyond twice those that it adds.
// So results are deleted faster than they are added, and a store configured to keep
// fewer deletes the rest over many blocks.
const forgetMore = 256

// expiryKey is where a result is found when it may be forgotten.
func expiryKey(d state.Delivered) []byte {
	key := binary.BigEndian.AppendUint64([]byte{spaceLast}, d.Last())
	return append(key, d.ID[:]...)
}

// KeepResults sets for how many heights a result is kept after its block and the
// expiry of its transaction have passed; zero, as in a store just opened, keeps
// all. It is called before the first block.
func (s *Store) KeepResults(heights uint64) { s.keepResults = heights }

// Forgotten is the height from which on results are complete: for a transaction that
// could be executed at that height or later, Done reports whether it was. For one
// that expired earlier and that Done does not find, this node does not know. It is
// zero if nothing was deleted.
//
// Read it after Done: results and this height change in one write.
func (s *Store) Forgotten() (uint64, error) {
	raw, err := fetch(s.db, metaForgotten)
	if err != nil || raw == nil {
		return 0, err
	}
	return tx.DecodeTrusted[uint64](raw)
}

// putDone writes the results that are kept: see state.Delivered. A transaction that
// expired at a height whose results are deleted gets none: it may have been executed
// then, and a later block that holds it only refuses it.
func (s *Store) putDone(b *pebble.Batch, results []state.Delivered) error {
	forgotten, err := s.Forgotten()
	if err != nil {
		return err
	}
	written := make(map[[32]byte]bool, len(results))
	for _, d := range results {
		key := spaced(spaceDone, d.ID[:])
		if !d.Spent {
			before, err := fetch(s.db, key)
			if err != nil {
				return err
			}
			if before != nil || written[d.ID] || d.Expiry < forgotten {
				continue
			}
		}
		written[d.ID] = true
		height := binary.BigEndian.AppendUint64(nil, d.Height)
		if err := errors.Join(b.Set(key, tx.Encode(d.Done), nil), b.Set(expiryKey(d), height, nil)); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes results that are no longer kept at height, the earliest first, at
// most twice as many as the block adds and forgetMore.
func (s *Store) forget(b *pebble.Batch, height uint64, added int) error {
	if s.keepResults == 0 || height <= s.keepResults {
		return nil
	}
	end := binary.BigEndian.AppendUint64([]byte{spaceLast}, height-s.keepResults+1)
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{spaceLast}, UpperBound: end})
	if err != nil {
		return err
	}
	var last []byte
	left := 2*added + forgetMore
	for ok := it.First(); ok && left > 0; ok = it.Next() {
		left--
		last = bytes.Clone(it.Key())
		if err := s.forgetOne(b, last, it.Value()); err != nil {
			return errors.Join(err, it.Close())
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil || last == nil {
		return err
	}
	return b.Set(metaForgotten, tx.Encode(binary.BigEndian.Uint64(last[1:])+1), nil)
}

// forgetOne deletes the entry under a key of spaceLast and the result it refers to,
// unless a later block gave the transaction another one.
func (s *Store) forgetOne(b *pebble.Batch, last, height []byte) error {
	key := spaced(spaceDone, last[9:])
	raw, err := fetch(s.db, key)
	if err != nil {
		return err
	}
	if raw != nil {
		d, err := tx.DecodeTrusted[state.Done](raw)
		if err != nil {
			return fmt.Errorf("result of transaction %X: %w", last[9:], err)
		}
		if d.Height == binary.BigEndian.Uint64(height) {
			if err := b.Delete(key, nil); err != nil {
				return err
			}
		}
	}
	return b.Delete(last, nil)
}

// Done returns the result of a transaction and whether it is in a block. For one
// that is in several blocks, it is the result of the execution that spent its
// sequence, or of the first if none did.
func (s *Store) Done(id [32]byte) (state.Done, bool, error) {
	raw, err := fetch(s.db, spaced(spaceDone, id[:]))
	if err != nil || raw == nil {
		return state.Done{}, false, err
	}
	d, err := tx.DecodeTrusted[state.Done](raw)
	if err != nil {
		return d, false, fmt.Errorf("result of transaction %X: %w", id, err)
	}
	// Between a block's write and the tip's advance its records cannot be read yet:
	// a client that gets the result must be able to read the records.
	if d.Height > s.Tip().Height {
		return state.Done{}, false, nil
	}
	return d, true, nil
}
