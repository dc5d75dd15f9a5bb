package app

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state/store"
)

// A slowWriter lets blocks pass while an export is under way.
type slowWriter struct {
	bytes.Buffer
	left int // writes before blocks pass
	pass func()
}

func (w *slowWriter) Write(p []byte) (int, error) {
	if w.left--; w.left == 0 {
		w.pass()
	}
	return w.Buffer.Write(p)
}

// An export outlives the pruning that falls due while it is written, which
// neither stops the node nor takes what is being exported.
func TestExportBesidePruning(t *testing.T) {
	f := newFed(t, 1, Options{Keep: 5})
	for n := range 50 {
		f.must(f.sign(1, 1, f.apply(1, byte(n))))
	}
	v := f.view()
	defer v.Close()
	w := &slowWriter{left: 20, pass: func() {
		for n := range 260 {
			if n%2 == 0 {
				f.must(f.sign(1, 1, f.apply(1, byte(50+n/2))))
			} else {
				f.block()
			}
		}
	}}
	err := v.Export(w)
	if err != nil {
		t.Fatalf("exporting: %v", err)
	}
	f.sound()
	db, err := OpenDB("restored", vfs.NewMem())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tip, err := store.Restore(db, &w.Buffer)
	if err != nil || tip.Height != v.Height() {
		t.Errorf("restored height %d, %v, want %d", tip.Height, err, v.Height())
	}
}

// A state that cannot be opened is let go of, so that the next try meets the same
// error and not its own lock.
func TestOpenFails(t *testing.T) {
	fs := vfs.NewMem()
	db, err := OpenDB("half", fs)
	if err != nil {
		t.Fatal(err)
	}
	f := newFed(t, 1, Options{})
	v := f.view()
	defer v.Close()
	var export bytes.Buffer
	if err := v.Export(&export); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(db, io.LimitReader(&export, 1000)); err == nil {
		t.Fatal("restored the half of a state")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := Open("half", Options{FS: fs}); !errors.Is(err, store.ErrHalfway) {
			t.Errorf("opening half a state: %v", err)
		}
	}
}
