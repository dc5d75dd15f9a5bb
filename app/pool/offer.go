package pool

import (
	"context"
	"slices"
	"time"
)

// Again is how long, and up to twice as long, what was offered to peers waits before it
// is offered once more: they may have restarted, or been full. At full load nothing
// waits as long.
const Again = 5 * time.Second

// How long Offer waits for more once there is something, so that what comes together
// travels together: briefly if it has offered nothing for a while, so that one
// transaction alone is fast, and longer while many come, since each message to a peer
// costs what a hundred transactions in it do, and many signatures are verified in half the
// time. While as many wait as take a block a second, what comes then waits longer for its
// turn than its peers for the bundle.
const (
	firstGather = 2 * time.Millisecond
	gather      = 25 * time.Millisecond
	while       = 100 * time.Millisecond

	longGather = 200 * time.Millisecond
	many       = 2000 // transactions that could stand in the next block
)

// enough is how many bytes Offer does not wait to gather more than.
const enough = 128 << 10

// Offer waits until this node's clients have sent something that its peers have not
// been offered, gathers what else comes in a few milliseconds, and returns it, at most max
// bytes with Overhead each. What waits still after Again it returns once more. It returns
// nothing once ctx has ended. Only one Offer may be under way.
func (p *Pool) Offer(ctx context.Context, max int64) [][]byte {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.again.C:
			p.repeat()
		case <-p.news:
			if !p.gathered(enough) {
				select {
				case <-ctx.Done():
					return nil
				case <-time.After(p.gathering()):
				}
			}
		}
		if out := p.offer(max); len(out) > 0 {
			p.last = time.Now()
			return out
		}
	}
}

// gathering is how long to wait for more.
func (p *Pool) gathering() time.Duration {
	if time.Since(p.last) >= while {
		return firstGather
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.executable > many {
		return longGather
	}
	return gather
}

// gathered says whether at least so many bytes are to be offered.
func (p *Pool) gathered(bytes int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.fresh {
		if bytes -= h.size(); bytes <= 0 {
			return true
		}
	}
	return false
}

// repeat has offered again what was offered before the last time that it was called,
// and waits still.
func (p *Pool) repeat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	waits := func(offered []*held) []*held {
		return slices.DeleteFunc(offered, func(h *held) bool { return h.gone })
	}
	p.fresh = append(waits(p.earlier), p.fresh...)
	p.earlier, p.offered = waits(p.offered), nil
}

func (p *Pool) offer(max int64) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out [][]byte
	n := 0
	for ; n < len(p.fresh); n++ {
		h := p.fresh[n]
		if h.gone {
			continue
		}
		if max -= h.size(); max < 0 && len(out) > 0 {
			break
		}
		out = append(out, h.Raw)
		p.offered = append(p.offered, h)
	}
	p.fresh = slices.Delete(p.fresh, 0, n)
	if len(p.fresh) > 0 {
		select {
		case p.news <- struct{}{}:
		default:
		}
	}
	return out
}
