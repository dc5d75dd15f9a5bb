package state

import "github.com/rochdale-ledger/rochdale/tx"

// A Reader reads the records of one co-op: a Ctx while a block executes, or a
// View of a committed height. Tables read through it.
type Reader interface {
	Coop() Coop
	Chain() string
	Height() uint64   // of the block being executed or viewed
	Time() int64      // of that block, in seconds since 1970 UTC
	Of(c Coop) Reader // the same moment, another co-op's records
	source
}

// Authority is by what right an action is taken: a member's signature, or a
// passed motion.
type Authority struct {
	Signer  Member // zero if a motion carries the action
	Mandate uint64 // number of the motion, zero if a member signed
	Motion  uint16 // the kind of that motion, by the charter
}

// A Ctx is one action's view of the block being executed.
type Ctx struct {
	*overlay
	block *block
	coop  Coop
	auth  Authority
	data  []byte
}

var _ Reader = (*Ctx)(nil)

// Coop is the co-op on whose register the action acts.
func (c *Ctx) Coop() Coop { return c.coop }

// Chain is the federation's chain id.
func (c *Ctx) Chain() string { return c.block.chain }

// Height is that of the block being executed.
func (c *Ctx) Height() uint64 { return c.block.height }

// Time is the block's time, in seconds since 1970 UTC.
func (c *Ctx) Time() int64 { return c.block.time }

// Authority says by what right the action is taken.
func (c *Ctx) Authority() Authority { return c.auth }

// Of returns a reader of another co-op's records.
func (c *Ctx) Of(coop Coop) Reader { return c.In(coop) }

// In returns c with another co-op's records to read and write.
func (c *Ctx) In(coop Coop) *Ctx {
	in := *c
	in.coop = coop
	return &in
}

// Emit tells watchers what was written, if the action is not rejected.
func (c *Ctx) Emit(e Event) { c.events = append(c.events, e) }

// Return sets the transaction's result: consensus data, so a number or a few.
func (c *Ctx) Return(v any) { c.data = tx.Encode(v) }

// Carry delivers an action that a passed motion carries, through the same door
// as a signed transaction. It returns the rejection if the action is refused,
// having written nothing; err is a fault.
func (c *Ctx) Carry(kind tx.Kind, payload []byte, by Authority) (refused *Rejection, err error) {
	if c.block.carrying {
		return ErrDepth, nil
	}
	c.block.carrying = true
	defer func() { c.block.carrying = false }()

	action, err := c.block.decode(kind, payload)
	if err == nil {
		over := newOverlay(c.overlay)
		inner := &Ctx{overlay: over, block: c.block, coop: c.coop, auth: by}
		if err = c.block.rules.Authorize(inner, kind, action); err == nil {
			err = action.Apply(inner)
		}
		if err == nil {
			over.merge()
			return nil, nil
		}
	}
	if r := Rejected(err); r != nil {
		return r, nil
	}
	return nil, err
}

// CheckCarried refuses an action that Carry would refuse whatever happens until
// then: an unknown kind or a malformed payload.
func (c *Ctx) CheckCarried(kind tx.Kind, payload []byte) (Action, error) {
	return c.block.decode(kind, payload)
}
