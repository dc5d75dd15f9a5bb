package receipt

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// A Refuted says that something which was to be proved is not: which part did
// not match, such as "header", "commit" or "record 2", and what was found.
type Refuted = light.Refuted

func refute(part, format string, args ...any) error {
	return &Refuted{Part: part, Why: fmt.Sprintf(format, args...)}
}

// A Trust is a verifier's trust anchor: what it knows beforehand of a federation,
// from its own source. The zero Trust is none.
type Trust struct {
	Chain       string // chain id; empty if unknown
	Fingerprint []byte // hash of the set of validators that is trusted, 32 bytes
	founders    light.Set
}

// ErrGenesis is returned for bytes that are no genesis file.
var ErrGenesis = errors.New("not a genesis file")

// MaxGenesis is the size of the largest genesis file that is read, in bytes.
const MaxGenesis = light.MaxGenesis

// TrustGenesis reads the trust that a federation's genesis file gives: its
// chain id and the validators that founded it.
func TrustGenesis(raw []byte) (Trust, error) {
	g, err := light.ReadGenesis(raw)
	if err == nil {
		err = equalPower(g.Validators)
	}
	if err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrGenesis, err)
	}
	return Trust{Chain: g.Chain, Fingerprint: g.Validators.Hash(), founders: g.Validators}, nil
}

// equalPower refuses a set in which a validator has another power than every
// validator of a federation has. docs/adr/0008-equal-power.md
func equalPower(s light.Set) error {
	for i := range s.Size() {
		if v := s.At(i); v.Power != federation.Power {
			return fmt.Errorf("validator %v has power %d: every one has %d", v.Address(), v.Power, federation.Power)
		}
	}
	return nil
}

// TrustValidators trusts the set of validators whose hash is fingerprint, in
// hexadecimal, on whatever chain it signs for.
func TrustValidators(fingerprint string) (Trust, error) {
	b, err := light.ParseFingerprint(fingerprint)
	return Trust{Fingerprint: b}, err
}

// Known says whether t knows any validators.
func (t Trust) Known() bool { return len(t.Fingerprint) > 0 }

// Holds checks a block that has been verified against the trust anchor. It returns
// how many of the trusted validators signed and how many there are. An error is a
// *Refuted.
//
// A validator set other than the trusted one, because co-ops have changed their
// validators since, is accepted if more than two thirds of the genesis file's
// validators signed.
func (t Trust) Holds(b light.Block) (signed, of int, err error) {
	if t.Chain != "" && b.Header.ChainID != t.Chain {
		return 0, 0, refute("chain", "it is of %q, the one you trust is %q", b.Header.ChainID, t.Chain)
	}
	if bytes.Equal(t.Fingerprint, b.Header.ValidatorsHash) {
		return b.Commit.Signed(), b.Validators.Size(), nil
	}
	if t.founders.Size() == 0 {
		return 0, 0, refute("validators", "their fingerprint is %v, the one you trust is %X", b.Header.ValidatorsHash, t.Fingerprint)
	}
	signed, err = t.founders.Trusts(b.Header.ChainID, b.Commit, light.TwoThirds)
	if refuted, ok := errors.AsType[*Refuted](err); ok && refuted.Part == "validators" {
		err = refute("validators", "only %d of the %d in the genesis file signed, more than two thirds must", signed, t.founders.Size())
	}
	return signed, t.founders.Size(), err
}
