package share

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A Move takes units from a holding or adds them to it: one operation on the register.
type Move struct {
	Member   state.Member
	Class    shareclass.Number
	Units    uint64
	Sort     Sort
	Out      bool
	Apart    bool   // the units were set apart by SetApart
	Paired   bool   // with the next move: the operations name each other
	Document uint64 // number of the paper behind it in the co-op's files, or zero
}

// Moves are operations that can be written, all of them or none.
type Moves struct {
	Values []money.Amount // of each, at what the shares are worth now
	Before []uint64       // units held before each

	all    []Move
	keys   []holdingKey
	held   []Holding // of keys, as they become
	which  []int     // the holding of each move
	after  []uint64  // units held after each move
	class  []shareclass.Number
	terms  []shareclass.Terms
	totals []Totals // of class, as they become
}

// Prepare refuses moves while holdings stand still, those that would leave less than a
// class's rules need or give more than they let, and those out of what is set apart or
// asked back. Whether a class may be moved so at all is for the caller to say. The Moves
// are good until anything else happens to the co-op's shares.
func Prepare(c *state.Ctx, all []Move) (*Moves, error) {
	x := &Moves{all: all}
	if err := requireThawed(c); err != nil {
		return nil, err
	}
	for _, m := range all {
		if err := x.add(c, m); err != nil {
			return nil, err
		}
	}
	return x, x.requireMost(c)
}

// requireMost refuses moves after which one who gets shares would hold too much of a class,
// or of the capital. What is brought in was held before.
func (x *Moves) requireMost(c *state.Ctx) error {
	var gained []holdingKey
	moved := false // what a member has of all, which a conversion leaves as it is
	for _, m := range x.all {
		if !m.Out && m.Sort != BroughtIn {
			gained = append(gained, holdingKey{m.Class, m.Member})
			moved = moved || m.Sort != Conversion
		}
	}
	if len(gained) == 0 {
		return nil
	}
	after := tally{false, map[holdingKey]Holding{}, map[shareclass.Number]Totals{}}
	for i, key := range x.keys {
		after.held[key] = x.held[i]
	}
	for i, k := range x.class {
		after.totals[k] = x.totals[i]
	}
	stakes, err := after.stakes(c, moved)
	if err != nil {
		return err
	}
	return requireMost(stakes, gained...)
}

// load returns the places of a move's class and holding, which it reads once each.
func (x *Moves) load(c *state.Ctx, m Move) (class, held int, err error) {
	if class = slices.Index(x.class, m.Class); class < 0 {
		terms, err := shareclass.TermsOf(c, m.Class)
		if err != nil {
			return 0, 0, err
		}
		t, err := totals.Get(c, m.Class)
		if err != nil {
			return 0, 0, err
		}
		if t.Held > 0 {
			return 0, 0, ErrHeld.With("class %d", m.Class)
		}
		class = len(x.class)
		x.class, x.terms, x.totals = append(x.class, m.Class), append(x.terms, terms), append(x.totals, t)
	}
	key := holdingKey{m.Class, m.Member}
	if held = slices.Index(x.keys, key); held < 0 {
		h, err := holdings.Get(c, key)
		if err != nil {
			return 0, 0, err
		}
		held = len(x.keys)
		x.keys, x.held = append(x.keys, key), append(x.held, h)
	}
	return class, held, nil
}

func (x *Moves) add(c *state.Ctx, m Move) error {
	at, which, err := x.load(c, m)
	if err != nil {
		return err
	}
	h, t, terms := &x.held[which], &x.totals[at], x.terms[at]
	x.Before = append(x.Before, h.Units)
	value, err := money.Times(m.Units, terms.Value())
	if err != nil {
		return ErrTotal
	}
	if m.Out {
		if err := m.requireLess(c, *h); err != nil {
			return err
		}
		h.Units -= m.Units
		if m.Apart {
			h.Leaving -= m.Units
		}
		if h.Units == 0 {
			t.Holders--
		}
		t.Units -= m.Units
		t.Capital -= value
	} else {
		if err := m.requireMore(c, terms, *h); err != nil {
			return err
		}
		if h.Units == 0 {
			t.Holders++
		}
		h.Units += m.Units
		t.Units += m.Units
		if t.Capital, err = money.Add(t.Capital, value); err != nil {
			return ErrTotal
		}
	}
	x.Values, x.which, x.after = append(x.Values, value), append(x.which, which), append(x.after, h.Units)
	return nil
}

func (m Move) requireLess(c *state.Ctx, h Holding) error {
	if m.Apart {
		if h.Leaving < m.Units {
			return fmt.Errorf("member %d has %d of class %d set apart, %d are to leave", m.Member, h.Leaving, m.Class, m.Units)
		}
		return nil
	}
	rules, err := shareclass.RulesOf(c, m.Class)
	if err != nil {
		return err
	}
	return requireLess(c, holdingKey{m.Class, m.Member}, rules, h, m.Units)
}

func (m Move) requireMore(c *state.Ctx, terms shareclass.Terms, h Holding) error {
	if m.Sort == BroughtIn {
		return m.requireFirst(c, terms)
	}
	if _, err := member.RequireActive(c, m.Member); err != nil {
		return err
	}
	if err := requireMore(c, m.Class, terms, h, m.Units); err != nil || m.Sort == Conversion {
		return err // a conversion changes nothing in what one member has of all
	}
	return requireMoney(c, holdingKey{m.Class, m.Member}, terms, h, m.Units)
}

// requireFirst refuses units brought in that are out of the bounds of the class. What the
// member has beside them here does not count, so that nobody stops what members adopted by
// subscribing, or by a transfer to another; nor does what the register as a whole limits:
// whoever brings a register in keeps it.
func (m Move) requireFirst(c *state.Ctx, terms shareclass.Terms) error {
	if m.Units == 0 || m.Units > shareclass.MaxUnits {
		return ErrUnits.With("%d for member %d, from 1 to %d can be", m.Units, m.Member, uint64(shareclass.MaxUnits))
	}
	if err := terms.RequireWhole(m.Class); err != nil {
		return err
	}
	rules, err := terms.Rules(c, m.Class)
	switch {
	case err != nil:
		return err
	case m.Units > rules.MaxHolding:
		return ErrLimit.With("member %d: %d are brought in, at most %d can be held", m.Member, m.Units, rules.MaxHolding)
	case m.Units < rules.MinHolding:
		return ErrMinimum.With("member %d: %d of %d", m.Member, m.Units, rules.MinHolding)
	}
	return nil
}

// Post writes the operations and returns their numbers. entry is that of the journal
// which has been posted for them, zero if none is needed. Its errors are faults.
func (x *Moves) Post(c *state.Ctx, entry uint64) ([]uint64, error) {
	reg, err := registers.Get(c, 0)
	if err != nil {
		return nil, err
	}
	capital, err := account.BalanceOf(c, account.Capital)
	if err != nil {
		return nil, err
	}
	reg.rise(capital)
	numbers := make([]uint64, len(x.all))
	for i, m := range x.all {
		o := Change{Member: m.Member, Class: m.Class, Units: m.Units, Sort: m.Sort, Out: m.Out, Entry: entry, Document: m.Document}
		switch {
		case m.Paired:
			o.Counter = reg.Operations + 2
		case i > 0 && x.all[i-1].Paired:
			o.Counter = reg.Operations
		}
		h := &x.held[x.which[i]]
		last := h.Units
		h.Units = x.after[i] // what is written is as it becomes; an operation, as it is then
		numbers[i] = reg.enter(c, h, o)
		h.Units = last
	}
	for i, key := range x.keys {
		holdings.Put(c, key, x.held[i])
	}
	for i, k := range x.class {
		totals.Put(c, k, x.totals[i])
	}
	registers.Put(c, 0, reg)
	return numbers, nil
}

// SetApart takes units of a holding apart that a member asks back: they cannot be asked
// back again, nor leave in another way. It refuses what a class's rules do not let go,
// and returns them.
func SetApart(c *state.Ctx, m state.Member, class shareclass.Number, units uint64) (shareclass.Rules, error) {
	rules, err := shareclass.RulesOf(c, class)
	if err != nil {
		return rules, err
	}
	if !rules.Redeemable {
		return rules, ErrNotRedeemable.With("class %d", class)
	}
	key := holdingKey{class, m}
	h, err := holdings.Get(c, key)
	if err != nil {
		return rules, err
	}
	if err := requireLess(c, key, rules, h, units); err != nil {
		return rules, err
	}

	// Past this line nothing fails.
	h.Leaving += units
	holdings.Put(c, key, h)
	return rules, nil
}

// Keep ends a SetApart: the units stay.
func Keep(c *state.Ctx, m state.Member, class shareclass.Number, units uint64) error {
	key := holdingKey{class, m}
	h, err := holdings.Get(c, key)
	if err != nil {
		return err
	}
	h.Leaving -= min(units, h.Leaving)
	holdings.Put(c, key, h)
	return nil
}

// WriteOff takes an amount from the value of each share of a class: one record, however
// many there are. entry is that of the journal which has been posted for it. It refuses
// while holdings stand still, and to leave nothing of a share.
func WriteOff(c *state.Ctx, class shareclass.Number, each money.Amount, document uint64) (post func(entry uint64) error, lost money.Amount, err error) {
	if err := requireThawed(c); err != nil {
		return nil, 0, err
	}
	terms, err := shareclass.TermsOf(c, class)
	if err != nil {
		return nil, 0, err
	}
	t, err := totals.Get(c, class)
	if err != nil {
		return nil, 0, err
	}
	if t.Held > 0 {
		return nil, 0, ErrHeld.With("class %d", class)
	}
	if each <= 0 || each >= terms.Value() {
		return nil, 0, ErrWriteOff.With("%d of %d, in minor units", each, terms.Value())
	}
	if lost, err = money.Times(t.Units, each); err != nil {
		return nil, 0, ErrTotal
	}
	return func(entry uint64) error {
		reg, err := registers.Get(c, 0)
		if err != nil {
			return err
		}
		reg.Operations++
		after, err := shareclass.Lower(c, class, each, reg.Operations)
		if err != nil {
			return err
		}
		operations.Put(c, reg.Operations, Change{
			Class: class, Sort: WrittenDown, Entry: entry, Time: c.Time(), By: c.Actor(), Document: document,
			Prev: terms.Down, Value: after.Value(),
		})
		t.Capital -= lost
		totals.Put(c, class, t)
		registers.Put(c, 0, reg)
		return nil
	}, lost, nil
}
