package account_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// opens, closes and reopens let a test do what only a room above does.
type opens struct {
	Last uint64 `cbor:"1,keyasint,omitempty"`
}

func (opens) Check() error                       { return nil }
func (opens) Describe(state.Telling) state.Words { return state.Words{Phrase: "open a period"} }
func (m opens) Apply(c *state.Ctx) error {
	_, err := account.OpenPeriod(c, m.Last)
	return err
}

type closes struct {
	Period account.Period `cbor:"1,keyasint,omitempty"`
	Last   uint64         `cbor:"2,keyasint,omitempty"`
}

func (closes) Check() error                       { return nil }
func (closes) Describe(state.Telling) state.Words { return state.Words{Phrase: "close a period"} }
func (m closes) Apply(c *state.Ctx) error {
	p, result, err := account.PrepareClosing(c, m.Period, m.Last, "close")
	if err == nil {
		account.ClosePeriod(c, p)
		c.Return(result)
	}
	return err
}

type reopens struct {
	Period  account.Period `cbor:"1,keyasint,omitempty"`
	Last    uint64         `cbor:"2,keyasint,omitempty"`
	Closing uint64         `cbor:"3,keyasint,omitempty"`
}

func (reopens) Check() error                       { return nil }
func (reopens) Describe(state.Telling) state.Words { return state.Words{Phrase: "reopen a period"} }
func (m reopens) Apply(c *state.Ctx) error {
	_, err := account.ReopenPeriod(c, account.Reopening{Period: m.Period, Last: m.Last, Closing: m.Closing, Narrative: "late"})
	return err
}

// first is the day of a new ledger's first block.
var first = state.DayOf(1_700_000_000)

func periodic() statetest.Setup {
	s := setup()
	s.Kinds = append([]state.Kind{
		state.KindOf[opens](0x7f02, "account_test.opens"),
		state.KindOf[closes](0x7f03, "account_test.closes"),
		state.KindOf[reopens](0x7f04, "account_test.reopens"),
	}, s.Kinds...)
	return s
}

// on is a sale of an amount on a day.
func on(day uint64, amount money.Amount) account.Post {
	p := post(account.Debit(1000, amount), account.Credit(4000, amount))
	p.Day = day
	return p
}

func resultOf(t *testing.T, l *statetest.L, p account.Period) money.Amount {
	t.Helper()
	v := l.Read()
	defer v.Close()
	result, _, err := account.Result(v.Of(1), p)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// January's sales never fall into December's result, in whatever order the two are
// entered, and a late entry goes through a reopening.
func TestTwoPeriods(t *testing.T) {
	l := statetest.New(t, periodic())
	defer l.Close()
	december := first + 10 // its last day
	l.Run(t, []statetest.Row{
		statetest.Try("December", 0, opens{december}, nil),
		statetest.Try("an end before the last one's", 0, opens{december}, account.ErrLast),
		statetest.Try("in December", treasurer, on(0, 100), nil),
		statetest.Try("closed while it runs", 0, closes{Period: 1}, account.ErrRunning),
		statetest.Try("the day after tomorrow", treasurer, on(first+2, 100), account.ErrDate),
		statetest.Try("of another time zone's day", treasurer, on(first+1, 200), nil),
		statetest.Try("in January, which is not opened", treasurer, on(0, 1000), nil).After(func() { l.Days(20) }),
		statetest.Try("a January that ends before it", 0, opens{first + 19}, account.ErrLast),
		statetest.Try("January", 0, opens{december + 31}, nil),
		statetest.Try("in January", treasurer, on(0, 2000), nil),
		statetest.Try("of December, late", treasurer, on(december, 400), nil),
	})
	if dec, jan := resultOf(t, l, 1), resultOf(t, l, 2); dec != 700 || jan != 3000 {
		t.Errorf("December %d, January %d", dec, jan)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("December closed", 0, closes{Period: 1}, nil),
		statetest.Try("of December, too late", treasurer, on(december, 1), account.ErrShut),
		statetest.Try("of January's first day", treasurer, on(december+1, 4000), nil),
	})
	closing := uint64(6)
	if dec, jan := resultOf(t, l, 1), resultOf(t, l, 2); dec != 0 || jan != 7000 {
		t.Errorf("December %d, January %d", dec, jan)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("December again", 0, reopens{1, december, closing}, nil),
		statetest.Try("of December, found", treasurer, on(december, 8), nil),
		statetest.Try("in January, meanwhile", treasurer, on(0, 1), nil),
	})
	if dec, jan := resultOf(t, l, 1), resultOf(t, l, 2); dec != 708 || jan != 7001 {
		t.Errorf("December %d, January %d", dec, jan)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("December closed again", 0, closes{Period: 1}, nil),
		statetest.Try("and January, which runs", 0, closes{Period: 2}, account.ErrRunning),
		statetest.Try("and January", 0, closes{Period: 2}, nil).After(func() { l.Days(40) }),
	})
	v := l.Read()
	defer v.Close()
	if got, err := account.BalanceOf(v.Of(1), account.Unappropriated); got != -7709 || err != nil {
		t.Errorf("unappropriated %d, %v", got, err)
	}
	if by, err := account.ReversedBy(v.Of(1), closing); by != 8 || err != nil {
		t.Errorf("the closing entry is reversed by %d, %v", by, err)
	}
	l.Sound()
}

// What was posted by hand to unappropriated surplus in a later period is not brought
// forward into an earlier one.
func TestBroughtForward(t *testing.T) {
	l := statetest.New(t, periodic())
	defer l.Close()
	gift := func(day uint64, amount money.Amount) account.Post {
		p := post(account.Debit(1000, amount), account.Credit(account.Unappropriated, amount))
		p.Day = day
		return p
	}
	l.Mandate(opens{first + 1})
	l.Must(treasurer, gift(0, 5))
	l.Days(5)
	l.Must(treasurer, gift(0, 70)) // before the second period is opened
	l.Mandate(opens{})
	l.Must(treasurer, gift(0, 600))
	v := l.Read()
	defer v.Close()
	for p, want := range []money.Amount{0, 5, 675} {
		if p == 0 {
			continue
		}
		if got, err := account.BroughtForward(v.Of(1), account.Period(p)); got != want || err != nil {
			t.Errorf("period %d begins with %d, %v, want %d", p, got, err, want)
		}
	}
}

// A slip to a reserve or to the surplus is taken back by an entry that names it while its
// period is open; later by a motion, and otherwise not at all.
func TestReserveSlip(t *testing.T) {
	l := statetest.New(t, periodic())
	defer l.Close()
	slip := func(code account.Code) account.Post {
		return post(account.Debit(1000, 500), account.Credit(code, 500))
	}
	back := func(n uint64) account.Reverse { return account.Reverse{Entry: n, Narrative: "slip"} }
	l.Mandate(opens{first + 1})
	for range 2 {
		l.Must(treasurer, slip(account.Reserve))
		l.Must(treasurer, slip(account.Unappropriated))
	}
	l.Days(3)
	l.Mandate(opens{})
	l.Run(t, []statetest.Row{
		statetest.Try("a reserve's, in its period", treasurer, back(1), nil),
		statetest.Try("the surplus's, in its period", treasurer, back(2), nil),
		statetest.Try("a reserve's, when it is closed", treasurer, back(3), account.ErrGuarded).After(func() { l.Mandate(closes{Period: 1}) }),
		statetest.Try("the surplus's, when it is closed", treasurer, back(4), account.ErrGuarded),
		statetest.Try("by hand, without a name", 0, post(account.Debit(account.Reserve, 500), account.Credit(1000, 500)), account.ErrGuarded),
		statetest.Try("a reserve's, by a motion", 0, back(3), nil),
		statetest.Try("the surplus's, by a motion", 0, back(4), nil),
	})
	v := l.Read()
	defer v.Close()
	for n, want := range map[uint64]account.Record{
		5: {Period: 1, Day: first}, 7: {Period: 2},
	} {
		rec, err := account.EntryOf(v.Of(1), n)
		if err != nil || rec.Period != want.Period || rec.Day != want.Day {
			t.Errorf("entry %d is of day %d, period %d, %v", n, rec.Day, rec.Period, err)
		}
	}
	trial, err := account.TrialBalance(v.Of(1))
	if err != nil || len(trial.Balances) != 0 {
		t.Errorf("%+v, %v", trial, err)
	}
	l.Sound()
}

// The bank and funds stop at zero, or where the charter says; what brings them nearer to
// it is always taken, and payables may be on either side.
func TestFloors(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	pay := func(from account.Code, amount money.Amount) account.Post {
		return post(account.Debit(5000, amount), account.Credit(from, amount))
	}
	spend := func(amount money.Amount) account.Post {
		return post(account.Debit(account.Education, amount), account.Credit(2000, amount))
	}
	l.Must(treasurer, post(account.Debit(1000, 1000), account.Credit(account.Education, 300), account.Credit(4000, 700)))
	l.Run(t, []statetest.Row{
		statetest.Try("a cent more than the bank has", treasurer, pay(1000, 1001), account.ErrFloor),
		statetest.Try("all that it has", treasurer, pay(1000, 1000), nil),
		statetest.Try("a cent", treasurer, pay(1000, 1), account.ErrFloor),
		statetest.Try("by a motion", 0, pay(1000, 1), account.ErrFloor),
		statetest.Try("more than a fund has", treasurer, spend(301), account.ErrFloor),
		statetest.Try("all that it has", treasurer, spend(300), nil),
		statetest.Try("payables the other way", treasurer, post(account.Debit(2000, 900), account.Credit(1100, 900)), nil),
		statetest.Try("up to the overdraft", treasurer, pay(1000, 250), nil).After(func() {
			amendOverdraft(t, l, charter.Overdraft{Account: 1000, Amount: 250})
		}),
		statetest.Try("beyond it", treasurer, pay(1000, 1), account.ErrFloor),
		statetest.Try("back from below, when none is allowed", treasurer, post(account.Debit(1000, 1), account.Credit(4000, 1)), nil).After(func() {
			amendOverdraft(t, l)
		}),
	})
	if got := l.Do(treasurer, pay(1000, 1)).Log; !strings.HasSuffix(got, "1000 bank would be at -2.50 EUR, its floor is 0.00 EUR") {
		t.Errorf("it says %q", got)
	}
}

func amendOverdraft(t *testing.T, l *statetest.L, allowed ...charter.Overdraft) {
	t.Helper()
	v := l.Read()
	p, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	p.Overdrafts = allowed
	if res := l.Mandate(amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(p)}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	v = l.Read()
	defer v.Close()
	p, err = charter.PolicyOf(v.Of(1))
	if diff := cmp.Diff(allowed, p.Overdrafts); diff != "" || err != nil {
		t.Fatalf("%v (-want +got)\n%s", err, diff)
	}
}

// A period that was opened without a last day gets one when it is closed, and then has
// the entries of its days: none that is dated later, and the next none that is not.
func TestLastDayAtTheEnd(t *testing.T) {
	l := statetest.New(t, periodic())
	defer l.Close()
	december := first + 10
	back := func(n uint64) account.Reverse { return account.Reverse{Entry: n, Narrative: "of January"} }
	gift := post(account.Debit(1000, 5), account.Credit(account.Unappropriated, 5))
	l.Mandate(opens{})
	l.Must(treasurer, on(0, 100))
	l.Run(t, []statetest.Row{
		statetest.Try("of today", 0, closes{Period: 1, Last: first}, account.ErrRunning),
		statetest.Try("of January, in the period that goes on", treasurer, on(0, 7), nil).After(func() { l.Days(20) }),
		statetest.Try("a gift of January", treasurer, gift, nil),
		statetest.Try("what moves no result", treasurer, post(account.Debit(1100, 3), account.Credit(1000, 3)), nil),
		statetest.Try("with a sale and a gift of January in it", 0, closes{Period: 1, Last: december}, account.ErrOutside),
		statetest.Try("the sale is taken back", treasurer, back(2), nil),
		statetest.Try("with a gift of January in it", 0, closes{Period: 1, Last: december}, account.ErrOutside),
		statetest.Try("the gift is taken back", treasurer, back(3), nil),
		statetest.Try("before its sale of the first day", 0, closes{Period: 1, Last: first - 1}, account.ErrOutside),
		statetest.Try("with nothing of January in it", 0, closes{Period: 1, Last: december}, nil),
		statetest.Try("of December, too late", treasurer, on(december, 1), account.ErrShut),
		statetest.Try("the sale again, of the next", treasurer, on(december+1, 7), nil),
		statetest.Try("a next one that ends before it", 0, opens{december}, account.ErrLast),
		statetest.Try("the next", 0, opens{december + 31}, nil),
		statetest.Try("closed up to a day of the one before", 0, closes{Period: 2, Last: december}, account.ErrLastDay).After(func() { l.Days(60) }),
		statetest.Try("a sale of after it", treasurer, on(0, 40), nil),
		statetest.Try("the next, later than it was opened for", 0, closes{Period: 2, Last: december + 70}, account.ErrOutside).After(func() { l.Days(1) }),
		statetest.Try("the next, earlier", 0, closes{Period: 2, Last: december + 5}, nil),
	})
	v := l.Read()
	defer v.Close()
	if got, err := account.BalanceOf(v.Of(1), account.Unappropriated); got != -107 || err != nil {
		t.Errorf("unappropriated %d, %v", got, err)
	}
	b, err := account.BooksOf(v.Of(1))
	if b.Shut != december+5 || err != nil {
		t.Errorf("closed up to %d, %v, want %d", b.Shut, err, december+5)
	}
	if three, _, err := account.Result(v.Of(1), 3); three != 40 || err != nil {
		t.Errorf("the third has %d, %v", three, err)
	}
	l.Sound()
}

// Before it is signed an entry says to which period it will belong.
func TestPeriodInPreview(t *testing.T) {
	l := statetest.New(t, periodic())
	defer l.Close()
	says := func(a state.Action) (period string) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		for _, c := range a.Describe(state.Telling{Reader: v.Of(1), Now: true}).Clauses {
			if c.What == "period" {
				period = c.After
			}
		}
		for _, c := range a.Describe(state.Telling{Reader: v.Of(1)}).Clauses {
			if c.What == "period" {
				t.Errorf("when it is proposed it says %s", c.After)
			}
		}
		return period
	}
	want := func(a state.Action, period string) {
		t.Helper()
		if got := says(a); got != period {
			t.Errorf("period %q, want %q", got, period)
		}
	}
	back := account.Reverse{Entry: 1, Narrative: "x"}
	want(on(0, 1), "1, which is not opened yet")
	l.Mandate(opens{first + 1})
	l.Must(treasurer, on(0, 1))
	want(on(0, 1), "1, up to 2023-11-15")
	want(back, "1, up to 2023-11-15")
	l.Days(5)
	want(on(0, 1), "2, which is not opened yet")
	want(on(first, 1), "1, up to 2023-11-15")
	l.Mandate(opens{})
	want(on(0, 1), "2, until it is declared")
	want(back, "1, up to 2023-11-15")
	l.Mandate(closes{Period: 1})
	want(back, "2, until it is declared")
}
