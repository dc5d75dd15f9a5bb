package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A watcher follows the blocks of one node, the next one if it stops answering, and
// enters in the book what they hold. It shares the machine with what is measured: it
// asks for a header now and then, for each block once, and for no result.
type watcher struct {
	nodes []string // addresses
	at    atomic.Int64
	http  http.Client
	book  *book
	parts func([]byte) [][]byte

	cancel context.CancelFunc
	ended  chan struct{} // closed when it has stopped
	err    error         // set before that

	mu   sync.Mutex
	seen map[int64]time.Time // when the header of a height was there

	blocks []block // of one goroutine until ended
}

// A block is what the watcher keeps of one.
type block struct {
	time         time.Time // in its header
	transactions int
	engine       int // transactions of the engine
	ours         int // transactions of this run
	bytes        int
}

const (
	// pause is how often the watcher asks for a new header.
	pause = 10 * time.Millisecond

	// askLimit bounds one question to one node.
	askLimit = 10 * time.Second

	// maxAnswer bounds an answer, in bytes: a block of the engine's largest is no
	// more than a third of it.
	maxAnswer = 8 << 20
)

// newWatcher begins to watch, from the block after the last.
func newWatcher(ctx context.Context, nodes []string, b *book, parts func([]byte) [][]byte) (*watcher, error) {
	w := &watcher{nodes: nodes, book: b, parts: parts, ended: make(chan struct{}), seen: map[int64]time.Time{}}
	w.http.Timeout = askLimit
	height, err := w.height(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking for the height: %w", err)
	}
	ctx, w.cancel = context.WithCancel(ctx)
	heights := make(chan int64, 1)
	go func() {
		defer close(heights)
		w.err = w.followHeaders(ctx, height, heights)
		w.cancel()
	}()
	go func() {
		defer close(w.ended)
		w.followBlocks(ctx, height+1, heights)
	}()
	return w, nil
}

// finish ends the watcher, and returns why it had ended before, if it had.
func (w *watcher) finish() error {
	w.cancel()
	<-w.ended
	return w.err
}

// followHeaders notes when each header was there, and tells the last height. A block
// takes long to fetch on a busy machine, so that is left to another goroutine.
func (w *watcher) followHeaders(ctx context.Context, last int64, heights chan int64) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		height, err := w.height(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("watching the blocks: %w", err)
		case height <= last:
			continue
		}
		now := time.Now()
		w.mu.Lock()
		for ; last < height; last++ {
			w.seen[last+1] = now
		}
		w.mu.Unlock()
		select {
		case <-heights: // one that was not taken yet
		default:
		}
		heights <- height
	}
}

// followBlocks enters every block before the last height in the book.
func (w *watcher) followBlocks(ctx context.Context, next int64, heights <-chan int64) {
	for height := range heights {
		for next < height && ctx.Err() == nil {
			if err := w.look(ctx, next); err != nil {
				w.skip() // height fails if none answers
				time.Sleep(pause)
				if len(heights) > 0 {
					break
				}
				continue
			}
			next++
		}
	}
}

// skip turns to the next node.
func (w *watcher) skip() { w.at.Add(1) }

// node is the address of the node that is asked.
func (w *watcher) node() string { return w.nodes[int(w.at.Load())%len(w.nodes)] }

// A header is what is read of one.
type header struct {
	Height string    `json:"height"`
	Time   time.Time `json:"time"`
}

// height is the last block of the node that is asked; of the next one if it does
// not answer, which may be behind.
func (w *watcher) height(ctx context.Context) (int64, error) {
	var err error
	for range w.nodes {
		var answer struct {
			Header header `json:"header"`
		}
		if err = w.ask(ctx, "/header", &answer); err == nil {
			return strconv.ParseInt(answer.Header.Height, 10, 64)
		}
		w.skip()
	}
	return 0, err
}

// look enters the block at a height, which the header after it proves.
func (w *watcher) look(ctx context.Context, height int64) error {
	var answer struct {
		Block struct {
			Header header `json:"header"`
			Data   struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
		} `json:"block"`
	}
	if err := w.ask(ctx, fmt.Sprintf("/block?height=%d", height), &answer); err != nil {
		return err
	}
	if answer.Block.Header.Height != strconv.FormatInt(height, 10) {
		return fmt.Errorf("asked for block %d, it answered with %q", height, answer.Block.Header.Height)
	}
	w.mu.Lock()
	provable := w.seen[height+1]
	delete(w.seen, height)
	w.mu.Unlock()
	b := block{time: answer.Block.Header.Time, engine: len(answer.Block.Data.Txs)}
	for _, raw := range answer.Block.Data.Txs {
		b.bytes += len(raw)
		for _, part := range w.parts(raw) {
			b.transactions++
			if w.book.included(idOf(part), provable) {
				b.ours++
			}
		}
	}
	w.blocks = append(w.blocks, b)
	return nil
}

// ask reads one answer of the node's RPC.
func (w *watcher) ask(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.node()+path, nil)
	if err != nil {
		return err
	}
	res, err := w.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer := struct {
		Result any             `json:"result"`
		Error  json.RawMessage `json:"error"`
	}{Result: into}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&answer); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", w.node(), err)
	}
	if len(answer.Error) > 0 {
		return fmt.Errorf("%s answers %s", w.node(), answer.Error)
	}
	return nil
}
