package store

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// spaceDone holds what became of each transaction: 'x' ‖ id (32) → Done. It is
// written with the block, so it is there as soon as the block is; it is this
// node's memory for those who wait, and no part of the state.
const spaceDone = 'x'

// Done returns what became of a transaction and whether it is in a block. Of one
// that came more than once, it says what became of it when its sequence was spent,
// or the first time if it never was.
func (s *Store) Done(id [32]byte) (state.Done, bool, error) {
	raw, err := fetch(s.db, spaced(spaceDone, id[:]))
	if err != nil || raw == nil {
		return state.Done{}, false, err
	}
	d, err := tx.DecodeTrusted[state.Done](raw)
	if err != nil {
		return d, false, fmt.Errorf("result of transaction %X: %w", id, err)
	}
	// Between a block's write and the tip's advance its records cannot be read
	// yet: who hears that a transaction is done must find what it did.
	if d.Height > s.Tip().Height {
		return state.Done{}, false, nil
	}
	return d, true, nil
}
