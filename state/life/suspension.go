package life

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Suspension is the change that began the suspension which lasts after operation
// op, or by which all members made it theirs; none if the member was not suspended then.
func (r Record) Suspension(op uint64) (began Change, ok bool) {
	for _, h := range r.History {
		switch {
		case h.Operation > op:
			return began, ok
		case h.Standing != Suspended:
			began, ok = Change{}, false
		case !ok || h.Bars:
			began, ok = h, true
		}
	}
	return began, ok
}

// SuspendedAt is when the suspension that lasts began, by whomever, also if all members
// made it theirs later: block time, seconds since 1970 UTC.
func (r Record) SuspendedAt() (at int64) {
	for i := len(r.History) - 1; i >= 0 && r.History[i].Standing == Suspended; i-- {
		at = r.History[i].Time
	}
	return at
}

// Lasting is the change that began the suspension which lasts, and its place in the
// history; -1 if the member is not suspended.
func (r Record) Lasting() (at int, began Change) {
	began, suspended := r.Suspension(^uint64(0))
	if !suspended {
		return -1, began
	}
	return slices.IndexFunc(r.History, func(h Change) bool { return h.Operation == began.Operation }), began
}

// HeldAt are the offices that a member lost by the suspension that lasts, none if
// there is none.
func (r Record) HeldAt(op uint64) []charter.Office {
	began, _ := r.Suspension(op)
	return began.Held
}
