package keyring

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Revoke ends one of a member's keys for good: it signs nothing from then on, and what it
// signed before stays. The member signs it by another of its keys, so that it cannot end
// its last; or all members decide it. Fewer do not: who takes a member's keys takes its
// vote, and its voice against a key that others would give it.
type Revoke struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Number uint32       `cbor:"2,keyasint,omitempty"` // of the key; 1 is the member's first
}

// Revoked reports that a member has one key less.
type Revoked struct {
	Member state.Member `json:"member"`
	Number Number       `json:"number"`
}

func (Revoked) Event() string { return "keyring.Revoked" }

func (m Revoke) Concerns() state.Member { return m.Member }

// Check refuses a number that no key has.
func (m Revoke) Check() error {
	if m.Number < tx.FirstKey || m.Number > MaxNumber {
		return ErrNumber.With("%d, 1 to %d can be", m.Number, MaxNumber)
	}
	return nil
}

// Apply revokes the key.
func (m Revoke) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	own := c.Actor() == state.Actor{Coop: c.Coop(), Member: m.Member}
	if !own && !c.Authority().All {
		return ErrOthers.With("%v revokes no key of member %d: the member does, or all members", c.Actor(), m.Member)
	}
	if own && signedWith(c) == m.Number {
		return ErrItself.With("key %d", m.Number)
	}
	if m.Number == tx.FirstKey {
		if rec.Unclaimed() {
			return ErrNoKey.With("member %d has no key of its own, and another invitation takes the place of the one that it has", m.Member)
		}
		if rec.Revoked != 0 || rec.Standing() == member.Left {
			return ErrNoKey.With("key %d of member %d", m.Number, m.Member)
		}

		// Past this line nothing fails.
		member.RevokeFirst(c, m.Member)
		c.Return(rec.Key)
		c.Emit(Revoked(m))
		return nil
	}
	key, ok, err := Find(c, m.Member, m.Number)
	if err != nil {
		return err
	}
	if !ok || !key.Signs(rec) {
		return ErrNoKey.With("key %d of member %d", m.Number, m.Member)
	}
	ring, err := RingOf(c, m.Member)
	if err != nil {
		return err
	}
	at, ok := ring.live(m.Number)
	if !ok {
		return fmt.Errorf("key %d of member %d of co-op %d is not on its ring", m.Number, m.Member, c.Coop())
	}

	// Past this line nothing fails.
	key.Revoked, key.RevokedBy = c.Time(), c.Actor()
	keys.Put(c, keyOf(m), key)
	ring.Used = slices.Delete(ring.Used, at, at+1)
	rings.Put(c, m.Member, ring)
	c.Return(key.Public)
	c.Emit(Revoked(m))
	return nil
}

// Describe says which key signs no more.
func (m Revoke) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("revoke key %d of member %d", m.Number, m.Member)}
	public, _ := state.Was[tx.PublicKey](t)
	what := fmt.Sprintf("key %d", m.Number)
	if m.Number == tx.FirstKey {
		if rec, err := member.Find(t, m.Member); err == nil && public == nil {
			public = rec.Key
		}
	} else if key, ok, err := Find(t, m.Member, m.Number); err == nil && ok {
		public, what = key.Public, what+", "+words.Quote(key.Name)
	}
	before := "signs"
	if public != nil {
		before = public.String()
	}
	w.Clauses = []state.Clause{{What: what, Before: before, After: "revoked: it signs nothing more"}}
	return w
}

var _ = Kinds.Add(state.KindOf[Revoke](KindRevoke, "keyring.Revoke"))
