package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A watcher follows the blocks of one node, the next one if it stops answering,
// and notes when each transaction's commit could be proved.
type watcher struct {
	nodes   []*rpchttp.HTTP
	settled atomic.Int64 // different transactions provable or refused
	stop    chan struct{}
	ended   chan struct{}
	wg      sync.WaitGroup

	mu       sync.Mutex // guards the next two
	provable map[[32]byte]time.Time
	turned   map[[32]byte]bool // refused, on arrival or in a block

	// The fields below are the goroutine's until it has ended.
	at       int   // node that is asked
	next     int64 // height to look at
	repeated int
	blocks   int
	err      error
}

// pause is how often the watcher asks for a new block.
const pause = 10 * time.Millisecond

func newWatcher(ctx context.Context, r *run) (*watcher, error) {
	w := &watcher{stop: make(chan struct{}), ended: make(chan struct{}), provable: map[[32]byte]time.Time{}, turned: map[[32]byte]bool{}}
	for _, n := range r.crowd.Nodes {
		rpc, err := rpchttp.New(n.Address(), "/websocket")
		if err != nil {
			return nil, err
		}
		w.nodes = append(w.nodes, rpc)
	}
	height, err := w.height(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking for the height: %w", err)
	}
	w.next = height + 1
	w.wg.Go(func() {
		defer close(w.ended)
		w.err = w.watch(ctx)
	})
	return w, nil
}

// seen is how many transactions are settled so far.
func (w *watcher) seen() int { return int(w.settled.Load()) }

// has says whether a block has settled a transaction.
func (w *watcher) has(id [32]byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.provable[id]
	return ok || w.turned[id]
}

// refuse settles a transaction that no node takes.
func (w *watcher) refuse(id [32]byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, done := w.provable[id]; !done && !w.turned[id] {
		w.turned[id] = true
		w.settled.Add(1)
	}
}

// height is the last block of the node that is asked; of the next one if it does
// not answer, which may be behind.
func (w *watcher) height(ctx context.Context) (int64, error) {
	var err error
	for range w.nodes {
		s, fault := w.nodes[w.at].Status(ctx)
		if fault == nil {
			return s.SyncInfo.LatestBlockHeight, nil
		}
		err = fault
		w.at = (w.at + 1) % len(w.nodes)
	}
	return 0, err
}

func (w *watcher) watch(ctx context.Context) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-w.stop:
			return nil
		case <-ticker.C:
		}
		height, err := w.height(ctx)
		if err != nil {
			return fmt.Errorf("watching the blocks: %w", err)
		}
		for w.next < height {
			if err := w.look(ctx); err != nil {
				w.at = (w.at + 1) % len(w.nodes) // height says so if none answers
				break
			}
			w.next++
		}
	}
}

// look notes what the block at w.next holds, which the header after it proves.
func (w *watcher) look(ctx context.Context) error {
	now := time.Now()
	block, err := w.nodes[w.at].Block(ctx, &w.next)
	if err != nil {
		return err
	}
	if len(block.Block.Txs) == 0 {
		return nil
	}
	results, err := w.nodes[w.at].BlockResults(ctx, &w.next)
	if err != nil {
		return err
	}
	w.blocks++
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, raw := range block.Block.Txs {
		id := tx.ID(raw)
		switch _, before := w.provable[id]; {
		case before || w.turned[id]:
			w.repeated++
		case results.TxsResults[i].Code != 0:
			w.turned[id] = true
			w.settled.Add(1)
		default:
			w.provable[id] = now
			w.settled.Add(1)
		}
	}
	return nil
}

// patience is how long the last casts may take.
const patience = 60 * time.Second

// resendAfter is how long nothing may settle before what is under way is sent
// again, if a node has stopped answering.
const resendAfter = 3 * time.Second

// finish waits until all that was sent is provable or refused, or patience is
// over, and ends the watcher.
func (w *watcher) finish(ctx context.Context, r *run) error {
	r.mu.Lock()
	sent := len(r.sent)
	again := len(r.silent) > 0
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	progress := time.Now()
	for settled := 0; settled < sent && ctx.Err() == nil; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
		case <-w.ended:
			return w.err
		}
		if now := w.seen(); now > settled {
			settled, progress = now, time.Now()
		}
		if again && time.Since(progress) > resendAfter {
			again = false
			if err := r.resend(ctx); err != nil {
				return err
			}
		}
		r.Progress("waiting for the last", settled, sent)
	}
	close(w.stop)
	w.wg.Wait()
	return w.err
}
