package state

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// An Index is a secondary index for queries: records of one table in the order of I,
// for example by standing, member or period. Rooms declare it as data. The store
// keeps it outside the tree, updates it from the leaves that each block changes, and
// can rebuild it from the records alone.
//
// An index is not part of the state. No hash covers it, nothing in it is proved, and
// no handler can read it: no method here takes a Reader or a Ctx.
type Index[I comparable] struct{ Listing }

// A Listing is an Index without its type parameter, for Rules and the store. Its key
// in the store is
//
//	number (1) ‖ co-op (4) ‖ I
//
// with integers big-endian, so that a list of one co-op is one contiguous range
// and no range reaches into another co-op's.
type Listing struct {
	Number  uint8  // append-only: clients ask by it
	Name    string // "member.ByStanding", as in code
	Version uint32 // of the definition: a change of what it gives takes the next one
	Key     any    // the zero I

	prefix byte // of the table
	size   int  // of I, in bytes
	change func(c Change, put, del func(key []byte) error) error
	shows  func(coop Coop, key []byte) ([]Location, error)
}

// NewIndex declares an index over table t. give says, from one record and nothing
// else, under which keys it is listed; the keys of two records must differ, so a key
// ends in the record's own. shows names the leaves that an answer includes with a
// key.
//
// Version is that of give: it starts at 1.
func NewIndex[K comparable, V any, I comparable](number uint8, name string, version uint32, t Table[K, V],
	give func(coop Coop, k K, v V) []I, shows func(coop Coop, i I) []Location) Index[I] {
	var zero I
	list := Listing{Number: number, Name: name, Version: version, Key: zero, prefix: t.prefix, size: checkKey[I]()}
	keys := func(leaf, raw []byte, slot int) (out [][]byte, err error) {
		if raw == nil {
			return nil, nil
		}
		// Decoded leniently: while records are migrated, some have the form of an
		// earlier version with fields that V no longer has.
		err = t.each1(leaf, slot, raw, func(k K, v V) {
			for _, i := range give(coopOf(leaf), k, v) {
				out = append(out, list.stored(coopOf(leaf), encodeKey(i)))
			}
		})
		return out, err
	}
	list.change = func(c Change, put, del func([]byte) error) error {
		old, err := t.slots(c.Old)
		if err != nil {
			return fmt.Errorf("leaf %x as it was: %w", c.Key, err)
		}
		fresh, err := t.slots(c.Value)
		if err != nil {
			return fmt.Errorf("leaf %x: %w", c.Key, err)
		}
		for slot := range fresh {
			if bytes.Equal(old[slot], fresh[slot]) {
				continue
			}
			before, err := keys(c.Key, old[slot], slot)
			if err != nil {
				return err
			}
			after, err := keys(c.Key, fresh[slot], slot)
			if err != nil {
				return err
			}
			if err := replace(before, after, put, del); err != nil {
				return err
			}
		}
		return nil
	}
	list.shows = func(coop Coop, key []byte) ([]Location, error) {
		var i I
		if _, err := binary.Decode(key, binary.BigEndian, &i); err != nil {
			return nil, fmt.Errorf("key %x of index %s: %w", key, name, err)
		}
		return shows(coop, i), nil
	}
	return Index[I]{list}
}

// replace calls del for the keys that are in before only and put for those that
// are in after only. Both are short.
func replace(before, after [][]byte, put, del func([]byte) error) error {
	has := func(keys [][]byte, k []byte) bool {
		return slices.ContainsFunc(keys, func(o []byte) bool { return bytes.Equal(o, k) })
	}
	for _, k := range before {
		if !has(after, k) {
			if err := del(k); err != nil {
				return err
			}
		}
	}
	for _, k := range after {
		if !has(before, k) {
			if err := put(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func encodeKey[I any](i I) []byte {
	key, err := binary.Append(nil, binary.BigEndian, i)
	if err != nil {
		panic(err) // checkKey has refused such an I
	}
	return key
}

func (x Listing) stored(coop Coop, key []byte) []byte {
	out := make([]byte, 0, keyHead+len(key))
	return append(binary.BigEndian.AppendUint32(append(out, x.Number), uint32(coop)), key...)
}

// Prefix is that of the table that the index is made from.
func (x Listing) Prefix() byte { return x.prefix }

// Change calls del for each stored key that a change of a leaf of the index's table
// removes, and put for each that it adds. An error is a fault.
func (x Listing) Change(c Change, put, del func(key []byte) error) error {
	if err := x.change(c, put, del); err != nil {
		return fmt.Errorf("index %s: %w", x.Name, err)
	}
	return nil
}

// Span returns the stored keys of the first and the last entry that a question
// asks for, both included. It returns an error for a bound that is no key.
func (x Listing) Span(q IndexQuery) (first, last []byte, err error) {
	for _, bound := range [][]byte{q.First, q.Last} {
		if n := len(bound); n != 0 && n != x.size {
			return nil, nil, fmt.Errorf("a key of index %d, %s, has %d bytes, not %d", x.Number, x.Name, x.size, n)
		}
	}
	first, last = q.First, q.Last
	if len(first) == 0 {
		first = make([]byte, x.size)
	}
	if len(last) == 0 {
		last = bytes.Repeat([]byte{0xff}, x.size)
	}
	return x.stored(q.Coop, first), x.stored(q.Coop, last), nil
}

// Entry splits a stored key into the key that a client gets and the leaves that are
// shown with it.
func (x Listing) Entry(stored []byte) (key []byte, shows []Location, err error) {
	if len(stored) != keyHead+x.size {
		return nil, nil, fmt.Errorf("key %x of index %s has %d bytes, not %d", stored, x.Name, len(stored), keyHead+x.size)
	}
	shows, err = x.shows(coopOf(stored), stored[keyHead:])
	return stored[keyHead:], shows, err
}

// Ask makes the question for the entries of a co-op from first to last, both
// included.
func (x Index[I]) Ask(coop Coop, first, last I) IndexQuery {
	return IndexQuery{Index: x.Number, Coop: coop, First: encodeKey(first), Last: encodeKey(last)}
}

// Decode reads a key of an answer.
func (x Index[I]) Decode(key []byte) (i I, err error) {
	if len(key) != x.size {
		return i, fmt.Errorf("a key of index %s has %d bytes, not %d", x.Name, x.size, len(key))
	}
	_, err = binary.Decode(key, binary.BigEndian, &i)
	return i, err
}

// slots returns the records of one leaf: of a page its 64 slots, else the first.
func (t Table[K, V]) slots(raw []byte) (recs [pageSlots][]byte, err error) {
	switch {
	case raw == nil:
	case !t.paged:
		recs[0] = raw
	default:
		err = page(raw).each(func(slot int, rec []byte) (bool, error) {
			recs[slot] = rec
			return true, nil
		})
	}
	return recs, err
}
