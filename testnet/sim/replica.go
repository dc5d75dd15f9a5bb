package sim

import (
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
)

// A replica executes the same blocks as the others under other conditions, such as
// restarts or crashes.
type replica interface {
	name() string
	// take executes and commits b.
	take(b *block) (outcome, error)
	node() *machine
}

// dir is the folder of a machine's state in its file system.
const dir = "app"

// A machine is one application over a file system in memory.
type machine struct {
	run  *run
	fs   vfs.FS
	keep uint64
	app  *app.App

	rules func() state.Rules // nil for those of the run
}

func (m *machine) node() *machine { return m }

// by are the rules that the machine's program has.
func (m *machine) by() state.Rules {
	if m.rules != nil {
		return m.rules()
	}
	return m.run.rules()
}

func (m *machine) open() (err error) {
	m.app, err = app.OpenWith(dir, app.Options{FS: m.fs, Keep: m.keep}, m.by())
	return err
}

func (m *machine) close() error { return m.app.Close() }

func (m *machine) reopen() error {
	if err := m.close(); err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	m.run.report.Reopened++
	return m.open()
}

// execute runs a block and persists nothing. The first is preceded by the
// founding, as in consensus, which repeats both after a crash.
func (m *machine) execute(b *block, txs [][]byte) (outcome, error) {
	if b.Height == 1 {
		w := m.run.World
		_, err := m.app.InitChain(context.Background(), &abci.RequestInitChain{
			ChainId: w.Chain, Time: w.Start, InitialHeight: 1, Validators: w.Validators, AppStateBytes: w.Genesis,
		})
		if err != nil {
			return outcome{}, fmt.Errorf("founding: %w", err)
		}
	}
	res, err := m.app.FinalizeBlock(context.Background(), b.request(txs))
	if err != nil {
		return outcome{}, fmt.Errorf("executing: %w", err)
	}
	return outcome{res.AppHash, res.TxResults, res.ValidatorUpdates, res.Events}, nil
}

func (m *machine) commit() error {
	if _, err := m.app.Commit(context.Background(), &abci.RequestCommit{}); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// take executes and commits a decided block.
func (m *machine) take(b *block) (outcome, error) {
	out, err := m.execute(b, b.Txs)
	if err == nil {
		err = m.commit()
	}
	return out, err
}

// straight runs from the first block to the last without a restart. The others are
// compared with it, and the workload reads its state.
type straight struct{ machine }

// keepStraight is how many heights can be exported from the straight replica.
const keepStraight = 128

func newStraight(r *run) *straight {
	return &straight{machine{run: r, fs: vfs.NewMem(), keep: keepStraight}}
}

func (*straight) name() string { return "straight" }

// reload is reopened after every block from its database; one time in recoverEvery
// the database itself is closed and recovers too.
type reload struct{ machine }

const recoverEvery = 20

func newReload(r *run) *reload { return &reload{machine{run: r, fs: vfs.NewMem(), keep: 1}} }

func (*reload) name() string { return "reload" }

func (x *reload) take(b *block) (outcome, error) {
	out, err := x.machine.take(b)
	switch {
	case err != nil:
	case b.Height%recoverEvery == 0:
		err = x.reopen()
	default:
		x.run.report.Reopened++
		x.app, err = x.app.Reload(x.by())
	}
	return out, err
}

// forgetful keeps one height, so that it prunes as early as possible.
type forgetful struct{ machine }

func newForgetful(r *run) *forgetful {
	return &forgetful{machine{run: r, fs: vfs.NewMem(), keep: 1}}
}

func (*forgetful) name() string { return "keep" }
