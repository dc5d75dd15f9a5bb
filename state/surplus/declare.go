package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Declare states a period's surplus and closes its income and expense into
// unappropriated surplus with one entry. The figure must equal that of the books, so
// that what the treasurer reports and what is posted cannot differ.
type Declare struct {
	Period  Period       `cbor:"1,keyasint,omitempty"`
	Surplus money.Amount `cbor:"2,keyasint,omitempty"` // negative is a loss
	// Last is the period's last day, days since 1970, which has passed; zero for that with
	// which it was opened. No entry of the period is dated after it, and none of the next
	// up to it.
	Last uint64 `cbor:"3,keyasint,omitempty"`
}

// SurplusDeclared reports that a period is closed.
type SurplusDeclared struct {
	Period  Period       `json:"period"`
	Opening money.Amount `json:"opening"`
	Surplus money.Amount `json:"surplus"`
}

func (SurplusDeclared) Event() string { return "surplus.SurplusDeclared" }

// Check refuses nothing.
func (m Declare) Check() error { return nil }

// Apply closes the period.
func (m Declare) Apply(c *state.Ctx) error {
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	if s.Stage != Opened {
		return ErrStage.With("period %d is %v", m.Period, s.Stage)
	}
	if s.Held > 0 { // it was opened again meanwhile
		return ErrHeld.With("period %d, %s on what was declared before", m.Period, words.Plural(uint64(s.Held), "motion"))
	}
	cal, err := calendars.Get(c, 0)
	if err != nil {
		return err
	}
	if cal.Allocated+1 != m.Period {
		return ErrEarlier.With("period %d", cal.Allocated+1)
	}
	opening, err := account.BroughtForward(c, account.Period(m.Period))
	if err != nil {
		return err
	}
	posting, result, err := account.PrepareClosing(c, account.Period(m.Period), m.Last, "close of period "+s.Name)
	if err != nil {
		return err
	}
	if m.Surplus != result {
		return ErrBooks.With("%s declared, income less expense is %s", charter.Money(c, m.Surplus), charter.Money(c, result))
	}
	books, err := account.BooksOf(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	s.Closing = account.ClosePeriod(c, posting)
	s.Stage, s.ClosedAt, s.Shut = Closed, c.Time(), books.Shut
	s.Opening, s.Surplus = opening, result
	if m.Last != 0 {
		s.Last = m.Last
	}
	statements.Put(c, m.Period, s)
	if cal.Open++; cal.Open > cal.Periods {
		cal.Open = 0
	}
	calendars.Put(c, 0, cal)
	c.Emit(SurplusDeclared{m.Period, s.Opening, s.Surplus})
	return nil
}

// Describe says what the period came to.
func (m Declare) Describe(t state.Telling) state.Words {
	name, amount := "surplus", charter.Money(t, m.Surplus)
	if m.Surplus < 0 {
		name, amount = "loss", charter.Money(t, -m.Surplus)
	}
	w := state.Words{
		Phrase: fmt.Sprintf("declare a %s of %s for %s and close its income and expense", name, amount, Named(t, m.Period)),
	}
	if m.Last != 0 {
		w.Clauses = append(w.Clauses, state.Fact("last day", "%s", words.Day(m.Last)))
	} else if t.Now {
		if s, err := PeriodOf(t, m.Period); err == nil && s.Last == 0 {
			w.Clauses = append(w.Clauses, state.Fact("last day", "not given, so it takes every entry up to now"))
		}
	}
	return w
}

var _ = Kinds.Add(state.KindOf[Declare](KindDeclare, "surplus.Declare"))
