package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// OpenPeriod opens the next accounting period; the result is its number. It has a
// name that no earlier one has, as words.Fold compares them. A co-op can have MaxOpen
// that are not allocated, so that the last one is closed while the next is under way;
// for that, if both are open, the first has a last day.
type OpenPeriod struct {
	Name string `cbor:"1,keyasint,omitempty"` // such as "2015"
	Last uint64 `cbor:"2,keyasint,omitempty"` // its last day, days since 1970; zero if it lasts until it is declared
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

// open names the periods that are open, which are MaxOpen at most.
func (c Calendar) open() string {
	if c.Open == c.Periods {
		return fmt.Sprintf("number %d", c.Open)
	}
	return fmt.Sprintf("numbers %d and %d", c.Open, c.Periods)
}

// Apply opens the period.
func (m OpenPeriod) Apply(c *state.Ctx) error {
	cal, err := calendars.Get(c, 0)
	if err != nil {
		return err
	}
	if cal.Open != 0 {
		before, err := PeriodOf(c, cal.Periods)
		if err != nil {
			return err
		}
		if waits := cal.Allocated + 1; cal.Periods-cal.Allocated >= MaxOpen && waits < cal.Open {
			return ErrOpen.With("number %d; period %d has to be allocated before the next", cal.Open, waits)
		} else if before.Last == 0 || cal.Periods-cal.Allocated >= MaxOpen {
			return ErrOpen.With("%s", cal.open())
		}
	}
	if err := requireNewName(c, m.Name); err != nil {
		return err
	}
	number, err := account.OpenPeriod(c, m.Last)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	cal.Periods = Period(number)
	if cal.Open == 0 {
		cal.Open = cal.Periods
	}
	calendars.Put(c, 0, cal)
	statements.Put(c, cal.Periods, Statement{Name: m.Name, Stage: Opened, OpenedAt: c.Time(), Last: m.Last})
	names.Put(c, nameDigest(m.Name), cal.Periods)
	c.Return(uint64(cal.Periods))
	c.Emit(PeriodOpened{cal.Periods, m.Name})
	return nil
}

// Describe says what the period is called.
func (m OpenPeriod) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "open the period " + words.Quote(m.Name)}
	if m.Last != 0 {
		w.Clauses = append(w.Clauses, state.Fact("last day", "%s", words.Day(m.Last)))
	}
	return t.Given(w, "period")
}

var _ = Kinds.Add(state.KindOf[OpenPeriod](KindOpenPeriod, "surplus.OpenPeriod"))
