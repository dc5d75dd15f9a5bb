package agenda_test

import (
	"fmt"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The rooms of these tests. An item of whole says what it costs, to be done at
// once; one of parts says how many units are left to be done, a slice a turn.
const (
	whole agenda.Room = 1
	parts agenda.Room = 2
)

// An entry is an item as a test names it.
type entry struct {
	Coop state.Coop
	At   int64
	Room agenda.Room
	Item uint64
}

// item makes the number of an item from its cost in units.
func item(n, cost int) uint64 { return uint64(n)<<16 | uint64(cost) }

func costOf(item uint64) int { return int(item & 0xffff) }

// Plan puts an item, or takes it off.
type Plan struct {
	At   int64       `cbor:"1,keyasint,omitempty"`
	Room agenda.Room `cbor:"2,keyasint,omitempty"`
	Item uint64      `cbor:"3,keyasint,omitempty"`
	Off  bool        `cbor:"4,keyasint,omitempty"`
}

func (Plan) Check() error { return nil }

func (Plan) Describe(state.Telling) state.Words { return state.Words{Phrase: "plan"} }

func (m Plan) Apply(c *state.Ctx) error {
	if m.Off {
		agenda.Delete(c, m.At, m.Room, m.Item)
	} else {
		agenda.Put(c, m.At, m.Room, m.Item)
	}
	return nil
}

// A turn is what a handler was asked for.
type turn struct {
	Height uint64
	Coop   state.Coop
	Item   uint64
	Used   int
}

// A rig is a ledger whose handlers write down their turns.
type rig struct {
	*statetest.L
	t     statetest.TB
	turns []turn
	then  func(c *state.Ctx, item uint64) // what a turn of whole does beside
}

func newRig(t statetest.TB, coops int) *rig {
	r := &rig{t: t}
	r.L = statetest.New(t, r.setup(coops))
	return r
}

func (r *rig) setup(coops int) statetest.Setup {
	done := func(c *state.Ctx, item uint64, used int) {
		r.turns = append(r.turns, turn{c.Height(), c.Coop(), item, used})
	}
	do := func(c *state.Ctx, item uint64, left int) (int, bool, error) {
		cost := costOf(item)
		if cost > left {
			return 0, false, nil
		}
		if r.then != nil {
			r.then(c, item)
		}
		done(c, item, cost)
		return cost, true, nil
	}
	progress := map[string]int{} // of parts, by co-op and item; blocks are executed once here
	part := func(c *state.Ctx, item uint64, left int) (int, bool, error) {
		id := fmt.Sprint(c.Coop(), item)
		used := min(left, agenda.Slice, costOf(item)-progress[id])
		progress[id] += used
		done(c, item, used)
		return used, progress[id] == costOf(item), nil
	}
	return statetest.Setup{
		Coops:      coops,
		Kinds:      []state.Kind{state.KindOf[Plan](0x7f02, "agenda_test.Plan")},
		Grants:     statetest.ForMembers("agenda_test.Plan"),
		EndBlock:   []func(*state.Ctx) error{agenda.EndBlock(agenda.Handler{Room: whole, Turn: do}, agenda.Handler{Room: parts, Turn: part})},
		Invariants: []func(state.Reader) error{agenda.CheckAgenda, agenda.CheckQueues},
	}
}

// at makes a block of that time with transactions and returns the turns in it.
func (r *rig) at(time int64, raws ...[]byte) []turn {
	r.t.Helper()
	before := len(r.turns)
	if err := r.Begin(r.Tip().Height+1, time); err != nil {
		r.t.Fatalf("beginning a block: %v", err)
	}
	results, err := r.DeliverAll(raws)
	if err != nil {
		r.t.Fatalf("delivering: %v", err)
	}
	for i, res := range results {
		if res.Code != 0 {
			r.t.Fatalf("transaction %d: %d %s", i, res.Code, res.Log)
		}
	}
	if _, _, err := r.End(); err != nil {
		r.t.Fatalf("ending a block: %v", err)
	}
	if err := r.Commit(); err != nil {
		r.t.Fatalf("committing: %v", err)
	}
	return r.turns[before:]
}

func (r *rig) put(e entry) []byte {
	return r.Sign(e.Coop, 1, Plan{At: e.At, Room: e.Room, Item: e.Item})
}

func (r *rig) off(e entry) []byte {
	return r.Sign(e.Coop, 1, Plan{At: e.At, Room: e.Room, Item: e.Item, Off: true})
}

// items returns the co-op's agenda.
func (r *rig) items(coop state.Coop) (out []entry) {
	r.t.Helper()
	v := r.Read()
	defer v.Close()
	err := agenda.Range(v.Of(coop), func(at int64, room agenda.Room, item uint64) (bool, error) {
		out = append(out, entry{coop, at, room, item})
		return true, nil
	})
	if err != nil {
		r.t.Fatalf("reading the agenda: %v", err)
	}
	return out
}

// unqueued counts the co-ops that wait for a time and are not queued yet.
func (r *rig) unqueued() (n int) {
	r.t.Helper()
	v := r.Read()
	defer v.Close()
	err := heads.Range(v, queueKey{}, queueKey{^uint64(0), ^state.Coop(0)}, func(queueKey, struct{}) (bool, error) {
		n++
		return true, nil
	})
	if err != nil {
		r.t.Fatalf("reading the heads: %v", err)
	}
	return n
}

// wantTurns fails the test unless the turns are of these items, in this order.
func wantTurns(t *testing.T, got []turn, want ...uint64) {
	t.Helper()
	var items []uint64
	for _, g := range got {
		items = append(items, g.Item)
	}
	if fmt.Sprint(items) != fmt.Sprint(want) {
		t.Errorf("turns %+v, want items %v", got, want)
	}
}
