package identity

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Commit records new commitments to who members are, for example since one has moved. All
// are recorded or none.
type Commit struct {
	Entries []Entry `cbor:"1,keyasint,omitempty"` // by member, ascending; at most MaxCommit
}

// An Entry is a member and the commitment to who it is.
type Entry struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Commitment []byte       `cbor:"2,keyasint,omitempty"` // 32 bytes
}

// Committed reports that commitments were replaced.
type Committed struct {
	Members int `json:"members"`
}

func (Committed) Event() string { return "identity.Committed" }

// Concerns is the member, if it is one.
func (m Commit) Concerns() state.Member {
	if len(m.Entries) != 1 {
		return 0
	}
	return m.Entries[0].Member
}

// Check refuses what is no list of commitments.
func (m Commit) Check() error {
	if len(m.Entries) == 0 || len(m.Entries) > MaxCommit {
		return ErrCount.With("%d, from 1 to %d can be", len(m.Entries), MaxCommit)
	}
	for i, e := range m.Entries {
		if i > 0 && e.Member <= m.Entries[i-1].Member {
			return ErrOrder.With("%d follows %d", e.Member, m.Entries[i-1].Member)
		}
		if len(e.Commitment) != commitmentSize {
			return ErrCommitment.With("%d bytes for member %d", len(e.Commitment), e.Member)
		}
	}
	return nil
}

// Cost is a record a member.
func (m Commit) Cost() int { return len(m.Entries) + 1 }

// Apply replaces the commitments. That of a member who has left can be replaced too: who
// it was may have to be put right. Where the member itself or all members had it erased,
// fewer do not commit again before one of these has, or the member was let in again.
func (m Commit) Apply(c *state.Ctx) error {
	was := make([]Identity, len(m.Entries))
	for i, e := range m.Entries {
		now, _, err := Of(c, e.Member)
		if err != nil {
			return err
		}
		if bytes.Equal(now, e.Commitment) {
			return ErrSame.With("member %d", e.Member)
		}
		if was[i], err = identities.Get(c, e.Member); err != nil {
			return err
		}
		if err := requireMay(c, e); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	for i, e := range m.Entries {
		put(c, e.Member, was[i], e.Commitment)
	}
	c.Emit(Committed{len(m.Entries)})
	return nil
}

// requireMay refuses a commitment that an erasure rules out.
func requireMay(c *state.Ctx, e Entry) error {
	last, stands, err := Erasure(c, e.Member)
	if err != nil {
		return err
	}
	if stands && last.Reserved(c.Coop(), e.Member) && others(c, e.Member) {
		return ErrReserved.With("member %d: erased by %v", e.Member, last.By)
	}
	gone, was, err := Gone(c, e.Member, e.Commitment)
	if err != nil {
		return err
	}
	if was {
		return ErrGone.With("of member %d, by %v", e.Member, gone.By)
	}
	return nil
}

// Describe says whose commitments are replaced, and by what.
func (m Commit) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "commit to who " + words.Plural(uint64(len(m.Entries)), "member") + " " + words.Agree(uint64(len(m.Entries)), "is", "are")}
	for _, e := range m.Entries {
		c := state.Clause{What: fmt.Sprintf("commitment of member %d", e.Member), After: fmt.Sprintf("%x", e.Commitment)}
		if now, _, err := Of(t, e.Member); err == nil && len(now) > 0 && t.Result == nil {
			c.Before = fmt.Sprintf("%x", now)
		} else if last, stands, err := Erasure(t, e.Member); err == nil && stands && t.Result == nil {
			c.Before = fmt.Sprintf("erased on %s by %v", words.Day(state.DayOf(last.Time)), last.By)
		}
		w.Clauses = append(w.Clauses, c)
	}
	return w
}

// Erase records that the directory's entry of a member, and the salts without which its
// commitment says nothing, are destroyed. Whatever the member did and owns stays on the
// register under its number. The member does it, or all members; others only for who has
// left, since a co-op has to know who its members are, and a member's proofs are its own.
type Erase struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Erased reports that a member's entry was destroyed.
type Erased struct {
	Member state.Member `json:"member"`
}

func (Erased) Event() string { return "identity.Erased" }

func (m Erase) Concerns() state.Member { return m.Member }

// Check accepts any number.
func (m Erase) Check() error { return nil }

// Apply takes the commitment away.
func (m Erase) Apply(c *state.Ctx) error {
	now, _, err := Of(c, m.Member)
	if err != nil {
		return err
	}
	if len(now) == 0 {
		return ErrErased.With("member %d", m.Member)
	}
	rec, err := member.Peek(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() != member.Left && others(c, m.Member) {
		return ErrStill.With("member %d %s", m.Member, rec.Standing().Is())
	}
	was, err := identities.Get(c, m.Member)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	put(c, m.Member, was, nil)
	erased.Put(c, erasedKey{m.Member, [commitmentSize]byte(now)}, was.Changes+1)
	c.Emit(Erased(m))
	return nil
}

// Describe says whose entry is destroyed.
func (m Erase) Describe(t state.Telling) state.Words {
	c := state.Clause{What: fmt.Sprintf("commitment of member %d", m.Member), After: "erased"}
	if now, _, err := Of(t, m.Member); err == nil && t.Result == nil {
		c.Before = fmt.Sprintf("%x", now)
	}
	return state.Words{Phrase: fmt.Sprintf("record that who member %d is was erased", m.Member), Clauses: []state.Clause{c}}
}

var (
	_ = Kinds.Add(state.KindOf[Commit](KindCommit, "identity.Commit"))
	_ = Kinds.Add(state.KindOf[Erase](KindErase, "identity.Erase"))
)
