// Package load is the load driver: it sends signed casts to a running testnet and
// reports how fast they were committed and whether each was committed exactly once.
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
	Members     int           // that cast round robin; at least MinMembers
	Rate        int           // casts a second; zero is as many as the testnet takes
	For         time.Duration // of sending
	Connections int           // to each node; zero is 2

	// Progress is called with the stage under way and how much of it is done. It may
	// be nil.
	Progress func(stage string, done, total int)
}

// Bounds of a run.
const (
	// MinMembers is the smallest electorate that can keep a testnet busy: no
	// member has two casts under way.
	MinMembers     = 100
	MaxMembers     = 1_000_000
	MaxRate        = 100_000 // casts a second; more than any machine signs
	MaxConnections = 64      // to each node

	// MaxCasts bounds a run: all are signed beforehand and kept, some 400 bytes
	// each.
	MaxCasts = 5_000_000
)

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
	Silent     int           `json:"silent"`      // nodes that stopped answering
	Cut        bool          `json:"interrupted"` // sending ended before its time
	Checked    bool          `json:"checked"`     // the ledger's own record could be read
	Sound      bool          `json:"sound"`       // it agrees: each cast once
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

	mu     sync.Mutex   // guards the fields below
	sent   []cast       // in the order of sending
	silent map[int]bool // nodes that did not answer
}

// A cast is one transaction of the run. The watcher fills its times.
type cast struct {
	raw      []byte
	id       [32]byte
	member   int
	intended time.Time
}

// check refuses what cannot be run, before anything is sent.
func (o Options) check() error {
	rate := o.Rate
	if rate == 0 {
		rate = most
	}
	switch {
	case o.Members < MinMembers:
		return fmt.Errorf("%d members are too few to keep a testnet busy: use at least %d", o.Members, MinMembers)
	case o.Members > MaxMembers:
		return fmt.Errorf("%d members are too many: use at most %d", o.Members, MaxMembers)
	case rate < 0 || rate > MaxRate:
		return fmt.Errorf("%d casts a second cannot be sent: use 1 to %d, or max", o.Rate, MaxRate)
	case o.Connections < 0 || o.Connections > MaxConnections:
		return fmt.Errorf("%d connections to each node cannot be kept: use 1 to %d", o.Connections, MaxConnections)
	case o.For < time.Second:
		return fmt.Errorf("sending for %s measures nothing: use at least 1s", o.For)
	case float64(rate)*o.For.Seconds() > MaxCasts:
		return fmt.Errorf("%d casts a second for %s are more than %d, and all are signed beforehand", rate, o.For, MaxCasts)
	}
	return nil
}

// Run drives the testnet with casts on a motion that it opens in the first
// co-op, whose register it fills up to o.Members first.
//
// A node that stops answering is passed over. If ctx ends while casts are sent,
// no more are, those under way are waited for, and the report comes with ctx's
// error. It is empty if Run fails before it has sent any.
func Run(ctx context.Context, net *testnet.Net, o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
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
	r := &run{Options: o, crowd: members, silent: map[int]bool{}}
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	casts, err := r.signAll(ctx)
	if err != nil {
		return Report{}, err
	}
	after := context.WithoutCancel(ctx) // what was sent is followed to its end
	if r.watcher, err = newWatcher(after, r); err != nil {
		return Report{}, err
	}
	began := time.Now()
	sendErr := r.send(ctx, casts, began)
	err = errors.Join(sendErr, r.watcher.finish(after, r))
	rep := r.report(began)
	rep.Cut = ctx.Err() != nil
	if err != nil && !rep.Cut {
		return rep, err
	}
	rep.Sound, err = r.audit(after, rep)
	rep.Checked = err == nil
	if err == nil && (!rep.Sound || rep.Lost+rep.Refused > 0 || rep.Committed != rep.Sent) {
		err = ErrUnsound
	}
	return rep, errors.Join(ctx.Err(), err)
}

// report sums up what the watcher saw.
func (r *run) report(began time.Time) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.watcher
	rep := Report{Members: r.Members, Rate: r.Rate, Sent: len(r.sent), Refused: len(w.turned), Repeated: w.repeated, Blocks: w.blocks, Silent: len(r.silent)}
	var took []time.Duration
	last := began
	for _, c := range r.sent {
		at, ok := w.provable[c.id]
		if w.turned[c.id] {
			continue
		}
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
