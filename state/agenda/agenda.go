// Package agenda is the scheduler: one table of everything that rooms want done at a
// time, and the end-of-block handler that does what is due, serving the co-ops round
// robin within the block's budget of units (state.EndUnits).
//
// A room puts an item for a co-op with a time. At the end of a block each co-op
// that has something due gets one turn after the other, round robin: its earliest
// item, or a part of one that can be done in parts. What does not fit into the
// block waits for the next. So one co-op's thousand deadlines delay another's
// single one by a turn, not by a thousand.
//
// Rule: docs/rules.md, "Time".
package agenda

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Room is the number of the room that an item belongs to. A room that has several
// sorts of items takes several. Numbers are append-only: an item may stay on the
// agenda for years.
type Room uint8

// A Place is the entry of a co-op that has items: in heads, under the time of its
// earliest item, or in ready, under its turn.
type Place struct {
	First uint64 `cbor:"1,keyasint,omitempty"` // time of the earliest item, in seconds since 1970 UTC
	Head  uint64 `cbor:"2,keyasint,omitempty"` // under which it waits among the heads: First, or when it came if First was past by then; zero if ready
	Turn  uint64 `cbor:"3,keyasint,omitempty"` // under which it waits among the ready; zero if it is not
}

// A Queue holds where scans of heads and ready start, so that they do not pass over
// the keys that were deleted.
type Queue struct {
	From uint64 `cbor:"1,keyasint,omitempty"` // no head is of an earlier time
	Next uint64 `cbor:"2,keyasint,omitempty"` // no co-op is ready under a lower turn
	Last uint64 `cbor:"3,keyasint,omitempty"` // turns given out
}

// Tables of the room; all integers big-endian. Times are in seconds since 1970
// UTC. Of each co-op exactly one of heads and ready has an entry, if it has items.
var (
	// 0x08 ‖ co-op (4) ‖ time (8) ‖ room (1) ‖ item (8) → mark: what is to be done
	items = state.NewTable[itemKey, mark](0x08)
	// 0x09 ‖ 0 (4) ‖ time (8) ‖ co-op (4) → mark: when something of a co-op is due next
	heads = state.NewTable[headKey, mark](0x09)
	// 0x0a ‖ 0 (4) ‖ turn (8) ‖ co-op (4) → mark: whose turn it is, of those with something due
	ready = state.NewTable[readyKey, mark](0x0a)
	// 0x0b ‖ co-op (4) ‖ 0 (1) → Place, absent if the co-op has no items
	places = state.NewTable[uint8, Place](0x0b)
	// 0x0c ‖ 0 (4) ‖ 0 (1) → Queue
	queues = state.NewTable[uint8, Queue](0x0c)
)

type itemKey struct {
	Time uint64
	Room Room
	Item uint64
}

type headKey struct {
	Time uint64
	Coop state.Coop
}

type readyKey struct {
	Turn uint64
	Coop state.Coop
}

// A mark is the empty record of a table that has all its data in the keys.
type mark struct{}

// seconds is a block's or an item's time as a key; a time before 1970 counts as
// 1970.
func seconds(at int64) uint64 { return uint64(max(at, 0)) }

// Put has an item of c's co-op done at a time, in seconds since 1970 UTC: at the
// end of the first block of that time or later, or of this block if the time is
// past. An item that is on the agenda for that time already stays as it is. It
// panics if the store cannot be read.
func Put(c *state.Ctx, at int64, room Room, item uint64) {
	k := itemKey{seconds(at), room, item}
	items.Put(c, k, mark{})
	p, known, err := places.Find(c, 0)
	if err != nil {
		panic(fmt.Errorf("the agenda of co-op %d: %w", c.Coop(), err))
	}
	if known && k.Time >= p.First {
		return
	}
	p.First = k.Time
	// An item with a past time does not overtake co-ops that have waited since an
	// earlier block.
	if head := max(k.Time, seconds(c.Time())); p.Turn == 0 && (!known || head < p.Head) {
		if known {
			heads.Delete(c.In(0), headKey{p.Head, c.Coop()})
		}
		p.Head = head
		heads.Put(c.In(0), headKey{head, c.Coop()}, mark{})
	}
	places.Put(c, 0, p)
}

// Delete takes an item of c's co-op off the agenda, if it is there for that time.
// It panics if the store cannot be read.
func Delete(c *state.Ctx, at int64, room Room, item uint64) {
	k := itemKey{seconds(at), room, item}
	if err := remove(c, k); err != nil {
		panic(fmt.Errorf("the agenda of co-op %d: %w", c.Coop(), err))
	}
}

func remove(c *state.Ctx, k itemKey) error {
	has, err := items.Has(c, k)
	if err != nil || !has {
		return err
	}
	items.Delete(c, k)
	p, err := places.Get(c, 0)
	if err != nil || k.Time > p.First {
		return err
	}
	next, some, err := earliest(c, p.First)
	if err != nil || some && next.Time == p.First {
		return err
	}
	if some && p.Turn != 0 && next.Time <= seconds(c.Time()) {
		p.First = next.Time
		places.Put(c, 0, p)
		return nil
	}
	p.leave(c)
	if some {
		wait(c, next.Time, max(next.Time, p.Head))
	}
	return nil
}

// leave deletes the co-op's entry from heads or ready.
func (p Place) leave(c *state.Ctx) {
	if p.Turn != 0 {
		ready.Delete(c.In(0), readyKey{p.Turn, c.Coop()})
	} else {
		heads.Delete(c.In(0), headKey{p.Head, c.Coop()})
	}
	places.Delete(c, 0)
}

// wait puts the co-op into heads.
func wait(c *state.Ctx, first, head uint64) {
	places.Put(c, 0, Place{First: first, Head: head})
	heads.Put(c.In(0), headKey{head, c.Coop()}, mark{})
}

// earliest returns the co-op's first item of time from or later.
func earliest(r state.Reader, from uint64) (k itemKey, some bool, err error) {
	err = each(r, from, func(first itemKey) (bool, error) {
		k, some = first, true
		return false, nil
	})
	return k, some, err
}

// each calls fn for the co-op's items of time from or later, earliest first.
func each(r state.Reader, from uint64, fn func(itemKey) (bool, error)) error {
	last := itemKey{^uint64(0), ^Room(0), ^uint64(0)}
	return items.Range(r, itemKey{Time: from}, last, func(k itemKey, _ mark) (bool, error) { return fn(k) })
}

// Has says whether an item of r's co-op is on the agenda for a time.
func Has(r state.Reader, at int64, room Room, item uint64) (bool, error) {
	return items.Has(r, itemKey{seconds(at), room, item})
}

// Range calls fn for the items of r's co-op, earliest first.
func Range(r state.Reader, fn func(at int64, room Room, item uint64) (bool, error)) error {
	p, known, err := places.Find(r, 0)
	if err != nil || !known {
		return err
	}
	return each(r, p.First, func(k itemKey) (bool, error) { return fn(int64(k.Time), k.Room, k.Item) })
}
