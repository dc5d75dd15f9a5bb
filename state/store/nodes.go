package store

import (
	"bytes"
	"errors"
	"fmt"

	corestore "cosmossdk.io/core/store"
	"github.com/cockroachdb/pebble/v2"
)

// Key spaces of the database: one first byte each. More are in done.go and
// index.go.
const (
	spaceFlat = 'f' // leaf key → value, the current version
	spaceNode = 'n' // the tree's own nodes, every kept version
	spaceMeta = 'm' // see store.go
)

// Options are what the store needs of its database: pass them, with a file
// system if it is not the disk, to pebble.Open. A log that cannot be written
// (a full disk) then makes Commit return an error; by pebble's own logger it
// would end the process.
func Options() *pebble.Options { return &pebble.Options{Logger: logger{}} }

// logger drops pebble's informational log.
type logger struct{}

func (logger) Infof(string, ...any)  {}
func (logger) Errorf(string, ...any) {}

// Fatalf panics because pebble, if it returned, would take the write as done.
func (logger) Fatalf(format string, args ...any) {
	for _, a := range args {
		if cause, ok := a.(error); ok {
			panic(cause)
		}
	}
	panic(fmt.Errorf(format, args...))
}

// commit writes a batch. Pebble panics when its log has failed; that is an
// error here, after which the database must not be used again.
func commit(b *pebble.Batch, o *pebble.WriteOptions) (err error) {
	defer func() {
		if r := recover(); r != nil {
			failed, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("the database failed: %w", failed)
		}
	}()
	return b.Commit(o)
}

// nodes implements the database interface of the tree over key space 'n' of the
// store's pebble. The last write of a batch includes the changes of the flat store.
type nodes struct {
	db     *pebble.DB
	finish func(b *pebble.Batch) error // adds what must be written along; may be nil
	failed bool                        // a block's write failed: close nothing, write nothing
}

func spaced(space byte, key []byte) []byte {
	out := make([]byte, 0, 1+len(key))
	return append(append(out, space), key...)
}

// fetch copies the value under key, nil if there is none.
func fetch(r pebble.Reader, key []byte) ([]byte, error) {
	v, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(v)), v...)
	return out, closer.Close()
}

func (n *nodes) Get(key []byte) ([]byte, error) { return fetch(n.db, spaced(spaceNode, key)) }

func (n *nodes) Has(key []byte) (bool, error) {
	v, err := n.Get(key)
	return v != nil, err
}

func (n *nodes) Close() error { return nil } // the store closes the database

func (n *nodes) Iterator(start, end []byte) (corestore.Iterator, error) {
	it, err := n.iterator(start, end)
	if err == nil {
		it.it.First()
	}
	return it, err
}

func (n *nodes) ReverseIterator(start, end []byte) (corestore.Iterator, error) {
	it, err := n.iterator(start, end)
	if err == nil {
		it.it.Last()
		it.reverse = true
	}
	return it, err
}

func (n *nodes) iterator(start, end []byte) (*nodeIterator, error) {
	upper := []byte{spaceNode + 1}
	if end != nil {
		upper = spaced(spaceNode, end)
	}
	it, err := n.db.NewIter(&pebble.IterOptions{LowerBound: spaced(spaceNode, start), UpperBound: upper})
	return &nodeIterator{it: it, start: start, end: end}, err
}

type nodeIterator struct {
	it         *pebble.Iterator
	start, end []byte
	reverse    bool
}

func (i *nodeIterator) Domain() (start, end []byte) { return i.start, i.end }
func (i *nodeIterator) Valid() bool                 { return i.it.Valid() }
func (i *nodeIterator) Key() []byte                 { return bytes.Clone(i.it.Key()[1:]) }
func (i *nodeIterator) Value() []byte               { return bytes.Clone(i.it.Value()) }
func (i *nodeIterator) Error() error                { return i.it.Error() }
func (i *nodeIterator) Close() error                { return i.it.Close() }
func (i *nodeIterator) Next() {
	if i.reverse {
		i.it.Prev()
	} else {
		i.it.Next()
	}
}

func (n *nodes) NewBatch() corestore.Batch { return &nodeBatch{n: n, b: n.db.NewBatch()} }

// NewBatchWithSize ignores the size: the tree asks for its whole flush
// threshold, which is set to a gigabyte so that a block is one write.
func (n *nodes) NewBatchWithSize(int) corestore.Batch { return n.NewBatch() }

type nodeBatch struct {
	n *nodes
	b *pebble.Batch
}

func (b *nodeBatch) Set(key, value []byte) error {
	return b.b.Set(spaced(spaceNode, key), value, nil)
}
func (b *nodeBatch) Delete(key []byte) error { return b.b.Delete(spaced(spaceNode, key), nil) }
func (b *nodeBatch) Write() error            { return commit(b.b, pebble.NoSync) }
func (b *nodeBatch) Close() error            { return b.b.Close() }
func (b *nodeBatch) GetByteSize() (int, error) {
	return b.b.Len(), nil
}

// WriteSync is the one fsynced write of a block.
func (b *nodeBatch) WriteSync() error {
	if b.n.finish != nil {
		if err := b.n.finish(b.b); err != nil {
			return err
		}
	}
	err := commit(b.b, pebble.Sync)
	b.n.failed = err != nil
	return err
}
