package document_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Each action is refused by each of its rejections in some table.
func TestMain(m *testing.M) {
	const last = "it reads the last version, which there is"
	statetest.EveryRefusal(m, map[string]string{
		"Adopt.ErrVersion": last, "Repeal.ErrVersion": last,
		"Repeal.ErrSame": "only a version without a digest would be the same, and that is refused as repealed before",
	})
}
