package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Suspend stops redemptions and payments until Resume. Requests are still registered, and
// keep their places.
type Suspend struct {
	Reason string `cbor:"1,keyasint,omitempty"`
}

// Resume ends a Suspend.
type Resume struct{}

// Suspended reports that withdrawals were suspended.
type Suspended struct {
	Reason string `json:"reason"`
}

// Resumed reports that withdrawals go on.
type Resumed struct{}

func (Suspended) Event() string { return "withdrawal.Suspended" }
func (Resumed) Event() string   { return "withdrawal.Resumed" }

// Check refuses a suspension without a reason.
func (m Suspend) Check() error { return checkReason(m.Reason) }

// Check refuses nothing.
func (m Resume) Check() error { return nil }

// Apply suspends withdrawals.
func (m Suspend) Apply(c *state.Ctx) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if err := q.running(); err != nil {
		return err
	}

	// Past this line nothing fails.
	q.Since, q.By, q.Reason = c.Time(), c.Actor(), m.Reason
	queues.Put(c, 0, q)
	c.Emit(Suspended(m))
	return nil
}

// Apply has withdrawals go on.
func (m Resume) Apply(c *state.Ctx) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if q.Since == 0 {
		return ErrRunning
	}

	// Past this line nothing fails.
	q.Since, q.By, q.Reason = 0, state.Actor{}, ""
	queues.Put(c, 0, q)
	c.Emit(Resumed{})
	return nil
}

// Describe says why.
func (m Suspend) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  "suspend withdrawals, for the reason " + words.Quote(m.Reason),
		Clauses: []state.Clause{{What: "withdrawals", Before: "served", After: "suspended"}},
	}
}

// Describe says what becomes of withdrawals.
func (m Resume) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  "have withdrawals go on",
		Clauses: []state.Clause{{What: "withdrawals", Before: "suspended", After: "served"}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Suspend](KindSuspend, "withdrawal.Suspend"))
	_ = Kinds.Add(state.KindOf[Resume](KindResume, "withdrawal.Resume"))
)
