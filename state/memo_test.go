package state

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A listed is a record with every kind of reference that records have.
type listed struct {
	Number uint64       `cbor:"1,keyasint,omitempty"`
	Bytes  tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Parts  []listPart   `cbor:"3,keyasint,omitempty"`
	Sums   []uint64     `cbor:"4,keyasint,omitempty"`
	Within listPart     `cbor:"5,keyasint,omitempty"`
}

type listPart struct {
	Name string    `cbor:"1,keyasint,omitempty"`
	Raw  []byte    `cbor:"2,keyasint,omitempty"`
	Of   [2][]byte `cbor:"3,keyasint,omitempty"`
}

var listedTable = NewTable[uint64, listed](0x51)

var anyListed = rapid.Custom(func(t *rapid.T) listed {
	raw := rapid.SliceOfN(rapid.Byte(), 1, 3)
	part := rapid.Custom(func(t *rapid.T) listPart {
		return listPart{Name: "part", Raw: raw.Draw(t, "raw"), Of: [2][]byte{raw.Draw(t, "first"), raw.Draw(t, "second")}}
	})
	return listed{
		Number: rapid.Uint64().Draw(t, "number"), Bytes: raw.Draw(t, "bytes"),
		Parts: rapid.SliceOfN(part, 0, 2).Draw(t, "parts"), Sums: rapid.SliceOfN(rapid.Uint64(), 0, 2).Draw(t, "sums"),
		Within: part.Draw(t, "within"),
	}
})

// spoil changes everything that a value refers to, where it lies.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(v.Uint() ^ 0x55)
	case reflect.String:
		v.SetString("spoiled")
	}
}

// read returns the record under k and spoils another copy of it, as a handler does that
// changes the lists of what it read and is refused.
func read(t *rapid.T, c *Ctx, k uint64) (listed, bool) {
	spoiled, _, err := listedTable.Find(c, k)
	if err != nil {
		t.Fatal(err)
	}
	spoil(reflect.ValueOf(&spoiled).Elem())
	v, ok, err := listedTable.Find(c, k)
	if err != nil {
		t.Fatal(err)
	}
	return v, ok
}

// A record that is read is the reader's own, whatever is done to it, and what is read and
// written is the same with and without decoded records kept.
func TestKeptRecordsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.Uint64Range(0, 3)
		base, model := memory{}, map[uint64]listed{}
		for range rapid.IntRange(0, 4).Draw(t, "base") {
			k, v := key.Draw(t, "key"), anyListed.Draw(t, "record")
			leaf, _ := listedTable.treeKey(1, k)
			base[string(leaf)], model[k] = tx.Encode(v), v
		}
		keeps := testCtx(base)
		m := NewMachine(Rules{}, nil)
		m.Forget()
		forgets := m.block(base, "notes-1", 1, 0).ctx(1, Authority{})
		ctxs := []*Ctx{keeps, forgets}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			k := key.Draw(t, "key")
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				v := anyListed.Draw(t, "record")
				model[k] = v
				for _, c := range ctxs {
					listedTable.Put(c, k, v)
				}
			case 1:
				delete(model, k)
				for _, c := range ctxs {
					listedTable.Delete(c, k)
				}
			case 2: // an action that is refused after it wrote
				for _, c := range ctxs {
					inner := *c
					inner.overlay = newOverlay(c.overlay)
					listedTable.Put(&inner, k, listed{Number: 1})
					if v, ok := read(t, &inner, k); !ok || v.Number != 1 {
						t.Fatalf("what was just written reads %+v, %v", v, ok)
					}
				}
			default:
				want, there := model[k]
				for i, c := range ctxs {
					if v, ok := read(t, c, k); ok != there || !bytes.Equal(tx.Encode(v), tx.Encode(want)) {
						t.Fatalf("%d: %d reads %+v, %v, want %+v, %v", i, k, v, ok, want, there)
					}
				}
			}
		}
		kept, err := keeps.changes()
		if err != nil {
			t.Fatal(err)
		}
		plain, err := forgets.changes()
		if err != nil || !cmp.Equal(kept, plain) {
			t.Fatalf("changes differ: %v, %v, %v", kept, plain, err)
		}
	})
}

// A record of the state before the block is decoded once, and not at all once it was
// written or where nothing is kept.
func TestKeptOnce(t *testing.T) {
	leaf, _ := listedTable.treeKey(1, 7)
	base := memory{string(leaf): tx.Encode(listed{Number: 4, Sums: []uint64{1}})}
	c := testCtx(base)
	for range 2 {
		if _, err := listedTable.Get(c, 7); err != nil {
			t.Fatal(err)
		}
		known, err := c.kept(leaf)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := (*known.record.Load()).(*listed); !ok || v.Number != 4 {
			t.Fatalf("kept %+v", v)
		}
		known.raw = []byte("not looked at again")
	}
	listedTable.Put(c, 7, listed{Number: 5})
	if known, err := c.kept(leaf); known != nil || err != nil {
		t.Errorf("after a write %+v is kept, %v", known, err)
	}
	m := NewMachine(Rules{}, nil)
	m.Forget()
	c = m.block(base, "notes-1", 1, 0).ctx(1, Authority{})
	if known, err := c.kept(leaf); known != nil || err != nil {
		t.Errorf("a machine that forgets keeps %+v, %v", known, err)
	}
}

// A type that refers to what cannot be copied is not kept.
func TestCloner(t *testing.T) {
	for _, row := range []struct {
		of         any
		kept, flat bool
	}{
		{uint64(0), true, true}, {"", true, true}, {[4]byte{}, true, true}, {struct{ A, B uint8 }{}, true, true},
		{[]byte{}, true, false}, {[2][]byte{}, true, false}, {listed{}, true, false},
		{map[string]int{}, false, true}, {[]map[string]int{}, false, false}, {struct{ P *int }{}, false, true},
		{struct{ hidden []byte }{}, false, true}, {[]any{}, false, false},
	} {
		clone, ok := clonerOf(reflect.TypeOf(row.of))
		if ok != row.kept || ok && (clone == nil) != row.flat {
			t.Errorf("%T: kept %v, flat %v", row.of, ok, clone == nil)
		}
	}
	a := listed{Bytes: make([]byte, 1, 8)}
	clone, _ := clonerOf(reflect.TypeFor[listed]())
	b, c := a, a
	clone(reflect.ValueOf(&b).Elem())
	clone(reflect.ValueOf(&c).Elem())
	if x, y := append(b.Bytes, 1), append(c.Bytes, 2); slices.Equal(x, y) {
		t.Error("two copies share what lies behind their ends")
	}
}
