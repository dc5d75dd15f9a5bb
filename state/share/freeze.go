package share

import "github.com/rochdale-ledger/rochdale/state"

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
