package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Rekey replaces a member's key by one of which possession is proved: the member
// signs it or, when the old key is lost, a motion carries it. The latter is an
// operation on the register: the new key casts on no motion that was open before,
// where the cast made by the old key stands, and on none that was proposed before the
// charter's waiting time was over, unless all members decided it. The result is the
// old key.
type Rekey struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Key        tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Possession []byte       `cbor:"3,keyasint,omitempty"`
}

// Rekeyed reports that a member has another key.
type Rekeyed struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
}

func (Rekeyed) Event() string { return "member.Rekeyed" }

func (m Rekey) Concerns() state.Member { return m.Member }

// Check refuses what is no key.
func (m Rekey) Check() error { return checkKey(m.Key) }

// Apply replaces the key. The old one stays taken.
func (m Rekey) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() == Left {
		return ErrStanding.With("member %d has left", m.Member)
	}
	if err := requireProof(c, m.Key, m.Possession); err != nil {
		return err
	}
	holder, err := ByKey(c, m.Key)
	if err != nil {
		return err
	}
	if holder != 0 {
		return ErrKeyTaken.With("by member %d", holder)
	}
	until := uint64(0)
	if all, err := byAllMembers(c); err != nil {
		return err
	} else if !all {
		if until, err = afterWaiting(c); err != nil {
			return err
		}
	}
	own := c.Actor() == state.Actor{Coop: c.Coop(), Member: m.Member}
	if !own && len(rec.History) >= MaxHistory {
		return ErrHistory.With("%d changes", len(rec.History))
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(rec.Key)
	rec.Key, rec.Unproved = m.Key, false
	if own {
		records.Put(c, m.Member, rec)
	} else {
		change(c, &t, m.Member, rec, Change{Standing: rec.Standing(), Class: rec.Class(), Key: true, Until: until})
		totals.Put(c, 0, t)
	}
	keys.Put(c, digest(m.Key), m.Member)
	c.Emit(Rekeyed{m.Member, m.Key.String()})
	return nil
}

// Describe says which key takes the place of which.
func (m Rekey) Describe(t state.Telling) state.Words {
	c := state.Clause{What: fmt.Sprintf("key of member %d", m.Member), After: m.Key.String()}
	if old, done := state.Was[tx.PublicKey](t); done {
		c.Before = old.String()
	} else if rec, err := Find(t, m.Member); err == nil {
		c.Before = rec.Key.String()
	}
	return state.Words{Phrase: fmt.Sprintf("replace the key of member %d by %s", m.Member, m.Key), Clauses: []state.Clause{c}}
}

var _ = Kinds.Add(state.KindOf[Rekey](KindRekey, "member.Rekey"))
