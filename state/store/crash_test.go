package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/rochdale-ledger/rochdale/state"
)

// A crashing store: three small blocks are committed, the fourth is big, and a
// hook sees every write operation that the file system is asked for in it.
type crashing struct {
	fs   *vfs.MemFS
	s    *Store
	tips []state.Tip    // committed without mishap, by height from 1
	old  memory         // contents at height 3
	want memory         // contents at height 4
	big  []state.Change // the fourth block
	hash []byte         // the root it must have

	mu   sync.Mutex
	hook func(op errorfs.Op) error
}

func newCrashing(t *testing.T, size int) *crashing {
	t.Helper()
	c := &crashing{fs: vfs.NewCrashableMem(), old: memory{}}
	faulty := errorfs.Wrap(c.fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
			return nil
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.hook == nil {
			return nil
		}
		return c.hook(op)
	}))
	var err error
	if c.s, err = OpenStore(openDB(t, faulty), 0); err != nil {
		t.Fatal(err)
	}
	for h := range 3 {
		leaves := map[string][]byte{}
		for i := range 50 {
			k, v := fmt.Sprintf("key %05d", i*(h+1)), fmt.Appendf(nil, "value %d", h)
			leaves[k], c.old[k] = v, v
		}
		write(t, c.s, leaves)
		c.tips = append(c.tips, c.s.Tip())
	}
	c.want = maps.Clone(c.old)
	rng := rand.New(rand.NewPCG(uint64(size), 1))
	for i := range size / 1000 {
		k, v := fmt.Sprintf("key %05d", i), make([]byte, 1000)
		for j := range v {
			v[j] = byte(rng.Uint32()) // not to be compressed
		}
		if i == 0 {
			v = nil // deleted
		}
		c.big = append(c.big, state.Change{Key: []byte(k), Value: v})
		c.want.apply([]byte(k), v)
	}
	if c.hash, err = c.s.stage(c.big); err != nil {
		t.Fatal(err)
	}
	return c
}

// commit saves the staged big block, and gives up on a hang. The limit is far
// above what the crashes tried meanwhile take under the race detector.
func (c *crashing) commit(t *testing.T) error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		done <- c.s.save(c.big, nil, state.Tip{Height: 4, Hash: c.hash, Chain: testChain, Version: 1, Time: 4})
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(5 * time.Minute):
		t.Fatal("Commit hangs")
		return nil
	}
}

func (c *crashing) setHook(hook func(op errorfs.Op) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hook = hook
}

// check opens what a crash left: the old block or the new one, whole; and if
// the old one, the same block executed again gives the same root. It returns
// the height found.
func (c *crashing) check(fs vfs.FS) (uint64, error) {
	o := Options()
	o.FS = fs
	db, err := pebble.Open("state", o)
	if err != nil {
		return 0, fmt.Errorf("opening the database: %w", err)
	}
	s, err := OpenStore(db, 0)
	if err != nil {
		return 0, fmt.Errorf("opening the store: %w", err)
	}
	defer func() { _ = s.Close() }()
	height, want := s.Tip().Height, c.want
	switch {
	case height == 3 && bytes.Equal(s.Tip().Hash, c.tips[2].Hash):
		want = c.old
	case height == 4 && bytes.Equal(s.Tip().Hash, c.hash):
	default:
		return height, fmt.Errorf("found %+v", s.Tip())
	}
	if err := c.holds(s, want); err != nil {
		return height, fmt.Errorf("height %d: %w", height, err)
	}
	if height == 4 {
		return height, nil
	}
	hash, err := s.stage(c.big)
	if err != nil || !bytes.Equal(hash, c.hash) {
		return height, fmt.Errorf("executed again, the block gives %x, %w, want %x", hash, err, c.hash)
	}
	if err := s.save(c.big, nil, state.Tip{Height: 4, Hash: hash}); err != nil {
		return height, err
	}
	return height, c.holds(s, c.want)
}

func (c *crashing) holds(s *Store, want memory) error {
	v, err := s.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	n := 0
	err = v.Each([]byte{0x10}, lastKey, func(k, got []byte) (bool, error) {
		n++
		if !bytes.Equal(got, want[string(k)]) {
			return false, fmt.Errorf("%s is wrong", k)
		}
		return true, nil
	})
	if err == nil && n != len(want) {
		err = fmt.Errorf("%d leaves, want %d", n, len(want))
	}
	return errors.Join(err, v.CheckFlat())
}

// A crash before any write operation of a block, with none, some or all of what
// was not yet synced on disk, leaves the block before or the block after.
func TestCrashAtEveryWrite(t *testing.T) {
	for _, row := range []struct{ size, every int }{
		{20_000, 1}, {600_000, 1}, {5_000_000, 100},
	} {
		t.Run(fmt.Sprint(row.size, " bytes"), func(t *testing.T) {
			if testing.Short() && row.size > 100_000 {
				row.every *= 3
			}
			c := newCrashing(t, row.size)
			rng := rand.New(rand.NewPCG(5, 6))
			ops, found := 0, map[uint64]int{}
			crash := func(label string, percent int) {
				clone := c.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng})
				height, err := c.check(clone)
				if err != nil {
					t.Errorf("crash %s, %d %% of the unsynced kept: %v", label, percent, err)
				}
				found[height]++
			}
			c.setHook(func(op errorfs.Op) error {
				if ops++; ops%row.every != 0 {
					return nil
				}
				label := fmt.Sprintf("before operation %d on %s", ops, op.Path)
				crash(label, 0)
				crash(label, 100)
				if ops/row.every%8 == 2 { // pebble is slow to read torn logs
					crash(label, 50)
				}
				return nil
			})
			if err := c.commit(t); err != nil {
				t.Fatal(err)
			}
			c.setHook(nil)
			found[4] = 0
			crash("after Commit", 0)
			if found[4] != 1 {
				t.Error("Commit returned and the block was not on disk")
			}
			if ops < 2 || found[3] == 0 {
				t.Errorf("%d operations, found heights %v: the crashes hit nothing", ops, found)
			}
			t.Logf("%d write operations, heights found %v", ops, found)
			_ = c.s.Close()
		})
	}
}

// A write or sync that fails, once or from then on (a full disk), is an error of
// Commit or does no harm; what is on disk opens and goes on either way. The
// blocks are small enough not to start a new log file: when that fails, pebble
// ends the process, and what is left is that of a crash.
func TestErrorAtEveryWrite(t *testing.T) {
	for _, size := range []int{5_000, 20_000, 70_000} {
		for _, forever := range []bool{false, true} {
			t.Run(fmt.Sprint(size, " bytes, forever ", forever), func(t *testing.T) {
				errs := 0
				for at := 1; ; at++ {
					c := newCrashing(t, size)
					n, hit := 0, false
					c.setHook(func(op errorfs.Op) error {
						if n++; n == at || forever && n > at {
							hit = true
							return syscall.ENOSPC
						}
						return nil
					})
					err := c.commit(t)
					c.setHook(nil)
					if !hit {
						_ = c.s.Close()
						break
					}
					if err != nil {
						errs++
						if !errors.Is(err, syscall.ENOSPC) {
							t.Errorf("operation %d: Commit hides the cause: %v", at, err)
						}
						if err := c.s.Close(); err != nil {
							t.Errorf("closing a failed store: %v", err)
						}
					}
					height, cerr := c.check(c.fs.CrashClone(vfs.CrashCloneCfg{}))
					if cerr != nil || err == nil && height != 4 {
						t.Errorf("operation %d fails: Commit gives %v, then height %d, %v", at, err, height, cerr)
					}
				}
				if errs == 0 {
					t.Error("no failure surfaced")
				}
			})
		}
	}
}

// A block is one fsynced write: whatever its size, it goes to one log of the
// database, which is synced once, after the last of it. A block too large for what
// is left of a log begins a new one, and the old is closed.
func TestOneSync(t *testing.T) {
	for _, size := range []int{5_000, 70_000, 600_000} {
		c := newCrashing(t, size)
		told := map[string][]string{} // runs of writes and syncs, by log
		c.setHook(func(op errorfs.Op) error {
			if !strings.HasSuffix(op.Path, ".log") {
				return nil
			}
			what := ""
			switch op.Kind {
			case errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo:
				what = "sync"
			case errorfs.OpFileWrite:
				what = "write"
			default:
				return nil
			}
			if run := told[op.Path]; len(run) == 0 || run[len(run)-1] != what || what == "sync" {
				told[op.Path] = append(run, what)
			}
			return nil
		})
		if err := c.commit(t); err != nil {
			t.Fatal(err)
		}
		c.setHook(nil)
		for _, run := range told {
			if !slices.Equal(run, []string{"write", "sync"}) {
				t.Errorf("a block of %d bytes: %v", size, told)
			}
		}
		if len(told) == 0 || len(told) > 2 || len(told) == 2 && size < 256<<10 {
			t.Errorf("a block of %d bytes: %d logs", size, len(told))
		}
		_ = c.s.Close()
	}
}
