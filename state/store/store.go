package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Store keeps the committed state: one IAVL tree, whose root is the app hash and
// from which every proof comes, and beside it a flat copy of the current version,
// from which every record is read. Both change in one fsynced write a block, so a
// crash leaves the block before or the block after, never a mixture, and needs no
// repair.
//
// Settings of the tree, each needed: fast storage off (it races with readers),
// a flush threshold above any block (a flush between would be a torn block),
// sorted writes without those that change nothing (order and rewriting change
// the root).
type Store struct {
	db      *pebble.DB
	nodes   *nodes
	tree    *iavl.MutableTree // the block's own goroutine's
	reading *iavl.MutableTree // for views: the same nodes, a cache of its own

	keepResults uint64   // set before the first block
	indexes     *indexes // set before the store is shared; nil if none are kept

	shelf *state.Shelf // of the tip

	exports sync.RWMutex // held for reading by each export, for writing by pruning

	mu      sync.Mutex // guards the fields below
	tip     state.Tip
	current *pebble.Snapshot // of the flat store at tip, shared by views
	readers map[*pebble.Snapshot]int
	keep    uint64
}

// Meta keys: one record each.
var (
	metaTip     = []byte{spaceMeta, 't'}
	metaRestore = []byte{spaceMeta, 'r'} // present while a restore is under way
	metaBlock   = []byte{spaceMeta, 'b'} // ‖ height (8) → Tip of a kept height, without its hash
)

// How many tree nodes stay in memory for the block being executed and for views:
// some 40 and 5 MB when they are full (go test ./app -bench Members). There are
// two caches because the tree clears the child pointers of a cached node when it
// copies it for a write, and a concurrent reader of that node could dereference nil.
const (
	treeCache    = 80_000
	readingCache = 10_000
)

// Errors of the store.
var (
	ErrHalfway    = errors.New("an earlier restore was interrupted: remove the data folder and restore again")
	ErrHashBroken = errors.New("the hash saved is not the hash promised")
	ErrHead       = errors.New("the state's own account of its chain, version, height and time is another than that of its last block")
)

// OpenStore opens the state in db, which the store owns from then on, unless it
// fails. keep is how many heights stay readable and provable; zero keeps all.
func OpenStore(db *pebble.DB, keep uint64) (*Store, error) {
	s := &Store{db: db, nodes: &nodes{db: db}, readers: map[*pebble.Snapshot]int{}, keep: keep}
	if mark, err := fetch(db, metaRestore); err != nil || mark != nil {
		return nil, errors.Join(err, ErrHalfway)
	}
	raw, err := fetch(db, metaTip)
	if err != nil {
		return nil, fmt.Errorf("reading the last commit: %w", err)
	}
	if raw != nil {
		if s.tip, err = tx.DecodeTrusted[state.Tip](raw); err != nil {
			return nil, fmt.Errorf("decoding the last commit: %w", err)
		}
	}
	s.openTree()
	if _, err := s.tree.LoadVersion(int64(s.tip.Height)); err != nil {
		return nil, fmt.Errorf("loading the tree at height %d: %w", s.tip.Height, err)
	}
	if s.tip.Height > 0 && s.tip.Version == 0 {
		return nil, fmt.Errorf("%w: it is of height %d of %q and was written by a program from before versions existed; found the federation again, or use that program", state.ErrVersion, s.tip.Height, s.tip.Chain)
	}
	if s.tip.Height > 0 && !bytes.Equal(s.tree.Hash(), s.tip.Hash) {
		return nil, fmt.Errorf("%w: height %d, saved %x, promised %x", ErrHashBroken, s.tip.Height, s.tree.Hash(), s.tip.Hash)
	}
	if s.tip.Height > 0 {
		// The tree's Head is what the hash covers; the flat copy's is what rules read.
		for _, from := range []state.Leaves{leaves{s.tree.ImmutableTree}, flat{db}} {
			if err := holdHead(from, s.tip); err != nil {
				return nil, err
			}
		}
	}
	s.shelf = state.NewShelf(s.tip.Height, state.ShelfBytes)
	s.current = db.NewSnapshot()
	s.readers[s.current] = 1
	return s, nil
}

// holdHead returns ErrHead unless the Head among a state's leaves agrees with the
// tip: chain and version are the same, and the last change did not come later.
func holdHead(from state.Leaves, tip state.Tip) error {
	head, err := state.HeadOf(state.Remote{Leaves: from, At: tip})
	if err != nil {
		return fmt.Errorf("%w: the leaf cannot be read: %w", ErrHead, err)
	}
	if head.Chain != tip.Chain || head.Version != tip.Version || head.Height > tip.Height || head.Time > tip.Time {
		return fmt.Errorf("%w: its leaf says chain %q, version %d and a last change at height %d and time %d; the last block is of chain %q, version %d, height %d and time %d",
			ErrHead, head.Chain, head.Version, head.Height, head.Time, tip.Chain, tip.Version, tip.Height, tip.Time)
	}
	return nil
}

func (s *Store) openTree() {
	s.tree = iavl.NewMutableTree(s.nodes, treeCache, true, iavl.NewNopLogger(),
		iavl.SyncOption(true), iavl.FlushThresholdOption(1<<30))
	s.reading = iavl.NewMutableTree(s.nodes, readingCache, true, iavl.NewNopLogger())
}

// Close releases the database. Views must have been closed. After a Commit that
// failed it does nothing, since a failed database may not return from closing.
func (s *Store) Close() error {
	if s.nodes.failed {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.current != nil {
		err = s.current.Close()
		s.current = nil
	}
	return errors.Join(err, s.tree.Close(), s.reading.Close(), s.db.Close())
}

// Reload opens the store again over the same database, which stays open, as after a
// restart: nothing in memory is kept. Views must have been closed, and s must not be
// used again.
func (s *Store) Reload() (*Store, error) {
	s.mu.Lock()
	err := errors.Join(s.current.Close(), s.tree.Close(), s.reading.Close())
	s.current = nil
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	again, err := OpenStore(s.db, s.keep)
	if err == nil {
		again.KeepResults(s.keepResults)
	}
	return again, err
}

// Tip describes the last committed block; its Height is zero before the first.
func (s *Store) Tip() state.Tip {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tip
}

// stage puts a block's changes into the working tree and returns the root that
// saving them will have. Nothing is on disk yet.
func (s *Store) stage(changes []state.Change) ([]byte, error) {
	for _, c := range changes {
		var err error
		if c.Value == nil {
			_, _, err = s.tree.Remove(c.Key)
		} else {
			_, err = s.tree.Set(c.Key, c.Value)
		}
		if err != nil {
			return nil, fmt.Errorf("writing %x to the tree: %w", c.Key, err)
		}
	}
	return s.tree.WorkingHash(), nil
}

// unstage drops what was staged since the last save.
func (s *Store) unstage() { s.tree.Rollback() }

// save writes what was staged, the flat copy of it, the entries of the indexes and
// the new tip, in one fsynced write. A crash before that write leaves the old block, a crash after
// it the new one.
//
// The staged root is compared with the promised hash first; if they differ, the old
// block stays.
func (s *Store) save(changes []state.Change, results []state.Delivered, tip state.Tip) error {
	if v, hash := s.tree.WorkingVersion(), s.tree.WorkingHash(); uint64(v) != tip.Height || !bytes.Equal(hash, tip.Hash) {
		return fmt.Errorf("%w: height %d and %x staged, %d and %x promised", ErrHashBroken, v, hash, tip.Height, tip.Hash)
	}
	s.nodes.finish = func(b *pebble.Batch) error {
		for _, c := range changes {
			var err error
			if c.Value == nil {
				err = b.Delete(spaced(spaceFlat, c.Key), nil)
			} else {
				err = b.Set(spaced(spaceFlat, c.Key), c.Value, nil)
			}
			if err != nil {
				return err
			}
		}
		if err := errors.Join(s.putDone(b, results), s.forget(b, tip.Height, len(results))); err != nil {
			return err
		}
		if err := s.indexes.write(b, changes, tip.Height); err != nil {
			return err
		}
		if err := b.Set(blockKey(tip.Height), tx.Encode(unhashed(tip)), nil); err != nil {
			return err
		}
		return b.Set(metaTip, tx.Encode(tip), nil)
	}
	hash, version, err := s.tree.SaveVersion()
	s.nodes.finish = nil
	if err != nil {
		return fmt.Errorf("saving height %d: %w", tip.Height, err)
	}
	if uint64(version) != tip.Height || !bytes.Equal(hash, tip.Hash) {
		return fmt.Errorf("%w: height %d and %x saved, %d and %x promised", ErrHashBroken, version, hash, tip.Height, tip.Hash)
	}
	s.advance(tip, changes)
	return s.prune(tip.Height)
}

// blockKey is the key of the time and version of a kept height.
func blockKey(height uint64) []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(metaBlock), height)
}

// unhashed is a tip without its hash, which the tree has.
func unhashed(tip state.Tip) state.Tip {
	tip.Hash = nil
	return tip
}

// blockAt returns the Tip of an older height, without its hash. A state restored
// from an export has none of the heights before its own.
func (s *Store) blockAt(height uint64) (state.Tip, error) {
	raw, err := fetch(s.db, blockKey(height))
	if err != nil {
		return state.Tip{}, err
	}
	if raw == nil {
		return state.Tip{}, fmt.Errorf("%w: %d", state.ErrHeight, height)
	}
	return tx.DecodeTrusted[state.Tip](raw)
}

// advance makes tip, which the changes led to, what new views see.
func (s *Store) advance(tip state.Tip, changes []state.Change) {
	snapshot := s.db.NewSnapshot()
	s.shelf.Advance(tip.Height, changes)
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current
	s.tip, s.current = tip, snapshot
	s.readers[snapshot] = 1
	s.release(old)
}

// release drops one hold on a snapshot; s.mu is held.
func (s *Store) release(snap *pebble.Snapshot) {
	if s.readers[snap]--; s.readers[snap] == 0 {
		delete(s.readers, snap)
		_ = snap.Close() // a snapshot's Close only fails when it is closed twice
	}
}

// Pruning goes in steps: heights are dropped once in pruneEvery blocks, and at most
// pruneMost at once. A store configured to keep fewer drops the rest over many
// blocks.
const (
	pruneEvery = 100
	pruneMost  = 1000
)

// prune drops the heights that are no longer kept. It runs after the block's
// write; a crash in it leaves heights that the next pruning drops. While an
// export runs nothing is dropped, since it may need what would be.
func (s *Store) prune(height uint64) error {
	if s.keep == 0 || height <= s.keep+pruneEvery || height%pruneEvery != 0 {
		return nil
	}
	if !s.exports.TryLock() {
		return nil
	}
	defer s.exports.Unlock()
	dropped := sort.Search(int(height), func(i int) bool { return s.tree.VersionExists(int64(i) + 1) })
	to := min(height-s.keep, uint64(dropped)+pruneMost)
	if err := s.tree.DeleteVersionsTo(int64(to)); err != nil {
		return fmt.Errorf("pruning to height %d: %w", to, err)
	}
	return s.db.DeleteRange(metaBlock, blockKey(to+1), pebble.NoSync)
}

// The store is the source under a block's overlay: the flat copy of the tip.
// Only the block's own goroutine uses it so; views use snapshots.

// Leaf returns a leaf's value at the tip, nil if it is absent.
func (s *Store) Leaf(key []byte) ([]byte, error) { return fetch(s.db, spaced(spaceFlat, key)) }

// Kept is Leaf from memory, if the leaf was read before.
func (s *Store) Kept(key []byte) (*state.Kept, error) {
	return s.shelf.Kept(s.Tip().Height, key, s)
}

// Each calls fn for each leaf of the tip in [start, end), ascending, until it
// returns stop.
func (s *Store) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return scanFlat(s.db, start, end, fn)
}

func scanFlat(r pebble.Reader, start, end []byte, fn func(key, value []byte) (bool, error)) error {
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: spaced(spaceFlat, start), UpperBound: spaced(spaceFlat, end)})
	if err != nil {
		return err
	}
	for it.First(); it.Valid(); it.Next() {
		more, err := fn(bytes.Clone(it.Key()[1:]), bytes.Clone(it.Value()))
		if err != nil || !more {
			return errors.Join(err, it.Close())
		}
	}
	return errors.Join(it.Error(), it.Close())
}
