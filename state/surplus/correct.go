package surplus

import "github.com/rochdale-ledger/rochdale/state"

// Correct takes from figures what was recorded by mistake.
type Correct struct {
	Period  Period   `cbor:"1,keyasint"`
	Measure Measure  `cbor:"2,keyasint"`
	Entries []Figure `cbor:"3,keyasint"` // what to take, by ascending member
}

// Check refuses a malformed batch.
func (m Correct) Check() error { return checkFigures(m.Measure, m.Entries) }

// Apply takes the quantities.
func (m Correct) Apply(c *state.Ctx) error {
	if err := requireRecording(c, m.Period); err != nil {
		return err
	}
	tally, err := TallyOf(c, m.Period, m.Measure)
	if err != nil {
		return err
	}
	after := make([]uint64, len(m.Entries))
	for i, e := range m.Entries {
		old, err := FigureOf(c, m.Period, m.Measure, e.Member)
		if err != nil {
			return err
		}
		if e.Quantity > old {
			return ErrBelow.With("member %d: %d of %d", e.Member, e.Quantity, old)
		}
		after[i] = old - e.Quantity
		tally.Quantity -= e.Quantity
		if after[i] == 0 {
			tally.Members--
		}
	}

	// Past this line nothing fails.
	for i, e := range m.Entries {
		key := figureKey{m.Period, m.Measure, e.Member}
		if after[i] == 0 {
			figures.Delete(c, key)
		} else {
			figures.Put(c, key, after[i])
		}
	}
	tallies.Put(c, tallyKey{m.Period, m.Measure}, tally)
	c.Emit(FiguresRecorded{m.Period, m.Measure, tally})
	return nil
}
