package light

import (
	"encoding/binary"
	"errors"
	"time"
)

// Protobuf, the part of it that is needed: a field is a tag byte (number ‖ wire
// type) and a varint, eight bytes, or a length and bytes. A field that is zero
// or empty is left out, except where the form says otherwise.

// appendVarint appends a numeric field.
func appendVarint(out []byte, tag byte, v uint64) []byte {
	if v == 0 {
		return out
	}
	return binary.AppendUvarint(append(out, tag), v)
}

// appendFixed appends a field of eight bytes, little-endian.
func appendFixed(out []byte, tag byte, v int64) []byte {
	if v == 0 {
		return out
	}
	return binary.LittleEndian.AppendUint64(append(out, tag), uint64(v))
}

// appendBytes appends a field of bytes or text.
func appendBytes[B []byte | Hex | string](out []byte, tag byte, b B) []byte {
	if len(b) == 0 {
		return out
	}
	return appendMessage(out, tag, b)
}

// appendMessage appends a field even if it is empty.
func appendMessage[B []byte | Hex | string](out []byte, tag byte, b B) []byte {
	return append(binary.AppendUvarint(append(out, tag), uint64(len(b))), b...)
}

// appendTime appends the fields of google.protobuf.Timestamp.
func appendTime(out []byte, t time.Time) []byte {
	out = appendVarint(out, 0x08, uint64(t.Unix()))
	return appendVarint(out, 0x10, uint64(t.Nanosecond()))
}

// timed says whether t has a form in protobuf: years 1 to 9999.
func timed(t time.Time) bool {
	y := t.UTC().Year()
	return 1 <= y && y <= 9999
}

// errForm is returned for bytes that are not the one encoding of anything.
var errForm = errors.New("not in the one form that nodes give")

// A reader decodes the fields of canonical protobuf, in the order of their numbers.
// The first error is kept; after it every field is empty.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) fail() { r.rest, r.failed = nil, true }

// has says whether the next field is tag.
func (r *reader) has(tag byte) bool { return len(r.rest) > 0 && r.rest[0] == tag }

// exactly takes bytes that must be these.
func (r *reader) exactly(want ...byte) {
	if len(r.rest) < len(want) || string(r.rest[:len(want)]) != string(want) {
		r.fail()
		return
	}
	r.rest = r.rest[len(want):]
}

// uvarint takes a number in its shortest form.
func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 1 && r.rest[n-1] == 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// take takes n bytes.
func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// bytes takes a field that must be there and be from 1 to limit bytes long.
func (r *reader) bytes(tag byte, limit int) []byte {
	r.exactly(tag)
	n := r.uvarint()
	if n == 0 || n > uint64(limit) {
		r.fail()
		return nil
	}
	return r.take(n)
}

// natural takes an IAVL number: a signed varint that is not negative.
func (r *reader) natural() uint64 {
	v := r.uvarint()
	if v&1 != 0 {
		r.fail()
		return 0
	}
	return v >> 1
}

// end returns errForm if anything failed or is left over.
func (r *reader) end() error {
	if r.failed || len(r.rest) > 0 {
		return errForm
	}
	return nil
}
