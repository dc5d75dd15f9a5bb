package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Figure is one member's patronage.
type Figure struct {
	Member   state.Member `cbor:"1,keyasint,omitempty" json:"member"`
	Quantity uint64       `cbor:"2,keyasint,omitempty" json:"quantity"` // from 1 to MaxQuantity
}

// MaxQuantity bounds a figure, and the sum of a measure's figures in a period, in minor
// units or in the smallest part that the digits allow. It is that of amounts, money.Max,
// since patronage in money is one.
const MaxQuantity uint64 = 1_000_000_000_000_000_000

// Record adds to what up to MaxBatch members did with the co-op in a period.
// Figures may be recorded until the period is allocated. To a figure from which more took
// something, fewer add nothing.
type Record struct {
	Period  Period   `cbor:"1,keyasint,omitempty"`
	Measure Measure  `cbor:"2,keyasint,omitempty"`
	Entries []Figure `cbor:"3,keyasint,omitempty"` // by ascending member
	// Digits is how many digits of the quantities stand behind the point, at most
	// MaxDigits. The period's first figures of a measure set it for the others; for
	// money, whose digits are the currency's, it is zero.
	Digits uint8 `cbor:"4,keyasint,omitempty"`
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
func (m Record) Check() error { return checkFigures(m.Measure, m.Digits, m.Entries) }

func checkFigures(measure Measure, digits uint8, entries []Figure) error {
	if !measure.Known() {
		return ErrMeasure.With("%d", measure)
	}
	if digits > MaxDigits || (digits > 0 && measure.InMoney()) {
		return ErrDigits.With("%d digits for %v", digits, measure)
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
		if e.Quantity > MaxQuantity {
			return ErrQuantity.With("member %d: %s parts of a unit, above %s", e.Member, words.Count(e.Quantity), words.Count(MaxQuantity))
		}
	}
	return nil
}

// Figure is what is recorded, for keys that may record so much a day: in whole units,
// rounded up, or in minor units of money.
func (m Record) Figure() (sum uint64) {
	for _, e := range m.Entries { // at most MaxBatch of MaxQuantity: out of range only where Check refuses
		sum = min(sum+min(e.Quantity, MaxQuantity), MaxQuantity)
	}
	unit := uint64(1)
	for range min(m.Digits, MaxDigits) {
		unit *= 10
	}
	return (sum + unit - 1) / unit
}

// InMoney says whether what is recorded are amounts of money.
func (m Record) InMoney() bool { return m.Measure.InMoney() }

// Cost is two records a member at most, and the sum.
func (m Record) Cost() int { return 2*len(m.Entries) + 2 }

// Apply adds the figures. They may be about anyone on the register.
func (m Record) Apply(c *state.Ctx) error {
	tally, err := recordable(c, m.Period, m.Measure, m.Digits)
	if err != nil {
		return err
	}
	if err := requireAsMany(c, m.Period, m.Measure, m.Entries, true); err != nil {
		return err
	}
	register, err := member.TotalsOf(c)
	if err != nil {
		return err
	}
	after := make([]uint64, len(m.Entries))
	for i, e := range m.Entries {
		if err := register.RequireKnown(c, e.Member); err != nil {
			return err
		}
		old, err := FigureOf(c, m.Period, m.Measure, e.Member)
		if err != nil {
			return err
		}
		if tally.Quantity > MaxQuantity-e.Quantity {
			return ErrQuantity.With("the sum of all, at member %d: more than %s", e.Member, m.Measure.Words(c, MaxQuantity, m.Digits))
		}
		tally.Quantity += e.Quantity
		after[i] = old + e.Quantity // a part of the sum, so in range
		if old == 0 {
			tally.Members++
		}
	}

	// Past this line nothing fails.
	putFigures(c, m.Period, m.Measure, m.Entries, after, tally)
	return decide(c, m.Period, m.Measure, m.Entries, false)
}

// recordable returns a measure's sum as it stands, and refuses a period whose
// figures may not change any more, and quantities that are not in the unit of the
// figures there are. If there are none, the digits are those given.
func recordable(r state.Reader, p Period, measure Measure, digits uint8) (Tally, error) {
	s, err := PeriodOf(r, p)
	if err != nil {
		return Tally{}, err
	}
	switch s.Stage {
	case Opened, Closed:
		if err := requireFree(r, p, measure); err != nil {
			return Tally{}, err
		}
		tally, err := TallyOf(r, p, measure)
		if tally.Members == 0 {
			tally.Digits = digits
		}
		if err == nil && tally.Digits != digits {
			err = ErrDigits.With("%d digits; the %v of period %d have %d", digits, measure, p, tally.Digits)
		}
		return tally, err
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
		Clauses: figureFacts(t, m.Measure, m.Digits, m.Entries),
	}
}

var _ = Kinds.Add(state.KindOf[Record](KindRecord, "surplus.Record"))
