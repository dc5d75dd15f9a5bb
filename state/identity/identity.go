// Package identity holds what a register says of who a member is without saying it: a
// salted commitment to the member's name, address and other fields, which the co-op keeps
// in a private directory. A field can be disclosed to someone and proved against it. When
// the directory's entry and salts are destroyed, that is recorded, and the commitment says
// nothing any more.
//
// Rule: docs/rules.md, "Names".
package identity

import (
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
}

// Limits.
const (
	MaxCommit = 200 // members in one Commit
)

// identities are the commitments that took the place of those with which members came.
//
//	0x98 ‖ co-op (4) ‖ member (8) → Identity
var identities = state.NewTable[state.Member, Identity](0x98)

// Rejections, in the order they are checked. Codes 950-999 belong to this room.
var (
	ErrCount      = &state.Rejection{Code: 951, Reason: "number of members in one commitment out of range"}
	ErrOrder      = &state.Rejection{Code: 952, Reason: "member numbers must ascend, each once"}
	ErrCommitment = &state.Rejection{Code: 953, Reason: "a commitment is 32 bytes"}
	ErrSame       = &state.Rejection{Code: 954, Reason: "that is the member's commitment already"}
	ErrErased     = &state.Rejection{Code: 955, Reason: "there is nothing to erase"}
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

// CheckIdentities is this room's invariant for one co-op: every identity is a member's, and
// has changed at least once.
func CheckIdentities(r state.Reader) error {
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	return identities.Range(r, 0, ^state.Member(0), func(m state.Member, id Identity) (bool, error) {
		if n := len(id.Commitment); n != 0 && n != commitmentSize || id.Changes == 0 {
			return false, fmt.Errorf("member %d: a commitment of %d bytes after %d changes", m, n, id.Changes)
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
}
