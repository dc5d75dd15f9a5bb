package state

import (
	"bytes"
	"slices"
)

// An overlay holds writes that may still be dropped. A nil value is a deletion. It
// stores copies of its arguments.
type overlay struct {
	base   Leaves
	writes map[string][]byte
	sorted []string // keys of writes in order; never changed in place, scans hold it
	fresh  []string // the other keys of writes, in the order they came
	events []Event
}

func newOverlay(base Leaves) *overlay {
	return &overlay{base: base, writes: map[string][]byte{}}
}

// Leaf returns the value under key with the writes applied.
func (o *overlay) Leaf(key []byte) ([]byte, error) {
	if v, ok := o.writes[string(key)]; ok {
		return v, nil
	}
	return o.base.Leaf(key)
}

// kept returns what the memo below holds under key, nil if the leaf was written since or
// decoded records are not kept: then only the bytes are known.
func (o *overlay) kept(key []byte) (*Kept, error) {
	if _, written := o.writes[string(key)]; written {
		return nil, nil
	}
	switch below := o.base.(type) {
	case *overlay:
		return below.kept(key)
	case *memo:
		if !below.forget {
			return below.kept(key)
		}
	}
	return nil, nil
}

// store records a write; value is kept and must not be changed afterwards.
func (o *overlay) store(key, value []byte) {
	if _, ok := o.writes[string(key)]; !ok {
		o.fresh = append(o.fresh, string(key))
	}
	o.writes[string(key)] = value
}

// keys returns the written keys in ascending order.
func (o *overlay) keys() []string {
	if len(o.fresh) == 0 {
		return o.sorted
	}
	slices.Sort(o.fresh)
	merged := make([]string, 0, len(o.writes))
	old := o.sorted
	for _, k := range o.fresh {
		at, _ := slices.BinarySearch(old, k)
		merged = append(append(merged, old[:at]...), k)
		old = old[at:]
	}
	o.sorted, o.fresh = append(merged, old...), nil
	return o.sorted
}

// within returns the written keys in [start, end), ascending.
//
// Sorting the fresh keys in costs a pass over all, so it is done once there are as
// many as the square root of all; until then each scan looks through them. With n
// keys a scan then costs the order of √n, whatever is written between scans: a
// founding of many co-ops writes millions of keys and scans for each co-op.
func (o *overlay) within(start, end []byte) []string {
	if len(o.fresh)*len(o.fresh) > len(o.sorted) {
		o.keys()
	}
	from, _ := slices.BinarySearch(o.sorted, string(start))
	to, _ := slices.BinarySearch(o.sorted, string(end))
	own := o.sorted[from:max(from, to)]
	var fresh []string
	for _, k := range o.fresh {
		if k >= string(start) && k < string(end) {
			fresh = append(fresh, k)
		}
	}
	if len(fresh) == 0 {
		return own
	}
	slices.Sort(fresh)
	merged := make([]string, 0, len(own)+len(fresh))
	for _, k := range fresh {
		at, _ := slices.BinarySearch(own, k)
		merged = append(append(merged, own[:at]...), k)
		own = own[at:]
	}
	return append(merged, own...)
}

// Each calls fn for the leaves in [start, end) with the writes applied; fn may
// write.
func (o *overlay) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	own := o.within(start, end)
	stopped := false
	emit := func(key, value []byte) (bool, error) {
		if value == nil {
			return true, nil
		}
		more, err := fn(key, value)
		stopped = !more || err != nil
		return more, err
	}
	err := o.base.Each(start, end, func(key, value []byte) (bool, error) {
		for len(own) > 0 && own[0] < string(key) {
			k := own[0]
			own = own[1:]
			if more, err := emit([]byte(k), o.writes[k]); !more || err != nil {
				return false, err
			}
		}
		if len(own) > 0 && own[0] == string(key) {
			own = own[1:]
		}
		if v, ok := o.writes[string(key)]; ok { // maybe written by fn
			value = v
		}
		return emit(key, value)
	})
	for !stopped && err == nil && len(own) > 0 {
		k := own[0]
		own = own[1:]
		_, err = emit([]byte(k), o.writes[k])
	}
	return err
}

// merge moves o's writes and events into the overlay below it.
func (o *overlay) merge() {
	below := o.base.(*overlay)
	for _, k := range o.keys() {
		below.store([]byte(k), o.writes[k])
	}
	below.events = append(below.events, o.events...)
}

// changes returns o's writes in key order, without those that change nothing.
func (o *overlay) changes() ([]Change, error) {
	var out []Change
	for _, k := range o.keys() {
		old, err := o.base.Leaf([]byte(k))
		if err != nil {
			return nil, err
		}
		v := o.writes[k]
		if (v == nil) == (old == nil) && bytes.Equal(v, old) {
			continue
		}
		out = append(out, Change{Key: []byte(k), Value: v, Old: old})
	}
	return out, nil
}

// A Change is one write of a block to the tree; a nil value deletes. Old is the
// value before the block, nil if there was none.
type Change struct{ Key, Value, Old []byte }
