package federation

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// CheckCoops is this room's invariant: co-ops are numbered without gaps, each
// one's validator key leads back to it, and someone has power.
func CheckCoops(r state.Reader) error {
	var next state.Coop
	power := int64(0)
	err := Range(r, func(n state.Coop, c Coop) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("co-op %d follows %d", n, next-1)
		}
		holder, err := validatorKeys.Get(r.Of(0), keyDigest(c.Validator.Key))
		if err == nil && holder != n {
			err = fmt.Errorf("co-op %d's validator key leads to co-op %d", n, holder)
		}
		power += c.Validator.Power()
		return true, err
	})
	if err == nil && power == 0 {
		err = fmt.Errorf("no validator has power")
	}
	return err
}
