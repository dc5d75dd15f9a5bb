package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
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
}

// prepareExit refuses redemptions while holdings stand still, and beyond the floors of the
// register.
//
// Of a deficit that was declared, shares bear, where the limits say so, the part that
// capital has in capital and statutory reserve, each by its value: loss × value /
// (capital + reserve).
//
// Source: scopyleft's statutes of a SCOP, art. 18.2; docs/rules.md, "Withdrawal".
func prepareExit(c *state.Ctx, list []Ticket) (x exit, err error) {
	moves := make([]share.Move, len(list))
	for i, t := range list {
		moves[i] = share.Move{Member: t.Member, Class: t.Class, Units: t.Units, Sort: share.Redemption, Out: true, Apart: true}
	}
	if x.moves, err = share.Prepare(c, moves); err != nil {
		return x, err
	}
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return x, err
	}
	if err := x.value(c, limits, x.moves.Values); err != nil {
		return x, err
	}
	return x, x.requireFloors(c, limits)
}

// value sums the values of shares, and what they bear of losses.
func (x *exit) value(r state.Reader, limits shareclass.Limits, values []money.Amount) error {
	bears, err := bearing(r, limits)
	if err != nil {
		return err
	}
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

// requireFloors refuses a redemption after which the capital would be below a part of
// the highest that it ever was, or net assets below their floor.
func (x *exit) requireFloors(c *state.Ctx, limits shareclass.Limits) error {
	reg, err := share.RegisterOf(c)
	if err != nil {
		return err
	}
	balance, err := account.BalanceOf(c, account.Capital)
	if err != nil {
		return err
	}
	if limits.CapitalFloor.Den != 0 {
		floor, err := limits.CapitalFloor.Of(reg.Highest)
		if err != nil {
			return share.ErrTotal
		}
		if left := -balance - x.total; left < floor {
			return share.ErrCapitalFloor.With("%s would be left, the floor is %s", charter.Money(c, left), charter.Money(c, floor))
		}
	}
	if limits.AssetsFloor == 0 {
		return nil
	}
	assets, err := netAssets(c)
	if err != nil {
		return err
	}
	if left := assets - x.total + x.lost; left < limits.AssetsFloor {
		return share.ErrAssetsFloor.With("%s would be left, the floor is %s", charter.Money(c, left), charter.Money(c, limits.AssetsFloor))
	}
	return nil
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

// wouldLeave is the value of requests' shares if they were redeemed now, and what of it
// they would bear of losses.
func wouldLeave(r state.Reader, numbers []uint64) (x exit, err error) {
	var values []money.Amount
	for _, n := range numbers {
		t, err := Find(r, n)
		if err != nil {
			return x, err
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
	return x, x.value(r, limits, values)
}
