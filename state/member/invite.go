package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An entry can come onto the register before its member has a key: with none, or with an
// invitation key, which programs make of a short code and which does one thing, to put the
// member's own key in its place until a day. Till then nobody casts for the entry, and
// unless the charter says so it is in no electorate.

// KindInvite is Invite's number on the wire.
const KindInvite tx.Kind = 0x100f

// Invite gives a member that has no key of its own yet an invitation key, in the place of
// one that has ended or was lost: one use, until a day. Others than all members invite as
// many as they may let in: see charter.Membership.Intakes.
type Invite struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Key    tx.PublicKey `cbor:"2,keyasint,omitempty"` // of a code that the member is given
	Until  uint64       `cbor:"3,keyasint,omitempty"` // the last day on which it can be used, since 1970 UTC
}

// Invited reports that a member has an invitation.
type Invited struct {
	Member state.Member `json:"member"`
	Until  uint64       `json:"until"` // day since 1970 UTC
}

func (Invited) Event() string { return "member.Invited" }

// Check refuses what is no key.
func (m Invite) Check() error { return CheckKey(m.Key) }

// Apply gives the member the invitation.
func (m Invite) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() != Active {
		return ErrStanding.With("member %d %s", m.Member, rec.Standing().Is())
	}
	if !rec.Unclaimed() {
		return ErrClaimed.With("member %d", m.Member)
	}
	if err := requireInvitation(c, m.Until); err != nil {
		return err
	}
	holder, err := ByKey(c, m.Key)
	if err != nil {
		return err
	}
	if holder != 0 {
		return ErrKeyTaken.With("by member %d", holder)
	}
	if err := requireRoom(c, rec, Change{}); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	take, err := requireIntake(c, 1)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	rec = void(c, rec, &t, m.Member)
	Reserve(c, m.Key, m.Member)
	rec.Key, rec.KeySince, rec.Invited, rec.Revoked = m.Key, c.Time(), m.Until, 0
	change(c, &t, m.Member, rec, Change{Standing: Active, Class: rec.Class(), Invite: true})
	totals.Put(c, 0, t)
	take()
	c.Emit(Invited{m.Member, m.Until})
	return nil
}

// requireInvitation refuses an invitation that is over, or would last too long.
func requireInvitation(c *state.Ctx, until uint64) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if today, most := c.Day(), policy.Membership.InvitationDays(); until < today || until >= today+most {
		return ErrInvitation.With("until %s, from today %d days can be", words.Day(until), most)
	}
	return nil
}

// requireUsable refuses an invitation that has ended.
func requireUsable(c *state.Ctx, r Record, m state.Member) error {
	if r.Invited != 0 && r.Invited < c.Day() {
		return ErrOver.With("member %d had until %s", m, words.Day(r.Invited))
	}
	return nil
}

// arrived is the record of one who makes a key of its own by an invitation, if it has one:
// from day on what is proposed is that on which it casts, also where it counted before.
func arrived(c *state.Ctx, r Record, day uint64) Record {
	if r.Invited != 0 {
		r.Came = c.Time()
		if r.CountsFrom() != Never {
			r.Casts = day
		}
	}
	return r
}

// claimed is m's record once the member has a key of its own. It counts from day on, if it
// did not count before. The caller stores it, and t. It panics if the store cannot be read.
func claimed(c *state.Ctx, r Record, t *Totals, day uint64) Record {
	if !r.Unclaimed() {
		return r
	}
	turn(c, r, ^uint64(0))
	r = r.Counting(day)
	r.Invited = 0
	turn(c, r, 1)
	t.Unclaimed--
	return r
}

// Describe says until when the invitation is.
func (m Invite) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase: fmt.Sprintf("invite member %d to make a key of its own", m.Member),
		Clauses: []state.Clause{
			state.Fact("invitation key", "%s", m.Key),
			state.Fact("it does", "one thing: put the member's own key in its place"),
			state.Fact("until", "%s", words.Day(m.Until)),
		},
	}
}

// InvitedWords say how many of the entries have no key of their own, nothing if all have.
func InvitedWords(entries []Entry) (out []state.Clause) {
	vacant, invited := uint64(0), uint64(0)
	for _, e := range entries {
		if e.Until != 0 {
			invited++
		} else if len(e.Key) == 0 {
			vacant++
		}
	}
	if invited > 0 {
		out = append(out, state.Fact("invitations", "%s; a member casts once it has made a key of its own by one", words.Count(invited)))
	}
	if vacant > 0 {
		out = append(out, state.Fact("entries without a key", "%s; a member casts once it was invited and has made one", words.Count(vacant)))
	}
	return out
}

// unclaimed says whether the member of an entry has no key of its own.
func (e Entry) unclaimed() bool { return e.Until != 0 || len(e.Key) == 0 }

var _ = Kinds.Add(state.KindOf[Invite](KindInvite, "member.Invite"))
