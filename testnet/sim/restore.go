package sim

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state/store"
)

// restore is replaced from time to time by what another replica exports: as a
// rule at the tip, now and then at an older height, from which it replays.
type restore struct {
	machine
	rng *rand.Rand
}

// One block in restoreEvery is followed by a restore, of which one in
// restoreOlder is of an older height.
const (
	restoreEvery = 40
	restoreOlder = 3
	restoreDepth = 20 // heights below the tip, at most
)

func newRestore(r *run) *restore {
	return &restore{machine{run: r, fs: vfs.NewMem(), keep: keepStraight}, r.chance(chanceRestore)}
}

func (*restore) name() string { return "restore" }

func (x *restore) take(b *block) (outcome, error) {
	out, err := x.machine.take(b)
	if err != nil || x.rng.IntN(restoreEvery) != 0 {
		return out, err
	}
	donor, height := replica(x.run.straight), b.Height
	if x.rng.IntN(restoreOlder) == 0 {
		height = max(1, height-x.rng.IntN(restoreDepth))
	} else if all := x.run.replicas; x.rng.IntN(2) == 0 {
		// Those after this one have not taken the block yet: itself, then.
		donor = all[x.rng.IntN(2)]
	}
	if err := x.refill(donor, height); err != nil {
		return out, fmt.Errorf("restoring height %d of %s: %w", height, donor.name(), err)
	}
	for h := height + 1; h <= b.Height; h++ {
		past := x.run.pastBlock(h)
		again, err := x.machine.take(past)
		if err == nil {
			err = past.want.same(again)
		}
		if err != nil {
			return out, fmt.Errorf("replaying block %d after restoring %d: %w", h, height, err)
		}
	}
	x.run.report.Restored++
	return out, nil
}

// refill replaces the machine by one restored from donor's export of height.
func (x *restore) refill(donor replica, height int) error {
	v, err := donor.node().app.Ledger().View(uint64(height))
	if err != nil {
		return err
	}
	var export bytes.Buffer
	err = v.Export(&export)
	v.Close()
	if err != nil {
		return err
	}
	fs := vfs.NewMem()
	db, err := app.OpenDB(dir, fs)
	if err != nil {
		return err
	}
	if _, err := store.Restore(db, &export); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := errors.Join(db.Close(), x.close()); err != nil {
		return err
	}
	x.fs = fs
	return x.open()
}
