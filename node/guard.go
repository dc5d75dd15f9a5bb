package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
)

// guard turns a fault of the application into a failure of the node, wherever
// the engine was when it called.
//
// In consensus the engine catches the fault itself and halts, which the node
// then sees. While it replays stored blocks, starting fails. But while it
// fetches old blocks from peers it panics in a goroutine of its own, which
// would end the process with a dump and the exit status of a rejected action.
//
// It also keeps clients' and peers' calls from reaching an application that is being
// closed: the engine does not wait for them when it stops.
type guard struct {
	abci.Application
	node    *Node
	metrics *ledgerMetrics

	calls  sync.RWMutex // held for reading by each client's call
	closed bool         // under calls
}

// errStopping answers a client whose call came too late.
var errStopping = errors.New("the node is stopping")

// close closes the application once no client's call is under way. The engine
// has stopped.
func (g *guard) close() error {
	g.calls.Lock()
	defer g.calls.Unlock()
	g.closed = true
	if c, ok := g.Application.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

func (g *guard) CheckTx(ctx context.Context, r *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	g.calls.RLock()
	defer g.calls.RUnlock()
	if g.closed {
		return nil, errStopping
	}
	res, err := g.Application.CheckTx(ctx, r)
	if err == nil && r.Type == abci.CheckTxType_New {
		g.metrics.checked(res)
	}
	return res, err
}

func (g *guard) InsertTx(ctx context.Context, r *abci.RequestInsertTx) (*abci.ResponseInsertTx, error) {
	g.calls.RLock()
	defer g.calls.RUnlock()
	if g.closed {
		return nil, errStopping
	}
	return g.Application.InsertTx(ctx, r)
}

func (g *guard) Query(ctx context.Context, r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	g.calls.RLock()
	defer g.calls.RUnlock()
	if g.closed {
		return nil, errStopping
	}
	return g.Application.Query(ctx, r)
}

func (g *guard) FinalizeBlock(ctx context.Context, r *abci.RequestFinalizeBlock) (res *abci.ResponseFinalizeBlock, err error) {
	g.node.signer.decided(r)
	began := time.Now()
	err = g.watch(fmt.Sprintf("executing block %d", r.Height), func() (err error) {
		res, err = g.Application.FinalizeBlock(ctx, r)
		return err
	})
	if err == nil {
		var delivered []state.Delivered
		if d, ok := g.Application.(deliverer); ok {
			delivered = d.Delivered()
		}
		g.metrics.executed(r.Height, delivered, time.Since(began))
	}
	return res, err
}

func (g *guard) Commit(ctx context.Context, r *abci.RequestCommit) (res *abci.ResponseCommit, err error) {
	began := time.Now()
	err = g.watch("committing a block", func() (err error) {
		res, err = g.Application.Commit(ctx, r)
		return err
	})
	if err == nil {
		g.metrics.committed(time.Since(began))
		res.RetainHeight = g.node.retainFrom()
		g.stopIfOutdated()
	}
	return res, err
}

// A versioned application says whether it can make the block after the one that it
// has committed: an error names the program that can.
type versioned interface{ Known() error }

// stopIfOutdated makes the node fail, and so stop in order, once the next block is
// to be made by rules that this program does not have. What is committed stays; the
// program that has the rules goes on from there.
func (g *guard) stopIfOutdated() {
	if v, ok := g.Application.(versioned); ok {
		if err := v.Known(); err != nil {
			g.node.fail(outdatedProblem(err))
		}
	}
}

// outdatedProblem is the Problem of a program that lacks a version of the rules.
func outdatedProblem(err error) *Problem {
	return &Problem{
		Kind:   ErrOutdated,
		Text:   "this node cannot go on: " + oneLine(err),
		Advice: "install the program that it names and start the node again: it goes on where it stopped",
	}
}

func (g *guard) watch(doing string, call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
			g.node.log.Error("the application panicked", "panic", err, "stack", string(debug.Stack()))
		}
		if err != nil {
			err = g.fault(doing, err)
		}
	}()
	return call()
}

func (g *guard) fault(doing string, err error) error {
	err = fmt.Errorf("%s: %w", doing, err)
	problem := consensusProblem(firstLine(err))
	if isDiskFull(err) {
		problem = diskFullProblem(doing, err)
	}
	g.node.fail(problem)
	if n := g.node; n.syncing.Load() && n.engine.ConsensusReactor().WaitSync() {
		// Returning would end the process at once. Not returning lets it say why
		// and end in order; this goroutine ends with it.
		select {}
	}
	return err
}
