package tx

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// Algorithms of a public key: its first byte. Numbers are append-only.
const algEd25519 = 0x01

// KeySize is the length of an ed25519 PublicKey: one algorithm byte and 32.
const KeySize = 1 + ed25519.PublicKeySize

// A PublicKey is an algorithm byte and the key in that algorithm's form, so
// that other algorithms can follow without a new envelope.
type PublicKey []byte

// A PrivateKey signs for one member.
type PrivateKey struct{ key ed25519.PrivateKey }

// zip215 are the verification rules: those of ZIP-215, which give one answer
// whether a signature is verified alone or in a batch.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// ErrKey is returned for bytes that are no public key of a known algorithm.
var ErrKey = errors.New("not a public key")

// SeedSize is the length of the seed of a private key, in bytes.
const SeedSize = ed25519.SeedSize

// NewPrivateKey makes the key of a 32-byte seed (RFC 8032). It panics if seed
// has another length.
func NewPrivateKey(seed []byte) PrivateKey {
	return PrivateKey{ed25519.NewKeyFromSeed(seed)}
}

// Public returns the key that verifies what k signs.
func (k PrivateKey) Public() PublicKey {
	return append(PublicKey{algEd25519}, k.key[ed25519.SeedSize:]...)
}

// Ed25519Key is the key of an ed25519 key that stands alone, in 32 bytes, as the
// engine writes those of validators and nodes. One of another length is not Valid.
func Ed25519Key(raw []byte) PublicKey { return append(PublicKey{algEd25519}, raw...) }

// Valid says whether k has a known algorithm and that algorithm's length.
func (k PublicKey) Valid() error {
	if len(k) != KeySize || k[0] != algEd25519 {
		return fmt.Errorf("%w: want %d bytes beginning with %02x", ErrKey, KeySize, algEd25519)
	}
	return nil
}

// Equal says whether two keys are the same.
func (k PublicKey) Equal(o PublicKey) bool { return bytes.Equal(k, o) }

// String is the key in lower-case hexadecimal.
func (k PublicKey) String() string { return hex.EncodeToString(k) }

// ParsePublicKey reads what String prints.
func ParsePublicKey(s string) (PublicKey, error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return PublicKey(b), PublicKey(b).Valid()
}

// Verify says whether sig is k's signature over msg, by the rules of ZIP-215.
func (k PublicKey) Verify(msg, sig []byte) bool {
	return k.Valid() == nil && len(sig) == ed25519.SignatureSize &&
		ed25519.VerifyWithOptions(ed25519.PublicKey(k[1:]), msg, sig, zip215)
}

// SignMessage signs msg as it is. Transactions are signed with Sign; this is
// for statements that are not transactions, such as a proof of possession.
func (k PrivateKey) SignMessage(msg []byte) []byte { return ed25519.Sign(k.key, msg) }

// Sign encodes and signs a transaction.
func Sign(k PrivateKey, b Body) []byte {
	body := Encode(b)
	return Encode(envelope{Body: body, Signature: k.SignMessage(body)})
}

// possession opens the statement that Possession signs. Its first byte is no
// CBOR map, so the statement can never be taken for a transaction.
const possession = "rochdale: I hold this key\n"

// Possession returns k's signature over the statement that its holder wants it
// on the register of a co-op: proof that a key being registered is held.
func (k PrivateKey) Possession(chain string, coop uint32) []byte {
	return k.SignMessage(possessionOf(chain, coop, k.Public()))
}

// VerifyPossession says whether sig was made by Possession with the same
// chain and co-op.
func (k PublicKey) VerifyPossession(chain string, coop uint32, sig []byte) bool {
	return k.Verify(possessionOf(chain, coop, k), sig)
}

func possessionOf(chain string, coop uint32, k PublicKey) []byte {
	return fmt.Appendf(nil, "%s%s\n%d\n%s\n", possession, chain, coop, k)
}

// A Batch verifies many signatures in less than half the time that it takes
// to verify each alone. The zero value is ready to use.
type Batch struct {
	v *ed25519.BatchVerifier
	n int
}

// Add puts a signature into the batch. A malformed key or signature makes its
// own entry fail, and no other.
func (b *Batch) Add(k PublicKey, msg, sig []byte) {
	if b.v == nil {
		b.v = ed25519.NewBatchVerifier()
	}
	b.n++
	if k.Valid() != nil {
		b.v.Add(nil, msg, sig)
		return
	}
	b.v.AddWithOptions(ed25519.PublicKey(k[1:]), msg, sig, zip215)
}

// Verify returns the answer for each entry, in the order they were added:
// always what PublicKey.Verify would have answered.
func (b *Batch) Verify() []bool {
	if b.n == 0 {
		return nil
	}
	_, each := b.v.Verify(rand.Reader)
	return each
}
