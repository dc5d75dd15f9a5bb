package federation

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindAdvance is the number of Advance on the wire. It stands apart from those that a
// real federation has use for.
const KindAdvance tx.Kind = 0x60f0

// Advance sets the clock of a trial forward, for all its co-ops. It is refused in any
// federation that was not founded as a trial, whatever a charter grants. The result
// is how far the clock is ahead, in seconds.
type Advance struct {
	Seconds uint64 `cbor:"1,keyasint,omitempty"` // 1 to state.MaxAdvance
}

// Advanced tells that a trial's clock was set forward.
type Advanced struct {
	Seconds uint64 `json:"seconds"` // by as many
	Offset  int64  `json:"offset"`  // seconds ahead, in all
}

func (Advanced) Event() string { return "federation.Advanced" }

// Check refuses what does not go forward, or too far.
func (m Advance) Check() error {
	if m.Seconds == 0 || m.Seconds > state.MaxAdvance {
		return state.ErrAdvance.With("%s, %s to %s at a time", words.Span(m.Seconds), words.Span(1), words.Span(state.MaxAdvance))
	}
	return nil
}

// Apply sets the clock forward.
func (m Advance) Apply(c *state.Ctx) error {
	offset, err := state.Advance(c, m.Seconds)
	if err != nil {
		return err
	}
	c.Return(offset)
	c.Emit(Advanced{m.Seconds, offset})
	return nil
}

// Describe says how far the clock goes.
func (m Advance) Describe(state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("advance the clock of this trial by %s", words.Span(m.Seconds))}
}

var _ = Kinds.Add(state.KindOf[Advance](KindAdvance, "federation.Advance"))
