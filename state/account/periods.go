package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Period is the number of an accounting period of a co-op, from 1.
type Period uint32

// A Span is a period that is open: entries fall into it.
type Span struct {
	Period Period `cbor:"1,keyasint,omitempty" json:"period"`
	Last   uint64 `cbor:"2,keyasint,omitempty" json:"last"` // its last day, days since 1970; zero if it lasts until it is closed
}

// resultKey is one account's part of a period.
type resultKey struct {
	Period Period
	Code   Code
}

// results are what entries of a period have moved on the accounts of income and
// expense, and by hand on unappropriated surplus: what is open of several periods at
// once is kept apart here. Absent if zero.
//
//	0x35 ‖ co-op (4) ‖ period (4) ‖ code (2) → amount
var results = state.NewTable[resultKey, money.Amount](0x35)

// PeriodOn is the period of an entry of a day: the first open one that has not ended
// then, and if there is none the next that will be opened.
func (b Books) PeriodOn(day uint64) Period {
	for _, s := range b.Open {
		if s.Last == 0 || day <= s.Last {
			return s.Period
		}
	}
	return b.Periods + 1
}

// IsOpen says whether entries of a period can still be made.
func (b Books) IsOpen(p Period) bool {
	return p > b.Periods || (len(b.Open) > 0 && p >= b.Open[0].Period)
}

// requireDay refuses a day that no entry can be of now.
func (b Books) requireDay(today, day uint64) error {
	if day > today+1 { // clocks east of Greenwich are ahead
		return ErrDate.With("%s, today is %s", words.Day(day), words.Day(today))
	}
	if day <= b.Shut {
		return ErrShut.With("%s; they are closed up to %s", words.Day(day), words.Day(b.Shut))
	}
	return nil
}

// MaxAhead is how many days ahead a period can end: a slip in its last day would keep
// its surplus from being declared, and every later one, since they go in order. Bound of the machine.
const MaxAhead = 2 * 366

// OpenPeriod opens the next period, up to and with a last day, or until it is closed if
// that is zero. It returns ErrLast if the periods' days would
// overlap, and ErrAhead for more than MaxAhead days.
func OpenPeriod(c *state.Ctx, last uint64) (Period, error) {
	b, err := books.Get(c, 0)
	if err != nil {
		return 0, err
	}
	if n := len(b.Open); n > 0 {
		if before := b.Open[n-1]; before.Last == 0 {
			return 0, ErrLast.With("period %d has no last day, so it has to be closed first", before.Period)
		} else if last != 0 && last <= before.Last {
			return 0, ErrLast.With("%s, period %d ends on %s", words.Day(last), before.Period, words.Day(before.Last))
		}
	}
	if latest := c.Day() + MaxAhead; last > latest {
		return 0, ErrAhead.With("%s, the last day can be up to %s", words.Day(last), words.Day(latest))
	}
	if earliest := max(b.Shut+1, b.Waiting); last != 0 && last < earliest {
		return 0, ErrLast.With("%s, for what is closed or entered already it can be from %s on", words.Day(last), words.Day(earliest))
	}
	b.Periods++
	b.Open = append(b.Open, Span{b.Periods, last})
	b.Waiting = 0
	books.Put(c, 0, b)
	return b.Periods, nil
}

// ClosePeriod posts the entry that closes the oldest open period, if it has one: a
// posting that PrepareClosing made. From then on no entry can be of its days.
func ClosePeriod(c *state.Ctx, p Posting) (entry uint64) {
	if len(p.record.Lines) > 0 {
		entry = p.Post(c)
	} else {
		books.Put(c, 0, p.books)
	}
	return entry
}

// PrepareClosing makes the entry that closes income and expense of the oldest open
// period into unappropriated surplus. result is income less expense. last is the
// period's last day, zero for that with which it was opened. A period without a
// last day ends the day before: what is entered later on the day on which it is closed
// is of the next, which lasts longer than that day. It returns ErrRunning, ErrLastDay or
// ErrOutside for a last day that the period cannot have.
func PrepareClosing(c *state.Ctx, period Period, last uint64, narrative string) (p Posting, result money.Amount, err error) {
	b, err := books.Get(c, 0)
	if err != nil {
		return p, 0, err
	}
	if len(b.Open) == 0 || b.Open[0].Period != period {
		return p, 0, fmt.Errorf("period %d is not the oldest that is open", period)
	}
	if last != 0 {
		if err := b.requireLast(c, last); err != nil {
			return p, 0, err
		}
	} else if last = b.Open[0].Last; c.Day() <= last {
		return p, 0, ErrRunning.With("period %d ends on %s", period, words.Day(last))
	}
	result, closing, err := Result(c, period)
	if err != nil {
		return p, 0, err
	}
	if result != 0 {
		closing = append(closing, Credit(Unappropriated, result))
	}
	p.books = b
	if len(closing) > 0 {
		if p, err = Prepare(c, Entry{Narrative: narrative, Lines: closing, Period: period}); err != nil {
			return p, 0, err
		}
	}
	p.books.Open = b.Open[1:]
	if last != 0 {
		p.books.Shut = max(b.Shut, last)
	} else {
		p.books.Shut = max(b.Shut+1, c.Day()) - 1
		p.books.Waiting = max(p.books.Waiting, c.Day()+1)
	}
	return p, result, nil
}

// A Reopening is a period to be opened again.
type Reopening struct {
	Period    Period
	Last      uint64 // its last day
	Shut      uint64 // the last day of the periods before it
	Closing   uint64 // the entry that closed it, or zero
	Narrative string
}

// ReopenPeriod opens the last closed period again and posts the opposite of the entry
// that closed it, if there was one. It returns ErrLast if its days and those of the
// next period would overlap.
func ReopenPeriod(c *state.Ctx, o Reopening) (entry uint64, err error) {
	b, err := books.Get(c, 0)
	if err != nil {
		return 0, err
	}
	if len(b.Open) > 0 && b.Open[0].Last != 0 && b.Open[0].Last <= o.Last {
		return 0, ErrLast.With("it ends on %s, period %d on %s", words.Day(o.Last), b.Open[0].Period, words.Day(b.Open[0].Last))
	}
	b.Shut, b.Open = o.Shut, append([]Span{{o.Period, o.Last}}, b.Open...)
	if o.Closing == 0 {
		books.Put(c, 0, b)
		NoMovement(c)
		return 0, nil
	}
	rec, err := EntryOf(c, o.Closing)
	if err != nil {
		return 0, err
	}
	p, err := Prepare(c, Entry{Narrative: o.Narrative, Lines: opposite(rec.Lines), Period: o.Period})
	if err != nil {
		return 0, err
	}
	p.record.Reverses = o.Closing
	p.books.Shut, p.books.Open = b.Shut, b.Open
	reversals.Put(c, o.Closing, p.number)
	return p.Post(c), nil
}

// Result returns income less expense of a period as it stands, and the lines that
// close them: the opposite of every balance, by code. It returns ErrOverflow if the
// result is out of range.
func Result(r state.Reader, p Period) (result money.Amount, closing []Line, err error) {
	err = results.Range(r, resultKey{p, 0}, resultKey{p, ^Code(0)}, func(k resultKey, balance money.Amount) (bool, error) {
		if k.Code == Unappropriated {
			return true, nil
		}
		closing = append(closing, Line{k.Code, -balance})
		if result, err = money.Add(result, -balance); err != nil {
			return false, ErrOverflow.With("income less expense, at account %d", k.Code)
		}
		return true, nil
	})
	return result, closing, err
}

// BroughtForward is the unappropriated surplus that a period begins with, negative for a
// loss: what the account shows without what was posted in later periods.
func BroughtForward(r state.Reader, p Period) (money.Amount, error) {
	balance, err := balances.Get(r, Unappropriated)
	if err != nil {
		return 0, err
	}
	b, err := books.Get(r, 0)
	for later := p + 1; err == nil && later <= b.Periods+1; later++ {
		var moved money.Amount
		if moved, err = results.Get(r, resultKey{later, Unappropriated}); err == nil {
			balance, err = money.Add(balance, -moved)
		}
	}
	return -balance, err
}
