package main

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

// An operator sees which rules are in force and which program is needed when.
func TestRulesWords(t *testing.T) {
	next := state.Upgrade{Version: 3, Height: 120_000, Program: "rochdale 3.1"}
	for _, row := range []struct {
		head state.Head
		want string
	}{
		{state.Head{Version: 1}, "version 1"},
		{state.Head{Version: 2, Next: next}, "version 2; version 3 from block 120,000 on, which needs rochdale 3.1"},
		{state.Head{Version: 3, Migrating: state.Progress{Version: 3}}, "version 3, to which the records are being brought"},
	} {
		if got := (federationInfo{Rules: row.head}).rulesWords(); got != row.want {
			t.Errorf("%+v: %q, want %q", row.head, got, row.want)
		}
	}
}
