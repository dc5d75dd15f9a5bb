package sim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// crash simulates power failures: before a block, between executing and committing
// it, or before some write of the commit. Afterwards its disk has what was synced,
// and some of what was not.
type crash struct {
	machine
	rng  *rand.Rand
	disk *vfs.MemFS
	trap *trap
}

// One block in crashEvery meets a crash.
const crashEvery = 16

// maxWrite is above the number of file operations of a commit.
const maxWrite = 6

func newCrash(r *run) *crash {
	x := &crash{machine: machine{run: r, keep: keepStraight}, rng: r.chance(chanceCrash)}
	x.mount(vfs.NewCrashableMem())
	return x
}

func (*crash) name() string { return "crash" }

func (x *crash) mount(disk *vfs.MemFS) {
	x.disk, x.trap = disk, &trap{disk: disk}
	x.fs = errorfs.Wrap(disk, x.trap)
}

func (x *crash) take(b *block) (outcome, error) {
	if x.rng.IntN(crashEvery) != 0 {
		return x.machine.take(b)
	}
	survives := vfs.CrashCloneCfg{UnsyncedDataPercent: 50 * x.rng.IntN(3), RNG: x.rng}
	switch x.rng.IntN(4) {
	case 0:
		if err := x.restart(b.Height-1, x.disk.CrashClone(survives)); err != nil {
			return outcome{}, fmt.Errorf("crash before a block: %w", err)
		}
	case 1:
		if _, err := x.execute(b, b.Txs); err != nil {
			return outcome{}, err
		}
		if err := x.restart(b.Height-1, x.disk.CrashClone(survives)); err != nil {
			return outcome{}, fmt.Errorf("crash before a commit: %w", err)
		}
	default:
		return x.duringCommit(b, survives)
	}
	return x.machine.take(b)
}

// duringCommit crashes before one of the commit's writes, or right after the
// last. The block is then on disk or it is not; if not, it comes again.
func (x *crash) duringCommit(b *block, survives vfs.CrashCloneCfg) (outcome, error) {
	out, err := x.execute(b, b.Txs)
	if err != nil {
		return out, err
	}
	at := x.rng.IntN(maxWrite)
	x.trap.arm(at, survives)
	if err := x.commit(); err != nil {
		return out, err
	}
	image := x.trap.spring()
	least := b.Height - 1
	if image == nil { // it made fewer writes: the power goes after the last
		image, least = x.disk.CrashClone(survives), b.Height
	}
	if err := x.restart(least, image); err != nil {
		return out, fmt.Errorf("crash before write %d of a commit: %w", at, err)
	}
	if int(x.app.Ledger().Tip().Height) == b.Height {
		return out, nil
	}
	return x.machine.take(b)
}

// restart opens the state on disk after the crash. It must be at height least, or
// later, with the hash that was decided.
func (x *crash) restart(least int, image *vfs.MemFS) error {
	if err := x.close(); err != nil { // the process that died wrote no more than image holds
		return err
	}
	x.run.report.Crashed++
	x.mount(image)
	if err := x.open(); err != nil {
		return fmt.Errorf("opening what is left: %w", err)
	}
	tip := x.app.Ledger().Tip()
	if int(tip.Height) < least || int(tip.Height) > x.run.height {
		return fmt.Errorf("height %d is left, from %d to %d can be", tip.Height, least, x.run.height)
	}
	if past := x.run.pastBlock(int(tip.Height)); past != nil && !bytes.Equal(past.want.hash, tip.Hash) {
		return fmt.Errorf("height %d is left with hash %x, %x was decided", tip.Height, tip.Hash, past.want.hash)
	}
	return nil
}

// A trap copies the disk in its state before the write operation with a given index,
// as a crash would leave it. It is called by the store's goroutines.
type trap struct {
	disk *vfs.MemFS

	mu       sync.Mutex // guards what follows
	armed    bool
	left     int // writes to let pass
	survives vfs.CrashCloneCfg
	image    *vfs.MemFS
}

func (t *trap) String() string { return "trap" }

func (t *trap) arm(index int, survives vfs.CrashCloneCfg) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed, t.left, t.survives = true, index, survives
}

// spring disarms the trap and returns what it caught, nil if nothing.
func (t *trap) spring() *vfs.MemFS {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed = false
	return t.image
}

// MaybeError lets every operation pass.
func (t *trap) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.armed || t.image != nil {
		return nil
	}
	if t.left == 0 {
		t.image = t.disk.CrashClone(t.survives)
	}
	t.left--
	return nil
}
