package takeover

import (
	"crypto/sha256"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// MinFounders is how many founders it takes at least to adopt a takeover: nobody decides
// alone who a co-op's members were.
const MinFounders = 2

// ErrFounders refuses a founding in which not every founder, or one alone, signed what is
// adopted.
var ErrFounders = Hints.Add(&state.Rejection{Code: 1015, Reason: "a founding adopts only what each founder signed, and two of them at least"},
	"have every founder sign the same file: rochdale key prove KEY --adopts FILE")

// FoundingMessage is what each founder of a co-op signs to adopt m: words, the chain, the
// number of the co-op and the SHA-256 of m's canonical CBOR. The first byte is no CBOR map,
// so that the signature is never one of a transaction.
func (m Adopt) FoundingMessage(chain string, coop state.Coop) []byte {
	return fmt.Appendf(nil, "rochdale: my co-op founds with the register and books\n%s\n%d\n%x\n", chain, coop, sha256.Sum256(tx.Encode(m)))
}

// A Consent is a founder's key with its signature of a FoundingMessage.
type Consent struct {
	Key       tx.PublicKey
	Signature []byte
}

// RequireConsents returns ErrFounders unless there are MinFounders at least and each signed
// m for a co-op of a chain.
func (m Adopt) RequireConsents(chain string, coop state.Coop, founders []Consent) error {
	if len(founders) < MinFounders {
		return ErrFounders.With("there are %d founders", len(founders))
	}
	msg := m.FoundingMessage(chain, coop)
	for i, f := range founders {
		if !f.Key.VerifyMessage(msg, f.Signature) {
			return ErrFounders.With("founder %d, of key %s, did not sign it", i+1, f.Key)
		}
	}
	return nil
}

// Found adopts m, which passed Check, as c's co-op is founded, by its founders. It returns
// ErrFounders, or what an Adopt is refused with.
func Found(c *state.Ctx, m Adopt, founders []Consent) error {
	if err := m.RequireConsents(c.Chain(), c.Coop(), founders); err != nil {
		return err
	}
	return m.Apply(c)
}
