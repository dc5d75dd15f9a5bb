package keyring

import (
	"fmt"
	"math"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Limits are what a key may do of what its member may: a till only records patronage, so
// much a day, until the end of the season. The zero Limits are none.
type Limits struct {
	Kinds  []tx.Kind `cbor:"1,keyasint,omitempty"` // of action that it signs, ascending, at most MaxKinds; every kind if there are none
	Figure uint64    `cbor:"2,keyasint,omitempty"` // the most that its actions say together on a day UTC: see state.Figurer; zero if they are not counted
	Until  uint64    `cbor:"3,keyasint,omitempty"` // the last day on which it signs, since 1970 UTC; zero if there is none
}

// MaxKinds is how many kinds of action a key can be limited to.
const MaxKinds = 16

// Kinds of action of other rooms that are about what all of a member's keys may do.
const (
	kindPropose tx.Kind = 0x4001
	kindCast    tx.Kind = 0x4002
	kindAmend   tx.Kind = 0x7001
)

// changing are the kinds of action that no limited key signs: by them it would be rid of
// its limits.
func changing(k tx.Kind) bool {
	return slices.Contains([]tx.Kind{KindAdd, KindRevoke, KindNarrow, KindEntrust, member.KindRekey}, k)
}

// voting are the kinds of action by which a member decides with others. A key whose
// figures are counted, such as a till's, signs none.
func voting(k tx.Kind) bool { return k == kindPropose || k == kindCast || k == kindAmend }

// check refuses limits that mean nothing or would limit nothing.
func (l Limits) check() error {
	if len(l.Kinds) > MaxKinds {
		return ErrLimits.With("%d kinds of action, at most %d can be", len(l.Kinds), MaxKinds)
	}
	for i, k := range l.Kinds {
		switch {
		case i > 0 && k <= l.Kinds[i-1]:
			return ErrLimits.With("kind %04x follows %04x", uint16(k), uint16(l.Kinds[i-1]))
		case changing(k):
			return ErrLimits.With("by kind %04x a key would be rid of its limits", uint16(k))
		case l.Figure > 0 && voting(k):
			return ErrLimits.With("kind %04x decides, and no figure limits that", uint16(k))
		}
	}
	if l.Figure > 0 && len(l.Kinds) == 0 {
		return ErrLimits.With("a figure a day, and no kinds of action that say one")
	}
	return nil
}

// requireReal refuses limits to kinds that there are not, or that say no figure where one
// is counted, and an end in the past.
func (l Limits) requireReal(c *state.Ctx) error {
	for _, k := range l.Kinds {
		if figures, known := c.Figures(k); !known || l.Figure > 0 && !figures {
			return ErrLimits.With("%s: there is no such action, or it says no figure to count", c.KindName(k))
		}
	}
	if l.Until != 0 && l.Until < c.Day() {
		return ErrLimits.With("it would have ended on %s", words.Day(l.Until))
	}
	return nil
}

// within says whether a key with limits l does nothing that one with limits o does not.
func (l Limits) within(o Limits) bool {
	if len(o.Kinds) > 0 && (len(l.Kinds) == 0 || slices.ContainsFunc(l.Kinds, func(k tx.Kind) bool { return !slices.Contains(o.Kinds, k) })) {
		return false
	}
	if o.Figure > 0 && (l.Figure == 0 || l.Figure > o.Figure) {
		return false
	}
	return o.Until == 0 || l.Until != 0 && l.Until <= o.Until
}

// equal says whether two limits are the same.
func (l Limits) equal(o Limits) bool {
	return slices.Equal(l.Kinds, o.Kinds) && l.Figure == o.Figure && l.Until == o.Until
}

// Over says whether the last day on which a key signs is before a day, since 1970 UTC.
func (l Limits) Over(day uint64) bool { return l.Until != 0 && day > l.Until }

// require refuses an action that a key may not sign, and counts its figure. The limits are
// those of key s of by's co-op, in which c reads and writes.
func (l Limits) require(c *state.Ctx, s state.Signer, kind tx.Kind, a state.Action) error {
	if !l.equal(Limits{}) && changing(kind) { // whatever limits it
		return ErrLimited.With("by %s key %d of member %d would be rid of its limits", c.KindName(kind), s.Key, s.Member)
	}
	if len(l.Kinds) > 0 && !slices.Contains(l.Kinds, kind) {
		return ErrLimited.With("key %d of member %d does not sign %s", s.Key, s.Member, c.KindName(kind))
	}
	if l.Figure == 0 {
		return nil
	}
	says, ok := a.(state.Figurer)
	if !ok {
		return ErrLimited.With("%s says no figure", c.KindName(kind))
	}
	ring, err := RingOf(c, s.Member)
	if err != nil {
		return err
	}
	at, ok := ring.live(s.Key)
	if !ok {
		return fmt.Errorf("key %d of member %d of co-op %d signs, and is not on its ring", s.Key, s.Member, c.Coop())
	}
	u := &ring.Used[at]
	if day := c.Day(); u.Day != day {
		u.Day, u.Figure = day, 0
	}
	figure := says.Figure()
	if figure > l.Figure-min(u.Figure, l.Figure) {
		say := words.Count
		if m, ok := a.(state.Priced); ok && m.InMoney() {
			say = func(n uint64) string { return inMoney(c, n) }
		}
		return ErrFigure.With("%s after %s today, at most %s a day", say(figure), say(u.Figure), say(l.Figure))
	}

	// Past this line nothing fails.
	u.Figure += figure
	rings.Put(c, s.Member, ring)
	return nil
}

// inMoney says a figure that is an amount of money.
func inMoney(r state.Reader, figure uint64) string {
	return charter.Money(r, money.Amount(min(figure, math.MaxInt64)))
}

// InMoney says whether all that the key signs are kinds of action, of those that there are,
// whose figures are amounts of money.
func (l Limits) InMoney(kinds []state.Kind) bool {
	for _, k := range l.Kinds {
		if !slices.ContainsFunc(kinds, func(is state.Kind) bool { return is.Number == k && is.Priced() }) {
			return false
		}
	}
	return len(l.Kinds) > 0
}

// FigureWords say how much the key signs a day at most: a figure is of money, of units, or,
// as of what a till records, of either.
func (l Limits) FigureWords(r state.Reader, kinds []state.Kind) string {
	if l.InMoney(kinds) {
		return inMoney(r, l.Figure) + " a day"
	}
	return fmt.Sprintf("%s a day, or %s of money", words.Plural(l.Figure, "unit"), inMoney(r, l.Figure))
}

// clauses say the limits.
func (l Limits) clauses(t state.Telling) []state.Clause {
	if l.equal(Limits{}) {
		return []state.Clause{state.Fact("it signs", "at once, all that the member can, until it is revoked")}
	}
	var out []state.Clause
	if len(l.Kinds) == 0 {
		out = append(out, state.Fact("it signs", "all that the member can"))
	}
	for _, k := range l.Kinds {
		out = append(out, state.Fact("it signs", "%s", t.KindName(k)))
	}
	if l.Figure > 0 {
		out = append(out, state.Fact("at most", "%s", l.FigureWords(t, t.Kinds)))
	}
	if l.Until > 0 {
		out = append(out, state.Fact("until", "%s", words.Day(l.Until)))
	}
	return out
}
