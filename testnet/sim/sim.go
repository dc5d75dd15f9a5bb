// Package sim is the simulator: it runs a workload generated from a seed on several
// replicas of the machine and compares them. The workload has a federation of a few
// co-ops, blocks of mostly valid actions of every room and of every sort of bad
// input, time that passes, and validators that misbehave.
//
// Each block is executed by several replicas under different conditions: one runs
// without a restart, one is reopened after every block, one is replaced by restored
// exports, one executes proposals that are then abandoned, one crashes between any
// two writes, one keeps a single height, one runs the previous program until an
// upgrade. Their hashes, results and validator updates must be equal at every
// height, and every invariant must hold. The simulator uses no network, no clock and
// no goroutine: a failure names its seed and its block, and the same seed fails
// there again.
package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/testnet/sim/workload"
)

// A Config says what to run.
type Config struct {
	Seed   uint64
	Blocks int
	// Rules are those of each opening of a replica; nil means the rooms' own.
	// Tests break them on purpose.
	Rules func() state.Rules
	// Without names kinds of action of which no occasion makes one.
	Without []string
	// Progress is called after each block; it may be nil.
	Progress func()
}

// A Report says what happened in a run.
type Report struct {
	Seed     uint64         `json:"seed"`
	Blocks   int            `json:"blocks"`
	Hash     []byte         `json:"hash"`            // app hash of the last block
	Sent     int            `json:"sent"`            // transactions in blocks
	Accepted int            `json:"accepted"`        // of them
	Done     map[string]int `json:"done"`            // actions that took effect, by name, carried ones included
	Codes    map[uint32]int `json:"codes"`           // rejections, by code, carried actions' included
	Plain    map[string]int `json:"plain,omitempty"` // transactions of kinds without an occasion, by name
	Reopened int            `json:"reopened"`
	Restored int            `json:"restored"`
	Crashed  int            `json:"crashed"`
	Dropped  int            `json:"dropped"`  // proposals executed and abandoned
	Rekeyed  int            `json:"rekeyed"`  // transactions of members who had changed their key in the same block
	Upgraded int            `json:"upgraded"` // replicas that went over to the next version of the rules
	Updates  int            `json:"updates"`  // changes of a validator's power
}

// A Failure is a run that went wrong.
type Failure struct {
	Seed    uint64
	Block   int
	Replica string // empty if it is not one replica's
	Err     error
}

func (f *Failure) Error() string {
	who := ""
	if f.Replica != "" {
		who = ", replica " + f.Replica
	}
	return fmt.Sprintf("seed %d, block %d%s: %v", f.Seed, f.Block, who, f.Err)
}

func (f *Failure) Unwrap() error { return f.Err }

// Command is the command line that fails in the same way again.
func (f *Failure) Command() string {
	return fmt.Sprintf("rochdale sim --seed %d --blocks %d", f.Seed, f.Block)
}

// Invariants are checked every fsckEvery blocks at the beginning of a run, and later
// each time it is a tenth longer, since a check reads all records.
const fsckEvery = 50

// A run is one simulation under way.
type run struct {
	Config
	*workload.World
	report   Report
	straight *straight
	replicas []replica // the others
	work     *workload.Work
	past     []*block // the last of them, for replays
	powers   map[string]int64
	height   int    // being executed
	nextFsck int    // height of the next check of the invariants
	checks   int    // of the invariants so far
	who      string // the replica at work
}

// pastBlocks is how many decided blocks are kept for replays.
const pastBlocks = 64

// Run simulates. It returns a *Failure if anything is not as it must be, and
// the context's error if that ends first.
func Run(ctx context.Context, c Config) (rep Report, err error) {
	if c.Rules == nil {
		c.Rules = app.Rules
	}
	r := &run{Config: c}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil && ctx.Err() == nil {
			err = &Failure{c.Seed, r.height, r.who, err}
		}
		rep = r.report
	}()
	if err := r.found(); err != nil {
		return r.report, err
	}
	for r.height = 1; r.height <= c.Blocks; r.height++ {
		if ctx.Err() != nil {
			return r.report, ctx.Err()
		}
		if err := r.step(); err != nil {
			return r.report, err
		}
		r.report.Blocks = r.height
		if c.Progress != nil {
			c.Progress()
		}
	}
	r.height = c.Blocks
	return r.report, errors.Join(r.fsck(r.all()...), r.close())
}

// Random streams: each user draws from its own, so that the draws of one do not
// change those of another.
const (
	chanceWorld = iota
	chanceWork
	chanceRestore
	chancePropose
	chanceCrash
)

func (r *run) chance(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(r.Seed, stream)) }

// rules are those of the program that most replicas run: the rooms', and the
// simulation's own for the upgrade.
func (r *run) rules() state.Rules {
	rules := workload.WithNotes(r.Config.Rules, true)()
	rules.Invariants = append(rules.Invariants, state.Invariant{Name: "notes", Check: workload.CheckNotes})
	return rules
}

func (r *run) found() error {
	w, err := workload.NewWorld(r.chance(chanceWorld), r.Seed)
	if err != nil {
		return err
	}
	r.World = w
	r.report = Report{Seed: r.Seed, Done: map[string]int{}, Codes: map[uint32]int{}}
	r.powers = map[string]int64{}
	for _, v := range w.Validators {
		r.powers[string(v.PubKey.GetEd25519())] = v.Power
	}
	r.work = workload.New(r.chance(chanceWork), w, r.Without...)
	r.report.Plain = r.work.Plainly()
	r.straight = newStraight(r)
	r.replicas = []replica{newReload(r), newRestore(r), newPropose(r), newCrash(r), newForgetful(r), newUpgraded(r)}
	for _, x := range r.all() {
		if err := x.node().open(); err != nil {
			return fmt.Errorf("opening %s: %w", x.name(), err)
		}
	}
	return nil
}

func (r *run) all() []replica { return append([]replica{r.straight}, r.replicas...) }

func (r *run) close() error {
	var errs []error
	for _, x := range r.all() {
		errs = append(errs, x.node().close())
	}
	return errors.Join(errs...)
}

// step makes a block and lets every replica take it.
func (r *run) step() error {
	made, err := r.work.Block(r.straight.app.Ledger(), r.height)
	if err != nil {
		return fmt.Errorf("making the block: %w", err)
	}
	b := &block{Block: *made}
	r.who = r.straight.name()
	if b.want, err = r.straight.take(b); err != nil {
		return err
	}
	r.past = append(r.past, b)
	if len(r.past) > pastBlocks {
		r.past = r.past[1:]
	}
	for _, x := range r.replicas {
		r.who = x.name()
		got, err := x.take(b)
		if err != nil {
			return err
		}
		if err := b.want.same(got); err != nil {
			return err
		}
		if tip := x.node().app.Ledger().Tip(); int(tip.Height) != b.Height || !bytes.Equal(tip.Hash, b.want.hash) {
			return fmt.Errorf("committed height %d, hash %x; height %d, hash %x was decided", tip.Height, tip.Hash, b.Height, b.want.hash)
		}
	}
	r.who = ""
	if err := r.follow(b); err != nil {
		return err
	}
	if r.height >= r.nextFsck {
		if migrating, err := r.migrating(); err != nil || migrating {
			return err
		}
		r.checks++
		r.nextFsck = r.height + max(fsckEvery, r.height/10)
		other := r.replicas[r.checks%len(r.replicas)]
		return r.fsck(r.straight, other)
	}
	return nil
}

// fsck checks every invariant of some replicas. The records are the same in
// all of them, so between the checks of all, one at a time is enough beside the
// straight one. While records are being migrated, which a few blocks end, they
// cannot be checked.
func (r *run) fsck(some ...replica) error {
	if migrating, err := r.migrating(); err != nil || migrating {
		return err
	}
	for _, x := range some {
		r.who = x.name()
		if err := x.node().app.Fsck(); err != nil {
			return err
		}
	}
	r.who = ""
	return nil
}

// migrating says whether the last block left records to migrate.
func (r *run) migrating() (bool, error) {
	v, err := r.straight.node().app.Ledger().View(0)
	if err != nil {
		return false, err
	}
	defer v.Close()
	head, err := state.HeadOf(v)
	return head.Migrating.Version != 0, err
}

// pastBlock returns a decided block, nil if it is forgotten.
func (r *run) pastBlock(height int) *block {
	i := height - r.past[0].Height
	if i < 0 || i >= len(r.past) {
		return nil
	}
	return r.past[i]
}
