package share

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// A Leaving is units that a member asks back.
type Leaving struct {
	Member state.Member
	Class  Class
	Units  uint64
}

// Reserve sets units of a holding apart that a member asks back: they cannot be asked
// back again, nor leave in another way. It refuses what a class's rules do not let go.
func Reserve(c *state.Ctx, l Leaving) (Rules, error) {
	rules, err := RulesOf(c, l.Class)
	if err != nil {
		return rules, err
	}
	if !rules.Redeemable {
		return rules, ErrNotRedeemable.With("class %d", l.Class)
	}
	rec, err := member.Find(c, l.Member)
	if err != nil {
		return rules, err
	}
	key := holdingKey{l.Class, l.Member}
	h, err := holdings.Get(c, key)
	if err != nil {
		return rules, err
	}
	if err := requireLess(c, l.Class, rules, memberClass{rec.Class(), rec.Standing() == member.Left}, h, l.Units); err != nil {
		return rules, err
	}

	// Past this line nothing fails.
	h.Leaving += l.Units
	holdings.Put(c, key, h)
	return rules, nil
}

// Keep ends a Reserve: the units stay.
func Keep(c *state.Ctx, l Leaving) error {
	key := holdingKey{l.Class, l.Member}
	h, err := holdings.Get(c, key)
	if err != nil {
		return err
	}
	h.Leaving -= min(l.Units, h.Leaving)
	holdings.Put(c, key, h)
	return nil
}

// An Exit is reserved units that can be redeemed, all of them or none.
type Exit struct {
	Values []money.Amount // of each, at what the shares are worth now
	Losses []money.Amount // of them, the part of the losses that each bears
	Total  money.Amount
	Lost   money.Amount // the sum of Losses

	all    []Leaving
	held   []Holding // one a member and class
	which  []int     // the holding of each, by its place
	of     []int     // the class of each, by its place
	class  []Class
	totals []Totals
}

// PrepareExit refuses the redemption of reserved units while holdings stand still, and
// beyond the floors of the register. The Exit is good until anything else happens to the
// co-op's shares or books.
//
// Of a deficit that was declared, shares bear, where the limits say so, the part that
// capital has in capital and statutory reserve, each by its value: loss × value /
// (capital + reserve).
//
// Source: scopyleft's statutes of a SCOP, art. 18.2; docs/rules.md, "Withdrawal".
func PrepareExit(c *state.Ctx, all []Leaving) (Exit, error) {
	x := Exit{all: all}
	if err := requireThawed(c); err != nil {
		return x, err
	}
	limits, err := LimitsOf(c)
	if err != nil {
		return x, err
	}
	bears, err := bearing(c, limits)
	if err != nil {
		return x, err
	}
	for _, l := range all {
		if err := x.add(c, l, bears); err != nil {
			return x, err
		}
	}
	return x, x.requireFloors(c, limits)
}

// bearing is which part of its value a share bears of the deficit, zero if none.
func bearing(r state.Reader, limits Limits) (money.Rate, error) {
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

func (x *Exit) add(c *state.Ctx, l Leaving, bears money.Rate) error {
	at := -1
	for i, k := range x.class {
		if k == l.Class {
			at = i
		}
	}
	terms, err := TermsOf(c, l.Class)
	if err != nil {
		return err
	}
	if at < 0 {
		t, err := totals.Get(c, l.Class)
		if err != nil {
			return err
		}
		if t.Held > 0 {
			return ErrHeld.With("class %d", l.Class)
		}
		at = len(x.class)
		x.class, x.totals = append(x.class, l.Class), append(x.totals, t)
	}
	which := -1
	for i, before := range x.all[:len(x.of)] {
		if before.Class == l.Class && before.Member == l.Member {
			which = x.which[i]
		}
	}
	if which < 0 {
		h, err := holdings.Get(c, holdingKey{l.Class, l.Member})
		if err != nil {
			return err
		}
		which, x.held = len(x.held), append(x.held, h)
	}
	value, loss, err := worth(l, terms, bears)
	if err != nil {
		return err
	}
	if x.Total, err = money.Add(x.Total, value); err != nil {
		return ErrTotal
	}
	x.Lost += loss // at most Total
	x.Values, x.Losses = append(x.Values, value), append(x.Losses, loss)
	x.which, x.of = append(x.which, which), append(x.of, at)
	return nil
}

// WouldLeave is the value of units if they were redeemed now, and what of it they would
// bear of losses.
func WouldLeave(r state.Reader, all []Leaving) (total, lost money.Amount, err error) {
	limits, err := LimitsOf(r)
	if err != nil {
		return 0, 0, err
	}
	bears, err := bearing(r, limits)
	if err != nil {
		return 0, 0, err
	}
	for _, l := range all {
		terms, err := TermsOf(r, l.Class)
		if err != nil {
			return 0, 0, err
		}
		value, loss, err := worth(l, terms, bears)
		if err != nil {
			return 0, 0, err
		}
		if total, err = money.Add(total, value); err != nil {
			return 0, 0, ErrTotal
		}
		lost += loss
	}
	return total, lost, nil
}

// worth is the value of units, and what of it they bear of losses.
func worth(l Leaving, terms Terms, bears money.Rate) (value, loss money.Amount, err error) {
	if value, err = money.Times(l.Units, terms.Value()); err != nil {
		return 0, 0, ErrTotal
	}
	if bears.Den != 0 {
		if loss, err = bears.Of(value); err != nil {
			return 0, 0, ErrTotal
		}
	}
	return value, loss, nil
}

// requireFloors refuses a redemption after which the capital would be below a part of
// the highest that it ever was, or net assets below their floor.
func (x *Exit) requireFloors(c *state.Ctx, limits Limits) error {
	reg, err := registers.Get(c, 0)
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
			return ErrTotal
		}
		if left := -balance - x.Total; left < floor {
			return ErrCapitalFloor.With("%s would be left, the floor is %s", charter.Money(c, left), charter.Money(c, floor))
		}
	}
	if limits.AssetsFloor == 0 {
		return nil
	}
	assets, err := netAssets(c)
	if err != nil {
		return err
	}
	if left := assets - x.Total + x.Lost; left < limits.AssetsFloor {
		return ErrAssetsFloor.With("%s would be left, the floor is %s", charter.Money(c, left), charter.Money(c, limits.AssetsFloor))
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
			return false, ErrTotal
		}
		return true, nil
	})
	return sum, err
}

// Post redeems the units, an operation on the register each, whose numbers it returns.
// entry is in the journal. It cannot fail but by a fault.
func (x *Exit) Post(c *state.Ctx, entry uint64) ([]uint64, error) {
	reg, err := registers.Get(c, 0)
	if err != nil {
		return nil, err
	}
	out := make([]uint64, len(x.all))
	for i, l := range x.all {
		h, t := &x.held[x.which[i]], &x.totals[x.of[i]]
		h.Units -= l.Units
		h.Leaving -= l.Units
		t.Units -= l.Units
		t.Capital -= x.Values[i]
		if h.Units == 0 {
			t.Holders--
		}
		out[i] = reg.enter(c, h, Change{Member: l.Member, Class: l.Class, Units: l.Units, Sort: Redemption, Out: true, Entry: entry})
	}
	for i, k := range x.class {
		totals.Put(c, k, x.totals[i])
	}
	registers.Put(c, 0, reg)
	return out, nil
}
