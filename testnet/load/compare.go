package load

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/testnet"
)

// MaxRounds bounds the rounds of a comparison.
const MaxRounds = 50

// A Round is one run of each target.
type Round struct {
	Ledger    Report `json:"ledger"`
	Reference Report `json:"reference"`
}

// A Ratio is the ledger's figure divided by the reference's, of each round.
type Ratio struct {
	What   string    `json:"what"`
	Each   []float64 `json:"each"` // in the order of the rounds; those that cannot be divided are left out
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
}

// A Comparison is what the rounds found.
type Comparison struct {
	Rounds []Round `json:"rounds"`
	Ratios []Ratio `json:"ratios"`
}

// Compare runs the ledger and the engine's example in turns, the ledger first, on two
// testnets with the same settings. The example gets transactions of the ledger's mean
// length, at the same rate, over as many connections. told is called after each run.
//
// While one runs the other is stopped, so that it takes neither processor nor memory,
// and both begin each turn with fresh processes on the data of the turn before. The
// register is filled before the first. Both have to be stopped or in processes that
// can be stopped. At the end the ledger's nodes run, and the example's do not.
//
// It returns the rounds so far with an error, ErrUnsound among others.
func Compare(ctx context.Context, net, example *testnet.Net, o Options, rounds int, told func(round int, rep Report)) (c Comparison, err error) {
	if rounds < 1 || rounds > MaxRounds {
		return c, fmt.Errorf("%d rounds cannot be compared: use 1 to %d", rounds, MaxRounds)
	}
	if err := o.check(); err != nil {
		return c, err
	}
	o = o.filled()
	if err := stoppable(ctx, net); err != nil {
		return c, err
	}
	defer func() {
		_, stopErr := example.Stop()
		startErr := begin(context.WithoutCancel(ctx), net)
		err = errors.Join(err, stopErr, startErr)
	}()
	if err := fill(ctx, net, o); err != nil {
		return c, err
	}
	tell := func(rep Report, round int) {
		if rep.Sent > 0 {
			told(round, rep)
		}
	}
	for round := 1; round <= rounds; round++ {
		ledger, err := takeTurn(ctx, net, example, func() (target, error) { return openLedger(net, o) }, o)
		tell(ledger, round)
		if err != nil {
			return c, fmt.Errorf("the ledger in round %d: %w", round, err)
		}
		ref, err := takeTurn(ctx, example, net, func() (target, error) {
			return &pairs{Options: o, net: example, bytes: int(ledger.Bytes + 0.5)}, nil
		}, o)
		tell(ref, round)
		if err != nil {
			return c, fmt.Errorf("the reference in round %d: %w", round, err)
		}
		c.Rounds = append(c.Rounds, Round{ledger, ref})
		c.Ratios = ratios(c.Rounds)
	}
	return c, nil
}

// stoppable refuses a testnet that runs in one process, as that of dev: stopping it
// would end that.
func stoppable(ctx context.Context, net *testnet.Net) error {
	all, err := net.Status(ctx)
	if err != nil {
		return err
	}
	pids := map[int]bool{}
	for _, n := range all {
		if n.Alive && pids[n.PID] {
			return errors.New("nodes that share a process cannot be stopped for the reference's turn: use one of testnet start")
		}
		pids[n.PID] = true
	}
	return nil
}

// begin starts the nodes of a testnet that do not run.
func begin(ctx context.Context, net *testnet.Net) error {
	err := net.Start(ctx)
	if errors.Is(err, testnet.ErrRunning) {
		err = nil
	}
	return err
}

// fill fills the ledger's register before the first turn.
func fill(ctx context.Context, net *testnet.Net, o Options) error {
	if err := begin(ctx, net); err != nil {
		return err
	}
	l, err := openLedger(net, o)
	if err != nil {
		return err
	}
	return l.fill(ctx)
}

// takeTurn runs one target in fresh processes while the other is stopped.
func takeTurn(ctx context.Context, own, other *testnet.Net, open func() (target, error), o Options) (Report, error) {
	for _, net := range []*testnet.Net{own, other} {
		if _, err := net.Stop(); err != nil {
			return Report{}, err
		}
	}
	if err := begin(ctx, own); err != nil {
		return Report{}, err
	}
	t, err := open()
	if err != nil {
		return Report{}, err
	}
	return drive(ctx, own, t, o)
}

// figures are what is compared, of which some are not measured everywhere.
var figures = []struct {
	what string
	of   func(Report) float64
}{
	{"committed a second", func(r Report) float64 { return r.Throughput }},
	{"p50", func(r Report) float64 { return r.P50.Seconds() }},
	{"p95", func(r Report) float64 { return r.P95.Seconds() }},
	{"p99", func(r Report) float64 { return r.P99.Seconds() }},
	{"p99.9", func(r Report) float64 { return r.P999.Seconds() }},
	{"nodes' processor time a transaction", func(r Report) float64 { return r.Usage.NodesEach }},
	{"driver's processor time a transaction", func(r Report) float64 { return r.Usage.DriverEach }},
	{"peak resident memory of a node", func(r Report) float64 { return float64(r.Usage.Peak()) }},
}

// ratios divides what is measured in both turns of a round.
func ratios(rounds []Round) []Ratio {
	out := []Ratio{}
	for _, f := range figures {
		r := Ratio{What: f.what}
		for _, round := range rounds {
			ledger, ref := f.of(round.Ledger), f.of(round.Reference)
			if ledger > 0 && ref > 0 {
				r.Each = append(r.Each, ledger/ref)
			}
		}
		if len(r.Each) == 0 {
			continue
		}
		r.Median, r.Min, r.Max = spread(r.Each)
		out = append(out, r)
	}
	return out
}

// spread is the median of values, of which there are some, and their range. The median
// of an even number is the mean of the two in the middle.
func spread(values []float64) (median, least, most float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[0], sorted[n-1]
}
