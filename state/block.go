package state

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Machine executes blocks by the rules of the rooms. It holds no state of its
// own and may be used from several goroutines.
type Machine struct {
	rules  Rules
	kinds  map[tx.Kind]Kind
	known  *Known
	forget bool // see Forget
}

// NewMachine makes the machine of rules. known may be nil. It panics on a
// kind given twice, which only an edit can cause.
func NewMachine(rules Rules, known *Known) *Machine {
	return &Machine{rules: rules, kinds: rules.kinds(), known: known}
}

// Forget makes the machine decode a record each time it is read, as if it kept none
// while a block executes: for measuring what that saves. No result depends on it. It is
// called before the first block.
func (m *Machine) Forget() { m.forget = true }

// Rules are those the machine was made with.
func (m *Machine) Rules() Rules { return m.rules }

// A Block is one block being executed over the state before it. Its methods are
// called from one goroutine, in this order: Run, DeliverAll, End, Changes.
type Block struct {
	*overlay
	*Machine
	at        Tip  // its Time is the engine's
	trial     bool // the state is a trial's: see Trial
	carrying  bool // an action carried by a motion is being taken
	upgrading bool // records are being migrated: no action is taken
	spent     int  // units of work done at the end of the block
	delivered []Delivered
	before    []byte // app hash of the state before it, nil if it is not known
}

// A Result is the outcome of an action. Code and Data are consensus data; Log and
// Events are not.
type Result struct {
	Code   uint32 // zero if done, else the rejection's
	Data   []byte
	Log    string
	Events []Event
	Was    []byte // what the action replaced: see Ctx.Replace
}

// A Delivered is a transaction of the block and its result. If a transaction is in
// blocks more than once, the result that is kept is the one of the execution that
// spent its sequence, of which there is at most one.
type Delivered struct {
	ID       [32]byte
	Kind     tx.Kind // zero for what is no transaction
	Spent    bool
	Signer   Actor  // who signed it, where Spent
	Key      uint32 // by which of its keys: zero is the first
	Sequence uint64 // likewise
	Expiry   uint64 // last height at which it could be executed; the block's own for what is no transaction
	Done
}

// Last is the height up to which the transaction might be executed: as long as
// that has not passed, its result must be there to be asked for.
func (d Delivered) Last() uint64 { return max(d.Height, d.Expiry) }

// block makes a block over base, the state before it.
func (m *Machine) block(base Leaves, chain string, height uint64, time int64) *Block {
	return &Block{overlay: newOverlay(newMemo(base, m.forget)), Machine: m, at: Tip{Chain: chain, Height: height, Time: time}}
}

// Found makes the block that holds the founding records, by the version of the
// rules that the founding document names. Its changes are those of the founding
// alone; Begin takes it as part of the first block.
func (m *Machine) Found(base Leaves, chain string, time int64, document []byte) (*Block, error) {
	b := m.block(base, chain, 1, time)
	b.at.Version = 1
	if m.rules.GenesisVersion != nil {
		var err error
		if b.at.Version, err = m.rules.GenesisVersion(document); err != nil {
			return nil, fmt.Errorf("founding the federation: %w", err)
		}
	}
	if err := m.rules.knows(b.at.Version, ""); err != nil {
		return nil, err
	}
	if err := m.rules.Genesis(b.ctx(0, Authority{}), document); err != nil {
		return nil, fmt.Errorf("founding the federation: %w", err)
	}
	b.seal()
	return b, nil
}

// Begin opens the block of height over base, the state before it; founding is
// what Found made for the first block, else nil. If the version of the rules
// changes at this height, or is still changing, it migrates records within the
// block's budget. It returns ErrVersion, wrapped with the program that is needed,
// if the block is to be made by rules that these are not.
func (m *Machine) Begin(base Leaves, founding *Block, chain string, height uint64, time int64) (*Block, error) {
	b := m.block(base, chain, height, time)
	if founding != nil {
		for _, k := range founding.keys() {
			b.store([]byte(k), founding.writes[k])
		}
	}
	return b, b.upgrade(b.migrate)
}

func (b *Block) ctx(coop Coop, auth Authority) *Ctx {
	return &Ctx{overlay: b.overlay, block: b, coop: coop, auth: auth, out: &output{}}
}

// Reader reads the block as it stands.
func (b *Block) Reader() Reader { return b.ctx(0, Authority{}) }

// Reads is how many leaves the block has read so far from the state before it, by
// key or in scans; one read again by its key counts once.
func (b *Block) Reads() uint64 { return b.overlay.base.(*memo).reads() }

// Version is that of the rules by which the block is executed.
func (b *Block) Version() uint64 { return b.at.Version }

// Tip describes the block; its Hash is not known here.
func (b *Block) Tip() Tip {
	tip := b.at
	tip.Time = b.Reader().Time()
	return tip
}

// Upgrading says whether records are still being migrated after the block.
func (b *Block) Upgrading() bool { return b.upgrading }

// Delivered are the block's transactions with their results, in order.
func (b *Block) Delivered() []Delivered { return b.delivered }

// Run writes to the block outside any transaction: what consensus itself
// reports. An error is a fault.
func (b *Block) Run(write func(c *Ctx) error) error { return write(b.ctx(0, Authority{})) }

// DeliverAll executes transactions in order. A refusal is a Result with a code
// and changes nothing but, once the signer is known, its sequence. An error is
// a fault: the node must stop.
func (b *Block) DeliverAll(raws [][]byte) ([]Result, error) {
	arrivals, err := b.arrive(raws)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(raws))
	for i := range arrivals {
		a := &arrivals[i]
		res, err := b.deliver(a)
		if r := Rejected(err); r != nil {
			res = Result{Code: r.Code, Log: logOf(err)}
		} else if err != nil {
			return nil, fmt.Errorf("transaction %X: %w", a.id, err)
		}
		results[i] = res
		d := Delivered{
			ID: a.id, Spent: a.spent, Expiry: b.at.Height,
			Done: Done{Height: b.at.Height, Code: res.Code, Data: res.Data, Log: res.Log},
		}
		if a.err == nil {
			d.Kind, d.Expiry = a.signed.Body.Kind, a.signed.Body.Expiry
		}
		if a.spent {
			d.Signer, d.Key, d.Sequence = a.actor(), a.signed.Body.Key, a.signed.Body.Sequence
		}
		b.delivered = append(b.delivered, d)
	}
	return results, nil
}

// End runs the rooms' end of block. Its events are those of Run and of the end
// of block.
func (b *Block) End() ([]Event, error) {
	if !b.upgrading {
		for _, end := range b.rules.EndBlock {
			if err := end(b.ctx(0, Authority{})); err != nil {
				return nil, fmt.Errorf("ending block %d: %w", b.at.Height, err)
			}
		}
	}
	return b.events, nil
}

// Changes are the block's writes in key order, without those that change
// nothing. A block that changes a record writes the Head too.
func (b *Block) Changes() ([]Change, error) {
	changes, err := b.changes()
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	b.seal()
	return b.changes()
}

// next makes the block after the state of base, with that state's time, to try
// transactions on. While records are being migrated it takes none. It returns
// ErrUpgrading if the block is to be made by rules that these are not.
func (m *Machine) next(base Reader) (*Block, error) {
	b := m.block(base, base.Chain(), base.Height()+1, base.Time())
	if of, ok := base.(interface{ Hash() []byte }); ok {
		b.Follow(of.Hash())
	}
	if base.Height() > 0 {
		wait := func(*Ctx, Head) error { b.upgrading = true; return nil } // what the block will do first is not tried
		if err := b.upgrade(wait); errors.Is(err, ErrVersion) {
			return nil, ErrUpgrading.With("%v", err) // this node makes no such block
		} else if err != nil {
			return nil, err
		}
		if b.trial {
			b.at.Time -= b.ctx(0, Authority{}).offset() // base.Time has it already
		}
	}
	return b, nil
}

// Check returns what DeliverAll would return for raw in a block after the state of
// base that holds only raw and has that state's time. It writes nothing.
func (m *Machine) Check(base Reader, raw []byte) (Result, error) {
	b, err := m.next(base)
	if err != nil {
		return refusal(err)
	}
	a := b.arrival(raw)
	res, err := b.deliver(&a)
	if err != nil {
		return refusal(err)
	}
	return res, nil
}

// refusal is the result of what was refused: err, if it is no rejection.
func refusal(err error) (Result, error) {
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: logOf(err)}, nil
	}
	return Result{}, err
}

// An arrival is a transaction that is about to be judged or executed: decoded once, its
// signature verified once, in a batch where there are many.
type arrival struct {
	raw    []byte
	id     [32]byte
	known  *known    // what was found of it before; then signed has no more than the body
	signed tx.Signed // of the envelope
	err    error     // of decoding

	key   tx.PublicKey // whose signature was verified, nil if none was
	valid bool         // what came of it
	spent bool         // its sequence is spent
}

func (m *Machine) arrival(raw []byte) arrival {
	a := arrival{raw: raw, id: tx.ID(raw)}
	if a.known = m.known.find(a.id); a.known != nil {
		a.signed.Body, a.key, a.valid = a.known.body, a.known.key, true
	}
	if a.known == nil || a.known.long {
		a.signed, a.err = tx.Parse(raw)
	}
	return a
}

// actor is the member who has signed.
func (a *arrival) actor() Actor {
	return Actor{Coop: Coop(a.signed.Body.Coop), Member: Member(a.signed.Body.Signer)}
}

// signer is that member with which of its keys it says that it has signed by.
func (a *arrival) signer() Signer {
	return Signer{Member: Member(a.signed.Body.Signer), Key: a.signed.Body.Key}
}

// arrive decodes transactions and verifies the signatures of those that are not known in
// one batch, by the keys that their signers have now. A transaction earlier in the block
// may still change a key: deliver looks again.
func (b *Block) arrive(raws [][]byte) ([]arrival, error) {
	arrivals := make([]arrival, len(raws))
	var batch tx.Batch
	var batched []*arrival
	for i, raw := range raws {
		arrivals[i] = b.arrival(raw)
		a := &arrivals[i]
		if a.known != nil || b.requireTimely(a) != nil {
			continue // while records are of two versions no signer can be looked up
		}
		key, err := b.rules.Key(b.ctx(Coop(a.signed.Body.Coop), Authority{}), a.signer())
		if Rejected(err) != nil {
			continue // deliver looks again, and refuses or verifies it alone
		}
		if err != nil {
			return nil, err
		}
		a.key = key
		batch.Add(key, a.signed.Bytes, a.signed.Signature)
		batched = append(batched, a)
	}
	for i, ok := range batch.Verify() {
		batched[i].valid = ok
	}
	return arrivals, nil
}

// holds says whether the signature is key's.
func (b *Block) holds(a *arrival, key tx.PublicKey) bool {
	if a.key != nil && a.key.Equal(key) {
		return a.valid
	}
	if a.known != nil { // by a key that its signer has no more
		if a.signed, a.err = tx.Parse(a.raw); a.err != nil {
			return false
		}
	}
	a.key, a.valid = key, key.Verify(a.signed.Bytes, a.signed.Signature)
	return a.valid
}

// unreadable refuses what tx.Parse could not read.
func unreadable(raw []byte, err error) error {
	if errors.Is(err, tx.ErrSize) {
		return ErrSize.With("%d bytes", len(raw))
	}
	return ErrMalformed.With("%v", err)
}

// deliver is the ante handler (the door): every refusal that does not depend on the
// kind of action, in order, then the action itself.
func (b *Block) deliver(a *arrival) (Result, error) {
	action, c, err := b.admit(a)
	if err != nil {
		return Result{}, err
	}
	return b.execute(a, action, c)
}

// execute is the door's look at what the signer sent before, and then the action.
func (b *Block) execute(a *arrival, action Action, c *Ctx) (Result, error) {
	body, signer := a.signed.Body, a.signer()
	last, err := b.rules.Sequence(c, signer)
	if err != nil {
		return Result{}, err
	}
	if body.Sequence != last+1 {
		return Result{}, ErrSequence.With("%d signed, %d is next", body.Sequence, last+1)
	}
	if err := b.rules.Spend(c, signer, body.Sequence); err != nil {
		return Result{}, err
	}
	a.spent = true
	return b.take(b.overlay, Coop(body.Target()), body.Kind, action, c.auth)
}

// admit is the part of the door that looks at a transaction alone and not at what its
// signer sent before: form, chain, expiry, kind, bounds, signer and signature.
func (b *Block) admit(a *arrival) (Action, *Ctx, error) {
	if err := b.requireTimely(a); err != nil {
		return nil, nil, err
	}
	action, err := b.decode(a.signed.Body.Kind, a.signed.Body.Payload, b.at.Version)
	if err != nil {
		return nil, nil, err
	}
	c, err := b.authenticate(a)
	return action, c, err
}

// requireTimely refuses what has no good form, what is of another chain or too late, and
// all while records are being migrated.
func (b *Block) requireTimely(a *arrival) error {
	if a.err != nil {
		return unreadable(a.raw, a.err)
	}
	switch body := &a.signed.Body; {
	case body.Chain != b.at.Chain:
		return ErrChain.With("signed for %q, this is %q", body.Chain, b.at.Chain)
	case body.Expiry < b.at.Height:
		return ErrExpired.With("valid to height %d, this is %d", body.Expiry, b.at.Height)
	case b.upgrading:
		return ErrUpgrading.With("to version %d", b.at.Version)
	}
	return nil
}

// authenticate refuses a transaction that is not signed by its signer's key.
func (b *Block) authenticate(a *arrival) (*Ctx, error) {
	by := Authority{Actor: a.actor(), Key: a.signed.Body.Key}
	c := b.ctx(by.Coop, by)
	key, err := b.rules.Key(c, a.signer())
	if err != nil {
		return nil, err
	}
	if !b.holds(a, key) {
		return nil, ErrSignature
	}
	return c, nil
}

// take executes an action, signed or carried, on an overlay of its own, if the
// charter authorizes it. After an error nothing of it is written.
func (b *Block) take(below *overlay, coop Coop, kind tx.Kind, action Action, by Authority) (Result, error) {
	over := newOverlay(below)
	c := &Ctx{overlay: over, block: b, coop: coop, auth: by, out: &output{}}
	if err := b.rules.Authorize(c, kind, action); err != nil {
		return Result{}, err
	}
	if err := action.Apply(c); err != nil {
		return Result{}, err
	}
	events := slices.Clone(over.events)
	over.events = nil
	over.merge()
	return Result{Data: c.out.data, Events: events, Was: c.out.was}, nil
}

// Carry takes an action that a passed motion carries, as if it were signed, on
// the co-op of c. version is that of the rules when the motion was proposed: a
// kind retired since is still carried. A rejection is a Result with its code,
// which has written nothing; err is a fault.
func (c *Ctx) Carry(kind tx.Kind, payload []byte, version uint64, by Authority) (Result, error) {
	if c.block.carrying {
		return Result{Code: ErrDepth.Code, Log: ErrDepth.Reason}, nil
	}
	c.block.carrying = true
	defer func() { c.block.carrying = false }()

	var res Result
	action, err := c.block.decode(kind, payload, version)
	if err == nil {
		res, err = c.block.take(c.overlay, c.coop, kind, action, by)
	}
	if r := Rejected(err); r != nil {
		return Result{Code: r.Code, Log: logOf(err)}, nil
	}
	if err != nil {
		return Result{}, err
	}
	c.events = append(c.events, res.Events...)
	return res, nil
}

// Try says what Carry would answer on the co-op of c in the state as it is, and
// writes nothing. Inside a carried action it says that it would be done: an action
// that carries another is refused when its motion is carried, not before.
func (c *Ctx) Try(kind tx.Kind, payload []byte, version uint64, by Authority) (Result, error) {
	if c.block.carrying {
		return Result{}, nil
	}
	return (&Ctx{overlay: newOverlay(c.overlay), block: c.block, coop: c.coop, auth: c.auth, out: &output{}}).Carry(kind, payload, version, by)
}

// Decode reads a payload that a motion is to carry. It refuses what Carry would
// always refuse: an unknown kind or a malformed payload. version is that of the
// rules when the motion was proposed.
func (c *Ctx) Decode(kind tx.Kind, payload []byte, version uint64) (Action, error) {
	return c.block.decode(kind, payload, version)
}

// KindName is the name of a kind of action in code, such as "member.Admit".
func (c *Ctx) KindName(kind tx.Kind) string {
	if k, ok := c.block.kinds[kind]; ok {
		return k.Name
	}
	return fmt.Sprintf("action %04x", uint16(kind))
}

// Read reads a payload that a motion carries, which Decode took when it was proposed,
// without the bounds that it may break by now: for what has to be undone whatever they
// are. What cannot be read at all is a fault.
func (c *Ctx) Read(kind tx.Kind, payload []byte) (Action, error) {
	k, ok := c.block.kinds[kind]
	if !ok {
		return nil, fmt.Errorf("no kind of action is %04x", uint16(kind))
	}
	return k.Read(payload)
}

func (m *Machine) decode(kind tx.Kind, payload []byte, version uint64) (Action, error) {
	k, ok := m.kinds[kind]
	if !ok || !k.In(version) {
		return nil, ErrKind.With("%04x", uint16(kind))
	}
	return k.Decode(payload)
}
