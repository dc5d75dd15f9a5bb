package founding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Seal is one co-op's signature over the SHA-256 of a genesis file.
type Seal struct {
	Coop      state.Coop `json:"coop"`
	Genesis   string     `json:"genesis"`   // SHA-256 of the file, hexadecimal
	Key       string     `json:"key"`       // as in the co-op's statement
	Signature string     `json:"signature"` // hexadecimal
}

type sealFile struct {
	Format string `json:"format"`
	Seals  []Seal `json:"seals"`
}

const sealWords = "rochdale: my co-op founds by the genesis\n"

func sealed(chain string, n state.Coop, sum string) []byte {
	return fmt.Appendf(nil, "%s%s\n%d\n%s\n", sealWords, chain, n, sum)
}

// SealFile is a file of seals, by co-op, each once.
func SealFile(seals []Seal) []byte {
	seals = slices.Clone(seals)
	slices.SortStableFunc(seals, func(a, b Seal) int { return int(a.Coop) - int(b.Coop) })
	return indented(sealFile{FormatSeals, slices.Compact(seals)})
}

// ParseSeals reads what SealFile writes. The signatures are for Check to verify.
func ParseSeals(raw []byte) ([]Seal, error) {
	var file sealFile
	if err := strict(raw, &file); err != nil {
		return nil, err
	}
	if file.Format != FormatSeals {
		return nil, unusable("its format is %q, not %s", file.Format, FormatSeals)
	}
	if len(file.Seals) > federation.MaxCoops {
		return nil, unusable("it has %d seals", len(file.Seals))
	}
	return file.Seals, nil
}

// A Founding is a genesis file whose founding document was read.
type Founding struct {
	Chain    string
	Sum      [sha256.Size]byte // SHA-256 of the file
	Document federation.Genesis
}

// Fingerprint is the SHA-256 of the file in hexadecimal, for people to compare.
func (f Founding) Fingerprint() string { return hex.EncodeToString(f.Sum[:]) }

// Seal signs the genesis for the co-op whose key it is.
func (f Founding) Seal(key tx.PrivateKey) (Seal, error) {
	i := slices.IndexFunc(f.Document.Coops, func(c federation.GenesisCoop) bool { return signsFor(c, key.Public()) })
	if i < 0 {
		return Seal{}, unusable("it founds no co-op with this key, %s", key.Public())
	}
	n := state.Coop(i + 1)
	return Seal{n, f.Fingerprint(), key.Public().String(),
		hex.EncodeToString(key.SignMessage(sealed(f.Chain, n, f.Fingerprint())))}, nil
}

// Verify says whether a seal is one of this genesis.
func (f Founding) Verify(s Seal) error {
	if s.Coop == 0 || uint64(s.Coop) > uint64(len(f.Document.Coops)) {
		return unusable("there is a seal of co-op %d, and the genesis has none of that number", s.Coop)
	}
	c := f.Document.Coops[s.Coop-1]
	if s.Genesis != f.Fingerprint() {
		return unusable("%s signed another genesis, of SHA-256 %.16s…, and this one's is %.16s…", c.Name, s.Genesis, f.Fingerprint())
	}
	if err := verify(c, s.Key, s.Signature, sealed(f.Chain, s.Coop, s.Genesis)); err != nil {
		return fmt.Errorf("the seal of %s: %w", c.Name, err)
	}
	return nil
}

// Missing names the co-ops of which something is not there yet.
type Missing struct {
	What  string // statement or seal
	Coops []string
}

func (m *Missing) Error() string {
	return fmt.Sprintf("the %s of %s is missing", m.What, strings.Join(m.Coops, ", of "))
}

// Check returns a *Missing unless every founding co-op sealed the genesis, and
// another error if a seal is wrong.
func (f Founding) Check(seals []Seal) error {
	has := map[state.Coop]bool{}
	for _, s := range seals {
		if err := f.Verify(s); err != nil {
			return err
		}
		has[s.Coop] = true
	}
	var missing []string
	for i, c := range f.Document.Coops {
		if !has[state.Coop(i+1)] {
			missing = append(missing, c.Name)
		}
	}
	if len(missing) > 0 {
		return &Missing{What: "seal", Coops: missing}
	}
	return nil
}
