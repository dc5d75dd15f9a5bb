package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	ics23 "github.com/cosmos/ics23/go"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A store and its views at every height equal a map a height, through empty
// blocks and reopening.
func TestStoreModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fs := vfs.NewMem()
		s := openStore(t, fs, 0)
		defer func() { _ = s.Close() }()
		now := memory{}
		var heights []memory
		for range rapid.IntRange(1, 8).Draw(rt, "blocks") {
			writes := map[string][]byte{}
			for range rapid.IntRange(0, 10).Draw(rt, "writes") {
				k, v := anyKey.Draw(rt, "key"), anyValue.Draw(rt, "value")
				writes[string(k)] = v
				now.apply(k, v)
			}
			if err := tryWrite(s, writes); err != nil {
				rt.Fatal(err)
			}
			heights = append(heights, maps.Clone(now))
			if rapid.IntRange(0, 3).Draw(rt, "reopen") == 0 {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				s = openStore(t, fs, 0)
			}
			checkScan(rt, s, now)
		}
		for i, want := range heights {
			v, err := s.View(uint64(i + 1))
			if err != nil {
				rt.Fatal(err)
			}
			if got := contents(t, v); !maps.EqualFunc(got, want, bytes.Equal) {
				rt.Fatalf("height %d holds %x, want %x", i+1, got, want)
			}
			checkScan(rt, v, want)
			k := anyKey.Draw(rt, "probe")
			if got, err := v.Leaf(k); err != nil || !bytes.Equal(got, want[string(k)]) {
				rt.Fatalf("height %d: %x is %x, %v, want %x", i+1, k, got, err, want[string(k)])
			}
			if len(want) > 0 {
				checkProof(rt, v, k)
			}
			if err := v.CheckFlat(); err != nil {
				rt.Fatal(err)
			}
			v.Close()
		}
		// What any height exports is a tree of the shape that Restore demands.
		h := rapid.IntRange(1, len(heights)).Draw(rt, "exported")
		restored, err := restore(t, nil, bytes.NewReader(exportOf(t, s, uint64(h))))
		if err != nil {
			rt.Fatal(err)
		}
		if got := contents(t, restored); !maps.EqualFunc(got, heights[h-1], bytes.Equal) {
			rt.Fatalf("height %d restored holds %x, want %x", h, got, heights[h-1])
		}
		_ = restored.Close()
	})
}

type fataler interface{ Fatalf(string, ...any) }

// checkProof proves what v holds under key, or that it holds nothing.
func checkProof(t fataler, v *View, key []byte) (value []byte, proof *ics23.CommitmentProof) {
	value, proof, err := v.Prove(key)
	if err != nil {
		t.Fatalf("proving %x at height %d: %v", key, v.Height(), err)
	}
	if !proves(v.Hash(), proof, key, value) {
		t.Fatalf("the proof of %x = %x at height %d does not verify", key, value, v.Height())
	}
	return value, proof
}

func proves(root []byte, proof *ics23.CommitmentProof, key, value []byte) bool {
	if value == nil {
		return ics23.VerifyNonMembership(ics23.IavlSpec, root, proof, key)
	}
	return ics23.VerifyMembership(ics23.IavlSpec, root, proof, key, value)
}

// A changed byte of the root, the key, the value or the proof is noticed.
func TestProofTamper(t *testing.T) {
	s := openStore(t, nil, 0)
	leaves := map[string][]byte{}
	for i := range 50 {
		leaves[fmt.Sprintf("key %02d", 2*i)] = fmt.Appendf(nil, "value %d", i)
	}
	write(t, s, leaves)
	v, _ := s.View(0)
	defer v.Close()
	for _, key := range []string{"key 00", "key 42", "key 98", "key 43", "a", "z", "key 990"} {
		k := []byte(key)
		value, proof := checkProof(t, v, k)
		if (value != nil) != (leaves[key] != nil) || !bytes.Equal(value, leaves[key]) {
			t.Fatalf("%s: proved %q, want %q", key, value, leaves[key])
		}
		each := func(b []byte, check func(changed []byte) bool) {
			for i := range b {
				for _, bit := range []byte{1, 0x80} {
					c := bytes.Clone(b)
					c[i] ^= bit
					if check(c) {
						t.Errorf("%s: byte %d of %d changed and the proof verifies", key, i, len(b))
					}
				}
			}
		}
		each(v.Hash(), func(root []byte) bool { return proves(root, proof, k, value) })
		if value != nil {
			each(k, func(c []byte) bool { return proves(v.Hash(), proof, c, value) })
			each(value, func(c []byte) bool { return proves(v.Hash(), proof, k, c) })
			if proves(v.Hash(), proof, k, nil) {
				t.Errorf("%s: a proof of existence proves absence", key)
			}
		} else if proves(v.Hash(), proof, []byte("key 42"), nil) || proves(v.Hash(), proof, k, []byte("x")) {
			t.Errorf("%s: a proof of absence proves something else", key)
		}
		raw, err := proof.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		each(raw, func(c []byte) bool { return provesOther(c, proof, v.Hash(), k, value) })
	}
}

// provesOther says whether changed bytes decode to a proof that says something
// other than proof and verifies. The key that a proof of absence carries is
// left out: ICS-23 takes the verifier's key and never looks at that one.
func provesOther(raw []byte, proof *ics23.CommitmentProof, root, key, value []byte) bool {
	var c ics23.CommitmentProof
	if c.Unmarshal(raw) != nil {
		return false
	}
	if absence := c.GetNonexist(); absence != nil {
		absence.Key = key
	}
	a, err := c.Marshal()
	b, _ := proof.Marshal()
	return err == nil && !bytes.Equal(a, b) && proves(root, &c, key, value)
}

// Writing what is there already changes no root.
func TestUnchangedDropped(t *testing.T) {
	s := openStore(t, nil, 0)
	write(t, s, map[string][]byte{"a": {1}, "b": {2}})
	before := s.Tip().Hash
	write(t, s, map[string][]byte{"a": {1}, "b": {2}, "c": nil})
	if !bytes.Equal(before, s.Tip().Hash) {
		t.Error("rewriting the same values changed the root")
	}
	write(t, s, map[string][]byte{"a": {}})
	if bytes.Equal(before, s.Tip().Hash) {
		t.Error("an empty value is not a value")
	}
	if v, err := s.Leaf([]byte("a")); err != nil || v == nil || len(v) != 0 {
		t.Errorf("an empty value reads as %v, %v", v, err)
	}
}

func TestCheckFlat(t *testing.T) {
	for name, tamper := range map[string]func(b *pebble.Batch){
		"changed": func(b *pebble.Batch) { _ = b.Set([]byte("fkey 5"), []byte("x"), nil) },
		"missing": func(b *pebble.Batch) { _ = b.Delete([]byte("fkey 5"), nil) },
		"first":   func(b *pebble.Batch) { _ = b.Delete([]byte("fkey 0"), nil) },
		"last":    func(b *pebble.Batch) { _ = b.Delete([]byte("fkey 9"), nil) },
		"added":   func(b *pebble.Batch) { _ = b.Set([]byte("fkey 55"), []byte("x"), nil) },
		"after":   func(b *pebble.Batch) { _ = b.Set([]byte("fzzz"), []byte("x"), nil) },
		"before":  func(b *pebble.Batch) { _ = b.Set([]byte("fa"), []byte("x"), nil) },
		"":        func(b *pebble.Batch) {},
	} {
		fs := vfs.NewMem()
		s := openStore(t, fs, 0)
		for i := range 10 {
			write(t, s, map[string][]byte{fmt.Sprintf("key %d", i): []byte("value")})
		}
		b := s.db.NewBatch()
		tamper(b)
		if err := b.Commit(pebble.Sync); err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		s = openStore(t, fs, 0)
		v, err := s.View(0)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.CheckFlat(); (err != nil) != (name != "") {
			t.Errorf("flat record %s: %v", name, err)
		}
		v.Close()
	}
}

// Opening refuses a state whose own account of itself, under its root, is another
// than that of the last commit, or whose flat copy of it was changed; it says what
// each says, and writes nothing.
func TestOpenHoldsHead(t *testing.T) {
	flatHead := spaced(spaceFlat, state.LocateHead().Key)
	head := state.Head{Chain: testChain, Version: 1, Height: 3, Time: 3}
	for name, row := range map[string]struct {
		tip  func(*state.Tip)
		flat func(*state.Head)
		want string
	}{
		"another chain":      {tip: func(p *state.Tip) { p.Chain = "notes-2" }, want: `of chain "notes-2", version 1, height 3 and time 3`},
		"another version":    {tip: func(p *state.Tip) { p.Version = 2 }, want: "version 2, height 3"},
		"an earlier time":    {tip: func(p *state.Tip) { p.Time = 2 }, want: "height 3 and time 2"},
		"flat chain":         {flat: func(h *state.Head) { h.Chain = "notes-2" }, want: `its leaf says chain "notes-2"`},
		"flat height":        {flat: func(h *state.Head) { h.Height = 4 }, want: "a last change at height 4"},
		"tip and flat chain": {tip: func(p *state.Tip) { p.Chain = "notes-2" }, flat: func(h *state.Head) { h.Chain = "notes-2" }, want: `its leaf says chain "notes-1"`},
		"no flat copy":       {flat: func(h *state.Head) { *h = state.Head{} }, want: `its leaf says chain ""`},
	} {
		fs := vfs.NewMem()
		s := openStore(t, fs, 0)
		for i := range 3 {
			write(t, s, map[string][]byte{fmt.Sprint(i): {1}})
		}
		b := s.db.NewBatch()
		if row.tip != nil {
			tip := s.Tip()
			row.tip(&tip)
			_ = b.Set(metaTip, tx.Encode(tip), nil)
		}
		if row.flat != nil {
			other := head
			row.flat(&other)
			_ = b.Set(flatHead, tx.Encode(other), nil)
		}
		if err := b.Commit(pebble.Sync); err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		db := openDB(t, fs)
		if _, err := OpenStore(db, 0); !errors.Is(err, ErrHead) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", name, err)
		}
		_ = db.Close()
	}
}

// Opening refuses a tree that is not what the last commit says.
func TestOpenRefuses(t *testing.T) {
	for name, tamper := range map[string]func(b *pebble.Batch){
		"garbled tip": func(b *pebble.Batch) { _ = b.Set(metaTip, []byte{0xff}, nil) },
		"other hash": func(b *pebble.Batch) {
			_ = b.Set(metaTip, tx.Encode(state.Tip{Height: 3, Hash: make([]byte, 32)}), nil)
		},
		"height too high": func(b *pebble.Batch) { _ = b.Set(metaTip, tx.Encode(state.Tip{Height: 4}), nil) },
		"no nodes":        func(b *pebble.Batch) { _ = b.DeleteRange([]byte{spaceNode}, []byte{spaceNode + 1}, nil) },
		"restore mark":    func(b *pebble.Batch) { _ = b.Set(metaRestore, []byte{1}, nil) },
	} {
		fs := vfs.NewMem()
		s := openStore(t, fs, 0)
		for i := range 3 {
			write(t, s, map[string][]byte{fmt.Sprint(i): {1}})
		}
		b := s.db.NewBatch()
		tamper(b)
		if err := b.Commit(pebble.Sync); err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		db := openDB(t, fs)
		if _, err := OpenStore(db, 0); err == nil {
			t.Errorf("%s: opened", name)
		}
		_ = db.Close()
	}
}

// After a prune the last keep heights are readable and provable, and none
// before; a restart changes nothing.
func TestPruning(t *testing.T) {
	const keep = 30
	fs := vfs.NewMem()
	s := openStore(t, fs, keep)
	now := memory{}
	var heights []memory
	var hashes [][]byte
	for h := 1; h <= 4*pruneEvery; h++ {
		leaves := map[string][]byte{}
		if h%3 != 0 { // every third block is empty
			leaves[fmt.Sprint(h%17)] = fmt.Append(nil, h)
			leaves[fmt.Sprint((h*7)%23)] = nil
		}
		if h == 200 {
			leaves["hole"] = []byte("x")
		}
		write(t, s, leaves)
		for k, v := range leaves {
			now.apply([]byte(k), v)
		}
		heights, hashes = append(heights, maps.Clone(now)), append(hashes, s.Tip().Hash)
		if h == 2*pruneEvery-1 || h == 3*pruneEvery+5 {
			_ = s.Close()
			s = openStore(t, fs, keep)
		}
	}
	for h := 1; h <= len(heights); h++ {
		v, err := s.View(uint64(h))
		if h <= len(heights)-keep {
			if !errors.Is(err, state.ErrHeight) {
				t.Fatalf("height %d is pruned: %v", h, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, v); !maps.EqualFunc(got, heights[h-1], bytes.Equal) || !bytes.Equal(v.Hash(), hashes[h-1]) {
			t.Fatalf("height %d changed by pruning", h)
		}
		checkProof(t, v, []byte("5"))
		v.Close()
	}
	for _, h := range []uint64{uint64(len(heights)) + 1, 1 << 40, 1<<64 - 1, 1 << 63} {
		if _, err := s.View(h); !errors.Is(err, state.ErrHeight) {
			t.Errorf("height %d: %v", h, err)
		}
	}
}

// A view of the tip reads the same for as long as it is held. A view of an
// older height that is pruned meanwhile reads the same or fails.
func TestViewsHeld(t *testing.T) {
	s := openStore(t, nil, 10)
	big := map[string][]byte{}
	for i := range 2000 {
		big[fmt.Sprintf("key %04d", i)] = []byte("first")
	}
	write(t, s, big)
	write(t, s, map[string][]byte{"key 0000": []byte("second")})
	tip, _ := s.View(0)
	defer tip.Close()
	old, err := s.View(1)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	want := contents(t, tip)
	for range 3 * pruneEvery {
		leaves := map[string][]byte{}
		h := int(s.Tip().Height)
		for i := range 20 {
			leaves[fmt.Sprintf("key %04d", (h*20+i)%2000)] = fmt.Append(nil, h)
		}
		write(t, s, leaves)
	}
	if got := contents(t, tip); !maps.EqualFunc(got, want, bytes.Equal) {
		t.Error("a held view changed")
	}
	n := 0
	err = old.Each(nil, lastKey, func(k, v []byte) (bool, error) {
		n++
		if string(v) != "first" {
			t.Fatalf("a held view of height 1 reads %q", v)
		}
		return true, nil
	})
	if err == nil && n != len(big) {
		t.Errorf("a scan of a pruned height ended after %d of %d leaves without an error", n, len(big))
	}
	if _, _, err := tip.Prove([]byte("key 0000")); !errors.Is(err, state.ErrHeight) {
		t.Errorf("proof at a pruned height: %v", err)
	}
}

// A walk of an older height that meets a node it cannot read says so.
func TestWalkCutShort(t *testing.T) {
	fs := vfs.NewMem()
	s := openStore(t, fs, 0)
	records := map[string][]byte{}
	for i := range 64 {
		records[fmt.Sprintf("key %02d", i)] = []byte("x")
	}
	write(t, s, records)
	tree, err := s.immutable(1)
	if err != nil {
		t.Fatal(err)
	}
	walk := leaves{tree}
	// The leaf of a key in the middle: space, the tree's 's', version 1, nonce.
	key := []byte{spaceNode, 's', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 40}
	if got, _ := fetch(s.db, key); got == nil {
		t.Fatal("the tree keeps its nodes elsewhere")
	}
	if err := s.db.Delete(key, pebble.Sync); err != nil {
		t.Fatal(err)
	}
	n := 0
	err = walk.Each([]byte("key 00"), []byte("key 63"), func(k, v []byte) (bool, error) { n++; return true, nil })
	if err == nil {
		t.Errorf("%d of 63 leaves were walked and no error", n)
	}
}
