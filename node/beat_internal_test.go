package node

import (
	"sync"
	"testing"
	"time"

	cstypes "github.com/cometbft/cometbft/consensus/types"
	"github.com/cometbft/cometbft/libs/log"
)

// A timeout is like the engine's.
type timeout struct {
	Height int64
	Step   cstypes.RoundStepType
}

// A still is a clock whose timeouts come when the test says so.
type still struct {
	mu        sync.Mutex
	scheduled []timeout
	tock      chan timeout
}

func (*still) Start() error           { return nil }
func (*still) Stop() error            { return nil }
func (*still) SetLogger(log.Logger)   {}
func (s *still) Chan() <-chan timeout { return s.tock }
func (s *still) ScheduleTimeout(t timeout) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scheduled = append(s.scheduled, t)
}

// A switchboard is ready when the test says so.
type switchboard struct {
	mu    sync.Mutex
	ready chan struct{}
}

func (b *switchboard) Ready() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ready
}

const unheard = 10 * time.Second // fails a test, never passes one

func next(t *testing.T, b *beat[timeout], want timeout) {
	t.Helper()
	select {
	case got := <-b.Chan():
		if got != want {
			t.Errorf("timeout %+v, want %+v", got, want)
		}
	case <-time.After(unheard):
		t.Fatalf("no timeout, want %+v", want)
	}
}

// The wait for transactions ends when there are some, or when its time is over; other
// timeouts pass, and so does all that the engine schedules, to its own clock.
func TestBeat(t *testing.T) {
	clock, board := &still{tock: make(chan timeout)}, &switchboard{ready: make(chan struct{})}
	b := newBeat[timeout](clock, board.Ready)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	defer b.Stop()
	propose := timeout{7, cstypes.RoundStepPropose}
	wait := timeout{7, cstypes.RoundStepNewRound}
	b.ScheduleTimeout(propose)
	clock.tock <- propose
	next(t, b, propose)

	b.ScheduleTimeout(wait) // the interval is over first
	clock.tock <- wait
	next(t, b, wait)

	b.ScheduleTimeout(wait)
	close(board.ready)
	next(t, b, wait)

	// While something waits, no wait is long, and no other timeout is cut short.
	later := timeout{8, cstypes.RoundStepNewRound}
	b.ScheduleTimeout(timeout{8, cstypes.RoundStepPrevoteWait})
	b.ScheduleTimeout(later)
	next(t, b, later)
	if clock.mu.Lock(); len(clock.scheduled) != 5 {
		t.Errorf("the clock has %v", clock.scheduled)
	}
	clock.mu.Unlock()

	// A wait that the engine has ended by itself is not ended again.
	board.mu.Lock()
	board.ready = make(chan struct{})
	board.mu.Unlock()
	over := timeout{9, cstypes.RoundStepNewRound}
	b.ScheduleTimeout(over)
	b.ScheduleTimeout(timeout{9, cstypes.RoundStepPropose})
	for len(b.set) > 0 {
		time.Sleep(time.Millisecond)
	}
	close(board.ready)
	clock.tock <- timeout{9, cstypes.RoundStepPropose}
	next(t, b, timeout{9, cstypes.RoundStepPropose})
	select {
	case got := <-b.Chan():
		t.Errorf("timeout %+v after its step", got)
	default:
	}
}
