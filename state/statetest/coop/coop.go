// Package coop founds, for tests, a co-op with all rooms: the standard chart of accounts,
// one class of shares, and what is due at the end of a block.
package coop

import (
	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// A Setup is the co-op that New founds.
type Setup struct {
	Members int // at least 3
	Class   shareclass.Open
	// Membership are the charter's figures on how memberships begin and end.
	Membership charter.Membership
	Found      func(c *state.Ctx) error // after all else; may be nil
}

// New founds the co-op. Any member may propose and cast, and spend for its circles; all
// other actions are taken by motions.
func New(t statetest.TB, s Setup) *statetest.L {
	t.Helper()
	return statetest.New(t, statetest.Setup{
		Members: s.Members, Membership: s.Membership, Kinds: rooms.Kinds, Grants: append(Voting(), statetest.ForMembers("circle.Spend", "circle.Confirm")...),
		EndBlock: []func(*state.Ctx) error{agenda.EndBlock(member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, exit.ExpulsionAgenda, exit.EndAgenda, office.TermAgenda, office.RotationAgenda, lot.Agenda, ballot.Agenda, surplus.Agenda)},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			if err == nil {
				err = shareclass.Found(c, []shareclass.Open{s.Class})
			}
			if err == nil && s.Found != nil {
				err = s.Found(c)
			}
			return err
		},
	})
}

// Voting grants proposing and casting to every member.
func Voting() []charter.NamedGrant {
	return []charter.NamedGrant{{Actions: []string{"ballot.Propose", "ballot.Cast"}, GrantText: charter.GrantText{Members: true}}}
}
