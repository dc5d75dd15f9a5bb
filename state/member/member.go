// Package member is the register of members: who belongs to a co-op, by which
// key they sign, in which class and standing, and which offices they hold.
//
// Nothing is erased from the register: each change of standing or class is an
// operation with the next number of a gapless sequence, so that the electorate of
// any moment can be told from the records alone. Names and addresses stay with the
// co-op; the register holds a salted commitment to them.
//
// Rule: docs/rules.md, "Membership" and "The life of a membership".
package member

import (
	"crypto/sha256"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Standing is a member's status in the co-op. Numbers are append-only.
type Standing uint8

// Standings.
const (
	Candidate Standing = 1 // has applied
	Active    Standing = 2
	Suspended Standing = 3 // on the register, without offices, and after a time without a vote
	Left      Standing = 4
)

var standingNames = [...]string{"", "candidate", "active", "suspended", "left"}

func (s Standing) String() string {
	if s < Candidate || s > Left {
		return fmt.Sprintf("standing %d", uint8(s))
	}
	return standingNames[s]
}

// MarshalText writes the standing's name.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

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
	// notice; zero if it gave none.
	Leaves uint64 `cbor:"10,keyasint,omitempty"`
	Sort   Sort   `cbor:"11,keyasint,omitempty"` // what the member is; a person if it is left out
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
}

// Standing is the member's standing now.
func (r Record) Standing() Standing { return r.History[len(r.History)-1].Standing }

// Class is the member's class now.
func (r Record) Class() charter.Class { return r.History[len(r.History)-1].Class }

// suspension is the change that began the suspension which lasts after operation
// op, or by which all members made it theirs; none if the member was not suspended then.
func (r Record) suspension(op uint64) (began Change, ok bool) {
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

// suspendedAt is when the suspension that lasts began, by whomever, also if all members
// made it theirs later: block time, seconds since 1970 UTC.
func (r Record) suspendedAt() (at int64) {
	for i := len(r.History) - 1; i >= 0 && r.History[i].Standing == Suspended; i-- {
		at = r.History[i].Time
	}
	return at
}

// KeepsOffice says whether the member was active after operation op or has been
// suspended only since operation noticed, otherwise than by all members: one whose
// office then gave a vote keeps it.
func (r Record) KeepsOffice(noticed, op uint64) bool {
	if standing, _ := r.At(op); standing == Active {
		return true
	}
	began, suspended := r.suspension(op)
	return suspended && began.Operation > noticed && !began.Bars
}

// HasVote says whether the member had a vote after operation op on what was proposed
// at that time: an active member, or one whose suspension does not reach it yet,
// who does not wait any more.
func (r Record) HasVote(proposed int64, op uint64) bool {
	day := state.DayOf(proposed)
	if r.waits(day, op) {
		return false
	}
	if standing, _ := r.At(op); standing == Active {
		return true
	}
	began, suspended := r.suspension(op)
	return suspended && !began.Bars && began.Until > day
}

// Rekeyed says whether the member signs by a key that others gave it after operation
// op, or that did not act yet when a motion was proposed at that time.
func (r Record) Rekeyed(proposed int64, op uint64) bool {
	waits := r.awaited() // the old key signs until it acts
	for i, h := range r.History {
		if h.Key && h.Void == 0 && i != waits && (h.Operation > op || h.Until > state.DayOf(proposed)) {
			return true
		}
	}
	return false
}

// KeysSince is the last operation that ended every key which the member had beside its
// first: its leaving, or a key that others gave in the place of every one. Further keys
// that were added before it sign nothing. Zero if there was none.
func (r Record) KeysSince() (op uint64) {
	waits := r.awaited()
	for i, h := range r.History {
		if h.Standing == Left || h.Every && h.Void == 0 && i != waits {
			op = h.Operation
		}
	}
	return op
}

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

// Totals are the register's stored figures, so that nothing has to count members.
type Totals struct {
	Members    uint64   `cbor:"1,keyasint,omitempty"` // numbers given out: 1 to Members
	Operations uint64   `cbor:"2,keyasint,omitempty"` // numbers of operations given out
	Active     []uint64 `cbor:"3,keyasint,omitempty"` // active members of class 1, 2, …
	Rekeyed    uint64   `cbor:"4,keyasint,omitempty"` // members whose Next key does not act yet
	Suspended  uint64   `cbor:"5,keyasint,omitempty"` // members whose suspension ends by itself
	Unclaimed  uint64   `cbor:"6,keyasint,omitempty"` // members who have no key of their own yet
}

// ActiveIn is how many active members class has; class zero means all.
func (t Totals) ActiveIn(class charter.Class) uint64 {
	if class > 0 {
		if int(class) > len(t.Active) {
			return 0
		}
		return t.Active[class-1]
	}
	var sum uint64
	for _, n := range t.Active {
		sum += n
	}
	return sum
}

// Limits.
const (
	MaxHistory = 256     // changes of one member by others than all members, leaving apart; twice as many by all
	MaxImport  = 500     // members in one Import
	MaxMembers = 1 << 40 // numbers that a co-op can give out
	MaxHolders = 32      // of one office
)

// Tables of the room; all integers big-endian.
var (
	// 0x10 ‖ co-op (4) ‖ member (8) → Record
	records = state.NewTable[state.Member, Record](0x10)
	// 0x11 ‖ co-op (4) ‖ key digest (20) → member: a key is on a register once, for
	// ever, so that an old signature can never be valid for another member.
	keys = state.NewTable[[20]byte, state.Member](0x11)
	// 0x12 ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x12)
	// 0x13 ‖ co-op (4) ‖ office (1) ‖ member (8) → Post
	posts = state.NewTable[postKey, Post](0x13)
	// 0x14 ‖ co-op (4) ‖ member/64 (8) → page of Spent
	spent = state.NewPagedTable[state.Member, Spent](0x14)
	// 0x16 ‖ co-op (4) ‖ day (8) → Turn
	turns = state.NewTable[uint64, Turn](0x16)
	// 0x15 ‖ co-op (4) ‖ operation (8) that suspended a member → who is still suspended
	suspensions = state.NewTable[uint64, state.Member](0x15)
)

type postKey struct {
	Office charter.Office
	Member state.Member
}

// A Post is an office that a member holds.
type Post struct {
	Since int64       `cbor:"1,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By    state.Actor `cbor:"2,keyasint,omitempty"` // who appointed; nobody at the founding
}

func digest(k tx.PublicKey) (d [20]byte) {
	sum := sha256.Sum256(k)
	copy(d[:], sum[:])
	return d
}

// Rejections, in the order they are checked. Codes 100-199 belong to this room.
var (
	ErrUnknown    = &state.Rejection{Code: 101, Reason: "no such member"}
	ErrStanding   = &state.Rejection{Code: 102, Reason: "member's standing does not allow it"}
	ErrKey        = &state.Rejection{Code: 103, Reason: "not a valid public key"}
	ErrUnusable   = &state.Rejection{Code: 117, Reason: "public key proves nothing of who signs by it"}
	ErrPossession = &state.Rejection{Code: 104, Reason: "proof of possession of the key does not verify"}
	ErrKeyTaken   = &state.Rejection{Code: 105, Reason: "key is or was on this register"}
	ErrClass      = &state.Rejection{Code: 106, Reason: "the charter has no such class of members"}
	ErrCommitment = &state.Rejection{Code: 107, Reason: "commitment is not 32 bytes"}
	ErrCount      = &state.Rejection{Code: 108, Reason: "number of members in one import out of range"}
	ErrHistory    = &state.Rejection{Code: 109, Reason: "member's history is full"}
	ErrOffice     = &state.Rejection{Code: 110, Reason: "no such office"}
	ErrHolders    = &state.Rejection{Code: 111, Reason: "office has as many holders as it can"}
	ErrHolds      = &state.Rejection{Code: 112, Reason: "member holds that office already"}
	ErrHoldsNot   = &state.Rejection{Code: 113, Reason: "member does not hold that office"}
	ErrFull       = &state.Rejection{Code: 114, Reason: "register is full"}
	ErrReason     = &state.Rejection{Code: 115, Reason: "reason is empty or too long"}
	ErrSameClass  = &state.Rejection{Code: 116, Reason: "member is of that class already"}
	ErrEvery      = &state.Rejection{Code: 120, Reason: "only others end every key of a member at once"}
	ErrInvitation = &state.Rejection{Code: 135, Reason: "invitation would be over, or last too long"}
	ErrClaimed    = &state.Rejection{Code: 136, Reason: "member has a key of its own"}
	ErrUnclaimed  = &state.Rejection{Code: 137, Reason: "an invitation does nothing but put the member's own key in its place"}
	ErrOver       = &state.Rejection{Code: 138, Reason: "invitation has ended"}
	ErrShielded   = &state.Rejection{Code: 119, Reason: "only all members suspend that member"}
	ErrMany       = &state.Rejection{Code: 118, Reason: "only all members do that to more members at a time"}
)

// Find returns a member's record, or ErrUnknown.
func Find(r state.Reader, m state.Member) (Record, error) {
	rec, ok, err := records.Find(r, m)
	if err == nil && !ok {
		err = ErrUnknown.With("number %d of co-op %d", m, r.Coop())
	}
	return rec, err
}

// Peek is Find for who does not change the record's lists: they may be those that all
// readers of the state share.
func Peek(r state.Reader, m state.Member) (Record, error) {
	rec, err := records.Peek(r, m)
	if err != nil {
		return Record{}, err
	}
	if rec == nil {
		return Record{}, ErrUnknown.With("number %d of co-op %d", m, r.Coop())
	}
	return *rec, nil
}

// RequireKnown returns ErrUnknown for a number that is no one's, of whatever standing. It
// reads no member's record: numbers are given out without gaps, and nothing is erased from
// the register. t are the totals of r's co-op.
func (t Totals) RequireKnown(r state.Reader, m state.Member) error {
	if m == 0 || uint64(m) > t.Members {
		return ErrUnknown.With("number %d of co-op %d", m, r.Coop())
	}
	return nil
}

// RequireActive returns a member's record, ErrUnknown, or ErrStanding unless
// the member is active.
func RequireActive(r state.Reader, m state.Member) (Record, error) {
	rec, err := Find(r, m)
	if err == nil && rec.Standing() != Active {
		err = ErrStanding.With("member %d is %v", m, rec.Standing())
	}
	return rec, err
}

// TotalsOf returns the register's figures.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// ByKey returns whose key k is or was, zero if no one's.
func ByKey(r state.Reader, k tx.PublicKey) (state.Member, error) { return keys.Get(r, digest(k)) }

// Range calls fn for the members from first to last, by number.
func Range(r state.Reader, first, last state.Member, fn func(state.Member, Record) (bool, error)) error {
	return records.Range(r, first, last, fn)
}

// Holds says whether m holds office.
func Holds(r state.Reader, m state.Member, office charter.Office) (bool, error) {
	return posts.Has(r, postKey{office, m})
}

// Holders returns who holds office, by number.
func Holders(r state.Reader, office charter.Office) ([]state.Member, error) {
	var out []state.Member
	err := posts.Range(r, postKey{office, 0}, postKey{office, ^state.Member(0)}, func(k postKey, _ Post) (bool, error) {
		out = append(out, k.Member)
		return true, nil
	})
	return out, err
}

// SuspendedAfter calls fn for those who were suspended after operation op and still
// are, in that order.
func SuspendedAfter(r state.Reader, op uint64, fn func(state.Member, Record) (bool, error)) error {
	return suspensions.Range(r, op+1, ^uint64(0), func(_ uint64, m state.Member) (bool, error) {
		rec, err := Find(r, m)
		if err != nil {
			return false, err
		}
		return fn(m, rec)
	})
}

// HeldAt are the offices that a member lost by the suspension that lasts, none if
// there is none.
func (r Record) HeldAt(op uint64) []charter.Office {
	began, _ := r.suspension(op)
	return began.Held
}

// Locate says where a member's record is proved.
func Locate(coop state.Coop, m state.Member) state.Location { return records.Locate(coop, m) }
