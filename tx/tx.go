// Package tx is the signed envelope in which a member's action travels: who
// acts, for which co-op, on which chain, once, and until when.
//
// An envelope is canonical CBOR (see Decode). Its signature covers the body's
// bytes as received, so nothing is ever re-encoded to be verified. Replay is
// refused by three fields: the chain id, the sequence (the numbers of each of a
// signer's keys are used once, in order) and the expiry height.
//
// testdata publishes, for programs in other languages, encodings and signatures
// (vectors.json), bundles (bundles.json) and transactions that a ledger refuses, with
// its answers, one and more for every reason (door.json).
package tx

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// MaxChain is the length of the longest chain id, in bytes, as in CometBFT.
const MaxChain = 50

// A Kind says what an action is, for ever: numbers are append-only. The high
// byte is the room, the low byte the action in it.
type Kind uint16

// A Body is what a signer signs.
type Body struct {
	Chain    string          `cbor:"1,keyasint,omitempty"` // chain id of the federation
	Coop     uint32          `cbor:"2,keyasint,omitempty"` // co-op whose register names the signer
	Signer   uint64          `cbor:"3,keyasint,omitempty"` // member number
	Sequence uint64          `cbor:"4,keyasint,omitempty"` // one more than the last of the signer's key
	Expiry   uint64          `cbor:"5,keyasint,omitempty"` // last height at which it may be executed
	Kind     Kind            `cbor:"6,keyasint,omitempty"`
	Payload  cbor.RawMessage `cbor:"7,keyasint,omitempty"` // the action, canonical CBOR
	On       uint32          `cbor:"8,keyasint,omitempty"` // co-op acted on, if it is not Coop
	Key      uint32          `cbor:"9,keyasint,omitempty"` // number of the signer's key, if it is not the first: FirstKey is left out
}

// Target is the co-op that the action acts on.
func (b Body) Target() uint32 {
	if b.On != 0 {
		return b.On
	}
	return b.Coop
}

// FirstKey is the number by which people name a member's first key, the one with which it
// came onto the register. Further keys have the numbers after it.
const FirstKey = 1

// envelope is the outermost item: the body's bytes and the signature over them.
type envelope struct {
	Body      []byte `cbor:"1,keyasint,omitempty"`
	Signature []byte `cbor:"2,keyasint,omitempty"`
}

// A Signed is a decoded transaction whose signature has not been verified.
type Signed struct {
	Body      Body
	Signature []byte
	Bytes     []byte // the body's bytes, exactly as signed
}

// Errors of Parse, each for one layer of the envelope.
var (
	ErrSize     = errors.New("transaction is larger than 64 KiB")
	ErrEnvelope = errors.New("malformed envelope")
	ErrBody     = errors.New("malformed body")
)

// ID names a transaction: the SHA-256 of its bytes, as CometBFT computes it.
func ID(raw []byte) [32]byte { return sha256.Sum256(raw) }

// Parse decodes the two layers of a transaction, strictly. It verifies no
// signature and does not look into the payload.
//
// It returns ErrSize, ErrEnvelope or ErrBody, wrapped with the cause.
func Parse(raw []byte) (Signed, error) {
	if len(raw) > MaxSize {
		return Signed{}, fmt.Errorf("%w: %d bytes", ErrSize, len(raw))
	}
	env, err := Decode[envelope](raw)
	if err != nil {
		return Signed{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	body, err := Decode[Body](env.Body)
	if err != nil {
		return Signed{}, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if len(body.Chain) > MaxChain {
		return Signed{}, fmt.Errorf("%w: chain id of %d bytes", ErrBody, len(body.Chain))
	}
	if body.On != 0 && body.On == body.Coop {
		return Signed{}, fmt.Errorf("%w: co-op %d acted on is the signer's own, which is left out", ErrBody, body.On)
	}
	if body.Key == FirstKey {
		return Signed{}, fmt.Errorf("%w: key %d is the signer's first, which is left out", ErrBody, body.Key)
	}
	return Signed{Body: body, Signature: env.Signature, Bytes: env.Body}, nil
}
