package state

import "github.com/rochdale-ledger/rochdale/tx"

// Leaves reads the leaves of one version of the tree: of a block being executed, of
// a committed height, or of a node that is queried. Returned slices must not be
// changed.
type Leaves interface {
	// Leaf returns a leaf's value, nil if it is absent.
	Leaf(key []byte) ([]byte, error)
	// Each calls fn for each leaf in [start, end), ascending, until it returns stop.
	Each(start, end []byte, fn func(key, value []byte) (more bool, err error)) error
}

// A Reader reads the records of one co-op: a Ctx while a block executes, a view
// of a committed height, or a Remote. Tables read through it.
type Reader interface {
	Leaves
	Coop() Coop
	Chain() string
	Version() uint64  // of the rules by which the block is made
	Height() uint64   // of the block being executed or viewed
	Time() int64      // of that block, in seconds since 1970 UTC; see Trial
	Of(c Coop) Reader // the same moment, another co-op's records
}

// A Ctx is one action's view of the block being executed.
type Ctx struct {
	*overlay
	block *Block
	coop  Coop
	auth  Authority
	out   *output // shared with what In returns
}

// An output is what an action returns beside its writes and events.
type output struct {
	data []byte // the result
	was  []byte // see Ctx.Replace
}

var _ Reader = (*Ctx)(nil)

// Coop is the co-op on whose records the action acts.
func (c *Ctx) Coop() Coop { return c.coop }

// Chain is the federation's chain id.
func (c *Ctx) Chain() string { return c.block.at.Chain }

// Version is that of the rules by which the block is executed. A rule that has
// changed since the first version asks for it; see docs/changing.md.
func (c *Ctx) Version() uint64 { return c.block.at.Version }

// Height is that of the block being executed.
func (c *Ctx) Height() uint64 { return c.block.at.Height }

// Time is the block's time, in seconds since 1970 UTC: in a trial as far on as its
// clock was set. Every rule takes the time from here.
func (c *Ctx) Time() int64 { return c.block.at.Time + c.offset() }

// Upgrading says whether records are being migrated to the block's version: some
// may still have the form of the version before.
func (c *Ctx) Upgrading() bool { return c.block.upgrading }

// Day is the day of the block, from midnight to midnight UTC: days since 1970.
func (c *Ctx) Day() uint64 { return DayOf(c.Time()) }

// DayOf is the day, since 1970, of a time in seconds; what is before is day 0.
func DayOf(t int64) uint64 { return uint64(max(t, 0)) / (24 * 60 * 60) }

// Authority says by what right the action is taken.
func (c *Ctx) Authority() Authority { return c.auth }

// Actor is who takes the action, as records name it.
func (c *Ctx) Actor() Actor { return c.auth.Actor }

// As is c for records of what one decided and another carries out: they name who decided.
// Rooms take the zero Actor for the founding, and a motion's for a motion: only who has
// checked what was decided calls it.
func (c *Ctx) As(by Actor) *Ctx {
	as := *c
	as.auth.Actor, as.auth.Key = by, 0
	return &as
}

// Of returns a reader of another co-op's records.
func (c *Ctx) Of(coop Coop) Reader { return c.In(coop) }

// In returns c with another co-op's records to read and write. Events and the
// result are c's.
func (c *Ctx) In(coop Coop) *Ctx {
	if coop == c.coop {
		return c
	}
	in := *c
	in.coop = coop
	return &in
}

// Emit adds an event, which is dropped if the action is rejected.
func (c *Ctx) Emit(e Event) { c.events = append(c.events, e) }

// Return sets the action's result: consensus data, so a number or a few. What a
// carried action returns is kept with its motion.
func (c *Ctx) Return(v any) { c.out.data = tx.Encode(v) }

// Replace notes what the action replaces and no record will say afterwards, such as
// balances, beside the result. A motion that carries the action keeps it, as it was
// when the motion was proposed and when it was carried; otherwise it is dropped.
func (c *Ctx) Replace(v any) { c.out.was = tx.Encode(v) }
