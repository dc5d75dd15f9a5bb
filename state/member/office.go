package member

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Appointed reports that a member took office.
type Appointed struct {
	Member state.Member   `json:"member"`
	Office charter.Office `json:"office"`
}

func (Appointed) Event() string { return "member.Appointed" }

// Seat gives an active member an office that the charter names, with no regard to its seats
// and terms: an election has looked at those.
func Seat(c *state.Ctx, m state.Member, o charter.Office) error {
	if _, err := RequireActive(c, m); err != nil {
		return err
	}
	if err := RequireOffice(c, o); err != nil {
		return err
	}
	holders, err := Holders(c, o)
	if err != nil {
		return err
	}
	if len(holders) >= MaxHolders {
		return ErrHolders.With("%d", len(holders))
	}
	holds, err := Holds(c, m, o)
	if err != nil {
		return err
	}
	if holds {
		return ErrHolds.With("member %d is %v", m, o)
	}

	// Past this line nothing fails.
	posts.Put(c, postKey{o, m}, Post{c.Time(), c.Actor(), c.Authority().All})
	c.Emit(Appointed{m, o})
	return nil
}

// RequireOffice refuses an office that c's charter does not name.
func RequireOffice(c *state.Ctx, o charter.Office) error {
	if o.Known() {
		return nil
	}
	policy, err := charter.PolicyOf(c)
	if _, ok := policy.Membership.Rule(o); err == nil && !ok {
		err = ErrOffice.With("the charter names no %v", o)
	}
	return err
}

// PostOf is since when, and by whom, a member holds an office; false if it does not.
func PostOf(r state.Reader, m state.Member, o charter.Office) (Post, bool, error) {
	return posts.Find(r, postKey{o, m})
}

// Dismissed reports that an office was taken from a member.
type Dismissed struct {
	Member state.Member   `json:"member"`
	Office charter.Office `json:"office"`
}

func (Dismissed) Event() string { return "member.Dismissed" }

// MayGive refuses a reason that is too long, where none need be given.
func MayGive(reason string) error {
	if len(reason) > MaxReason {
		return ErrReason.With("%d bytes, up to %d can be", len(reason), MaxReason)
	}
	return nil
}

// Because is a reason as the end of a phrase, nothing if none was given.
func Because(reason string) string {
	if reason == "" {
		return ""
	}
	return ", because " + words.Quote(reason)
}

// Unseat takes an office from its holder, or from a suspended member to whom reinstating
// would return it, or returns ErrHoldsNot.
func Unseat(c *state.Ctx, m state.Member, o charter.Office) error {
	holds, err := Holds(c, m, o)
	if err != nil {
		return err
	}
	var rec Record
	at := -1
	if !holds {
		if rec, at, err = awaits(c, m, o); err != nil {
			return err
		}
		if at < 0 {
			return ErrHoldsNot.With("member %d is not %v", m, o)
		}
	}

	// Past this line nothing fails.
	if holds {
		posts.Delete(c, postKey{o, m})
	} else {
		rec.History = slices.Clone(rec.History)
		h := &rec.History[at]
		i := slices.Index(h.Held, o)
		h.Held, h.Since = slices.Delete(slices.Clone(h.Held), i, i+1), slices.Delete(slices.Clone(h.Since), i, i+1)
		records.Put(c, m, rec)
	}
	c.Emit(Dismissed{m, o})
	return nil
}

// awaits finds the change in a suspended member's history by which reinstating would
// return the office; -1 if it would not.
func awaits(r state.Reader, m state.Member, o charter.Office) (rec Record, at int, err error) {
	rec, ok, err := records.Find(r, m)
	if err != nil || !ok {
		return rec, -1, err
	}
	at, began := rec.Lasting()
	if !slices.Contains(began.Held, o) {
		at = -1
	}
	return rec, at, nil
}
