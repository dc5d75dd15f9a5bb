package keyring

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Entrust names a member's guardians, in the place of those it has, when the charter's
// waiting time is over: the member signs it. Who has found a phone changes them too late.
type Entrust struct {
	Member    state.Member `cbor:"1,keyasint,omitempty"`
	Guardians Guardians    `cbor:"2,keyasint,omitempty"` // none to have nobody
}

// Entrusted reports that a member has named guardians.
type Entrusted struct {
	Member state.Member `json:"member"`
	From   uint64       `json:"from"` // day since 1970 UTC
}

func (Entrusted) Event() string { return "keyring.Entrusted" }

func (m Entrust) Concerns() state.Member { return m.Member }

// Check refuses guardians who are too few or too many, twice, or the member itself.
func (m Entrust) Check() error { return m.Guardians.check(m.Member) }

// Apply has them take the place of those there are.
func (m Entrust) Apply(c *state.Ctx) error {
	if c.Actor() != (state.Actor{Coop: c.Coop(), Member: m.Member}) {
		return ErrOthers.With("%v names guardians of member %d", c.Actor(), m.Member)
	}
	for _, g := range m.Guardians.Members {
		if _, err := member.RequireActive(c, g); err != nil {
			return err
		}
	}
	t, err := TrustOf(c, m.Member)
	if err != nil {
		return err
	}
	from, err := member.AfterWaiting(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t = t.as(c.Day())
	t.Next, t.From = m.Guardians, from
	trusts.Put(c, m.Member, t)
	c.Return(from)
	c.Emit(Entrusted{m.Member, from})
	return nil
}

// Describe says who takes whose place, and when.
func (m Entrust) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("name the guardians of member %d", m.Member)}
	clause := state.Clause{What: "who give it another key if its own are lost", After: m.Guardians.words()}
	if trust, err := TrustOf(t, m.Member); err == nil && t.Result == nil {
		clause.Before = trust.On(state.DayOf(t.Time())).words()
	}
	from := "when the charter's waiting time is over; until then as before"
	if day, ok := state.Was[uint64](t); ok {
		from = words.Day(day)
	} else if day, err := member.AfterWaiting(t); t.Now && err == nil {
		from = words.Day(day) + "; until then as before"
	}
	w.Clauses = []state.Clause{clause, state.Fact("from", "%s", from)}
	return w
}

var _ = Kinds.Add(state.KindOf[Entrust](KindEntrust, "keyring.Entrust"))
