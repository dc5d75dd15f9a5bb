package load

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
)

// batch is how many transactions travel in one call at most.
const batch = client.MaxBatch

// A queue holds items until a worker takes them.
type queue struct {
	mu     sync.Mutex // guards the rest
	filled *sync.Cond
	items  []int
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.filled = sync.NewCond(&q.mu)
	return q
}

func (q *queue) push(items []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, items...)
	for n := 0; n < len(items); n += batch {
		q.filled.Signal()
	}
}

// pop waits for items and takes a batch at most. It returns none once the queue is
// closed.
func (q *queue) pop() []int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.filled.Wait()
	}
	if q.closed {
		return nil
	}
	n := min(len(q.items), batch)
	part := q.items[:n:n]
	q.items = q.items[n:]
	return part
}

// close drops what no worker has taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// A courier delivers items to the nodes: those of a lane by one worker to one node
// after the other, all others by several workers to each node.
type courier struct {
	nodes []*client.Client
	book  *book
	taken func(error) error
	open  *queue
	lanes map[int]*queue // by sender

	wg   sync.WaitGroup
	errs chan error // the first

	mu     sync.Mutex
	silent map[int]bool // nodes that did not answer
}

// newCourier starts the workers. They run until close, or until calls ends.
func newCourier(calls context.Context, nodes []*client.Client, b *book, taken func(error) error, connections int) *courier {
	c := &courier{nodes: nodes, book: b, taken: taken, open: newQueue(), lanes: map[int]*queue{}, errs: make(chan error, 1), silent: map[int]bool{}}
	for i := range connections * len(nodes) {
		c.wg.Go(func() { c.work(calls, c.open, i, false) })
	}
	for i := range b.plan.senders {
		if b.plan.senders[i].lane {
			lane := newQueue()
			c.lanes[i] = lane
			c.wg.Go(func() { c.work(calls, lane, i, true) })
		}
	}
	return c
}

// push has items delivered, by lane.
func (c *courier) push(lanes map[int][]int) {
	for lane, items := range lanes {
		if q, ok := c.lanes[lane]; ok {
			q.push(items)
		} else {
			c.open.push(items)
		}
	}
}

// close waits until all calls under way have returned.
func (c *courier) close() {
	c.open.close()
	for _, q := range c.lanes {
		q.close()
	}
	c.wg.Wait()
}

// silence is how many nodes did not answer.
func (c *courier) silence() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.silent)
}

// work delivers what is in a queue, beginning with the node whose turn it is. The
// worker of a lane stays with the next one if that is silent.
func (c *courier) work(ctx context.Context, q *queue, turn int, lane bool) {
	for {
		part := q.pop()
		if part == nil {
			return
		}
		last, err := c.deliver(ctx, turn, part)
		if err != nil {
			select {
			case c.errs <- err:
			default:
			}
			return
		}
		if lane {
			turn = last
		}
	}
}

// deliver sends a batch. It sends again what a full mempool refused, and sends to
// the next node what a node that does not answer may not have received: the ledger
// executes each once. It returns whose turn it was at last, and fails when no node
// answers.
func (c *courier) deliver(ctx context.Context, turn int, part []int) (last int, err error) {
	for silent := 0; len(part) > 0 && ctx.Err() == nil; {
		at := turn % len(c.nodes)
		again, gone, err := c.deliverTo(ctx, at, part)
		if err != nil {
			return turn, err
		}
		if gone != nil {
			c.mu.Lock()
			c.silent[at] = true
			c.mu.Unlock()
			turn++
			if silent++; silent >= len(c.nodes) {
				return turn, gone
			}
		}
		if part = again; len(part) > 0 {
			time.Sleep(tick)
		}
	}
	return turn, nil
}

// deliverTo makes one call. again is what the node has not accepted, gone why it did
// not answer.
// What becomes of a transaction that is refused for its sequence only the blocks show.
func (c *courier) deliverTo(ctx context.Context, at int, part []int) (again []int, gone, fault error) {
	raws := make([][]byte, len(part))
	for i, n := range part {
		raws[i] = c.book.plan.items[n].raw
	}
	for i, err := range c.nodes[at].SendAll(ctx, raws) {
		var no *client.Refused
		switch err = c.taken(err); {
		case err == nil:
		case errors.Is(err, client.ErrBusy):
			again = append(again, part[i])
		case errors.Is(err, client.ErrUnreachable), errors.Is(err, client.ErrSyncing):
			gone = err
			again = append(again, part[i])
		case errors.As(err, &no) && no.Code == state.ErrSequence.Code:
			c.book.doubt(part[i])
		case errors.As(err, &no):
			c.book.refuse(part[i])
		case ctx.Err() != nil:
			return nil, nil, nil
		default:
			return nil, nil, err
		}
	}
	return again, gone, nil
}
