package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A block is synced to the disk once, whether it holds transactions or not: the database's
// log. A few more syncs come when the database changes to a new log and writes out its
// memtable, beside the blocks.
func TestSyncsOfABlock(t *testing.T) {
	f := newFed(t, 1, Options{Keep: 1})
	var mu sync.Mutex // guards syncs: the database's own goroutines write too
	var syncs []string
	f.fs = vfs.WithLogging(f.fs, func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); strings.HasPrefix(line, "sync") {
			mu.Lock()
			defer mu.Unlock()
			syncs = append(syncs, line)
		}
	})
	f.reopen()
	take := func() (lines []string) {
		mu.Lock()
		defer mu.Unlock()
		lines, syncs = syncs, nil
		return lines
	}
	take()
	const blocks = 250 // pruned twice on the way
	for i := range blocks / 2 {
		f.must(f.sign(1, 1, f.apply(1, byte(20+i))))
		f.block()
	}
	if n := len(take()); n < blocks || n > blocks+blocks/10 {
		t.Errorf("%d syncs in %d blocks", n, blocks)
	}
}
