package office

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// CheckOffices is this room's invariant for one co-op: every term that is to end is on the
// agenda for its day, every rotation whose ties are not broken is on it too, and nothing else
// of this room is.
func CheckOffices(r state.Reader) error {
	due := map[agenda.Room]int{}
	err := terms.Range(r, termKey{}, termKey{^charter.Office(0), ^state.Member(0)}, func(k termKey, t Term) (bool, error) {
		if t.InARow == 0 || t.Since == 0 || t.Elected < t.Since {
			return false, fmt.Errorf("member %d as %v: term %d in a row, held since %d, elected at %d", k.Member, k.Office, t.InARow, t.Since, t.Elected)
		}
		if t.Until == 0 {
			return true, nil
		}
		due[termsDue]++
		has, err := agenda.Has(r, midnight(t.Until), termsDue, k.item())
		if err == nil && !has {
			err = fmt.Errorf("the term of member %d as %v does not end on day %d", k.Member, k.Office, t.Until)
		}
		return true, err
	})
	if err != nil {
		return err
	}
	err = rotations.Range(r, 0, ^charter.Office(0), func(o charter.Office, rot Rotation) (bool, error) {
		if len(rot.Seed) == 0 {
			due[rotationsDue]++
		} else if len(rot.Seed) != 32 || rot.Height < rot.Called {
			return false, fmt.Errorf("the rotation of %v, called in block %d, was drawn by %x of block %d", o, rot.Called, rot.Seed, rot.Height)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	got := map[agenda.Room]int{}
	err = agenda.Range(r, func(_ int64, room agenda.Room, _ uint64) (bool, error) {
		got[room]++
		return true, nil
	})
	for _, room := range []agenda.Room{termsDue, rotationsDue} {
		if err == nil && got[room] != due[room] {
			err = fmt.Errorf("%d items of room %d are due, %d are on the agenda", due[room], room, got[room])
		}
	}
	return err
}
