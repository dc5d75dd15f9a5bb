package member_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Each action is refused by each of its rejections in some table.
func TestMain(m *testing.M) {
	statetest.EveryRefusal(m, map[string]string{
		"Resign.ErrHistory": "no one is kept from leaving",
	})
}
