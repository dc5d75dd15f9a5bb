package load

import (
	"context"
	"crypto/sha256"
	"time"
)

// A target is what a run drives: the ledger, or the engine's example.
type target interface {
	name() string    // in the report
	sending() string // the stage of sending
	// prepare makes everything that is to be sent.
	prepare(ctx context.Context) (*plan, error)
	// taken is what a client's error about sending means: nil if the node has the
	// transaction, client.ErrBusy if it has to be sent again.
	taken(err error) error
	// parts are the transactions in one of the engine's. They may lie in raw.
	parts(raw []byte) [][]byte
	// audit asks the application itself what became of what was sent, corrects the
	// outcome of items, and reports whether each was executed exactly once. It
	// returns an error if the application cannot be asked.
	audit(ctx context.Context, sent []*item) (sound bool, err error)
}

// A plan is what is to be sent: items in the order of sending.
type plan struct {
	items   []item
	senders []sender
}

// A sender signs with a sequence, which blocks execute without a gap.
type sender struct {
	window int    // how many of its transactions may be under way
	lane   bool   // they go to one node, in order
	next   uint64 // the sequence that a block executes next

	underWay int
	waiting  []int // items that are due and wait for an earlier one
}

// An item is one transaction of a run.
type item struct {
	raw      []byte
	id       [sha256.Size]byte // of raw
	kind     Kind
	sender   int // in the plan; -1 if the order does not matter
	sequence uint64

	outcome  outcome
	intended time.Time // when it was to be sent
	provable time.Time // when the header after its block was there
}

// An outcome is how far a transaction has come.
type outcome uint8

const (
	unsent   outcome = iota
	underWay         // given to a node, or about to be
	done             // in a block, in its turn
	refused          // by a node on arrival, or by the ledger in a block
)

// idOf is the name by which blocks are searched.
func idOf(raw []byte) [sha256.Size]byte { return sha256.Sum256(raw) }
