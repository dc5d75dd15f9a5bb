package life

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Never is the day from which on an entry without a key of its own counts, if the charter
// does not count it: a day that never comes, as long as nobody takes the entry up.
const Never uint64 = 1 << 40

// Unclaimed says whether the member has no key of its own yet.
func (r Record) Unclaimed() bool {
	return r.Standing() != Left && (r.Invited != 0 || len(r.Key) == 0)
}

// Counting is the record with a day in the place of Never.
func (r Record) Counting(day uint64) Record {
	on := func(d uint64) uint64 {
		if d == Never {
			return day
		}
		return d
	}
	history := make([]Change, len(r.History))
	for i, h := range r.History {
		h.Counts, h.Until = on(h.Counts), on(h.Until)
		history[i] = h
	}
	r.Counts, r.History = on(r.Counts), history
	return r
}

// Invites are the days, since 1970 UTC, on which the member was invited anew.
func (r Record) Invites() (days []uint64) {
	for _, h := range r.History {
		if h.Invite {
			days = append(days, state.DayOf(h.Time))
		}
	}
	return days
}

// Awaited is where in the history the change is by which the member is to have its next
// key; -1 if it has none.
func (r Record) Awaited() int {
	if len(r.Next) == 0 {
		return -1
	}
	for i := len(r.History) - 1; i >= 0; i-- {
		if r.History[i].Key {
			return i // an earlier one is void, or acts
		}
	}
	return -1
}

// NextFrom is the day, since 1970 UTC, from which on the member's next key acts; zero
// if it has none.
func (r Record) NextFrom() uint64 {
	if i := r.Awaited(); i >= 0 {
		return r.History[i].Until
	}
	return 0
}

// Given are the days, since 1970 UTC, from which on keys act that others than all members
// gave, if no guardians vouched for them.
func (r Record) Given() (days []uint64) {
	waits := r.Awaited()
	for i, h := range r.History {
		if h.Key && !h.Vouched && h.Until != 0 && h.Void == 0 && i != waits {
			days = append(days, h.Until)
		}
	}
	return days
}

// With is the record with another first key, which is proved and signs from a block time
// on, in seconds since 1970 UTC.
func (r Record) With(k tx.PublicKey, since int64) Record {
	r.Key, r.KeySince, r.Unproved, r.Revoked = k, since, false, 0 // claimed has ended an invitation
	return r
}

// Rekeyed says whether the member signs by a key that others gave it after operation
// op, or that did not act yet when a motion was proposed at that time; or by one of its own
// that it made by an invitation later than that, since who has the code may be anyone.
func (r Record) Rekeyed(proposed int64, op uint64) bool {
	if r.Casts > state.DayOf(proposed) {
		return true
	}
	waits := r.Awaited() // the old key signs until it acts
	for i, h := range r.History {
		if h.Key && h.Void == 0 && i != waits && (h.Operation > op || h.Until > state.DayOf(proposed)) {
			return true
		}
	}
	return false
}

// CastsFrom is the first day, since 1970 UTC, of which on the member casts on what is proposed,
// as far as it has to wait; zero if it never had to.
func (r Record) CastsFrom() (day uint64) {
	day = max(r.CountsFrom(), r.Casts)
	for _, h := range r.History {
		if h.Key {
			day = max(day, h.Until)
		}
	}
	return day
}

// KeysSince is the last operation that ended every key which the member had beside its
// first: its leaving, or a key that others gave in the place of every one. Further keys
// that were added before it sign nothing. Zero if there was none.
func (r Record) KeysSince() (op uint64) {
	waits := r.Awaited()
	for i, h := range r.History {
		if h.Standing == Left || h.Every && h.Void == 0 && i != waits {
			op = h.Operation
		}
	}
	return op
}
