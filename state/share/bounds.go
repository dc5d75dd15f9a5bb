package share

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// subscribed is what all members have subscribed of a class, against which a subscriber is held.
func (t Totals) subscribed(Holding) uint64 { return t.Subscribed }

// none is the same for who gets shares at once: what others subscribed does not count.
func (t Totals) none(h Holding) uint64 { return h.Pending }

// requireMore refuses units that would take a member's holding out of the bounds of
// its class or of the register. h is what the member has; pending is what counts as subscribed.
func requireMore(c *state.Ctx, class shareclass.Number, terms shareclass.Terms, h Holding, units uint64, pending func(Totals, Holding) uint64) error {
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
	if all := t.Units + pending(t, h) + units; !within(rules.MostOf, have+units, all) {
		return ErrLimit.With("%d would be of %d, at most %s can", have+units, all, words.Rate(rules.MostOf))
	}
	return nil
}

// requireMoney holds a member's shares of all classes against the limits of the
// register. The minimum of a class is always within them.
func requireMoney(c *state.Ctx, class shareclass.Number, terms shareclass.Terms, m state.Member, h Holding, units uint64, pending func(Totals, Holding) uint64) error {
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
		waiting, err := money.Times(pending(t, h), of.Value())
		if err != nil {
			return false, ErrTotal
		}
		if own, err = money.Add(own, value); err != nil {
			return false, ErrTotal
		}
		if all, err = money.Sum(all, t.Capital, waiting); err != nil {
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

// requireMost refuses an issue after which a member would hold more of a class, or of the
// capital, than the rules and limits of the day allow; the minimum of a class it may always.
func (b batch) requireMost(c *state.Ctx, held []Holding, at []int) error {
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return err
	}
	issued := make([]uint64, len(held)) // units, of each holding
	ofClass := make([]uint64, len(b.classes))
	for i := range b.subs {
		issued[at[i]] += b.units[i]
		ofClass[b.class(b.subs[i].Class)] += b.units[i]
	}
	capital, err := account.BalanceOf(c, account.Capital)
	if err != nil {
		return err
	}
	for i, s := range b.subs {
		k := b.class(s.Class)
		rules, err := b.terms[k].Rules(c, s.Class)
		if err != nil {
			return err
		}
		have := held[at[i]].Units + issued[at[i]]
		if have <= rules.MinHolding {
			continue
		}
		if all := b.totals[k].Units + ofClass[k]; rules.MostOf.Den != 0 && !within(rules.MostOf, have, all) {
			return ErrLimit.With("member %d would hold %d of %d, at most %s can", s.Member, have, all, words.Rate(rules.MostOf))
		}
		if limits.MostOf.Den == 0 {
			continue
		}
		own, err := b.owned(c, s.Member)
		if err != nil {
			return err
		}
		if all := b.amount - capital; !within(limits.MostOf, uint64(own), uint64(all)) {
			return ErrLimit.With("member %d would hold %s of a capital of %s, at most %s can", s.Member, charter.Money(c, own), charter.Money(c, all), words.Rate(limits.MostOf))
		}
	}
	return nil
}

// owned is what a member's shares of all classes are worth when the batch is issued.
func (b batch) owned(c *state.Ctx, m state.Member) (sum money.Amount, err error) {
	err = shareclass.Range(c, func(k shareclass.Number, of shareclass.Terms) (bool, error) {
		h, err := HoldingOf(c, k, m)
		if err != nil {
			return false, err
		}
		value, err := money.Times(h.Units, of.Value())
		if err == nil {
			sum, err = money.Add(sum, value)
		}
		if err != nil {
			return false, ErrTotal
		}
		return true, nil
	})
	for i, s := range b.subs {
		if s.Member == m {
			sum += b.values[i] // at most the batch's amount
		}
	}
	return sum, err
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
