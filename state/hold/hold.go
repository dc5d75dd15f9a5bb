// Package hold has what members vote on stand still: a subscription whose money a
// motion would pay back is not issued meanwhile, so that no officer voids what members
// decide.
//
// An action that a motion may carry and that fewer could void is a state.Holder. Its
// Hold and Release count, through a Kind of its room, the motions under way that would
// move a thing; what the room does otherwise with the thing asks Require.
//
// Rule: docs/rules.md, "Motions".
package hold

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Kind is a kind of things of a room, and how the room refuses.
type Kind struct {
	Number uint8            // append-only, over all rooms
	What   string           // by what a thing is known, such as "subscription"
	Held   *state.Rejection // of what would move a thing that stands still
	Often  *state.Rejection // of a motion of a member whose motions had a thing stand still Times
}

// Numbers of kinds.
const (
	Entries       uint8 = 1 // of the journal
	Subscriptions uint8 = 2 // for shares
	Money         uint8 = 3 // of members' parts in a dividend
	Notices       uint8 = 4 // of members' parts in a dividend
	Accounts      uint8 = 5 // of the chart, that are not opened yet
)

// Times is how often one member's motions may have a thing stand still: once, and again
// after a mistake. A member who proposed over and over would otherwise keep it so for
// ever.
const Times = 2

// key is a thing, and who proposed what it stands still for. Proposer zero is for all:
// its record is how many motions are under way.
type key struct {
	Kind     uint8
	Of       uint64 // what the thing is part of, zero if nothing
	Proposer state.Member
	Number   uint64
}

// held are the motions for which things stand still, and how often a member's did.
//
//	0x03 ‖ co-op (4) ‖ kind (1) ‖ of (8) ‖ proposer (8) ‖ number/64 (8) → page of how many
var held = state.NewPagedTable[key, uint32](0x03)

// Hold has things stand still until as many Releases. c is that of the motion's
// proposal.
func (k Kind) Hold(c *state.Ctx, of uint64, numbers []uint64) error {
	by := c.Authority().MemberOf(c.Coop())
	if by == 0 {
		by = ^state.Member(0) // an officer of another co-op
	}
	for _, n := range numbers {
		if c.Actor().Motion == 0 {
			times, err := held.Get(c, key{k.Number, of, by, n})
			if err != nil {
				return err
			}
			if times >= Times {
				return k.Often.With("%s %d", k.What, n)
			}
			held.Put(c, key{k.Number, of, by, n}, times+1)
		}
		motions, err := held.Get(c, key{k.Number, of, 0, n})
		if err != nil {
			return err
		}
		held.Put(c, key{k.Number, of, 0, n}, motions+1)
	}
	return nil
}

// Release ends a Hold.
func (k Kind) Release(c *state.Ctx, of uint64, numbers []uint64) error {
	for _, n := range numbers {
		motions, err := held.Get(c, key{k.Number, of, 0, n})
		if err != nil {
			return err
		}
		switch motions {
		case 0:
			return fmt.Errorf("nothing holds %d of %d, kind %d", n, of, k.Number)
		case 1:
			held.Delete(c, key{k.Number, of, 0, n})
		default:
			held.Put(c, key{k.Number, of, 0, n}, motions-1)
		}
	}
	return nil
}

// Require refuses what moves a thing that stands still, unless all members decided it.
// own says that the action is a Holder itself: if it is carried, it may move what only
// its own motion holds.
func (k Kind) Require(c *state.Ctx, of uint64, numbers []uint64, own bool) error {
	if c.Authority().All {
		return nil
	}
	most := uint32(0)
	if own && c.Authority().Motion != 0 {
		most = 1
	}
	for _, n := range numbers {
		motions, err := held.Get(c, key{k.Number, of, 0, n})
		if err != nil {
			return err
		}
		if motions > most {
			return k.Held.With("%s %d, for %s", k.What, n, words.Plural(uint64(motions), "motion"))
		}
	}
	return nil
}
