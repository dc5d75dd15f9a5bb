package share

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// requireMore refuses units that would take a member's holding out of the bounds of
// its class or of the register. h is what the member has, t the class's figures.
func requireMore(c *state.Ctx, class shareclass.Number, terms shareclass.Terms, h Holding, units uint64) error {
	rules, err := terms.Rules(c, class)
	if err != nil {
		return err
	}
	have := h.Units + h.Pending
	if units > rules.MaxHolding-min(have, rules.MaxHolding) {
		return ErrLimit.With("%d held + %d subscribed + %d > %d", h.Units, h.Pending, units, rules.MaxHolding)
	}
	if have+units < rules.MinHolding {
		return ErrMinimum.With("%d of %d", have+units, rules.MinHolding)
	}
	if have+units <= rules.MinHolding || rules.MostOf.Den == 0 { // whoever may be a member may hold the minimum
		return nil
	}
	t, err := totals.Get(c, class)
	if err != nil {
		return err
	}
	if all := t.Units + h.Pending + units; !within(rules.MostOf, have+units, all) {
		return ErrLimit.With("%d would be of %d, at most %s can", have+units, all, words.Rate(rules.MostOf))
	}
	return nil
}

// requireMoney holds a member's shares of all classes against the limits of the
// register. The minimum of a class is always within them.
func requireMoney(c *state.Ctx, class shareclass.Number, terms shareclass.Terms, m state.Member, h Holding, units uint64) error {
	limits, err := shareclass.LimitsOf(c)
	if err != nil || limits.MostMoney == 0 && limits.MostOf.Den == 0 {
		return err
	}
	rules, err := terms.Rules(c, class)
	if err != nil || h.Units+h.Pending+units <= rules.MinHolding {
		return err
	}
	more, err := money.Times(units, terms.Value())
	if err != nil {
		return ErrTotal
	}
	own, all := more, more
	err = shareclass.Range(c, func(k shareclass.Number, of shareclass.Terms) (bool, error) {
		h, err := HoldingOf(c, k, m)
		if err != nil {
			return false, err
		}
		t, err := totals.Get(c, k)
		if err != nil {
			return false, err
		}
		value, err := money.Times(h.Units+h.Pending, of.Value())
		if err != nil {
			return false, ErrTotal
		}
		pending, err := money.Times(h.Pending, of.Value())
		if err != nil {
			return false, ErrTotal
		}
		if own, err = money.Add(own, value); err != nil {
			return false, ErrTotal
		}
		if all, err = money.Sum(all, t.Capital, pending); err != nil {
			return false, ErrTotal
		}
		return true, nil
	})
	switch {
	case err != nil:
		return err
	case limits.MostMoney != 0 && own > limits.MostMoney:
		return ErrLimit.With("shares of %s, at most %s can", charter.Money(c, own), charter.Money(c, limits.MostMoney))
	case limits.MostOf.Den != 0 && !within(limits.MostOf, uint64(own), uint64(all)):
		return ErrLimit.With("%s would be of a capital of %s, at most %s can", charter.Money(c, own), charter.Money(c, all), words.Rate(limits.MostOf))
	}
	return nil
}

// within says whether a part is at most that rate of all. Rates are checked when they
// are set, so that their numbers are small.
func within(rate money.Rate, part, all uint64) bool {
	most, err := rate.Of(money.Amount(min(all, uint64(money.Max))))
	return err == nil && part <= uint64(most)
}

// requireLess refuses to take units from a holding of which the rest must stay: what
// is asked back, what is less than the class's minimum, what the member's class needs.
func requireLess(class shareclass.Number, rules shareclass.Rules, rec member.Record, h Holding, units uint64) error {
	if free := h.Units - min(h.Leaving, h.Units); units > free {
		return ErrUnits.With("%d of the %s that are held and not asked back", units, words.Plural(free, "share"))
	}
	left := h.Units + h.Pending - h.Leaving - units
	if left >= rules.MinHolding {
		return nil
	}
	if left > 0 {
		return ErrMinimum.With("%d would be left of %d", left, rules.MinHolding)
	}
	if rec.Standing() != member.Left && slices.Contains(rules.Needed, rec.Class()) {
		return ErrNeeded.With("a member of class %d holds at least %d of class %d", rec.Class(), rules.MinHolding, class)
	}
	return nil
}
