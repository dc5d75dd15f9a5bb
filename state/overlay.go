package state

import (
	"bytes"
	"slices"
)

// A source is what an overlay lies on: another overlay, the flat store, or the
// tree of an older height. Returned slices must not be changed.
type source interface {
	// load returns nil for a key that is absent.
	load(key []byte) ([]byte, error)
	// scan calls fn for each key in [start, end), ascending, until it says stop.
	scan(start, end []byte, fn func(key, value []byte) (more bool, err error)) error
}

// An overlay holds writes that may still be dropped. A nil value is a deletion.
// It keeps copies of what it is given.
type overlay struct {
	base   source
	writes map[string][]byte
	sorted []string // keys of writes in order; never changed in place, scans hold it
	fresh  []string // the other keys of writes, in the order they came
	events []Event
}

func newOverlay(base source) *overlay {
	return &overlay{base: base, writes: map[string][]byte{}}
}

func (o *overlay) load(key []byte) ([]byte, error) {
	if v, ok := o.writes[string(key)]; ok {
		return v, nil
	}
	return o.base.load(key)
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

func (o *overlay) scan(start, end []byte, fn func(key, value []byte) (bool, error)) error {
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
	err := o.base.scan(start, end, func(key, value []byte) (bool, error) {
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
func (o *overlay) changes() ([]change, error) {
	var out []change
	for _, k := range o.keys() {
		old, err := o.base.load([]byte(k))
		if err != nil {
			return nil, err
		}
		v := o.writes[k]
		if (v == nil) == (old == nil) && bytes.Equal(v, old) {
			continue
		}
		out = append(out, change{[]byte(k), v})
	}
	return out, nil
}

// A change is one write of a block; a nil value deletes.
type change struct{ key, value []byte }

// A memo is a source that does not change while a block executes, with what
// was read from it kept: the same few records serve every transaction.
type memo struct {
	source
	read    map[string][]byte
	scanned uint64 // leaves that scans met
}

func newMemo(s source) *memo { return &memo{source: s, read: map[string][]byte{}} }

// reads is how many leaves were read from the source, by key or in scans.
func (m *memo) reads() uint64 { return uint64(len(m.read)) + m.scanned }

func (m *memo) scan(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return m.source.scan(start, end, func(key, value []byte) (bool, error) {
		m.scanned++
		return fn(key, value)
	})
}

func (m *memo) load(key []byte) ([]byte, error) {
	if v, ok := m.read[string(key)]; ok {
		return v, nil
	}
	v, err := m.source.load(key)
	if err == nil {
		m.read[string(key)] = v
	}
	return v, err
}
