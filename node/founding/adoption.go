package founding

import (
	"encoding/json"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// FormatAdoption is the first field of the file of an adoption.
const FormatAdoption = "rochdale-adoption-2"

// earlyAdoption was that of a register and books alone, which founders signed without charter,
// offices and shares.
const earlyAdoption = "rochdale-adoption-1"

// An Adoption is what a co-op is founded with, that its founders sign each: charter, founders
// with their offices, classes of shares, and the register and books of one that exists already.
// It has no secret and no signature, and no node.
type Adoption struct {
	Format string                 `json:"format"`
	Chain  string                 `json:"chain"`
	Number state.Coop             `json:"number"` // of the co-op in the invitation
	Coop   federation.GenesisCoop `json:"coop"`
}

// ParseAdoption reads the file of an adoption.
func ParseAdoption(raw []byte) (a Adoption, err error) {
	var head struct {
		Format string `json:"format"`
	}
	if len(raw) <= MaxFile && json.Unmarshal(raw, &head) == nil && head.Format == earlyAdoption {
		return a, unusable("its format is %s, of which founders signed the tables alone; make it again", earlyAdoption)
	}
	if err := strict(raw, &a); err != nil {
		return a, err
	}
	if a.Format != FormatAdoption {
		return a, unusable("its format is %q, not %s", a.Format, FormatAdoption)
	}
	if a.Coop.Validator != nil || len(a.Coop.Members) == 0 {
		return a, unusable("it has the keys of a node, or no founder")
	}
	for i, m := range a.Coop.Members {
		if m.Adopts != "" {
			return a, unusable("founder %d has signed in it", i+1)
		}
	}
	err = a.Coop.CheckKeys(a.Chain, a.Number)
	if err == nil {
		_, err = a.Message()
	}
	if err != nil {
		return a, unusable("%w", err)
	}
	return a, nil
}

// Message is what each founder signs.
func (a Adoption) Message() ([]byte, error) { return a.Coop.FoundingMessage(a.Chain, a.Number) }

// Digest is the SHA-256 of the message in hexadecimal, for people to compare.
func (a Adoption) Digest() (string, error) {
	msg, err := a.Message()
	return digest(msg), err
}

// Bytes is the file.
func (a Adoption) Bytes() []byte {
	a.Format = FormatAdoption
	return indented(a)
}
