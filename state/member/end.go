package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// End ends a membership, or an application, by what to says: ending, reason, and from when
// on it holds. Its standing is filled in. It returns ErrUnknown or ErrStanding, and
// otherwise has written.
func End(c *state.Ctx, m state.Member, to Change) error {
	to.Standing = Left
	return move(c, m, to, 0, Candidate, Active, Suspended)
}

// Restore brings back one whose membership should not have ended, by the will of all
// members: with the key that it had, and as if it had not left in what was proposed before.
// It returns ErrUnknown, ErrStanding or ErrHistory, and otherwise has written.
func Restore(c *state.Ctx, m state.Member) error {
	rec, err := Find(c, m)
	if err != nil {
		return err
	}
	if rec.Standing() == Left && len(rec.Key) == 0 {
		return ErrStanding.With("member %d never had a key of its own, and comes back by a new application", m)
	}
	return move(c, m, Change{Standing: Active, All: true}, 0, Left)
}

// Reapply makes m, who has left, a candidate, with a key that RequireNewKey has let pass: its
// history goes on. It returns ErrHistory, and otherwise has written.
func Reapply(c *state.Ctx, m state.Member, k tx.PublicKey) error {
	rec, err := Find(c, m)
	if err != nil {
		return err
	}
	if err := requireRoom(c, rec, Change{}); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	Reserve(c, k, m)
	change(c, &t, m, rec.With(k, c.Time()), Change{Standing: Candidate, Class: rec.Class(), Key: true})
	totals.Put(c, 0, t)
	return nil
}

// SpentOf is what m has used of its sequence and of the allowance of the last day on which
// it signed anything; zero if it never did.
func SpentOf(r state.Reader, m state.Member) (Spent, error) { return spent.Get(r, m) }

// RequireFew returns ErrMany if others than all members would do to one more member what
// are had done to them already: one in MostOf of those who count, or one, can be in such a
// state. what says in which.
func RequireFew(c *state.Ctx, are uint64, what string) error {
	if c.Authority().All {
		return nil
	}
	return requireFew(c, are, what)
}

// AfterWaiting is the first day, since 1970 UTC, that begins when the charter's waiting time
// is over.
func AfterWaiting(r state.Reader) (uint64, error) { return afterWaiting(r) }
