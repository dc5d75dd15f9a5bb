package surplus

import (
	"crypto/sha256"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// names gives the period of a name, so that a co-op has one of each: two statements
// "2026" beside each other say nothing.
//
//	0x5e ‖ co-op (4) ‖ digest of the name (20) → period
var names = state.NewTable[[20]byte, Period](0x5e)

// nameDigest is the first 20 bytes of the SHA-256 of a name's fold.
func nameDigest(name string) [20]byte {
	sum := sha256.Sum256([]byte(words.Fold(name)))
	return [20]byte(sum[:])
}

// requireNewName refuses the name of an earlier period, also one written with other
// spaces or capitals.
func requireNewName(c *state.Ctx, name string) error {
	earlier, ok, err := names.Find(c, nameDigest(name))
	if err != nil || !ok {
		return err
	}
	s, err := PeriodOf(c, earlier)
	if err != nil {
		return err
	}
	return ErrNamed.With("number %d, %s", earlier, words.Quote(s.Name))
}
