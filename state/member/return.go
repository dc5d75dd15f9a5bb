package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindReturn is the number of Return on the wire.
const KindReturn tx.Kind = 0x1011

// Return records that a former member applies again: under the same number, with a new key
// of which it proves possession, so that its history goes on. It is a candidate then.
type Return struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Key        tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Possession []byte       `cbor:"3,keyasint,omitempty"` // made by tx.PrivateKey.Possession
}

// ErrEnded refuses who does not come back.
var ErrEnded = Hints.Add(&state.Rejection{Code: 144, Reason: "nobody comes back after such an end of a membership"}, "see how it ended: rochdale member show")

// Returned reports that a former member applies again.
type Returned struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
}

func (Returned) Event() string { return "member.Returned" }

func (m Return) Concerns() state.Member { return m.Member }

// Check refuses what is no key.
func (m Return) Check() error { return CheckKey(m.Key) }

// Apply makes the former member a candidate.
func (m Return) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if s := rec.Standing(); s != Left {
		return ErrStanding.With("member %d is %v", m.Member, s)
	}
	if end := rec.Ended(); end.Final() {
		return ErrEnded.With("member %d: %v", m.Member, end)
	}
	if err := RequireNewKey(c, m.Key, m.Possession); err != nil {
		return err
	}
	if err := rec.room(c, Change{}); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(rec.Key)
	Reserve(c, m.Key, m.Member)
	rec.Key, rec.Unproved, rec.Revoked = m.Key, false, 0
	change(c, &t, m.Member, rec, Change{Standing: Candidate, Class: rec.Class(), Key: true})
	totals.Put(c, 0, t)
	c.Emit(Returned{m.Member, m.Key.String()})
	return nil
}

// Describe says whose standing changes, and which key it has.
func (m Return) Describe(t state.Telling) state.Words {
	key := state.Clause{What: fmt.Sprintf("key of member %d", m.Member), After: m.Key.String()}
	if old, done := state.Was[tx.PublicKey](t); done {
		key.Before = old.String()
	} else if rec, err := Find(t, m.Member); err == nil {
		key.Before = rec.Key.String()
	}
	return state.Words{
		Phrase:  fmt.Sprintf("record that former member %d applies again", m.Member),
		Clauses: append(moves(t, m.Member, Left, Candidate), key),
	}
}

var _ = Kinds.Add(state.KindOf[Return](KindReturn, "member.Return"))
