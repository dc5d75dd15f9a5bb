package agenda

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// Bounds of what one block does, beside state.EndUnits.
const (
	// AdmitAtOnce is how many co-ops are moved from the heads to the ready at once:
	// at the start of a block, and again whenever all the ready have been served.
	AdmitAtOnce = 64
	// Slice is how many units an item that can be done in parts uses of a turn.
	Slice = 256

	admitCost = 2  // units: a head is deleted, a place is written
	turnCost  = 1  // the least that a turn counts for, in units
	ahead     = 64 // co-ops read from the ready at once
)

// A Handler does the items of one room that are due.
type Handler struct {
	Room Room
	// Turn does an item, or a part of it, in the co-op of c, and returns the units
	// of work used. The item is not on the agenda during the call. left is the units
	// that the block has left; a part should use at most Slice. done reports that
	// the item is finished; otherwise the next turn continues it. If used is zero,
	// the item needs more than left and is the first of the next block, with all its
	// units. An error is a fault.
	Turn func(c *state.Ctx, item uint64, left int) (used int, done bool, err error)
}

// EndBlock makes the end-of-block handler that does what is due. It panics on two
// handlers for one room, which is a programming error.
//
// Co-ops with due items are queued, earliest first, AdmitAtOnce in each block and
// more when the queue is empty. They are served in that order, one turn each; a
// co-op with more to do goes to the end of the queue. The first item that does not
// fit into what the block has left ends the block and is the first of the next, with
// all units of a block. So each item waits at most once for lack of units, and a
// large one is never overtaken for ever. Queueing is work as well, so a block does
// at most state.EndUnits and what AdmitAtOnce co-ops cost. A block that has nothing
// due writes nothing.
func EndBlock(handlers ...Handler) func(*state.Ctx) error {
	turns := map[Room]Handler{}
	for _, h := range handlers {
		if _, ok := turns[h.Room]; ok {
			panic(fmt.Sprintf("two handlers for room %d of the agenda", h.Room))
		}
		turns[h.Room] = h
	}
	return func(c *state.Ctx) error {
		c = c.In(0)
		q, err := queues.Get(c, 0)
		if err != nil {
			return err
		}
		before := q
		left := state.EndUnits // the first turn has all of a block
		for more, served := true, true; more && served; left = 0 {
			if more, err = q.admit(c); err != nil {
				return fmt.Errorf("what is due: %w", err)
			}
			if served, err = q.serve(c, turns, max(left, c.Units())); err != nil {
				return err
			}
		}
		if q != before {
			queues.Put(c, 0, q)
		}
		return nil
	}
}

// admit moves co-ops with something due from heads to ready, at most AdmitAtOnce,
// and says whether there are more.
func (q *Queue) admit(c *state.Ctx) (more bool, err error) {
	now := seconds(c.Time())
	var due []headKey
	err = heads.Range(c, headKey{Time: q.From}, headKey{now, ^state.Coop(0)}, func(k headKey, _ mark) (bool, error) {
		if more = len(due) == AdmitAtOnce; more {
			return false, nil
		}
		due = append(due, k)
		return true, nil
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	for _, k := range due {
		in := c.In(k.Coop)
		p, err := places.Get(in, 0)
		if err != nil {
			return false, err
		}
		p.leave(in)
		q.lineUp(in, p.First)
		c.Work(admitCost)
	}
	q.From = now // what is put from now on comes no earlier
	if more {
		q.From = due[len(due)-1].Time
	}
	return more, nil
}

// lineUp puts the co-op at the end of ready.
func (q *Queue) lineUp(c *state.Ctx, first uint64) {
	q.Last++
	places.Put(c, 0, Place{First: first, Turn: q.Last})
	ready.Put(c.In(0), readyKey{q.Last, c.Coop()}, mark{})
}

// serve gives turns until the block's units are used or none is ready, and says
// whether all the ready were served. left is what the first turn may use.
func (q *Queue) serve(c *state.Ctx, turns map[Room]Handler, left int) (all bool, err error) {
	for {
		var next []readyKey
		err := ready.Range(c, readyKey{Turn: q.Next}, readyKey{^uint64(0), ^state.Coop(0)}, func(k readyKey, _ mark) (bool, error) {
			next = append(next, k)
			return len(next) < ahead, nil
		})
		if err != nil || len(next) == 0 {
			return err == nil, err
		}
		for _, k := range next {
			if left <= 0 {
				return false, nil
			}
			waits, err := q.turn(c.In(k.Coop), k.Turn, turns, left)
			if err != nil {
				return false, fmt.Errorf("co-op %d: %w", k.Coop, err)
			}
			if waits {
				return false, nil
			}
			q.Next = k.Turn + 1
			left = c.Units()
		}
	}
}

// turn does the co-op's earliest item or a part of it, and says whether it waits
// for the next block, since it needs more than left.
func (q *Queue) turn(c *state.Ctx, turn uint64, turns map[Room]Handler, left int) (waits bool, err error) {
	p, err := places.Get(c, 0)
	if err != nil || p.Turn != turn {
		return false, err // its items were taken off the agenda in another's turn
	}
	k, _, err := earliest(c, p.First)
	if err != nil {
		return false, err
	}
	h, ok := turns[k.Room]
	if !ok {
		return false, fmt.Errorf("item %d at %d is of room %d, which has no handler", k.Item, k.Time, k.Room)
	}
	items.Delete(c, k)
	used, done, err := h.Turn(c, k.Item, left)
	switch {
	case err != nil:
		return false, fmt.Errorf("item %d of room %d: %w", k.Item, k.Room, err)
	case !done && used == 0 && left >= state.EndUnits:
		return false, fmt.Errorf("item %d of room %d does not fit into a whole block", k.Item, k.Room)
	case !done && used == 0:
		items.Put(c, k, mark{})
		return true, nil
	case !done:
		items.Put(c, itemKey{seconds(c.Time()), k.Room, k.Item}, mark{}) // behind what is due already
	}
	c.Work(max(used, turnCost))
	return false, q.goOn(c)
}

// goOn puts a co-op that had its turn back into heads or ready, by its next item.
func (q *Queue) goOn(c *state.Ctx) error {
	p, known, err := places.Find(c, 0)
	if err != nil || !known {
		return err
	}
	p.leave(c)
	next, some, err := earliest(c, p.First)
	switch {
	case err != nil || !some:
		return err
	case next.Time <= seconds(c.Time()):
		q.lineUp(c, next.Time)
	default:
		wait(c, next.Time, next.Time)
	}
	return nil
}
