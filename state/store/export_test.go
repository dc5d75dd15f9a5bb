package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// exportOf exports a height of a store, the tip if it is zero.
func exportOf(t testing.TB, s *Store, height uint64) []byte {
	t.Helper()
	v, err := s.View(height)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var out bytes.Buffer
	if err := v.Export(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// restore fills a new database in fs and opens it.
func restore(t testing.TB, fs vfs.FS, export io.Reader) (*Store, error) {
	t.Helper()
	db := openDB(t, fs)
	if _, err := Restore(db, export); err != nil {
		_ = db.Close()
		return nil, err
	}
	s, err := OpenStore(db, 0)
	if err == nil {
		t.Cleanup(func() {
			if s.current != nil {
				_ = s.Close()
			}
		})
	}
	return s, err
}

// block gives the transactions of a block that the straight ledger and the
// restored ones execute alike.
func blockOf(h uint64) [][]byte {
	if h > allowance {
		return nil
	}
	return [][]byte{
		sign(1, h-1, kindWrite, writeNote{h * 30, fmt.Sprint("note of ", h)}),
		sign(2, h-1, kindErase, eraseNote{(h - 3) * 30}),
		sign(3, h-1, kindWrite, writeNote{13, "refused"}),
	}
}

// A ledger restored from any height has the same hash and the same records, and
// goes on with the same hashes as the one that ran straight.
func TestExportRestore(t *testing.T) {
	straight := openLedger(t, nil)
	const last = 12
	var hashes [][]byte
	for h := uint64(2); h <= last; h++ {
		if h == 7 {
			runBlock(t, straight) // an empty one
		} else {
			runBlock(t, straight, blockOf(h)...)
		}
	}
	for h := uint64(1); h <= last; h++ {
		v, err := straight.View(h)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, v.Hash())
		want := contents(t, v)
		v.Close()
		s, err := restore(t, nil, bytes.NewReader(exportOf(t, straight.store, h)))
		if err != nil {
			t.Fatalf("height %d: %v", h, err)
		}
		if tip := s.Tip(); tip.Height != h || tip.Chain != testChain || !bytes.Equal(tip.Hash, v.Hash()) {
			t.Fatalf("height %d restored to %+v", h, tip)
		}
		if got := contents(t, s); !maps.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("height %d restored to other records", h)
		}
		l := newLedger(t, s, noteRules())
		restored, _ := l.View(0)
		if err := l.CheckInvariants(restored); err != nil {
			t.Fatal(err)
		}
		restored.Close()
		if h != last {
			continue
		}
		again := exportOf(t, s, 0)
		if !bytes.Equal(again, exportOf(t, straight.store, 0)) {
			t.Error("the export of a restored state is another")
		}
	}
	for from := uint64(1); from < last; from += 3 {
		s, err := restore(t, nil, bytes.NewReader(exportOf(t, straight.store, from)))
		if err != nil {
			t.Fatal(err)
		}
		l := newLedger(t, s, noteRules())
		for h := from + 1; h <= last; h++ {
			if h == 7 {
				runBlock(t, l)
			} else {
				runBlock(t, l, blockOf(h)...)
			}
			if !bytes.Equal(l.Tip().Hash, hashes[h-1]) {
				t.Fatalf("restored at %d, block %d gives another hash", from, h)
			}
		}
		// Block 7 is empty, so 6 has the same tree and is there.
		if _, err := l.View(from - 1); from > 1 && from != 7 && !errors.Is(err, state.ErrHeight) {
			t.Errorf("height %d before the restored one: %v", from-1, err)
		}
	}
}

// An empty state can be exported too.
func TestExportEmpty(t *testing.T) {
	s := openStore(t, nil, 0)
	write(t, s, nil)
	restored, err := restore(t, nil, bytes.NewReader(exportOf(t, s, 0)))
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, map[string][]byte{"a": {1}})
	write(t, restored, map[string][]byte{"a": {1}})
	if !bytes.Equal(s.Tip().Hash, restored.Tip().Hash) {
		t.Error("restored from empty, the hashes differ")
	}
}

// An interrupted restore is neither opened nor gone on with.
func TestRestoreInterrupted(t *testing.T) {
	export := exportOf(t, openLedger(t, nil).store, 0)
	fs := vfs.NewCrashableMem()
	broken := errors.New("connection lost")
	_, err := restore(t, fs, io.MultiReader(bytes.NewReader(export[:len(export)/2]), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	left := fs.CrashClone(vfs.CrashCloneCfg{})
	db := openDB(t, left)
	if _, err := OpenStore(db, 0); !errors.Is(err, ErrHalfway) {
		t.Errorf("opening half a state: %v", err)
	}
	if _, err := Restore(db, bytes.NewReader(export)); !errors.Is(err, ErrHalfway) {
		t.Errorf("restoring over half a state: %v", err)
	}
	_ = db.Close()
}

func TestRestoreNeedsEmpty(t *testing.T) {
	l := openLedger(t, nil)
	export := exportOf(t, l.store, 0)
	before := l.Tip().Hash
	if _, err := Restore(l.store.db, bytes.NewReader(export)); err == nil {
		t.Error("restored over a state")
	}
	runBlock(t, l)
	if !bytes.Equal(before, l.Tip().Hash) {
		t.Error("a refused restore changed the state")
	}
}

// Each kind of damage is refused with its own words.
func TestRestoreRefuses(t *testing.T) {
	good := exportOf(t, openLedger(t, nil).store, 0)
	head := func(change func(h *exportHead)) []byte {
		h, rest := splitHead(t, good)
		change(&h)
		return append(tx.Encode(h), rest...)
	}
	node := func(n exportNode) []byte { // the head and this node alone
		h, _ := splitHead(t, good)
		h.Nodes = 1
		return append(tx.Encode(h), tx.Encode(n)...)
	}
	for _, row := range []struct {
		name   string
		export []byte
		want   string
	}{
		{"empty", nil, "head"},
		{"noise", []byte{0xff, 0xff}, "head"},
		{"another format", head(func(h *exportHead) { h.Format = 1 }), "format 1"},
		{"height zero", head(func(h *exportHead) { h.Tip.Height = 0 }), "height 0"},
		{"height without bound", head(func(h *exportHead) { h.Tip.Height = 1 << 62 }), "height"},
		{"height 2^64-1", head(func(h *exportHead) { h.Tip.Height = 1<<64 - 1 }), "height"},
		{"another hash", head(func(h *exportHead) { h.Tip.Hash[0] ^= 1 }), "not the hash promised"},
		{"no hash", head(func(h *exportHead) { h.Tip.Hash = nil }), "not the hash promised"},
		{"fewer nodes", head(func(h *exportHead) { h.Nodes -= 2 }), "goes on after"},
		{"more nodes", head(func(h *exportHead) { h.Nodes++ }), "reading node"},
		{"nodes without end", head(func(h *exportHead) { h.Nodes = 1<<64 - 1 }), "reading node"},
		{"no nodes", head(func(h *exportHead) { h.Nodes = 0 }), "goes on after"},
		{"truncated", good[:len(good)-1], "reading node"},
		{"trailing byte", append(bytes.Clone(good), 0), "goes on after"},
		{"negative version", node(exportNode{[]byte("k"), []byte("v"), -1, 0}), "no node"},
		{"version ahead", node(exportNode{[]byte("k"), []byte("v"), 2, 0}), "no node"},
		{"negative depth", node(exportNode{[]byte("k"), []byte("v"), 1, -1}), "no node"},
		{"no key", node(exportNode{nil, []byte("v"), 1, 0}), "no node"},
		{"inner node without children", node(exportNode{[]byte("k"), nil, 1, 1}), "does not fit"},
	} {
		_, err := Restore(openDB(t, nil), bytes.NewReader(row.export))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

// Nodes that have the right hash together but lead astray are refused.
func TestRestoreShape(t *testing.T) {
	for name, nodes := range map[string][]exportNode{
		"left child's key":   {{[]byte("a"), []byte{1}, 1, 0}, {[]byte("b"), []byte{2}, 1, 0}, {[]byte("a"), nil, 1, 1}},
		"a key of no leaf":   {{[]byte("a"), []byte{1}, 1, 0}, {[]byte("b"), []byte{2}, 1, 0}, {[]byte("c"), nil, 1, 1}},
		"a leaf twice":       {{[]byte("a"), []byte{1}, 1, 0}, {[]byte("a"), []byte{2}, 1, 0}, {[]byte("a"), nil, 1, 1}},
		"leaves descending":  {{[]byte("b"), []byte{1}, 1, 0}, {[]byte("a"), []byte{2}, 1, 0}, {[]byte("a"), nil, 1, 1}},
		"one child":          {{[]byte("a"), []byte{1}, 1, 0}, {[]byte("a"), nil, 1, 1}},
		"parent of its left": {{[]byte("a"), []byte{1}, 1, 0}, {[]byte("a"), nil, 1, 1}, {[]byte("b"), []byte{2}, 1, 0}},
	} {
		export := tx.Encode(exportHead{exportFormat, state.Tip{Height: 1}, uint64(len(nodes))})
		for _, n := range nodes {
			export = append(export, tx.Encode(n)...)
		}
		if _, err := Restore(openDB(t, nil), bytes.NewReader(export)); !errors.Is(err, errShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// splitHead separates the head of an export from its nodes.
func splitHead(t testing.TB, export []byte) (h exportHead, nodes []byte) {
	dec := cbor.NewDecoder(bytes.NewReader(export))
	if err := dec.Decode(&h); err != nil {
		t.Fatal(err)
	}
	return h, export[dec.NumBytesRead():]
}

// An export cut anywhere is refused, and one with a changed byte is refused or
// gives the same state.
func TestRestoreDamaged(t *testing.T) {
	s := openStore(t, nil, 0)
	write(t, s, map[string][]byte{"a": {1}, "b": {2}, "c": {3}})
	good := exportOf(t, s, 0)
	for i := range good {
		if _, err := restore(t, nil, bytes.NewReader(good[:i])); err == nil {
			t.Errorf("cut to %d bytes of %d and restored", i, len(good))
		}
		for _, bit := range []byte{1, 0x10, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= bit
			checkRestored(t, s, bad)
		}
	}
}

// checkRestored restores an export of unknown worth: refused, or of the hash
// that it should have.
func checkRestored(t *testing.T, s *Store, export []byte) {
	restored, err := restore(t, nil, bytes.NewReader(export))
	if err != nil {
		return
	}
	defer func() { _ = restored.Close() }()
	if !bytes.Equal(restored.Tip().Hash, s.Tip().Hash) {
		return // another state, which is whole: the caller knows the right hash
	}
	want := contents(t, s)
	if !maps.EqualFunc(contents(t, restored), want, bytes.Equal) {
		t.Errorf("restored other records under the same hash from %x", export)
	}
	// The hash does not cover by which keys the tree finds its way.
	v, err := restored.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for k := range want {
		if value, _ := checkProof(t, v, []byte(k)); !bytes.Equal(value, want[k]) {
			t.Errorf("restored a tree that does not find %s from %x", k, export)
		}
	}
}

func FuzzRestore(f *testing.F) {
	s := openStore(f, nil, 0)
	write(f, s, map[string][]byte{"a": {1}, "b": {2}, "c": {3}})
	write(f, s, map[string][]byte{"b": {4}})
	f.Add(exportOf(f, s, 0))
	f.Add(exportOf(f, s, 1))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, export []byte) { checkRestored(t, s, export) })
}
