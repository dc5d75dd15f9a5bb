package app

import (
	"context"
	"errors"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// While records are being migrated, no one's sequence can be read: what waits is
// proposed all the same, and its block refuses it. A check of the records says why
// it cannot be done, and does not call them corrupt.
func TestMigrating(t *testing.T) {
	f := newFed(t, 1, Options{})
	ledger := f.app.Ledger()
	rules := ledger.Rules()
	rules.Version = 2
	rules.Migrations = []state.Migration{{To: 2, Step: func(_ *state.Ctx, cursor []byte, budget int) ([]byte, int, bool, error) {
		return append(cursor, 1), budget, len(cursor) == 3, nil // a part in each of four blocks, the end in a fifth
	}}}
	sequence, migrating := rules.Sequence, false
	rules.Sequence = func(r state.Reader, m state.Signer) (uint64, error) {
		if migrating {
			return 0, errors.New("a record of another version")
		}
		return sequence(r, m)
	}
	tip := ledger.Tip()
	if err := ledger.Begin(tip.Height+1, tip.Time+1); err != nil {
		t.Fatal(err)
	}
	err := ledger.Run(func(c *state.Ctx) error {
		return state.Appoint(c, state.Upgrade{Version: 2, Height: tip.Height + 2, Program: "a made-up program"})
	})
	if err == nil {
		_, _, err = ledger.End()
	}
	if err == nil {
		err = ledger.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	if f.app, err = f.app.Reload(rules); err != nil {
		t.Fatal(err)
	}
	wait := f.sign(1, 1, f.apply(1, 9))
	held := pool.Tx{Raw: wait, ID: tx.ID(wait), Signer: pool.Signer{Coop: 1, Member: 1}, Sequence: f.spent[signer{1, 1}], Expiry: 1 << 40}
	if err := f.app.pool.Add(held, pool.Standing{Left: 1}, true); err != nil {
		t.Fatal(err)
	}
	migrating = true
	if res := f.block(wait); res.TxResults[0].Code != state.ErrUpgrading.Code {
		t.Fatalf("in the first block of the migration: %+v", res.TxResults[0])
	}
	got, err := f.app.PrepareProposal(context.Background(), &abci.RequestPrepareProposal{MaxTxBytes: 1 << 20, Height: f.height() + 1})
	if n, _ := f.app.Waiting(); err != nil || len(got.Txs) != 0 || n != 1 {
		t.Errorf("proposed %v, %v; %d wait", got, err, n)
	}
	if err := f.app.Fsck(); !errors.Is(err, store.ErrMigrating) || errors.Is(err, ErrCorrupt) {
		t.Errorf("the check says %v", err)
	}
	for range 4 {
		f.block()
	}
	migrating = false
	if err := f.app.Fsck(); err != nil {
		t.Errorf("after the migration the check says %v", err)
	}
}
