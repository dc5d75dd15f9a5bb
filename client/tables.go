package client

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// InTables reads the records of r a table of a co-op at a time and keeps what it has read,
// for one who reads most of them: a record is no question of its own then. It is for one
// goroutine.
func InTables(r state.Remote) state.Remote {
	r.Leaves = &inTables{r.Leaves, map[string][]leaf{}}
	return r
}

// A leaf is one record as the tree has it.
type leaf struct{ key, value []byte }

type inTables struct {
	from   state.Leaves
	tables map[string][]leaf // by what their keys begin with, in the order of keys
}

// tablePrefix is the length of what begins the keys of a table of one co-op: its prefix and
// the co-op's number.
const tablePrefix = 1 + 4

// tableOf is the range of the table of a co-op in which a range lies; the range itself if it
// is one of the federation, whose tables have records of every co-op, or of several tables.
func tableOf(start, end []byte) (first, after []byte) {
	if len(start) < tablePrefix || binary.BigEndian.Uint32(start[1:]) == 0 {
		return start, end
	}
	first = bytes.Clone(start[:tablePrefix])
	after = bytes.Clone(first)
	for i := len(after) - 1; i >= 0; i-- {
		if after[i]++; after[i] != 0 {
			break
		}
	}
	if bytes.Compare(end, after) > 0 {
		return start, end
	}
	return first, after
}

// table is the table that a range lies in, and from which leaf on; false if it lies in none.
func (t *inTables) table(start, end []byte) (all []leaf, at int, ok bool, err error) {
	first, after := tableOf(start, end)
	if len(first) != tablePrefix {
		return nil, 0, false, nil
	}
	all, ok = t.tables[string(first)]
	if !ok {
		err = t.from.Each(first, after, func(key, value []byte) (bool, error) {
			all = append(all, leaf{bytes.Clone(key), bytes.Clone(value)})
			return true, nil
		})
		if err != nil {
			return nil, 0, false, err
		}
		t.tables[string(first)] = all
	}
	at, _ = slices.BinarySearchFunc(all, start, func(l leaf, key []byte) int { return bytes.Compare(l.key, key) })
	return all, at, true, nil
}

func (t *inTables) Leaf(key []byte) ([]byte, error) {
	all, at, ok, err := t.table(key, append(bytes.Clone(key), 0))
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return t.from.Leaf(key)
	case at == len(all) || !bytes.Equal(all[at].key, key):
		return nil, nil
	}
	return bytes.Clone(all[at].value), nil
}

func (t *inTables) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	if bytes.Compare(start, end) >= 0 {
		return nil
	}
	all, at, ok, err := t.table(start, end)
	if err != nil {
		return err
	}
	if !ok {
		return t.from.Each(start, end, fn)
	}
	for _, l := range all[at:] {
		if bytes.Compare(l.key, end) >= 0 {
			return nil
		}
		if more, err := fn(l.key, bytes.Clone(l.value)); err != nil || !more {
			return err
		}
	}
	return nil
}
