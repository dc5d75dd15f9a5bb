// Package charter holds each co-op's rules as data: who may take which action (Grant),
// what kinds of motion there are (MotionKind) and how each is counted (Method), the
// figures that handlers obey (Policy), rules in words (Text), and the words for all of
// them. Every room reads its rules here. They are changed only by package amendment.
//
// A charter is written in three forms, each with types of its own, so that one can
// change without the others: records (charter.go), parts of a message (entry.go), and
// the text that people read and write (document.go). convert.go converts between
// them. Bounds that no rule can pass are in charter.go and bounds.go; entrench.go and
// level.go say how strongly each clause is protected.
//
// Rule: docs/rules.md, "Charter and authority".
package charter

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An Office is a post that members hold. Numbers are append-only.
type Office uint8

// Offices.
const (
	Secretary        Office = 1
	Treasurer        Office = 2
	ReturningOfficer Office = 3
	Auditor          Office = 4
	Chair            Office = 5
	Delegate         Office = 6 // casts for the co-op in the federation
)

var officeNames = [...]string{"", "secretary", "treasurer", "returning officer", "auditor", "chair", "delegate"}

// Known says whether o is one of the offices above.
func (o Office) Known() bool { return o >= Secretary && o <= Delegate }

func (o Office) String() string {
	if !o.Known() {
		return fmt.Sprint(numberedOffice, uint8(o))
	}
	return officeNames[o]
}

// ParseOffice reads an office's name; of one that charters name, "office 16".
func ParseOffice(name string) (Office, error) {
	for o := FirstNamed; o <= LastNamed; o++ {
		if o.String() == name {
			return o, nil
		}
	}
	for o := Secretary; o <= Delegate; o++ {
		if o.String() == name {
			return o, nil
		}
	}
	return 0, fmt.Errorf("no office is called %q", name)
}

// A Class is a class of members, from 1.
type Class uint16

// A MotionKind's number, chosen by the charter.
type MotionKindID uint16

// A Grant says who may take one kind of action. Any of its ways suffices.
type Grant struct {
	Concerned bool           `cbor:"1,keyasint,omitempty"` // the member the action is about
	Members   bool           `cbor:"2,keyasint,omitempty"` // any active member
	Offices   []Office       `cbor:"3,keyasint,omitempty"`
	Motions   []MotionKindID `cbor:"4,keyasint,omitempty"` // carried by such a motion
	Others    []CoopOffice   `cbor:"5,keyasint,omitempty"` // officers of other co-ops
}

// A CoopOffice is an office of another co-op, such as the auditor of one that
// audits the whole federation.
type CoopOffice struct {
	Coop   state.Coop `cbor:"1,keyasint,omitempty"`
	Office Office     `cbor:"2,keyasint,omitempty"`
}

// OfficesOf returns the offices of another co-op whose holders may act.
func (g Grant) OfficesOf(coop state.Coop) []Office {
	var out []Office
	for _, o := range g.Others {
		if o.Coop == coop {
			out = append(out, o.Office)
		}
	}
	return out
}

// An ElectorateSort says who may cast on a motion. Numbers are append-only.
type ElectorateSort uint8

// Sorts of electorate.
const (
	AllMembers ElectorateSort = 1 // every active member, one vote each
	OneClass   ElectorateSort = 2 // the active members of a class
	Holders    ElectorateSort = 3 // the holders of some offices
)

// An Electorate is who may cast on a kind of motion.
type Electorate struct {
	Sort    ElectorateSort `cbor:"1,keyasint,omitempty"`
	Class   Class          `cbor:"2,keyasint,omitempty"`
	Offices []Office       `cbor:"3,keyasint,omitempty"`
}

// A Closing says when a motion ends. Numbers are append-only.
type Closing uint8

// Closings.
const (
	AtDeadline  Closing = 1 // when its time is over
	WhenDecided Closing = 2 // as soon as nothing can change the outcome, or then
	OnDeclaring Closing = 3 // when the returning officer declares the poll closed, or then
	OnDecided   Closing = 4 // when the returning officer declares what no further cast can change, or then
)

// A MotionKind is a kind of motion: its electorate, counting method and times. Times
// are in minutes.
type MotionKind struct {
	Name       string     `cbor:"1,keyasint,omitempty"`
	Electorate Electorate `cbor:"2,keyasint,omitempty"`
	Method     Method     `cbor:"3,keyasint,omitempty"`
	Notice     uint32     `cbor:"4,keyasint,omitempty"` // from proposal to opening
	Shortest   uint32     `cbor:"5,keyasint,omitempty"` // poll, at least
	Longest    uint32     `cbor:"6,keyasint,omitempty"` // poll, at most
	Closing    Closing    `cbor:"7,keyasint,omitempty"`
	// Proposers are the offices, and ProposerClass the class of members, of which who
	// proposes it has to be; with neither, whoever may propose at all.
	Proposers     []Office `cbor:"8,keyasint,omitempty"`
	ProposerClass Class    `cbor:"9,keyasint,omitempty"`
	// Then are the kinds of motion that are put, all at once, when one of this kind is
	// carried: its action is taken once all of them are carried as well. So a second
	// meeting, the consent of a class or a veto follows.
	Then []MotionKindID `cbor:"10,keyasint,omitempty"`
	// Most is how much the actions of such motions move together in a day, in minor units,
	// at most; zero is no limit. A day is one of UTC, that on which an action takes effect.
	Most uint64 `cbor:"11,keyasint,omitempty"`
}

// AllDecide says whether such a motion is decided by the votes of all members: those who
// keep silent carry nothing.
func (k MotionKind) AllDecide() bool {
	return k.Electorate.Sort == AllMembers && k.Method.Tag != Veto
}

// ClosesDecided says whether a motion may close because nothing can change its outcome,
// at that moment or when that is declared. Casts on it stand once that is so.
func (k MotionKind) ClosesDecided() bool { return k.Closing == WhenDecided || k.Closing == OnDecided }

// A Policy is the charter's figures.
type Policy struct {
	Currency  string   `cbor:"1,keyasint,omitempty"` // ISO 4217, three capitals
	Digits    uint8    `cbor:"2,keyasint,omitempty"` // of the minor unit: 2 for cents
	Allowance uint32   `cbor:"3,keyasint,omitempty"` // transactions a member a day
	Classes   []string `cbor:"4,keyasint,omitempty"` // names of classes 1, 2, …
	// Entrenched is the kind of motion that alone changes what is entrenched.
	Entrenched MotionKindID `cbor:"5,keyasint,omitempty"`
	// Waiting is for how many days a new member is in no electorate, and one whom
	// officers suspend stays in it: MinWaiting if it is zero.
	Waiting uint32 `cbor:"6,keyasint,omitempty"`
	// Alone is how much one officer moves without a motion in a day, in minor
	// units, at most; zero is no limit.
	Alone uint64 `cbor:"7,keyasint,omitempty"`
	// Overdrafts are how far below zero the bank and funds may go, by account;
	// what is not named may not at all.
	Overdrafts []Overdraft `cbor:"8,keyasint,omitempty"`
	// Special and Principle are the kinds of motion that change clauses of these levels;
	// where there are none, the entrenched one does. See Level.
	Special   []MotionKindID `cbor:"9,keyasint,omitempty"`
	Principle []MotionKindID `cbor:"10,keyasint,omitempty"`
	// Levels are the clauses that are raised above the level built in.
	Levels []ClauseLevel `cbor:"11,keyasint,omitempty"`
	// Membership are the figures on how memberships begin and end.
	Membership Membership `cbor:"12,keyasint,omitempty"`
}

// An Overdraft is how far below zero an account may go. In all three forms it is the
// same two numbers.
type Overdraft struct {
	Account uint16 `cbor:"1,keyasint,omitempty" json:"account"` // its code; they ascend
	Amount  uint64 `cbor:"2,keyasint,omitempty" json:"minor_units"`
}

// OverdraftOf is how far below zero an account may go.
func (p Policy) OverdraftOf(account uint16) money.Amount {
	for _, o := range p.Overdrafts {
		if o.Account == account {
			return money.Amount(o.Amount)
		}
	}
	return 0
}

// WaitingDays is for how many days a new member is in no electorate.
func (p Policy) WaitingDays() uint32 { return max(p.Waiting, MinWaiting) }

// Hard bounds, which no charter can pass.
const (
	MaxMotionKinds = 64
	MaxOffices     = 8  // named in one grant or electorate
	MaxName        = 64 // bytes of a name
	MaxClasses     = 8  // of members
	MaxMinutes     = 60 * 24 * 366 * 2
	MaxAllowance   = 100_000
	MaxGrants      = 256
	MaxMethod      = 1 << 10     // bytes of a counting method's rule
	MinWaiting     = 7           // days that a new member is in no electorate, at least
	MaxWaiting     = 366         // and at most
	MaxOverdrafts  = 16          // accounts that may go below zero
	MaxLevels      = 64          // clauses that are raised
	MinTogether    = 2           // office holders who must cast on a motion that only they decide
	MaxThen        = 8           // kinds of motion that confirm one
	MinVeto        = 7 * 24 * 60 // minutes for which a motion that silence carries is open, at least
)

// Hard bounds of the entrenched kind of motion, so that members hear of what would
// change the charter and more than one takes part. A kind that needs more than half of
// all members needs no other quorum, and so a co-op of one can have it too.
const (
	MinQuorumOneIn      = 20          // of the electorate one in so many takes part, at least
	MinQuorumPapers     = 2           // and so many members
	MinEntrenchedNotice = 7 * 24 * 60 // minutes
	MinEntrenchedPoll   = 60          // minutes, the shortest
)

// grants says who may do what.
//
//	0x70 ‖ co-op (4) ‖ kind of action (2) → Grant
var grants = state.NewTable[tx.Kind, Grant](0x70)

// motionKinds are the co-op's kinds of motion.
//
//	0x71 ‖ co-op (4) ‖ kind of motion (2) → MotionKind
var motionKinds = state.NewTable[MotionKindID, MotionKind](0x71)

// policies hold the figures; there is one record a co-op.
//
//	0x72 ‖ co-op (4) ‖ 0 (1) → Policy
var policies = state.NewTable[uint8, Policy](0x72)

// Rejections, in the order they are checked. Codes 700-799 belong to this room and to
// package amendment.
var (
	ErrBounds    = &state.Rejection{Code: 701, Reason: "charter breaks a hard bound"}
	ErrNoMotion  = &state.Rejection{Code: 702, Reason: "the charter has no such kind of motion"}
	ErrNoCharter = &state.Rejection{Code: 703, Reason: "the co-op has no charter"}
	ErrAlone     = &state.Rejection{Code: 707, Reason: "one officer alone does not move as much"}
	ErrMost      = &state.Rejection{Code: 740, Reason: "a motion of that kind does not move as much"}
	ErrOwn       = &state.Rejection{Code: 742, Reason: "others would take what is a member's own"}
)

// GrantOf returns who may take actions of kind; the zero Grant, which is no one, if
// the charter does not name the kind. Its lists are not to be changed.
func GrantOf(r state.Reader, kind tx.Kind) (Grant, error) {
	g, err := grants.Peek(r, kind)
	if err != nil || g == nil {
		return Grant{}, err
	}
	return *g, nil
}

// MotionKindOf returns a kind of motion, or ErrNoMotion.
func MotionKindOf(r state.Reader, id MotionKindID) (MotionKind, error) {
	k, ok, err := motionKinds.Find(r, id)
	if err == nil && !ok {
		err = ErrNoMotion.With("kind %d", id)
	}
	return k, err
}

// PolicyOf returns the co-op's figures, or ErrNoCharter.
func PolicyOf(r state.Reader) (Policy, error) {
	p, ok, err := policies.Find(r, 0)
	if err == nil && !ok {
		err = ErrNoCharter.With("co-op %d", r.Coop())
	}
	return p, err
}

// AllowanceOf is how many transactions a member may make a day, or ErrNoCharter.
func AllowanceOf(r state.Reader) (uint32, error) {
	p, err := policies.Peek(r, 0)
	if err != nil {
		return 0, err
	}
	if p == nil {
		return 0, ErrNoCharter.With("co-op %d", r.Coop())
	}
	return p.Allowance, nil
}

// MotionKinds calls fn for each kind of motion, by number.
func MotionKinds(r state.Reader, fn func(MotionKindID, MotionKind) (bool, error)) error {
	return motionKinds.Range(r, 0, ^MotionKindID(0), fn)
}

// Grants calls fn for each kind of action that the charter gives to someone.
func Grants(r state.Reader, fn func(tx.Kind, Grant) (bool, error)) error {
	return grants.Range(r, 0, ^tx.Kind(0), fn)
}
