package load

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/mempool"

	"github.com/rochdale-ledger/rochdale/client"
)

// TestPairsTaken: the engine's own mempool says what it is known to say.
func TestPairsTaken(t *testing.T) {
	through := func(err error) error { return fmt.Errorf("node refused the call: %w", err) }
	if err := (&pairs{}).taken(nil); err != nil {
		t.Error(err)
	}
	if err := (&pairs{}).taken(through(mempool.ErrTxInCache)); err != nil {
		t.Errorf("one that it has: %v", err)
	}
	for _, full := range []error{mempool.ErrMempoolIsFull{NumTxs: 1, MaxTxs: 1}, mempool.ErrRecheckFull} {
		if err := (&pairs{}).taken(through(full)); !errors.Is(err, client.ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
	}
	if err := (&pairs{}).taken(through(mempool.ErrTxTooLarge{})); err == nil || errors.Is(err, client.ErrBusy) {
		t.Errorf("one too large: %v", err)
	}
}
