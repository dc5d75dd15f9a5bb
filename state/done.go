package state

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/tx"
)

// spaceDone holds what became of each transaction: 'x' ‖ id (32) → Done. It is
// written with the block, so it is there as soon as the block is; it is this
// node's memory for those who wait, and no part of the state.
const spaceDone = 'x'

// A Done says what became of a transaction.
type Done struct {
	Height uint64 `cbor:"1,keyasint" json:"height"`
	Code   uint32 `cbor:"2,keyasint" json:"code"` // zero if done, else the rejection's
	Data   []byte `cbor:"3,keyasint" json:"data"`
	Log    string `cbor:"4,keyasint" json:"log"`
}

// A done is a result on its way to the store. Of a transaction that is in blocks
// more than once, the result that stays is the one by which its sequence was
// spent, of which there is at most one; until then, the first.
type done struct {
	id    [32]byte
	spent bool
	Done
}

// Done returns what became of a transaction and whether it is in a block. Of one
// that came more than once, it says what became of it when its sequence was spent,
// or the first time if it never was.
func (s *Store) Done(id [32]byte) (Done, bool, error) {
	raw, err := fetch(s.db, spaced(spaceDone, id[:]))
	if err != nil || raw == nil {
		return Done{}, false, err
	}
	d, err := tx.DecodeTrusted[Done](raw)
	if err != nil {
		return d, false, fmt.Errorf("result of transaction %X: %w", id, err)
	}
	// Between a block's write and the tip's advance its records cannot be read
	// yet: who hears that a transaction is done must find what it did.
	if d.Height > s.Tip().Height {
		return Done{}, false, nil
	}
	return d, true, nil
}

// Done returns what became of a transaction and whether it is in a block.
func (l *Ledger) Done(id [32]byte) (Done, bool, error) { return l.store.Done(id) }
