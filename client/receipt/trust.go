package receipt

import (
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
	known       *light.Lineage // if links have been added
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

// lineage is what t knows of the chain's validators.
func (t Trust) lineage() light.Lineage {
	switch {
	case t.known != nil:
		return *t.known
	case t.founders.Size() > 0:
		return light.Founded(t.Chain, t.founders)
	}
	return light.Named(t.Chain, t.Fingerprint)
}

// Last is the hash of the set of validators that signs as far as t reaches, and the
// first height of which that is known; zero if it is of none.
func (t Trust) Last() (hash light.Hex, from int64) { return t.lineage().Last() }

// Links are the blocks that have extended t, oldest first.
func (t Trust) Links() []light.Block { return t.lineage().Links() }

// Anchor is t without what links have added.
func (t Trust) Anchor() Trust {
	t.known = nil
	return t
}

// Extend adds the validators that links show to have followed those that t trusts. An
// error is a *Refuted for links that do not hold or are of another chain, an *Untied
// for those that begin with other validators.
func (t Trust) Extend(links light.Links) (Trust, error) {
	if err := links.Verify(); err != nil {
		return t, err
	}
	return t.extend(links)
}

// extend is Extend for links that have been verified.
func (t Trust) extend(links light.Links) (Trust, error) {
	known, err := t.lineage().Extend(links)
	if err == nil {
		t.known = &known
	}
	return t, err
}

// reached is t with a receipt's links, as far as they begin where t ends. Whether the
// receipt's validators are reached is for Holds to say.
func (t Trust) reached(links light.Links) (Trust, error) {
	if len(links.Blocks) == 0 {
		return t, nil
	}
	with, err := t.extend(links)
	if _, apart := errors.AsType[*Untied](err); apart {
		return t, nil
	}
	return with, err
}

// Holds checks a block that has been verified against the trust anchor, and says how
// they are tied. An error is an *Untied if t does not reach the block's validators, or
// a *Refuted if what t knows and the block cannot both be true.
//
// A set of validators other than those that are known for the block's height is
// accepted if more than two thirds of these signed, and no key that was retired is in
// it: co-ops have changed validators since, and no link shows it.
func (t Trust) Holds(b light.Block) (light.Tie, error) {
	return t.lineage().Holds(b)
}
