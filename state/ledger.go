package state

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Ledger executes blocks. Its methods are called in the order of a block's
// life: Begin, Deliver for each transaction, End, Commit; Init takes the place
// of nothing and comes once, before the first Begin. One goroutine may call
// them; Check and View may run beside it.
type Ledger struct {
	store *Store
	rules Rules
	kinds map[tx.Kind]Kind

	// Verify says whether sig is key's over msg. It may remember answers, never
	// change them.
	Verify func(key tx.PublicKey, msg, sig []byte) bool

	genesis *overlay // written by Init, part of the first block
	chain   string
	block   *block
	staged  []change
	tip     Tip // promised by End
}

// A block is the one being executed.
type block struct {
	*overlay
	rules    *Rules
	kinds    map[tx.Kind]Kind
	chain    string
	height   uint64
	time     int64
	carrying bool // an action carried by a motion is being delivered
}

// A Result is what became of a transaction. Code and Data are consensus data;
// Log and Events are not.
type Result struct {
	Code   uint32 // zero if done, else the rejection's
	Data   []byte
	Log    string
	Events []Event
}

// NewLedger makes the machine over store by rules.
func NewLedger(store *Store, rules Rules) *Ledger {
	return &Ledger{store: store, rules: rules, kinds: rules.kinds(), Verify: tx.PublicKey.Verify, chain: store.Tip().Chain}
}

// Tip describes the last committed block.
func (l *Ledger) Tip() Tip { return l.store.Tip() }

// View opens a committed height; zero is the last.
func (l *Ledger) View(height uint64) (*View, error) { return l.store.View(height) }

// Rules are those the ledger was made with.
func (l *Ledger) Rules() Rules { return l.rules }

// Close releases the store.
func (l *Ledger) Close() error { return l.store.Close() }

// Init writes the founding records. They are committed with the first block,
// and its app hash covers both. It returns the hash that they have alone.
func (l *Ledger) Init(chain string, time int64, height uint64, genesis []byte) ([]byte, error) {
	if l.store.Tip().Height != 0 {
		return nil, errors.New("genesis on a ledger that has blocks")
	}
	l.store.unstage() // an Init that a crash repeats starts anew
	l.chain = chain
	b := l.newBlock(height, time)
	if err := l.rules.Genesis(b.ctx(0, Authority{}), genesis); err != nil {
		return nil, fmt.Errorf("founding the federation: %w", err)
	}
	changes, err := b.changes()
	if err != nil {
		return nil, err
	}
	hash, err := l.store.stage(changes)
	l.store.unstage()
	l.genesis = b.overlay
	return hash, err
}

func (l *Ledger) newBlock(height uint64, time int64) *block {
	return &block{overlay: newOverlay(l.store), rules: &l.rules, kinds: l.kinds, chain: l.chain, height: height, time: time}
}

func (b *block) ctx(coop Coop, auth Authority) *Ctx {
	return &Ctx{overlay: b.overlay, block: b, coop: coop, auth: auth}
}

func (b *block) decode(kind tx.Kind, payload []byte) (Action, error) {
	k, ok := b.kinds[kind]
	if !ok {
		return nil, ErrKind.With("%04x", uint16(kind))
	}
	return k.Decode(payload)
}

// Begin opens a block. A block that was begun and not committed is dropped.
func (l *Ledger) Begin(height uint64, time int64) {
	l.store.unstage()
	l.block = l.newBlock(height, time)
	if l.genesis != nil {
		for _, k := range l.genesis.keys() {
			l.block.store([]byte(k), l.genesis.writes[k])
		}
	}
}

// Deliver executes one transaction. A refusal is a Result with a code and
// changes nothing but, once the signer is known, its sequence. An error is a
// fault: the node must stop.
func (l *Ledger) Deliver(raw []byte) (Result, error) {
	res, err := l.block.deliver(raw, l.Verify, 0)
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: err.Error()}, nil
	}
	return res, err
}

// Check says what Deliver would answer if the next block held only raw, without
// writing. A sequence up to ahead beyond the next is let pass unexecuted, since
// the transactions before it may be on their way.
func (l *Ledger) Check(raw []byte, ahead uint64) (Result, error) {
	v, err := l.View(0)
	if err != nil {
		return Result{}, err
	}
	defer v.Close()
	return l.CheckAt(v, raw, ahead)
}

// CheckAt is Check against a view that the caller holds.
func (l *Ledger) CheckAt(v *View, raw []byte, ahead uint64) (Result, error) {
	b := &block{overlay: newOverlay(v), rules: &l.rules, kinds: l.kinds, chain: v.Chain(), height: v.Height() + 1, time: v.Time()}
	res, err := b.deliver(raw, l.Verify, ahead)
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: err.Error()}, nil
	}
	return res, err
}

// deliver is the door: every refusal that does not depend on the kind of
// action, in order, then the action itself.
func (b *block) deliver(raw []byte, verify func(tx.PublicKey, []byte, []byte) bool, ahead uint64) (Result, error) {
	signed, err := tx.Parse(raw)
	if errors.Is(err, tx.ErrSize) {
		return Result{}, ErrSize.With("%d bytes", len(raw))
	}
	if err != nil {
		return Result{}, ErrMalformed.With("%v", err)
	}
	body := signed.Body
	if body.Chain != b.chain {
		return Result{}, ErrChain.With("signed for %q, this is %q", body.Chain, b.chain)
	}
	if body.Expiry < b.height {
		return Result{}, ErrExpired.With("valid to height %d, this is %d", body.Expiry, b.height)
	}
	action, err := b.decode(body.Kind, body.Payload)
	if err != nil {
		return Result{}, err
	}
	signer := Member(body.Signer)
	c := b.ctx(Coop(body.Coop), Authority{Signer: signer})
	key, err := b.rules.Key(c, signer)
	if err != nil {
		return Result{}, err
	}
	if !verify(key, signed.Bytes, signed.Signature) {
		return Result{}, ErrSignature
	}
	last, err := b.rules.Sequence(c, signer)
	if err != nil {
		return Result{}, err
	}
	if body.Sequence <= last || body.Sequence-last > 1+ahead {
		return Result{}, ErrSequence.With("%d signed, %d is next", body.Sequence, last+1)
	}
	if body.Sequence > last+1 {
		return Result{}, nil // only Check gets here
	}
	if err := b.rules.Spend(c, signer, body.Sequence); err != nil {
		return Result{}, err
	}
	return b.apply(c, body.Kind, action)
}

// apply runs an authenticated action on an overlay of its own.
func (b *block) apply(c *Ctx, kind tx.Kind, action Action) (Result, error) {
	over := newOverlay(b.overlay)
	inner := &Ctx{overlay: over, block: b, coop: c.coop, auth: c.auth}
	if err := b.rules.Authorize(inner, kind, action); err != nil {
		return Result{}, err
	}
	if err := action.Apply(inner); err != nil {
		return Result{}, err
	}
	events := slices.Clone(over.events)
	over.events = nil
	over.merge()
	return Result{Data: inner.data, Events: events}, nil
}

// End runs the rooms' end of block, stages the block and returns the app hash
// that Commit will save. The events are those of the end of block.
func (l *Ledger) End() (hash []byte, events []Event, err error) {
	b := l.block
	b.events = nil
	for _, end := range l.rules.EndBlock {
		if err := end(b.ctx(0, Authority{})); err != nil {
			return nil, nil, fmt.Errorf("ending block %d: %w", b.height, err)
		}
	}
	if l.staged, err = b.changes(); err != nil {
		return nil, nil, err
	}
	if hash, err = l.store.stage(l.staged); err != nil {
		return nil, nil, err
	}
	l.tip = Tip{Height: b.height, Time: b.time, Hash: hash, Chain: l.chain}
	return hash, b.events, nil
}

// Reader reads the block being executed, as the end of block left it.
func (l *Ledger) Reader() Reader { return l.block.ctx(0, Authority{}) }

// Commit makes the ended block durable. When it returns, the block survives
// any crash; until then, none of it does.
func (l *Ledger) Commit() error {
	if err := l.store.save(l.staged, l.tip); err != nil {
		return err
	}
	l.genesis, l.block, l.staged = nil, nil, nil
	return nil
}

// CheckInvariants runs every invariant against a view and the store's own. The
// error joins all that fail.
func (l *Ledger) CheckInvariants(v *View) error {
	var errs []error
	for _, inv := range l.rules.Invariants {
		if err := inv.Check(v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", inv.Name, err))
		}
	}
	if err := v.CheckFlat(); err != nil {
		errs = append(errs, fmt.Errorf("flat store equals tree: %w", err))
	}
	return errors.Join(errs...)
}
