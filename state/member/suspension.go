package member

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// requireSuspendable refuses others than all members to suspend m again for a time: neither
// do officers take up what members ended, nor what would end by itself if they had not ended
// it sooner.
func requireSuspendable(c *state.Ctx, m state.Member, figures charter.Membership) error {
	rec, err := RequireActive(c, m)
	if err != nil {
		return err
	}
	shield := figures.ShieldDays()
	for i, h := range rec.History {
		ended := h.All || i > 0 && h.Standing == Active && rec.History[i-1].Standing == Suspended
		if ended && c.Day() < state.DayOf(h.Time)+shield {
			return ErrShielded.With("member %d, whose last suspension ended by operation %d, for %d days from then", m, h.Operation, shield)
		}
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	return requireFew(c, t.Suspended, "are suspended by others than all")
}

// confirmed suspends m by the will of all members, also if others suspended it already:
// the offices that they took still return when it is reinstated.
func confirmed(c *state.Ctx, m state.Member, to Change) error {
	rec, err := Find(c, m)
	if err != nil {
		return err
	}
	if began, ok := rec.Suspension(^uint64(0)); ok && !began.Bars {
		to.Held, to.Since = began.Held, began.Since
		return move(c, m, to, 0, Suspended)
	}
	return move(c, m, to, 0, Active)
}

// suspensionsDue is the agenda's number of members whose suspension ends by itself.
const suspensionsDue agenda.Room = 0x11

// SuspensionAgenda ends suspensions that all members have not made theirs.
var SuspensionAgenda = agenda.Handler{Room: suspensionsDue, Turn: lapse}

// lapse makes member item active again.
func lapse(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	if err := move(c, state.Member(item), Change{Standing: Active, Lapsed: true}, 0, Suspended); err != nil {
		return 0, false, fmt.Errorf("ending a suspension: %w", err)
	}
	return 8, true, nil
}

// suspend notes what begins and ends with a change of m's standing: the list of the
// suspended, and when a suspension ends by itself. was and is are the suspensions before
// and after; lapsed says that the agenda has come to the end of was.
func (t *Totals) suspend(c *state.Ctx, m state.Member, was, is Change, lapsed bool) {
	if was.Operation == is.Operation {
		return
	}
	if was.Operation != 0 {
		suspensions.Delete(c, was.Operation)
	}
	if was.Ends != 0 {
		t.Suspended--
		if !lapsed {
			agenda.Delete(c, midnight(was.Ends), suspensionsDue, uint64(m))
		}
	}
	if is.Operation != 0 {
		suspensions.Put(c, is.Operation, m)
	}
	if is.Ends != 0 {
		t.Suspended++
		agenda.Put(c, midnight(is.Ends), suspensionsDue, uint64(m))
	}
}

// requireRoom refuses one more change of a full history. No one is kept from leaving, which has a
// return before each next time; notices of resignation have room of their own; what all members
// decide has as much room again, and what ends by itself always has: there is one end for
// each suspension, and the agenda could not take a refusal.
func requireRoom(c *state.Ctx, r Record, to Change) error {
	most := MaxHistory
	if c.Authority().All || to.Lapsed {
		most = 2 * MaxHistory
	}
	if n := len(r.History) - r.Notices(); n >= most && to.Standing != Left && !to.Lapsed {
		return ErrHistory.With("%d changes", n)
	}
	return nil
}

// Promise has an office that the charter names wait for a member whom others than all members
// suspended: it comes with the end of the suspension. Where it waits already it is refused, or
// again promises it anew. done is false of any other member.
func Promise(c *state.Ctx, m state.Member, o charter.Office, again bool) (done bool, err error) {
	rec, err := Find(c, m)
	if err != nil {
		return false, err
	}
	at, began := rec.Lasting()
	if at < 0 || began.Bars {
		return false, nil
	}
	if err := RequireOffice(c, o); err != nil {
		return false, err
	}
	holders, err := Holders(c, o)
	switch {
	case err != nil:
		return false, err
	case len(holders) >= MaxHolders:
		return false, ErrHolders.With("%d", len(holders))
	case slices.Contains(began.Held, o) && !again:
		return false, ErrHolds.With("member %d is %v again when its suspension ends", m, o)
	}

	// Past this line nothing fails.
	rec.History = slices.Clone(rec.History)
	held, since := slices.Clone(began.Held), slices.Clone(began.Since)
	if i := slices.Index(held, o); i >= 0 {
		held, since = slices.Delete(held, i, i+1), slices.Delete(since, i, i+1)
	}
	rec.History[at].Held, rec.History[at].Since = append(held, o), append(since, c.Time())
	records.Put(c, m, rec)
	return true, nil
}
