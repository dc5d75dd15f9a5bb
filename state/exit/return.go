package exit

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
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
var ErrEnded = Hints.Add(&state.Rejection{Code: 144, Reason: "nobody comes back after such an end of a membership"}, "see how it ended: rochdale member show; one that was recorded wrongly all members take back: rochdale member contact")

// ErrStands keeps an application from ending an appeal.
var ErrStands = Hints.Add(&state.Rejection{Code: 175, Reason: "an appeal of that member stands, or can still be made"}, "see until when: rochdale member show; an appeal that is allowed brings it back with its key")

// Returned reports that a former member applies again.
type Returned struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
}

func (Returned) Event() string { return "member.Returned" }

func (m Return) Concerns() state.Member { return m.Member }

// Check refuses what is no key.
func (m Return) Check() error { return member.CheckKey(m.Key) }

// Apply makes the former member a candidate.
func (m Return) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if s := rec.Standing(); s != member.Left {
		return member.ErrStanding.With("member %d %s", m.Member, s.Is())
	}
	lives := c.Authority().All && len(rec.Key) == 0 // Contact brings back nobody who never had a key
	if end := rec.Ended(); end.Final() && !lives {
		return ErrEnded.With("member %d: %v", m.Member, end)
	}
	_, p, err := Last(c, m.Member)
	if err != nil {
		return err
	}
	if until := p.appealable(); p.expelled(rec) && c.Day() <= until {
		return ErrStands.With("member %d, until %s", m.Member, words.Day(until))
	}
	if err := member.RequireNewKey(c, m.Key, m.Possession); err != nil {
		return err
	}
	if rec.Ended().Final() {
		f, err := files.Get(c, m.Member)
		if err != nil {
			return err
		}
		if f, err = f.revive(c, m.Member); err != nil {
			return err
		}
		files.Put(c, m.Member, f)
	}
	if err := member.Reapply(c, m.Member, m.Key); err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(rec.Key)
	c.Emit(Returned{m.Member, m.Key.String()})
	return nil
}

// appealable is the last day, since 1970 UTC, on which an appeal against the expulsion can be
// made, or on which one that stands keeps the member from applying again: as long as the
// charter gave to decide it.
func (p Proceeding) appealable() uint64 {
	if p.Appealed == 0 {
		return p.Until
	}
	return state.DayOf(p.Appealed) + uint64(p.Days)
}

// Describe says whose standing changes, and which key it has.
func (m Return) Describe(t state.Telling) state.Words {
	key := state.Clause{What: fmt.Sprintf("key of member %d", m.Member), After: m.Key.String()}
	if old, done := state.Was[tx.PublicKey](t); done {
		key.Before = old.String()
	} else if rec, err := member.Find(t, m.Member); err == nil {
		key.Before = rec.Key.String()
	}
	return state.Words{
		Phrase:  fmt.Sprintf("record that former member %d applies again", m.Member),
		Clauses: append(member.Moves(t, m.Member, member.Left, member.Candidate), key),
	}
}

var _ = Kinds.Add(state.KindOf[Return](KindReturn, "member.Return"))
