package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// requireMost refuses to redeem fewer units of the last request than the floors leave of all
// that it has: how much of a request is redeemed is no officer's to choose, so that what is
// above the figure that officers move is not moved in slices. All members may choose.
func (x exit) requireMost(c *state.Ctx, units, all uint64) error {
	if c.Authority().All {
		return nil
	}
	last := len(x.losses) - 1
	value := x.moves.Values[last]
	before := exit{total: x.total - value, lost: x.lost - x.losses[last]}
	most, err := x.bounds.most(before, all, value/money.Amount(units))
	if err == nil && units < most {
		err = ErrPart.With("%d, they leave %d of %d", units, most, all)
	}
	return err
}

// split makes a request of its own of a part of request number, which waits and stays in its
// place. It returns the part; the caller stores it.
func (q *Queue) split(c *state.Ctx, number uint64, t Ticket, units uint64) (uint64, Ticket) {
	q.Requests++
	part := t
	part.Units, part.Of, part.Asked, part.Prev, part.Next = units, number, 0, 0, 0
	if t.Asked == 0 {
		t.Asked = t.Units
	}
	t.Units -= units
	t.Part = q.Requests
	tickets.Put(c, number, t)
	return q.Requests, part
}
