// Package shareclass is what the classes of shares are: a name and a par that never
// change, what a share is worth after write-downs, and the rules of each class and of the
// whole register, by version. Who holds how many is the register of shares.
//
// Rule: docs/rules.md, "Shares".
package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire, among those of the register of shares.
const (
	KindOpen     tx.Kind = 0x2001
	KindSetRules tx.Kind = 0x2008
)

// Kinds are this room's actions.
var Kinds state.KindList

// A Number is that of a class of shares, from 1.
type Number uint16

// Terms are what a class of shares is. Name and par never change; the bounds are those
// that it was opened with, which hold until a motion sets Rules.
type Terms struct {
	Name       string       `cbor:"1,keyasint,omitempty" json:"name"`
	Par        money.Amount `cbor:"2,keyasint,omitempty" json:"par"`                       // minor units a share
	MinHolding uint64       `cbor:"3,keyasint,omitempty" json:"min_holding"`               // units, for a member who subscribes
	MaxHolding uint64       `cbor:"4,keyasint,omitempty" json:"max_holding"`               // units, held and subscribed
	Lost       money.Amount `cbor:"5,keyasint,omitempty" json:"written_off,omitempty"`     // of the par of each share, by write-downs
	Down       uint64       `cbor:"6,keyasint,omitempty" json:"written_down_by,omitempty"` // the last operation that did, or zero
}

// Limits of classes.
const (
	MaxName    = 64      // bytes of a class's name
	MaxClasses = 16      // of shares, in one co-op
	MaxUnits   = 1 << 40 // that a class may let one member hold
)

// Rejections, in the order they are checked. These codes of the hundred of the register of
// shares are this room's.
var (
	ErrTerms       = &state.Rejection{Code: 202, Reason: "terms of a share class out of bounds"}
	ErrClass       = &state.Rejection{Code: 205, Reason: "no such class of shares"}
	ErrClassExists = &state.Rejection{Code: 206, Reason: "class of shares exists already"}
	ErrClasses     = &state.Rejection{Code: 207, Reason: "co-op has as many classes of shares as it can"}
	ErrPast        = &state.Rejection{Code: 226, Reason: "rules hold from today or a later day on"}
	ErrWrittenDown = &state.Rejection{Code: 233, Reason: "class was written down and takes no more money"}
)

// TermsOf returns what a class is, or ErrClass.
func TermsOf(r state.Reader, class Number) (Terms, error) {
	t, ok, err := classes.Find(r, class)
	if err == nil && !ok {
		err = ErrClass.With("class %d", class)
	}
	return t, err
}

// Range calls fn for each class, by number.
func Range(r state.Reader, fn func(Number, Terms) (bool, error)) error {
	return classes.Range(r, 0, ^Number(0), fn)
}

// Count is how many classes the co-op has, at most MaxClasses.
func Count(r state.Reader) (n int, err error) {
	err = Range(r, func(Number, Terms) (bool, error) { n++; return true, nil })
	return n, err
}

// Value is what a share is worth now, in minor units: its par, or what it was written
// down to.
func (t Terms) Value() money.Amount { return t.Par - t.Lost }

// UnitsFor are as many units as cost at least that much at par.
func (t Terms) UnitsFor(sum money.Amount) uint64 {
	if sum <= 0 {
		return 0
	}
	return uint64((sum-1)/t.Par) + 1
}

// RequireWhole refuses a class that was written down: a new share of it would cost more
// than it is worth.
func (t Terms) RequireWhole(class Number) error {
	if t.Lost > 0 {
		return ErrWrittenDown.With("class %d", class)
	}
	return nil
}

// Lower takes each, in minor units, from what a share of a class is worth, by an operation
// on the register of shares. The register has checked that something is left.
func Lower(c *state.Ctx, class Number, each money.Amount, operation uint64) (after Terms, err error) {
	t, err := TermsOf(c, class)
	if err != nil {
		return t, err
	}
	t.Lost += each
	t.Down = operation
	classes.Put(c, class, t)
	return t, nil
}

// Widest are the widest bounds of a holding, in units, that the rules of a class ever
// had: whoever has more or less than new ones allow keeps it.
func (t Terms) Widest(r state.Reader, class Number) (low, high uint64, err error) {
	low, high = t.MinHolding, t.MaxHolding
	err = Versions(r, class, func(_ uint32, v Version) (bool, error) {
		low, high = min(low, v.Rules.MinHolding), max(high, v.Rules.MaxHolding)
		return true, nil
	})
	return low, high, err
}

// Named is a class of shares of r's co-op: "class 1 (member shares)".
func Named(r state.Reader, class Number) string {
	terms, err := TermsOf(r, class)
	if err != nil {
		return fmt.Sprintf("class %d", class)
	}
	return fmt.Sprintf("class %d (%s)", class, words.Plain(terms.Name))
}

// AtPar is what units of a class come to: "10 shares at 25.00 EUR, 250.00 EUR".
func AtPar(r state.Reader, class Number, units uint64) string {
	text := words.Plural(units, "share")
	terms, err := TermsOf(r, class)
	if err != nil {
		return text
	}
	text += " at " + charter.Money(r, terms.Par)
	if value, err := money.Times(units, terms.Par); err == nil {
		text += ", " + charter.Money(r, value)
	}
	return text
}

// Worth is what units of a class are worth now: their par, or what they were written
// down to.
func Worth(r state.Reader, class Number, units uint64) string {
	text := words.Plural(units, "share")
	terms, err := TermsOf(r, class)
	if err != nil {
		return text
	}
	text += " at " + charter.Money(r, terms.Value())
	if value, err := money.Times(units, terms.Value()); err == nil {
		text += ", " + charter.Money(r, value)
	}
	return text
}
