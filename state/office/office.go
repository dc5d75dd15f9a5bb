// Package office is offices and boards: appointment and dismissal, elections for a term (until
// when each holder is elected, how often in a row, how many seats there are and of which
// classes of members), and who retires where a third does at a time.
//
// What a charter says of an office is in its figures; who holds it is in package member,
// which takes offices from those who leave and gives them back after a suspension.
//
// Rule: docs/rules.md, "Offices and boards".
package office

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindElect  tx.Kind = 0x8001
	KindRotate tx.Kind = 0x8002
)

// A Term is that for which a member was last elected to an office. Days are since 1970 UTC.
type Term struct {
	Elected int64       `cbor:"1,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By      state.Actor `cbor:"2,keyasint,omitempty"`
	Since   int64       `cbor:"3,keyasint,omitempty"` // since when the member held the office then, without a break: block time
	Until   uint64      `cbor:"4,keyasint,omitempty"` // the day on which it is over; zero if it is, or if there is none
	Over    uint64      `cbor:"5,keyasint,omitempty"` // the day on which the last one was over
	InARow  uint8       `cbor:"6,keyasint,omitempty"` // terms without a break, this one included
	All     bool        `cbor:"7,keyasint,omitempty"` // all members elected
}

// A Rotation is the last time that a third of an office's holders retired, or is to.
type Rotation struct {
	Day    uint64         `cbor:"1,keyasint,omitempty"` // on which they retire: days since 1970 UTC
	Called uint64         `cbor:"2,keyasint,omitempty"` // height of the block that called it
	Height uint64         `cbor:"3,keyasint,omitempty"` // of the first of the blocks that give the seed; zero until they begin
	Seed   []byte         `cbor:"4,keyasint,omitempty"` // by which ties were broken, of state.Ctx.Seed; empty until those blocks are made
	Retire []state.Member `cbor:"5,keyasint,omitempty"` // longest in office first
}

// Limits.
const (
	MaxElected = 16 // members in one election
	// MaxAhead is how many days from calling a rotation the retirement is at most. Bound of
	// the machine: a day further ahead is a slip of the pen.
	MaxAhead = 366
)

// Tables of the room; all integers big-endian.
var (
	// 0x80 ‖ co-op (4) ‖ office (1) ‖ member (8) → Term
	terms = state.NewTable[termKey, Term](0x80)
	// 0x81 ‖ co-op (4) ‖ office (1) → Rotation
	rotations = state.NewTable[charter.Office, Rotation](0x81)
)

type termKey struct {
	Office charter.Office
	Member state.Member
}

// Rejections, in the order they are checked. Codes 800-819 belong to this room.
var (
	ErrElected  = &state.Rejection{Code: 801, Reason: "members elected are none, too many, or not in ascending order"}
	ErrPast     = &state.Rejection{Code: 802, Reason: "day is not to come"}
	ErrTerm     = &state.Rejection{Code: 803, Reason: "term is longer than the charter allows"}
	ErrInARow   = &state.Rejection{Code: 804, Reason: "member has held the office for as many terms in a row as the charter allows"}
	ErrSeats    = &state.Rejection{Code: 805, Reason: "the office has fewer seats"}
	ErrClass    = &state.Rejection{Code: 806, Reason: "the office has fewer seats for members of that class"}
	ErrNoThirds = &state.Rejection{Code: 807, Reason: "the charter has nobody retire by thirds from that office"}
	ErrAhead    = &state.Rejection{Code: 808, Reason: "day is too far ahead"}
	ErrRotated  = &state.Rejection{Code: 809, Reason: "a third has retired from that office already"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrElected:  "give each member once, in the order of their numbers, 16 at a time",
	ErrPast:     "name a day to come",
	ErrTerm:     "name an earlier day, or leave --until out for the charter's term: rochdale charter show",
	ErrInARow:   "elect someone else; see since when who holds it: rochdale office list",
	ErrSeats:    "see who holds them: rochdale office list; end a term first: rochdale member dismiss",
	ErrClass:    "see how many seats each class has: rochdale charter show",
	ErrNoThirds: "see the charter's rules of offices: rochdale charter show",
	ErrAhead:    "call it later, or name an earlier day",
	ErrRotated:  "see when the last third retires: rochdale office list",
}

// Kinds are this room's actions.
var Kinds state.KindList

// TermOf is the term for which a member was last elected to an office, zero if it never was.
func TermOf(r state.Reader, o charter.Office, m state.Member) (Term, error) {
	return terms.Get(r, termKey{o, m})
}

// RotationOf is the last rotation of an office, zero if there was none.
func RotationOf(r state.Reader, o charter.Office) (Rotation, error) { return rotations.Get(r, o) }

// midnight is when a day, since 1970 UTC, begins, in seconds since 1970 UTC.
func midnight(day uint64) int64 { return int64(day) * 24 * 60 * 60 }

// Numbers of the room's items on the agenda.
const (
	termsDue     agenda.Room = 0x80 // terms that are over: office << 56 | member
	rotationsDue agenda.Room = 0x81 // rotations of which ties are broken: office
)

// item is a term's number on the agenda: members have numbers far below 2^56.
func (k termKey) item() uint64 { return uint64(k.Office)<<56 | uint64(k.Member) }

// TermAgenda ends terms on their day.
var TermAgenda = agenda.Handler{Room: termsDue, Turn: expire}

// RotationAgenda breaks the ties of rotations.
var RotationAgenda = agenda.Handler{Room: rotationsDue, Turn: rotate}

// expire ends the term of an item, and takes the office unless the member got it anew
// otherwise.
func expire(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	k := termKey{charter.Office(item >> 56), state.Member(item << 8 >> 8)}
	t, err := terms.Get(c, k)
	if err != nil {
		return 0, false, err
	}
	post, holds, err := member.PostOf(c, k.Member, k.Office)
	if err != nil {
		return 0, false, err
	}
	if !holds || post.Since == t.Since {
		dismissed := member.Unseat(c, k.Member, k.Office)
		if dismissed != nil && state.Rejected(dismissed) != member.ErrHoldsNot { // who left it before
			return 0, false, fmt.Errorf("ending a term: %w", dismissed)
		}
	}
	t.Over, t.Until = t.Until, 0
	terms.Put(c, k, t)
	return 6, true, nil
}

// lot puts holders who are equal in an order that nobody chose: by SHA-256 of the seed, the
// office and the member number (8 bytes, big-endian).
func lot(seed []byte, o charter.Office, m state.Member) [32]byte {
	buf := append([]byte(nil), seed...)
	buf = append(buf, byte(o))
	return sha256.Sum256(binary.BigEndian.AppendUint64(buf, uint64(m)))
}
