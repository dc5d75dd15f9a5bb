// Package keyring is the keys that members have beside their first: a phone's beside a
// laptop's, each with a name and a sequence of its own, added and revoked one by one.
//
// A member's first key is in its record, in package member, and most members have no
// other. What any key signs is the member's; the day's allowance is of all keys together.
// A key that is lost or stolen is revoked by another, and what it signed before stays. A
// body that is a member gives the person who acts for it a key, which says so.
//
// Rule: docs/rules.md, "Keys".
package keyring

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Limits.
const (
	MaxKeys   = 8       // of a member that can sign at a time, the first included
	MaxNumber = 1 << 16 // the greatest number that a member's key can have
	MaxName   = 32      // bytes of a key's name
)

// A Number is that of one of a member's keys, in the order in which they were added. The
// first is tx.FirstKey. No number is given twice.
type Number = uint32

// A Key is one of a member's keys beside the first. It has nothing that changes while it
// signs: see Used.
type Key struct {
	Name      string       `cbor:"1,keyasint,omitempty"` // such as "phone"; names no person
	Public    tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Since     int64        `cbor:"3,keyasint,omitempty"` // when it was added: block time, seconds since 1970 UTC
	Operation uint64       `cbor:"4,keyasint,omitempty"` // the last on the register of members by then
	With      uint32       `cbor:"5,keyasint,omitempty"` // by which of the member's keys it was added
	Revoked   int64        `cbor:"6,keyasint,omitempty"` // block time, seconds since 1970 UTC; zero if it is not
	RevokedBy state.Actor  `cbor:"7,keyasint,omitempty"` // the member, or a motion of all members
	Limits    Limits       `cbor:"8,keyasint,omitempty"`
	// Representative and Commitment say who acts for the body by the key, from Since to
	// Revoked: see Add.
	Representative state.Member `cbor:"9,keyasint,omitempty"`
	Commitment     []byte       `cbor:"10,keyasint,omitempty"`
}

// A Ring is a member's keys beside the first, as they are used. A member who never added
// one has none.
type Ring struct {
	Last uint32 `cbor:"1,keyasint,omitempty"` // the greatest number given out
	Used []Used `cbor:"2,keyasint,omitempty"` // of the keys that are not revoked, by number
}

// Used is what a key has used.
type Used struct {
	Number   uint32 `cbor:"1,keyasint,omitempty"`
	Sequence uint64 `cbor:"2,keyasint,omitempty"` // the last one
	Day      uint64 `cbor:"3,keyasint,omitempty"` // the last on which its figures were counted, since 1970 UTC
	Figure   uint64 `cbor:"4,keyasint,omitempty"` // what its actions on that day said together
}

// Tables of the room; all integers big-endian.
var (
	// 0x18 ‖ co-op (4) ‖ member (8) ‖ number (4) → Key
	keys = state.NewTable[keyOf, Key](0x18)
	// 0x19 ‖ co-op (4) ‖ member (8) → Ring
	rings = state.NewTable[state.Member, Ring](0x19)
)

type keyOf struct {
	Member state.Member
	Number uint32
}

// Numbers of this room's actions on the wire.
const (
	KindAdd     tx.Kind = 0x100a
	KindRevoke  tx.Kind = 0x100b
	KindNarrow  tx.Kind = 0x100c
	KindEntrust tx.Kind = 0x100d
	KindVouch   tx.Kind = 0x100e
)

// Kinds are this room's actions.
var Kinds state.KindList

// Rejections, in the order they are checked. Codes 121-134 belong to this room, and 177
// and 178.
var (
	ErrName      = &state.Rejection{Code: 121, Reason: "name of the key is empty, too long or cannot be shown on a line"}
	ErrNumber    = &state.Rejection{Code: 122, Reason: "no key of a member has that number"}
	ErrOthers    = &state.Rejection{Code: 123, Reason: "others than the member do not do that"}
	ErrMany      = &state.Rejection{Code: 124, Reason: "member has as many keys as it can"}
	ErrFull      = &state.Rejection{Code: 125, Reason: "member has been given every number of keys that there is"}
	ErrNoKey     = &state.Rejection{Code: 126, Reason: "member has no such key, or it is revoked"}
	ErrItself    = &state.Rejection{Code: 127, Reason: "a key does not revoke itself"}
	ErrLimits    = &state.Rejection{Code: 128, Reason: "limits of the key mean nothing, or would limit nothing"}
	ErrWider     = &state.Rejection{Code: 129, Reason: "limits of a key are narrowed and never widened"}
	ErrGuardians = &state.Rejection{Code: 132, Reason: "guardians are too few or too many, out of order, or the member itself"}
	ErrGuardian  = &state.Rejection{Code: 133, Reason: "only a guardian of the member vouches for it"}
	ErrVouched   = &state.Rejection{Code: 134, Reason: "guardian has vouched for that key already"}
	ErrPerson    = &state.Rejection{Code: 177, Reason: "only a body has a representative"}
	ErrBody      = &state.Rejection{Code: 178, Reason: "a representative is a person"}

	// By the ante handler.
	ErrLimited = &state.Rejection{Code: 130, Reason: "the limits of the key do not let it sign that"}
	ErrFigure  = &state.Rejection{Code: 131, Reason: "it is more than the key may sign in a day"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrName:      "call it what it is on, such as phone or laptop, in at most 32 bytes",
	ErrNumber:    "see your keys: rochdale me show",
	ErrOthers:    "have the member sign it, or all members decide it; others give a member another key: rochdale member rekey",
	ErrMany:      "revoke one that you do not use first: rochdale key revoke",
	ErrFull:      "replace your first key instead: rochdale member rekey",
	ErrNoKey:     "see your keys: rochdale me show",
	ErrLimits:    "name actions as the charter does, such as surplus.Record, none by which keys are changed; with --figure only those that say one",
	ErrWider:     "add another key with the limits that you want: rochdale key add",
	ErrGuardians: "name 2 to 7 other members, by ascending number, and how many of them it takes, 2 at least",
	ErrGuardian:  "see whom the member trusts: rochdale member show",
	ErrVouched:   "have another guardian vouch: rochdale key vouch",
	ErrPerson:    "leave --representative and --commitment out",
	ErrBody:      "name the person who acts for the body, or a commitment to the name: --commitment",
	ErrLimited:   "sign it with a key that has no limits: --key NAME; see your keys: rochdale me show",
	ErrFigure:    "wait for tomorrow, in UTC, or sign it with a key that has no limits: --key NAME",
	ErrItself:    "sign with another of your keys: --key NAME; if it is the last, put another in its place: rochdale member rekey",
}

// live is where in the ring the key of a number is; false if it is not there.
func (g Ring) live(n Number) (place int, ok bool) {
	return slices.BinarySearchFunc(g.Used, n, func(u Used, n Number) int { return int(u.Number) - int(n) })
}

// Find returns one of m's keys beside the first, whether it is revoked or not.
func Find(r state.Reader, m state.Member, n Number) (Key, bool, error) {
	return keys.Find(r, keyOf{m, n})
}

// RingOf returns m's further keys as they are used; the zero Ring if it never had any.
func RingOf(r state.Reader, m state.Member) (Ring, error) { return rings.Get(r, m) }

// Range calls fn for each of m's keys beside the first, revoked ones too, by number.
func Range(r state.Reader, m state.Member, fn func(Number, Key) (more bool, err error)) error {
	return keys.Range(r, keyOf{m, 0}, keyOf{m, ^uint32(0)}, func(k keyOf, key Key) (bool, error) { return fn(k.Number, key) })
}

// Signs says whether the key of a member with this record can sign, as far as it is not
// the member's standing that decides: it is not revoked, and nothing that ended every key
// came after it.
func (k Key) Signs(rec member.Record) bool {
	return k.Revoked == 0 && k.Operation >= rec.KeysSince()
}

// NumberOf is the number of m's key which is k: tx.FirstKey, or that of a further key that
// is not revoked; zero if m has no such key. It reads at most MaxKeys records.
func NumberOf(r state.Reader, m state.Member, k tx.PublicKey) (Number, error) {
	rec, err := member.Peek(r, m)
	if err != nil {
		return 0, err
	}
	if rec.Key.Equal(k) {
		return tx.FirstKey, nil
	}
	ring, err := RingOf(r, m)
	if err != nil {
		return 0, err
	}
	for _, u := range ring.Used {
		if key, ok, err := Find(r, m, u.Number); err != nil || ok && key.Public.Equal(k) && key.Signs(rec) {
			return u.Number, err
		}
	}
	return 0, nil
}
