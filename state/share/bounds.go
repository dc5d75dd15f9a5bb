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

// requireMore refuses units that would take what a member holds and has subscribed, which is
// h, out of the bounds of the class.
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
	return nil
}

// requireMoney refuses units beyond the money that a member may have in shares of all
// classes, held and subscribed. The minimum of a class is always within it.
func requireMoney(c *state.Ctx, class shareclass.Number, terms shareclass.Terms, m state.Member, h Holding, units uint64) error {
	limits, err := shareclass.LimitsOf(c)
	if err != nil || limits.MostMoney == 0 {
		return err
	}
	h.Pending += units
	rules, err := terms.Rules(c, class)
	if err != nil || h.Units+h.Pending <= rules.MinHolding {
		return err
	}
	x, err := newTally(c, true, map[holdingKey]Holding{{class, m}: h}, nil)
	if err != nil {
		return err
	}
	own, err := x.owned(c, m)
	if err == nil && own > limits.MostMoney {
		err = ErrLimit.With("shares of %s, at most %s can", charter.Money(c, own), charter.Money(c, limits.MostMoney))
	}
	return err
}

// A tally is the register as it is when an action is done: what the action changes, and
// the rest as it stands. What a member has of all is held against it, so that neither the
// order of what is moved counts nor what only moves between members.
type tally struct {
	subscribed bool // counts as held, of the member and of all: for who subscribes
	held       map[holdingKey]Holding
	totals     map[shareclass.Number]Totals // of the classes of held
	rules      map[shareclass.Number]shareclass.Rules
	most       money.Rate // of the capital
	classes    []shareclass.Number
	terms      []shareclass.Terms // of classes, which are all, if the capital or its owner is asked for
	capital    money.Amount
}

func newTally(c *state.Ctx, subscribed bool, held map[holdingKey]Holding, figures map[shareclass.Number]Totals) (*tally, error) {
	x := &tally{subscribed: subscribed, held: held, totals: figures, rules: map[shareclass.Number]shareclass.Rules{}}
	limits, err := shareclass.LimitsOf(c)
	if err != nil || limits.MostOf.Den == 0 && limits.MostMoney == 0 {
		return x, err
	}
	x.most = limits.MostOf
	err = shareclass.Range(c, func(k shareclass.Number, terms shareclass.Terms) (bool, error) {
		x.classes, x.terms = append(x.classes, k), append(x.terms, terms)
		t, changed := x.totals[k]
		if !changed {
			var err error
			if t, err = totals.Get(c, k); err != nil {
				return false, err
			}
		}
		_, all := x.of(Holding{}, t)
		return true, addWorth(&x.capital, terms, all)
	})
	return x, err
}

// of is what a holding and a class's figures count as.
func (x *tally) of(h Holding, t Totals) (part, all uint64) {
	if x.subscribed {
		return h.Units + h.Pending, t.Units + t.Subscribed
	}
	return h.Units, t.Units
}

// requireMost refuses a holding of more of the class, or of the capital, than rules and
// limits of the day allow; the minimum of a class it may always.
func (x *tally) requireMost(c *state.Ctx, key holdingKey) (err error) {
	rules, known := x.rules[key.Class]
	if !known {
		if rules, err = shareclass.RulesOf(c, key.Class); err != nil {
			return err
		}
		x.rules[key.Class] = rules
	}
	have, all := x.of(x.held[key], x.totals[key.Class])
	if have <= rules.MinHolding {
		return nil
	}
	if rules.MostOf.Den != 0 && !within(rules.MostOf, have, all) {
		return ErrLimit.With("member %d would hold %d of %d, at most %s can", key.Member, have, all, words.Rate(rules.MostOf))
	}
	if x.most.Den == 0 {
		return nil
	}
	own, err := x.owned(c, key.Member)
	if err == nil && !within(x.most, uint64(own), uint64(x.capital)) {
		err = ErrLimit.With("member %d would hold %s of a capital of %s, at most %s can", key.Member, charter.Money(c, own), charter.Money(c, x.capital), words.Rate(x.most))
	}
	return err
}

// owned is what a member's shares of all classes are worth.
func (x *tally) owned(c *state.Ctx, m state.Member) (sum money.Amount, err error) {
	for i, k := range x.classes {
		h, changed := x.held[holdingKey{k, m}]
		if !changed {
			if h, err = holdings.Get(c, holdingKey{k, m}); err != nil {
				return 0, err
			}
		}
		part, _ := x.of(h, Totals{})
		if err := addWorth(&sum, x.terms[i], part); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// addWorth adds what units of a class are worth, or refuses a sum out of range.
func addWorth(sum *money.Amount, terms shareclass.Terms, units uint64) error {
	value, err := money.Times(units, terms.Value())
	if err == nil {
		*sum, err = money.Add(*sum, value)
	}
	if err != nil {
		return ErrTotal
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
// Only what is issued counts: what is subscribed can be cancelled.
func requireLess(c *state.Ctx, key holdingKey, rules shareclass.Rules, h Holding, units uint64) error {
	rec, err := member.Find(c, key.Member)
	if err != nil {
		return err
	}
	free := h.Units - min(h.Leaving, h.Units)
	if units > free {
		return ErrUnits.With("%d of the %s that are held and not asked back", units, words.Plural(free, "share"))
	}
	left := free - units
	if left >= rules.MinHolding {
		return nil
	}
	if left > 0 {
		return ErrMinimum.With("%d would be left of %d", left, rules.MinHolding)
	}
	if rec.Standing() != member.Left && slices.Contains(rules.Needed, rec.Class()) {
		return ErrNeeded.With("a member of class %d holds at least %d of class %d", rec.Class(), rules.MinHolding, key.Class)
	}
	return nil
}
