package state

import "fmt"

// A Coop is the number of a co-op in its federation, from 1. Zero is the
// federation itself.
type Coop uint32

// A Member is a member number, unique in one co-op, from 1. Zero is no member.
type Member uint64

// An Actor is who did something: a member of a co-op, or a motion of one. The
// co-op is the one whose register names the member, or whose motion it is; what
// was acted on may be another's. The zero Actor is the machine itself: the
// founding, or work at the end of a block.
type Actor struct {
	Coop   Coop   `cbor:"1,keyasint,omitempty" json:"coop,omitempty"`
	Member Member `cbor:"2,keyasint,omitempty" json:"member,omitempty"` // zero if a motion did it
	Motion uint64 `cbor:"3,keyasint,omitempty" json:"motion,omitempty"` // zero if a member did it
}

// String is "member 3 of co-op 1", "motion 7 of co-op 1" or "the ledger".
func (a Actor) String() string {
	switch {
	case a.Motion != 0:
		return fmt.Sprintf("motion %d of co-op %d", a.Motion, a.Coop)
	case a.Member != 0:
		return fmt.Sprintf("member %d of co-op %d", a.Member, a.Coop)
	}
	return "the ledger"
}

// MemberOf returns the member who acts if it is one of coop's own, else zero.
func (a Actor) MemberOf(coop Coop) Member {
	if a.Coop != coop || a.Motion != 0 {
		return 0
	}
	return a.Member
}

// A Signer is a member, and which of its keys signs: the number of the key, zero for the
// first.
type Signer struct {
	Member Member
	Key    uint32
}

// Authority is by what right an action is taken: a member's signature, or a
// passed motion. How the motion was decided is said by the rules that it was proposed
// with, since the charter may have changed meanwhile.
type Authority struct {
	Actor
	Key        uint32   // of the member that signed, by its number; zero for the first, and if a motion did it
	Kind       uint16   // of the motion, by its co-op's charter; zero if a member signed
	All        bool     // the motion was put to all members
	Entrenched bool     // its kind was the charter's entrenched one
	Level      uint8    // of the clauses of a charter that its kind could change, in the numbers of charters
	Was        []byte   // what a Replacer would have replaced when its motion was proposed, encoded
	Most       uint64   // minor units that motions of its kind move in a day at most; zero is no limit
	Opened     int64    // block time from which on the motion could be voted on, seconds since 1970 UTC; zero if a member signed
	Winners    []uint16 // options of the motion that won, from 1; none if it has no options
}

// More is who decided on something if these are more than decide now: "all members" where
// others than these do, "motion 7" where one alone does; "" if they are not. Fewer do not
// undo what more decided.
func (a Authority) More(all bool, by Actor) string {
	switch {
	case all && !a.All:
		return "all members"
	case by.Motion != 0 && a.Motion == 0:
		return fmt.Sprintf("motion %d", by.Motion)
	}
	return ""
}
