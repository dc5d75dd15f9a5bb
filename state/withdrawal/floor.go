package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A floor is a figure of the books below which no redemption takes it.
type floor struct {
	has   money.Amount // now, minor units
	least money.Amount
	below *state.Rejection
}

// bounds are what the limits of the register say about redemptions, by the books of now.
type bounds struct {
	bears   money.Rate // the part of its value that a share bears of a deficit, zero if none
	capital *floor     // a part of the highest that the share capital ever was, or nil
	assets  *floor     // of net assets, or nil
}

func boundsOf(r state.Reader) (b bounds, err error) {
	limits, err := shareclass.LimitsOf(r)
	if err != nil {
		return b, err
	}
	if b.bears, err = bearing(r, limits); err != nil {
		return b, err
	}
	if limits.CapitalFloor.Den != 0 {
		reg, err := share.RegisterOf(r)
		if err != nil {
			return b, err
		}
		balance, err := account.BalanceOf(r, account.Capital)
		if err != nil {
			return b, err
		}
		least, err := limits.CapitalFloor.Of(reg.Highest)
		if err != nil {
			return b, share.ErrTotal
		}
		b.capital = &floor{-balance, least, share.ErrCapitalFloor}
	}
	if limits.AssetsFloor != 0 {
		assets, err := netAssets(r)
		if err != nil {
			return b, err
		}
		b.assets = &floor{assets, limits.AssetsFloor, share.ErrAssetsFloor}
	}
	return b, nil
}

// passed is the first floor that a redemption passes, and what it would leave above
// nothing; nil if it passes none.
func (b bounds) passed(x exit) (*floor, money.Amount) {
	if f := b.capital; f != nil && f.has-x.total < f.least {
		return f, f.has - x.total
	}
	if f := b.assets; f != nil && f.has-x.total+x.lost < f.least {
		return f, f.has - x.total + x.lost
	}
	return nil, 0
}

// most is how many of units, of which each has a value, can be redeemed beside what an
// exit has already.
func (b bounds) most(x exit, units uint64, each money.Amount) (uint64, error) {
	most := uint64(0)
	for most < units {
		try := units - (units-most)/2
		with, err := x.with(b.bears, try, each)
		if err != nil {
			return 0, err
		}
		if f, _ := b.passed(with); f == nil {
			most = try
		} else {
			units = try - 1
		}
	}
	return most, nil
}

// with is what an exit comes to with further units, of which each has a value.
func (x exit) with(bears money.Rate, units uint64, each money.Amount) (exit, error) {
	value, err := money.Times(units, each)
	if err != nil {
		return x, share.ErrTotal
	}
	sums := exit{total: x.total, lost: x.lost}
	return sums, sums.value(bears, []money.Amount{value})
}

// Leave is how many units of a request can be redeemed above the floors, whoever has to
// decide it, and the floor that keeps the others: share.ErrCapitalFloor or
// share.ErrAssetsFloor, nil if it keeps none.
func Leave(r state.Reader, t Ticket) (units uint64, below *state.Rejection, err error) {
	b, err := boundsOf(r)
	if err != nil {
		return 0, nil, err
	}
	terms, err := shareclass.TermsOf(r, t.Class)
	if err != nil {
		return 0, nil, err
	}
	units, err = b.most(exit{}, t.Units, terms.Value())
	if err != nil || units == t.Units {
		return units, nil, err
	}
	next, err := exit{}.with(b.bears, units+1, terms.Value())
	if err != nil {
		return 0, nil, err
	}
	f, _ := b.passed(next)
	return units, f.below, nil
}

// requireFloors refuses a redemption after which the capital would be below a part of
// the highest that it ever was, or net assets below their floor.
func (x *exit) requireFloors(c *state.Ctx, numbers []uint64, list []Ticket) error {
	b := x.bounds
	f, left := b.passed(*x)
	if f == nil {
		return nil
	}
	var before exit
	for i, t := range list {
		each := x.moves.Values[i] / money.Amount(t.Units)
		most, err := b.most(before, t.Units, each)
		if err != nil {
			return err
		}
		if most < t.Units {
			return f.below.With("%s would be left, the floor is %s: of the %d shares of request %d it leaves %d",
				charter.Money(c, left), charter.Money(c, f.least), t.Units, numbers[i], most)
		}
		if before, err = before.with(b.bears, t.Units, each); err != nil {
			return err
		}
	}
	return nil
}

// bearing is which part of its value a share bears of the deficit, zero if none.
func bearing(r state.Reader, limits shareclass.Limits) (money.Rate, error) {
	if !limits.BearsLoss {
		return money.Rate{}, nil
	}
	deficit, err := account.BalanceOf(r, account.Unappropriated)
	if err != nil || deficit <= 0 {
		return money.Rate{}, err
	}
	capital, err := account.BalanceOf(r, account.Capital)
	if err != nil {
		return money.Rate{}, err
	}
	reserve, err := account.BalanceOf(r, account.Reserve)
	if err != nil {
		return money.Rate{}, err
	}
	own := max(-capital, 0) + max(-reserve, 0)
	if own == 0 {
		return money.Rate{}, nil
	}
	return money.Rate{Num: uint64(min(deficit, own)), Den: uint64(own)}, nil
}

// netAssets is what the co-op has more than it owes. It reads every account.
func netAssets(r state.Reader) (sum money.Amount, err error) {
	err = account.Accounts(r, func(code account.Code, a account.Account) (bool, error) {
		if a.Type != account.Asset && a.Type != account.Liability {
			return true, nil
		}
		balance, err := account.BalanceOf(r, code)
		if err != nil {
			return false, err
		}
		if sum, err = money.Add(sum, balance); err != nil {
			return false, share.ErrTotal
		}
		return true, nil
	})
	return sum, err
}
