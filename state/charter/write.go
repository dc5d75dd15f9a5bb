package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What is below writes and finds the charter's records for package amendment, which alone
// does: a charter is what its numbered amendments come to.

// PutGrant says who may take actions of a kind.
func PutGrant(c *state.Ctx, kind tx.Kind, g Grant) { grants.Put(c, kind, g) }

// PutMotionKind adds or replaces a kind of motion.
func PutMotionKind(c *state.Ctx, id MotionKindID, k MotionKind) { motionKinds.Put(c, id, k) }

// PutPolicy replaces the figures.
func PutPolicy(c *state.Ctx, p Policy) { policies.Put(c, 0, p) }

// FindGrant is GrantOf that says whether the charter names the kind of action.
func FindGrant(r state.Reader, kind tx.Kind) (Grant, bool, error) { return grants.Find(r, kind) }

// FindMotionKind is MotionKindOf that says whether there is one.
func FindMotionKind(r state.Reader, id MotionKindID) (MotionKind, bool, error) {
	return motionKinds.Find(r, id)
}

// FindPolicy is PolicyOf that says whether the co-op has a charter.
func FindPolicy(r state.Reader) (Policy, bool, error) { return policies.Find(r, 0) }

// FindText is TextOf that says whether there is one.
func FindText(r state.Reader, name string) (Text, bool, error) { return texts.Find(r, keyOf(name)) }
