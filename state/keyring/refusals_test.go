package keyring_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Each action is refused by each of its rejections in some table.
func TestMain(m *testing.M) {
	const other = "check is that of limits in one, and of guardians in the other"
	statetest.EveryRefusal(m, map[string]string{
		"Add.ErrGuardians": other, "Narrow.ErrGuardians": other, "Entrust.ErrLimits": other,
	})
}
