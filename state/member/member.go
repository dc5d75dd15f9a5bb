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

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Totals are the register's stored figures, so that nothing has to count members.
type Totals struct {
	Members    uint64   `cbor:"1,keyasint,omitempty"` // numbers given out: 1 to Members
	Operations uint64   `cbor:"2,keyasint,omitempty"` // numbers of operations given out
	Active     []uint64 `cbor:"3,keyasint,omitempty"` // active members of class 1, 2, …
	Rekeyed    uint64   `cbor:"4,keyasint,omitempty"` // members whose Next key does not act yet
	Suspended  uint64   `cbor:"5,keyasint,omitempty"` // members whose suspension ends by itself
	Unclaimed  uint64   `cbor:"6,keyasint,omitempty"` // members who have no key of their own yet
	Recorded   uint64   `cbor:"7,keyasint,omitempty"` // members whose notice of resignation others recorded
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
	All   bool        `cbor:"3,keyasint,omitempty"` // all members did
}

func digest(k tx.PublicKey) (d [20]byte) {
	sum := sha256.Sum256(k)
	copy(d[:], sum[:])
	return d
}

// Rejections, in the order they are checked. Codes from 100 to 149 belong to this room, but
// for those of keyring and exit.
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
	ErrElected    = &state.Rejection{Code: 149, Reason: "that office is filled by an election, since the charter says its seats or terms"}
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
	ErrAll        = &state.Rejection{Code: 180, Reason: "all members decided it, and only they undo it"}
	ErrOwn        = &state.Rejection{Code: 181, Reason: "only the member itself takes back the notice that it gave"}
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
		err = ErrStanding.With("member %d %s", m, rec.Standing().Is())
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

// Locate says where a member's record is proved.
func Locate(coop state.Coop, m state.Member) state.Location { return records.Locate(coop, m) }
