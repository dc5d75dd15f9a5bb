package state

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Ledger executes blocks. Its methods are called in the order of a block's
// life: Begin, Run, DeliverAll, End, Commit; Init comes before the first Begin.
// One goroutine may call them; Tip, View, Check, Recheck and Done may run beside
// it.
type Ledger struct {
	store *Store
	rules Rules
	kinds map[tx.Kind]Kind

	verified Verified

	genesis *overlay // written by Init, part of the first block
	chain   string
	block   *block
	staged  []change
	done    []done
	tip     Tip // promised by End
}

// Verified remembers signatures that verified, so that one checked on arrival
// is not checked again in its block. It may forget at any time and must never
// claim what was not remembered: no result depends on it. It is used from
// several goroutines.
type Verified interface {
	Remember(key tx.PublicKey, raw []byte)
	Seen(key tx.PublicKey, raw []byte) bool
}

// forgetful is the Verified that remembers nothing.
type forgetful struct{}

func (forgetful) Remember(tx.PublicKey, []byte)  {}
func (forgetful) Seen(tx.PublicKey, []byte) bool { return false }

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

// NewLedger makes the machine over store by rules. verified may be nil.
func NewLedger(store *Store, rules Rules, verified Verified) *Ledger {
	if verified == nil {
		verified = forgetful{}
	}
	return &Ledger{store: store, rules: rules, kinds: rules.kinds(), verified: verified, chain: store.Tip().Chain}
}

// Tip describes the last committed block.
func (l *Ledger) Tip() Tip { return l.store.Tip() }

// Chain is the federation's chain id, empty before genesis.
func (l *Ledger) Chain() string { return l.chain }

// View opens a committed height; zero is the last.
func (l *Ledger) View(height uint64) (*View, error) { return l.store.View(height) }

// Rules are those the ledger was made with.
func (l *Ledger) Rules() Rules { return l.rules }

// Reload returns the ledger as a restart with rules would find it: see
// Store.Reload.
func (l *Ledger) Reload(rules Rules, verified Verified) (*Ledger, error) {
	store, err := l.store.Reload()
	if err != nil {
		return nil, err
	}
	return NewLedger(store, rules, verified), nil
}

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
	return &block{overlay: newOverlay(newMemo(l.store)), rules: &l.rules, kinds: l.kinds, chain: l.chain, height: height, time: time}
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
	l.block, l.done = l.newBlock(height, time), nil
	if l.genesis != nil {
		for _, k := range l.genesis.keys() {
			l.block.store([]byte(k), l.genesis.writes[k])
		}
	}
}

// Run writes to the block outside any transaction: what consensus itself
// reports. An error is a fault.
func (l *Ledger) Run(write func(c *Ctx) error) error {
	return write(l.block.ctx(0, Authority{}))
}

// Deliver executes one transaction. See DeliverAll.
func (l *Ledger) Deliver(raw []byte) (Result, error) {
	results, err := l.DeliverAll([][]byte{raw})
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// DeliverAll executes transactions in order. A refusal is a Result with a code
// and changes nothing but, once the signer is known, its sequence. An error is
// a fault: the node must stop.
func (l *Ledger) DeliverAll(raws [][]byte) ([]Result, error) {
	arrivals, err := l.arrive(raws)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(raws))
	for i := range arrivals {
		res, err := l.block.deliver(&arrivals[i], 0)
		if r := Rejected(err); r != nil {
			res = Result{Code: r.Code, Log: logOf(err)}
		} else if err != nil {
			return nil, fmt.Errorf("transaction %X: %w", tx.ID(raws[i]), err)
		}
		results[i] = res
		expiry := l.block.height
		if arrivals[i].err == nil {
			expiry = arrivals[i].signed.Body.Expiry
		}
		l.done = append(l.done, done{tx.ID(raws[i]), arrivals[i].spent, expiry, Done{l.block.height, res.Code, res.Data, res.Log}})
	}
	return results, nil
}

// Check says what Deliver would answer if the next block held only raw and had
// the last one's time, without writing. A sequence up to ahead beyond the next is
// let pass unexecuted, since the transactions before it may be on their way.
func (l *Ledger) Check(raw []byte, ahead uint64) (Result, error) {
	v, err := l.View(0)
	if err != nil {
		return Result{}, err
	}
	defer v.Close()
	b := &block{overlay: newOverlay(newMemo(v)), rules: &l.rules, kinds: l.kinds, chain: v.Chain(), height: v.Height() + 1, time: v.Time()}
	a := arrival{raw: raw, known: l.verified}
	a.signed, a.err = tx.Parse(raw)
	res, err := b.deliver(&a, ahead)
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: logOf(err)}, nil
	}
	return res, err
}

// Recheck says whether a transaction that Check let pass can still be executed
// after a block: whether it has expired or its sequence been used. All else is
// looked at again when its block comes.
func (l *Ledger) Recheck(raw []byte) (Result, error) {
	v, err := l.View(0)
	if err != nil {
		return Result{}, err
	}
	defer v.Close()
	signed, err := tx.Parse(raw)
	if err != nil {
		err = unreadable(raw, err)
	} else {
		err = l.current(v, signed.Body)
	}
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: logOf(err)}, nil
	}
	return Result{}, err
}

// current refuses a transaction that no later block can execute.
func (l *Ledger) current(v *View, b tx.Body) error {
	if b.Expiry <= v.Height() {
		return ErrExpired.With("valid to height %d, the next is %d", b.Expiry, v.Height()+1)
	}
	last, err := l.rules.Sequence(v.Of(Coop(b.Coop)), Member(b.Signer))
	if err == nil && b.Sequence <= last {
		err = ErrSequence.With("%d signed, %d is next", b.Sequence, last+1)
	}
	return err
}

// End runs the rooms' end of block, stages the block and returns the app hash
// that Commit will save. The events are those of Run and of the end of block.
func (l *Ledger) End() (hash []byte, events []Event, err error) {
	b := l.block
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

// Founding reads what Init wrote, without what the first block changed; nil once
// that block is committed.
func (l *Ledger) Founding() Reader {
	if l.genesis == nil {
		return nil
	}
	return &Ctx{overlay: l.genesis, block: l.block}
}

// Commit makes the ended block durable. When it returns, the block survives
// any crash; until then, none of it does.
func (l *Ledger) Commit() error {
	if err := l.store.save(l.staged, l.done, l.tip); err != nil {
		return err
	}
	l.genesis, l.block, l.staged, l.done = nil, nil, nil, nil
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
