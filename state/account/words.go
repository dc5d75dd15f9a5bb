package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// Named is an account of r's co-op by code and name: "1000 bank".
func Named(r state.Reader, code Code) string {
	a, err := Find(r, code)
	if err != nil {
		return fmt.Sprintf("account %d", code)
	}
	return fmt.Sprintf("%d %s", code, words.Plain(a.Name))
}

// Words say what a line does to which side of which account.
func (l Line) Words(r state.Reader) string {
	if l.Amount < 0 {
		return fmt.Sprintf("credit %s with %s", Named(r, l.Account), charter.Money(r, -l.Amount))
	}
	return fmt.Sprintf("debit %s with %s", Named(r, l.Account), charter.Money(r, l.Amount))
}

// dated says an accounting date other than that of the block.
func dated(day uint64) string {
	if day == 0 {
		return ""
	}
	return " on " + words.Day(day)
}

// periodFacts say to which period an entry of a day will belong; period is that, or zero
// for the one of the day. Once it is proposed only the journal says that.
func periodFacts(t state.Telling, day uint64, period Period) []state.Clause {
	if !t.Now {
		return nil
	}
	b, err := BooksOf(t)
	if err != nil {
		return []state.Clause{state.Fact("period", "one that cannot be read")}
	}
	if day == 0 {
		day = state.DayOf(t.Time())
	}
	if period == 0 {
		period = b.PeriodOn(day)
	}
	says := "which is closed"
	if period > b.Periods {
		says = "which is not opened yet"
	}
	for _, s := range b.Open {
		switch {
		case s.Period != period:
		case s.Last == 0:
			says = "until it is declared"
		default:
			says = "up to " + words.Day(s.Last)
		}
	}
	return []state.Clause{state.Fact("period", "%d, %s", period, says)}
}

// lineFacts are lines, one by one.
func lineFacts(r state.Reader, lines []Line) []state.Clause {
	var out []state.Clause
	for i, l := range lines {
		out = append(out, state.Fact(fmt.Sprintf("line %d", i+1), "%s", l.Words(r)))
	}
	return out
}
