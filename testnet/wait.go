package testnet

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
)

// askLimit bounds one question to one node.
const askLimit = 3 * time.Second

// NodeStatus is one member, with its own report if it answers.
type NodeStatus struct {
	Member
	Alive  bool         `json:"alive"`            // its process runs
	Status *node.Status `json:"status,omitempty"` // nil if it does not answer
}

// Status asks every node at once. A node that does not answer is no error.
func (t *Net) Status(ctx context.Context) ([]NodeStatus, error) {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return nil, err
	}
	m.adopt()
	all := make([]NodeStatus, len(m.Nodes))
	var wg sync.WaitGroup
	for i, n := range m.Nodes {
		all[i] = NodeStatus{Member: n, Alive: n.Running()}
		if !all[i].Alive {
			continue // another program may have its port by now
		}
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, askLimit)
			defer cancel()
			if s, err := node.QueryStatus(ctx, n.RPC); err == nil {
				all[i].Status = &s
			}
		})
	}
	wg.Wait()
	return all, nil
}

// waitReady waits until ready of the status of each of the nodes, or until one of
// them has ended.
func (m *Manifest) waitReady(ctx context.Context, which []int, ready func(node.Status) bool) error {
	waiting := slices.Clone(which)
	err := poll(ctx, func() (bool, error) {
		for _, i := range waiting {
			if n := &m.Nodes[i]; !n.Running() {
				n.PID, n.Started = 0, ""
				return false, n.died()
			}
		}
		waiting = slices.DeleteFunc(waiting, func(i int) bool {
			s, err := ask(ctx, m.Nodes[i].RPC)
			return err == nil && ready(s)
		})
		return len(waiting) == 0, nil
	})
	if err != nil && len(waiting) > 0 && ctx.Err() != nil {
		return fmt.Errorf("%s did not get there in time: %w", m.Nodes[waiting[0]].Moniker, err)
	}
	return err
}

// waitLevel waits until every node has the block that is now the last of any. A node
// that reports that it has caught up may have done so before it received that block.
func (m *Manifest) waitLevel(ctx context.Context) error {
	var last int64
	var all []int
	for i, n := range m.Nodes {
		s, err := ask(ctx, n.RPC)
		if err != nil {
			return err
		}
		last = max(last, s.Height)
		all = append(all, i)
	}
	return m.waitReady(ctx, all, func(s node.Status) bool { return s.Height >= last })
}

// WaitHeight waits until the nodes, all that run if none are named, have
// committed the height. It fails when ctx ends, or one of them does.
func (t *Net) WaitHeight(ctx context.Context, height int64, nodes ...int) error {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		for i, n := range m.Nodes {
			if n.Running() {
				nodes = append(nodes, i)
			}
		}
	}
	for _, i := range nodes {
		if err := m.check(i); err != nil {
			return err
		}
	}
	if err := m.waitReady(ctx, nodes, func(s node.Status) bool { return s.Height >= height }); err != nil {
		return fmt.Errorf("waiting for height %d: %w", height, err)
	}
	return nil
}

// WaitTakesPart waits until a node that came back has caught up and takes part
// again. Until then it takes no transactions from clients.
func (t *Net) WaitTakesPart(ctx context.Context, i int) error {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return err
	}
	if err := m.check(i); err != nil {
		return err
	}
	if err := m.waitReady(ctx, []int{i}, func(s node.Status) bool { return s.Executed > 0 && !s.CatchingUp }); err != nil {
		return fmt.Errorf("waiting for %s to catch up: %w", m.Nodes[i].Moniker, err)
	}
	return nil
}

// AppHash is the hash of the state before block height, as node i has it,
// upper-case hex: it is in the block's header.
func (t *Net) AppHash(ctx context.Context, i int, height int64) (string, error) {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return "", err
	}
	if err := m.check(i); err != nil {
		return "", err
	}
	c, err := http.New("tcp://"+m.Nodes[i].RPC, "/websocket")
	if err != nil {
		return "", fmt.Errorf("asking %s: %w", m.Nodes[i].Moniker, err)
	}
	h, err := c.Header(ctx, &height)
	if err != nil {
		return "", fmt.Errorf("asking %s for header %d: %w", m.Nodes[i].Moniker, height, err)
	}
	if h.Header == nil {
		return "", fmt.Errorf("asking %s: it has no block %d", m.Nodes[i].Moniker, height)
	}
	return h.Header.AppHash.String(), nil
}

// SameAppHash waits until the nodes, all that run if none are named, have block height
// and fails unless they agree on the state before it. It returns the hash they agree on.
func (t *Net) SameAppHash(ctx context.Context, height int64, nodes ...int) (string, error) {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return "", err
	}
	if len(nodes) == 0 {
		for i, n := range m.Nodes {
			if n.Running() {
				nodes = append(nodes, i)
			}
		}
	}
	if err := t.WaitHeight(ctx, height, nodes...); err != nil {
		return "", err
	}
	first := ""
	for _, i := range nodes {
		hash, err := t.AppHash(ctx, i, height)
		if err != nil {
			return "", err
		}
		if first == "" {
			first = hash
		}
		if hash != first {
			return "", fmt.Errorf("at height %d %s has app hash %s, and %s has %s", height, m.Nodes[nodes[0]].Moniker, first, m.Nodes[i].Moniker, hash)
		}
	}
	return first, nil
}

func ask(ctx context.Context, rpc string) (node.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	return node.QueryStatus(ctx, rpc)
}

// poll calls done until it returns true or an error, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
