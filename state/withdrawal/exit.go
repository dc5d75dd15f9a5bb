package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// An exit is the shares of requests that can be redeemed.
type exit struct {
	moves  *share.Moves
	losses []money.Amount // that the shares of each bear
	total  money.Amount   // their value
	lost   money.Amount   // the sum of losses
	bounds bounds
}

// prepareExit refuses redemptions while holdings stand still, and beyond the floors of the
// register.
//
// Of a deficit that was declared, shares bear, where the limits say so, the part that
// capital has in capital and statutory reserve, each by its value: loss × value /
// (capital + reserve).
//
// Source: scopyleft's statutes of a SCOP, art. 18.2; docs/rules.md, "Withdrawal".
func prepareExit(c *state.Ctx, numbers []uint64, list []Ticket) (x exit, err error) {
	moves := make([]share.Move, len(list))
	for i, t := range list {
		moves[i] = share.Move{Member: t.Member, Class: t.Class, Units: t.Units, Sort: share.Redemption, Out: true, Apart: true}
	}
	if x.moves, err = share.Prepare(c, moves); err != nil {
		return x, err
	}
	if x.bounds, err = boundsOf(c); err != nil {
		return x, err
	}
	if err := x.value(x.bounds.bears, x.moves.Values); err != nil {
		return x, err
	}
	return x, x.requireFloors(c, numbers, list)
}

// value sums the values of shares, and what they bear of losses.
func (x *exit) value(bears money.Rate, values []money.Amount) (err error) {
	for _, value := range values {
		var loss money.Amount
		if bears.Den != 0 {
			if loss, err = bears.Of(value); err != nil {
				return share.ErrTotal
			}
		}
		if x.total, err = money.Add(x.total, value); err != nil {
			return share.ErrTotal
		}
		x.lost += loss // at most total
		x.losses = append(x.losses, loss)
	}
	return nil
}

// wouldLeave is the value of requests' shares if they were redeemed now, and what of it
// they would bear of losses. Of the last only so many units are, if any are given.
func wouldLeave(r state.Reader, numbers []uint64, units uint64) (x exit, err error) {
	var values []money.Amount
	for i, n := range numbers {
		t, err := Find(r, n)
		if err != nil {
			return x, err
		}
		if units != 0 && i == len(numbers)-1 {
			t.Units = units
		}
		terms, err := shareclass.TermsOf(r, t.Class)
		if err != nil {
			return x, err
		}
		value, err := money.Times(t.Units, terms.Value())
		if err != nil {
			return x, err
		}
		values = append(values, value)
	}
	limits, err := shareclass.LimitsOf(r)
	if err != nil {
		return x, err
	}
	bears, err := bearing(r, limits)
	if err != nil {
		return x, err
	}
	return x, x.value(bears, values)
}
