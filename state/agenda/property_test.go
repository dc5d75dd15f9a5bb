package agenda_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
)

// A model is the agenda on lists: the same rules, implemented in another way.
type model struct {
	items map[state.Coop][]entry // earliest first
	heads map[state.Coop]int64   // who waits for a time
	ready []state.Coop           // who waits for a turn
}

func (m *model) sort(coop state.Coop) {
	slices.SortFunc(m.items[coop], func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Room, b.Room), cmp.Compare(a.Item, b.Item))
	})
}

func (m *model) put(now int64, e entry) {
	if slices.Contains(m.items[e.Coop], e) {
		return
	}
	m.items[e.Coop] = append(m.items[e.Coop], e)
	m.sort(e.Coop)
	head, waits := m.heads[e.Coop]
	if !slices.Contains(m.ready, e.Coop) && (!waits || max(e.At, now) < head) {
		m.heads[e.Coop] = max(e.At, now)
	}
}

func (m *model) off(now int64, e entry) {
	i := slices.Index(m.items[e.Coop], e)
	if i < 0 {
		return
	}
	m.items[e.Coop] = slices.Delete(m.items[e.Coop], i, i+1)
	rest := m.items[e.Coop]
	if head, waits := m.heads[e.Coop]; waits {
		if delete(m.heads, e.Coop); len(rest) > 0 {
			m.heads[e.Coop] = max(head, rest[0].At)
		}
		if len(rest) > 0 && i > 0 {
			m.heads[e.Coop] = head // not the earliest
		}
		return
	}
	if len(rest) == 0 || rest[0].At > now {
		m.ready = slices.DeleteFunc(m.ready, func(c state.Coop) bool { return c == e.Coop })
		if len(rest) > 0 {
			m.heads[e.Coop] = rest[0].At
		}
	}
}

// end returns the turns of a block.
func (m *model) end(now int64, height uint64, progress map[string]int) (turns []turn) {
	var due []state.Coop
	for coop, at := range m.heads {
		if at <= now {
			due = append(due, coop)
		}
	}
	slices.SortFunc(due, func(a, b state.Coop) int {
		return cmp.Or(cmp.Compare(m.heads[a], m.heads[b]), cmp.Compare(a, b))
	})
	for _, coop := range due {
		delete(m.heads, coop)
		m.ready = append(m.ready, coop)
	}
	left := state.EndUnits - 2*len(due)
	for first := true; len(m.ready) > 0 && (first || left > 0); first = false {
		coop := m.ready[0]
		e := m.items[coop][0]
		has := left
		if first {
			has = state.EndUnits
		}
		used, done := costOf(e.Item), true
		if e.Room == parts {
			id := fmt.Sprint(coop, e.Item)
			used = min(has, agenda.Slice, used-progress[id])
			progress[id] += used
			done = progress[id] == costOf(e.Item)
		} else if used > has {
			break
		}
		left -= used
		turns = append(turns, turn{height, coop, e.Item, used})
		m.ready, m.items[coop] = m.ready[1:], m.items[coop][1:]
		if !done {
			e.At = now
			m.items[coop] = append(slices.Clone(m.items[coop]), e)
			m.sort(coop)
		}
		switch rest := m.items[coop]; {
		case len(rest) == 0:
		case rest[0].At <= now:
			m.ready = append(m.ready, coop)
		default:
			m.heads[coop] = rest[0].At
		}
	}
	return turns
}

// Whatever is put and taken off, and however much a block can do, turns are those
// of the model, and the tables are sound after every block.
func TestAgendaProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const coops = 4
		r := newRig(t, coops)
		m := &model{items: map[state.Coop][]entry{}, heads: map[state.Coop]int64{}}
		progress := map[string]int{}
		now := r.Tip().Time
		costs := []int{1, 3, 100, 700, 1500, state.CostCeiling, state.EndUnits}
		number := 0
		var put []entry
		for range rapid.IntRange(1, 12).Draw(t, "blocks") {
			now += int64(rapid.SampledFrom([]int{0, 1, 10, 60}).Draw(t, "seconds"))
			var raws [][]byte
			for range rapid.IntRange(0, 6).Draw(t, "changes") {
				if len(put) > 0 && rapid.IntRange(0, 3).Draw(t, "off") == 0 {
					e := rapid.SampledFrom(put).Draw(t, "which")
					raws = append(raws, r.off(e))
					m.off(now, e)
					continue
				}
				number++
				e := entry{
					Coop: state.Coop(rapid.IntRange(1, coops).Draw(t, "co-op")),
					At:   now + int64(rapid.IntRange(-20, 40).Draw(t, "in")),
					Room: rapid.SampledFrom([]agenda.Room{whole, parts}).Draw(t, "room"),
					Item: item(number, rapid.SampledFrom(costs).Draw(t, "cost")),
				}
				put = append(put, e)
				raws = append(raws, r.put(e))
				m.put(now, e)
			}
			got := r.at(now, raws...)
			want := m.end(now, r.Tip().Height, progress)
			if !slices.Equal(got, want) {
				t.Fatalf("turns %+v, want %+v", got, want)
			}
			for coop := state.Coop(1); coop <= coops; coop++ {
				if got := r.items(coop); !slices.Equal(got, m.items[coop]) {
					t.Fatalf("agenda of co-op %d is %+v, want %+v", coop, got, m.items[coop])
				}
			}
			r.Sound()
		}
	})
}
