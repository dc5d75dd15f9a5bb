package circle

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Appoint has members enter a circle: named ones, or whom a draw by lot gave.
type Appoint struct {
	Circle  Number         `cbor:"1,keyasint,omitempty"`
	Members []state.Member `cbor:"2,keyasint,omitempty"` // ascending, at most MaxMembers
	Drawing lot.Number     `cbor:"3,keyasint,omitempty"` // zero for none
}

// Seated reports who entered a circle.
type Seated struct {
	Circle  Number         `json:"circle"`
	Members []state.Member `json:"members"`
	Passed  []state.Member `json:"passed,omitempty"` // who cannot serve, and did not
}

func (Seated) Event() string { return "circle.Seated" }

// Check refuses a list that is none.
func (m Appoint) Check() error { return checkMembers(m.Members) }

// Cost is a seat a member, and a record.
func (m Appoint) Cost() int { return 3 * MaxMembers }

// Apply gives them seats. Whom all members had leave, only they let back in.
func (m Appoint) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	seated, passed, err := circle.seat(c, m.Circle, m.Members, m.Drawing)
	if err != nil {
		return err
	}
	if len(seated) == 0 {
		return ErrNobody.With("circle %d", m.Circle)
	}

	// Past this line nothing fails.
	circles.Put(c, m.Circle, circle)
	c.Emit(Seated{m.Circle, put(c, m.Circle, seated), passed})
	return nil
}

// Describe says who enters which circle.
func (m Appoint) Describe(t state.Telling) state.Words {
	return state.Words{Phrase: "appoint members to " + Named(t, m.Circle), Clauses: memberClauses(t, m.Members, m.Drawing)}
}

// Join has a member enter a circle that is open.
type Join struct {
	Circle Number       `cbor:"1,keyasint,omitempty"`
	Member state.Member `cbor:"2,keyasint,omitempty"`
}

func (m Join) Concerns() state.Member { return m.Member }
func (m Join) Check() error           { return nil }

// Cost is the seats, which it reads, and a record.
func (m Join) Cost() int { return MaxMembers }

// Apply gives the member a seat.
func (m Join) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	if !circle.Terms.Open {
		return ErrClosed.With("circle %d", m.Circle)
	}
	seated, _, err := circle.seat(c, m.Circle, []state.Member{m.Member}, 0)
	if err != nil {
		return err
	}
	spells := seated[0].seat.Spells
	spells[len(spells)-1].Joined = c.Authority().MemberOf(c.Coop()) == m.Member

	// Past this line nothing fails.
	circles.Put(c, m.Circle, circle)
	c.Emit(Seated{Circle: m.Circle, Members: put(c, m.Circle, seated)})
	return nil
}

// Describe says who joins what.
func (m Join) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("have member %d join %s", m.Member, Named(t, m.Circle)),
		Clauses: []state.Clause{state.Fact(fmt.Sprintf("member %d", m.Member), "in the circle")},
	}
}

// Leave ends a member's time in a circle: by the member itself, or by others.
type Leave struct {
	Circle Number       `cbor:"1,keyasint,omitempty"`
	Member state.Member `cbor:"2,keyasint,omitempty"`
	Reason string       `cbor:"3,keyasint,omitempty"` // names no person; at most member.MaxReason bytes, and may be empty
}

// Unseated reports that a member is in a circle no longer.
type Unseated struct {
	Circle Number       `json:"circle"`
	Member state.Member `json:"member"`
}

func (Unseated) Event() string { return "circle.Unseated" }

func (m Leave) Concerns() state.Member { return m.Member }

// Check refuses a reason that is too long.
func (m Leave) Check() error { return member.MayGive(m.Reason) }

// Apply ends the spell. Whom all members appointed, or a motion, fewer do not remove; nor
// whoever joined by terms on which these decided. A motion ends the time also of one who has
// just left: nobody voids what members decide by doing it first, to join again.
func (m Leave) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	was, in, err := last(c, m.Circle, m.Member)
	if err != nil {
		return err
	}
	key := seatKey{m.Circle, m.Member}
	seat, known, err := seats.Find(c, key)
	if err != nil {
		return err
	}
	by := c.Authority()
	switch {
	case in && by.MemberOf(c.Coop()) == m.Member:
	case in:
		err = circle.requireLeave(c, m.Member, was)
	case known && by.Motion != 0 && seat.Spells[len(seat.Spells)-1].EndedBy.MemberOf(c.Coop()) == m.Member:
		// it left by itself, and now others say so
	default:
		err = ErrNotIn.With("member %d, circle %d", m.Member, m.Circle)
	}
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	seat.Spells = slices.Clone(seat.Spells)
	spell := &seat.Spells[len(seat.Spells)-1]
	if spell.Until == 0 {
		spell.Until = c.Time()
	}
	spell.EndedBy, spell.EndedAll, spell.Reason = by.Actor, by.All, m.Reason
	seats.Put(c, key, seat)
	circle.Members = slices.DeleteFunc(slices.Clone(circle.Members), func(other state.Member) bool { return other == m.Member })
	if circle.Terms.Convener == m.Member {
		circle.Terms.Convener = 0
	}
	circles.Put(c, m.Circle, circle)
	c.Emit(Unseated{m.Circle, m.Member})
	return nil
}

// Describe says who leaves what.
func (m Leave) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("have member %d leave %s", m.Member, Named(t, m.Circle)) + member.Because(m.Reason),
		Clauses: []state.Clause{{What: fmt.Sprintf("member %d", m.Member), Before: "in the circle", After: "not in it"}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Appoint](KindAppoint, "circle.Appoint"))
	_ = Kinds.Add(state.KindOf[Join](KindJoin, "circle.Join"))
	_ = Kinds.Add(state.KindOf[Leave](KindLeave, "circle.Leave"))
)
