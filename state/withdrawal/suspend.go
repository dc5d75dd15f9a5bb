package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Suspend stops redemptions and payments until Resume. Requests are still registered, and
// keep their places. All members make a suspension by others theirs; where they had
// withdrawals go on, others suspend them when the charter's waiting time is over.
type Suspend struct {
	Reason string `cbor:"1,keyasint,omitempty"`
}

// Resume ends a Suspend; one by all members, only they.
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
	all := c.Authority().All
	if mine := all && !q.All; q.Since != 0 && !mine {
		return q.running()
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if until := q.Served + uint64(policy.WaitingDays()); !all && q.Served != 0 && c.Day() < until {
		return ErrAll.With("they had withdrawals go on on %s, and others suspend them again from %s on", words.Day(q.Served), words.Day(until))
	}

	// Past this line nothing fails.
	q.Since, q.By, q.Reason, q.All = c.Time(), c.Actor(), m.Reason, all
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

	all := c.Authority().All
	if q.All && !all {
		return ErrAll.With("they suspended them on %s", words.Day(state.DayOf(q.Since)))
	}

	// Past this line nothing fails.
	q.Since, q.By, q.Reason, q.All = 0, state.Actor{}, "", false
	if all {
		q.Served = c.Day()
	}
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
