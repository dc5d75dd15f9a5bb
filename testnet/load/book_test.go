package load

import (
	"maps"
	"slices"
	"testing"
	"time"
)

var start = time.Unix(1_000_000, 0)

// newTestBook has items of two members with a window of one, and of an officer with a
// lane and a window of two: 0 and 1 of the first, 2 of the second, 3 to 5 of the officer,
// 6 of no one.
func newTestBook(bound time.Duration) *book {
	p := &plan{senders: []sender{{window: 1, next: 10}, {window: 1, next: 1}, {window: 2, lane: true, next: 5}}}
	for i, of := range []struct {
		sender   int
		sequence uint64
	}{{0, 10}, {0, 11}, {1, 1}, {2, 5}, {2, 6}, {2, 7}, {-1, 0}} {
		raw := []byte{byte(i)}
		p.items = append(p.items, item{raw: raw, id: idOf(raw), sender: of.sender, sequence: of.sequence})
	}
	return newBook(p, bound)
}

func (b *book) expect(t *testing.T, what string, lanes map[int][]int) {
	t.Helper()
	if got := b.take(); !maps.EqualFunc(got, lanes, slices.Equal) {
		t.Errorf("%s: ready are %v, want %v", what, got, lanes)
	}
}

// TestBookOrder: what waits for an earlier one of its sender is sent once that is
// settled, however.
func TestBookOrder(t *testing.T) {
	b := newTestBook(0)
	if !b.free(0) {
		t.Error("the first is not free")
	}
	for i := range b.plan.items {
		b.admit(i, start)
	}
	if b.free(1) || !b.free(6) {
		t.Error("a sender whose window is full is free, or one without order is not")
	}
	b.expect(t, "at first", map[int][]int{-1: {0, 2, 6}, 2: {3, 4}})
	if sent, settled, waiting := b.standing(); sent != 5 || settled != 0 || waiting != 2 {
		t.Errorf("%d sent, %d settled, %d waiting", sent, settled, waiting)
	}
	b.included(idOf([]byte{0}), start.Add(time.Second))
	b.expect(t, "the first is done", map[int][]int{-1: {1}})
	b.included(idOf([]byte{2}), start)
	if b.free(1) || !b.free(2) {
		t.Error("a sender is free with one under way, or is not with none")
	}
	b.refuse(3)
	b.expect(t, "an officer's is refused", map[int][]int{2: {5}})
	b.refuse(3)
	if _, settled, waiting := b.standing(); settled != 3 || waiting != 0 {
		t.Errorf("%d settled, %d waiting", settled, waiting)
	}
	if it := b.plan.items[0]; it.outcome != done || !it.provable.Equal(start.Add(time.Second)) {
		t.Errorf("%+v", it)
	}
}

// TestBookEarly: what a block executes out of turn has no effect and is sent again; a
// repetition has none either.
func TestBookEarly(t *testing.T) {
	b := newTestBook(0)
	for _, i := range []int{3, 4, 6} {
		b.admit(i, start)
	}
	b.take()
	if b.included(idOf([]byte("another's")), start) {
		t.Error("another's is taken for ours")
	}
	if !b.included(idOf([]byte{4}), start) || b.early != 1 || b.settled != 0 || !b.unsure() {
		t.Errorf("%d early, %d settled", b.early, b.settled)
	}
	b.expect(t, "it came too early", map[int][]int{2: {4}})
	for _, i := range []byte{3, 4, 6, 6, 3} {
		b.included(idOf([]byte{i}), start)
	}
	if b.settled != 3 || b.repeated != 2 || b.early != 1 || b.plan.senders[2].next != 7 {
		t.Errorf("%d settled, %d repeated, %d early, %d is next", b.settled, b.repeated, b.early, b.plan.senders[2].next)
	}
	b.expect(t, "all are settled", nil)
}

// TestBookRefused: what one node has refused and a block has nevertheless is done, and
// what follows it is in its turn. A refusal for the sequence settles nothing.
func TestBookRefused(t *testing.T) {
	b := newTestBook(0)
	for _, i := range []int{3, 4} {
		b.admit(i, start)
	}
	b.take()
	b.refuse(3)
	if b.unsure() {
		t.Error("unsure after a plain refusal")
	}
	b.doubt(3)
	b.doubt(4)
	if b.doubted != 1 || !b.unsure() || b.settled != 1 {
		t.Errorf("%d doubted, %d settled", b.doubted, b.settled)
	}
	b.included(idOf([]byte{3}), start.Add(time.Second))
	b.included(idOf([]byte{4}), start.Add(time.Second))
	for _, i := range []int{3, 4} {
		if it := b.plan.items[i]; it.outcome != done || it.provable.IsZero() {
			t.Errorf("%d: %+v", i, it)
		}
	}
	if b.settled != 2 || b.repeated+b.early != 0 || b.plan.senders[2].underWay != 0 {
		t.Errorf("%d settled, %d repeated, %d early, %d under way", b.settled, b.repeated, b.early, b.plan.senders[2].underWay)
	}
}

// TestBookAgain: what is under way is sent again, what waits can be dropped.
func TestBookAgain(t *testing.T) {
	b := newTestBook(0)
	for _, i := range []int{0, 1, 2} {
		b.admit(i, start)
	}
	b.included(idOf([]byte{2}), start)
	b.again()
	b.expect(t, "once more", map[int][]int{-1: {0}})
	if n := b.drop(); n != 1 {
		t.Errorf("%d dropped", n)
	}
	b.included(idOf([]byte{0}), start)
	b.expect(t, "what was dropped", nil)
	if sent, settled, waiting := b.standing(); sent != 2 || settled != 2 || waiting != 0 {
		t.Errorf("%d sent, %d settled, %d waiting", sent, settled, waiting)
	}
}

// TestBookHopeless: of seven none may be late, whether it is settled, under way or
// waiting.
func TestBookHopeless(t *testing.T) {
	soon, late := start.Add(time.Second), start.Add(time.Second+1)
	for what, steps := range map[string]func(*book){
		"under way": func(b *book) { b.admit(0, start) },
		"waiting":   func(b *book) { b.admit(0, late); b.admit(1, start) },
		"settled":   func(b *book) { b.admit(0, start); b.included(idOf([]byte{0}), late) },
	} {
		b := newTestBook(time.Second)
		steps(b)
		if what != "settled" && b.hopeless(soon) {
			t.Errorf("%s: hopeless at the bound", what)
		}
		if !b.hopeless(late) {
			t.Errorf("%s: not hopeless beyond it", what)
		}
	}
	b := newTestBook(0)
	b.admit(0, start)
	if b.hopeless(late) {
		t.Error("hopeless without a bound")
	}
}
