package state

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/tx"
)

// MaxPaged is the size of the largest record of a paged table, in bytes of CBOR.
// Writing one record rewrites its leaf, which is then at most 64 * (256 + 2) + 8
// bytes, or 16.5 kB. The largest that a room has is share.Change, of 158.
const MaxPaged = 256

// largest is how many bytes the canonical CBOR of a value of type t has at most,
// and whether the type bounds it: a string, a slice or a map does not.
func largest(t reflect.Type) (n int, bounded bool) {
	for _, own := range []reflect.Type{reflect.TypeFor[cbor.Marshaler](), reflect.TypeFor[encoding.BinaryMarshaler]()} {
		if t.Implements(own) {
			return 0, false
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		return 1, true
	case reflect.Uint8, reflect.Int8, reflect.Uint16, reflect.Int16, reflect.Uint32, reflect.Int32, reflect.Uint64, reflect.Int64, reflect.Uint, reflect.Int:
		return 1 + int(t.Size()), true
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 { // a byte string
			return tx.HeadSize(t.Len()) + t.Len(), true
		}
		n, bounded = largest(t.Elem())
		return tx.HeadSize(t.Len()) + t.Len()*n, bounded
	case reflect.Struct:
		n = tx.HeadSize(t.NumField())
		for i := range t.NumField() {
			tag := t.Field(i).Tag.Get("cbor")
			number, rest, _ := strings.Cut(tag, ",")
			key, err := strconv.ParseUint(number, 10, 8)
			if err != nil || !strings.Contains(rest, "keyasint") {
				return 0, false
			}
			field, ok := largest(t.Field(i).Type)
			if !ok {
				return 0, false
			}
			n += tx.HeadSize(int(key)) + field
		}
		return n, true
	}
	return 0, false
}
