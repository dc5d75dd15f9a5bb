package surplus_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// sale posts a sale of a day.
func sale(l *statetest.L, day uint64, amount money.Amount) {
	l.Must(treasurer, account.Post{Narrative: "a sale", Day: day, Lines: []account.Line{account.Debit(account.Bank, amount), account.Credit(sales, amount)}})
}

// The next period is open while the last is closed, a late entry goes through a
// reopening, and what one period carries forward the next begins with.
func TestOverlappingPeriods(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	day := state.DayOf(1_700_000_000)
	december, january := day+10, day+41
	again := surplus.Reopen{Period: 1, Reason: "an invoice of December"}
	l.Must(treasurer, surplus.OpenPeriod{Name: "December", Last: december})
	sale(l, 0, 1000)
	l.Run(t, []statetest.Row{
		try("a second", treasurer, surplus.OpenPeriod{Name: "January", Last: january}, nil),
		try("a third", treasurer, surplus.OpenPeriod{Name: "February"}, surplus.ErrOpen),
		try("declared while it runs", treasurer, surplus.Declare{Period: 1, Surplus: 1000}, account.ErrRunning),
		try("reopen without a reason", 0, surplus.Reopen{Period: 1}, surplus.ErrReason),
		try("reopen with a book", 0, surplus.Reopen{Period: 1, Reason: strings.Repeat("x", account.MaxNarrative+1)}, surplus.ErrReason),
		try("reopen by an officer", treasurer, again, state.ErrAuthority),
		try("reopen what is not there", 0, surplus.Reopen{Period: 9, Reason: "x"}, surplus.ErrPeriod),
		try("reopen what is open", 0, again, surplus.ErrStage),
	})
	l.Days(15)
	sale(l, 0, 50) // January's
	l.Run(t, []statetest.Row{
		try("January's in December", treasurer, surplus.Declare{Period: 1, Surplus: 1050}, surplus.ErrBooks),
		try("December", treasurer, surplus.Declare{Period: 1, Surplus: 1000}, nil),
		try("January first", treasurer, surplus.Declare{Period: 2, Surplus: 50}, surplus.ErrEarlier),
		try("reopened", 0, again, nil),
		try("what no one declared", 0, surplus.Allocate{Period: 1}, surplus.ErrStage),
	})
	sale(l, december, 3)
	l.Run(t, []statetest.Row{
		try("as it was", treasurer, surplus.Declare{Period: 1, Surplus: 1000}, surplus.ErrBooks),
		try("with what came late", treasurer, surplus.Declare{Period: 1, Surplus: 1003}, nil),
		try("allocated", 0, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 2))}}, nil),
		try("reopened then", 0, again, surplus.ErrStage),
		try("January", treasurer, surplus.Declare{Period: 2, Surplus: 50}, nil).After(func() { l.Days(40) }),
	})
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if err != nil {
			return err
		}
		if s.Reopened != 1 || s.Surplus != 1003 || s.Carried() != 502 || s.Last != december || s.Shut != 0 {
			t.Errorf("December %+v", s)
		}
		if between, err := surplus.Between(r, 2); between != 0 || err != nil {
			t.Errorf("between them: %d, %v", between, err)
		}
		next, err := surplus.PeriodOf(r, 2)
		if next.Opening != s.Carried() || next.Surplus != 50 || next.Shut != december {
			t.Errorf("January %+v", next)
		}
		late, err2 := account.EntryOf(r, 4)
		want := account.Record{Narrative: again.Reason, Reverses: 3, Period: 1, All: true,
			Lines: []account.Line{account.Credit(sales, 1000), account.Debit(account.Unappropriated, 1000)}}
		late.Time, late.By = 0, state.Actor{}
		if diff := cmp.Diff(want, late); diff != "" || err2 != nil {
			t.Errorf("the entry that reopens, %v (-want +got)\n%s", err2, diff)
		}
		return err
	})
	l.Sound()
}

// A period without a last day ends when it is declared: reopened, it takes no entry of
// the next one.
func TestReopenWithoutLastDay(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	l.Run(t, []statetest.Row{try("a second", treasurer, surplus.OpenPeriod{Name: "2"}, surplus.ErrOpen)})
	sale(l, 0, 100)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 100})
	closed := state.DayOf(l.Tip().Time)
	l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
	l.Days(3)
	must(t, l, surplus.Reopen{Period: 1, Reason: "late"})
	sale(l, 0, 7)
	sale(l, closed, 20)
	l.Run(t, []statetest.Row{
		try("with the next one's", treasurer, surplus.Declare{Period: 1, Surplus: 127}, surplus.ErrBooks),
		try("its own", treasurer, surplus.Declare{Period: 1, Surplus: 120}, nil),
	})
	l.Sound()
}

// A year in which nothing was earned is reopened without an entry.
func TestReopenEmpty(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	l.Must(treasurer, surplus.Declare{Period: 1})
	must(t, l, surplus.Reopen{Period: 1, Reason: "late"})
	sale(l, 0, 5)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 5})
	read(t, l, func(r state.Reader) error {
		b, err := account.BooksOf(r)
		if b.Entries != 2 {
			t.Errorf("%d entries", b.Entries)
		}
		return err
	})
	l.Sound()
}

// What is posted to unappropriated surplus between two periods stands between what one
// carries forward and what the next begins with.
func TestBetweenPeriods(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	year(l, 100)
	must(t, l, surplus.Allocate{Period: 1})
	l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
	post(l, account.Debit(account.Bank, 30), account.Credit(account.Unappropriated, 30))
	l.Must(treasurer, surplus.Declare{Period: 2})
	must(t, l, surplus.Allocate{Period: 2})
	l.Must(treasurer, surplus.OpenPeriod{Name: "3"})
	l.Must(treasurer, surplus.Declare{Period: 3})
	read(t, l, func(r state.Reader) error {
		for p, want := range map[surplus.Period]money.Amount{1: 0, 2: 30, 3: 0} {
			if got, err := surplus.Between(r, p); got != want || err != nil {
				t.Errorf("before period %d: %d, %v, want %d", p, got, err, want)
			}
		}
		return nil
	})
}

// A sale of the day on which the year was declared is the next one's, also while the year
// is open again: its own days were closed up to the day before.
func TestReopenOnTheSameDay(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	sale(l, 0, 100)
	l.Days(3)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 100})
	today := state.DayOf(l.Tip().Time)
	l.Must(treasurer, surplus.OpenPeriod{Name: "2", Last: today + 30})
	sale(l, 0, 10)
	must(t, l, surplus.Reopen{Period: 1, Reason: "late"})
	sale(l, 0, 7)       // the next one's
	sale(l, today-1, 3) // what came late
	l.Run(t, []statetest.Row{
		try("with the next one's", treasurer, surplus.Declare{Period: 1, Surplus: 110}, surplus.ErrBooks),
		try("its own", treasurer, surplus.Declare{Period: 1, Surplus: 103}, nil),
	})
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if s.Last != today-1 {
			t.Errorf("it ends on day %d, want %d", s.Last, today-1)
		}
		if next, _, err := account.Result(r, 2); next != 17 || err != nil {
			t.Errorf("the next has %d, %v", next, err)
		}
		return err
	})
	l.Sound()
}

// A treasurer who gave no last day gives it when the year is declared, in the days after
// its end; one that was given wrongly is given anew when it is opened again.
func TestDeclareWithLastDay(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "2027"})
	sale(l, 0, 100)
	first := state.DayOf(l.Tip().Time)
	december := first + 10
	l.Days(20)
	upTo := func(last uint64, amount money.Amount) surplus.Declare {
		return surplus.Declare{Period: 1, Surplus: amount, Last: last}
	}
	l.Run(t, []statetest.Row{
		try("up to today", treasurer, upTo(first+20, 100), account.ErrRunning),
		try("up to December", treasurer, upTo(december, 100), nil),
		try("of January", treasurer, account.Post{Narrative: "a sale", Day: december + 5, Lines: []account.Line{
			account.Debit(account.Bank, 7), account.Credit(sales, 7)}}, nil),
		try("opened again", 0, surplus.Reopen{Period: 1, Reason: "late"}, nil),
		try("up to a day of January", treasurer, upTo(december+5, 100), account.ErrOutside),
		try("up to the day before", treasurer, upTo(december+4, 100), nil),
	})
	l.Must(treasurer, surplus.OpenPeriod{Name: "2028", Last: december + 366})
	must(t, l, surplus.Reopen{Period: 1, Reason: "late"})
	l.Run(t, []statetest.Row{
		try("another day, with the next one open", treasurer, upTo(december, 100), account.ErrLastDay),
		try("the same", treasurer, upTo(december+4, 100), nil),
	})
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if s.Last != december+4 || s.Surplus != 100 {
			t.Errorf("2027 is %+v", s)
		}
		if next, _, err := account.Result(r, 2); next != 7 || err != nil {
			t.Errorf("2028 has %d, %v", next, err)
		}
		return err
	})
	l.Sound()
}
