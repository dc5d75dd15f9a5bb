package state

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Trial marks a federation that was founded to try things out, and says how far
// its clock was set forward. A year with its notices can then be lived in minutes.
//
// The mark is in the founding document and nothing sets it later. In a federation
// without it no rule adds an offset, whatever the record says. The Head is the first
// record of every receipt, so each of a trial's says that it is one.
//
// What the offset is added to is the time that rules and records have: Ctx.Time, and
// so Tip.Time and Head.Time. The headers of blocks, their signatures, the engine's
// clocks and the expiry of transactions, which is a height, do not know it.
type Trial struct {
	On     bool  `cbor:"1,keyasint,omitempty" json:"on"`
	Offset int64 `cbor:"2,keyasint,omitempty" json:"offset"` // seconds, 0 to MaxOffset
}

// Bounds of a trial's clock, in seconds.
const (
	MaxAdvance = 366 * 24 * 60 * 60   // at a time. Bound of the machine: a slip of the pen in a trial
	MaxOffset  = 36525 * 24 * 60 * 60 // in all: a hundred years
)

// Clock is what a trial's rules take for the time of a block whose header says t,
// under this Head; of a real federation it is t.
func (h Head) Clock(t int64) int64 {
	if h.Trial.On {
		t += h.Trial.Offset
	}
	return t
}

// MarkTrial makes the federation that is being founded a trial. An error is a fault.
func MarkTrial(c *Ctx) error {
	c = c.In(0)
	head, err := heads.Get(c, 0)
	if err == nil && head.Version != 0 {
		err = fmt.Errorf("marking as a trial what was founded before, at version %d", head.Version)
	}
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	head.Trial.On = true
	heads.Put(c, 0, head)
	return nil
}

// Advance sets a trial's clock forward by some seconds, from now on in this block. It
// returns the offset that it comes to, ErrNoTrial in any other federation, and
// ErrAdvance for less than a second or more than MaxAdvance or MaxOffset allow.
func Advance(c *Ctx, by uint64) (offset int64, err error) {
	c = c.In(0)
	head, err := heads.Get(c, 0)
	if err != nil {
		return 0, err
	}
	if !head.Trial.On {
		return 0, ErrNoTrial
	}
	if by == 0 || by > MaxAdvance {
		return 0, ErrAdvance.With("%s, %s to %s at a time", words.Span(by), words.Span(1), words.Span(MaxAdvance))
	}
	if head.Trial.Offset > MaxOffset-int64(by) {
		return 0, ErrAdvance.With("%s ahead and %s more, at most %s", words.Span(uint64(head.Trial.Offset)), words.Span(by), words.Span(MaxOffset))
	}

	// Past this line nothing fails.
	head.Trial.Offset += int64(by)
	heads.Put(c, 0, head)
	return head.Trial.Offset, nil
}

// offset is how far a trial's clock is ahead, in seconds.
func (c *Ctx) offset() int64 {
	if !c.block.trial {
		return 0
	}
	head, err := heads.Peek(c.In(0), 0)
	if err != nil {
		panic(err) // upgrade has read it
	}
	return head.Trial.Offset
}
