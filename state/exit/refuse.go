package exit

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindRefuse is the number of Refuse on the wire.
const KindRefuse tx.Kind = 0x1010

// Refuse ends an application, or the membership of one who is on probation, for a stated
// reason. Who has a vote already is refused by all members only. Whom others refused, all members
// can admit all the same: see member.Admit.
type Refuse struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Reason string       `cbor:"2,keyasint,omitempty"` // names no person; at most MaxReason bytes
}

// ErrVote keeps others than all members from taking a vote.
var ErrVote = Hints.Add(&state.Rejection{Code: 143, Reason: "only all members refuse a member who has a vote"}, "have all members decide it: --propose KIND, see the kinds with: rochdale charter show")

func (m Refuse) Concerns() state.Member { return m.Member }

// Check refuses a refusal without a reason.
func (m Refuse) Check() error { return member.RequireReason(m.Reason) }

// Apply ends the application or the membership.
func (m Refuse) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	switch s := rec.Standing(); {
	case s == member.Candidate:
	case s != member.Active:
		return member.ErrStanding.With("member %d %s", m.Member, s.Is())
	case !rec.OnProbation(c.Day()):
		return member.ErrProbation.With("member %d", m.Member)
	case rec.HasVote(c.Time(), ^uint64(0)) && !c.Authority().All:
		return ErrVote.With("member %d", m.Member)
	}
	c.Replace(rec.Standing())
	return member.End(c, m.Member, member.Change{Ending: member.Refused, Reason: m.Reason})
}

// Describe says whose standing changes, and why.
func (m Refuse) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("refuse member %d, for the reason %s", m.Member, words.Quote(m.Reason)),
		Clauses: append(member.Moves(t, m.Member, 0, member.Left), member.Vacated(t, m.Member)...),
	}
}

var _ = Kinds.Add(state.KindOf[Refuse](KindRefuse, "member.Refuse"))
