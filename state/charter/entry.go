package charter

import (
	"bytes"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A GrantEntry replaces who may take one kind of action.
type GrantEntry struct {
	Kind      tx.Kind        `cbor:"1,keyasint,omitempty"`
	Concerned bool           `cbor:"2,keyasint,omitempty"` // the member the action is about
	Members   bool           `cbor:"3,keyasint,omitempty"` // any active member
	Offices   []Office       `cbor:"4,keyasint,omitempty"`
	Motions   []MotionKindID `cbor:"5,keyasint,omitempty"` // carried by such a motion
	Others    []OtherEntry   `cbor:"6,keyasint,omitempty"` // officers of other co-ops
}

// An OtherEntry is an office of another co-op.
type OtherEntry struct {
	Coop   state.Coop `cbor:"1,keyasint,omitempty"`
	Office Office     `cbor:"2,keyasint,omitempty"`
}

// A MotionEntry adds or replaces one kind of motion. Motions under way keep the
// rule that they were proposed with. Times are in minutes.
type MotionEntry struct {
	ID         MotionKindID    `cbor:"1,keyasint,omitempty"`
	Name       string          `cbor:"2,keyasint,omitempty"`
	Electorate ElectorateEntry `cbor:"3,keyasint,omitempty"`
	Method     Method          `cbor:"4,keyasint,omitempty"`
	Notice     uint32          `cbor:"5,keyasint,omitempty"` // from proposal to opening
	Shortest   uint32          `cbor:"6,keyasint,omitempty"` // poll, at least
	Longest    uint32          `cbor:"7,keyasint,omitempty"` // poll, at most
	Closing    Closing         `cbor:"8,keyasint,omitempty"`
	// Who has to propose it, what confirms it, how much it moves: as in MotionKind.
	Proposers     []Office       `cbor:"9,keyasint,omitempty"`
	ProposerClass Class          `cbor:"10,keyasint,omitempty"`
	Then          []MotionKindID `cbor:"11,keyasint,omitempty"`
	Most          uint64         `cbor:"12,keyasint,omitempty"`
}

// An ElectorateEntry is who may cast on a kind of motion.
type ElectorateEntry struct {
	Sort    ElectorateSort `cbor:"1,keyasint,omitempty"`
	Class   Class          `cbor:"2,keyasint,omitempty"`
	Offices []Office       `cbor:"3,keyasint,omitempty"`
}

// A PolicyEntry replaces the charter's figures, all of them.
type PolicyEntry struct {
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

func (e ElectorateEntry) Same(other ElectorateEntry) bool {
	return e.Sort == other.Sort && e.Class == other.Class && slices.Equal(e.Offices, other.Offices)
}

func (g GrantEntry) Same(other GrantEntry) bool {
	return bytes.Equal(tx.Encode(g.Grant()), tx.Encode(other.Grant()))
}

// RequireCollective refuses a grant by which someone could let in members or divide a surplus alone, or take what
// is another member's own.
func (g GrantEntry) RequireCollective() error {
	if slices.Contains(collective, g.Kind) && (g.Concerned || g.Members || len(g.Offices)+len(g.Others) > 0) {
		name, _ := isEntrenched(g.Kind)
		return ErrBounds.With("%s follows a motion: one who enters members alone enters votes, and one who divides a surplus alone decides whose it is; grant it to motions, such as one of two officers", name)
	}
	return g.requireOwn()
}
