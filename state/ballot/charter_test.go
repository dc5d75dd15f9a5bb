package ballot_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// No charter takes from a co-op the motions by which it could be amended.
func TestMotionsForEver(t *testing.T) {
	l := newLedger(t)
	grant := func(kind tx.Kind, g charter.Grant) amendment.Amend {
		return amendment.Amend{Grants: []charter.GrantEntry{g.Entry(kind)}, Motions: []charter.MotionEntry{{}}}
	}
	sound := func(m amendment.Amend) amendment.Amend {
		m.Motions = nil
		return m
	}
	board := charter.Grant{Offices: []charter.Office{charter.Secretary}}
	all := charter.Grant{Members: true}
	nobody := charter.Grant{Concerned: true, Motions: []charter.MotionKindID{1}}
	l.Run(t, []statetest.Row{
		statetest.Try("no one proposes", 0, grant(ballot.KindPropose, nobody), amendment.ErrEntrenched),
		statetest.Try("no one casts", 0, grant(ballot.KindCast, nobody), amendment.ErrEntrenched),
		statetest.Try("only officers cast", 0, grant(ballot.KindCast, board), amendment.ErrEntrenched),
		statetest.Try("something else for no one", 0, grant(ballot.KindDeclare, nobody), charter.ErrBounds),
		statetest.Try("only officers propose", 0, sound(grant(ballot.KindPropose, board)), amendment.ErrEntrenched),
		statetest.Try("all propose", 0, sound(grant(ballot.KindPropose, all)), nil),
		statetest.Try("it is asked before the members are", 1, ballot.Propose{Kind: atOnce, Title: "T", Action: carried(amendment.KindAmend, sound(grant(ballot.KindCast, board)))}, amendment.ErrEntrenched),
	})

	// A founding charter has to say it too.
	for _, missing := range []string{"ballot.Propose", "ballot.Cast"} {
		d, err := charter.Preset("standard")
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"ballot.Propose", "ballot.Cast"}
		d.Grants = []charter.NamedGrant{
			{Actions: []string{"charter.Amend"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{2}}},
			{Actions: slices.DeleteFunc(names, func(n string) bool { return n == missing }), GrantText: all.Text()},
		}
		s := setup()
		var got error
		s.Found = func(c *state.Ctx) error {
			got = amendment.Found(c, d, append([]state.Kind{state.KindOf[amendment.Amend](amendment.KindAmend, "charter.Amend")}, s.Kinds...))
			return nil
		}
		statetest.New(t, s).Close()
		if state.Rejected(got) != amendment.ErrEntrenched || !strings.Contains(got.Error(), missing) {
			t.Errorf("founded without %s: %v", missing, got)
		}
	}
}
