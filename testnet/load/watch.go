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

// A watcher follows the blocks of one node and notes when each transaction's
// commit could be proved.
type watcher struct {
	rpc     *rpchttp.HTTP
	settled atomic.Int64 // different transactions provable or refused
	stop    chan struct{}
	ended   chan struct{}
	wg      sync.WaitGroup

	// The fields below are the goroutine's until it has ended.
	next     int64 // height to look at
	provable map[[32]byte]time.Time
	refused  int
	repeated int
	blocks   int
	err      error
}

// pause is how often the watcher asks for a new block.
const pause = 10 * time.Millisecond

func newWatcher(ctx context.Context, r *run) (*watcher, error) {
	rpc, err := rpchttp.New(r.crowd.Nodes[0].Address(), "/websocket")
	if err != nil {
		return nil, err
	}
	s, err := rpc.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the first node for its height: %w", err)
	}
	w := &watcher{rpc: rpc, stop: make(chan struct{}), next: s.SyncInfo.LatestBlockHeight + 1, ended: make(chan struct{}), provable: map[[32]byte]time.Time{}}
	w.wg.Go(func() {
		defer close(w.ended)
		w.err = w.watch(ctx)
	})
	return w, nil
}

// seen is how many transactions are settled so far.
func (w *watcher) seen() int { return int(w.settled.Load()) }

func (w *watcher) watch(ctx context.Context) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.stop:
			return nil
		case <-ticker.C:
		}
		s, err := w.rpc.Status(ctx)
		if err != nil {
			return fmt.Errorf("watching the first node: %w", err)
		}
		for w.next < s.SyncInfo.LatestBlockHeight {
			if err := w.look(ctx); err != nil {
				return fmt.Errorf("block %d: %w", w.next, err)
			}
			w.next++
		}
	}
}

// look notes what the block at w.next holds, which the header after it proves.
func (w *watcher) look(ctx context.Context) error {
	now := time.Now()
	block, err := w.rpc.Block(ctx, &w.next)
	if err != nil {
		return err
	}
	if len(block.Block.Txs) == 0 {
		return nil
	}
	w.blocks++
	results, err := w.rpc.BlockResults(ctx, &w.next)
	if err != nil {
		return err
	}
	for i, raw := range block.Block.Txs {
		id := tx.ID(raw)
		switch _, before := w.provable[id]; {
		case before:
			w.repeated++
		case results.TxsResults[i].Code != 0:
			w.refused++
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

// finish waits until all that was sent is provable or refused, or patience is
// over, and ends the watcher.
func (w *watcher) finish(ctx context.Context, r *run) error {
	r.mu.Lock()
	sent := len(r.sent) - r.refused
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for settled := 0; settled < sent && ctx.Err() == nil; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
		case <-w.ended:
			return w.err
		}
		settled = int(w.settled.Load())
		r.Progress("waiting for the last", settled, sent)
	}
	close(w.stop)
	w.wg.Wait()
	return w.err
}
