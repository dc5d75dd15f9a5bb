package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/consensus"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/rpc/core"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// stopLimit bounds how long Stop waits for the engine. With what comes before
// and after it, a process that was told to stop is gone within five seconds.
const stopLimit = 4 * time.Second

// failureStopLimit is the same after a failure, when goroutines that wait for the
// one that panicked never end.
const failureStopLimit = 2 * time.Second

// Application is what a node runs: CometBFT's interface, under a name for packages
// that do not import CometBFT. If it is an io.Closer, the node closes it once the
// engine has stopped.
type Application = abci.Application

// NewApplication opens the application of a home, and says which peers belong to
// the federation; allowed may be nil, which lets all in.
//
// The id that allowed gets is base58 over libp2p and lower-case hex over the
// classic transport. Peers of the configuration are let in without asking. It
// is called from one goroutine, often, and must not wait for the chain.
type NewApplication func(home string, cfg Config, log *slog.Logger) (app Application, allowed func(peerID string) bool, err error)

// Node is a running validator or full node.
type Node struct {
	cfg     Config
	engine  *cmtnode.Node
	app     *guard
	signer  *signer
	genesis *types.GenesisDoc
	states  sm.Store // the engine's; nil until it has opened it
	log     *slog.Logger
	metrics *metricsServer
	lock    *os.File

	stop     chan struct{} // closed when Stop begins
	stopOnce sync.Once
	watching sync.WaitGroup // the warden's goroutine
	stopErr  error

	failed   chan struct{} // closed after failure is set
	failOnce sync.Once
	failure  error

	retain atomic.Pointer[retention] // set once the engine runs; until then all blocks stay

	syncing atomic.Bool // the engine was put together and may be fetching old blocks

	mu  sync.Mutex // guards dbs
	dbs []dbm.DB
}

// Start runs a node on the home of cfg with the application that open gives,
// until Stop. A nil log discards.
//
// It loads the keys and the genesis and never makes any; a validator key that
// is not in the validator set makes a full node. Over libp2p it waits up to ten
// seconds for peers that do not answer; ending ctx during that stops the node.
// Once Start has returned, ctx has no effect. open is called once the home is
// known to be whole, free and of this federation; the application belongs to the
// node from then on, also if Start fails.
//
// The error is a Problem where the operator can do something about it.
func Start(ctx context.Context, cfg Config, open NewApplication, log *slog.Logger) (*Node, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	n := &Node{
		log:    log,
		stop:   make(chan struct{}),
		failed: make(chan struct{}),
	}
	if err := n.start(ctx, cfg, open); err != nil {
		return nil, errors.Join(err, ignore(n.stopWithin(failureStopLimit), ErrSlowStop))
	}
	return n, nil
}

func (n *Node) start(ctx context.Context, cfg Config, open NewApplication) error {
	if _, err := cfg.engine(); err != nil {
		return err
	}
	var err error
	n.cfg = cfg.withDefaults()
	loaded, err := loadKeys(cfg.Home)
	if err != nil {
		return err
	}
	if n.lock, err = lockHome(cfg.Home); err != nil {
		return err
	}
	genesis, err := loadGenesis(cfg.Home)
	if err != nil {
		return err
	}
	if err := checkDisk(cfg.Home); err != nil {
		return err
	}
	if err := checkPorts(n.cfg); err != nil {
		return err
	}
	if n.metrics, err = newMetricsServer(n.cfg.Metrics.Address); err != nil {
		return err
	}
	allowed, err := n.openApplication(open, genesis)
	if err != nil {
		return startProblem(err)
	}
	engineCfg, err := n.engineConfig(loaded, genesis)
	if err != nil {
		return err
	}
	n.genesis = genesis.doc
	n.signer = &signer{file: loaded.validator, home: n.cfg.Home, fail: n.fail}
	id, err := loaded.identity()
	if err != nil {
		return err
	}
	watchman := n.newWarden(id.PeerIDFor(n.cfg.P2P.Transport), genesis.doc.AppState, allowed)
	var pulse *pulse // over the classic transport a peer is dropped with its connection
	if n.cfg.P2P.Transport == TransportLibP2P {
		pulse = newPulse(n.log)
	}
	if err := n.newEngine(engineCfg, loaded, genesis, watchman, pulse); err != nil {
		return err
	}
	if err := waitUntil(ctx, genesis.doc.GenesisTime, n.log); err != nil {
		return err
	}
	if pulse != nil {
		go pulse.beat(n.engine.Switch(), n.CatchingUp, n.stop)
	}
	if err := n.startEngine(ctx); err != nil {
		return err
	}
	if watchman != nil {
		n.watching.Go(func() { watchman.watch(n.engine.Switch(), n.stop) })
	}
	state, err := n.watchConsensus()
	if err != nil {
		return err
	}
	go n.sweepWAL(engineCfg.Consensus.WalFile())
	if pulse != nil {
		pulse.state.Store(state)
	}
	return nil
}

// openApplication opens the application and has it check the genesis of a home that
// was never started, before anything of the chain is written.
func (n *Node) openApplication(open NewApplication, genesis *loadedGenesis) (allowed func(string) bool, err error) {
	application, allowed, err := open(n.cfg.Home, n.cfg, n.log)
	if err != nil {
		return nil, err
	}
	n.app = &guard{Application: application, node: n, metrics: newLedgerMetrics(n.metrics)}
	n.app.metrics.height.Set(float64(n.Executed()))
	if p, ok := application.(pooled); ok {
		watchPool(n.metrics, p)
	}
	return allowed, genesis.accept(n.cfg.Home, application)
}

// engineConfig is the engine's configuration, with the federation's nodes to dial.
func (n *Node) engineConfig(k keys, genesis *loadedGenesis) (*cmtcfg.Config, error) {
	own, err := k.identity()
	if err != nil {
		return nil, err
	}
	cfg, err := n.cfg.dialled(n.app.Application, genesis.doc, own, n.log)
	if err != nil {
		return nil, startProblem(err)
	}
	engine, err := cfg.engine()
	if err != nil {
		return nil, err
	}
	if _, ok := n.app.Application.(pooled); ok {
		useMempool(engine.Mempool, tx.MaxBundle)
	}
	return engine, nil
}

// newEngine puts CometBFT together and replays what the application has not
// seen of the stored blocks. The engine panics on some storage errors; here
// they are errors again.
func (n *Node) newEngine(cfg *cmtcfg.Config, k keys, genesis *loadedGenesis, w *warden, p *pulse) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = startProblem(fmt.Errorf("%v", r))
		}
	}()
	registering.Lock()
	defer registering.Unlock()
	before := n.Executed()
	n.engine, err = cmtnode.NewNode(cfg, n.signer, k.node,
		proxy.NewConnSyncLocalClientCreator(n.app),
		func() (*types.GenesisDoc, error) { return genesis.doc, nil },
		n.openDB,
		n.metrics.provider(w, p),
		engineLog{out: n.log, watch: n.diagnosed},
	)
	if err != nil {
		return startProblem(err)
	}
	n.logReplay(before)
	n.syncing.Store(true)
	if err := n.checkHidden(); err != nil {
		return err
	}
	return n.setBeat()
}

// startEngine runs the engine's start, which cannot be interrupted, beside ctx.
func (n *Node) startEngine(ctx context.Context) error {
	started := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				started <- fmt.Errorf("%v", r)
			}
		}()
		started <- n.engine.Start()
	}()
	select {
	case err := <-started:
		if err != nil {
			return startProblem(err)
		}
		return nil
	case <-n.failed:
		return n.failure
	case <-ctx.Done():
		return fmt.Errorf("starting node: %w", context.Cause(ctx))
	}
}

// foreignData are the engine's error texts for an application whose data belongs to
// another chain or another history than the engine's. Source: consensus/replay.go
// and state/errors.go of CometBFT v0.40.0.
var foreignData = []string{"app block height (", "AppHash does not match AppHash", "does not match app's AppHash"}

// droppedBlocks is the engine's error text for an application that is further behind
// than its oldest block. Source: state/errors.go of CometBFT v0.40.0.
const droppedBlocks = "is too far below block store base"

// startProblem wraps the engine's error at start in a Problem that names its cause.
func startProblem(err error) error {
	var known *Problem
	switch {
	case errors.As(err, &known):
		return known
	case isDiskFull(err):
		return diskFullProblem("starting", err)
	case errors.Is(err, state.ErrVersion), strings.Contains(err.Error(), state.ErrVersion.Error()): // the engine drops types
		return outdatedProblem(err)
	case errors.Is(err, syscall.EADDRINUSE), strings.Contains(err.Error(), syscall.EADDRINUSE.Error()):
		return &Problem{
			Kind:   ErrPortInUse,
			Text:   "a port of this node was taken while it started: " + oneLine(err),
			Advice: "start it again; if it happens again, set other addresses in config/rochdale.toml",
		}
	}
	if strings.Contains(err.Error(), droppedBlocks) {
		return &Problem{
			Kind:   ErrPruned,
			Text:   "the ledger in data/app lacks blocks that this node no longer keeps: " + firstLine(err),
			Advice: "if you moved data/app away, put it back; otherwise delete everything in data/ but priv_validator_state.json and list an archive node under p2p.peers, which has all blocks",
		}
	}
	for _, words := range foreignData {
		if strings.Contains(err.Error(), words) {
			return &Problem{
				Kind:   ErrForeignData,
				Text:   "the ledger in data/app does not belong to the blocks beside it: " + strings.TrimSuffix(firstLine(err), ". Got"),
				Advice: "move data/app away and start again: the node rebuilds its state from its blocks, or from its peers'",
			}
		}
	}
	return fmt.Errorf("starting node: %w", err)
}

// waitUntil waits for the genesis time. The engine would wait too, but does not stop
// when ctx is cancelled.
func waitUntil(ctx context.Context, begin time.Time, log *slog.Logger) error {
	left := time.Until(begin)
	if left <= 0 {
		return nil
	}
	log.Info("waiting for the federation to begin", "genesis_time", begin)
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for the genesis time: %w", context.Cause(ctx))
	}
}

// consensus is the engine's state of consensus, with all else that its RPC serves.
func (n *Node) consensus() (*consensus.State, *core.Environment, error) {
	env, err := n.engine.ConfigureRPC()
	if err != nil {
		return nil, nil, err
	}
	state, ok := env.ConsensusState.(*consensus.State)
	if !ok {
		return nil, nil, fmt.Errorf("the state of consensus is an unexpected %T", env.ConsensusState)
	}
	return state, env, nil
}

// setBeat has the engine, not started yet, make a block as soon as an application that
// keeps its own mempool has something for it.
func (n *Node) setBeat() error {
	pool, ok := n.app.Application.(pooled)
	if !ok {
		return nil
	}
	state, _, err := n.consensus()
	if err != nil {
		return fmt.Errorf("setting the beat of blocks: %w", err)
	}
	state.SetTimeoutTicker(newBeat(consensus.NewTimeoutTicker(), pool.Ready))
	return nil
}

// watchConsensus makes the end of the consensus goroutine a failure of the node. The
// log names the cause, but may be lost, on a full disk for example; the end of the
// goroutine is always seen. It returns the engine's state of consensus.
func (n *Node) watchConsensus() (*consensus.State, error) {
	state, env, err := n.consensus()
	if err != nil {
		return nil, fmt.Errorf("watching consensus: %w", err)
	}
	n.retain.Store(&retention{blocks: int64(n.cfg.Kept().Blocks), store: env.BlockStore, params: env.StateStore.LoadConsensusParams})
	go func() {
		state.Wait()
		select {
		case <-n.stop:
		default:
			n.fail(consensusProblem("the consensus goroutine ended"))
		}
	}()
	return state, nil
}

func (n *Node) diagnosed(msg string, keyvals []any) {
	if err := diagnose(msg, keyvals); err != nil {
		n.fail(err)
	}
}

// fail records the first failure. What the engine says while it is being
// stopped does not count.
func (n *Node) fail(err error) {
	select {
	case <-n.stop:
		return
	default:
	}
	n.failOnce.Do(func() {
		n.failure = err
		close(n.failed)
	})
}

// Failed is closed when the node can no longer take part; Err then says why.
// The node still has to be stopped.
func (n *Node) Failed() <-chan struct{} { return n.failed }

// Err is why the node failed, or nil.
func (n *Node) Err() error {
	select {
	case <-n.failed:
		return n.failure
	default:
		return nil
	}
}

// Run starts a node and keeps it until ctx ends, which is no error, or until
// it fails. Either way it has stopped, or given up stopping, within five seconds. The
// process is the node's alone: its garbage is collected by heapGoal.
func Run(ctx context.Context, cfg Config, open NewApplication, log *slog.Logger) error {
	defer paceCollector()()
	n, err := Start(ctx, cfg, open, log)
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
			return nil
		}
		return err
	}
	select {
	case <-ctx.Done():
		return n.Stop()
	case <-n.failed:
		n.log.Error("stopping", "err", n.failure)
		return errors.Join(n.failure, ignore(n.stopWithin(failureStopLimit), ErrSlowStop))
	}
}

// RPCAddress is where the node answers, host:port.
func (n *Node) RPCAddress() string { return n.cfg.RPC.Address }

// Height is the last block this node has committed, 0 before the first.
func (n *Node) Height() int64 { return n.engine.BlockStore().Height() }

// Executed is the last block that the ledger has committed: Height, or while a
// block is being executed the one before it.
func (n *Node) Executed() int64 {
	info, err := n.app.Info(context.Background(), &abci.RequestInfo{})
	if err != nil {
		return 0
	}
	return info.LastBlockHeight
}

// CatchingUp reports whether the node still fetches old blocks from its peers
// and takes no part in making new ones.
func (n *Node) CatchingUp() bool { return n.engine.ConsensusReactor().WaitSync() }

// Peers are the ids of the peers the node has now.
func (n *Node) Peers() []string {
	var ids []string
	for _, p := range n.engine.Switch().Peers().Copy() {
		ids = append(ids, string(p.ID()))
	}
	return ids
}
