package state

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// pageSlots is how many records of a paged table share a leaf. Changing it
// changes the app hash.
const pageSlots = 64

// A page (bucket) is the value of such a leaf: a 64-bit map of the occupied slots,
// then the records in slot order, each after its length as a uvarint. An empty page
// is absent from the tree.
type page []byte

var errPage = errors.New("corrupt page")

// get returns the record in slot, nil if it is empty.
func (p page) get(slot int) ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	occupied, at, n, err := p.find(slot)
	if err != nil || !occupied {
		return nil, err
	}
	return p[at : at+n], nil
}

// find returns where slot's record begins (or would) and its length.
func (p page) find(slot int) (occupied bool, at, n int, err error) {
	if len(p) < 8 || slot < 0 || slot >= pageSlots {
		return false, 0, 0, errPage
	}
	m := binary.BigEndian.Uint64(p)
	at = 8
	for range bits.OnesCount64(m & (1<<slot - 1)) {
		_, start, n, err := p.entry(at)
		if err != nil {
			return false, 0, 0, err
		}
		at = start + n
	}
	if m>>slot&1 == 0 {
		return false, at, 0, nil
	}
	_, start, n, err := p.entry(at)
	return true, start, n, err
}

// entry reads the length at offset at: the record is p[start:start+n].
func (p page) entry(at int) (head, start, n int, err error) {
	size, w := binary.Uvarint(p[at:])
	if w <= 0 || size > uint64(len(p)-at-w) {
		return 0, 0, 0, errPage
	}
	return w, at + w, int(size), nil
}

// with returns a copy of p with rec in slot; a nil rec empties the slot. It
// returns nil when no slot is left occupied.
func (p page) with(slot int, rec []byte) (page, error) {
	if p == nil {
		if rec == nil {
			return nil, nil
		}
		p = make(page, 8)
	}
	occupied, start, n, err := p.find(slot)
	if err != nil {
		return nil, err
	}
	head := start
	if occupied {
		head -= len(binary.AppendUvarint(nil, uint64(n)))
	}
	m := binary.BigEndian.Uint64(p) &^ (1 << slot)
	out := make(page, 0, len(p)+len(rec)+binary.MaxVarintLen16)
	out = append(out, p[:head]...)
	if rec != nil {
		m |= 1 << slot
		out = binary.AppendUvarint(out, uint64(len(rec)))
		out = append(out, rec...)
	}
	out = append(out, p[start+n:]...)
	if m == 0 {
		return nil, nil
	}
	binary.BigEndian.PutUint64(out, m)
	return out, nil
}

// each calls fn for the occupied slots in order, until it returns stop.
func (p page) each(fn func(slot int, rec []byte) (bool, error)) error {
	if len(p) < 8 {
		return errPage
	}
	m := binary.BigEndian.Uint64(p)
	at := 8
	for m != 0 {
		slot := bits.TrailingZeros64(m)
		m &^= 1 << slot
		_, start, n, err := p.entry(at)
		if err != nil {
			return err
		}
		more, err := fn(slot, p[start:start+n])
		if !more || err != nil {
			return err
		}
		at = start + n
	}
	if at != len(p) {
		return errPage
	}
	return nil
}
