package keyring

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Narrow puts narrower limits on one of a member's keys beside the first: the member signs
// it. Limits are never widened; another key is added instead, and its possession proved.
type Narrow struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Number uint32       `cbor:"2,keyasint,omitempty"` // of the key, from 2
	Limits Limits       `cbor:"3,keyasint,omitempty"` // all that hold from then on
}

// Narrowed reports that a key may do less.
type Narrowed struct {
	Member state.Member `json:"member"`
	Number Number       `json:"number"`
}

func (Narrowed) Event() string { return "keyring.Narrowed" }

func (m Narrow) Concerns() state.Member { return m.Member }

// Check refuses the number of no further key, and limits that mean nothing.
func (m Narrow) Check() error {
	if m.Number <= tx.FirstKey || m.Number > MaxNumber {
		return ErrNumber.With("%d, %d to %d have limits", m.Number, tx.FirstKey+1, MaxNumber)
	}
	return m.Limits.check()
}

// Apply narrows the limits.
func (m Narrow) Apply(c *state.Ctx) error {
	if c.Actor() != (state.Actor{Coop: c.Coop(), Member: m.Member}) {
		return ErrOthers.With("%v limits a key of member %d", c.Actor(), m.Member)
	}
	rec, err := member.Peek(c, m.Member)
	if err != nil {
		return err
	}
	key, ok, err := Find(c, m.Member, m.Number)
	if err != nil {
		return err
	}
	if !ok || !key.Signs(rec) {
		return ErrNoKey.With("key %d of member %d", m.Number, m.Member)
	}
	if err := m.Limits.requireReal(c); err != nil {
		return err
	}
	if !m.Limits.within(key.Limits) || m.Limits.equal(key.Limits) {
		return ErrWider.With("key %d of member %d", m.Number, m.Member)
	}

	// Past this line nothing fails.
	key.Limits = m.Limits
	keys.Put(c, keyOf{m.Member, m.Number}, key)
	c.Emit(Narrowed{m.Member, m.Number})
	return nil
}

// Describe says what the key signs from then on.
func (m Narrow) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("narrow what key %d of member %d may sign", m.Number, m.Member), Clauses: m.Limits.clauses(t)}
	if key, ok, err := Find(t, m.Member, m.Number); err == nil && ok {
		w.Phrase = fmt.Sprintf("narrow what key %d of member %d, %s, may sign", m.Number, m.Member, words.Quote(key.Name))
	}
	return w
}

var _ = Kinds.Add(state.KindOf[Narrow](KindNarrow, "keyring.Narrow"))
