package sim

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/testnet/sim/workload"
)

// upgraded runs the program of the first version until a block needs the next
// version. It must refuse to execute that block, and is then reopened with the
// program that has both.
type upgraded struct{ machine }

func newUpgraded(r *run) *upgraded {
	x := &upgraded{machine{run: r, fs: vfs.NewMem(), keep: 1}}
	x.rules = workload.WithNotes(r.Config.Rules, false)
	return x
}

func (*upgraded) name() string { return "upgraded" }

func (x *upgraded) take(b *block) (outcome, error) {
	out, err := x.machine.take(b)
	if err != nil || x.rules == nil {
		return out, err
	}
	err = x.app.Ledger().Known()
	if err == nil {
		return out, nil
	}
	if !errors.Is(err, state.ErrVersion) {
		return out, err
	}
	if err := x.app.Ledger().Begin(uint64(b.Height)+1, b.Time.Unix()); !errors.Is(err, state.ErrVersion) {
		return out, fmt.Errorf("the program before begins a block of the next version: %v", err)
	}
	x.rules = nil // those of all others
	x.run.report.Upgraded++
	return out, x.reopen()
}
