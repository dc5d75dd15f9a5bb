package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/rochdale-ledger/rochdale/state"
)

// Pruning takes heights and not the lists, which are of the last one.
func TestIndexPruned(t *testing.T) {
	l := openLists(t, nil, 1)
	for i := range uint64(2*pruneEvery + 5) {
		if i%50 == 0 {
			runBlock(t, l, sign(1, i/50+1, kindWrite, writeNote{i, "text"}))
		} else {
			runBlock(t, l)
		}
	}
	if _, err := l.View(5); !errors.Is(err, state.ErrHeight) {
		t.Fatalf("height 5 is kept: %v", err)
	}
	wantLists(t, l, 2)
}

// A crash before any write operation, of a block and of rebuilding the index,
// leaves an index that is whole or says that it is not.
func TestIndexCrash(t *testing.T) {
	fs := vfs.NewCrashableMem()
	var hook func()
	faulty := errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && hook != nil {
			hook()
		}
		return nil
	}))
	l := openLists(t, faulty, 0)
	for n := range uint64(15) {
		runBlock(t, l, sign(1, n+1, kindWrite, writeNote{n * 20, strings.Repeat("long", 20)}))
	}
	rng := rand.New(rand.NewPCG(3, 4))
	found := map[string]int{}
	look := func(percent int) {
		s := openStore(t, fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng}), 0)
		again := newLedger(t, s, listRules())
		found[fmt.Sprint(again.IndexStale() == nil, " ", again.Tip().Height)]++
		if again.IndexStale() != nil {
			wantStale(t, again, "making it was interrupted")
			if _, err := again.RebuildIndex(); err != nil {
				t.Fatal(err)
			}
		}
		wantLists(t, again, 7)
		_ = again.Close()
	}
	var crash func()
	crash = func() {
		hook = nil // what is looked at meanwhile is not crashed
		look(0)
		look(100)
		hook = crash
	}
	runOpen(t, l, sign(2, 1, kindWrite, writeNote{40, "other"}), sign(2, 2, kindErase, eraseNote{20}))
	hook = crash
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	hook = nil
	if found["true 16"] == 0 {
		t.Errorf("found %v: the crashes of a block hit nothing", found)
	}
	hook = crash
	if _, err := l.RebuildIndex(); err != nil {
		t.Fatal(err)
	}
	hook = nil
	look(0)
	if found["false 17"] == 0 || found["true 17"] == 0 {
		t.Errorf("found %v: the crashes of rebuilding it hit nothing", found)
	}
	if found["false 16"] != 0 {
		t.Errorf("found %v: a block's crash hurt the index", found)
	}
	wantLists(t, l, 7)
	t.Logf("whole or not, and height: %v", found)
}
