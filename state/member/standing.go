package member

import "github.com/rochdale-ledger/rochdale/state"

// MaxReason is the length of the longest stated reason, in bytes.
const MaxReason = 256

// Admit makes a candidate an active member.
type Admit struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m Admit) Concerns() state.Member { return m.Member }
func (m Admit) Check() error           { return nil }

// Apply admits the candidate.
func (m Admit) Apply(c *state.Ctx) error { return move(c, m.Member, "", Active, Candidate) }

// Suspend takes an active member's vote, for a stated reason, until Reinstate.
// The offices of a suspended member fall vacant.
type Suspend struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Reason string       `cbor:"2,keyasint,omitempty"` // names no person; at most MaxReason bytes
}

func (m Suspend) Concerns() state.Member { return m.Member }

// Check refuses a suspension without a reason.
func (m Suspend) Check() error {
	if m.Reason == "" || len(m.Reason) > MaxReason {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(m.Reason), MaxReason)
	}
	return nil
}

// Apply suspends the member.
func (m Suspend) Apply(c *state.Ctx) error { return move(c, m.Member, m.Reason, Suspended, Active) }

// Reinstate ends a suspension.
type Reinstate struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m Reinstate) Concerns() state.Member { return m.Member }
func (m Reinstate) Check() error           { return nil }

// Apply makes the member active again.
func (m Reinstate) Apply(c *state.Ctx) error { return move(c, m.Member, "", Active, Suspended) }

// Resign ends a membership. Shares and claims stay on the books until they are
// settled.
type Resign struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m Resign) Concerns() state.Member { return m.Member }
func (m Resign) Check() error           { return nil }

// Apply records that the member has left.
func (m Resign) Apply(c *state.Ctx) error {
	return move(c, m.Member, "", Left, Candidate, Active, Suspended)
}
