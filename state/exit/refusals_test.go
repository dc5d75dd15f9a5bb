package exit_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Each action is refused by each of its rejections in some table.
func TestMain(m *testing.M) {
	const there = "a file names a proceeding that there is, as CheckExits checks"
	statetest.EveryRefusal(m, map[string]string{
		"AllowAppeal.ErrNotOpen": there, "Appeal.ErrNotOpen": there, "Return.ErrNotOpen": there, "Summon.ErrNotOpen": there,
	})
}
