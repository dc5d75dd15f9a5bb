package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/reference"
)

// leastPair is the shortest transaction of the example that still differs from all
// others, in bytes.
const leastPair = 32

// Pairs of a key and a value are what the target to compare with gets: the engine's
// key-value example.
type pairs struct {
	Options
	net    *testnet.Net
	bytes  int // a transaction
	before uint64
}

func (p *pairs) name() string { return "reference" }

func (p *pairs) sending() string { return "sending" }

// Answers of the engine's own mempool, which it distinguishes by their text only.
const (
	saysCached    = "tx already exists in cache"
	saysFull      = "mempool is full"
	saysRechecked = "considered as full"
)

func (p *pairs) taken(err error) error {
	switch {
	case err == nil, strings.Contains(err.Error(), saysCached):
		return nil
	case strings.Contains(err.Error(), saysFull), strings.Contains(err.Error(), saysRechecked):
		return fmt.Errorf("%w: %w", client.ErrBusy, err)
	}
	return err
}

func (p *pairs) parts(raw []byte) [][]byte { return [][]byte{raw} }

// prepare makes pairs whose keys no other run has.
func (p *pairs) prepare(ctx context.Context) (*plan, error) {
	var err error
	if p.before, err = p.executed(ctx); err != nil {
		return nil, err
	}
	made := &plan{items: make([]item, p.planned())}
	run := rand.Text()[:12]
	for i := range made.items {
		raw := fmt.Appendf(nil, "%s%08x=", run, i)
		for len(raw) < max(p.bytes, leastPair) {
			raw = append(raw, 'a'+byte(len(raw)%26))
		}
		made.items[i] = item{raw: raw, id: idOf(raw), kind: Pairs, sender: -1}
	}
	return made, nil
}

// executed is how many transactions the nodes have executed.
func (p *pairs) executed(ctx context.Context) (uint64, error) {
	m, err := p.net.Manifest()
	if err != nil {
		return 0, err
	}
	for _, n := range m.Nodes {
		var rpc *rpchttp.HTTP
		if rpc, err = rpchttp.New("tcp://"+n.RPC, "/websocket"); err != nil {
			return 0, err
		}
		info, fault := rpc.ABCIInfo(ctx)
		if fault == nil {
			return reference.Executed(info.Response.Data)
		}
		err = fmt.Errorf("asking %s: %w", n.Moniker, fault)
	}
	return 0, err
}

// audit compares how many transactions the example has executed with what was sent.
// It remembers none, so one that came to a block twice is executed twice: the report
// has how many those were.
func (p *pairs) audit(ctx context.Context, sent []*item) (bool, error) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for deadline := time.Now().Add(askLimit); ; {
		now, err := p.executed(ctx)
		if err != nil {
			return false, err
		}
		if grown := now - p.before; grown >= uint64(len(sent)) || time.Now().After(deadline) {
			return grown >= uint64(len(sent)), nil
		}
		<-ticker.C // the node that is asked may be a block behind
	}
}
