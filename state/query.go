package state

import "errors"

// Paths of queries. Records are read leaf by leaf, so that every answer can be
// proved; clients read them with the rooms' own functions (Remote).
const (
	PathKey   = "/key"   // data: a leaf's key; value: the leaf, with its proof if asked for
	PathRange = "/range" // data: a RangeQuery; value: a RangeAnswer, with the proof that it is complete if asked for
	PathTip   = "/tip"   // value: a Tip or, if a proof is asked for, the leaf of the Head with it
	PathCheck = "/check" // data: a transaction; what the next block would answer
	PathDone  = "/done"  // data: a transaction's id; value: a Done
)

// Types of proof operations.
const (
	ProofType  = "ics23:iavl"     // of one leaf: third parties know how to verify it
	ProofRange = "rochdale:range" // of a range of leaves: see client/light.VerifyRange
)

// Codes of a query's answer. They are not consensus data.
const (
	CodePath   = 1 // no such path
	CodeData   = 2 // malformed question
	CodeHeight = 3 // height not kept or not reached
	CodeAbsent = 4 // no such transaction yet
	CodeFault  = 5
)

// A Tip describes the last committed block, or the one being executed.
type Tip struct {
	Height  uint64 `cbor:"1,keyasint,omitempty"`
	Time    int64  `cbor:"2,keyasint,omitempty"` // seconds since 1970 UTC
	Hash    []byte `cbor:"3,keyasint,omitempty"` // the app hash
	Chain   string `cbor:"4,keyasint,omitempty"`
	Version uint64 `cbor:"5,keyasint,omitempty"` // of the rules by which it was made
}

// A Done says what became of a transaction.
type Done struct {
	Height uint64 `cbor:"1,keyasint,omitempty" json:"height"`
	Code   uint32 `cbor:"2,keyasint,omitempty" json:"code"` // zero if done, else the rejection's
	Data   []byte `cbor:"3,keyasint,omitempty" json:"data"`
	Log    string `cbor:"4,keyasint,omitempty" json:"log"`
}

// ErrHeight is returned for a height that is no longer kept, or not reached yet.
var ErrHeight = errors.New("height is not kept")

// A RangeQuery asks for the leaves in [Start, End), ascending, at most Limit.
type RangeQuery struct {
	Start []byte `cbor:"1,keyasint,omitempty"`
	End   []byte `cbor:"2,keyasint,omitempty"`
	Limit uint64 `cbor:"3,keyasint,omitempty"`
}

// A RangeAnswer holds them. If More, ask again from just after the last.
type RangeAnswer struct {
	Leaves []Leaf `cbor:"1,keyasint,omitempty"`
	More   bool   `cbor:"2,keyasint,omitempty"`
	Tip    Tip    `cbor:"3,keyasint,omitempty"` // of the height that was read
}

// A Leaf is one leaf of the tree.
type Leaf struct {
	Key   []byte `cbor:"1,keyasint,omitempty"`
	Value []byte `cbor:"2,keyasint,omitempty"`
}

// MaxRange is the most leaves that one answer holds.
const MaxRange = 2000
