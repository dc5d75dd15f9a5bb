package store

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Ledger is the machine over a store. For each block its methods are called in
// this order: Begin, Run, DeliverAll, End, Commit; Init comes before the first
// Begin. One goroutine may call them; Tip, View, Check, Judge, Arrive and Done may run
// concurrently.
type Ledger struct {
	*state.Machine
	store *Store

	founding *state.Block // made by Init, part of the first block
	chain    string
	block    *state.Block
	staged   []state.Change
	tip      state.Tip // promised by End
}

// NewLedger makes the machine over store by rules. known may be nil.
//
// It returns state.ErrVersion, saying which program is needed, if the state is of
// a version that the rules do not have, or its next block would be.
func NewLedger(store *Store, rules state.Rules, known *state.Known) (*Ledger, error) {
	l := &Ledger{Machine: state.NewMachine(rules, known), store: store, chain: store.Tip().Chain}
	if err := l.Known(); err != nil {
		return nil, err
	}
	if err := store.index(rules.Indexes); err != nil {
		return nil, err
	}
	return l, nil
}

// Known returns state.ErrVersion, saying which program is needed, unless the rules
// have the versions of the committed state and of the block after it. A node asks
// after each Commit and stops in order before a block that it cannot make.
func (l *Ledger) Known() error {
	if l.store.Tip().Height == 0 {
		return nil
	}
	v, err := l.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	return l.Rules().Knows(v)
}

// Tip describes the last committed block.
func (l *Ledger) Tip() state.Tip { return l.store.Tip() }

// Chain is the federation's chain id, empty before genesis.
func (l *Ledger) Chain() string { return l.chain }

// View opens a committed height; zero is the last.
func (l *Ledger) View(height uint64) (*View, error) { return l.store.View(height) }

// Done returns the result of a transaction and whether it is in a block.
func (l *Ledger) Done(id [32]byte) (state.Done, bool, error) { return l.store.Done(id) }

// Forgotten is the height from which on results are complete: see
// Store.Forgotten.
func (l *Ledger) Forgotten() (uint64, error) { return l.store.Forgotten() }

// Reload returns the ledger as a restart with rules would find it: see
// Store.Reload.
func (l *Ledger) Reload(rules state.Rules, known *state.Known) (*Ledger, error) {
	store, err := l.store.Reload()
	if err != nil {
		return nil, err
	}
	return NewLedger(store, rules, known)
}

// IndexStale returns why lists cannot be answered from the index: see Store.
func (l *Ledger) IndexStale() error { return l.store.IndexStale() }

// RebuildIndex rebuilds the index from the records: see Store.
func (l *Ledger) RebuildIndex() (entries uint64, err error) { return l.store.RebuildIndex() }

// Close releases the store.
func (l *Ledger) Close() error { return l.store.Close() }

// Init writes the founding records. They are committed with the first block, and its
// app hash covers both. It returns the app hash of the founding records alone.
func (l *Ledger) Init(chain string, time int64, genesis []byte) ([]byte, error) {
	if l.store.Tip().Height != 0 {
		return nil, errors.New("genesis on a ledger that has blocks")
	}
	l.store.unstage() // an Init that is repeated after a crash starts again
	l.chain = chain
	b, err := l.Machine.Found(l.store, chain, time, genesis)
	if err != nil {
		return nil, err
	}
	changes, err := b.Changes()
	if err != nil {
		return nil, err
	}
	hash, err := l.store.stage(changes)
	l.store.unstage()
	l.founding = b
	return hash, err
}

// Begin opens a block. A block that was begun and not committed is dropped. It
// returns state.ErrVersion if the rules do not have the version that the block
// needs.
func (l *Ledger) Begin(height uint64, time int64) (err error) {
	l.store.unstage()
	if l.block, err = l.Machine.Begin(l.store, l.founding, l.chain, height, time); err != nil {
		return err
	}
	l.block.Follow(l.store.Tip().Hash)
	return nil
}

// Run writes to the block outside any transaction: what consensus itself
// reports. An error is a fault.
func (l *Ledger) Run(write func(c *state.Ctx) error) error { return l.block.Run(write) }

// Deliver executes one transaction. See DeliverAll.
func (l *Ledger) Deliver(raw []byte) (state.Result, error) {
	results, err := l.DeliverAll([][]byte{raw})
	if err != nil {
		return state.Result{}, err
	}
	return results[0], nil
}

// DeliverAll executes transactions in order: see state.Block.
func (l *Ledger) DeliverAll(raws [][]byte) ([]state.Result, error) { return l.block.DeliverAll(raws) }

// Delivered are the transactions of the block that is open, with their results.
func (l *Ledger) Delivered() []state.Delivered { return l.block.Delivered() }

// Check says what the next block would answer to raw: see state.Machine.
func (l *Ledger) Check(raw []byte) (state.Result, error) {
	v, err := l.View(0)
	if err != nil {
		return state.Result{}, err
	}
	defer v.Close()
	return l.Machine.Check(v, raw)
}

// Judge says whether a block after the last could hold each of raws: see
// state.Machine.
func (l *Ledger) Judge(raws [][]byte) ([]state.Judgement, error) {
	v, err := l.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return l.Machine.Judge(v, raws)
}

// Arrive answers transactions that their signers have sent: see state.Machine.
func (l *Ledger) Arrive(raws [][]byte, fits func(i int, j state.Judgement) error, answer func(i int, j state.Judgement, res state.Result, err error)) {
	v, err := l.View(0)
	if err != nil {
		for i := range raws {
			answer(i, state.Judgement{}, state.Result{}, err)
		}
		return
	}
	defer v.Close()
	l.Machine.Arrive(v, raws, fits, answer)
}

// End runs the rooms' end of block, stages the block and returns the app hash
// that Commit will save. The events are those of Run and of the end of block.
func (l *Ledger) End() (hash []byte, events []state.Event, err error) {
	if events, err = l.block.End(); err != nil {
		return nil, nil, err
	}
	if l.staged, err = l.block.Changes(); err != nil {
		return nil, nil, err
	}
	if hash, err = l.store.stage(l.staged); err != nil {
		return nil, nil, err
	}
	l.tip = l.block.Tip()
	l.tip.Hash = hash
	return hash, events, nil
}

// Upgrading says whether records are still being migrated after the block being
// executed.
func (l *Ledger) Upgrading() bool { return l.block.Upgrading() }

// Reader reads the block being executed, as the end of block left it.
func (l *Ledger) Reader() state.Reader { return l.block.Reader() }

// Reads is how many leaves the block being executed has read so far from the
// committed state.
func (l *Ledger) Reads() uint64 { return l.block.Reads() }

// Commit makes the ended block durable. When it returns, the block survives
// any crash; until then, none of it does.
func (l *Ledger) Commit() error {
	if err := l.store.save(l.staged, l.block.Delivered(), l.tip); err != nil {
		return err
	}
	l.founding, l.block, l.staged = nil, nil, nil
	return nil
}

// CheckInvariants runs every invariant against a view and the store's own. The
// error joins all that fail.
func (l *Ledger) CheckInvariants(v *View) error {
	return errors.Join(l.CheckRecords(v), l.CheckIndex(v))
}

// CheckIndex compares the index with the records: see View.
func (l *Ledger) CheckIndex(v *View) error {
	if err := v.CheckIndex(); err != nil {
		return fmt.Errorf("index equals records: %w", err)
	}
	return nil
}

// ErrMigrating is returned by CheckRecords while the rooms' invariants cannot be
// checked, since some records are still of the version before.
var ErrMigrating = errors.New("records are being migrated")

// CheckRecords is CheckInvariants without the index, which can be rebuilt from sound
// records. While records are being migrated it returns ErrMigrating, if all else is
// sound.
func (l *Ledger) CheckRecords(v *View) error {
	head, err := state.HeadOf(v)
	if err == nil && head.Migrating.Version != 0 {
		if err = v.CheckFlat(); err == nil {
			return fmt.Errorf("%w to version %d, which takes some blocks more", ErrMigrating, head.Version)
		}
		return fmt.Errorf("flat store equals tree: %w", err)
	}
	var errs []error
	if err != nil {
		errs = append(errs, fmt.Errorf("reading the version: %w", err))
	}
	for _, inv := range l.Rules().Invariants {
		if err := inv.Check(v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", inv.Name, err))
		}
	}
	if err := v.CheckFlat(); err != nil {
		errs = append(errs, fmt.Errorf("flat store equals tree: %w", err))
	}
	return errors.Join(errs...)
}
