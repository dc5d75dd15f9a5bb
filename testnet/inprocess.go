package testnet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/rochdale-ledger/rochdale/node"
)

// InProcess is a testnet whose nodes all run in this process.
type InProcess struct {
	Net   *Net
	Nodes []*node.Node

	failed   chan struct{} // closed after failure is set
	failOnce sync.Once
	failure  error
	stop     chan struct{} // closed when Stop begins
	stopOnce sync.Once
}

// Dev starts the nodes of a testnet that does not run, all in this process, and
// returns when each has a block and takes part in making the next. log gets every node's lines, with its
// moniker; nil discards.
//
// A process can call it only once for a testnet over libp2p: the engine frees its
// UDP ports late.
func Dev(ctx context.Context, t *Net, newApp node.NewApplication, log *slog.Logger) (*InProcess, error) {
	ctx, cancel := limited(ctx, startLimit)
	defer cancel()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	for try := 1; ; try++ {
		m, err := t.prepare(ctx, try > 1)
		if err != nil {
			return nil, err
		}
		d := &InProcess{Net: t, Nodes: make([]*node.Node, len(m.Nodes)), failed: make(chan struct{}), stop: make(chan struct{})}
		err = d.start(ctx, m, newApp, log)
		if err == nil {
			return d, nil
		}
		if err = errors.Join(err, d.Stop()); try == startTries || !errors.Is(err, node.ErrPortInUse) {
			return nil, err
		}
	}
}

// prepare gives the nodes of a testnet that does not run other ports where theirs are
// taken, or all of them if afresh: the engine frees its own late.
func (t *Net) prepare(ctx context.Context, afresh bool) (m Manifest, err error) {
	err = t.locked(ctx, func(now *Manifest) error {
		for _, n := range now.Nodes {
			if n.Running() {
				return &node.Problem{Kind: ErrRunning, Text: "the testnet in " + t.Dir + " is running already", Advice: "end it where it runs: rochdale dev with Ctrl-C, rochdale testnet start with: rochdale testnet stop --dir " + t.Dir}
			}
		}
		taken, some := now.takenPorts()
		for i := range taken {
			taken[i] = taken[i] || afresh
		}
		if some || afresh {
			if err := errors.Join(now.choosePorts(taken, ""), now.writeConfigs()); err != nil {
				return err
			}
		}
		m = *now
		return nil
	})
	return m, err
}

// start starts all nodes at once: each waits for the others to answer.
func (d *InProcess) start(ctx context.Context, m Manifest, newApp node.NewApplication, log *slog.Logger) error {
	errs := make([]error, len(m.Nodes))
	var wg sync.WaitGroup
	for i, n := range m.Nodes {
		wg.Go(func() {
			cfg, err := node.LoadConfig(n.Home)
			if err != nil {
				errs[i] = err
				return
			}
			d.Nodes[i], errs[i] = node.Start(ctx, cfg, newApp, log.With("node", n.Moniker))
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, n := range d.Nodes {
		go d.watch(m.Nodes[i].Moniker, n)
	}
	for _, n := range d.Nodes {
		err := poll(ctx, func() (bool, error) { return n.Executed() > 0 && !n.CatchingUp(), d.Err() })
		if err != nil {
			return fmt.Errorf("waiting for the first block: %w", err)
		}
	}
	return nil
}

func (d *InProcess) watch(moniker string, n *node.Node) {
	select {
	case <-d.stop:
	case <-n.Failed():
		d.failOnce.Do(func() {
			d.failure = fmt.Errorf("%s: %w", moniker, n.Err())
			close(d.failed)
		})
	}
}

// Failed is closed when a node can no longer take part; Err then says which and
// why. The others still have to be stopped.
func (d *InProcess) Failed() <-chan struct{} { return d.failed }

// Err is why the first node failed, or nil.
func (d *InProcess) Err() error {
	select {
	case <-d.failed:
		return d.failure
	default:
		return nil
	}
}

// Stop stops all nodes at once. Later calls do nothing.
func (d *InProcess) Stop() (err error) {
	d.stopOnce.Do(func() {
		close(d.stop)
		errs := make([]error, len(d.Nodes))
		var wg sync.WaitGroup
		for i, n := range d.Nodes {
			if n != nil {
				wg.Go(func() { errs[i] = n.Stop() })
			}
		}
		wg.Wait()
		err = errors.Join(errs...)
	})
	return err
}
