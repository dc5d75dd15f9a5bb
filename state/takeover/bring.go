package takeover

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// bring records holdings as operations on the register of shares, with one entry that debits
// the opening balances with what they are at par.
func bring(c *state.Ctx, held []share.Move) error {
	if len(held) == 0 {
		return nil
	}
	moves, err := share.Prepare(c, held)
	if err != nil {
		return err
	}
	total, err := money.Sum(moves.Values...)
	if err != nil {
		return share.ErrTotal
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: "shares as brought in",
		Lines:     []account.Line{account.Debit(account.Openings, total), account.Credit(account.Capital, total)},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	_, err = moves.Post(c, posting.Post(c))
	return err
}
