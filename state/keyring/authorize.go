package keyring

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Authorize asks whether c's authority may take the action: the charter, and the limits of
// the key that signed it.
func Authorize(c *state.Ctx, kind tx.Kind, a state.Action) error {
	if err := byCharter(c, kind, a); err != nil {
		return err
	}
	by := c.Authority()
	if by.Key == 0 {
		return nil
	}
	of, s := c.In(by.Coop), state.Signer{Member: by.Member, Key: by.Key}
	key, _, err := Find(of, s.Member, s.Key)
	if err != nil {
		return err
	}
	return key.Limits.require(of, s, kind, a)
}

// Voting is an action by which members put motions and vote. What the charter gives to
// any active member is in this case a suspended one's as well; the action refuses those
// whom their suspension leaves no vote.
type Voting interface{ Votes() }

// byCharter asks the charter of the co-op acted on whether c's authority may take
// the action: as the member concerned, as any active member, by office, as an
// officer of another co-op that the charter names, or by a motion of its own.
func byCharter(c *state.Ctx, kind tx.Kind, a state.Action) error {
	grant, err := charter.GrantOf(c, kind)
	if err != nil {
		return err
	}
	by := c.Authority()
	own := by.Coop == c.Coop()
	if by.Motion != 0 {
		if own && slices.Contains(grant.Motions, charter.MotionKindID(by.Kind)) {
			return nil
		}
		return state.ErrAuthority.With("%v, of kind %d, cannot carry it", by.Actor, by.Kind)
	}
	rec, err := member.Peek(c.In(by.Coop), by.Member) // the ante handler has read it
	if err != nil {
		return err
	}
	if rec.Invited != 0 && kind != member.KindRekey {
		return member.ErrUnclaimed.With("member %d", by.Member)
	}
	if about, ok := a.(state.Concerner); ok && own && grant.Concerned && about.Concerns() == by.Member {
		return nil
	}
	if rec.Invited != 0 {
		return member.ErrUnclaimed.With("member %d", by.Member)
	}
	_, casts := a.(Voting)
	if s := rec.Standing(); s != member.Active && !(casts && s == member.Suspended && grant.Members) {
		return member.ErrStanding.With("member %d %s", by.Member, s.Is())
	}
	if own && grant.Members {
		return nil
	}
	offices := grant.Offices
	if !own {
		offices = grant.OfficesOf(by.Coop)
	}
	for _, office := range offices {
		holds, err := member.Holds(c.In(by.Coop), by.Member, office)
		if err != nil || holds {
			return err
		}
	}
	return state.ErrAuthority.With("%v", by.Actor)
}
