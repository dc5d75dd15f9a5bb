package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/rochdale-ledger/rochdale/state"
)

const crashKeep = 5

// pruned is a store of small blocks with what each height must hold.
type pruned struct {
	s       *Store
	now     memory
	heights []memory // from 1
	hashes  [][]byte
}

// grow writes blocks until the store has height h.
func (p *pruned) grow(h int) error {
	for n := len(p.heights) + 1; n <= h; n++ {
		leaves := map[string][]byte{
			fmt.Sprintf("key %02d", n%37): fmt.Append(nil, n), fmt.Sprintf("key %02d", n*7%41): fmt.Append(nil, n), fmt.Sprintf("key %02d", n*3%43): nil,
		}
		for k, v := range leaves {
			p.now.apply([]byte(k), v)
		}
		// Before the block, so that a crash in it finds what it should leave.
		p.heights = append(p.heights, maps.Clone(p.now))
		if err := tryWrite(p.s, leaves); err != nil {
			return err
		}
		p.hashes = append(p.hashes, p.s.Tip().Hash)
	}
	return nil
}

// kept says what is wrong with the heights that a store has to keep.
func (p *pruned) kept(t *testing.T, s *Store) error {
	tip := int(s.Tip().Height)
	for h := tip - crashKeep + 1; h <= tip; h++ {
		v, err := s.View(uint64(h))
		if err != nil {
			return err
		}
		if got := contents(t, v); !maps.EqualFunc(got, p.heights[h-1], bytes.Equal) {
			return fmt.Errorf("height %d holds other records", h)
		}
		if err := v.CheckFlat(); h == tip && err != nil {
			return err
		}
		v.Close()
	}
	return nil
}

// A crash before any write operation of a block after which old heights are
// pruned leaves the heights that are kept, whole; and the next pruning drops what
// this one had to leave.
func TestCrashWhilePruning(t *testing.T) {
	fs := vfs.NewCrashableMem()
	var mu sync.Mutex
	var hook func(op errorfs.Op)
	s, err := OpenStore(openDB(t, errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if hook != nil && op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			hook(op)
		}
		return nil
	}))), crashKeep)
	if err != nil {
		t.Fatal(err)
	}
	p := &pruned{s: s, now: memory{}}
	if err := p.grow(2*pruneEvery - 1); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	var clones []*vfs.MemFS
	mu.Lock()
	hook = func(errorfs.Op) {
		for _, percent := range []int{0, 50, 100} {
			clones = append(clones, fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng}))
		}
	}
	mu.Unlock()
	err = p.grow(2 * pruneEvery)
	mu.Lock()
	hook = nil
	clones = append(clones, fs.CrashClone(vfs.CrashCloneCfg{}))
	mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	found := map[string]int{}
	for i, left := range clones {
		if what, err := p.after(t, left); err != nil {
			t.Errorf("crash %d: %v", i, err)
		} else {
			found[what]++
		}
	}
	if found["old block"] == 0 || found["new block, not pruned"] == 0 || found["new block, pruned"] == 0 {
		t.Errorf("the crashes found %v", found)
	}
}

// after opens what a crash left, checks it, and goes on to the next pruning.
func (p *pruned) after(t *testing.T, left vfs.FS) (what string, err error) {
	s, err := OpenStore(openDB(t, left), crashKeep)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	tip := s.Tip().Height
	if tip < 2*pruneEvery-1 || !bytes.Equal(s.Tip().Hash, p.hashes[tip-1]) {
		return "", fmt.Errorf("found %+v", s.Tip())
	}
	if err := p.kept(t, s); err != nil {
		return "", err
	}
	what = "old block"
	if tip == 2*pruneEvery {
		what = "new block, pruned"
		if v, err := s.View(pruneEvery + 1); err == nil {
			what = "new block, not pruned"
			v.Close()
		}
	}
	again := &pruned{s: s, now: maps.Clone(p.heights[tip-1]), heights: p.heights[:tip:tip], hashes: p.hashes[:tip:tip]}
	if err := again.grow(3 * pruneEvery); err != nil {
		return what, err
	}
	if err := again.kept(t, s); err != nil {
		return what, err
	}
	for h := uint64(1); h <= 3*pruneEvery-crashKeep; h++ {
		if _, err := s.View(h); !errors.Is(err, state.ErrHeight) {
			return what, fmt.Errorf("height %d is there after the next pruning: %w", h, err)
		}
	}
	return what, nil
}
