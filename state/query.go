package state

// Paths of queries. Records are read leaf by leaf, so that every answer can be
// proved; clients read them with the rooms' own functions (Remote).
const (
	PathKey   = "/key"   // data: a leaf's key; value: the leaf, with its proof if asked for
	PathRange = "/range" // data: a RangeQuery; value: a RangeAnswer
	PathTip   = "/tip"   // value: a Tip
	PathCheck = "/check" // data: a transaction; what the next block would answer
	PathDone  = "/done"  // data: a transaction's id; value: a Done
)

// ProofType names the proof operation that third parties know how to verify.
const ProofType = "ics23:iavl"

// Codes of a query's answer. They are not consensus data.
const (
	CodePath   = 1 // no such path
	CodeData   = 2 // malformed question
	CodeHeight = 3 // height not kept or not reached
	CodeAbsent = 4 // no such transaction; value: an Absence
	CodeFault  = 5
)

// An Absence is the answer about a transaction of which a node knows nothing. If
// the transaction could be executed at Complete or later, no block up to now
// holds it. If it expired earlier, a block may have held it: this node keeps no
// results from then.
type Absence struct {
	Complete uint64 `cbor:"1,keyasint"` // see Store.Forgotten
}

// A RangeQuery asks for the leaves in [Start, End), ascending, at most Limit.
type RangeQuery struct {
	Start []byte `cbor:"1,keyasint"`
	End   []byte `cbor:"2,keyasint"`
	Limit uint64 `cbor:"3,keyasint"`
}

// A RangeAnswer holds them. If More, ask again from just after the last.
type RangeAnswer struct {
	Leaves []Leaf `cbor:"1,keyasint"`
	More   bool   `cbor:"2,keyasint"`
	Tip    Tip    `cbor:"3,keyasint"` // of the height that was read
}

// A Leaf is one leaf of the tree.
type Leaf struct {
	Key   []byte `cbor:"1,keyasint"`
	Value []byte `cbor:"2,keyasint"`
}

// MaxRange is the most leaves that one answer holds.
const MaxRange = 2000
