package state

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

type widePart struct {
	A uint64   `cbor:"1,keyasint,omitempty"`
	B int16    `cbor:"24,keyasint,omitempty"`
	C [30]byte `cbor:"3,keyasint,omitempty"`
}

type wideRecord struct {
	A bool        `cbor:"1,keyasint,omitempty"`
	B uint8       `cbor:"2,keyasint,omitempty"`
	C uint32      `cbor:"3,keyasint,omitempty"`
	D widePart    `cbor:"4,keyasint,omitempty"`
	E [2]widePart `cbor:"5,keyasint,omitempty"`
}

type hugeRecord struct {
	A [5]wideRecord `cbor:"1,keyasint,omitempty"`
}

type textRecord struct {
	A string `cbor:"1,keyasint,omitempty"`
}

// An ownForm and a binaryForm write themselves, in as many bytes as they like.
type (
	ownForm    uint8
	binaryForm uint8
)

func (ownForm) MarshalCBOR() ([]byte, error)      { return []byte{0x63, 'o', 'n', 'e'}, nil }
func (binaryForm) MarshalBinary() ([]byte, error) { return []byte("one"), nil }

// What a type says of its largest record is what the record with the largest
// values takes.
func TestLargest(t *testing.T) {
	bytes30 := [30]byte{}
	for i := range bytes30 {
		bytes30[i] = 0xff
	}
	part := widePart{math.MaxUint64, math.MinInt16, bytes30}
	record := wideRecord{true, 255, math.MaxUint32, part, [2]widePart{part, part}}
	for _, row := range []struct {
		v    any
		want int
	}{
		{uint64(math.MaxUint64), 9}, {int64(math.MinInt64), 9}, {Member(math.MaxUint64), 9}, {uint8(255), 2}, {true, 1},
		{part, 49}, {record, 162}, {hugeRecord{[5]wideRecord{record, record, record, record, record}}, 813},
		{Actor{math.MaxUint32, math.MaxUint64, math.MaxUint64}, 27},
		{[23]byte{}, 24}, {[24]byte{}, 26}, {[255]byte{}, 257}, {[256]byte{}, 259}, {[65535]byte{}, 65538}, {[65536]byte{}, 65541},
	} {
		n, bounded := largest(reflect.TypeOf(row.v))
		if got := len(tx.Encode(row.v)); !bounded || n != got || n != row.want {
			t.Errorf("%T: at most %d bytes, bounded %v; the largest has %d, want %d", row.v, n, bounded, got, row.want)
		}
	}
	for _, v := range []any{
		"", []byte{}, textRecord{}, map[uint8]uint8{}, [2]string{}, ownForm(1), binaryForm(1),
		struct{ A uint8 }{}, struct {
			A uint8 `cbor:"1,omitempty"`
		}{}, struct {
			A uint8 `cbor:"name,keyasint"`
		}{},
	} {
		if n, bounded := largest(reflect.TypeOf(v)); bounded {
			t.Errorf("%T: bounded by %d", v, n)
		}
	}
}

// A paged table takes no record that is too large for a page of 64: none by type,
// and none by its length.
func TestPagedRefuses(t *testing.T) {
	panics := func(want string, fn func()) {
		t.Helper()
		defer func() {
			if r := recover(); !strings.Contains(fmt.Sprint(r), want) {
				t.Errorf("panic %v, want %q", r, want)
			}
		}()
		fn()
	}
	panics("table 7e: a state.hugeRecord can have 813 bytes, a page takes records of at most 256", func() { NewPagedTable[Member, hugeRecord](0x7e) })
	panics("table 7e: a [255]uint8 can have 257 bytes, a page takes records of at most 256", func() { NewPagedTable[Member, [255]byte](0x7e) })
	NewPagedTable[Member, [254]byte](0x7e) // 256 bytes
	NewPagedTable[Member, wideRecord](0x7e)
	texts := NewPagedTable[Member, textRecord](0x7d)
	c := testCtx(memory{})
	c.coop = 1
	long := textRecord{strings.Repeat("x", MaxPaged-4)} // of a map's head, a key and a text's head of 2
	texts.Put(c, 5, long)
	if got, err := texts.Get(c, 5); err != nil || got != long {
		t.Errorf("the largest record: %v, %v", got, err)
	}
	long.A += "x"
	panics("table 7d: a record of 257 bytes, a page takes at most 256", func() { texts.Put(c, 5, long) })
}
