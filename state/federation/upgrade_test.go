package federation_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Validators that are caught while records are being migrated are noted, each
// once, and lose their power in the first blocks after, through restarts.
func TestCaughtWhileUpgrading(t *testing.T) {
	l := statetest.New(t, setup())
	defer func() { _ = l.Close() }()
	l.Begin(l.Tip().Height+1, l.Tip().Time+60)
	upgrade := state.Upgrade{Version: 2, Height: l.Tip().Height + 2, Program: "a made-up program"}
	err := l.Ledger.Run(func(c *state.Ctx) error { return state.Appoint(c, upgrade) })
	if err == nil {
		_, _, err = l.End()
	}
	if err == nil {
		err = l.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	rules := l.Rules()
	rules.Version = 2
	rules.Migrations = []state.Migration{{To: 2, Step: func(_ *state.Ctx, cursor []byte, budget int) ([]byte, int, bool, error) {
		return append(cursor, 1), budget, len(cursor) == 3, nil // a step a block, in four blocks
	}}}
	reopen := func() {
		t.Helper()
		if l.Ledger, err = l.Reload(rules, nil); err != nil {
			t.Fatal(err)
		}
	}
	powerless := func() (out []state.Coop) {
		for n := state.Coop(1); n <= registered; n++ {
			if find(t, l, n).Validator.Power() == 0 {
				out = append(out, n)
			}
		}
		return out
	}
	reopen()
	caught(t, l, 2) // the upgrade's first block
	reopen()
	caught(t, l, 3, 2)
	caught(t, l)
	if got := powerless(); got != nil {
		t.Errorf("without power during the migration: %v", got)
	}
	caught(t, l, 1)
	reopen()
	caught(t, l, 4) // the first block after: a third of seven lose their power
	after := powerless()
	caught(t, l)
	if diff := cmp.Diff([]state.Coop{2, 3}, after) + cmp.Diff([]state.Coop{1, 2, 3}, powerless()); diff != "" {
		t.Errorf("without power after it (-want +got)\n%s", diff)
	}
	caught(t, l)
	if got := powerless(); !slices.Equal(got, []state.Coop{1, 2, 3, 4}) {
		t.Errorf("in the end: %v", got)
	}
	for n := state.Coop(1); n <= 4; n++ {
		if faults := find(t, l, n).Faults; faults != 1 {
			t.Errorf("co-op %d has %d faults", n, faults)
		}
	}
	l.Sound()
	v := l.Read()
	defer v.Close()
	head, err := state.HeadOf(v)
	if err != nil || head.Version != 2 || head.Migrating.Version != 0 {
		t.Errorf("head %+v, %v", head, err)
	}
	if err := federation.CheckCoops(v); err != nil {
		t.Error(err)
	}
}
