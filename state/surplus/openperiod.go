package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// OpenPeriod opens the next accounting period; the result is its number. A
// co-op has one open at a time.
type OpenPeriod struct {
	Name string `cbor:"1,keyasint,omitempty"` // such as "2015"
}

// PeriodOpened reports a new period.
type PeriodOpened struct {
	Period Period `json:"period"`
	Name   string `json:"name"`
}

func (PeriodOpened) Event() string { return "surplus.PeriodOpened" }

// Check refuses a name that is empty or too long.
func (m OpenPeriod) Check() error {
	if m.Name == "" || len(m.Name) > MaxName {
		return ErrName.With("%d bytes, from 1 to %d can be", len(m.Name), MaxName)
	}
	return nil
}

// Apply opens the period.
func (m OpenPeriod) Apply(c *state.Ctx) error {
	cal, err := calendars.Get(c, 0)
	if err != nil {
		return err
	}
	if cal.Open != 0 {
		return ErrOpen.With("number %d", cal.Open)
	}

	// Past this line nothing fails.
	cal.Periods++
	cal.Open = cal.Periods
	calendars.Put(c, 0, cal)
	statements.Put(c, cal.Periods, Statement{Name: m.Name, Stage: Opened, OpenedAt: c.Time()})
	c.Return(uint64(cal.Periods))
	c.Emit(PeriodOpened{cal.Periods, m.Name})
	return nil
}

// Describe says what the period is called.
func (m OpenPeriod) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{Phrase: "open the period " + words.Quote(m.Name)}, "period")
}

var _ = Kinds.Add(state.KindOf[OpenPeriod](KindOpenPeriod, "surplus.OpenPeriod"))
