package life

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// HasVote says whether the member had a vote after operation op on what was proposed
// at that time: an active member, or one whose suspension does not reach it yet,
// who does not wait any more.
func (r Record) HasVote(proposed int64, op uint64) bool {
	day := state.DayOf(proposed)
	if r.Waits(day, op) {
		return false
	}
	if standing, _ := r.At(op); standing == Active {
		return true
	}
	began, suspended := r.Suspension(op)
	return suspended && !began.Bars && began.Until > day
}

// KeepsOffice says whether the member was active after operation op or has been
// suspended only since operation noticed, otherwise than by all members: one whose
// office then gave a vote keeps it.
func (r Record) KeepsOffice(noticed, op uint64) bool {
	if standing, _ := r.At(op); standing == Active {
		return true
	}
	began, suspended := r.Suspension(op)
	return suspended && began.Operation > noticed && !began.Bars
}

// Waits says whether what was proposed on a day does not count the member, as it was
// after operation op: because it was entered too late, or because others than all
// members brought it back too late.
func (r Record) Waits(day, op uint64) bool {
	return r.Counts > day || slices.ContainsFunc(r.History, func(h Change) bool {
		return h.Operation <= op && h.Until <= day && day < h.Counts
	})
}

// CountsFrom is the first day, since 1970 UTC, of which on the member counts, as far as
// it has to wait; zero if it never had to.
func (r Record) CountsFrom() (day uint64) {
	day = r.Counts
	for _, h := range r.History {
		day = max(day, h.Counts)
	}
	return day
}

// Turns are the days from which on the member counts and those from which on, being
// suspended, it does no longer; zero is no day.
func (r Record) Turns() (comes, goes []uint64) {
	if len(r.History) == 0 {
		return nil, nil
	}
	began, suspended := r.Suspension(^uint64(0))
	if r.Standing() != Active && (!suspended || began.Bars) {
		return nil, nil
	}
	comes = append(comes, r.Counts)
	for _, h := range r.History {
		switch {
		case h.Counts == 0:
		case h.Until == 0:
			comes, goes = []uint64{h.Counts}, nil // nothing proposed before counts it
		default:
			comes, goes = append(comes, h.Counts), append(goes, h.Until)
		}
	}
	if suspended {
		goes = append(goes, began.Until)
	}
	return comes, goes
}
