package load

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
)

// batch is how many casts travel in one call at most.
const batch = client.MaxBatch

// send hands the casts to the nodes in turn, each batch over one of several
// connections, until r.For is over. It returns when all calls have.
func (r *run) send(ctx context.Context, casts []cast, began time.Time) error {
	workers := r.Connections * len(r.crowd.Nodes)
	queue := make(chan []cast)
	errs := make(chan error, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for part := range queue {
				if err := r.deliver(ctx, r.crowd.Nodes[i%len(r.crowd.Nodes)], part); err != nil {
					errs <- err
					for range queue { // let the feeder end
					}
					return
				}
			}
		})
	}
	err := r.feed(ctx, casts, began, queue)
	close(queue)
	wg.Wait()
	select {
	case first := <-errs:
		err = errors.Join(err, first)
	default:
	}
	return err
}

// feed queues what is due: by the clock if there is a rate, else as long as the
// window has room.
func (r *run) feed(ctx context.Context, casts []cast, began time.Time, queue chan<- []cast) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	end := began.Add(r.For)
	for at := 0; at < len(casts); {
		n := r.due(began, at)
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
func (r *run) due(began time.Time, at int) int {
	if r.Rate > 0 {
		return int(time.Since(began).Seconds()*float64(r.Rate)) + 1 - at
	}
	// No member has two casts under way: half the electorate bounds the window.
	return min(window, r.Members/2) - (at - r.watcher.seen())
}

func (r *run) note(part []cast) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, part...)
}

// deliver sends a batch and sends again what a full queue turned away.
func (r *run) deliver(ctx context.Context, c *client.Client, part []cast) error {
	raws := make([][]byte, len(part))
	for i := range part {
		raws[i] = part[i].raw
	}
	for len(raws) > 0 {
		var again [][]byte
		for i, err := range c.SendAll(ctx, raws) {
			var refused *client.Refused
			switch {
			case err == nil:
			case errors.Is(err, client.ErrBusy):
				again = append(again, raws[i])
			case errors.As(err, &refused):
				r.mu.Lock()
				r.refused++
				r.mu.Unlock()
			default:
				return err
			}
		}
		if raws = again; len(raws) > 0 {
			select {
			case <-time.After(tick):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}
