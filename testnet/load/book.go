package load

import (
	"crypto/sha256"
	"sync"
	"time"
)

// A book is what is known about the transactions of a run. The loop that sends, those
// that deliver and the watcher share it.
type book struct {
	mu      sync.Mutex // guards all below
	plan    *plan
	index   map[[sha256.Size]byte]int // of what was sent, by id
	ready   []int                     // items that are to be delivered now
	settled int                       // items that are done or refused
	late    int                       // those of them that took longer than bound
	waiting int                       // items that are due and wait for an earlier one of their sender
	sent    []int                     // items in the order in which they were given to nodes

	repeated int // in a block a second time, without effect
	resent   int // sent again
	early    int // in a block before an earlier one of its sender, and so without effect
	doubted  int // refused on arrival for their sequence, which a block may have used

	bound time.Duration
}

func newBook(p *plan, bound time.Duration) *book {
	return &book{plan: p, index: make(map[[sha256.Size]byte]int, len(p.items)), bound: bound}
}

// sender is the sender of an item, nil if its order does not matter.
func (b *book) sender(i int) *sender {
	if n := b.plan.items[i].sender; n >= 0 {
		return &b.plan.senders[n]
	}
	return nil
}

// free says whether an item could be delivered without waiting for an earlier one.
func (b *book) free(i int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.sender(i)
	return s == nil || s.underWay < s.window
}

// admit makes an item due that should have been sent at intended.
func (b *book) admit(i int, intended time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.plan.items[i].intended = intended
	if s := b.sender(i); s != nil && s.underWay >= s.window {
		s.waiting = append(s.waiting, i)
		b.waiting++
		return
	}
	b.release(i)
}

// release has an item delivered.
func (b *book) release(i int) {
	it := &b.plan.items[i]
	if s := b.sender(i); s != nil {
		s.underWay++
	}
	it.outcome = underWay
	b.index[it.id] = i
	b.sent = append(b.sent, i)
	b.ready = append(b.ready, i)
}

// take returns what is to be delivered, by lane: that of the senders with one, and
// under -1 all others.
func (b *book) take() map[int][]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.ready) == 0 {
		return nil
	}
	lanes := map[int][]int{}
	for _, i := range b.ready {
		lane := -1
		if s := b.sender(i); s != nil && s.lane {
			lane = b.plan.items[i].sender
		}
		lanes[lane] = append(lanes[lane], i)
	}
	b.ready = b.ready[:0]
	return lanes
}

// included notes that a block has a transaction, whose header could be proved at a
// time. A block has its transactions in the order in which it executes them. It
// returns whether the transaction is one of the run's.
func (b *book) included(id [sha256.Size]byte, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, ok := b.index[id]
	if !ok {
		return false
	}
	it, s := &b.plan.items[i], b.sender(i)
	switch {
	case it.outcome == done:
		b.repeated++
	case s != nil && it.sequence != s.next:
		b.early++
		b.resent++
		b.ready = append(b.ready, i) // to be sent again
	default:
		if s != nil {
			s.next++
		}
		it.provable = at
		if b.bound > 0 && at.Sub(it.intended) > b.bound {
			b.late++
		}
		if it.outcome == refused { // by one node, while another had it
			it.outcome = done
		} else {
			b.settle(i, done)
		}
	}
	return true
}

// doubt notes that a node has refused an item for its sequence. Where the item came
// from another node, or was sent before, a block may have it meanwhile; where it came
// before an earlier one, it is good later.
func (b *book) doubt(i int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.plan.items[i].outcome == underWay {
		b.doubted++
	}
}

// refuse settles an item that a node has refused on arrival.
func (b *book) refuse(i int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.plan.items[i].outcome == underWay {
		b.settle(i, refused)
	}
}

func (b *book) settle(i int, as outcome) {
	b.plan.items[i].outcome = as
	b.settled++
	s := b.sender(i)
	if s == nil {
		return
	}
	s.underWay--
	if len(s.waiting) > 0 {
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		b.waiting--
		b.release(next)
	}
}

// drop forgets what is due and was not sent, and returns how many that were.
func (b *book) drop() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.plan.senders {
		b.plan.senders[i].waiting = nil
	}
	n := b.waiting
	b.waiting = 0
	return n
}

// standing is how many items were sent, how many of them are settled, and how many
// wait to be sent.
func (b *book) standing() (sent, settled, waiting int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sent), b.settled, b.waiting
}

// again has everything that is under way delivered once more.
func (b *book) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = b.ready[:0]
	for _, i := range b.sent {
		if b.plan.items[i].outcome == underWay {
			b.ready = append(b.ready, i) // to be sent again
		}
	}
	b.resent += len(b.ready)
}

// unsure says whether something may have to be sent again: a block had a transaction
// too early, or a node refused one for its sequence.
func (b *book) unsure() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.early+b.doubted > 0
}

// hopeless says whether more than one in a hundred of all items have taken, or wait
// already, longer than the bound at a time.
func (b *book) hopeless(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bound == 0 {
		return false
	}
	late := b.late
	tooLong := func(i int) bool { return now.Sub(b.plan.items[i].intended) > b.bound }
	for _, i := range b.sent {
		if b.plan.items[i].outcome == underWay && tooLong(i) {
			late++
		}
	}
	for _, s := range b.plan.senders {
		for _, i := range s.waiting {
			if tooLong(i) {
				late++
			}
		}
	}
	return late > len(b.plan.items)/100
}
