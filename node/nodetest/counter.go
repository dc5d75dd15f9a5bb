// Package nodetest has a small application to test nodes with: it counts
// transactions, keeps its count on disk, and panics on request.
package nodetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
)

// Transactions that a Counter does not survive in FinalizeBlock.
const (
	TxPanic = "panic"
	TxError = "error"
)

// ErrOld is what a Counter says of a block that needs another program.
var ErrOld = errors.New("counter 2.0 has the rules that are needed")

// Known returns ErrOld if the block after the last one needs another program.
func (c *Counter) Known() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.OldFrom > 0 && c.saved.Height+1 >= c.OldFrom {
		return ErrOld
	}
	return nil
}

// Delivered are the transactions of the block that was executed last: of no kind, done.
func (c *Counter) Delivered() []state.Delivered {
	c.mu.Lock()
	defer c.mu.Unlock()
	return make([]state.Delivered, c.pending.Count-c.saved.Count)
}

// MaxTx is the longest transaction a Counter accepts, in bytes.
const MaxTx = 64 << 10

// Counter is a deterministic application: its hash is the SHA-256 chain of the
// transactions it has seen.
type Counter struct {
	abci.BaseApplication
	// FailAt is a height at which executing a block panics; 0 is none. It is
	// set before the counter is used.
	FailAt int64
	// OldFrom is a height from which on blocks need another program; 0 is none. It
	// is set before the counter is used.
	OldFrom int64

	path string

	mu      sync.Mutex // guards what follows
	saved   counted
	pending counted
}

type counted struct {
	Height int64  `json:"height"`
	Count  int64  `json:"count"`
	Hash   []byte `json:"hash"`
}

// NewCounter opens the counter kept in dir, or begins one.
func NewCounter(dir string) (*Counter, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &Counter{path: filepath.Join(dir, "counter.json")}
	data, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &c.saved); err != nil {
		return nil, fmt.Errorf("reading counter: %w", err)
	}
	return c, nil
}

func (c *Counter) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &abci.ResponseInfo{LastBlockHeight: c.saved.Height, LastBlockAppHash: c.saved.Hash}, nil
}

func (c *Counter) InitChain(_ context.Context, r *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := sha256.Sum256(r.AppStateBytes)
	c.pending = counted{Hash: sum[:]}
	c.saved.Hash = sum[:]
	return &abci.ResponseInitChain{AppHash: sum[:]}, nil
}

func (c *Counter) CheckTx(_ context.Context, r *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	if len(r.Tx) == 0 || len(r.Tx) > MaxTx {
		return &abci.ResponseCheckTx{Code: 1, Log: "transaction length out of range"}, nil
	}
	return &abci.ResponseCheckTx{}, nil
}

func (c *Counter) FinalizeBlock(_ context.Context, r *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.FailAt > 0 && r.Height >= c.FailAt {
		panic("the counter was asked to panic")
	}
	if c.OldFrom > 0 && r.Height >= c.OldFrom {
		return nil, ErrOld
	}
	next := counted{Height: r.Height, Count: c.saved.Count, Hash: c.saved.Hash}
	out := &abci.ResponseFinalizeBlock{}
	for _, tx := range r.Txs {
		switch string(tx) {
		case TxPanic:
			panic("the counter was asked to panic")
		case TxError:
			return nil, errors.New("the counter was asked to fail")
		}
		sum := sha256.Sum256(append(append([]byte{}, next.Hash...), tx...))
		next.Count, next.Hash = next.Count+1, sum[:]
		out.TxResults = append(out.TxResults, &abci.ExecTxResult{})
	}
	c.pending = next
	out.AppHash = next.Hash
	return out, nil
}

func (c *Counter) Commit(context.Context, *abci.RequestCommit) (*abci.ResponseCommit, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, err := json.Marshal(c.pending)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.path+".new", data, 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		return nil, err
	}
	c.saved = c.pending
	return &abci.ResponseCommit{}, nil
}

// Query answers the number of transactions as decimal digits, and the height.
func (c *Counter) Query(context.Context, *abci.RequestQuery) (*abci.ResponseQuery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &abci.ResponseQuery{Height: c.saved.Height, Value: fmt.Append(nil, c.saved.Count)}, nil
}
