// Package dues is what members owe by a schedule: a fixed amount, one of several bands that
// the member declares itself to be in, or a share of the income that it declares.
//
// What is due is recorded nowhere: it follows from the dated schedules, the member's dated
// standing and its dated declarations, so that a new period of a co-op of a million members
// writes nothing. What was paid is recorded, with its entry in the books. Arrears have no
// effect of their own; a charter's officers or members decide what follows.
//
// Rule: docs/rules.md, "Dues".
package dues

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindSet     tx.Kind = 0x8018
	KindDeclare tx.Kind = 0x8019
	KindRecord  tx.Kind = 0x801a
	KindReturn  tx.Kind = 0x801b
)

// A Sort says how a schedule finds an amount. Numbers are append-only.
type Sort uint8

// Sorts of schedule.
const (
	Fixed   Sort = 1 // the same of every member
	Sliding Sort = 2 // by the band that a member declares
	Share   Sort = 3 // of the income that a member declares for a period
)

var sortNames = [...]string{"none", "fixed", "sliding", "share of income"}

func (s Sort) String() string {
	if int(s) >= len(sortNames) {
		return "unknown"
	}
	return sortNames[s]
}

// MarshalText writes the sort's name.
func (s Sort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Schedule is what is due from a day on, until the next schedule. Amounts are in minor
// units.
type Schedule struct {
	From    uint64       `cbor:"1,keyasint,omitempty"` // day of the first period, since 1970 UTC
	Days    uint32       `cbor:"2,keyasint,omitempty"` // of a period, which is due on its first day
	Sort    Sort         `cbor:"3,keyasint,omitempty"` // zero if nothing is due any more
	Amounts []uint64     `cbor:"4,keyasint,omitempty"` // fixed: one; sliding: of band 1, 2, …; who declared none is in band 1
	Rate    money.Rate   `cbor:"5,keyasint,omitempty"` // share of the income of a period
	Least   uint64       `cbor:"6,keyasint,omitempty"` // share: so much at least
	Account account.Code `cbor:"7,keyasint,omitempty"` // of income, to which it is posted
	Time    int64        `cbor:"8,keyasint,omitempty"` // when it was set: block time, seconds since 1970 UTC
	By      state.Actor  `cbor:"9,keyasint,omitempty"`
	// Months is how many calendar months a period has, zero if it has Days; it is due on
	// Day of a month, from 1, or on the last day of a month that has fewer.
	Months uint8 `cbor:"10,keyasint,omitempty"`
	Day    uint8 `cbor:"11,keyasint,omitempty"`
	All    bool  `cbor:"12,keyasint,omitempty"` // put to all members
}

// A Declaration is what a member said of itself, from a day on.
type Declaration struct {
	From   uint64 `cbor:"1,keyasint,omitempty"` // days since 1970 UTC
	Band   uint8  `cbor:"2,keyasint,omitempty"` // from 1
	Income uint64 `cbor:"3,keyasint,omitempty"` // of a period, in minor units
}

// A Payer is what a member declared and paid.
type Payer struct {
	Declared []Declaration `cbor:"1,keyasint,omitempty"` // oldest first
	Paid     uint64        `cbor:"2,keyasint,omitempty"` // minor units, less what was returned
	Payments uint64        `cbor:"3,keyasint,omitempty"` // recorded, returns included
}

// A Payment is one of a member's payments, or a return of one.
type Payment struct {
	Amount money.Amount `cbor:"1,keyasint,omitempty"` // below zero if it was returned
	Entry  uint64       `cbor:"2,keyasint,omitempty"` // in the journal
	Time   int64        `cbor:"3,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By     state.Actor  `cbor:"4,keyasint,omitempty"`
}

// Totals are the room's figures.
type Totals struct {
	Schedules uint64 `cbor:"1,keyasint,omitempty"`
	Paid      uint64 `cbor:"2,keyasint,omitempty"` // minor units, less what was returned
}

// Limits.
const (
	MaxSchedules = 256
	MaxAhead     = 732 // days from now on which a schedule can begin, so that another can follow. Bound of the machine
	MaxBands     = 16
	MaxDeclared  = 128    // declarations of one member
	MaxBatch     = 100    // members in one recording
	MinDays      = 7      // of a period. Bound of the machine: it divides years into periods
	MaxDays      = 366    // likewise. Bound of the machine
	MaxMonths    = 12     // of a period
	MaxPeriods   = 10_000 // that one question goes through
)

// Tables of the room; all integers big-endian.
var (
	// 0x86 ‖ co-op (4) ‖ number (8) → Schedule
	schedules = state.NewTable[uint64, Schedule](0x86)
	// 0x87 ‖ co-op (4) ‖ member (8) → Payer
	payers = state.NewTable[state.Member, Payer](0x87)
	// 0x82 ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x82)
	// 0x83 ‖ co-op (4) ‖ member (8) ‖ number of the payment (8) → Payment
	payments = state.NewTable[paymentKey, Payment](0x83)
)

type paymentKey struct {
	Member state.Member
	Number uint64
}

// Rejections, in the order they are checked. Codes 830-849 belong to this room.
var (
	ErrSchedule  = &state.Rejection{Code: 830, Reason: "schedule of dues is out of bounds"}
	ErrFrom      = &state.Rejection{Code: 831, Reason: "schedule does not begin on a later day than today and than the last"}
	ErrMany      = &state.Rejection{Code: 832, Reason: "there are as many schedules as there can be"}
	ErrIncome    = &state.Rejection{Code: 833, Reason: "dues are posted to an account of income"}
	ErrNone      = &state.Rejection{Code: 834, Reason: "there is no schedule of dues"}
	ErrDeclared  = &state.Rejection{Code: 835, Reason: "the schedule asks for no such declaration"}
	ErrOften     = &state.Rejection{Code: 836, Reason: "member has declared as often as it can"}
	ErrLines     = &state.Rejection{Code: 837, Reason: "payments are none, too many, not in ascending order, or of no amount"}
	ErrReturn    = &state.Rejection{Code: 838, Reason: "member has not paid as much"}
	ErrUndefined = &state.Rejection{Code: 839, Reason: "sum of dues is out of range"}
	ErrOwn       = &state.Rejection{Code: 843, Reason: "a member declares for itself alone"} // retired: package behalf refuses
	ErrDecided   = &state.Rejection{Code: 844, Reason: "more decided on the schedule than would replace it"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrSchedule:  "give periods of 7 to 366 days or of 1 to 12 months, and up to 16 amounts or a share of at most all",
	ErrFrom:      "name a later day; before it begins the last schedule alone can be replaced: rochdale dues list",
	ErrMany:      "the schedule in force stays: rochdale dues list",
	ErrIncome:    "see the chart: rochdale account list; open one: rochdale account open",
	ErrNone:      "set one first: rochdale dues set",
	ErrDeclared:  "see what is asked for: rochdale dues list",
	ErrOften:     "the last declaration stands: rochdale dues show",
	ErrLines:     "give each member once, with an amount above zero, 100 at a time",
	ErrReturn:    "see what it paid: rochdale dues show",
	ErrUndefined: "do it in smaller parts",
	ErrDecided:   "have as many decide as set it: --propose",
	ErrOwn:       "let the member declare: rochdale dues declare; for one without a device a motion does: --propose",
}

// Kinds are this room's actions.
var Kinds state.KindList

// TotalsOf returns the room's figures.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// PayerOf returns what a member declared and paid, zero if nothing.
func PayerOf(r state.Reader, m state.Member) (Payer, error) { return payers.Get(r, m) }

// Schedules calls fn for each schedule, oldest first.
func Schedules(r state.Reader, fn func(n uint64, s Schedule) (bool, error)) error {
	return schedules.Range(r, 1, ^uint64(0), fn)
}

// Payments calls fn for each of a member's payments, oldest first.
func Payments(r state.Reader, m state.Member, fn func(n uint64, p Payment) (bool, error)) error {
	return payments.Range(r, paymentKey{m, 1}, paymentKey{m, ^uint64(0)}, func(k paymentKey, p Payment) (bool, error) { return fn(k.Number, p) })
}

// last is the latest schedule, with its number; zero if there is none.
func last(r state.Reader) (n uint64, s Schedule, err error) {
	t, err := totals.Get(r, 0)
	if err != nil || t.Schedules == 0 {
		return 0, s, err
	}
	s, err = schedules.Get(r, t.Schedules)
	return t.Schedules, s, err
}

// declared is what the member had declared by a day.
func (p Payer) declared(day uint64) Declaration {
	for _, d := range slices.Backward(p.Declared) {
		if d.From <= day {
			return d
		}
	}
	return Declaration{}
}

// amount is what a period costs who declared d.
func (s Schedule) amount(d Declaration) (money.Amount, error) {
	switch s.Sort {
	case Fixed:
		return money.Amount(s.Amounts[0]), nil
	case Sliding:
		band := int(max(d.Band, 1))
		return money.Amount(s.Amounts[min(band, len(s.Amounts))-1]), nil
	case Share:
		part, err := s.Rate.Of(money.Amount(d.Income))
		return max(part, money.Amount(s.Least)), err
	}
	return 0, nil
}

// A Statement is what a member owes by a day.
type Statement struct {
	Due     money.Amount // for periods that began by then
	Paid    money.Amount // up to now
	Periods int          // in which something was due
}

// Arrears is what is due and not paid, below zero if more is paid.
func (s Statement) Arrears() money.Amount { return s.Due - s.Paid }

// StatementOf is what a member owes for the periods that began by a day, since 1970 UTC, in
// which it was a member on their first day. It reads the schedules and two records.
func StatementOf(r state.Reader, m state.Member, day uint64) (st Statement, err error) {
	rec, err := member.Find(r, m)
	if err != nil {
		return st, err
	}
	p, err := payers.Get(r, m)
	if err != nil {
		return st, err
	}
	var all []Schedule
	err = Schedules(r, func(_ uint64, s Schedule) (bool, error) {
		all = append(all, s)
		return true, nil
	})
	if err != nil {
		return st, err
	}
	st.Paid = money.Amount(p.Paid)
	walked := 0
	for i, s := range all {
		until := day
		if i+1 < len(all) {
			until = min(until, all[i+1].From-1)
		}
		if s.Sort == 0 {
			continue
		}
		for k, first := uint64(0), s.begins(0); first <= until && walked < MaxPeriods; k, first = k+1, s.begins(k+1) {
			walked++
			h, on := rec.On(first, ^uint64(0))
			if !on || h.Standing != member.Active && h.Standing != member.Suspended {
				continue
			}
			part, err := s.amount(p.declared(first))
			if err != nil {
				return st, err
			}
			if st.Due, err = money.Add(st.Due, part); err != nil {
				return st, ErrUndefined
			}
			st.Periods++
		}
	}
	return st, nil
}
