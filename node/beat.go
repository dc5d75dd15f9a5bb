package node

import (
	"reflect"
	"sync"
	"time"

	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/consensus"
	cstypes "github.com/cometbft/cometbft/consensus/types"
	"github.com/cometbft/cometbft/libs/log"
)

// A pooled application keeps by itself the transactions that wait for a
// block. The engine then keeps none: it passes on what clients and peers send and what
// the application has for peers, and does not know when a block has something to hold.
type pooled interface {
	// Ready returns a channel that is closed while a block has something to hold.
	Ready() <-chan struct{}
	// Waiting is how many transactions wait, and how many bytes they are.
	Waiting() (transactions int, bytes int64)
}

// maxOffer is how many bytes a message with transactions for peers has at most, the
// form around them included.
const maxOffer = 1 << 20

// useMempool has the engine leave the mempool to the application.
func useMempool(m *config.MempoolConfig, largest int) {
	m.Type = config.MempoolTypeApp
	m.MaxTxBytes = largest
	m.MaxBatchBytes = maxOffer
	// The application itself knows what waits and what was refused. The engine's
	// memory of what it has seen would keep what fell out from coming again, so it is
	// the smallest there is; the application has it forget what it did not keep.
	m.SeenCacheSize = 1
	m.CheckTxRetryDelay = time.Millisecond
	m.ReapInterval = time.Millisecond // the application waits until it has something
}

// A ticker is consensus.TimeoutTicker, whose type of a timeout T has no name outside
// its package.
type ticker[T any] interface {
	Start() error
	Stop() error
	Chan() <-chan T
	ScheduleTimeout(T)
	SetLogger(log.Logger)
}

// A beat makes a block as soon as there is something for it to hold. It is the engine's
// clock for consensus. When the engine waits for transactions it schedules the end of
// that wait, the interval of empty blocks; the beat ends it when ready says so.
type beat[T any] struct {
	ticker[T]
	ready func() <-chan struct{}
	out   chan T
	set   chan T // what was scheduled last
	stop  chan struct{}
	once  sync.Once
}

var _ consensus.TimeoutTicker = newBeat(consensus.NewTimeoutTicker(), nil)

func newBeat[T any](inner ticker[T], ready func() <-chan struct{}) *beat[T] {
	return &beat[T]{ticker: inner, ready: ready, out: make(chan T, 10), set: make(chan T, 10), stop: make(chan struct{})}
}

// waitsForTransactions says whether a timeout ends the engine's wait for something to
// put into a block. Source: enterNewRound in consensus/state.go of CometBFT v0.40.0.
func waitsForTransactions(timeout any) bool {
	step, ok := reflect.ValueOf(timeout).FieldByName("Step").Interface().(cstypes.RoundStepType)
	return ok && step == cstypes.RoundStepNewRound
}

func (b *beat[T]) Start() error {
	if err := b.ticker.Start(); err != nil {
		return err
	}
	go b.run()
	return nil
}

func (b *beat[T]) Stop() error {
	b.once.Do(func() { close(b.stop) })
	return b.ticker.Stop()
}

func (b *beat[T]) Chan() <-chan T { return b.out }

func (b *beat[T]) ScheduleTimeout(timeout T) {
	b.ticker.ScheduleTimeout(timeout)
	select {
	case b.set <- timeout:
	case <-b.stop:
	}
}

func (b *beat[T]) run() {
	var wait T                // the timeout that ends the wait
	var ready <-chan struct{} // nil unless the engine waits
	for {
		select {
		case <-b.stop:
			return
		case timeout := <-b.set:
			if ready = nil; waitsForTransactions(timeout) {
				wait, ready = timeout, b.ready()
			}
		case timeout := <-b.ticker.Chan():
			b.send(timeout)
		case <-ready:
			ready = nil
			b.send(wait)
		}
	}
}

// send passes a timeout on without waiting for the engine, which may be scheduling the
// next. The engine passes over one that has come too late.
func (b *beat[T]) send(timeout T) {
	go func() {
		select {
		case b.out <- timeout:
		case <-b.stop:
		}
	}()
}
