package tx

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// Algorithms of a public key: its first byte. Numbers are append-only.
const algEd25519 = 0x01

// KeySize is the length of an ed25519 PublicKey: one algorithm byte and 32.
const KeySize = 1 + ed25519.PublicKeySize

// A PublicKey is an algorithm byte and the key in that algorithm's form, so
// that other algorithms can follow without a new envelope.
type PublicKey []byte

// A scheme is what an algorithm of public keys is. It has no functions: a program that
// verifies no member's signature, such as one that verifies receipts in a page, is linked
// without the code for it.
type scheme struct {
	name string
	size int // bytes of a PublicKey
	most int // bytes of a signature, at most
}

var schemes = [...]scheme{
	algEd25519: {"ed25519", KeySize, SignatureSize},
	algP256:    {"P-256", P256KeySize, SignatureSize},
	algPasskey: {"passkey", PasskeySize, MaxAssertion},
}

// scheme is that of k, nil if k is not valid.
func (k PublicKey) scheme() *scheme {
	if len(k) == 0 || int(k[0]) >= len(schemes) || schemes[k[0]].size != len(k) {
		return nil
	}
	return &schemes[k[0]]
}

// Algorithm is the name of k's: ed25519, P-256 or passkey; "" if k is not valid.
func (k PublicKey) Algorithm() string {
	if s := k.scheme(); s != nil {
		return s.name
	}
	return ""
}

// Fits says whether a signature by k can have n bytes.
func (k PublicKey) Fits(n int) bool {
	most := k.MaxSignature()
	return n == most || 0 < n && n < most && k.Algorithm() == schemes[algPasskey].name
}

// MaxSignature is how many bytes a signature by k has at most; zero if k is not valid.
func (k PublicKey) MaxSignature() int {
	if s := k.scheme(); s != nil {
		return s.most
	}
	return 0
}

// A ValidatorKey is the ed25519 key, of 32 bytes, that verifies the blocks which a
// co-op's node signs. Consensus has no other algorithm.
type ValidatorKey []byte

// A PrivateKey signs for one member, or for a validator. One of a validator or a node is
// of ed25519; of a passkey nobody has one.
type PrivateKey struct {
	key   ed25519.PrivateKey
	other secret // nil for a key of ed25519
}

// A secret signs by another algorithm than ed25519.
type secret interface {
	public() PublicKey
	sign(msg []byte) []byte
}

// zip215 are the verification rules: those of ZIP-215, which give one answer
// whether a signature is verified alone or in a batch.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// ownKey are the rules for a proof that a key is held: zip215, and of the key what Usable
// asks.
var ownKey = &ed25519.Options{Verify: &ed25519.VerifyOptions{AllowSmallOrderR: true, AllowNonCanonicalR: true}}

// ErrKey is returned for bytes that are no public key of a known algorithm, and for
// text that spells none.
var ErrKey = errors.New("not a public key")

// ErrUnusable is returned for a public key that proves nothing of who signs by it: one
// that is no point of the curve, that has a second encoding, or whose point is of small
// order, so that a constant is its signature over anything.
var ErrUnusable = errors.New("not a usable public key")

// SeedSize is the length of the seed of a private key, in bytes.
const SeedSize = ed25519.SeedSize

// NewPrivateKey makes the key of a 32-byte seed (RFC 8032). It panics if seed
// has another length.
func NewPrivateKey(seed []byte) PrivateKey {
	return PrivateKey{key: ed25519.NewKeyFromSeed(seed)}
}

// Public returns the key that verifies what k signs.
func (k PrivateKey) Public() PublicKey {
	if k.other != nil {
		return k.other.public()
	}
	return append(PublicKey{algEd25519}, k.key[ed25519.SeedSize:]...)
}

// Ed25519Key is the key of an ed25519 key that stands alone, in 32 bytes, as the
// engine writes those of validators and nodes. One of another length is not Valid.
func Ed25519Key(raw []byte) PublicKey { return append(PublicKey{algEd25519}, raw...) }

// Valid says whether k has a known algorithm and that algorithm's length.
func (k PublicKey) Valid() error {
	if k.scheme() != nil {
		return nil
	}
	if len(k) == 0 {
		return fmt.Errorf("%w: it is empty", ErrKey)
	}
	return fmt.Errorf("%w: %d bytes beginning with %02x are of no algorithm", ErrKey, len(k), k[0])
}

// Usable says whether k is valid and is the canonical encoding of a point of its curve, on
// ed25519 of one whose order is not small (1, 2, 4 or 8): ErrKey or ErrUnusable if not.
// Fourteen encodings are of small order, testdata/small-order.json has them; P-256 has no
// such points.
func (k PublicKey) Usable() error {
	if err := k.Valid(); err != nil {
		return err
	}
	switch k[0] {
	case algP256:
		return usableP256(k[1:])
	case algPasskey:
		return usableP256(k[1+sha256.Size:])
	}
	return usable(k[1:])
}

// Usable says of a validator's key what PublicKey.Usable says of a member's.
func (k ValidatorKey) Usable() error {
	if len(k) != ed25519.PublicKeySize {
		return fmt.Errorf("%w: a validator's has %d bytes, not %d", ErrKey, ed25519.PublicKeySize, len(k))
	}
	return usable(k)
}

func usable(key []byte) error {
	var y curve.CompressedEdwardsY
	var point curve.EdwardsPoint
	if _, err := y.SetBytes(key); err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	switch _, err := point.SetCompressedY(&y); {
	case err != nil:
		return fmt.Errorf("%w: it is no point of the curve", ErrUnusable)
	case point.IsSmallOrder():
		return fmt.Errorf("%w: its point is of small order, so anyone could sign by it", ErrUnusable)
	case !y.IsCanonicalVartime():
		return fmt.Errorf("%w: its point has another encoding, which is the right one", ErrUnusable)
	}
	return nil
}

// Equal says whether two keys are the same.
func (k PublicKey) Equal(o PublicKey) bool { return bytes.Equal(k, o) }

// String is the key as it is written everywhere: in Bech32m, rochdale1… . No key is the
// empty text.
func (k PublicKey) String() string {
	if len(k) == 0 {
		return ""
	}
	return spell(memberPart, k)
}

// MarshalText writes what String prints.
func (k PublicKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// ParsePublicKey reads what String prints, and nothing else. Its errors wrap ErrKey.
func ParsePublicKey(s string) (PublicKey, error) {
	b, err := readSpelling(s, memberPart, "a member", KeySize, P256KeySize, PasskeySize)
	if err != nil {
		return nil, err
	}
	return PublicKey(b), PublicKey(b).Valid()
}

// String is the key as it is written everywhere: in Bech32m, rochdaleval1… . No key is
// the empty text.
func (k ValidatorKey) String() string {
	if len(k) == 0 {
		return ""
	}
	return spell(validatorPart, k)
}

// MarshalText writes what String prints.
func (k ValidatorKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// ParseValidatorKey reads what String prints, and nothing else. Its errors wrap ErrKey.
func ParseValidatorKey(s string) (ValidatorKey, error) {
	b, err := readSpelling(s, validatorPart, "a validator", ed25519.PublicKeySize)
	return ValidatorKey(b), err
}

// Validator returns the key that verifies what k signs, as one of a validator.
func (k PrivateKey) Validator() ValidatorKey { return ValidatorKey(k.Public()[1:]) }

// Verify says whether sig is k's signature over msg: of ed25519 by the rules of ZIP-215. It
// keeps the points of ed25519 keys that sign often: see expandedKeys.
func (k PublicKey) Verify(msg, sig []byte) bool {
	if k.isEd25519() && len(sig) == ed25519.SignatureSize {
		if known := expanded.of(k[1:]); known != nil {
			return ed25519.VerifyExpandedWithOptions(known, msg, sig, zip215)
		}
	}
	return k.verifyOnce(msg, sig)
}

// verifyOnce is Verify of a key that need not be kept.
func (k PublicKey) verifyOnce(msg, sig []byte) bool {
	switch {
	case k.Valid() != nil:
		return false
	case k[0] == algP256:
		return verifyP256(k[1:], msg, sig)
	case k[0] == algPasskey:
		return verifyPasskey(k[1:], msg, sig)
	}
	return verifyEd25519(k[1:], msg, sig)
}

func verifyEd25519(key, msg, sig []byte) bool {
	return len(sig) == ed25519.SignatureSize && ed25519.VerifyWithOptions(ed25519.PublicKey(key), msg, sig, zip215)
}

// isEd25519 says whether k is a valid key of ed25519, which batches verify together.
func (k PublicKey) isEd25519() bool { return len(k) == KeySize && k[0] == algEd25519 }

// SignMessage signs msg as it is. Transactions are signed with Sign; this is
// for statements that are not transactions, such as a proof of possession.
func (k PrivateKey) SignMessage(msg []byte) []byte {
	if k.other != nil {
		return k.other.sign(msg)
	}
	return ed25519.Sign(k.key, msg)
}

// VerifyMessage says whether k is usable and sig was made by SignMessage over msg.
func (k PublicKey) VerifyMessage(msg, sig []byte) bool {
	return k.Usable() == nil && k.verifyOnce(msg, sig)
}

// Sign encodes and signs a transaction.
func Sign(k PrivateKey, b Body) []byte {
	body := Encode(b)
	return Encode(envelope{Body: body, Signature: k.SignMessage(body)})
}

// possession opens the statement that Possession signs. Its first byte is no
// CBOR map, so the statement can never be taken for a transaction.
const possession = "rochdale: I hold this key\n"

// SignatureSize is the length of a signature, and of a proof of possession, in bytes, but
// for those of passkeys: see MaxSignature.
const SignatureSize = ed25519.SignatureSize

// Possession returns k's signature over the statement that its holder wants it
// on the register of a co-op: proof that a key being registered is held.
func (k PrivateKey) Possession(chain string, coop uint32) []byte {
	return k.SignMessage(k.Public().PossessionMessage(chain, coop))
}

// PossessionMessage is the statement that a proof of possession of k is a signature over:
// a page has a passkey sign it.
func (k PublicKey) PossessionMessage(chain string, coop uint32) []byte {
	return possessionOf(chain, coop, k.String())
}

// ValidatorPossession returns k's signature over the same statement of it as a
// validator's key: that the co-op's node holds it. The spelling of the key tells the two
// statements apart, so that neither proves the other.
func (k PrivateKey) ValidatorPossession(chain string, coop uint32) []byte {
	return k.SignMessage(possessionOf(chain, coop, k.Validator().String()))
}

// VerifyPossession says whether k is usable and sig was made by Possession with the
// same chain and co-op.
func (k PublicKey) VerifyPossession(chain string, coop uint32, sig []byte) bool {
	return k.VerifyMessage(possessionOf(chain, coop, k.String()), sig)
}

// VerifyPossession says whether k is usable and sig was made by ValidatorPossession
// with the same chain and co-op.
func (k ValidatorKey) VerifyPossession(chain string, coop uint32, sig []byte) bool {
	return k.Usable() == nil && append(PublicKey{algEd25519}, k...).verifyOnce(possessionOf(chain, coop, k.String()), sig)
}

func possessionOf(chain string, coop uint32, spelled string) []byte {
	return fmt.Appendf(nil, "%s%s\n%d\n%s\n", possession, chain, coop, spelled)
}

// A Batch verifies many signatures in less than half the time that it takes
// to verify each alone: those of ed25519. Others are verified one by one, divided among the
// machine's processors with the rest. The zero value is ready to use.
type Batch struct{ entries []batched }

// A batched is one entry of a Batch.
type batched struct {
	key                PublicKey
	message, signature []byte
	possession         bool
}

// Add puts a signature into the batch. A malformed key or signature makes its
// own entry fail, and no other. msg and sig must not change before Verify.
func (b *Batch) Add(k PublicKey, msg, sig []byte) {
	b.entries = append(b.entries, batched{key: k, message: msg, signature: sig})
}

// AddPossession puts a proof that k is held into the batch: its answer is that of
// PublicKey.VerifyPossession. Like that it keeps nothing of the key.
func (b *Batch) AddPossession(k PublicKey, chain string, coop uint32, proof []byte) {
	e := batched{key: k, signature: proof, possession: true}
	if k.Valid() == nil {
		e.message = possessionOf(chain, coop, k.String())
	}
	b.entries = append(b.entries, e)
}

// Verify returns the answer for each entry, in the order they were added: always what
// PublicKey.Verify, or VerifyPossession, would have answered. A batch of a block is divided
// among the machine's processors; no answer depends on how many there are.
func (b *Batch) Verify() []bool {
	switch len(b.entries) {
	case 0:
		return nil
	case 1: // alone takes less than a batch of one
		if e := b.entries[0]; !e.possession {
			return []bool{e.key.Verify(e.message, e.signature)}
		}
	}
	total := 0
	for _, e := range b.entries {
		total += e.work()
	}
	parts := min(runtime.GOMAXPROCS(0), max(1, total/leastPart))
	answers := make([]bool, len(b.entries))
	var wg sync.WaitGroup
	from, done := 0, 0
	for i := range parts {
		to := from
		for to < len(b.entries) && (i == parts-1 || done < total*(i+1)/parts) {
			done += b.entries[to].work()
			to++
		}
		part, into := b.entries[from:to], answers[from:to]
		from = to
		if i == parts-1 {
			verifyBatch(part, into)
			break
		}
		wg.Go(func() { verifyBatch(part, into) })
	}
	wg.Wait()
	return answers
}

// work is what it costs to verify an entry, where a signature of ed25519 in a large batch
// is 1.
func (e batched) work() int {
	if e.single() {
		return singleWork
	}
	return 1
}

// singleWork is the work of a signature of P-256: some 75 µs against 20.
const singleWork = 4

// single says whether an entry is verified by itself.
func (e batched) single() bool { return e.key.Valid() == nil && !e.key.isEd25519() }

// leastPart is the least work of a batch that a processor of its own does: with
// fewer signatures a batch costs more for each.
const leastPart = 512

// verifyBatch puts the answer for each entry into answers.
func verifyBatch(entries []batched, answers []bool) {
	v := ed25519.NewBatchVerifierWithCapacity(len(entries))
	together := make([]int, 0, len(entries)) // entries of the batch
	for i, e := range entries {
		switch {
		case !e.single():
			e.add(v)
			together = append(together, i)
		case e.possession:
			answers[i] = e.key.Usable() == nil && e.key.verifyOnce(e.message, e.signature)
		default:
			answers[i] = e.key.verifyOnce(e.message, e.signature)
		}
	}
	if len(together) == 0 {
		return
	}
	_, each := v.Verify(rand.Reader)
	for n, i := range together {
		answers[i] = each[n]
	}
}

func (e batched) add(v *ed25519.BatchVerifier) {
	if e.key.Valid() != nil {
		v.Add(nil, e.message, e.signature)
		return
	}
	key := e.key[1:]
	if e.possession {
		v.AddWithOptions(ed25519.PublicKey(key), e.message, e.signature, ownKey)
	} else if known := expanded.of(key); known != nil {
		v.AddExpandedWithOptions(known, e.message, e.signature, zip215)
	} else {
		v.AddWithOptions(ed25519.PublicKey(key), e.message, e.signature, zip215)
	}
}
