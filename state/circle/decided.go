package circle

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// requireAsMany refuses fewer than decided on something to undo it: others than all members
// what these decided, and one alone what several did.
func requireAsMany(c *state.Ctx, what string, all bool, by state.Actor) error {
	if who := c.Authority().More(all, by); who != "" {
		return ErrDecided.With("%s, by %s", what, who)
	}
	return nil
}

// requireTerms refuses to change the terms of a circle, or to end it, to fewer than decided on
// these, gave the budget that is in force, or appointed one of those in it: they decided that
// for the terms that there were.
func (circle Circle) requireTerms(c *state.Ctx, n Number) error {
	if err := requireAsMany(c, "the circle's terms", circle.All, circle.By); err != nil {
		return err
	}
	b, number, has, err := circle.InForce(c, n, c.Day())
	if err != nil {
		return err
	}
	if has {
		if err := requireAsMany(c, fmt.Sprintf("budget %d", number), b.All, b.By); err != nil {
			return err
		}
	}
	for _, m := range circle.Members {
		spell, in, err := last(c, n, m)
		if err != nil {
			return err
		}
		if in && !spell.Joined {
			if err := requireAsMany(c, fmt.Sprintf("member %d's place", m), spell.All, spell.By); err != nil {
				return err
			}
		}
	}
	return nil
}

// requireBudget refuses another budget to fewer than gave the one that is in force, or than
// took the last one away. It returns that in force, zero if none is.
func (circle Circle) requireBudget(c *state.Ctx, n Number) (Budget, error) {
	b, number, has, err := circle.InForce(c, n, c.Day())
	if err != nil {
		return b, err
	}
	if has || b.Amount == 0 { // in force, or taken away
		err = requireAsMany(c, fmt.Sprintf("budget %d", number), b.All, b.By)
	}
	if !has {
		b = Budget{}
	}
	return b, err
}

// requireLeave refuses to have a member leave to fewer than appointed it; whoever joined has
// its place by the terms.
func (circle Circle) requireLeave(c *state.Ctx, m state.Member, spell Spell) error {
	if spell.Joined {
		return requireAsMany(c, "the circle's terms", circle.All, circle.By)
	}
	return requireAsMany(c, fmt.Sprintf("member %d's place", m), spell.All, spell.By)
}

// requireEnter refuses a member's return to fewer than had it leave.
func requireEnter(c *state.Ctx, n Number, m state.Member) error {
	seat, known, err := SeatOf(c, n, m)
	if err != nil || !known {
		return err
	}
	s := seat.Spells[len(seat.Spells)-1]
	if s.Until == 0 {
		return nil
	}
	return requireAsMany(c, fmt.Sprintf("that member %d leaves", m), s.EndedAll, s.EndedBy)
}
