// Package load drives a running testnet with really signed casts and says how
// fast they were committed and whether each was, once.
package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
)

// Options of a run.
type Options struct {
	Members     int           // that cast in turn; at least MinMembers
	Rate        int           // casts a second; zero is as many as the testnet takes
	For         time.Duration // of sending
	Connections int           // to each node; zero is 2

	// Progress is told what is under way: how much of how much. It may be nil.
	Progress func(stage string, done, total int)
}

// MinMembers is the smallest electorate that can keep a testnet busy: no member
// has two casts under way.
const MinMembers = 100

// window is how many casts may be under way at most, if they are sent as fast
// as the testnet takes them.
const window = 10_000

// most is how many casts a second a run at full speed prepares for.
const most = 8_000

// A Report is what a run found. Latencies are from the moment a cast was to be
// sent to the moment its commit could be proved: the next header was there.
type Report struct {
	Members    int           `json:"members"`
	Rate       int           `json:"rate"` // asked for; zero is as many as possible
	Seconds    float64       `json:"seconds"`
	Sent       int           `json:"sent"`
	Committed  int           `json:"committed"`  // different ones, done
	Repeated   int           `json:"repeated"`   // in a block a second time, without effect
	Refused    int           `json:"refused"`    // on arrival or in a block
	Lost       int           `json:"lost"`       // sent and in no block
	Throughput float64       `json:"throughput"` // committed a second, from the first sent to the last committed
	P50        time.Duration `json:"p50_ns"`
	P95        time.Duration `json:"p95_ns"`
	P99        time.Duration `json:"p99_ns"`
	Blocks     int           `json:"blocks"`
	Sound      bool          `json:"sound"` // the ledger's own record agrees: each cast once
}

// ErrUnsound is returned, with the report, if a cast was lost, doubled or
// refused.
var ErrUnsound = errors.New("committed is not what was sent")

// A run is one load test under way.
type run struct {
	Options
	crowd   *crowd.Crowd
	motion  ballot.Number
	base    []uint64 // sequence of each member before the run
	watcher *watcher

	mu      sync.Mutex // guards the fields below
	sent    []cast     // in the order of sending
	refused int
}

// A cast is one transaction of the run. The watcher fills its times.
type cast struct {
	raw      []byte
	id       [32]byte
	member   int
	intended time.Time
}

// Run drives the testnet with casts on a motion that it opens in the first
// co-op, whose register it fills up to o.Members first.
func Run(ctx context.Context, net *testnet.Net, o Options) (Report, error) {
	if o.Members < MinMembers {
		return Report{}, fmt.Errorf("%d members are too few to keep a testnet busy: use at least %d", o.Members, MinMembers)
	}
	if o.Connections == 0 {
		o.Connections = 2
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	members, err := crowd.Open(net, 1)
	if err != nil {
		return Report{}, err
	}
	r := &run{Options: o, crowd: members}
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	casts, err := r.signAll(ctx)
	if err != nil {
		return Report{}, err
	}
	if r.watcher, err = newWatcher(ctx, r); err != nil {
		return Report{}, err
	}
	began := time.Now()
	if err := r.send(ctx, casts, began); err != nil {
		return Report{}, err
	}
	if err := r.watcher.finish(ctx, r); err != nil {
		return Report{}, err
	}
	rep := r.report(began)
	rep.Sound, err = r.audit(ctx, rep)
	if err == nil && (!rep.Sound || rep.Lost+rep.Refused > 0 || rep.Committed != rep.Sent) {
		err = ErrUnsound
	}
	return rep, err
}

// report sums up what the watcher saw.
func (r *run) report(began time.Time) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.watcher
	rep := Report{Members: r.Members, Rate: r.Rate, Sent: len(r.sent), Refused: r.refused + w.refused, Repeated: w.repeated, Blocks: w.blocks}
	var took []time.Duration
	last := began
	for _, c := range r.sent {
		at, ok := w.provable[c.id]
		if !ok {
			rep.Lost++
			continue
		}
		rep.Committed++
		took = append(took, at.Sub(c.intended))
		if at.After(last) {
			last = at
		}
	}
	rep.Seconds = last.Sub(began).Seconds()
	if rep.Seconds > 0 {
		rep.Throughput = float64(rep.Committed) / rep.Seconds
	}
	slices.Sort(took)
	if n := len(took); n > 0 {
		rep.P50, rep.P95, rep.P99 = took[n*50/100], took[n*95/100], took[n*99/100]
	}
	return rep
}

// audit asks the ledger itself: each member's sequence has grown by what it
// sent, and the poll holds one paper for each who cast.
func (r *run) audit(ctx context.Context, rep Report) (bool, error) {
	want := slices.Clone(r.base)
	voted := map[int]bool{}
	for _, c := range r.sent {
		want[c.member]++
		voted[c.member] = true
	}
	at, err := r.crowd.Read(ctx)
	if err != nil {
		return false, err
	}
	got, err := r.crowd.Sequences(ctx, r.Members)
	if err != nil {
		return false, err
	}
	tally, err := ballot.TallyOf(at, r.motion)
	if err != nil {
		return false, err
	}
	papers, err := tally.Papers()
	if err != nil {
		return false, err
	}
	return slices.Equal(got, want) && papers == uint64(len(voted)), nil
}
