package app

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/store"
)

// Kinds are all kinds of action, as package rooms lists them.
var Kinds = rooms.Kinds

// Version is the latest version of the rules.
const Version = rooms.Version

// Rules are the rooms as the machine takes them.
func Rules() state.Rules { return rooms.Rules() }

// Options of Open. The zero value works.
type Options struct {
	Keep    uint64       // heights that stay readable and provable; zero keeps all
	Results uint64       // heights for which results outlive their transactions; zero keeps all
	FS      vfs.FS       // file system; nil is the machine's
	Log     *slog.Logger // nil discards
	// Forget disables the memories of judged transactions and of decoded records: each is
	// decoded and verified again in its block, and decoded each time it is read. It is for
	// measuring what they save; no result depends on it.
	Forget bool
	// Mempool bounds what waits for a block; zero is DefaultMempool.
	Mempool pool.Limits
	// Quiet leaves the events of transactions out of blocks' results, for a node where
	// nobody listens to them. Events are no consensus data.
	Quiet bool
	// Inspect does not rebuild an index that is behind; its lists are not answered.
	Inspect bool
}

// blockCache is the size of the database's block cache, in bytes.
const blockCache = 32 << 20

// memTable is the size of the database's memtable, in bytes. The database
// preallocates a tenth more on disk for each of its logs, and keeps up to three for
// reuse.
const memTable = 8 << 20

// OpenDB opens the database in dir, making it if need be. Only one process can
// hold it.
func OpenDB(dir string, fs vfs.FS) (*pebble.DB, error) {
	cache := pebble.NewCache(blockCache)
	defer cache.Unref() // the database holds it
	opts := store.Options()
	opts.Cache, opts.MemTableSize, opts.FS = cache, memTable, fs
	db, err := pebble.Open(dir, opts)
	if err != nil {
		return nil, fmt.Errorf("opening the state in %s: %w", dir, err)
	}
	return db, nil
}

// Open opens the state in dir and makes the application over it.
func Open(dir string, o Options) (*App, error) { return OpenWith(dir, o, Rules()) }

// OpenWith is Open with other rules than those of the rooms, for simulations that
// break a rule on purpose.
func OpenWith(dir string, o Options, rules state.Rules) (*App, error) {
	db, err := OpenDB(dir, o.FS)
	if err != nil {
		return nil, err
	}
	opened, err := store.OpenStore(db, o.Keep)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the state in %s: %w", dir, err), db.Close())
	}
	opened.KeepResults(o.Results)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var memory *state.Known
	if !o.Forget {
		memory = state.NewKnown(state.KnownBytes)
	}
	ledger, err := store.NewLedger(opened, rules, memory)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the state in %s: %w", dir, err), opened.Close())
	}
	if o.Forget {
		ledger.Forget()
	}
	a := New(ledger, o.Log)
	a.quiet = o.Quiet
	if o.Mempool != (pool.Limits{}) {
		a.pool = pool.New(o.Mempool)
	}
	if o.Inspect {
		return a, nil
	}
	if err := a.mend(); err != nil {
		return nil, errors.Join(fmt.Errorf("the state in %s: %w", dir, err), opened.Close())
	}
	return a, nil
}

// mend rebuilds an index that is behind its records, and logs it, so that a node can
// answer lists from its start on. At 1,000,000 members it takes some seconds:
// docs/performance.md.
func (a *App) mend() error {
	stale := a.ledger.IndexStale()
	if stale == nil {
		return nil
	}
	a.log.Warn("rebuilding the index of lists", "because", stale)
	began := time.Now()
	entries, err := a.ledger.RebuildIndex()
	if err == nil {
		a.log.Info("rebuilt the index of lists", "entries", entries, "took", time.Since(began).Round(time.Millisecond))
	}
	return err
}

// RebuildIndex rebuilds the index of lists and returns how many entries it has. The
// application must not be executing a block or answering questions.
func (a *App) RebuildIndex() (entries uint64, err error) { return a.ledger.RebuildIndex() }

// Reload returns the application in the state after a restart with rules: with an
// nothing remembered, but without the database's own recovery. It is for
// simulations that restart after every block. a must not be used again.
func (a *App) Reload(rules state.Rules) (*App, error) {
	ledger, err := a.ledger.Reload(rules, state.NewKnown(state.KnownBytes))
	if err != nil {
		return nil, err
	}
	fresh := New(ledger, a.log)
	fresh.quiet = a.quiet
	return fresh, fresh.mend()
}
