package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// An Opening is a request that a register before this one had, which was not redeemed.
type Opening struct {
	Member state.Member
	Class  shareclass.Number
	Units  uint64
	Given  uint64 // day of its registration there, since 1970 UTC
	Ready  uint64 // day from which on it can be redeemed, since 1970 UTC
}

// Bring registers requests that are taken over from another register, in their order and
// behind those that wait here. What a member has itself disposed of meanwhile is not set
// apart: a request is then of what is left, and there is none if nothing is. The caller has
// made sure of who decided it, and that each is of what the member came with; all are
// registered or none.
//
// It returns share.ErrUnits, what SetApart refuses, or a fault.
func Bring(c *state.Ctx, openings []Opening) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	for _, o := range openings {
		if o.Units == 0 || o.Units > shareclass.MaxUnits {
			return share.ErrUnits.With("%d, from 1 to %d can be", o.Units, uint64(shareclass.MaxUnits))
		}
		if _, err := member.Find(c, o.Member); err != nil {
			return err
		}
		h, err := share.HoldingOf(c, o.Class, o.Member)
		if err != nil {
			return err
		}
		units := min(o.Units, h.Units-min(h.Leaving, h.Units))
		if units == 0 {
			continue
		}
		_, err = share.SetApart(c, o.Member, o.Class, units)
		if r := state.Rejected(err); r == share.ErrMinimum || r == share.ErrNeeded {
			continue // it has to keep what it would ask back
		}
		if err != nil {
			return err
		}
		q.Requests++
		t := Ticket{Member: o.Member, Class: o.Class, Units: units, Status: Waiting, Time: int64(o.Given) * 24 * 60 * 60, Ready: o.Ready}
		if err := q.add(c, q.Requests, &t); err != nil {
			return err
		}
		c.Emit(Requested{q.Requests, o.Member, o.Class, units, t.Ready})
	}
	queues.Put(c, 0, q)
	return nil
}

// MaxHeld is for how many days requests are kept back for those of a register before this
// one. Whoever has the tables brings them in by then, or they come in behind what is asked
// back afterwards: nobody keeps withdrawals shut by not loading them. Bound of the machine.
const MaxHeld = 28

// Hold keeps requests back while those of a register before this one are being brought in,
// so that nobody gets ahead of them, for MaxHeld days, or ends that. What was registered
// before stays ahead.
func Hold(c *state.Ctx, held bool) error {
	q, err := queues.Get(c, 0)
	if err != nil || !held && q.HeldUntil == 0 {
		return err
	}
	q.HeldUntil = 0
	if held {
		q.HeldUntil = c.Day() + MaxHeld
	}
	queues.Put(c, 0, q)
	return nil
}

// ReadyOn is the first day on which shares can be redeemed that are asked back by a notice
// which is over on a day, where values are fixed at the close of a year that ends on yearEnd:
// month × 100 + day, or zero.
func ReadyOn(notice uint64, yearEnd uint32) uint64 { return readyOn(notice, yearEnd) }
