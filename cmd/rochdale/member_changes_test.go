package main

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// TestWhoChanged: what the ledger did when a day had come is nobody's, nor the founding's.
func TestWhoChanged(t *testing.T) {
	for _, row := range []struct {
		name string
		done member.Change
		by   string
	}{
		{"founded", member.Change{}, "the founding"},
		{"a suspension ended by itself", member.Change{Lapsed: true}, "itself"},
		{"a notice was over", member.Change{Effective: 20_000, Ending: member.Resigned}, "itself"},
		{"a death that a member recorded", member.Change{Effective: 20_000, By: state.Actor{Coop: 1, Member: 4}}, "member 4"},
		{"a motion", member.Change{By: state.Actor{Coop: 1, Motion: 7}}, "motion 7"},
	} {
		if got := (memberInfo{coop: 1}).by(changed(row.done)); got != row.by {
			t.Errorf("%s: by %q, want %q", row.name, got, row.by)
		}
	}
}
