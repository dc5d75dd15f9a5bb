package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Reopen opens a period again whose surplus is declared, for entries that came late,
// and takes the entry back that closed it. The statement counts how often that was
// done. There is always a place for it among the MaxOpen. It is refused once the surplus
// is allocated, and while members vote on how; unless all members decide the reopening
// too. Then what they vote on is refused when it is carried, and Declare waits for that.
// What all members declared only they open again, and what another motion did, only a
// motion.
type Reopen struct {
	Period Period `cbor:"1,keyasint,omitempty"`
	Reason string `cbor:"2,keyasint,omitempty"` // for the journal
}

// PeriodReopened reports that a declared surplus was taken back.
type PeriodReopened struct {
	Period Period `json:"period"`
	Entry  uint64 `json:"entry"` // that takes the closing entry back, zero if there was none
}

func (PeriodReopened) Event() string { return "surplus.PeriodReopened" }

// Check refuses a reopening without a reason.
func (m Reopen) Check() error {
	if m.Reason == "" || len(m.Reason) > account.MaxNarrative {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(m.Reason), account.MaxNarrative)
	}
	return nil
}

// Cost is an entry that may touch every account of income and expense.
func (m Reopen) Cost() int { return 2*account.MaxResults + 8 }

// Apply opens the period.
func (m Reopen) Apply(c *state.Ctx) error {
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	if s.Stage != Closed {
		return ErrStage.With("period %d is %v", m.Period, s.Stage)
	}
	if s.Closing != 0 {
		if err := account.RequireAsMany(c, s.Closing); err != nil {
			return err
		}
	}
	if s.Held > 0 && !c.Authority().All {
		return ErrHeld.With("period %d, %s", m.Period, words.Plural(uint64(s.Held), "motion"))
	}
	cal, err := calendars.Get(c, 0)
	if err != nil {
		return err
	}
	if s.Last == 0 && m.Period < cal.Periods {
		if s.Last, err = m.last(c, s); err != nil {
			return err
		}
	}
	entry, err := account.ReopenPeriod(c, account.Reopening{
		Period: account.Period(m.Period), Last: s.Last, Shut: s.Shut, Closing: s.Closing, Narrative: m.Reason,
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	s.Stage, s.ClosedAt, s.Opening, s.Surplus, s.Closing = Opened, 0, 0, 0, 0
	s.Reopened++
	statements.Put(c, m.Period, s)
	cal.Open = m.Period
	calendars.Put(c, 0, cal)
	c.Emit(PeriodReopened{m.Period, entry})
	return nil
}

// last is the last day of a period that had none and now is before another: the day
// before that on which it was declared, as its days were closed up to then; or that day,
// if it has entries of it.
func (m Reopen) last(r state.Reader, s Statement) (uint64, error) {
	day := state.DayOf(s.ClosedAt)
	moved, err := account.MovedFrom(r, account.Period(m.Period), day)
	if !moved && day > s.Shut+1 {
		day--
	}
	return day, err
}

// Describe says which period is opened again, and why.
func (m Reopen) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase: fmt.Sprintf("open %s again and take its declared surplus back, because %s", Named(t, m.Period), words.Quote(m.Reason)),
		Clauses: append([]state.Clause{becomes(m.Period, Closed, Opened)}, account.BalanceFacts(t, func() ([]account.Line, error) {
			s, err := PeriodOf(t, m.Period)
			if err != nil || s.Closing == 0 {
				return nil, err
			}
			return account.OppositeOf(t, s.Closing)
		})...),
	}
}

var _ = Kinds.Add(state.KindOf[Reopen](KindReopen, "surplus.Reopen"))
