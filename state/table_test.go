package state

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/tx"
)

type countKey struct {
	Shelf  uint16
	Number uint64
}

// testCtx is a Ctx of co-op 1 over base.
func testCtx(base Leaves) *Ctx {
	b := NewMachine(Rules{}, nil).block(base, "notes-1", 1, 0)
	return b.ctx(1, Authority{})
}

func compareKeys(a, b countKey) int {
	return cmp.Or(cmp.Compare(a.Shelf, b.Shelf), cmp.Compare(a.Number, b.Number))
}

var (
	plainTable = NewTable[countKey, uint64](0x10)
	pagedTable = NewPagedTable[countKey, uint64](0x11)

	anyNumber = rapid.OneOf(rapid.Uint64Range(0, 200), rapid.Uint64Range(1<<32-70, 1<<32+70), rapid.Uint64Range(1<<64-130, 1<<64-1), rapid.Uint64())
	anyCount  = rapid.Custom(func(t *rapid.T) countKey {
		return countKey{rapid.SampledFrom([]uint16{0, 1, 2, 255, 256, 1<<16 - 1}).Draw(t, "shelf"), anyNumber.Draw(t, "number")}
	})
)

// The order of leaves and slots is the order of the numbers, and a key can be
// read back.
func TestKeyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCount.Draw(t, "a"), anyCount.Draw(t, "b")
		for _, table := range []Table[countKey, uint64]{plainTable, pagedTable} {
			la, sa := table.treeKey(3, a)
			lb, sb := table.treeKey(3, b)
			if got := cmp.Or(bytes.Compare(la, lb), cmp.Compare(sa, sb)); got != compareKeys(a, b) {
				t.Fatalf("%v and %v: %d, leaves %x/%d and %x/%d", a, b, got, la, sa, lb, sb)
			}
			if back, err := table.recordKey(la, sa); err != nil || back != a {
				t.Fatalf("%v reads back as %v, %v", a, back, err)
			}
			l := table.Locate(3, a)
			if table.paged && l.Slot != sa || !table.paged && l.Slot != -1 || !bytes.Equal(l.Key, la) {
				t.Fatalf("located at %+v", l)
			}
		}
	})
}

// Both kinds of table answer what a map does, for every range, over every
// height of overlay.
func TestTableModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := map[countKey]uint64{}
		other := map[countKey]uint64{}
		bottom := testCtx(memory{})
		c := bottom
		for range rapid.IntRange(0, 60).Draw(t, "writes") {
			k := anyCount.Draw(t, "key")
			switch rapid.IntRange(0, 5).Draw(t, "write") {
			case 0:
				plainTable.Delete(c, k)
				pagedTable.Delete(c, k)
				delete(model, k)
			case 1: // another co-op's record, which must not show
				plainTable.Put(c.In(2), k, 9)
				pagedTable.Put(c.In(2), k, 9)
				other[k] = 9
			case 2: // deeper
				inner := *c
				inner.overlay = newOverlay(c.overlay)
				c = &inner
			default:
				v := rapid.Uint64().Draw(t, "value")
				plainTable.Put(c, k, v)
				pagedTable.Put(c, k, v)
				model[k] = v
			}
		}
		for _, table := range []Table[countKey, uint64]{plainTable, pagedTable} {
			checkTable(t, table, c, model)
			checkTable(t, table, c.Of(2), other)
			checkTable(t, table, c.Of(3), nil)
		}
	})
}

func checkTable(t *rapid.T, table Table[countKey, uint64], r Reader, model map[countKey]uint64) {
	keys := slices.SortedFunc(maps.Keys(model), compareKeys)
	probe := append([]countKey{anyCount.Draw(t, "probe")}, keys...)
	for _, k := range probe {
		v, ok, err := table.Find(r, k)
		has, herr := table.Has(r, k)
		want, wantOK := model[k]
		if err != nil || herr != nil || ok != wantOK || has != wantOK || v != want {
			t.Fatalf("%v: %d, %v, %v, want %d, %v", k, v, ok, err, want, wantOK)
		}
	}
	// Ends that are keys, neighbours of keys, or anything, in any order.
	end := func(name string) countKey {
		k := rapid.SampledFrom(append(probe, countKey{0, 0}, countKey{1<<16 - 1, 1<<64 - 1})).Draw(t, name)
		k.Number += uint64(rapid.SampledFrom([]int{-1, 0, 0, 1}).Draw(t, "off"))
		return k
	}
	first, last := end("first"), end("last")
	limit := rapid.IntRange(1, 70).Draw(t, "limit")
	var got, want []countKey
	for _, k := range keys {
		if compareKeys(first, k) <= 0 && compareKeys(k, last) <= 0 && len(want) < limit {
			want = append(want, k)
		}
	}
	err := table.Range(r, first, last, func(k countKey, v uint64) (bool, error) {
		if v != model[k] {
			t.Fatalf("range gives %v = %d, want %d", k, v, model[k])
		}
		got = append(got, k)
		return len(got) < limit, nil
	})
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("range %v to %v, at most %d: %v, %v, want %v", first, last, limit, got, err, want)
	}
}

// 64 neighbours share a leaf, and the last to go takes it along.
func TestPagedLeaves(t *testing.T) {
	c := testCtx(memory{})
	for n := uint64(0); n < 200; n++ {
		pagedTable.Put(c, countKey{1, n}, n)
	}
	if n := len(c.writes); n != 4 {
		t.Errorf("200 records make %d leaves, want 4", n)
	}
	for n := uint64(0); n < 200; n++ {
		pagedTable.Delete(c, countKey{1, n})
	}
	if got := contents(t, c.overlay); len(got) != 0 {
		t.Errorf("empty pages stay: %x", got)
	}
	changes, err := c.changes()
	if err != nil || len(changes) != 0 {
		t.Errorf("writing and deleting is a change: %x, %v", changes, err)
	}
}

// A corrupt page or record is an error to readers and a panic to writers.
func TestTableCorrupt(t *testing.T) {
	k := countKey{1, 70}
	plain, _ := plainTable.treeKey(1, k)
	paged, _ := pagedTable.treeKey(1, k)
	c := testCtx(memory{string(plain): {0xff}, string(paged): {0xff}})
	for _, table := range []Table[countKey, uint64]{plainTable, pagedTable} {
		if _, _, err := table.Find(c, k); err == nil {
			t.Error("Find sees nothing")
		}
		if err := table.Range(c, k, k, func(countKey, uint64) (bool, error) { return true, nil }); err == nil {
			t.Error("Range sees nothing")
		}
	}
	if _, err := pagedTable.Has(c, k); err == nil {
		t.Error("Has sees nothing")
	}
	defer func() {
		if recover() == nil {
			t.Error("Put on a corrupt page is let pass")
		}
	}()
	pagedTable.Put(c, k, 1)
}

// A table does not take what cannot be read for what is not there.
func TestTableFault(t *testing.T) {
	c := testCtx(broken{})
	k := countKey{1, 70}
	for _, table := range []Table[countKey, uint64]{plainTable, pagedTable} {
		if _, ok, err := table.Find(c, k); ok || !errors.Is(err, errBroken) {
			t.Errorf("Find: %v, %v", ok, err)
		}
		if _, err := table.Get(c, k); !errors.Is(err, errBroken) {
			t.Errorf("Get: %v", err)
		}
		if has, err := table.Has(c, k); has || !errors.Is(err, errBroken) {
			t.Errorf("Has: %v, %v", has, err)
		}
		if err := table.Range(c, k, k, func(countKey, uint64) (bool, error) { return true, nil }); !errors.Is(err, errBroken) {
			t.Errorf("Range: %v", err)
		}
	}
	plainTable.Put(c, k, 1)
	if _, err := c.changes(); !errors.Is(err, errBroken) {
		t.Errorf("changes over what cannot be read: %v", err)
	}
}

// broken is Leaves that cannot be read.
type broken struct{}

var errBroken = errors.New("disk on fire")

func (broken) Leaf([]byte) ([]byte, error) { return nil, errBroken }

func (broken) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error { return errBroken }

// Keys of another length in a table's range are another table's, though their
// first bytes are those of its own.
func TestRangePassesOverOtherKeys(t *testing.T) {
	k := countKey{1, 70}
	leaf, _ := plainTable.treeKey(1, k)
	c := testCtx(memory{string(leaf) + "\x00": {0x07}})
	plainTable.Put(c, k, 5)
	plainTable.Put(c, countKey{1, 71}, 6)
	sum := uint64(0)
	err := plainTable.Range(c, countKey{1, 0}, countKey{1, 100}, func(_ countKey, v uint64) (bool, error) { sum += v; return true, nil })
	if err != nil || sum != 11 {
		t.Errorf("records sum to %d, %v; want 11", sum, err)
	}
}

// A record is taken out of the leaf that Locate names.
func TestExtract(t *testing.T) {
	c := testCtx(memory{})
	for _, table := range []Table[countKey, uint64]{plainTable, pagedTable} {
		for n := uint64(128); n < 131; n++ { // slots 0 to 2 of the third page
			table.Put(c, countKey{1, n}, n)
		}
		for n := uint64(128); n < 132; n++ {
			at := table.Locate(1, countKey{1, n})
			value, err := c.Leaf(at.Key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := at.Extract(value)
			var want []byte
			if n < 131 {
				want = tx.Encode(n)
			}
			if err != nil || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
				t.Errorf("table %02x, record %d at %+v: %x, %v; want %x", table.prefix, n, at, got, err, want)
			}
		}
	}
}

func TestTableKeys(t *testing.T) {
	for name, make := range map[string]func(){
		"string":      func() { NewTable[string, int](1) },
		"int":         func() { NewTable[int, int](1) },
		"short paged": func() { NewPagedTable[uint32, int](1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a table by %s is let pass", name)
				}
			}()
			make()
		}()
	}
	leaf, _ := NewTable[struct {
		A uint8
		B [3]byte
		C uint16
	}, int](0x7f).treeKey(0x01020304, struct {
		A uint8
		B [3]byte
		C uint16
	}{5, [3]byte{6, 7, 8}, 0x090a})
	if want := []byte{0x7f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}; !bytes.Equal(leaf, want) {
		t.Errorf("leaf %x, want %x", leaf, want)
	}
}

// A record of a later version may have a field more. The machine, whose rules could
// not keep it, takes it for a fault; a reader outside passes over it.
func TestUnknownField(t *testing.T) {
	type later struct {
		Text string `cbor:"1,keyasint,omitempty"`
		More uint64 `cbor:"2,keyasint,omitempty"`
	}
	type earlier struct {
		Text string `cbor:"1,keyasint,omitempty"`
	}
	for _, paged := range []bool{false, true} {
		wrote, reads := Table[uint64, later]{prefix: 0x12, paged: paged}, Table[uint64, earlier]{prefix: 0x12, paged: paged}
		c := testCtx(memory{})
		wrote.Put(c, 7, later{"text", 9})
		if _, _, err := reads.Find(c, 7); err == nil || Rejected(err) != nil || !strings.Contains(err.Error(), "unknown field") {
			t.Errorf("paged %v: the machine reads it: %v", paged, err)
		}
		if err := reads.Range(c, 0, 9, func(uint64, earlier) (bool, error) { return true, nil }); err == nil || Rejected(err) != nil {
			t.Errorf("paged %v: the machine walks over it: %v", paged, err)
		}
		outside := Remote{Leaves: c, At: Tip{}}.Of(1)
		got, ok, err := reads.Find(outside, 7)
		if err != nil || !ok || got.Text != "text" {
			t.Errorf("paged %v: outside: %+v, %v, %v", paged, got, ok, err)
		}
		n := 0
		err = reads.Range(outside, 0, 9, func(_ uint64, e earlier) (bool, error) { n++; return true, nil })
		if err != nil || n != 1 {
			t.Errorf("paged %v: outside, a walk: %d, %v", paged, n, err)
		}
	}
}

// contents reads every leaf.
func contents(t testing.TB, s Leaves) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := s.Each(nil, []byte{0xff}, func(k, v []byte) (bool, error) {
		out[string(k)] = bytes.Clone(v)
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
