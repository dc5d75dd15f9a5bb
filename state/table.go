package state

import (
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Table holds the records of one sort of every co-op. Its tree key is
//
//	prefix (1) ‖ co-op (4) ‖ record key
//
// K is an unsigned integer, an array of bytes or a struct of such; integers are
// big-endian, so byte order is numeric order. Records are canonical CBOR.
// Prefixes are append-only.
type Table[K comparable, V any] struct {
	prefix byte
	paged  bool
	keeps  bool   // decoded records are kept while a block executes
	clone  cloner // of V, nil if it has no references
}

// NewTable makes a table whose every record is a leaf of the tree.
func NewTable[K comparable, V any](prefix byte) Table[K, V] {
	checkKey[K]()
	clone, keeps := clonerOf(reflect.TypeFor[V]())
	return Table[K, V]{prefix: prefix, keeps: keeps, clone: clone}
}

// NewPagedTable makes a table for small records that are many and written often: the
// last 8 bytes of K are a number (usually of a member), and 64 consecutive numbers
// share a leaf, called a page (bucket). A million records then are 15,625 leaves.
//
// It panics on a V whose records can have more than MaxPaged bytes. Where the type
// does not bound them, because it holds a string or a list, the room must: Put
// panics on a larger one.
func NewPagedTable[K comparable, V any](prefix byte) Table[K, V] {
	if n := checkKey[K](); n < 8 {
		panic("a paged table's key must end in a uint64")
	}
	if n, bounded := largest(reflect.TypeFor[V]()); bounded && n > MaxPaged {
		panic(fmt.Sprintf("table %02x: a %v can have %d bytes, a page takes records of at most %d", prefix, reflect.TypeFor[V](), n, MaxPaged))
	}
	return Table[K, V]{prefix: prefix, paged: true}
}

func checkKey[K any]() int {
	var k K
	n := binary.Size(k)
	if n < 0 {
		panic(fmt.Sprintf("%T has no fixed size", k))
	}
	return n
}

const keyHead = 1 + 4

// treeKey returns the leaf that holds the record and, in a paged table, its
// slot there.
func (t Table[K, V]) treeKey(coop Coop, k K) (leaf []byte, slot int) {
	leaf = make([]byte, 0, 32)
	leaf = append(leaf, t.prefix)
	leaf = binary.BigEndian.AppendUint32(leaf, uint32(coop))
	leaf, err := binary.Append(leaf, binary.BigEndian, k)
	if err != nil {
		panic(err) // checkKey has refused such a K
	}
	if t.paged {
		tail := leaf[len(leaf)-8:]
		n := binary.BigEndian.Uint64(tail)
		binary.BigEndian.PutUint64(tail, n/pageSlots)
		slot = int(n % pageSlots)
	}
	return leaf, slot
}

// recordKey is the inverse of treeKey.
func (t Table[K, V]) recordKey(leaf []byte, slot int) (k K, err error) {
	b := leaf[keyHead:]
	if t.paged {
		b = append([]byte(nil), b...)
		tail := b[len(b)-8:]
		binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)*pageSlots+uint64(slot))
	}
	_, err = binary.Decode(b, binary.BigEndian, &k)
	return k, err
}

// Find returns the record under k and whether there is one. The record is the caller's
// own: nothing that is done to its lists reaches another reader. An error is a fault.
//
// A leaf that no block has written since it was read is decoded once: see Shelf. What is
// found does not depend on that.
func (t Table[K, V]) Find(r Reader, k K) (v V, ok bool, err error) {
	if c, in := r.(*Ctx); in && t.keeps {
		leaf, _ := t.treeKey(c.coop, k)
		known, err := c.kept(leaf)
		if err != nil {
			return v, false, err
		}
		if known != nil {
			record, err := t.decoded(known, leaf)
			if err != nil || record == nil {
				return v, false, err
			}
			return t.copied(record), true, nil
		}
	}
	return t.find(r, k)
}

// Peek is Find of a record that the caller does not change, nor anything that it refers
// to: it may be the one that all readers of the state share. It is nil if there is none.
func (t Table[K, V]) Peek(r Reader, k K) (*V, error) {
	if c, in := r.(*Ctx); in && t.keeps {
		leaf, _ := t.treeKey(c.coop, k)
		if known, err := c.kept(leaf); err != nil || known != nil {
			if err != nil {
				return nil, err
			}
			return t.decoded(known, leaf)
		}
	}
	v, ok, err := t.find(r, k)
	if err != nil || !ok {
		return nil, err
	}
	return &v, nil
}

// find reads and decodes.
func (t Table[K, V]) find(r Reader, k K) (v V, ok bool, err error) {
	leaf, slot := t.treeKey(r.Coop(), k)
	raw, err := r.Leaf(leaf)
	if err == nil && t.paged {
		raw, err = page(raw).get(slot)
	}
	if err != nil || raw == nil {
		return v, false, err
	}
	v, err = decodeRecord[V](r, raw)
	if err != nil {
		return v, false, fmt.Errorf("record %x: %w", leaf, err)
	}
	return v, true, nil
}

// decoded is the record that is kept of a leaf, nil if the leaf is absent.
func (t Table[K, V]) decoded(known *Kept, leaf []byte) (*V, error) {
	if known.raw == nil {
		return nil, nil
	}
	if record := known.record.Load(); record != nil {
		if v, ok := (*record).(*V); ok {
			return v, nil
		}
	}
	v, err := tx.DecodeTrusted[V](known.raw)
	if err != nil {
		return nil, fmt.Errorf("record %x: %w", leaf, err)
	}
	record := any(&v)
	known.record.Store(&record)
	return &v, nil
}

// copied shares nothing with v.
func (t Table[K, V]) copied(v *V) V {
	if t.clone == nil {
		return *v
	}
	own := *v
	t.clone(reflect.ValueOf(&own).Elem())
	return own
}

// Get returns the record under k, or its zero value if there is none.
func (t Table[K, V]) Get(r Reader, k K) (V, error) {
	v, _, err := t.Find(r, k)
	return v, err
}

// Has says whether there is a record under k.
func (t Table[K, V]) Has(r Reader, k K) (bool, error) {
	leaf, slot := t.treeKey(r.Coop(), k)
	raw, err := r.Leaf(leaf)
	if err == nil && t.paged {
		raw, err = page(raw).get(slot)
	}
	return raw != nil, err
}

// Put writes the record under k. It cannot fail on a sound store. It panics on a
// corrupt page, since handlers write after their last error return, and on a record
// that is too large for a page: see NewPagedTable.
func (t Table[K, V]) Put(c *Ctx, k K, v V) { t.write(c, k, tx.Encode(v)) }

// Delete removes the record under k, if there is one.
func (t Table[K, V]) Delete(c *Ctx, k K) { t.write(c, k, nil) }

func (t Table[K, V]) write(c *Ctx, k K, raw []byte) {
	leaf, slot := t.treeKey(c.coop, k)
	if t.paged {
		if len(raw) > MaxPaged {
			panic(fmt.Sprintf("table %02x: a record of %d bytes, a page takes at most %d", t.prefix, len(raw), MaxPaged))
		}
		old, err := c.Leaf(leaf)
		if err == nil {
			raw, err = page(old).with(slot, raw)
		}
		if err != nil {
			panic(fmt.Errorf("page %x: %w", leaf, err))
		}
	}
	c.store(leaf, raw)
}

// Range calls fn for the records from first to last, both included, in key order,
// until it returns stop. fn may write to the table: a later record that it changes
// or deletes is passed as changed, in a paged table from the next leaf on; one that
// it adds may be missed.
func (t Table[K, V]) Range(r Reader, first, last K, fn func(K, V) (more bool, err error)) error {
	start, lowSlot := t.treeKey(r.Coop(), first)
	end, highSlot := t.treeKey(r.Coop(), last)
	final := string(end)
	initial := string(start)
	return r.Each(start, append(end, 0), func(leaf, raw []byte) (bool, error) {
		if len(leaf) != len(initial) {
			return true, nil // a longer key of another shape cannot be ours
		}
		if !t.paged {
			return t.call(r, leaf, 0, raw, fn)
		}
		low, high := 0, pageSlots-1
		if string(leaf) == initial {
			low = lowSlot
		}
		if string(leaf) == final {
			high = highSlot
		}
		more := true
		err := page(raw).each(func(slot int, rec []byte) (bool, error) {
			if slot < low || slot > high {
				return true, nil
			}
			var err error
			more, err = t.call(r, leaf, slot, rec, fn)
			return more, err
		})
		return more, err
	})
}

func (t Table[K, V]) call(r Reader, leaf []byte, slot int, raw []byte, fn func(K, V) (bool, error)) (bool, error) {
	k, err := t.recordKey(leaf, slot)
	if err != nil {
		return false, fmt.Errorf("key %x: %w", leaf, err)
	}
	v, err := decodeRecord[V](r, raw)
	if err != nil {
		return false, fmt.Errorf("record %x: %w", leaf, err)
	}
	return fn(k, v)
}

// each calls fn for the records of one leaf.
func (t Table[K, V]) each(r Reader, leaf, raw []byte, fn func(K, V) error) error {
	one := func(slot int, rec []byte) (bool, error) {
		return t.call(r, leaf, slot, rec, func(k K, v V) (bool, error) { return true, fn(k, v) })
	}
	if t.paged {
		return page(raw).each(one)
	}
	_, err := one(0, raw)
	return err
}

// each1 calls fn for one record of a leaf, read leniently.
func (t Table[K, V]) each1(leaf []byte, slot int, raw []byte, fn func(K, V)) error {
	k, err := t.recordKey(leaf, slot)
	if err != nil {
		return fmt.Errorf("key %x: %w", leaf, err)
	}
	v, err := tx.DecodeLenient[V](raw)
	if err != nil {
		return fmt.Errorf("record %x: %w", leaf, err)
	}
	fn(k, v)
	return nil
}

// coopOf is the co-op that a leaf belongs to.
func coopOf(leaf []byte) Coop { return Coop(binary.BigEndian.Uint32(leaf[1:keyHead])) }

// Locate returns where the record under k is stored, for proofs: the key of the
// leaf, and the slot in it, which is -1 if the leaf is the record itself.
func (t Table[K, V]) Locate(coop Coop, k K) Location {
	leaf, slot := t.treeKey(coop, k)
	if !t.paged {
		slot = -1
	}
	return Location{Key: leaf, Slot: slot}
}

// A Location is where in the tree a record is proved.
type Location struct {
	Key  []byte `cbor:"1,keyasint,omitempty" json:"key"`
	Slot int    `cbor:"2,keyasint,omitempty" json:"slot"` // -1 if the leaf is the record
}

// Extract returns the record that the leaf's value holds at l, nil if none.
func (l Location) Extract(value []byte) ([]byte, error) {
	if l.Slot < 0 {
		return value, nil
	}
	return page(value).get(l.Slot)
}

// decodeRecord decodes what the machine wrote itself, so it does not check for the
// canonical form. In the machine an unknown field is an error, since writing the
// record back would lose it. Readers outside the machine ignore one, since a newer
// node may have written it.
func decodeRecord[V any](r Reader, raw []byte) (V, error) {
	if _, outside := r.(interface{ lenient() }); outside {
		return tx.DecodeLenient[V](raw)
	}
	return tx.DecodeTrusted[V](raw)
}
