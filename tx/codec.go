package tx

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"
)

// Decoding limits. They bound the memory that a hostile input can claim.
const (
	MaxSize     = 64 << 10 // bytes of a whole transaction
	MaxDepth    = 16       // nested arrays and maps, the outermost counted
	MaxElements = 8 << 10  // elements of one array
	maxPairs    = 64       // pairs of one map; records have few fields
)

// ErrNotCanonical is returned for bytes that decode but are not the one
// encoding that core deterministic CBOR (RFC 8949 §4.2) gives their content.
var ErrNotCanonical = errors.New("not in canonical CBOR form")

var (
	encMode = must(cbor.CoreDetEncOptions().EncMode())
	decMode = must(decOptions(cbor.ExtraDecErrorUnknownField).DecMode())
	lenMode = must(decOptions(cbor.ExtraDecErrorNone).DecMode())
)

func decOptions(unknown cbor.ExtraDecErrorCond) cbor.DecOptions {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: unknown,
		MaxNestedLevels:   MaxDepth,
		MaxArrayElements:  MaxElements,
		MaxMapPairs:       maxPairs,
		UTF8:              cbor.UTF8RejectInvalid,
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the options above are constants; only an edit can break them
	}
	return v
}

// Encode gives the canonical encoding of v: core deterministic CBOR, integer
// keys ascending, shortest lengths. It panics if v holds a type that has no
// encoding, which only an edit of a message type can cause.
func Encode(v any) []byte {
	return must(encMode.Marshal(v))
}

// Decode reads the canonical encoding of a T and nothing else. A field that is
// zero, empty or nil is left out: a T has one encoding, and one with more fields
// reads what one with fewer wrote. So Decode refuses unknown and repeated fields,
// an explicit zero, empty or null, trailing bytes, tags, indefinite lengths,
// depth over MaxDepth and every encoding but the canonical one. Every field of T
// must be tagged omitempty, which a test of the whole tree holds. The result
// keeps no reference to data.
func Decode[T any](data []byte) (T, error) {
	var v T
	if err := decMode.Unmarshal(data, &v); err != nil {
		return v, err
	}
	again, err := encMode.Marshal(v)
	if err != nil {
		return v, fmt.Errorf("encoding again: %w", err)
	}
	if !bytes.Equal(again, data) {
		return v, ErrNotCanonical
	}
	return v, nil
}

// DecodeTrusted reads an encoding that this program wrote itself. It does not
// check that the form is canonical; it still refuses malformed bytes.
func DecodeTrusted[T any](data []byte) (T, error) {
	var v T
	err := decMode.Unmarshal(data, &v)
	return v, err
}

// NewDecoder reads a sequence of items under the same limits as Decode. It
// checks neither that their form is canonical nor what follows the last.
func NewDecoder(r io.Reader) *cbor.Decoder { return decMode.NewDecoder(r) }

// DecodeLenient is DecodeTrusted for programs outside the machine: it passes
// over fields that T does not have, since a newer program may have written them.
func DecodeLenient[T any](data []byte) (T, error) {
	var v T
	err := lenMode.Unmarshal(data, &v)
	return v, err
}
