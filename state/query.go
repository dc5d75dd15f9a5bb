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
	PathIndex = "/index" // data: an IndexQuery; value: an IndexAnswer, which nothing proves
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
	CodeAbsent = 4 // no such transaction; value: an Absence
	CodeFault  = 5
	CodeIndex  = 6 // the node's index is behind or damaged and has to be rebuilt
)

// CodeBusy answers a transaction that a node has no room for now. It is no rejection:
// the same transaction may be sent again. The engine keeps codes from 32,000 on for
// that.
const CodeBusy = 32_000

// A Tip describes the last committed block, or the one being executed.
type Tip struct {
	Height  uint64 `cbor:"1,keyasint,omitempty"`
	Time    int64  `cbor:"2,keyasint,omitempty"` // seconds since 1970 UTC
	Hash    []byte `cbor:"3,keyasint,omitempty"` // the app hash
	Chain   string `cbor:"4,keyasint,omitempty"`
	Version uint64 `cbor:"5,keyasint,omitempty"` // of the rules by which it was made
}

// A Done is the result of a transaction.
type Done struct {
	Height uint64 `cbor:"1,keyasint,omitempty" json:"height"`
	Code   uint32 `cbor:"2,keyasint,omitempty" json:"code"` // zero if done, else the rejection's
	Data   []byte `cbor:"3,keyasint,omitempty" json:"data"`
	Log    string `cbor:"4,keyasint,omitempty" json:"log"`
}

// ErrHeight is returned for a height that is no longer kept, or not reached yet.
var ErrHeight = errors.New("height is not kept")

// An Absence is the answer for a transaction of which a node has no result. If the
// transaction could be executed at Complete or later, no block up to now holds it.
// If it expired earlier, a block may have held it: this node keeps no results of
// that time.
type Absence struct {
	Complete uint64 `cbor:"1,keyasint,omitempty"` // see store.Store.Forgotten
}

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

// An IndexQuery asks for the entries of an index of one co-op from First to Last,
// both included, at most Limit. An empty bound is none. It is answered from the
// last height only.
type IndexQuery struct {
	Index uint8  `cbor:"1,keyasint,omitempty"`
	Coop  Coop   `cbor:"2,keyasint,omitempty"`
	First []byte `cbor:"3,keyasint,omitempty"`
	Last  []byte `cbor:"4,keyasint,omitempty"`
	Limit uint64 `cbor:"5,keyasint,omitempty"` // zero for MaxList
	Down  bool   `cbor:"6,keyasint,omitempty"` // from Last down to First
}

// An IndexAnswer holds them, with the leaves of the same height that they are
// about. If More, ask again from beyond the last key. Nothing proves it: neither
// that an entry belongs there nor that none is missing. The leaves can be proved
// like any other.
type IndexAnswer struct {
	Keys   [][]byte `cbor:"1,keyasint,omitempty"`
	Leaves []Leaf   `cbor:"2,keyasint,omitempty"` // each once; one without a value is absent
	More   bool     `cbor:"3,keyasint,omitempty"`
	Tip    Tip      `cbor:"4,keyasint,omitempty"`
}

// MaxList is the most keys that one answer about an index holds.
const MaxList = 1000
