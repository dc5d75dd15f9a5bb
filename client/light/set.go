package light

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// maxPower is the most that the powers of a set can sum to, as in CometBFT.
const maxPower = math.MaxInt64 / 8

// KeySize is the length of a validator's key, in bytes.
const KeySize = ed25519.PublicKeySize

// A Validator is a key that signs blocks and the power that it has.
type Validator struct {
	Key   []byte // ed25519, 32 bytes
	Power int64  // 1 and more
}

// Address names the validator in a commit: the first 20 bytes of the SHA-256 of
// its key.
func (v Validator) Address() Hex {
	sum := sha256.Sum256(v.Key)
	return sum[:addressSize]
}

// A Set is a set of validators in the order in which they are hashed and sign.
// The zero Set is empty, and nothing that it should have signed is proved.
type Set struct {
	all   []member
	by    map[string]int // address → index
	power int64
}

type member struct {
	Validator
	address Hex
}

// NewSet puts validators in order: descending power, then ascending address. It
// refuses none, more than MaxValidators, a malformed key, a key that is there
// twice and a power below 1. It keeps the keys.
func NewSet(validators []Validator) (Set, error) {
	if n := len(validators); n == 0 || n > MaxValidators {
		return Set{}, fmt.Errorf("%d validators, from 1 to %d can be", n, MaxValidators)
	}
	s := Set{by: map[string]int{}}
	for _, v := range validators {
		switch {
		case len(v.Key) != KeySize:
			return Set{}, errors.New("a validator's key is not ed25519")
		case v.Power < 1 || v.Power > maxPower-s.power:
			return Set{}, fmt.Errorf("validator %v has power %d: from 1 to %d in all can be", v.Address(), v.Power, int64(maxPower))
		}
		s.power += v.Power
		s.all = append(s.all, member{v, v.Address()})
	}
	slices.SortFunc(s.all, func(a, b member) int {
		return cmp.Or(cmp.Compare(b.Power, a.Power), bytes.Compare(a.address, b.address))
	})
	for i, m := range s.all {
		if _, twice := s.by[string(m.address)]; twice {
			return Set{}, fmt.Errorf("validator %v is there twice", m.address)
		}
		s.by[string(m.address)] = i
	}
	return s, nil
}

// Size is how many validators there are.
func (s Set) Size() int { return len(s.all) }

// At is validator i of the set's order. It panics if there is none.
func (s Set) At(i int) Validator { return s.all[i].Validator }

// Hash is the set's fingerprint, which headers name: the Merkle root over its
// validators, each in protobuf.
//
// Source: CometBFT v0.40, spec/core/data_structures.md, "ValidatorSet" and
// "SimpleValidator".
func (s Set) Hash() []byte {
	leaves := make([][]byte, len(s.all))
	for i, m := range s.all {
		leaves[i] = appendVarint(appendMessage(nil, 0x0a, appendBytes(nil, 0x0a, m.Key)), 0x10, uint64(m.Power))
	}
	root := merkleRoot(leaves)
	return root[:]
}

// A Fraction is a share of power that must be exceeded: below 1, above 0.
type Fraction struct{ Num, Den uint32 }

// Fractions that consensus uses: what decides a block, and what of an older set
// must have signed so that at least one honest validator did.
var (
	TwoThirds = Fraction{2, 3}
	OneThird  = Fraction{1, 3}
)

func (f Fraction) valid() bool { return f.Num > 0 && f.Num < f.Den }

// exceeded says whether part is more than the fraction of whole.
func (f Fraction) exceeded(part, whole int64) bool {
	ah, al := bits.Mul64(uint64(part), uint64(f.Den))
	bh, bl := bits.Mul64(uint64(whole), uint64(f.Num))
	return ah > bh || ah == bh && al > bl
}

// zip215 are the rules by which consensus verifies signatures: those of ZIP-215,
// which give one answer whether a signature is verified alone or in a batch.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// Verify verifies a commit with the set that had to sign it: it is for block id at
// height on chain, has one entry for each validator, every signature in it is valid,
// including those beyond what is needed, and validators with more than two thirds of
// the power signed the block. An error is a *Refuted.
func (s Set) Verify(chain string, height int64, id BlockID, c Commit) error {
	if err := c.Check(); err != nil {
		return refute("commit", "%v", err)
	}
	switch {
	case len(c.Signatures) != len(s.all):
		return refute("commit", "it has %d signatures, there are %d validators", len(c.Signatures), len(s.all))
	case c.Height != height:
		return refute("commit", "it is of height %d, not %d", c.Height, height)
	case !c.BlockID.Equal(id):
		return refute("commit", "it signs block %v, not %v", c.BlockID.Hash, id.Hash)
	}
	signers := make([]int, len(c.Signatures)) // index of the set, -1 for none
	power := int64(0)
	for i, sig := range c.Signatures {
		m := s.all[i]
		signers[i] = -1
		if sig.Flag == Absent {
			continue
		}
		if !bytes.Equal(sig.Validator, m.address) {
			return refute("commit", "signature %d is of %v, its place belongs to %v", i+1, sig.Validator, m.address)
		}
		signers[i] = i
		if sig.Flag == Signed {
			power += m.Power
		}
	}
	if !TwoThirds.exceeded(power, s.power) {
		return refute("commit", "%d of a power of %d signed, more than two thirds must", power, s.power)
	}
	return s.verifySignatures(chain, c, signers)
}

// Trusts verifies a commit with a set that is trusted for another reason, such as
// the founders or the validators of an earlier block: validators with more than the
// given fraction of its power signed the block. All their signatures are verified,
// and no others. It returns how many they are, also with an error. An error is a
// *Refuted; its part is "validators" if they are too few.
//
// The set that had to sign is not known to be right by this alone: use Verify
// as well.
func (s Set) Trusts(chain string, c Commit, more Fraction) (signed int, err error) {
	if !more.valid() {
		return 0, refute("validators", "%d/%d is no fraction of them", more.Num, more.Den)
	}
	if err := c.Check(); err != nil {
		return 0, refute("commit", "%v", err)
	}
	signers := make([]int, len(c.Signatures))
	seen := map[int]bool{}
	power := int64(0)
	for i, sig := range c.Signatures {
		signers[i] = -1
		at, ok := s.by[string(sig.Validator)]
		if !ok || sig.Flag != Signed {
			continue
		}
		if seen[at] {
			return signed, refute("commit", "validator %v signed twice", sig.Validator)
		}
		seen[at], signers[i] = true, at
		power += s.all[at].Power
		signed++
	}
	if !more.exceeded(power, s.power) {
		return signed, refute("validators", "only %d of the %d that are trusted signed, more than %d/%d must", signed, len(s.all), more.Num, more.Den)
	}
	return signed, s.verifySignatures(chain, c, signers)
}

// verifySignatures verifies, in one batch, the entries of a checked commit that
// have a signer.
func (s Set) verifySignatures(chain string, c Commit, signers []int) error {
	batch := ed25519.NewBatchVerifierWithCapacity(len(signers))
	var entries []int
	for i, at := range signers {
		if at >= 0 {
			batch.AddWithOptions(s.all[at].Key, c.signBytes(chain, i), c.Signatures[i].Signature, zip215)
			entries = append(entries, i)
		}
	}
	all, each := batch.Verify(rand.Reader)
	if all {
		return nil
	}
	for n, ok := range each {
		if !ok {
			return refute("commit", "signature %d is wrong", entries[n]+1)
		}
	}
	return refute("commit", "it has no signatures")
}
