package agenda_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
)

// Items are done at the end of the first block of their time or later, the
// earliest first, then by room and number.
func TestOrder(t *testing.T) {
	r := newRig(t, 1)
	now := r.Tip().Time
	put := func(at int64, room agenda.Room, n int) []byte { return r.put(entry{1, now + at, room, item(n, 1)}) }
	wantTurns(t, r.at(now+10, put(30, whole, 1), put(20, whole, 2), put(20, parts, 3), put(20, whole, 4), put(21, whole, 5), put(20, whole, 4)))
	r.Sound()
	wantTurns(t, r.at(now+19))
	wantTurns(t, r.at(now+20), item(2, 1), item(4, 1), item(3, 1))
	r.Sound()
	wantTurns(t, r.at(now+29), item(5, 1))
	wantTurns(t, r.at(now+500), item(1, 1))
	wantTurns(t, r.at(now+501))
	if left := r.items(1); len(left) > 0 {
		t.Errorf("left on the agenda: %+v", left)
	}
	r.Sound()
}

// What is put for a past time is due in the same block and keeps its time, but
// does not pass a co-op that waits since an earlier block.
func TestPastTime(t *testing.T) {
	r := newRig(t, 3)
	now := r.Tip().Time
	r.at(now+10, r.put(entry{2, now + 15, whole, item(1, 1)}), r.put(entry{3, now + 21, whole, item(2, 1)}))
	past := entry{1, now - 1000, whole, item(3, 1)}
	r.then = func(c *state.Ctx, _ uint64) {
		if c.Coop() != 2 {
			return
		}
		if has, err := agenda.Has(c.In(1), past.At, past.Room, past.Item); err != nil || !has {
			t.Errorf("the past item is on the agenda: %v, %v", has, err)
		}
	}
	wantTurns(t, r.at(now+20, r.put(past)), item(1, 1), item(3, 1))
	wantTurns(t, r.at(now+21, r.put(entry{1, -5, whole, item(4, 1)})), item(4, 1), item(2, 1)) // both of 21: by co-op
	r.Sound()
}

// An item that is taken off is not done, wherever its co-op waits; one that is
// not there is not missed.
func TestDelete(t *testing.T) {
	r := newRig(t, 2)
	now := r.Tip().Time
	a, b, c := entry{1, now + 20, whole, item(1, 1)}, entry{1, now + 20, whole, item(2, 1)}, entry{1, now + 40, whole, item(3, 1)}
	r.at(now+1, r.put(a), r.put(b), r.put(c))
	r.at(now+2, r.off(a), r.off(entry{1, now + 21, whole, item(2, 1)}), r.off(entry{2, now + 20, whole, item(2, 1)}))
	r.Sound()
	wantTurns(t, r.at(now+20), item(2, 1))
	r.at(now+21, r.off(c))
	r.Sound()
	wantTurns(t, r.at(now+50))
	if left := r.items(1); len(left) > 0 {
		t.Errorf("left on the agenda: %+v", left)
	}

	// A co-op that waits for its turn loses one due item, then the last one.
	big := func(n int) entry { return entry{1, now + 60, whole, item(n, state.EndUnits-10)} }
	r.at(now+51, r.put(big(1)), r.put(big(2)), r.put(big(3)), r.put(c), r.put(entry{1, now + 500, whole, item(9, 1)}))
	r.at(now+52, r.off(c))
	wantTurns(t, r.at(now+60), item(1, state.EndUnits-10))
	r.Sound()
	wantTurns(t, r.at(now+61, r.off(big(2))), item(3, state.EndUnits-10))
	wantTurns(t, r.at(now+62, r.put(big(1)), r.put(big(2))), item(1, state.EndUnits-10))
	wantTurns(t, r.at(now+63, r.off(big(2))))
	r.Sound()
	wantTurns(t, r.at(now+500), item(9, 1))
}

// A co-op that is ready keeps its turn when its earliest item is taken off and the
// next is due, at this block's time or before; one that has nothing due any more
// waits for its next.
func TestDeleteKeepsTheTurn(t *testing.T) {
	const full = state.EndUnits
	for _, row := range []struct {
		at   int64 // of co-op 2's second item, in seconds from the start
		want []uint64
	}{
		{61, []uint64{item(3, 1), item(4, 1)}},
		{62, []uint64{item(3, 1), item(4, 1)}},
		{63, []uint64{item(4, 1)}},
	} {
		r := newRig(t, 3)
		now := r.Tip().Time
		first := entry{2, now + 60, whole, item(2, 1)}
		r.at(now+1, r.put(entry{1, now + 59, whole, item(1, full)}), r.put(first), r.put(entry{2, now + row.at, whole, item(3, 1)}), r.put(entry{3, now + 60, whole, item(4, 1)}))
		wantTurns(t, r.at(now+61), item(1, full)) // the others are ready
		wantTurns(t, r.at(now+62, r.off(first)), row.want...)
		r.Sound()
		if len(row.want) == 1 {
			wantTurns(t, r.at(now+63), item(3, 1))
		}
	}

	// The first second of all is a time like any other.
	r := newRig(t, 1)
	e := entry{1, -5, whole, item(1, 1)}
	wantTurns(t, r.at(r.Tip().Time+1, r.put(e), r.off(e)))
	r.Sound()
}

// In its turn an item may put and take off others of its co-op, also itself, and
// what is then due is done in the same block.
func TestPutInATurn(t *testing.T) {
	r := newRig(t, 1)
	now := r.Tip().Time
	a, b, c := entry{1, now + 20, whole, item(1, 1)}, entry{1, now + 20, whole, item(2, 1)}, entry{1, now + 30, whole, item(3, 1)}
	r.then = func(ctx *state.Ctx, i uint64) {
		switch {
		case i == a.Item && ctx.Time() == now+20:
			agenda.Delete(ctx, a.At, a.Room, a.Item)
			agenda.Delete(ctx, b.At, b.Room, b.Item)
			agenda.Put(ctx, ctx.Time(), whole, item(4, 1))
		case i == item(4, 1):
			agenda.Put(ctx, now+25, whole, a.Item)
		}
	}
	r.at(now+1, r.put(a), r.put(b), r.put(c))
	wantTurns(t, r.at(now+20), a.Item, item(4, 1))
	r.Sound()
	wantTurns(t, r.at(now+25), a.Item)
	wantTurns(t, r.at(now+30), c.Item)
	r.Sound()
}

// In its turn an item may take off the items of another co-op that is ready.
func TestDeleteInAnothersTurn(t *testing.T) {
	r := newRig(t, 3)
	now := r.Tip().Time
	gone := entry{2, now + 20, whole, item(2, 1)}
	r.then = func(c *state.Ctx, _ uint64) {
		if c.Coop() == 1 {
			agenda.Delete(c.In(2), gone.At, gone.Room, gone.Item)
		}
	}
	r.at(now+1, r.put(entry{1, now + 20, whole, item(1, 1)}), r.put(gone), r.put(entry{3, now + 20, whole, item(3, 1)}))
	wantTurns(t, r.at(now+20), item(1, 1), item(3, 1))
	r.Sound()
}

// Of two past items the earlier is taken off in the block that put them: the other
// passes nobody for it, and is done. What is looked at begins at the last block in
// which something was due, so that deleted keys are not met again.
func TestPastTimeAfterDelete(t *testing.T) {
	r := newRig(t, 2)
	now := r.Tip().Time
	r.at(now+10, r.put(entry{2, now + 10, whole, item(1, 1)}))
	r.at(now+12, r.put(entry{2, now + 19, whole, item(2, 1)}))
	v := r.Read()
	q, err := queues.Get(v.Of(0), 0)
	v.Close()
	if err != nil || q.From != uint64(now+10) || q.Next != 2 || q.Last != 1 {
		t.Errorf("queue %+v, %v", q, err)
	}
	first, second := entry{1, now - 1000, whole, item(3, 1)}, entry{1, now - 500, whole, item(4, 1)}
	wantTurns(t, r.at(now+20, r.put(first), r.put(second), r.off(first)), item(2, 1), item(4, 1))
	r.Sound()
}

// An idle block writes nothing, so that an idle federation stays idle, though
// items wait for a time to come.
func TestIdleWritesNothing(t *testing.T) {
	r := newRig(t, 2)
	now := r.Tip().Time
	r.at(now+1, r.put(entry{1, now + 2, whole, item(1, 1)}), r.put(entry{1, now + 1000, whole, item(2, 1)}), r.put(entry{2, now + 900, parts, item(3, 700)}))
	r.at(now + 2)
	hash := r.Tip().Hash
	for i := range int64(10) {
		r.at(now + 3 + i)
		if !bytes.Equal(r.Tip().Hash, hash) {
			t.Fatalf("block %d, in which nothing is due, changed the app hash", r.Tip().Height)
		}
	}
	r.at(now + 1000)
	if bytes.Equal(r.Tip().Hash, hash) {
		t.Error("a block in which items were done did not change the app hash")
	}
}

// What does not fit into the rest of a block waits and is the first of the next,
// which it may fill.
func TestBudget(t *testing.T) {
	r := newRig(t, 2)
	now := r.Tip().Time
	const full = state.EndUnits
	r.at(now+1, r.put(entry{1, now + 20, whole, item(1, 100)}), r.put(entry{2, now + 20, whole, item(2, full)}), r.put(entry{1, now + 20, whole, item(3, 100)}))
	wantTurns(t, r.at(now+20), item(1, 100)) // 3 fits, and stays behind 2
	wantTurns(t, r.at(now+21), item(2, full))
	wantTurns(t, r.at(now+22), item(3, 100))

	// Admission counts, but for the first turn.
	r.at(now+23, r.put(entry{1, now + 30, whole, item(4, full)}), r.put(entry{2, now + 30, whole, item(5, 1)}))
	wantTurns(t, r.at(now+30), item(4, full))
	wantTurns(t, r.at(now+31), item(5, 1))

	// What costs nothing is done, as the first of a block and after another.
	r.at(now+32, r.put(entry{1, now + 40, whole, item(6, 0)}), r.put(entry{1, now + 40, whole, item(7, 0)}))
	wantTurns(t, r.at(now+40), item(6, 0), item(7, 0))
	wantTurns(t, r.at(now+41))
	r.Sound()
}

// A long item is done a slice a turn, behind what is due already, and holds up
// neither its own co-op nor another.
func TestParts(t *testing.T) {
	r := newRig(t, 2)
	now := r.Tip().Time
	long := item(1, 2*agenda.Slice+1)
	r.at(now+1, r.put(entry{1, now + 10, parts, long}), r.put(entry{1, now + 11, whole, item(2, 1)}), r.put(entry{2, now + 12, whole, item(3, 1)}))
	turns := r.at(now + 20)
	wantTurns(t, turns, long, item(3, 1), item(2, 1), long, long)
	if turns[0].Used != agenda.Slice || turns[4].Used != 1 {
		t.Errorf("slices %+v", turns)
	}
	r.Sound()
}

// One co-op's thousand deadlines delay another's by one turn at most: the other
// is served in the same block, or as the first or second of the next.
func TestThousandDeadlines(t *testing.T) {
	for _, row := range []struct {
		cost, other int // units
		blocks      int // that the other waits
	}{
		{1, 1, 0},
		{8, 8, 0},
		{state.CostCeiling, 1, 0},
		{state.CostCeiling, state.CostCeiling, 1},
		{state.EndUnits, state.EndUnits, 1},
	} {
		r := newRig(t, 2)
		now := r.Tip().Time
		var raws [][]byte
		for n := range 1000 {
			raws = append(raws, r.put(entry{1, now + 20, whole, item(n, row.cost)}))
		}
		r.at(now+1, raws...)
		r.at(now+20, r.put(entry{2, now + 21, whole, item(5000, row.other)}))
		due := r.Tip().Height + 1
		waited := -1
		for i := range int64(3) {
			for _, got := range r.at(now + 21 + i) {
				if got.Coop == 2 {
					waited = int(got.Height - due)
				}
			}
		}
		if waited != row.blocks {
			t.Errorf("beside deadlines of %d units one of %d waited %d blocks, want %d", row.cost, row.other, waited, row.blocks)
		}
		r.Sound()
	}
}

// A co-op that becomes due waits for one turn of each co-op that is ready before
// it: here eight turns of a quarter of a block, of which a block holds three beside
// an admission and four without.
func TestManyCoopsDeadlines(t *testing.T) {
	const others, quarter = 8, state.EndUnits / 4
	r := newRig(t, others+1)
	now := r.Tip().Time
	var raws [][]byte
	for coop := range others {
		for n := range 20 {
			raws = append(raws, r.put(entry{state.Coop(coop + 1), now + 20, whole, item(n, quarter)}))
		}
	}
	r.at(now+1, raws...)
	r.at(now+20, r.put(entry{others + 1, now + 21, whole, item(5000, 1)}))
	var order []state.Coop
	for i, want := range []int{3, 4, 4} {
		turns := r.at(now + 21 + int64(i))
		if len(turns) != want {
			t.Errorf("block %d has %d turns, want %d", i, len(turns), want)
		}
		for _, got := range turns {
			order = append(order, got.Coop)
		}
	}
	if want := []state.Coop{4, 5, 6, 7, 8, 1, 2, 3, 9, 4, 5}; !slices.Equal(order, want) {
		t.Errorf("turns of co-ops %v, want %v", order, want)
	}
	r.Sound()
}

// Of more co-ops than are queued at once, each has its turn, by time and number:
// in one block what it has units for, and the rest in the next.
func TestManyCoops(t *testing.T) {
	const coops = 2*agenda.AdmitAtOnce + 40
	type block struct{ turns, unqueued int }
	for cost, blocks := range map[int][]block{
		1:  {{coops, 0}, {0, 0}},
		20: {{87, 40}, {81, 0}, {0, 0}}, // of 2,000 units 64 co-ops use 22 each; queueing 64 more takes 128, which leaves 23 turns of 20
	} {
		r := newRig(t, coops)
		now := r.Tip().Time
		var raws [][]byte
		for coop := coops; coop > 0; coop-- {
			raws = append(raws, r.put(entry{state.Coop(coop), now + 20, whole, item(coop, cost)}))
		}
		r.at(now+1, raws...)
		next := state.Coop(1)
		for i, want := range blocks {
			got := r.at(now + 25 + int64(i)) // later than they were due: the rest is still looked for
			if is := (block{len(got), r.unqueued()}); is != want {
				t.Fatalf("at %d units each, block %d is %+v, want %+v", cost, i, is, want)
			}
			for j, g := range got {
				if g.Coop != next {
					t.Fatalf("turn %d of block %d is co-op %d's, want %d", j, i, g.Coop, next)
				}
				next++
			}
			r.Sound()
		}
	}
}

// A co-op with much to do does not keep others from being queued, and queueing
// leaves the first turn of a block all of its units.
func TestQueueing(t *testing.T) {
	const coops, full = agenda.AdmitAtOnce + 10, state.EndUnits
	r := newRig(t, coops)
	now := r.Tip().Time
	var raws [][]byte
	for i := range 3 {
		raws = append(raws, r.put(entry{1, now + 20, whole, item(1000+i, full)}))
	}
	for coop := 2; coop <= coops; coop++ {
		raws = append(raws, r.put(entry{state.Coop(coop), now + 20, whole, item(coop, 1)}))
	}
	r.at(now+1, raws...)
	wantTurns(t, r.at(now+25), item(1000, full))
	var second []uint64
	for coop := 2; coop <= agenda.AdmitAtOnce; coop++ {
		second = append(second, item(coop, 1))
	}
	wantTurns(t, r.at(now+26), second...) // the large one, now behind them, does not fit
	var third []uint64
	third = append(third, item(1001, full))
	wantTurns(t, r.at(now+27), third...)
	r.Sound()
	var rest []uint64
	for coop := agenda.AdmitAtOnce + 1; coop <= coops; coop++ {
		rest = append(rest, item(coop, 1))
	}
	wantTurns(t, r.at(now+28), rest...)
	wantTurns(t, r.at(now+29), item(1002, full))
	r.Sound()
}

// An item of a room that has no handler stops the node; so does one that no block
// could hold. Two handlers for one room are a mistake of the program.
func TestFaults(t *testing.T) {
	for _, e := range []entry{{1, 0, 9, 1}, {1, 0, whole, item(1, state.EndUnits+1)}} {
		r := newRig(t, 1)
		if err := r.Begin(r.Tip().Height+1, r.Tip().Time+1); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Deliver(r.put(e)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.End(); err == nil || state.Rejected(err) != nil {
			t.Errorf("room %d, item %d: %v", e.Room, e.Item, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("two handlers for one room")
		}
	}()
	agenda.EndBlock(agenda.Handler{Room: whole}, agenda.Handler{Room: whole})
}
