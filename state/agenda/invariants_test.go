package agenda_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

type itemKey struct {
	Time uint64
	Room agenda.Room
	Item uint64
}

type queueKey struct {
	Time uint64 // or turn
	Coop state.Coop
}

// The room's tables, opened again to break them.
var (
	items  = state.NewTable[itemKey, struct{}](0x08)
	heads  = state.NewTable[queueKey, struct{}](0x09)
	ready  = state.NewTable[queueKey, struct{}](0x0a)
	places = state.NewTable[uint8, agenda.Place](0x0b)
	queues = state.NewTable[uint8, agenda.Queue](0x0c)
)

func edit[V any](table state.Table[uint8, V], change func(*V)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		v, err := table.Get(c, 0)
		if err != nil {
			panic(err)
		}
		change(&v)
		table.Put(c, 0, v)
	}
}

// The invariants fail when a record is broken, and say which: of a co-op that
// waits for a time, and of one that waits for its turn.
func TestCheckAgendaFails(t *testing.T) {
	const later = 1_800_000_000
	waiting := func(l *statetest.L) {
		l.Must(1, Plan{At: later, Room: whole, Item: item(1, 1)})
		l.Must(1, Plan{At: later + 5, Room: whole, Item: item(2, 1)})
	}
	spoilt := func(scene func(*statetest.L), spoils []statetest.Spoil) {
		t.Helper()
		statetest.Spoiled(t, (&rig{t: t}).setup(2), scene, spoils)
	}
	first := itemKey{later, whole, item(1, 1)}
	place := func(change func(*agenda.Place)) func(*state.Ctx) { return edit(places, change) }
	global := func(change func(*agenda.Queue)) func(*state.Ctx) {
		return func(c *state.Ctx) { edit(queues, change)(c.In(0)) }
	}
	spoilt(waiting, []statetest.Spoil{
		{Name: "an item erased", Break: func(c *state.Ctx) { items.Delete(c, first) }, Says: "the earliest item is of 1800000005 (there is one: true), the co-op waits for 1800000000"},
		{Name: "an item earlier", Break: func(c *state.Ctx) { items.Put(c, itemKey{later - 1, whole, 1}, struct{}{}) }, Says: "the earliest item is of 1799999999"},
		{Name: "no place", Break: func(c *state.Ctx) { places.Delete(c, 0) }, Says: "(it waits: false)"},
		{Name: "a place for nothing", Break: func(c *state.Ctx) { places.Put(c.In(2), 0, agenda.Place{Head: later}) }, Says: "(there is one: false)"},
		{Name: "no head", Break: func(c *state.Ctx) { heads.Delete(c.In(0), queueKey{later, 1}) }, Says: "waits for head 1800000000 (it is there: false)"},
		{Name: "a head too late", Break: func(c *state.Ctx) {
			heads.Delete(c.In(0), queueKey{later, 1})
			heads.Put(c.In(0), queueKey{later + 1, 1}, struct{}{})
			place(func(p *agenda.Place) { p.Head++ })(c)
		}, Says: "waits for head 1800000001 (it is there: true) with an item of 1800000000"},
		{Name: "looked for too late", Break: global(func(q *agenda.Queue) { q.From = later + 1 }), Says: "heads are looked at from 1800000001"},
		{Name: "a head of no one", Break: func(c *state.Ctx) { heads.Put(c.In(0), queueKey{later, 2}, struct{}{}) }, Says: "co-op 2 is among the heads of 1800000000"},
		{Name: "ready for nothing", Break: func(c *state.Ctx) { ready.Put(c.In(0), queueKey{7, 2}, struct{}{}) }, Says: "co-op 2 is ready for turn 7"},
	})
	ready1 := func(l *statetest.L) {
		for n := range 3 {
			l.Must(1, Plan{At: later, Room: whole, Item: item(n, state.EndUnits)})
		}
		if err := l.Begin(l.Tip().Height+1, later); err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.End(); err != nil {
			t.Fatal(err)
		}
		if err := l.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	// The block in which it is broken does the second item and gives turn 3.
	spoilt(ready1, []statetest.Spoil{
		{Name: "no turn", Break: func(c *state.Ctx) { ready.Delete(c.In(0), queueKey{3, 1}) }, Says: "waits for turn 3 (it is there: false)"},
		{Name: "turns not looked at", Break: global(func(q *agenda.Queue) { q.Next = 4 }), Says: "turns are 4 to 3"},
		{Name: "a turn not given", Break: global(func(q *agenda.Queue) { q.Last = 2 }), Says: "turns are 3 to 2"},
		{Name: "a head beside", Break: place(func(p *agenda.Place) { p.Head = later }), Says: "and head 1800000000 with an item"},
		{Name: "not due", Break: func(c *state.Ctx) {
			items.Delete(c, itemKey{later, whole, item(2, state.EndUnits)})
			items.Put(c, itemKey{later + 100, whole, 1}, struct{}{})
			place(func(p *agenda.Place) { p.First = later + 100 })(c)
		}, Says: "with an item of 1800000100 at 1800000060"},
	})
}
