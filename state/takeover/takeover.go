// Package takeover brings an existing co-op to this ledger: its members with their dates
// of joining, their holdings, its opening balances. Members adopt it by a motion, or the
// founding does, as a list of digests with its totals; then an officer loads the parts,
// which can be none but those. When the last is loaded the opening balances are posted.
// What the register then says of the time before is as it was brought in: the ledger did
// not see it.
//
// Rule: docs/rules.md, "Moving in".
package takeover

import (
	"crypto/sha256"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindAdopt tx.Kind = 0xa001
	KindLoad  tx.Kind = 0xa002
)

// Limits.
const (
	MaxParts    = 1400 // of a takeover: as many digests as a motion can carry
	MaxPart     = 250  // people in one part, so that it fits a transaction
	MaxBalances = 64   // opening balances
	MaxHeld     = 4    // holdings of one person, each of another class
)

// A Takeover is what members adopted and what of it is loaded. A co-op has one; another
// takes its place when it is done.
type Takeover struct {
	Parts    [][]byte       `cbor:"1,keyasint,omitempty"` // digests of the parts, in order
	Day      uint64         `cbor:"2,keyasint,omitempty"` // to which all is brought in, since 1970 UTC
	People   uint64         `cbor:"3,keyasint,omitempty"` // in all parts
	Capital  money.Amount   `cbor:"4,keyasint,omitempty"` // of all holdings, at par
	Balances []account.Line `cbor:"5,keyasint,omitempty"` // opening balances but for the share capital; with it they sum to zero
	Adopted  int64          `cbor:"6,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By       state.Actor    `cbor:"7,keyasint,omitempty"`
	Loaded   uint32         `cbor:"8,keyasint,omitempty"`  // parts so far
	Came     uint64         `cbor:"9,keyasint,omitempty"`  // people so far
	Brought  money.Amount   `cbor:"10,keyasint,omitempty"` // capital so far
	First    state.Member   `cbor:"11,keyasint,omitempty"` // of those who came
	Done     int64          `cbor:"12,keyasint,omitempty"` // block time, seconds since 1970 UTC; zero while parts are left
}

// A Past is what a register before this one said of a member.
type Past struct {
	Joined uint64 `cbor:"1,keyasint,omitempty"` // day of joining, since 1970 UTC; zero if that is not known
	Held   []Held `cbor:"2,keyasint,omitempty"` // by class, ascending
	Ref    string `cbor:"3,keyasint,omitempty"` // the number in the register before; names no person
}

// Held is what a member held of a class, and since when.
type Held struct {
	Class share.Class `cbor:"1,keyasint,omitempty"`
	Units uint64      `cbor:"2,keyasint,omitempty"`
	Since uint64      `cbor:"3,keyasint,omitempty"` // day of the last change, since 1970 UTC; zero if that is not known
}

// MaxRef is the length, in bytes, of a number in the register before.
const MaxRef = 24

// Tables of the room; all integers big-endian.
var (
	// 0xa0 ‖ co-op (4) ‖ 0 (1) → Takeover
	takeovers = state.NewTable[uint8, Takeover](0xa0)
	// 0xa1 ‖ co-op (4) ‖ member (8) → Past; absent of who was not brought in
	pasts = state.NewTable[state.Member, Past](0xa1)
)

// Rejections, in the order they are checked. Codes 1000-1099 belong to this room.
var (
	ErrParts    = &state.Rejection{Code: 1001, Reason: "number or digest of the parts of a takeover out of bounds"}
	ErrPeople   = &state.Rejection{Code: 1002, Reason: "number of people out of bounds"}
	ErrBalances = &state.Rejection{Code: 1003, Reason: "opening balances do not balance, or one is no account's that can be opened"}
	ErrDay      = &state.Rejection{Code: 1004, Reason: "day is to come"}
	ErrWho      = &state.Rejection{Code: 1010, Reason: "only the charter's entrenched kind of motion takes a register over"}
	ErrUnderWay = &state.Rejection{Code: 1005, Reason: "another takeover is under way, and its loaded parts are not the first of this one"}
	ErrNone     = &state.Rejection{Code: 1006, Reason: "no takeover is under way"}
	ErrPart     = &state.Rejection{Code: 1007, Reason: "that is not the next part that was adopted"}
	ErrPerson   = &state.Rejection{Code: 1008, Reason: "entry of a person is out of bounds"}
	ErrTotals   = &state.Rejection{Code: 1009, Reason: "what the parts come to is not what was adopted"}
)

// Of returns the co-op's last takeover and whether there is one.
func Of(r state.Reader) (Takeover, bool, error) { return takeovers.Find(r, 0) }

// PastOf returns what was brought in of a member, and whether anything was.
func PastOf(r state.Reader, m state.Member) (Past, bool, error) { return pasts.Find(r, m) }

// Locate says where what was brought in of a member is proved.
func Locate(coop state.Coop, m state.Member) state.Location { return pasts.Locate(coop, m) }

// LocateTakeover says where the takeover is proved.
func LocateTakeover(coop state.Coop) state.Location { return takeovers.Locate(coop, 0) }

// A Person is one of those brought in.
type Person struct {
	Entry  member.Entry `cbor:"1,keyasint,omitempty"`
	Joined uint64       `cbor:"2,keyasint,omitempty"` // as in Past
	Held   []Held       `cbor:"3,keyasint,omitempty"`
	Ref    string       `cbor:"4,keyasint,omitempty"`
}

// Digest is what a motion adopts of a part: SHA-256 of a domain and the canonical CBOR of
// its people.
func Digest(people []Person) []byte {
	sum := sha256.Sum256(append([]byte("rochdale takeover part v1\x00"), tx.Encode(people)...))
	return sum[:]
}

// CheckTakeover is this room's invariant for one co-op: what is loaded is not more than what
// was adopted, the account of openings has what is not posted yet, each past is a member's
// of those who came, and what these held then is not more than the share register says came
// in.
func CheckTakeover(r state.Reader) error {
	t, ok, err := takeovers.Find(r, 0)
	if err != nil {
		return err
	}
	if int(t.Loaded) > len(t.Parts) || t.Came > t.People || t.Brought > t.Capital || t.Done != 0 && int(t.Loaded) != len(t.Parts) {
		return fmt.Errorf("%d of %d parts, %d of %d people, %d of %d capital, done at %d", t.Loaded, len(t.Parts), t.Came, t.People, t.Brought, t.Capital, t.Done)
	}
	open := t.Brought
	if t.Done != 0 || !ok {
		open = 0
	}
	balance, err := account.BalanceOf(r, account.Openings)
	if err != nil {
		return err
	}
	if balance != open {
		return fmt.Errorf("the account of openings has a balance of %d, %d are brought in and not balanced", balance, open)
	}
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	return pasts.Range(r, 0, ^state.Member(0), func(m state.Member, p Past) (bool, error) {
		if len(p.Held) > MaxHeld || p.Joined > state.DayOf(r.Time()) {
			return false, fmt.Errorf("member %d: %+v", m, p)
		}
		return true, register.RequireKnown(r, m)
	})
}

// Kinds are this room's actions.
var Kinds state.KindList

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrParts:    "make it from the tables again: rochdale coop import DIR",
	ErrPeople:   "make it from the tables again: rochdale coop import DIR",
	ErrBalances: "check the table of balances: rochdale coop import DIR --check",
	ErrDay:      "give the day to which the tables are true: --day",
	ErrWho:      "propose it by that kind of motion: rochdale charter show",
	ErrUnderWay: "load the rest of it first: rochdale coop import DIR",
	ErrNone:     "propose one first: rochdale coop import DIR --propose KIND",
	ErrPart:     "see what is loaded, and go on with the same tables: rochdale coop import DIR",
	ErrPerson:   "check the tables: rochdale coop import DIR --check",
	ErrTotals:   "propose it again with the tables as they are: rochdale coop import DIR --propose KIND",
}
