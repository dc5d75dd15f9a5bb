package agenda

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// CheckAgenda is this room's invariant for one co-op: it has exactly one entry, in
// heads or ready, for its earliest item, where the end-of-block scan finds it; a
// co-op with nothing due is not in ready, and one without items is in neither.
func CheckAgenda(r state.Reader) error {
	first, some, err := earliest(r, 0)
	if err != nil {
		return err
	}
	p, waits, err := places.Find(r, 0)
	if err != nil {
		return err
	}
	if some != waits || p.First != first.Time {
		return fmt.Errorf("the earliest item is of %d (there is one: %v), the co-op waits for %d (it waits: %v)", first.Time, some, p.First, waits)
	}
	if !waits {
		return nil
	}
	now := seconds(r.Time())
	q, err := queues.Get(r.Of(0), 0)
	if err != nil {
		return err
	}
	if p.Turn != 0 {
		has, err := ready.Has(r.Of(0), readyKey{p.Turn, r.Coop()})
		if err == nil && (!has || p.Head != 0 || first.Time > now || p.Turn < q.Next || p.Turn > q.Last) {
			err = fmt.Errorf("waits for turn %d (it is there: %v) and head %d with an item of %d at %d; turns are %d to %d", p.Turn, has, p.Head, first.Time, now, q.Next, q.Last)
		}
		return err
	}
	has, err := heads.Has(r.Of(0), headKey{p.Head, r.Coop()})
	late := p.Head != first.Time && (p.Head < first.Time || p.Head > now) // it may come later if it was past when it was put
	if err == nil && (!has || late || p.Head < q.From) {
		err = fmt.Errorf("waits for head %d (it is there: %v) with an item of %d at %d; heads are looked at from %d", p.Head, has, first.Time, now, q.From)
	}
	return err
}

// CheckQueues is this room's invariant for all co-ops together: each entry in heads
// or ready is that of its co-op's Place.
func CheckQueues(r state.Reader) error {
	last := headKey{^uint64(0), ^state.Coop(0)}
	err := heads.Range(r.Of(0), headKey{}, last, func(k headKey, _ mark) (bool, error) {
		p, err := places.Get(r.Of(k.Coop), 0)
		if err == nil && (p.Turn != 0 || p.Head != k.Time) {
			err = fmt.Errorf("co-op %d is among the heads of %d; its place is %+v", k.Coop, k.Time, p)
		}
		return true, err
	})
	if err != nil {
		return err
	}
	return ready.Range(r.Of(0), readyKey{}, readyKey{^uint64(0), ^state.Coop(0)}, func(k readyKey, _ mark) (bool, error) {
		p, err := places.Get(r.Of(k.Coop), 0)
		if err == nil && p.Turn != k.Turn {
			err = fmt.Errorf("co-op %d is ready for turn %d; its place is %+v", k.Coop, k.Turn, p)
		}
		return true, err
	})
}
