package share

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// Freeze stops the co-op's holdings from changing until Thaw, so that a
// dividend can be divided by them over several blocks. Subscribing and paying
// go on.
func Freeze(c *state.Ctx) { freezes.Put(c, 0, c.Height()) }

// Thaw ends a Freeze.
func Thaw(c *state.Ctx) { freezes.Delete(c, 0) }

// Frozen says whether holdings may not change now.
func Frozen(r state.Reader) (bool, error) { return freezes.Has(r, 0) }

func requireThawed(r state.Reader) error {
	since, frozen, err := freezes.Find(r, 0)
	if err == nil && frozen {
		err = ErrFrozen.With("since height %d", since)
	}
	return err
}

// Hold stops the holdings of a class from changing until as many Releases, while
// members vote on a dividend by them. Subscribing and paying go on.
func Hold(c *state.Ctx, class shareclass.Number) error { return holdBy(c, class, 1) }

// Release ends a Hold.
func Release(c *state.Ctx, class shareclass.Number) error { return holdBy(c, class, ^uint32(0)) }

func holdBy(c *state.Ctx, class shareclass.Number, change uint32) error {
	if _, err := shareclass.TermsOf(c, class); err != nil {
		return err
	}
	t, err := totals.Get(c, class)
	if err != nil {
		return err
	}
	t.Held += change
	totals.Put(c, class, t)
	return nil
}

// Ask notes in a class's figures, which are t, that another part of each share's price is
// called, in minor units, and returns the number of the call.
func Ask(c *state.Ctx, class shareclass.Number, t Totals, amount money.Amount) uint32 {
	t.Calls++
	t.Called += amount
	totals.Put(c, class, t)
	return t.Calls
}
