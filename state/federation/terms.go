package federation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/tx"
)

// terms are what a co-op is founded with, as its founders sign it: all of a GenesisCoop but
// the node, which whoever runs it names, and the proofs. A new field goes on with the next number.
type terms struct {
	Name     string         `cbor:"1,keyasint,omitempty"`
	Charter  []byte         `cbor:"2,keyasint,omitempty"` // CharterDigest
	Founders []founderTerms `cbor:"3,keyasint,omitempty"` // in the order of their numbers
	Classes  []classTerms   `cbor:"4,keyasint,omitempty"`
	Takeover []byte         `cbor:"5,keyasint,omitempty"` // SHA-256 of the canonical CBOR of takeover.Adopt; of a new co-op none
}

type founderTerms struct {
	Key        tx.PublicKey     `cbor:"1,keyasint,omitempty"`
	Class      charter.Class    `cbor:"2,keyasint,omitempty"`
	Offices    []charter.Office `cbor:"3,keyasint,omitempty"`
	Commitment []byte           `cbor:"4,keyasint,omitempty"`
	Sort       member.Sort      `cbor:"5,keyasint,omitempty"`
}

type classTerms struct {
	Number     uint16                 `cbor:"1,keyasint,omitempty"`
	Name       string                 `cbor:"2,keyasint,omitempty"`
	Par        money.Amount           `cbor:"3,keyasint,omitempty"`
	MinHolding uint64                 `cbor:"4,keyasint,omitempty"`
	MaxHolding uint64                 `cbor:"5,keyasint,omitempty"`
	Rules      *shareclass.RulesEntry `cbor:"6,keyasint,omitempty"`
}

// CharterDigest is the SHA-256 of a charter's canonical CBOR, with the names of its fields in
// JSON, by which people compare charters.
func CharterDigest(d charter.Document) [sha256.Size]byte { return sha256.Sum256(tx.Encode(d)) }

// FoundingMessage is what each founder signs who founds g as co-op n of a chain: words, the
// chain, n, and the SHA-256 of the canonical CBOR of what the co-op is founded with. The first
// byte is no CBOR map, so that the signature is never one of a transaction. It returns an error
// if g could not be founded.
func (g GenesisCoop) FoundingMessage(chain string, n state.Coop) ([]byte, error) {
	digest := CharterDigest(g.Charter)
	t := terms{Name: g.Name, Charter: digest[:]}
	for i, m := range g.Members {
		f, err := m.founder()
		if err != nil {
			return nil, fmt.Errorf("member %d: %w", i+1, err)
		}
		t.Founders = append(t.Founders, founderTerms{Key: f.Entry.Key, Class: m.Class, Offices: m.Offices, Commitment: f.Entry.Commitment, Sort: m.Sort})
	}
	for _, c := range g.Shares {
		t.Classes = append(t.Classes, classTerms(c))
	}
	if g.Takeover != nil {
		m, err := g.Takeover.Adopt()
		if err == nil {
			err = m.Check()
		}
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(tx.Encode(m))
		t.Takeover = sum[:]
	}
	return fmt.Appendf(nil, "rochdale: my co-op is founded with this charter, these founders, shares, register and books\n%s\n%d\n%x\n",
		chain, n, sha256.Sum256(tx.Encode(t))), nil
}

// CheckConsents refuses a co-op n of a chain that brings in what it was before and not every
// founder signed for, or fewer than takeover.MinFounders; and one that a founder signed for and
// another did not, or not with this. Found refuses it too. That the founders of a co-op that
// brings in nothing have signed is for the programs that found it.
func (g GenesisCoop) CheckConsents(chain string, n state.Coop) error {
	if g.Takeover == nil && !slices.ContainsFunc(g.Members, func(m GenesisMember) bool { return m.Adopts != "" }) {
		return nil
	}
	msg, err := g.FoundingMessage(chain, n)
	if err != nil {
		return err
	}
	signatures := make([][]byte, len(g.Members))
	for i, m := range g.Members {
		if signatures[i], err = hex.DecodeString(m.Adopts); err != nil {
			return fmt.Errorf("member %d: its signature of what the co-op is founded with: %w", i+1, err)
		}
	}
	if g.Takeover != nil && len(g.Members) < takeover.MinFounders {
		return takeover.ErrFounders.With("there are %d founders", len(g.Members))
	}
	for i, m := range g.Members {
		key, err := tx.ParsePublicKey(m.Key)
		if err != nil {
			return fmt.Errorf("member %d: %w", i+1, err)
		}
		if !key.VerifyMessage(msg, signatures[i]) {
			return takeover.ErrFounders.With("founder %d, of key %s, did not sign it", i+1, key)
		}
	}
	return nil
}

// adopt has c's co-op adopt what it brings in, if it brings in anything, by the consent of its
// founders, who have signed all that it is founded with.
func (g GenesisCoop) adopt(c *state.Ctx, n state.Coop) error {
	if err := g.CheckConsents(c.Chain(), n); err != nil || g.Takeover == nil {
		return err
	}
	m, err := g.Takeover.Adopt()
	if err != nil {
		return err
	}
	return m.Apply(c)
}

// SignedBy returns g as signed by the founders of it, as co-op n of a chain, whose keys these are.
func (g GenesisCoop) SignedBy(chain string, n state.Coop, keys ...tx.PrivateKey) (GenesisCoop, error) {
	msg, err := g.FoundingMessage(chain, n)
	if err != nil {
		return g, err
	}
	g.Members = slices.Clone(g.Members)
	for i := range g.Members {
		for _, key := range keys {
			if key.Public().String() == g.Members[i].Key {
				g.Members[i].Adopts = hex.EncodeToString(key.SignMessage(msg))
			}
		}
	}
	return g, nil
}
