package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A block whose hash is not the one promised is not written; a store whose tree has
// another hash than its tip says is not opened.
func TestHashPromised(t *testing.T) {
	s := openStore(t, nil, 0)
	write(t, s, map[string][]byte{"a": {1}})
	before := s.Tip()
	hash, err := s.stage(nil)
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Clone(hash)
	wrong[0] ^= 1
	next := state.Tip{Height: 2, Hash: wrong, Chain: testChain, Version: 1}
	if err := s.save(nil, nil, next); !errors.Is(err, ErrHashBroken) || s.Tip().Height != before.Height {
		t.Errorf("another hash promised: %v, at height %d", err, s.Tip().Height)
	}
	raw, err := fetch(s.db, metaTip)
	if err != nil || !bytes.Equal(raw, tx.Encode(before)) {
		t.Errorf("the block was written: tip %x, %v", raw, err)
	}
	damaged := before
	damaged.Hash = wrong
	if err := s.db.Set(metaTip, tx.Encode(damaged), pebble.Sync); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reload(); !errors.Is(err, ErrHashBroken) {
		t.Errorf("opened with another hash in its tip: %v", err)
	}
}

// CheckFlat names the first key in which the flat copy and the tree differ.
func TestCheckFlatFails(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(b *pebble.Batch) error
		says  string
	}{
		{"a value", func(b *pebble.Batch) error { return b.Set(spaced(spaceFlat, []byte("b")), []byte{7}, nil) }, "holds 62 = 07, the tree 62 = 02"},
		{"a key, with the value of the right one", func(b *pebble.Batch) error {
			return errors.Join(b.Delete(spaced(spaceFlat, []byte("b")), nil), b.Set(spaced(spaceFlat, []byte("bb")), []byte{2}, nil))
		}, "holds 6262 = 02, the tree 62 = 02"},
		{"one too many", func(b *pebble.Batch) error { return b.Set(spaced(spaceFlat, []byte("d")), []byte{4}, nil) }, "holds 64, the tree does not"},
		{"one too few", func(b *pebble.Batch) error { return b.Delete(spaced(spaceFlat, []byte("c")), nil) }, "the tree holds 63, the flat store does not"},
	} {
		s := openStore(t, nil, 0)
		write(t, s, map[string][]byte{"a": {1}, "b": {2}, "c": {3}})
		b := s.db.NewBatch()
		if err := errors.Join(row.spoil(b), commit(b, pebble.Sync)); err != nil {
			t.Fatal(err)
		}
		s.resnap()
		v, err := s.View(0)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.CheckFlat(); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
		v.tip.Hash = []byte("another")
		if err := v.CheckFlat(); err == nil || !strings.Contains(err.Error(), "was promised") {
			t.Errorf("another hash: %v", err)
		}
		v.Close()
	}
}

// A range that ends where it starts or before holds nothing, at every height; an
// absent end is such a one.
func TestEmptyRange(t *testing.T) {
	s := openStore(t, nil, 0)
	write(t, s, map[string][]byte{"a": {1}, "b": {2}})
	write(t, s, map[string][]byte{"c": {3}})
	for height := range uint64(3) {
		v, err := s.View(height)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range [][2][]byte{{[]byte("a"), nil}, {[]byte("a"), []byte("a")}, {[]byte("b"), []byte("a")}, {nil, nil}} {
			err := v.Each(r[0], r[1], func(key, _ []byte) (bool, error) {
				t.Errorf("height %d: from %q to %q there is %q", height, r[0], r[1], key)
				return false, nil
			})
			if err != nil {
				t.Errorf("height %d: from %q to %q: %v", height, r[0], r[1], err)
			}
		}
		v.Close()
	}
}
