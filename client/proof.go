package client

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	"github.com/cometbft/cometbft/types"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// A Refuted says that something which was to be proved is not: which part did
// not match, and what was found.
type Refuted struct {
	Part string // "header", "commit", "record 2" …
	Why  string
}

func (r *Refuted) Error() string { return r.Part + ": " + r.Why }

func refute(part, format string, args ...any) error {
	return &Refuted{part, fmt.Sprintf(format, args...)}
}

// A Trust is what a verifier knows beforehand of a federation, from a source of
// its own. The zero Trust knows nothing.
type Trust struct {
	Chain       string // chain id; empty if unknown
	Fingerprint []byte // hash of the validator set that is trusted, 32 bytes
	founders    *types.ValidatorSet
}

// ErrGenesis is returned for bytes that are no genesis file.
var ErrGenesis = errors.New("not a genesis file")

// TrustGenesis reads the trust that a federation's genesis file gives: its
// chain id and the validators that founded it.
func TrustGenesis(raw []byte) (Trust, error) {
	doc, err := types.GenesisDocFromJSON(raw)
	if err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrGenesis, err)
	}
	var founders []*types.Validator
	for _, v := range doc.Validators {
		founders = append(founders, types.NewValidator(v.PubKey, v.Power))
	}
	set, err := validatorSet(founders)
	if err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrGenesis, err)
	}
	return Trust{Chain: doc.ChainID, Fingerprint: set.Hash(), founders: set}, nil
}

// TrustValidators trusts the validator set whose hash is fingerprint, in
// hexadecimal, on whatever chain it signs for.
func TrustValidators(fingerprint string) (Trust, error) {
	b, err := hex.DecodeString(fingerprint)
	if err != nil || len(b) != 32 {
		return Trust{}, fmt.Errorf("a fingerprint of validators is 64 hexadecimal digits, not %q", fingerprint)
	}
	return Trust{Fingerprint: b}, nil
}

// Known says whether t knows any validators.
func (t Trust) Known() bool { return len(t.Fingerprint) > 0 }

// validatorSet makes the set of validators, all of the same power and with different
// ed25519 keys, in the order in which they are hashed and sign.
func validatorSet(validators []*types.Validator) (*types.ValidatorSet, error) {
	if len(validators) == 0 || len(validators) > federation.MaxValidators {
		return nil, fmt.Errorf("%d validators, from 1 to %d can be", len(validators), federation.MaxValidators)
	}
	seen := map[string]bool{}
	for _, v := range validators {
		if _, ok := v.PubKey.(cmted25519.PubKey); !ok || len(v.PubKey.Bytes()) != cmted25519.PubKeySize {
			return nil, errors.New("a validator's key is not ed25519")
		}
		if v.VotingPower != federation.Power {
			return nil, fmt.Errorf("validator %v has power %d: every one has %d", v.Address, v.VotingPower, federation.Power)
		}
		if seen[string(v.Address)] {
			return nil, fmt.Errorf("validator %v is there twice", v.Address)
		}
		seen[string(v.Address)] = true
	}
	return types.NewValidatorSet(validators), nil
}

// A seal is a header with the signatures of the validators who decided it: what
// a whole federation vouches for. Its app hash is the root of the state after
// the block before.
type seal struct {
	header     *types.Header
	commit     *types.Commit
	validators *types.ValidatorSet
}

// height is that of the state which the seal proves; zero is the founding.
func (s seal) height() uint64 { return uint64(s.header.Height - 1) }

// signed is how many validators signed the header.
func (s seal) signed() int {
	n := 0
	for _, sig := range s.commit.Signatures {
		if sig.BlockIDFlag == types.BlockIDFlagCommit {
			n++
		}
	}
	return n
}

// verify holds the seal against itself: the validators are those that the
// header names, and more than two thirds of them signed this very header. Every
// signature is checked, also those beyond what is needed. An error is a
// *Refuted.
func (s seal) verify() error {
	if err := s.header.ValidateBasic(); err != nil {
		return refute("header", "%v", err)
	}
	if err := s.commit.ValidateBasic(); err != nil {
		return refute("commit", "%v", err)
	}
	if h := s.validators.Hash(); !bytes.Equal(h, s.header.ValidatorsHash) {
		return refute("validators", "their hash is %X, the header names %X", h, []byte(s.header.ValidatorsHash))
	}
	if h := s.header.Hash(); !bytes.Equal(h, s.commit.BlockID.Hash) {
		return refute("header", "its hash is %X, the commit signs %X", []byte(h), []byte(s.commit.BlockID.Hash))
	}
	err := s.validators.VerifyCommit(s.header.ChainID, s.commit.BlockID, s.header.Height, s.commit)
	if err != nil {
		return refute("commit", "%v", err)
	}
	return nil
}

// anchor holds a verified seal against what is known beforehand. It returns how
// many of the trusted validators signed and how many there are. An error is a
// *Refuted.
//
// A set that is not the trusted one, because co-ops have changed their
// validators since, is accepted if more than two thirds of the genesis file's
// validators signed all the same.
func (t Trust) anchor(s seal) (signed, of int, err error) {
	if t.Chain != "" && s.header.ChainID != t.Chain {
		return 0, 0, refute("chain", "it is of %q, the one you trust is %q", s.header.ChainID, t.Chain)
	}
	if bytes.Equal(t.Fingerprint, s.header.ValidatorsHash) {
		return s.signed(), s.validators.Size(), nil
	}
	if t.founders == nil {
		return 0, 0, refute("validators", "their fingerprint is %X, the one you trust is %X", []byte(s.header.ValidatorsHash), t.Fingerprint)
	}
	for _, sig := range s.commit.Signatures {
		if sig.BlockIDFlag == types.BlockIDFlagCommit && t.founders.HasAddress(sig.ValidatorAddress) {
			signed++
		}
	}
	twoThirds := cmtmath.Fraction{Numerator: 2, Denominator: 3}
	if err := t.founders.VerifyCommitLightTrusting(s.header.ChainID, s.commit, twoThirds); err != nil {
		return 0, 0, refute("validators", "only %d of the %d in the genesis file signed, more than two thirds must", signed, t.founders.Size())
	}
	return signed, t.founders.Size(), nil
}

// verifyLeaf holds a leaf and its ICS-23 proof against a root. An empty value
// means that there is no such leaf. The proof must be in the one form that our
// nodes give: nothing in it that is not checked.
func verifyLeaf(root, key, value, raw []byte) error {
	var proof ics23.CommitmentProof
	if err := proof.Unmarshal(raw); err != nil {
		return fmt.Errorf("its proof cannot be read: %w", err)
	}
	if again, err := proof.Marshal(); err != nil || !bytes.Equal(again, raw) {
		return errors.New("its proof is not in canonical form")
	}
	if len(value) > 0 {
		if proof.GetExist() == nil {
			return errors.New("its proof is not one of existence")
		}
		if !ics23.VerifyMembership(ics23.IavlSpec, root, &proof, key, value) {
			return fmt.Errorf("its proof does not lead to the app hash %X", root)
		}
		return nil
	}
	absent := proof.GetNonexist()
	if absent == nil {
		return errors.New("its proof is not one of absence")
	}
	if !bytes.Equal(absent.Key, key) {
		return fmt.Errorf("its proof of absence is about key %x", absent.Key)
	}
	if !ics23.VerifyNonMembership(ics23.IavlSpec, root, &proof, key) {
		return fmt.Errorf("its proof of absence does not lead to the app hash %X", root)
	}
	return nil
}
