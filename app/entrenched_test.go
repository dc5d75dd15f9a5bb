package app

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The numbers that the charter entrenches are those of the actions meant.
func TestEntrenchedKinds(t *testing.T) {
	want := []tx.Kind{
		charter.KindAmend, member.KindApply, member.KindAdmit, member.KindImport, member.KindSuspend,
		member.KindReinstate, member.KindRekey, surplus.KindAllocate, share.KindOpenClass,
	}
	if got := charter.Entrenched(); !slices.Equal(got, want) {
		t.Errorf("entrenched are %x, want %x", got, want)
	}
	if got, want := charter.Collective(), []tx.Kind{member.KindAdmit, member.KindImport}; !slices.Equal(got, want) {
		t.Errorf("collective are %x, want %x", got, want)
	}
}
