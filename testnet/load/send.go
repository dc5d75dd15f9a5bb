package load

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// batch is how many casts travel in one call at most.
const batch = client.MaxBatch

// send sends the casts to the nodes round robin, each batch over one of several
// connections, until r.For is over or ctx ends. It returns when all calls have
// returned.
func (r *run) send(ctx context.Context, casts []cast, began time.Time) error {
	workers := r.Connections * len(r.crowd.Nodes)
	queue := make(chan []cast)
	errs := make(chan error, workers)
	feeding, stop := context.WithCancel(ctx)
	defer stop()
	calls := context.WithoutCancel(ctx) // an interrupt does not tear calls apart
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for part := range queue {
				if err := r.deliver(calls, i, part); err != nil {
					errs <- err
					stop()
					return
				}
			}
		})
	}
	err := r.feed(feeding, casts, began, queue)
	close(queue)
	wg.Wait()
	select {
	case first := <-errs:
		return first
	default:
		return err
	}
}

// feed queues what is due: by the clock if there is a rate, else as long as the
// window has room.
func (r *run) feed(ctx context.Context, casts []cast, began time.Time, queue chan<- []cast) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	end := began.Add(r.For)
	oldest := 0 // of the casts under way
	for at := 0; at < len(casts); {
		for oldest < at && r.watcher.has(casts[oldest].id) {
			oldest++
		}
		n := r.due(began, at, oldest)
		for n > 0 && at < len(casts) {
			part := casts[at:min(at+min(n, batch), len(casts))]
			now := time.Now()
			for i := range part {
				part[i].intended = now
				if r.Rate > 0 {
					part[i].intended = began.Add(time.Duration(at+i) * time.Second / time.Duration(r.Rate))
				}
			}
			r.note(part)
			select {
			case queue <- part:
			case <-ctx.Done():
				return ctx.Err()
			}
			at, n = at+len(part), n-len(part)
		}
		r.Progress("casting", int(time.Since(began)/time.Millisecond), int(r.For/time.Millisecond))
		if time.Now().After(end) && r.Rate == 0 {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// due is how many casts should be on their way now, beyond the first at.
func (r *run) due(began time.Time, at, oldest int) int {
	if r.Rate > 0 {
		return int(time.Since(began).Seconds()*float64(r.Rate)) + 1 - at
	}
	// The members cast round robin, and no member has two casts under way, since
	// their order of arrival is not guaranteed.
	return min(window-(at-r.watcher.seen()), oldest+r.Members-at)
}

func (r *run) note(part []cast) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, part...)
}

// deliver sends a batch. It sends again what a full mempool refused, and sends to
// the next node what a node that does not answer may not have received: the ledger
// executes each once. It fails when no node answers.
func (r *run) deliver(ctx context.Context, turn int, part []cast) error {
	raws := make([][]byte, len(part))
	for i := range part {
		raws[i] = part[i].raw
	}
	for silent := 0; len(raws) > 0; {
		at := turn % len(r.crowd.Nodes)
		again, gone, err := r.deliverTo(ctx, at, raws, silent > 0)
		if err != nil {
			return err
		}
		if gone != nil {
			r.mu.Lock()
			r.silent[at] = true
			r.mu.Unlock()
			turn++
			if silent++; silent >= len(r.crowd.Nodes) {
				return gone
			}
		}
		if raws = again; len(raws) > 0 {
			time.Sleep(tick)
		}
	}
	return nil
}

// deliverTo makes one call. again is what the node has not accepted, gone why it did
// not answer. With anew, another node may have accepted the transactions before:
// then only the blocks show it.
func (r *run) deliverTo(ctx context.Context, at int, raws [][]byte, anew bool) (again [][]byte, gone, fault error) {
	for i, err := range r.crowd.Nodes[at].SendAll(ctx, raws) {
		var refused *client.Refused
		switch {
		case err == nil:
		case errors.Is(err, client.ErrBusy):
			again = append(again, raws[i])
		case errors.Is(err, client.ErrUnreachable), errors.Is(err, client.ErrSyncing):
			gone = err
			again = append(again, raws[i])
		case errors.As(err, &refused) && anew && refused.Code == state.ErrSequence.Code:
		case errors.As(err, &refused):
			r.watcher.refuse(tx.ID(raws[i]))
		default:
			return nil, nil, err
		}
	}
	return again, gone, nil
}

// resend sends what no block holds to the nodes once more: a node that stopped may
// have accepted it without gossiping it.
func (r *run) resend(ctx context.Context) error {
	var raws [][]byte
	r.mu.Lock()
	for _, c := range r.sent {
		if !r.watcher.has(c.id) {
			raws = append(raws, c.raw)
		}
	}
	r.mu.Unlock()
	for turn := 0; len(raws) > 0; turn++ {
		part := raws[:min(batch, len(raws))]
		raws = raws[len(part):]
		for silent := range len(r.crowd.Nodes) {
			_, gone, err := r.deliverTo(ctx, (turn+silent)%len(r.crowd.Nodes), part, true)
			if err != nil {
				return err
			}
			if gone == nil {
				break
			}
		}
	}
	return nil
}
