package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An App is the ABCI application of one node. CometBFT calls its consensus methods
// from one goroutine; those of its mempool (CheckTx, InsertTx, ReapTxs) and Query run
// concurrently on committed heights.
type App struct {
	abci.BaseApplication
	ledger *store.Ledger
	pool   *pool.Pool
	asking asking
	late   latecomers
	ahead  ahead // under consensus's goroutine
	quiet  bool  // see Options.Quiet
	log    *slog.Logger
}

// New makes the application over a ledger made with Rules.
func New(ledger *store.Ledger, log *slog.Logger) *App {
	return &App{ledger: ledger, pool: pool.New(DefaultMempool), log: log}
}

// Known returns state.ErrVersion, saying which program is needed, unless this one
// has the rules of the committed state and of the block after it. A node asks
// after each Commit, and stops in order before a block that it cannot make.
func (a *App) Known() error { return a.ledger.Known() }

// Close releases the ledger. No method may be under way.
func (a *App) Close() error {
	a.ahead.drop()
	return a.ledger.Close()
}

// Delivered are the transactions of the block that was executed last, whatever bundles
// they came in, with their results. It is called between FinalizeBlock and Commit.
func (a *App) Delivered() []state.Delivered { return a.ledger.Delivered() }

// Ledger is the machine, for reading.
func (a *App) Ledger() *store.Ledger { return a.ledger }

// Info returns the last committed height and app hash, from which consensus replays
// the blocks after it.
func (a *App) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	tip := a.ledger.Tip()
	return &abci.ResponseInfo{
		Data: "rochdale", Version: fmt.Sprint(Version), AppVersion: tip.Version,
		LastBlockHeight: int64(tip.Height), LastBlockAppHash: tip.Hash,
	}, nil
}

// versionParams are the consensus parameters with the version of the rules. The
// engine puts it into every later header and refuses a block with another.
func versionParams(version uint64) *cmtproto.ConsensusParams {
	return &cmtproto.ConsensusParams{Version: &cmtproto.VersionParams{App: version}}
}

// InitChain founds the federation. The validators of the genesis file must be
// those that its founding document names, each with federation.Power.
func (a *App) InitChain(_ context.Context, r *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	g, err := founding(r)
	if err != nil {
		return nil, err
	}
	a.ahead.drop()
	hash, err := a.ledger.Init(r.ChainId, r.Time.Unix(), r.AppStateBytes)
	if err != nil {
		return nil, err
	}
	return &abci.ResponseInitChain{AppHash: hash, ConsensusParams: versionParams(g.Version)}, nil
}

// founding is the founding document of a genesis by which the ledger could begin.
func founding(r *abci.RequestInitChain) (federation.Genesis, error) {
	if r.InitialHeight > 1 {
		return federation.Genesis{}, fmt.Errorf("genesis begins at height %d: the ledger begins at 1", r.InitialHeight)
	}
	g, err := federation.ParseGenesis(r.AppStateBytes)
	if err != nil {
		return g, err
	}
	return g, sameValidators(g, r.Validators)
}

func sameValidators(g federation.Genesis, validators []abci.ValidatorUpdate) error {
	if n := g.Validators(); n != len(validators) {
		return fmt.Errorf("genesis has %d validators and its founding document names %d", len(validators), n)
	}
	powered := map[string]bool{}
	for _, v := range validators {
		if v.Power != federation.Power {
			return fmt.Errorf("genesis gives a validator power %d: every one has %d", v.Power, federation.Power)
		}
		powered[tx.ValidatorKey(v.PubKey.GetEd25519()).String()] = true
	}
	for _, c := range g.Coops {
		if c.Validator != nil && !powered[c.Validator.Key] {
			return fmt.Errorf("validator key %s of %s is not among the genesis file's validators", c.Validator.Key, c.Name)
		}
	}
	return nil
}

// CheckGenesis says what InitChain would say of a genesis, before anything of the
// chain is written; nothing once the federation is founded.
func (a *App) CheckGenesis(r *abci.RequestInitChain) error {
	v, err := a.ledger.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	if v.Height() > 0 {
		return nil
	}
	if _, err := founding(r); err != nil {
		return err
	}
	_, err = a.ledger.Found(v, r.ChainId, r.Time.Unix(), r.AppStateBytes)
	return err
}

// CheckGenesis says what InitChain would say of a genesis on a node that has no home
// yet. It keeps everything in memory.
func CheckGenesis(r *abci.RequestInitChain) error {
	a, err := Open("", Options{FS: vfs.NewMem()})
	if err != nil {
		return err
	}
	return errors.Join(a.CheckGenesis(r), a.Close())
}

// FinalizeBlock executes a decided block, unless that has been done ahead, and persists
// nothing. An error is a fault: it stops the node, and consensus goes on without it.
func (a *App) FinalizeBlock(_ context.Context, r *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	if e := a.ahead.take(r.Hash); e != nil {
		return e.outcome()
	}
	return a.execute(decided{height: r.Height, time: r.Time, txs: r.Txs, misbehaviour: r.Misbehavior})
}

// A decided is a block as it is executed.
type decided struct {
	height       int64
	time         time.Time
	txs          [][]byte
	misbehaviour []abci.Misbehavior
}

func (a *App) execute(d decided) (*abci.ResponseFinalizeBlock, error) {
	tip := a.ledger.Tip()
	if uint64(d.height) != tip.Height+1 {
		return nil, fmt.Errorf("asked to execute height %d after %d", d.height, tip.Height)
	}
	if err := a.ledger.Begin(uint64(d.height), d.time.Unix()); err != nil {
		return nil, err
	}
	if err := a.ledger.Run(misbehaviour(d.misbehaviour)); err != nil {
		return nil, fmt.Errorf("recording misbehaviour: %w", err)
	}
	flat, counts := flatten(d.txs)
	results, err := a.ledger.DeliverAll(flat)
	if err != nil {
		return nil, err
	}
	hash, events, err := a.ledger.End()
	if err != nil {
		return nil, err
	}
	updates, err := a.updates()
	if err != nil {
		return nil, err
	}
	res := &abci.ResponseFinalizeBlock{AppHash: hash, ValidatorUpdates: updates, Events: told(events), TxResults: a.gather(results, counts)}
	if version := a.ledger.Reader().Version(); version != tip.Version && tip.Height > 0 {
		res.ConsensusParamUpdates = versionParams(version)
	}
	return res, nil
}

func misbehaviour(reports []abci.Misbehavior) func(*state.Ctx) error {
	return func(c *state.Ctx) error {
		var addresses [][]byte
		for _, m := range reports {
			addresses = append(addresses, m.Validator.Address)
		}
		return federation.BeginBlock(c, addresses)
	}
}

// updates returns the validator updates of the block being executed.
func (a *App) updates() ([]abci.ValidatorUpdate, error) {
	if a.ledger.Upgrading() { // nothing has happened that could change them
		return nil, nil
	}
	changes, err := federation.Updates(a.ledger.Reader())
	if err != nil {
		return nil, fmt.Errorf("validators: %w", err)
	}
	var out []abci.ValidatorUpdate
	for _, u := range changes {
		out = append(out, abci.Ed25519ValidatorUpdate(ed25519.PubKey(u.Key), u.Power))
	}
	return out, nil
}

// told converts events to CometBFT's, each with one attribute, its JSON.
func told(events []state.Event) []abci.Event {
	var out []abci.Event
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			data = []byte(`{"error":"event has no JSON form"}`)
		}
		out = append(out, abci.Event{Type: e.Event(), Attributes: []abci.EventAttribute{{Key: "data", Value: string(data)}}})
	}
	return out
}

// Commit makes the block durable: the only point of persistence. What it executed
// leaves the mempool.
func (a *App) Commit(context.Context, *abci.RequestCommit) (*abci.ResponseCommit, error) {
	var used []pool.Used
	for _, d := range a.ledger.Delivered() {
		if d.Spent {
			used = append(used, pool.Used{Signer: pool.Signer{Coop: uint32(d.Signer.Coop), Member: uint64(d.Signer.Member), Key: d.Key}, Sequence: d.Sequence})
		}
	}
	if err := a.ledger.Commit(); err != nil {
		return nil, err
	}
	a.pool.Committed(a.ledger.Tip().Height, used)
	if err := a.again(); err != nil {
		return nil, err
	}
	return &abci.ResponseCommit{}, nil
}

// ErrCorrupt is returned by Fsck for a state that breaks an invariant.
var ErrCorrupt = errors.New("state breaks an invariant")

// Fsck checks every invariant at the tip and that the tree has the hash that
// was promised. It returns ErrCorrupt with all that is wrong. An index that is
// behind or damaged over sound records is an error that wraps store.ErrIndex and
// not ErrCorrupt. Records and index are checked side by side.
func (a *App) Fsck() error {
	v, err := a.ledger.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	checked := make(chan error, 1)
	go func() { checked <- a.checkIndex() }()
	err = a.ledger.CheckRecords(v)
	index := <-checked
	if errors.Is(err, store.ErrMigrating) {
		return errors.Join(fmt.Errorf("height %d: %w", v.Height(), err), index)
	}
	if err != nil {
		return fmt.Errorf("%w: height %d: %w", ErrCorrupt, v.Height(), errors.Join(err, index))
	}
	return index
}

// checkIndex checks the index against the records, in a view of its own.
func (a *App) checkIndex() error {
	v, err := a.ledger.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	return a.ledger.CheckIndex(v)
}
