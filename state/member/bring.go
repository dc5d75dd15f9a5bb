package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Bring enters members whom all members, or the founding, decided to take over from
// another register, as active members with consecutive numbers; it returns the first. They
// count in electorates at once, but for those who have no key of their own where the charter
// does not count them, and are no intake of anyone's. The caller has made sure of
// who decided it; all are entered or none.
//
// It returns what an Import of them would be refused with, ErrFull, or a fault.
func Bring(c *state.Ctx, entries []Entry) (first state.Member, err error) {
	m := Import{Entries: entries}
	if err := m.Check(); err != nil {
		return 0, err
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return 0, err
	}
	if err := m.requireEach(c, policy); err != nil {
		return 0, err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return 0, err
	}
	if t.Members > MaxMembers-MaxImport {
		return 0, ErrFull
	}

	// Past this line nothing fails.
	first = enterAll(c, &t, policy, entries, 0)
	totals.Put(c, 0, t)
	c.Emit(Imported{first, state.Member(t.Members)})
	return first, nil
}
