package share

import (
	"errors"
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
func requireMoney(c *state.Ctx, key holdingKey, terms shareclass.Terms, h Holding, units uint64) error {
	limits, err := shareclass.LimitsOf(c)
	if err != nil || limits.MostMoney == 0 {
		return err
	}
	h.Pending += units
	rules, err := terms.Rules(c, key.Class)
	if err != nil || h.Units+h.Pending <= rules.MinHolding {
		return err
	}
	x := tally{true, map[holdingKey]Holding{key: h}, nil}
	stakes, err := x.stakes(c, true)
	if err != nil {
		return err
	}
	own, err := stakes.Worth(key.Member)
	if err == nil && own > limits.MostMoney {
		err = ErrLimit.With("shares of %s, at most %s can", charter.Money(c, own), charter.Money(c, limits.MostMoney))
	}
	return inRange(err)
}

// A tally is the register as it is when an action is done: what the action changes, and
// the rest as it stands.
type tally struct {
	subscribed bool // counts as held, of the member and of all: for who subscribes
	held       map[holdingKey]Holding
	totals     map[shareclass.Number]Totals // of the classes of held
}

func (x tally) stakes(c *state.Ctx, moved bool) (*shareclass.Stakes, error) {
	stakes, err := shareclass.NewStakes(c, moved, func(class shareclass.Number, m state.Member) (uint64, error) {
		h, changed := x.held[holdingKey{class, m}]
		var err error
		if !changed {
			h, err = holdings.Get(c, holdingKey{class, m})
		}
		if !x.subscribed {
			h.Pending = 0
		}
		return h.Units + h.Pending, err
	}, func(class shareclass.Number) (uint64, error) {
		t, changed := x.totals[class]
		var err error
		if !changed {
			t, err = totals.Get(c, class)
		}
		if !x.subscribed {
			t.Subscribed = 0
		}
		return t.Units + t.Subscribed, err
	})
	return stakes, inRange(err)
}

// requireMost refuses holdings of more of a class, or of the capital, than can be.
func requireMost(stakes *shareclass.Stakes, keys ...holdingKey) error {
	for _, key := range keys {
		why, err := stakes.Beyond(key.Class, key.Member)
		if err != nil {
			return inRange(err)
		}
		if why != "" {
			return ErrLimit.With("%s", why)
		}
	}
	return nil
}

// inRange makes a sum out of range a rejection.
func inRange(err error) error {
	if errors.Is(err, money.ErrOverflow) {
		return ErrTotal
	}
	return err
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
