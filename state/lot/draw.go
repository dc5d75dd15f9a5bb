package lot

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Draw asks for members to be drawn by lot, from all who count or from a class of them. The
// result is the draw's number.
type Draw struct {
	Purpose string        `cbor:"1,keyasint,omitempty"` // names no person; at most MaxPurpose bytes
	Places  uint8         `cbor:"2,keyasint,omitempty"` // 1 to MaxPlaces
	Class   charter.Class `cbor:"3,keyasint,omitempty"` // zero for all members
}

// Asked reports that a draw was asked for.
type Asked struct {
	Drawing Number `json:"drawing"`
	Places  uint8  `json:"places"`
}

func (Asked) Event() string { return "lot.Asked" }

// Check refuses a draw for nothing, or of too many.
func (m Draw) Check() error {
	if m.Purpose == "" || len(m.Purpose) > MaxPurpose || !words.IsPlain(m.Purpose) {
		return ErrPurpose.With("%d bytes, 1 to %d can be", len(m.Purpose), MaxPurpose)
	}
	if m.Places == 0 || m.Places > MaxPlaces {
		return ErrPlaces.With("%d, 1 to %d can be", m.Places, MaxPlaces)
	}
	if m.Class > charter.MaxClasses {
		return member.ErrClass.With("%d", m.Class)
	}
	return nil
}

// Apply puts the draw on the agenda, with the electorate as it is.
func (m Draw) Apply(c *state.Ctx) error {
	register, err := member.TotalsOf(c)
	if err != nil {
		return err
	}
	electorate, _, err := member.Electors(c, m.Class, c.Time())
	if err != nil {
		return err
	}
	if electorate < uint64(m.Places) {
		return ErrFew.With("%d count, %d are drawn", electorate, m.Places)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Drawings++
	t.Waiting++
	totals.Put(c, 0, t)
	n := Number(t.Drawings)
	drawings.Put(c, n, Drawing{
		Purpose: m.Purpose, Places: m.Places, Class: m.Class, By: c.Actor(), Time: c.Time(), Asked: c.Height(),
		Operation: register.Operations, Numbers: register.Members, Electorate: electorate,
	})
	agenda.Put(c, c.Time()+Delay, drawsDue, uint64(n))
	c.Return(t.Drawings)
	c.Emit(Asked{n, m.Places})
	return nil
}

// Describe says what is drawn, and from whom.
func (m Draw) Describe(t state.Telling) state.Words {
	from := "all members"
	if m.Class != 0 {
		from = charter.ClassName(t, m.Class)
	}
	return t.Given(state.Words{
		Phrase: fmt.Sprintf("draw %s by lot for %s", words.Plural(uint64(m.Places), "member"), words.Quote(m.Purpose)),
		Clauses: []state.Clause{
			state.Fact("drawn from", "%s who have a vote", from), state.Fact("seed", "the app hashes of %d blocks that are made after this", state.SeedBlocks+1),
		},
	}, "number of the draw")
}

// Decline is a member's refusal of a place, or says that who has it has left the co-op. The
// next in the draw takes it. Of one who is still a member only all members say so, beside it:
// fewer would draw until the lot falls as they like.
type Decline struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Drawing Number       `cbor:"2,keyasint,omitempty"`
}

// Declined reports that a member who was drawn has declined.
type Declined struct {
	Drawing Number       `json:"drawing"`
	Member  state.Member `json:"member"`
}

func (Declined) Event() string { return "lot.Declined" }

func (m Decline) Concerns() state.Member { return m.Member }
func (m Decline) Check() error           { return nil }

// Apply frees the place, and has it drawn again.
func (m Decline) Apply(c *state.Ctx) error {
	d, err := Find(c, m.Drawing)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Drawn, func(p Place) bool { return p.Member == m.Member && p.Declined == 0 })
	if at < 0 {
		return ErrNotDrawn.With("member %d, draw %d", m.Member, m.Drawing)
	}
	if by := c.Authority(); by.MemberOf(c.Coop()) != m.Member && !by.All {
		rec, err := member.Peek(c, m.Member)
		if err != nil {
			return err
		}
		if rec.Standing() != member.Left {
			return ErrOwn.With("member %d is %v", m.Member, rec.Standing())
		}
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	d.Drawn = slices.Clone(d.Drawn)
	d.Drawn[at].Declined = c.Time()
	if d.Done != 0 {
		d.Done = 0
		t.Waiting++
		totals.Put(c, 0, t)
		agenda.Put(c, c.Time()+1, drawsDue, uint64(m.Drawing))
	}
	drawings.Put(c, m.Drawing, d)
	c.Emit(Declined{m.Drawing, m.Member})
	return nil
}

// Describe says who declines what.
func (m Decline) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("decline member %d's place in draw %d", m.Member, m.Drawing)}
	if d, err := Find(t, m.Drawing); err == nil {
		w.Clauses = []state.Clause{state.Fact("the draw was for", "%s", words.Quote(d.Purpose))}
	}
	if t.Now {
		if rec, err := member.Peek(t, m.Member); err == nil && rec.Standing() == member.Left {
			w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("member %d", m.Member), "has left; the next in the draw takes the place"))
		}
	}
	return w
}

var (
	_ = Kinds.Add(state.KindOf[Draw](KindDraw, "lot.Draw"))
	_ = Kinds.Add(state.KindOf[Decline](KindDecline, "lot.Decline"))
)
