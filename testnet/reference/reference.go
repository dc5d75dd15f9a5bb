// Package reference runs the engine's own key-value example as the nodes of a testnet,
// to compare the ledger with: the same engine over the same transport with the same
// settings, and an application that checks nothing and signs nothing.
package reference

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/abci/example/kvstore"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// ChainID is the chain id of a testnet that Make makes.
const ChainID = "rochdale-reference"

// Make writes a testnet in dir with as many nodes as like has, each with the settings
// of like's: pauses, bounds of what waits, transport, what is kept. Nothing is started,
// and Command is left to the caller: it has to run Open's application.
//
// It returns node.ErrExists if dir holds a testnet already.
func Make(dir string, like *testnet.Net) (*testnet.Net, error) {
	m, err := like.Manifest()
	if err != nil {
		return nil, err
	}
	configs := make([]node.Config, len(m.Nodes))
	for i, n := range m.Nodes {
		if configs[i], err = node.LoadConfig(n.Home); err != nil {
			return nil, err
		}
	}
	options := testnet.Options{ChainID: ChainID, Transport: m.Transport, Configure: func(i int, cfg *node.Config) {
		from := configs[i]
		cfg.LogLevel, cfg.LogFormat, cfg.IndexTransactions = from.LogLevel, from.LogFormat, from.IndexTransactions
		cfg.Mempool, cfg.Block, cfg.Keep = from.Mempool, from.Block, from.Keep
	}}
	return testnet.Make(dir, len(m.Nodes), options, func([]testnet.Validator) (json.RawMessage, error) {
		return json.RawMessage(`{}`), nil
	})
}

// Open opens the example in a node's home. It is a node.NewApplication.
func Open(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
	dir := node.AppDir(home)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("opening the example: %w", err)
	}
	db, err := dbm.NewGoLevelDB("kvstore", dir)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the example: %w", err)
	}
	return &example{Application: kvstore.NewApplication(db), db: db}, nil, nil
}

// example is the engine's, whose figures may be read while a block is executed.
type example struct {
	*kvstore.Application
	db dbm.DB
	mu sync.RWMutex // held for reading by Info
}

func (e *example) Info(ctx context.Context, r *abci.RequestInfo) (*abci.ResponseInfo, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.Application.Info(ctx, r)
}

func (e *example) FinalizeBlock(ctx context.Context, r *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Application.FinalizeBlock(ctx, r)
}

func (e *example) Commit(ctx context.Context, r *abci.RequestCommit) (*abci.ResponseCommit, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Application.Commit(ctx, r)
}

// Close closes the database.
func (e *example) Close() error { return e.db.Close() }

// ErrForeign is returned by Executed for a node that does not run the example.
var ErrForeign = errors.New("not a node of the engine's example")

// Executed reads, from what Info says, how many transactions the example has executed.
func Executed(info string) (uint64, error) {
	var figures struct {
		Size *uint64 `json:"size"`
	}
	if err := json.Unmarshal([]byte(info), &figures); err != nil || figures.Size == nil {
		return 0, fmt.Errorf("%w: it says %q", ErrForeign, info)
	}
	return *figures.Size, nil
}
