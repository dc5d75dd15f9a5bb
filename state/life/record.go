package life

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Record is one member's entry in the register.
type Record struct {
	Key        tx.PublicKey `cbor:"1,keyasint,omitempty"`
	History    []Change     `cbor:"3,keyasint,omitempty"` // oldest first, never empty; number 2 is not used again
	Commitment []byte       `cbor:"4,keyasint,omitempty"` // to name and address; empty or 32 bytes
	// Counts is the day, since 1970 UTC, from which on the member is in the electorate
	// of what is proposed; zero for one who never waited.
	Counts   uint64 `cbor:"5,keyasint,omitempty"`
	Unproved bool   `cbor:"6,keyasint,omitempty"` // entered without proof of the key, by an import, and has signed nothing yet
	// Next is the key that takes Key's place on a day to come, empty if there is none:
	// others than all members decided it, and the member's key has signed nothing since.
	Next tx.PublicKey `cbor:"7,keyasint,omitempty"`
	// Revoked is when Key was revoked, block time in seconds since 1970 UTC: it signs
	// nothing from then on, until another takes its place. Zero if it was not.
	Revoked int64 `cbor:"8,keyasint,omitempty"`
	// Invited is the last day, since 1970 UTC, on which Key, an invitation key, can be
	// replaced by a key of the member's own, which is all that it does. Zero if Key is the
	// member's own, or empty: then the member has none yet.
	Invited uint64 `cbor:"9,keyasint,omitempty"`
	// Leaves is the day, since 1970 UTC, on which the membership ends by the member's
	// notice; zero if it gave none. See Recorded.
	Leaves uint64 `cbor:"10,keyasint,omitempty"`
	Sort   Sort   `cbor:"11,keyasint,omitempty"` // what the member is; a person if it is left out
	// KeySince is when Key took the place of another: block time, seconds since 1970 UTC.
	// Zero if the member came with it.
	KeySince int64 `cbor:"12,keyasint,omitempty"`
	// Came is when the member put a key of its own in the place of an invitation: block
	// time, seconds since 1970 UTC. Zero if it came otherwise, or has not come. While it is
	// the same as KeySince, Key is that key.
	Came int64 `cbor:"13,keyasint,omitempty"`
	// Casts is the day, since 1970 UTC, from which on the member casts on what is proposed, if
	// it came by an invitation and counted before.
	Casts uint64 `cbor:"14,keyasint,omitempty"`
}

// A Change of standing or class is an operation on the register. It holds both
// as they are from then on: all that an electorate may depend on.
type Change struct {
	Operation uint64        `cbor:"1,keyasint,omitempty"` // its number in the co-op's sequence
	Standing  Standing      `cbor:"2,keyasint,omitempty"`
	Time      int64         `cbor:"3,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By        state.Actor   `cbor:"4,keyasint,omitempty"` // who did it; nobody at the founding
	Reason    string        `cbor:"5,keyasint,omitempty"` // of a suspension
	Class     charter.Class `cbor:"6,keyasint,omitempty"`
	// Held are the offices that a suspension took, which reinstating returns.
	Held []charter.Office `cbor:"7,keyasint,omitempty"`
	// Bars says that a suspension takes the vote on motions under way as well.
	Bars bool `cbor:"8,keyasint,omitempty"`
	// Key says that others gave the member another key; standing and class stay.
	Key bool `cbor:"9,keyasint,omitempty"`
	// Until is the day, since 1970 UTC, from which on a suspension takes the vote on
	// what is proposed, and a key that others gave acts; zero if it acts at once.
	Until uint64 `cbor:"10,keyasint,omitempty"`
	// Counts is the day, since 1970 UTC, from which on a member whom others than all
	// members reinstated counts again. What was proposed from the day Until on, or ever
	// if that is zero, does not count it before.
	Counts uint64 `cbor:"11,keyasint,omitempty"`
	// Void is when the key that others gave became void before it acted: block time,
	// seconds since 1970 UTC; zero if it did not. VoidBy is by whose deed: the member's,
	// whose key signed something, or the motion's that decided otherwise.
	Void   int64       `cbor:"12,keyasint,omitempty"`
	VoidBy state.Actor `cbor:"13,keyasint,omitempty"`
	// All says that all members decided to reinstate the member.
	All bool `cbor:"14,keyasint,omitempty"`
	// Ends is the day, since 1970 UTC, on which a suspension ends by itself, since others
	// than all members decided it; zero if it lasts.
	Ends uint64 `cbor:"15,keyasint,omitempty"`
	// Lapsed says that a suspension ended by itself.
	Lapsed bool `cbor:"16,keyasint,omitempty"`
	// Since is since when the member had each of Held: block time, seconds since 1970 UTC.
	// It holds them since then again when they return, so that a return is no appointment.
	Since []int64 `cbor:"17,keyasint,omitempty"`
	// Every says that the key which others gave takes the place of every key of the
	// member, when it acts.
	Every bool `cbor:"18,keyasint,omitempty"`
	// Invite says that the member, who has no key of its own, was invited anew.
	Invite bool `cbor:"19,keyasint,omitempty"`
	// Ending is why the membership ended.
	Ending Ending `cbor:"20,keyasint,omitempty"`
	// Effective is the day, since 1970 UTC, from which on the change holds, if that is not
	// the day of its block: that of a death, or on which a notice of resignation was over.
	Effective uint64 `cbor:"21,keyasint,omitempty"`
	// Probation is the first day, since 1970 UTC, on which the member is no longer on
	// probation: by its admission, or by what ended the probation.
	Probation uint64 `cbor:"22,keyasint,omitempty"`
	// Leaves is the day, since 1970 UTC, on which the membership ends by a notice of
	// resignation; Stays says that the notice was taken back.
	Leaves uint64 `cbor:"23,keyasint,omitempty"`
	Stays  bool   `cbor:"24,keyasint,omitempty"`
	// Recorded says that others than all members recorded the notice, on the member's word,
	// or that one that they recorded was taken back.
	Recorded bool `cbor:"25,keyasint,omitempty"`
	// Vouched says that the key which others gave is one for which guardians vouched, whom
	// the member had named.
	Vouched bool `cbor:"26,keyasint,omitempty"`
}

// Standing is the member's standing now.
func (r Record) Standing() Standing { return r.History[len(r.History)-1].Standing }

// Since is since when the member has had its standing: block time, seconds since 1970 UTC,
// or the beginning of the day from which on it holds, if that is another.
func (r Record) Since() (at int64) {
	for i := len(r.History) - 1; i >= 0 && r.History[i].Standing == r.Standing(); i-- {
		if at = r.History[i].Time; r.History[i].Effective != 0 {
			at = int64(r.History[i].Effective) * 24 * 60 * 60
		}
	}
	return at
}

// Class is the member's class now.
func (r Record) Class() charter.Class { return r.History[len(r.History)-1].Class }

// At is the member's standing and class after operation number op; both are zero if
// it was not yet on the register.
func (r Record) At(op uint64) (Standing, charter.Class) {
	for i := len(r.History) - 1; i >= 0; i-- {
		if h := r.History[i]; h.Operation <= op {
			return h.Standing, h.Class
		}
	}
	return 0, 0
}

// From is the day, since 1970 UTC, from which on the change holds: that of its block,
// unless it says another.
func (h Change) From() uint64 {
	if h.Effective != 0 {
		return h.Effective
	}
	return state.DayOf(h.Time)
}

// On is the change by which the member's standing and class were at the end of a day, as
// far as they were recorded by the end of another: days since 1970 UTC. What is recorded
// with effect from an earlier day, such as a death, changes the answer for that day only
// to those who ask by when it was known. ok is false for one who was not yet on the
// register. The answer for two days that are over never changes.
func (r Record) On(day, known uint64) (h Change, ok bool) {
	for _, h := range slices.Backward(r.History) {
		if h.From() <= day && state.DayOf(h.Time) <= known {
			return h, true
		}
	}
	return Change{}, false
}

// Ended is why the membership ended, zero if it lasts.
func (r Record) Ended() Ending {
	last := r.History[len(r.History)-1]
	switch {
	case last.Standing != Left:
		return 0
	case last.Ending == 0:
		return Resigned
	}
	return last.Ending
}

// Entries are the days, since 1970 UTC, on which the member was admitted or imported.
func (r Record) Entries() (days []uint64) {
	was := Standing(0)
	for _, h := range r.History {
		if h.Standing == Active && was != Active && was != Suspended {
			days = append(days, state.DayOf(h.Time))
		}
		was = h.Standing
	}
	return days
}

// Recorded says that the membership is to end by a notice which others recorded.
func (r Record) Recorded() bool {
	for _, h := range slices.Backward(r.History) {
		if h.Leaves != 0 || h.Stays {
			return r.Leaves != 0 && h.Recorded
		}
	}
	return false
}

// Notices is how often the member gave notice of resignation or took it back; what others
// recorded does not count.
func (r Record) Notices() (n int) {
	for _, h := range r.History {
		if (h.Leaves != 0 || h.Stays) && !h.Recorded {
			n++
		}
	}
	return n
}
