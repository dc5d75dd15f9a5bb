package surplus

import (
	"fmt"
	"math/bits"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Figure is one member's patronage.
type Figure struct {
	Member   state.Member `cbor:"1,keyasint,omitempty" json:"member"`
	Quantity uint64       `cbor:"2,keyasint,omitempty" json:"quantity"`
}

// Record adds to what up to MaxBatch members did with the co-op in a period.
// Figures may be recorded until the period is allocated.
type Record struct {
	Period  Period   `cbor:"1,keyasint,omitempty"`
	Measure Measure  `cbor:"2,keyasint,omitempty"`
	Entries []Figure `cbor:"3,keyasint,omitempty"` // by ascending member
}

// FiguresRecorded reports what a measure's figures sum to after a Record or a
// Correct.
type FiguresRecorded struct {
	Period  Period  `json:"period"`
	Measure Measure `json:"measure"`
	Tally   Tally   `json:"tally"`
}

func (FiguresRecorded) Event() string { return "surplus.FiguresRecorded" }

// Check refuses a malformed batch.
func (m Record) Check() error { return checkFigures(m.Measure, m.Entries) }

func checkFigures(measure Measure, entries []Figure) error {
	if !measure.Known() {
		return ErrMeasure.With("%d", measure)
	}
	if len(entries) == 0 || len(entries) > MaxBatch {
		return ErrBatch.With("%d, from 1 to %d can be", len(entries), MaxBatch)
	}
	for i, e := range entries {
		if i > 0 && e.Member <= entries[i-1].Member {
			return ErrOrder.With("%d follows %d", e.Member, entries[i-1].Member)
		}
		if e.Quantity == 0 {
			return ErrQuantity.With("member %d", e.Member)
		}
	}
	return nil
}

// Cost is a record a member at most, and the sum.
func (m Record) Cost() int { return len(m.Entries) + 2 }

// Apply adds the figures. They may be about anyone on the register.
func (m Record) Apply(c *state.Ctx) error {
	tally, err := recordable(c, m.Period, m.Measure)
	if err != nil {
		return err
	}
	after := make([]uint64, len(m.Entries))
	for i, e := range m.Entries {
		if _, err := member.Find(c, e.Member); err != nil {
			return err
		}
		old, err := FigureOf(c, m.Period, m.Measure, e.Member)
		if err != nil {
			return err
		}
		var carry uint64
		if tally.Quantity, carry = bits.Add64(tally.Quantity, e.Quantity, 0); carry != 0 {
			return ErrQuantity.With("the sum of all, at member %d", e.Member)
		}
		after[i] = old + e.Quantity // a part of the sum, so in range
		if old == 0 {
			tally.Members++
		}
	}

	// Past this line nothing fails.
	putFigures(c, m.Period, m.Measure, m.Entries, after, tally)
	return nil
}

// recordable returns a measure's sum as it stands, and refuses a period whose
// figures may not change any more.
func recordable(r state.Reader, p Period, measure Measure) (Tally, error) {
	s, err := PeriodOf(r, p)
	if err != nil {
		return Tally{}, err
	}
	switch s.Stage {
	case Opened, Closed:
		return TallyOf(r, p, measure)
	case Allocating:
		return Tally{}, ErrFrozen.With("period %d", p)
	}
	return Tally{}, ErrStage.With("period %d is %v", p, s.Stage)
}

// putFigures writes what the figures of entries are after a change, and their
// sum. A figure of zero is not kept.
func putFigures(c *state.Ctx, p Period, measure Measure, entries []Figure, after []uint64, tally Tally) {
	for i, e := range entries {
		key := figureKey{p, measure, e.Member}
		if after[i] == 0 {
			figures.Delete(c, key)
		} else {
			figures.Put(c, key, after[i])
		}
	}
	tallies.Put(c, tallyKey{p, measure}, tally)
	c.Emit(FiguresRecorded{p, measure, tally})
}

// Describe says what is added to whose figure.
func (m Record) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("record the %v of %s in %s", m.Measure, words.Plural(uint64(len(m.Entries)), "member"), Named(t, m.Period)),
		Clauses: figureFacts(t, m.Measure, m.Entries),
	}
}

var _ = Kinds.Add(state.KindOf[Record](KindRecord, "surplus.Record"))
