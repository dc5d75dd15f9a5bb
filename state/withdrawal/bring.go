package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// An Opening is a request that a register before this one had, which was not redeemed.
type Opening struct {
	Member state.Member
	Class  shareclass.Number
	Units  uint64
	Given  uint64 // day of its registration there, since 1970 UTC
	Ready  uint64 // day from which on it can be redeemed, since 1970 UTC
}

// Bring registers requests that are taken over from another register, at the end of the
// queue and in their order, by the days on which they were given. The caller has made sure of
// who decided it; all are registered or none.
//
// It returns share.ErrUnits, ErrQueue if one was given before the last that waits, what
// SetApart refuses, or a fault.
func Bring(c *state.Ctx, openings []Opening) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	last := int64(0)
	if q.Waiting.Last != 0 {
		t, err := tickets.Get(c, q.Waiting.Last)
		if err != nil {
			return err
		}
		last = t.Time
	}
	for _, o := range openings {
		if o.Units == 0 || o.Units > shareclass.MaxUnits {
			return share.ErrUnits.With("%d, from 1 to %d can be", o.Units, uint64(shareclass.MaxUnits))
		}
		given := int64(o.Given) * 24 * 60 * 60
		if o.Given < state.DayOf(last) {
			return ErrQueue.With("member %d gave notice on %s, the last that waits is of %s", o.Member, words.Day(o.Given), words.Day(state.DayOf(last)))
		}
		if _, err := member.Find(c, o.Member); err != nil {
			return err
		}
		if _, err := share.SetApart(c, o.Member, o.Class, o.Units); err != nil {
			return err
		}
		q.Requests++
		t := Ticket{Member: o.Member, Class: o.Class, Units: o.Units, Status: Waiting, Time: given, Ready: o.Ready}
		if err := q.Waiting.append(c, q.Requests, &t); err != nil {
			return err
		}
		tickets.Put(c, q.Requests, t)
		c.Emit(Requested{q.Requests, o.Member, o.Class, o.Units, o.Ready})
		last = given
	}
	queues.Put(c, 0, q)
	return nil
}

// ReadyOn is the first day on which shares can be redeemed that are asked back by a notice
// which is over on a day, where values are fixed at the close of a year that ends on yearEnd:
// month × 100 + day, or zero.
func ReadyOn(notice uint64, yearEnd uint32) uint64 { return readyOn(notice, yearEnd) }
