package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Correct takes from figures what was recorded by mistake: what all members recorded only
// they lower, and what another motion did, only a motion.
type Correct struct {
	Period  Period   `cbor:"1,keyasint,omitempty"`
	Measure Measure  `cbor:"2,keyasint,omitempty"`
	Entries []Figure `cbor:"3,keyasint,omitempty"` // what to take, by ascending member
	Digits  uint8    `cbor:"4,keyasint,omitempty"` // of the quantities behind the point, as those recorded have them
}

// Check refuses a malformed batch.
func (m Correct) Check() error { return checkFigures(m.Measure, m.Digits, m.Entries) }

// Cost is two records a member at most, and the sum.
func (m Correct) Cost() int { return 2*len(m.Entries) + 2 }

// Apply takes the quantities.
func (m Correct) Apply(c *state.Ctx) error {
	tally, err := recordable(c, m.Period, m.Measure, m.Digits)
	if err != nil {
		return err
	}
	if err := requireAsMany(c, m.Period, m.Measure, m.Entries, false); err != nil {
		return err
	}
	after := make([]uint64, len(m.Entries))
	for i, e := range m.Entries {
		old, err := FigureOf(c, m.Period, m.Measure, e.Member)
		if err != nil {
			return err
		}
		if e.Quantity > old {
			return ErrBelow.With("member %d: %s of %s", e.Member,
				m.Measure.Words(c, e.Quantity, m.Digits), m.Measure.Words(c, old, m.Digits))
		}
		after[i] = old - e.Quantity
		tally.Quantity -= e.Quantity
		if after[i] == 0 {
			tally.Members--
		}
	}

	// Past this line nothing fails.
	putFigures(c, m.Period, m.Measure, m.Entries, after, tally)
	return decide(c, m.Period, m.Measure, m.Entries, true)
}

// Describe says what is taken from whose figure.
func (m Correct) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("correct the %v of %s in %s downwards", m.Measure, words.Plural(uint64(len(m.Entries)), "member"), Named(t, m.Period)),
		Clauses: figureFacts(t, m.Measure, m.Digits, m.Entries),
	}
	for i := range w.Clauses {
		w.Clauses[i].After += " less"
	}
	return w
}

var _ = Kinds.Add(state.KindOf[Correct](KindCorrect, "surplus.Correct"))
