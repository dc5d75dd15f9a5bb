package account

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// dayKey is one account's part of a day of a period.
type dayKey struct {
	Period Period
	Day    uint64 // days since 1970
	Code   Code
}

// days are what entries by hand of a day have moved of a period's results: by them a
// period is found to have nothing after a day. Absent if zero, as when what was entered
// is reversed.
//
//	0x36 ‖ co-op (4) ‖ period (4) ‖ day (8) ‖ code (2) → amount
var days = state.NewTable[dayKey, money.Amount](0x36)

// A dayMove is what stands of an account on a day after a posting.
type dayMove struct {
	key   dayKey
	after money.Amount
}

// onDay notes what the posting moves on its day, if it is by hand.
func (p *Posting) onDay(c *state.Ctx, k resultKey, moved money.Amount) error {
	if !p.record.Hand {
		return nil
	}
	key := dayKey{k.Period, p.record.DayOf(), k.Code}
	before, err := days.Get(c, key)
	if err != nil {
		return err
	}
	after, err := money.Add(before, moved)
	if err != nil {
		return ErrOverflow.With("account %d on %s", k.Code, words.Day(key.Day))
	}
	p.dated = append(p.dated, dayMove{key, after})
	return nil
}

func (p Posting) putDays(c *state.Ctx) {
	for _, d := range p.dated {
		if d.after == 0 {
			days.Delete(c, d.key)
		} else {
			days.Put(c, d.key, d.after)
		}
	}
}

// movedBetween finds the first day, from first to last, on which entries by hand moved a
// period's results, and an account of them.
func movedBetween(r state.Reader, p Period, first, last uint64) (day uint64, code Code, ok bool, err error) {
	if first > last {
		return 0, 0, false, nil
	}
	err = days.Range(r, dayKey{p, first, 0}, dayKey{p, last, ^Code(0)}, func(k dayKey, _ money.Amount) (bool, error) {
		day, code, ok = k.Day, k.Code, true
		return false, nil
	})
	return day, code, ok, err
}

// MovedFrom says whether entries by hand of a day or later have moved a period's results.
func MovedFrom(r state.Reader, p Period, day uint64) (bool, error) {
	_, _, ok, err := movedBetween(r, p, day, ^uint64(0))
	return ok, err
}

// requireLast refuses a last day that the oldest open period cannot have: it has passed,
// is after those of closed periods, and each entry is of the period of its day.
func (b Books) requireLast(c *state.Ctx, last uint64) error {
	span := b.Open[0]
	if last >= c.Day() {
		return ErrRunning.With("period %d would end on %s", span.Period, words.Day(last))
	}
	if last <= b.Shut {
		return ErrLastDay.With("%s; earlier periods are closed up to %s", words.Day(last), words.Day(b.Shut))
	}
	if last != span.Last && len(b.Open) > 1 {
		return ErrLastDay.With("%s; it was given as %s, and period %d is open already", words.Day(last), words.Day(span.Last), b.Open[1].Period)
	}
	day, code, found, err := movedBetween(c, span.Period, last+1, ^uint64(0))
	if err == nil && found {
		return ErrOutside.With("%s in period %d, on account %d", words.Day(day), span.Period, code)
	}
	if err == nil && len(b.Open) == 1 {
		if day, code, found, err = movedBetween(c, span.Period+1, 0, last); err == nil && found {
			return ErrOutside.With("%s in period %d, on account %d", words.Day(day), span.Period+1, code)
		}
	}
	return err
}
