// Package circle is a co-op's circles (working groups): who is in each and since when, the
// mandate that members gave it, and the money that it may spend until a day.
//
// A circle has no right by being one: its members spend what a motion gave it, two of them
// together, one who proposes and another who confirms. Who leaves the co-op has left its
// circles.
//
// Rule: docs/rules.md, "Circles".
package circle

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindCreate   tx.Kind = 0x8020
	KindChange   tx.Kind = 0x8021
	KindDissolve tx.Kind = 0x8022
	KindAppoint  tx.Kind = 0x8023
	KindJoin     tx.Kind = 0x8024
	KindLeave    tx.Kind = 0x8025
	KindFund     tx.Kind = 0x8026
	KindSpend    tx.Kind = 0x8027
	KindConfirm  tx.Kind = 0x8028
	KindReturn   tx.Kind = 0x8029
)

// A Number is that of a circle in its co-op, from 1, gapless.
type Number uint32

// Terms are what a circle is for and how it works. Days are since 1970 UTC.
type Terms struct {
	Mandate  string          `cbor:"1,keyasint,omitempty"` // what it is to do; at most MaxMandate bytes, empty if Text says it
	Text     document.Number `cbor:"2,keyasint,omitempty"` // the adopted text that says what it is to do, as it is in force; zero if Mandate does
	Review   uint64          `cbor:"3,keyasint,omitempty"` // the last day on which it spends without another decision on its terms; zero for none
	Convener state.Member    `cbor:"4,keyasint,omitempty"` // who calls it together, one of its members; zero for none
	Open     bool            `cbor:"5,keyasint,omitempty"` // any active member may join
}

// A Circle is a working group.
type Circle struct {
	Name      string         `cbor:"1,keyasint,omitempty"`
	Terms     Terms          `cbor:"2,keyasint,omitempty"`
	Created   int64          `cbor:"3,keyasint,omitempty"`  // block time, seconds since 1970 UTC
	By        state.Actor    `cbor:"4,keyasint,omitempty"`  // who decided on its terms last
	All       bool           `cbor:"5,keyasint,omitempty"`  // that was all members
	Members   []state.Member `cbor:"6,keyasint,omitempty"`  // who have a seat, ascending; some may have left the co-op since
	Budgets   uint32         `cbor:"7,keyasint,omitempty"`  // numbers given out
	Payments  uint64         `cbor:"8,keyasint,omitempty"`  // numbers given out
	Dissolved int64          `cbor:"9,keyasint,omitempty"`  // block time, seconds since 1970 UTC; zero while it lasts
	EndedBy   state.Actor    `cbor:"10,keyasint,omitempty"` // who dissolved it
}

// A Seat is how one member was in one circle.
type Seat struct {
	Spells []Spell `cbor:"1,keyasint,omitempty"` // oldest first, at most MaxSpells
}

// A Spell is a time in a circle. It is over, too, when the member leaves the co-op, or the
// circle is dissolved.
type Spell struct {
	Since     int64       `cbor:"1,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By        state.Actor `cbor:"2,keyasint,omitempty"` // the member itself, or who appointed it
	Drawing   lot.Number  `cbor:"3,keyasint,omitempty"` // by which the member was drawn; zero if it was not
	Operation uint64      `cbor:"4,keyasint,omitempty"` // the register's last by then
	Spends    uint64      `cbor:"5,keyasint,omitempty"` // the day, since 1970 UTC, from which on the member spends; zero for at once
	Until     int64       `cbor:"6,keyasint,omitempty"` // block time, seconds since 1970 UTC; zero while it lasts
	EndedBy   state.Actor `cbor:"7,keyasint,omitempty"` // the member itself, or who ended it
	Reason    string      `cbor:"8,keyasint,omitempty"`
	All       bool        `cbor:"9,keyasint,omitempty"`  // all members appointed it
	EndedAll  bool        `cbor:"10,keyasint,omitempty"` // all members ended it
	Joined    bool        `cbor:"11,keyasint,omitempty"` // the member joined by itself: the terms let it in
}

// Totals are what a co-op's circles come to.
type Totals struct {
	Circles uint32   `cbor:"1,keyasint,omitempty"` // numbers given out
	Lasting []Number `cbor:"2,keyasint,omitempty"` // ascending, at most MaxCircles
	Day     uint64   `cbor:"3,keyasint,omitempty"` // since 1970 UTC, on which others than all members made one last
	Made    uint32   `cbor:"4,keyasint,omitempty"` // of theirs on that day
}

// A Budget is what a circle may spend until a day. What is left then lapses; the money stays
// where it was.
type Budget struct {
	Account account.Code `cbor:"1,keyasint,omitempty"` // an expense or a fund, to which spending is debited
	Amount  money.Amount `cbor:"2,keyasint,omitempty"` // minor units; zero if nothing is to be spent any more
	Until   uint64       `cbor:"3,keyasint,omitempty"` // the last day on which it is spent, since 1970 UTC
	Given   int64        `cbor:"4,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By      state.Actor  `cbor:"5,keyasint,omitempty"`
	All     bool         `cbor:"6,keyasint,omitempty"` // all members decided on it
	Spent   money.Amount `cbor:"7,keyasint,omitempty"` // what was confirmed and not returned
}

// Left is what can still be spent of the budget while it lasts.
func (b Budget) Left() money.Amount { return b.Amount - b.Spent }

// A Payment is something that a circle pays for.
type Payment struct {
	Budget    uint32       `cbor:"1,keyasint,omitempty"`
	Amount    money.Amount `cbor:"2,keyasint,omitempty"` // minor units
	For       string       `cbor:"3,keyasint,omitempty"`
	By        state.Member `cbor:"4,keyasint,omitempty"` // who proposed it
	Proposed  int64        `cbor:"5,keyasint,omitempty"` // block time, seconds since 1970 UTC
	Confirmer state.Member `cbor:"6,keyasint,omitempty"` // zero while nobody has confirmed it
	Confirmed int64        `cbor:"7,keyasint,omitempty"` // block time, seconds since 1970 UTC
	Entry     uint64       `cbor:"8,keyasint,omitempty"` // of the journal
	Returned  uint64       `cbor:"9,keyasint,omitempty"` // the entry that takes it back, zero if none does
}

// Limits.
const (
	MaxCircles = 512  // of one co-op that last
	MaxAlone   = 256  // lasting circles up to which others than all members make more
	MaxADay    = 4    // circles that others than all members make in a day. Bound of the machine: they do not fill the list
	MaxMembers = 64   // of one circle
	MaxName    = 64   // bytes
	MaxMandate = 256  // bytes
	MaxFor     = 64   // bytes of what is paid for
	MaxSpells  = 32   // of one member in one circle
	MaxReview  = 1827 // days ahead that a review is. Bound of the machine: terms say the day itself
	MaxUntil   = 731  // days ahead that a budget lasts. Bound of the machine: whoever gives it says the day itself
	Lapse      = 28   // days after which what nobody confirmed cannot be confirmed any more. Bound of the machine: it is proposed again
)

type seatKey struct {
	Circle Number
	Member state.Member
}

type budgetKey struct {
	Circle Number
	Budget uint32
}

type paymentKey struct {
	Circle  Number
	Payment uint64
}

// Tables of the room; all integers big-endian.
var (
	// 0xa8 ‖ co-op (4) ‖ circle (4) → Circle
	circles = state.NewTable[Number, Circle](0xa8)
	// 0xa9 ‖ co-op (4) ‖ circle (4) ‖ member (8) → Seat
	seats = state.NewTable[seatKey, Seat](0xa9)
	// 0xaa ‖ co-op (4) ‖ circle (4) ‖ number (4) → Budget
	budgets = state.NewTable[budgetKey, Budget](0xaa)
	// 0xab ‖ co-op (4) ‖ circle (4) ‖ number (8) → Payment
	payments = state.NewTable[paymentKey, Payment](0xab)
	// 0xac ‖ co-op (4) ‖ zero (1) → Totals
	totals = state.NewTable[uint8, Totals](0xac)
)

// Kinds are this room's actions.
var Kinds state.KindList

// Find returns a circle, or ErrUnknown.
func Find(r state.Reader, n Number) (Circle, error) {
	circle, ok, err := circles.Find(r, n)
	if err == nil && !ok {
		err = ErrUnknown.With("circle %d of co-op %d", n, r.Coop())
	}
	return circle, err
}

// TotalsOf returns what a co-op's circles come to.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// Lasting calls fn for the circles that are not dissolved, from first on, by number.
func Lasting(r state.Reader, first Number, fn func(Number, Circle) (bool, error)) error {
	t, err := TotalsOf(r)
	if err != nil {
		return err
	}
	for _, n := range t.Lasting {
		if n < first {
			continue
		}
		circle, err := Find(r, n)
		if err != nil {
			return err
		}
		if more, err := fn(n, circle); err != nil || !more {
			return err
		}
	}
	return nil
}

// Range calls fn for the circles from first to last, by number, also those dissolved.
func Range(r state.Reader, first, last Number, fn func(Number, Circle) (bool, error)) error {
	return circles.Range(r, first, last, fn)
}

// BudgetOf returns a budget of a circle, zero if there is no such.
func BudgetOf(r state.Reader, n Number, budget uint32) (Budget, error) {
	return budgets.Get(r, budgetKey{n, budget})
}

// InForce returns the budget of a circle that is in force on a day, since 1970 UTC, as far as
// is known now, and its number; ok is false if none is.
func (circle Circle) InForce(r state.Reader, n Number, day uint64) (b Budget, budget uint32, ok bool, err error) {
	b, err = BudgetOf(r, n, circle.Budgets)
	return b, circle.Budgets, b.Amount > 0 && day <= b.Until && circle.Dissolved == 0, err
}

// PaymentOf returns what a circle proposed to pay for, or ErrPayment.
func PaymentOf(r state.Reader, n Number, payment uint64) (Payment, error) {
	p, ok, err := payments.Find(r, paymentKey{n, payment})
	if err == nil && !ok {
		err = ErrPayment.With("number %d of circle %d", payment, n)
	}
	return p, err
}

// Lapsed says whether a payment that nobody has confirmed cannot be confirmed any more on a
// day, since 1970 UTC: it was proposed too long before, or its budget is over.
func (circle Circle) Lapsed(p Payment, b Budget, day uint64) bool {
	return p.Confirmer == 0 &&
		(circle.Dissolved != 0 || p.Budget != circle.Budgets || day > b.Until || day > state.DayOf(p.Proposed)+Lapse)
}

// Payments calls fn for what a circle proposed to pay for, from first to last, by number.
func Payments(r state.Reader, n Number, first, last uint64, fn func(uint64, Payment) (bool, error)) error {
	return payments.Range(r, paymentKey{n, first}, paymentKey{n, last}, func(k paymentKey, p Payment) (bool, error) { return fn(k.Payment, p) })
}

// Budgets calls fn for the budgets of a circle, from first to last, by number.
func Budgets(r state.Reader, n Number, first, last uint32, fn func(uint32, Budget) (bool, error)) error {
	return budgets.Range(r, budgetKey{n, first}, budgetKey{n, last}, func(k budgetKey, b Budget) (bool, error) { return fn(k.Budget, b) })
}

// Named is a circle of r's co-op: `circle 2, "kitchen"`.
func Named(r state.Reader, n Number) string {
	circle, err := Find(r, n)
	if err != nil {
		return fmt.Sprintf("circle %d", n)
	}
	return fmt.Sprintf("circle %d, %q", n, circle.Name)
}

// lasting returns a circle that is not dissolved.
func lasting(r state.Reader, n Number) (Circle, error) {
	circle, err := Find(r, n)
	if err == nil && circle.Dissolved != 0 {
		err = ErrDissolved.With("circle %d", n)
	}
	return circle, err
}
