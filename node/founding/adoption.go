package founding

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// FormatAdoption is the first field of the file of an adoption.
const FormatAdoption = "rochdale-adoption-1"

// An Adoption is the register and books of an existing co-op, as digests and totals, that
// its founders sign each. It has no secret and no signature.
type Adoption struct {
	Format   string                     `json:"format"`
	Chain    string                     `json:"chain"`
	Number   state.Coop                 `json:"number"` // of the co-op in the invitation
	Takeover federation.GenesisTakeover `json:"takeover"`
}

// ParseAdoption reads the file of an adoption. What it says is checked by whoever founds
// with it.
func ParseAdoption(raw []byte) (a Adoption, err error) {
	if err := strict(raw, &a); err != nil {
		return a, err
	}
	if a.Format != FormatAdoption {
		return a, unusable("its format is %q, not %s", a.Format, FormatAdoption)
	}
	m, err := a.Takeover.Adopt()
	if err == nil {
		err = m.Check()
	}
	if err != nil {
		return a, unusable("%w", err)
	}
	return a, nil
}

// Bytes is the file.
func (a Adoption) Bytes() []byte {
	a.Format = FormatAdoption
	return indented(a)
}
