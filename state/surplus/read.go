package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// PeriodOf returns a period's statement, or ErrPeriod.
func PeriodOf(r state.Reader, p Period) (Statement, error) {
	s, ok, err := statements.Find(r, p)
	if err == nil && !ok {
		err = ErrPeriod.With("number %d", p)
	}
	return s, err
}

// Periods calls fn for each period, by number.
func Periods(r state.Reader, fn func(Period, Statement) (bool, error)) error {
	return statements.Range(r, 0, ^Period(0), fn)
}

// CalendarOf returns the room's counters.
func CalendarOf(r state.Reader) (Calendar, error) { return calendars.Get(r, 0) }

// FigureOf returns a member's patronage in a period, zero if none.
func FigureOf(r state.Reader, p Period, measure Measure, m state.Member) (uint64, error) {
	return figures.Get(r, figureKey{p, measure, m})
}

// Figures calls fn for a period's figures of the members from first to last, by
// number.
func Figures(r state.Reader, p Period, measure Measure, first, last state.Member, fn func(state.Member, uint64) (bool, error)) error {
	return figures.Range(r, figureKey{p, measure, first}, figureKey{p, measure, last}, func(k figureKey, q uint64) (bool, error) {
		return fn(k.Member, q)
	})
}

// TallyOf returns the sum of a measure's figures.
func TallyOf(r state.Reader, p Period, measure Measure) (Tally, error) {
	return tallies.Get(r, tallyKey{p, measure})
}

// AllotmentOf returns a step of a period's allocation, numbered from 1, or
// ErrNoStep.
func AllotmentOf(r state.Reader, p Period, step uint8) (Allotment, error) {
	a, ok, err := allotments.Find(r, stepKey{p, step})
	if err == nil && !ok {
		err = ErrNoStep.With("step %d of period %d", step, p)
	}
	return a, err
}

// AllocationOf returns the steps of a period's allocation in their order; none
// if it is not allocated.
func AllocationOf(r state.Reader, p Period) ([]Allotment, error) {
	var out []Allotment
	err := allotments.Range(r, stepKey{p, 0}, stepKey{p, ^uint8(0)}, func(_ stepKey, a Allotment) (bool, error) {
		out = append(out, a)
		return true, nil
	})
	return out, err
}

// PartOf returns a member's part of a dividend, and whether there is one.
func PartOf(r state.Reader, p Period, step uint8, m state.Member) (Part, bool, error) {
	return parts.Find(r, partKey{p, step, m})
}

// Parts calls fn for the parts of a dividend of the members from first to last,
// by number.
func Parts(r state.Reader, p Period, step uint8, first, last state.Member, fn func(state.Member, Part) (bool, error)) error {
	return parts.Range(r, partKey{p, step, first}, partKey{p, step, last}, func(k partKey, part Part) (bool, error) {
		return fn(k.Member, part)
	})
}

// PutParts writes what has become of members' parts of a dividend, and the step's sums with
// it, for package payout: members ascend, and parts are theirs in that order.
func PutParts(c *state.Ctx, p Period, step uint8, sums Allotment, members []state.Member, changed []Part) {
	for i, m := range members {
		parts.Put(c, partKey{p, step, m}, changed[i])
	}
	allotments.Put(c, stepKey{p, step}, sums)
}

// RunOf returns the division that is under way in the co-op, and whether there
// is one.
func RunOf(r state.Reader) (Run, bool, error) { return runs.Find(r, 0) }

// Locate says where a member's part of a dividend is proved.
func Locate(coop state.Coop, p Period, step uint8, m state.Member) state.Location {
	return parts.Locate(coop, partKey{p, step, m})
}

// LocatePeriod says where a period's statement is proved.
func LocatePeriod(coop state.Coop, p Period) state.Location { return statements.Locate(coop, p) }

// LocateAllotment says where a step of an allocation is proved.
func LocateAllotment(coop state.Coop, p Period, step uint8) state.Location {
	return allotments.Locate(coop, stepKey{p, step})
}

// Between is what was moved on unappropriated surplus by hand, or by a motion, between
// what the period before carried forward and what a declared period, but the first,
// begins with. Mostly it is zero; by which entries it is not, the journal shows.
func Between(r state.Reader, p Period) (money.Amount, error) {
	s, err := PeriodOf(r, p)
	if err != nil || s.Stage == Opened || p == 1 {
		return 0, err
	}
	before, err := PeriodOf(r, p-1)
	return s.Opening - before.Carried(), err
}
