// Package identity holds what a register says of who a member is without saying it: a
// salted commitment to the member's name, address and other fields, which the co-op keeps
// in a private directory. A field can be disclosed to someone and proved against it. When
// the directory's entry and salts are destroyed, that is recorded for ever, and the
// commitment says nothing any more: it is never taken again for that member.
//
// Rule: docs/rules.md, "Names".
package identity

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindCommit tx.Kind = 0x9801
	KindErase  tx.Kind = 0x9802
)

// An Identity is the last commitment to who a member is that was made after the member was
// entered. There is no record of who never made one: see Of.
type Identity struct {
	Commitment []byte      `cbor:"1,keyasint,omitempty" json:"-"`       // 32 bytes; empty once erased
	Time       int64       `cbor:"2,keyasint,omitempty" json:"time"`    // block time, seconds since 1970 UTC
	By         state.Actor `cbor:"3,keyasint,omitempty" json:"by"`      // who committed or erased
	Changes    uint64      `cbor:"4,keyasint,omitempty" json:"changes"` // commitments and erasures so far
	All        bool        `cbor:"5,keyasint,omitempty" json:"all"`     // a motion of all members did it
	Erasure    uint64      `cbor:"6,keyasint,omitempty" json:"erasure"` // number of the last change that was an erasure; zero if none was
}

// A Change is one commitment to who a member is, or one erasure.
type Change struct {
	Commitment []byte      `cbor:"1,keyasint,omitempty"` // 32 bytes; empty if it is an erasure
	Time       int64       `cbor:"2,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By         state.Actor `cbor:"3,keyasint,omitempty"`
}

// Limits.
const (
	MaxCommit = 200 // members in one Commit
)

// identities are the commitments that took the place of those with which members came.
//
//	0x98 ‖ co-op (4) ‖ member (8) → Identity
var identities = state.NewTable[state.Member, Identity](0x98)

// changes are all that was committed and erased, by member, each numbered from 1. None is
// ever changed.
//
//	0x99 ‖ co-op (4) ‖ member (8) ‖ number (8) → Change
var changes = state.NewTable[changeKey, Change](0x99)

type changeKey struct {
	Member state.Member
	Number uint64
}

// erased are the commitments that were erased, each with the number of the change that did.
// None of them is taken again, so what was disclosed of it never verifies again.
//
//	0x9a ‖ co-op (4) ‖ member (8) ‖ commitment (32) → number
var erased = state.NewTable[erasedKey, uint64](0x9a)

type erasedKey struct {
	Member     state.Member
	Commitment [commitmentSize]byte
}

// Rejections, in the order they are checked. Codes 950-999 belong to this room.
var (
	ErrCount      = &state.Rejection{Code: 951, Reason: "number of members in one commitment out of range"}
	ErrOrder      = &state.Rejection{Code: 952, Reason: "member numbers must ascend, each once"}
	ErrCommitment = &state.Rejection{Code: 953, Reason: "a commitment is 32 bytes"}
	ErrSame       = &state.Rejection{Code: 954, Reason: "that is the member's commitment already"}
	ErrErased     = &state.Rejection{Code: 955, Reason: "there is nothing to erase"}
	ErrStill      = &state.Rejection{Code: 956, Reason: "others erase only who has left"}
	ErrReserved   = &state.Rejection{Code: 957, Reason: "after that erasure others do not commit again"}
	ErrGone       = &state.Rejection{Code: 958, Reason: "that commitment was erased"}
)

// Of is what the register commits to of who a member is; empty if to nothing. since is
// when it was committed or erased, zero if the member came with it. It returns
// member.ErrUnknown if there is no such member.
func Of(r state.Reader, m state.Member) (commitment []byte, since int64, err error) {
	id, ok, err := identities.Find(r, m)
	if err != nil || ok {
		return id.Commitment, id.Time, err
	}
	rec, err := member.Peek(r, m)
	return rec.Commitment, 0, err
}

// Find returns what changed of who a member is, and whether anything did.
func Find(r state.Reader, m state.Member) (Identity, bool, error) { return identities.Find(r, m) }

// Locate says where a member's commitment is proved; if it is absent, the member's record
// has it.
func Locate(coop state.Coop, m state.Member) state.Location { return identities.Locate(coop, m) }

// Range calls fn with the changes of who a member is, from the first number on, ascending.
func Range(r state.Reader, m state.Member, first uint64, fn func(number uint64, ch Change) (more bool, err error)) error {
	return changes.Range(r, changeKey{m, first}, changeKey{m, ^uint64(0)}, func(k changeKey, ch Change) (bool, error) { return fn(k.Number, ch) })
}

// Erasure is the erasure that stands for a member. ok is false if there is none, if the
// member was committed to since, or if it was let in again since.
func Erasure(r state.Reader, m state.Member) (id Identity, ok bool, err error) {
	id, ok, err = identities.Find(r, m)
	if err != nil || !ok || len(id.Commitment) > 0 {
		return Identity{}, false, err
	}
	rec, err := member.Peek(r, m)
	if err != nil {
		return Identity{}, false, err
	}
	before := member.Standing(0)
	for _, h := range rec.History {
		if before == member.Left && h.Standing != member.Left && h.Time >= id.Time {
			return Identity{}, false, nil
		}
		before = h.Standing
	}
	return id, true, nil
}

// Gone is the erasure of a commitment of m, and whether it was erased.
func Gone(r state.Reader, m state.Member, commitment []byte) (Change, bool, error) {
	if len(commitment) != commitmentSize {
		return Change{}, false, nil
	}
	n, err := erased.Get(r, erasedKey{m, [commitmentSize]byte(commitment)})
	if err != nil || n == 0 {
		return Change{}, false, err
	}
	ch, err := changes.Get(r, changeKey{m, n})
	return ch, true, err
}

// ChangeOf is a change of m by its number; the zero Change if there is none.
func ChangeOf(r state.Reader, m state.Member, number uint64) (Change, error) {
	return changes.Get(r, changeKey{m, number})
}

// Reserved says whether, after an erasure of m, only m itself and all members commit again:
// they had it erased, and fewer do not undo that.
func (id Identity) Reserved(coop state.Coop, m state.Member) bool {
	return id.All || id.By == state.Actor{Coop: coop, Member: m}
}

// others says whether neither m nor all members act.
func others(c *state.Ctx, m state.Member) bool {
	return !byAll(c) && c.Actor() != state.Actor{Coop: c.Coop(), Member: m}
}

// byAll says whether all members act, or the founding, which they signed.
func byAll(c *state.Ctx) bool { return c.Authority().All || c.Actor() == state.Actor{} }

// put records the next change of who m is.
func put(c *state.Ctx, m state.Member, was Identity, commitment []byte) {
	now := Identity{Commitment: commitment, Time: c.Time(), By: c.Actor(), Changes: was.Changes + 1, All: byAll(c), Erasure: was.Erasure}
	if len(commitment) == 0 {
		now.Erasure = now.Changes
	}
	identities.Put(c, m, now)
	changes.Put(c, changeKey{m, now.Changes}, Change{commitment, now.Time, now.By})
}

// CheckIdentities is this room's invariant for one co-op: every identity is a member's and
// the last of its changes, and says nothing that was erased.
func CheckIdentities(r state.Reader) error {
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	return identities.Range(r, 0, ^state.Member(0), func(m state.Member, id Identity) (bool, error) {
		if n := len(id.Commitment); n != 0 && n != commitmentSize || id.Changes == 0 || n == 0 && id.Erasure != id.Changes {
			return false, fmt.Errorf("member %d: a commitment of %d bytes after %d changes, the last erasure %d", m, n, id.Changes, id.Erasure)
		}
		if len(id.Commitment) > 0 {
			if again, err := erased.Has(r, erasedKey{m, [commitmentSize]byte(id.Commitment)}); err != nil || again {
				return false, fmt.Errorf("member %d: what was erased is committed to again: %t, %w", m, again, err)
			}
		}
		last, n := Change{}, uint64(0)
		err := Range(r, m, 1, func(number uint64, ch Change) (bool, error) {
			last, n = ch, n+1
			return number == n, nil
		})
		if err != nil || n != id.Changes || last.Time != id.Time || last.By != id.By || !bytes.Equal(last.Commitment, id.Commitment) {
			return false, fmt.Errorf("member %d: %d changes, the last by %v, and the identity has %d, by %v: %w", m, n, last.By, id.Changes, id.By, err)
		}
		return true, register.RequireKnown(r, m)
	})
}

const commitmentSize = 32

// Kinds are this room's actions.
var Kinds state.KindList

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrCount:      "do it in smaller parts",
	ErrOrder:      "name each member once",
	ErrCommitment: "make it from the directory: rochdale names commit",
	ErrSame:       "see what differs: rochdale names check",
	ErrErased:     "see what the register has: rochdale member show",
	ErrStill:      "the member itself can, by its own key: rochdale member erase; if the directory is wrong, put it right: rochdale names set, then rochdale names commit",
	ErrReserved:   "the member itself can, by its own key and in a directory of its own: rochdale names set, then rochdale names commit, both with --again",
	ErrGone:       "commit with new salts, which this makes: rochdale names commit",
}
