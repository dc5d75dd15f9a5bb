package takeover

import (
	"errors"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
)

// Unseated reports that a person came in without an office, which others hold by now.
type Unseated struct {
	Member state.Member   `json:"member"`
	Office charter.Office `json:"office"`
}

func (Unseated) Event() string { return "takeover.Unseated" }

// taken says whether an election is refused because the office has no seat left, or is none
// any more: members filled it, or amended the charter, since they adopted who comes in, and
// nobody is kept out by that.
func taken(err error) bool {
	for _, by := range []*state.Rejection{office.ErrSeats, office.ErrClass, member.ErrHolders, member.ErrOffice} {
		if errors.Is(err, by) {
			return true
		}
	}
	return false
}

// attach gives a member who was entered, at a place among all the people, what else was
// brought in of it: its offices, unless their term is over or others hold them by now; what it has lent; that it
// has left.
func (t *Takeover) attach(c *state.Ctx, person uint64, m state.Member, p Person) error {
	for _, o := range p.Posts {
		at, found := slices.BinarySearchFunc(t.Seats, Seat{Person: person, Office: o.Office}, Seat.compare)
		if !found || t.Seats[at].Until != o.Until {
			return ErrSeats.With("person %d as %s", person, charter.OfficeName(c, o.Office))
		}
		t.Seated++
		if o.Until != 0 && o.Until <= c.Day() {
			continue
		}
		err := (office.Elect{Office: o.Office, Members: []state.Member{m}, Until: o.Until}).Apply(c)
		if taken(err) {
			c.Emit(Unseated{m, o.Office})
			continue
		}
		if err != nil {
			return err
		}
	}
	for _, l := range p.Loans {
		at, found := slices.BinarySearch(t.Loans, l.Account)
		if !found {
			return ErrTotals.With("a loan on account %d, of which none were adopted", l.Account)
		}
		var err error
		if t.Lent[at], err = money.Add(t.Lent[at], l.Sum); err != nil {
			return ErrTotals.With("loans on account %d are out of range", l.Account)
		}
	}
	pasts.Put(c, m, p.past())
	if len(p.Nomination) > 0 {
		exit.BringNomination(c, m, p.Nomination)
	}
	if p.Left == 0 {
		return nil
	}
	t.Gone++
	return member.End(c, m, member.Change{Ending: member.Resigned, Effective: p.Left})
}
