package dues_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/words"
)

const income account.Code = 4000

func setup() statetest.Setup {
	return statetest.Setup{
		Members: 8, Kinds: append(append(state.KindList{}, member.Kinds...), dues.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"dues.Declare", "member.Resign"}, GrantText: charter.GrantText{Concerned: true}},
			{Actions: []string{"dues.Record"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			return err
		},
		Invariants: []func(state.Reader) error{dues.CheckDues, account.CheckBooks},
	}
}

func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
	l.Sound()
}

func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

func statement(t *testing.T, l *statetest.L, m state.Member, day uint64) dues.Statement {
	t.Helper()
	v := l.Read()
	defer v.Close()
	st, err := dues.StatementOf(v.Of(1), m, day)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func fixed(from uint64, days uint32, amount uint64) dues.Set {
	return dues.Set{From: from, Days: days, Sort: dues.Fixed, Amounts: []uint64{amount}, Account: income}
}

// feb28 is 2027-02-28, in days since 1970.
const feb28 = 20_877

func monthly(from uint64, months, day uint8, days uint32) dues.Set {
	return dues.Set{From: from, Days: days, Months: months, Day: day, Sort: dues.Fixed, Amounts: []uint64{400}, Account: income}
}

func TestSet(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	share := func(num, den uint64) dues.Set {
		return dues.Set{From: now + 1, Days: 30, Sort: dues.Share, Rate: money.Rate{Num: num, Den: den}, Account: income}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("too much", 0, fixed(now, 30, 1e18), dues.ErrSchedule),
		statetest.Try("an unknown sort", 0, dues.Set{From: now, Sort: 4}, dues.ErrSchedule),
		statetest.Try("no amount", 0, dues.Set{From: now, Days: 30, Sort: dues.Fixed}, dues.ErrSchedule),
		statetest.Try("one band", 0, dues.Set{From: now, Days: 30, Sort: dues.Sliding, Amounts: []uint64{1}}, dues.ErrSchedule),
		statetest.Try("too many bands", 0, dues.Set{From: now, Days: 30, Sort: dues.Sliding, Amounts: make([]uint64, 17)}, dues.ErrSchedule),
		statetest.Try("more than all", 0, share(101, 100), dues.ErrSchedule),
		statetest.Try("a share of a fixed amount", 0, dues.Set{From: now, Days: 30, Sort: dues.Fixed, Amounts: []uint64{1}, Least: 1}, dues.ErrSchedule),
		statetest.Try("each week but a day", 0, fixed(now, 6, 100), dues.ErrSchedule),
		statetest.Try("longer than a year", 0, fixed(now, 367, 100), dues.ErrSchedule),
		statetest.Try("months of nothing", 0, dues.Set{From: now, Months: 1}, dues.ErrSchedule),
		statetest.Try("days and months", 0, monthly(now, 1, 1, 30), dues.ErrSchedule),
		statetest.Try("more than a year", 0, monthly(now, 13, 1, 0), dues.ErrSchedule),
		statetest.Try("no day of the month", 0, monthly(now, 1, 0, 0), dues.ErrSchedule),
		statetest.Try("day 32", 0, monthly(now, 1, 32, 0), dues.ErrSchedule),
		statetest.Try("not from that day", 0, monthly(feb28, 1, 27, 0), dues.ErrSchedule),
		statetest.Try("not from the last of the month", 0, monthly(feb28-1, 1, 31, 0), dues.ErrSchedule),
		statetest.Try("a day of the month, of days", 0, dues.Set{From: now, Days: 30, Day: 1, Sort: dues.Fixed, Amounts: []uint64{1}}, dues.ErrSchedule),
		statetest.Try("from a year too far", 0, monthly(1<<63, 1, 1, 0), dues.ErrSchedule),
		statetest.Try("periods of nothing", 0, dues.Set{From: now, Days: 7}, dues.ErrSchedule),
		statetest.Try("from today", 0, fixed(now, 30, 100), dues.ErrFrom),
		statetest.Try("to no account", 0, dues.Set{From: now + 1, Days: 30, Sort: dues.Fixed, Amounts: []uint64{1}, Account: 4999}, account.ErrUnknown),
		statetest.Try("to the bank", 0, dues.Set{From: now + 1, Days: 30, Sort: dues.Fixed, Amounts: []uint64{1}, Account: account.Bank}, dues.ErrIncome),
		statetest.Try("nothing to pay for", statetest.Treasurer, dues.Record{Lines: []dues.Line{{Member: 4, Amount: 1}}}, dues.ErrNone),
		statetest.Try("nothing to declare for", 4, dues.Declare{Member: 4, Band: 1}, dues.ErrNone),
		statetest.Try("by the treasurer alone", statetest.Treasurer, fixed(now+10, 30, 100), state.ErrAuthority),
		statetest.Try("fixed", 0, fixed(now+10, 30, 100), nil),
		statetest.Try("before that, in its place", 0, share(1, 100), nil),
	})
}

// What is due follows from schedules, standing and declarations of each day.
func TestStatement(t *testing.T) {
	l := statetest.New(t, setup())
	start := today(l) + 1
	must(t, l, fixed(start, 30, 500))
	must(t, l, dues.Set{From: start + 90, Days: 30, Sort: dues.Sliding, Amounts: []uint64{300, 600, 1200}, Account: income})
	l.Must(4, dues.Declare{Member: 4, Band: 3})
	l.Days(45)
	l.Must(5, member.Resign{Member: 5})
	l.Days(60) // day 105
	l.Must(4, dues.Declare{Member: 4, Band: 2})
	l.Must(4, dues.Declare{Member: 4, Band: 1}) // the last of a day counts
	must(t, l, dues.Set{From: start + 150, Days: 365, Sort: dues.Share, Rate: money.Rate{Num: 1, Den: 100}, Least: 1000, Account: income})
	l.Must(4, dues.Declare{Member: 4, Income: 250_000})
	must(t, l, dues.Set{From: start + 700})
	l.Sound()
	for _, row := range []struct {
		m    state.Member
		day  uint64 // from the start
		want money.Amount
		n    int
	}{
		{4, 0, 500, 1}, {4, 29, 500, 1}, {4, 30, 1000, 2}, {4, 89, 1500, 3}, {4, 90, 2700, 4}, // band 3
		{4, 120, 3000, 5}, {4, 149, 3000, 5}, // no band any more
		{4, 150, 5500, 6}, {4, 514, 5500, 6}, {4, 515, 8000, 7}, {4, 5000, 8000, 7},
		{5, 45, 1000, 2}, {5, 5000, 1000, 2}, // left
		{6, 150, 3100, 6}, // declared nothing: band 1, and the least
	} {
		st := statement(t, l, row.m, start+row.day)
		if st.Due != row.want || st.Periods != row.n {
			t.Errorf("member %d by day %d: %d in %d periods, want %d in %d", row.m, row.day, st.Due, st.Periods, row.want, row.n)
		}
	}
}

func sliding(from uint64, amounts ...uint64) dues.Set {
	return dues.Set{From: from, Days: 30, Sort: dues.Sliding, Amounts: amounts, Account: income}
}

func share(from, least uint64) dues.Set {
	return dues.Set{From: from, Days: 30, Sort: dues.Share, Rate: money.Rate{Num: 1, Den: 100}, Least: least, Account: income}
}

// A member declares what the schedule in force asks for or one to come, and keeps what it
// declared for the other.
func TestDeclareForBoth(t *testing.T) {
	band := dues.Declare{Member: 4, Band: 3}
	earns := dues.Declare{Member: 4, Income: 100_000}
	for _, row := range []struct {
		name        string
		now, next   func(from uint64) dues.Set
		first, then dues.Declare
		want        [2]money.Amount // due in the second period, and in the first of the next schedule
	}{
		{"bands, then a share", func(d uint64) dues.Set { return sliding(d, 300, 600, 1200) }, func(d uint64) dues.Set { return share(d, 200) }, band, earns, [2]money.Amount{1200, 1000}},
		{"a share, then bands", func(d uint64) dues.Set { return share(d, 200) }, func(d uint64) dues.Set { return sliding(d, 300, 600, 1200) }, earns, band, [2]money.Amount{1000, 1200}},
		{"bands, then the same of all", func(d uint64) dues.Set { return sliding(d, 300, 600, 1200) }, func(d uint64) dues.Set { return fixed(d, 30, 500) }, dues.Declare{Member: 4, Band: 2}, band, [2]money.Amount{1200, 500}},
		{"bands, then fewer", func(d uint64) dues.Set { return sliding(d, 300, 600, 1200) }, func(d uint64) dues.Set { return sliding(d, 100, 200) }, dues.Declare{Member: 4, Band: 2}, band, [2]money.Amount{1200, 200}},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := statetest.New(t, setup())
			start := today(l) + 1
			must(t, l, row.now(start))
			l.Must(4, row.first)
			l.Days(2)
			must(t, l, row.next(start+60))
			l.Must(4, row.then)
			by := func(day uint64) money.Amount { return statement(t, l, 4, start+day).Due }
			if got := [2]money.Amount{by(30) - by(29), by(60) - by(59)}; got != row.want {
				t.Errorf("due %v, want %v", got, row.want)
			}
		})
	}
}

// What no schedule of the next day or after it asks for is refused, also if one that is over did.
func TestDeclareForNone(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, sliding(today(l)+1, 300, 600))
	must(t, l, fixed(today(l)+10, 30, 500))
	l.Days(8)
	l.Run(t, []statetest.Row{
		statetest.Try("an income", 4, dues.Declare{Member: 4, Income: 1}, dues.ErrDeclared),
		statetest.Try("a band that is none", 4, dues.Declare{Member: 4, Band: 3}, dues.ErrDeclared),
		statetest.Try("a band and an income", 4, dues.Declare{Member: 4, Band: 2, Income: 1}, dues.ErrDeclared),
		statetest.Try("a band, for the last day", 4, dues.Declare{Member: 4, Band: 2}, nil),
	})
	l.Days(1)
	l.Run(t, []statetest.Row{statetest.Try("a band, for no day", 4, dues.Declare{Member: 4, Band: 1}, dues.ErrDeclared)})
}

// Money is posted to the account of the schedule in force, whatever is to come.
func TestRecordTo(t *testing.T) {
	const next account.Code = 4100
	l := statetest.New(t, setup())
	pay := func(want map[account.Code]money.Amount) {
		t.Helper()
		l.Must(statetest.Treasurer, dues.Record{Lines: []dues.Line{{Member: 4, Amount: 100}}})
		v := l.Read()
		defer v.Close()
		for code, sum := range want {
			if balance, err := account.BalanceOf(v.Of(1), code); err != nil || balance != -sum {
				t.Errorf("account %d has %d, %v, want %d", code, balance, err, -sum)
			}
		}
	}
	must(t, l, dues.Set{From: today(l) + 1}) // of nothing
	must(t, l, fixed(today(l)+2, 30, 500))
	later := fixed(today(l)+60, 30, 500)
	later.Account = next
	must(t, l, later)
	pay(map[account.Code]money.Amount{income: 100, next: 0}) // none has begun: the first
	l.Days(1)
	pay(map[account.Code]money.Amount{income: 200, next: 0}) // nothing is due: the first that asks for something
	l.Days(58)
	pay(map[account.Code]money.Amount{income: 300, next: 0})
	l.Days(1)
	pay(map[account.Code]money.Amount{income: 300, next: 100})
	must(t, l, dues.Set{From: today(l) + 1})
	l.Days(1)
	pay(map[account.Code]money.Amount{income: 300, next: 200}) // arrears go where they were due
	l.Sound()
}

// A schedule set by mistake is replaced before it begins, and costs nobody anything.
func TestSetAgain(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	must(t, l, fixed(now+10, 365, 100_000))
	l.Run(t, []statetest.Row{
		statetest.Try("the first, from today", 0, fixed(now, 365, 10_000), dues.ErrFrom),
		statetest.Try("the first, from the same day", 0, fixed(now+10, 365, 10_000), nil),
		statetest.Try("one after it", 0, fixed(now+40, 365, 50_000), nil),
		statetest.Try("that, from the day of the one before", 0, fixed(now+10, 365, 20_000), dues.ErrFrom),
		statetest.Try("that, from an earlier day", 0, fixed(now+30, 365, 20_000), nil),
	})
	if st := statement(t, l, 4, now+40); st.Due != 30_000 || st.Periods != 2 {
		t.Errorf("%+v, want 100.00 and 200.00", st)
	}
	var froms []uint64
	v := l.Read()
	err := dues.Schedules(v.Of(1), func(n uint64, s dues.Schedule) (bool, error) {
		froms = append(froms, n, s.From-now)
		return true, nil
	})
	v.Close()
	if err != nil || !slices.Equal(froms, []uint64{1, 10, 2, 30}) {
		t.Errorf("schedules %v, %v, want 1 from day 10 and 2 from day 30", froms, err)
	}
	l.Sound()
	l.Days(30)
	l.Run(t, []statetest.Row{
		statetest.Try("one that has begun", 0, fixed(now+30, 365, 1), dues.ErrFrom),
		statetest.Try("one after it", 0, fixed(now+31, 365, 1), nil),
	})
}

// Fewer do not replace a schedule that more decided on.
func TestSetByFewer(t *testing.T) {
	s := setup()
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"dues.Set"},
		GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{3}}})
	l := statetest.New(t, s)
	now := today(l)
	l.Must(statetest.Treasurer, fixed(now+10, 365, 1))
	if res := l.MandateBy(3, fixed(now+10, 365, 2)); res.Code != 0 {
		t.Errorf("two officers, of one: %d %s", res.Code, res.Log)
	}
	if res := l.Do(statetest.Treasurer, fixed(now+10, 365, 3)); res.Code != dues.ErrDecided.Code {
		t.Errorf("one officer, of two: %d %s", res.Code, res.Log)
	}
	must(t, l, fixed(now+10, 365, 4))
	if res := l.MandateBy(3, fixed(now+10, 365, 5)); res.Code != dues.ErrDecided.Code {
		t.Errorf("two officers, of all: %d %s", res.Code, res.Log)
	}
	if res := l.MandateBy(3, fixed(now+11, 365, 5)); res.Code != dues.ErrDecided.Code {
		t.Errorf("two officers, from the day after: %d %s", res.Code, res.Log)
	}
	l.Days(20)
	if res := l.MandateBy(3, fixed(now+40, 365, 5)); res.Code != dues.ErrDecided.Code {
		t.Errorf("two officers, of all, once it has begun: %d %s", res.Code, res.Log)
	}
	must(t, l, fixed(now+40, 365, 6))
	l.Sound()
}

// Dues of 4.00 a month, of which two months were paid: what is due follows the calendar.
func TestMonthly(t *testing.T) {
	l := statetest.New(t, setup())
	l.Days(int64(feb28 - 10 - today(l)))
	must(t, l, monthly(feb28, 1, 31, 0)) // the last of every month
	for _, row := range []struct {
		after uint64 // days
		want  money.Amount
	}{{0, 400}, {30, 400}, {31, 800}, {60, 800}, {61, 1200}, {366, 4800 + 400}} {
		if st := statement(t, l, 4, feb28+row.after); st.Due != row.want {
			t.Errorf("%d days after: %+v, want %d", row.after, st, row.want)
		}
	}
	l.Days(int64(feb28 - today(l) + 61))
	l.Must(statetest.Treasurer, dues.Record{Lines: []dues.Line{{Member: 4, Amount: 800}}})
	if st := statement(t, l, 4, today(l)); st.Arrears() != 400 || st.Periods != 3 {
		t.Errorf("%+v, want 4.00 in arrears after 3 months", st)
	}
}

// Dues of 4.00 that are due on the last day of each month, over a leap day: the dates are
// those of a wall calendar. On the day before each the sum is one amount less.
func TestMonthEnds(t *testing.T) {
	l := statetest.New(t, setup())
	first := words.DayOf(2027, 12, 31)
	l.Days(int64(first - 10 - today(l)))
	must(t, l, monthly(first, 1, 31, 0))
	for i, end := range []string{
		"2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31", "2028-06-30",
		"2028-07-31", "2028-08-31", "2028-09-30", "2028-10-31", "2028-11-30", "2028-12-31", "2029-01-31", "2029-02-28", "2029-03-31",
	} {
		var y, m, d int64
		if _, err := fmt.Sscanf(end, "%d-%d-%d", &y, &m, &d); err != nil {
			t.Fatal(err)
		}
		day, want := words.DayOf(y, m, d), money.Amount(400*(i+1))
		if st := statement(t, l, 4, day); st.Due != want || st.Periods != i+1 {
			t.Errorf("on %s: %d in %d periods, want %d", end, st.Due, st.Periods, want)
		}
		if st := statement(t, l, 4, day-1); st.Due != want-400 {
			t.Errorf("on the day before %s: %d, want %d", end, st.Due, want-400)
		}
	}
}

func TestRecord(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, fixed(today(l)+1, 30, 500))
	line := func(m state.Member, amount uint64) []dues.Line { return []dues.Line{{Member: m, Amount: amount}} }
	record := func(lines ...dues.Line) dues.Record { return dues.Record{Lines: lines} }
	two := []dues.Line{{Member: 4, Amount: 500}, {Member: 5, Amount: 700}}
	l.Run(t, []statetest.Row{
		statetest.Try("nobody", statetest.Treasurer, record(), dues.ErrLines),
		statetest.Try("too many", statetest.Treasurer, record(make([]dues.Line, dues.MaxBatch+1)...), dues.ErrLines),
		statetest.Try("twice", statetest.Treasurer, record(two[0], two[0]), dues.ErrLines),
		statetest.Try("nothing", statetest.Treasurer, dues.Record{Lines: line(4, 0)}, dues.ErrLines),
		statetest.Try("no such member", statetest.Treasurer, dues.Record{Lines: line(99, 1)}, member.ErrUnknown),
		statetest.Try("by a member", 4, dues.Record{Lines: line(4, 1)}, state.ErrAuthority),
		statetest.Try("two members", statetest.Treasurer, record(two...), nil),
		statetest.Try("returned without a reason", 0, dues.Return{Lines: line(5, 200)}, member.ErrReason),
		statetest.Try("for too long a reason", 0, dues.Return{Lines: line(5, 200), Reason: strings.Repeat("r", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("more than was paid", 0, dues.Return{Lines: line(5, 701), Reason: "r"}, dues.ErrReturn),
		statetest.Try("by the treasurer alone", statetest.Treasurer, dues.Return{Lines: line(5, 200), Reason: "r"}, state.ErrAuthority),
		statetest.Try("returned", 0, dues.Return{Lines: line(5, 200), Reason: "paid twice"}, nil),
		statetest.Try("a band of a fixed schedule", 4, dues.Declare{Member: 4, Band: 1}, dues.ErrDeclared),
		statetest.Try("for another", 4, dues.Declare{Member: 5, Band: 1}, state.ErrAuthority),
	})
	l.Days(31)
	for m, want := range map[state.Member]money.Amount{4: 500, 5: 500, 6: 1000} {
		if st := statement(t, l, m, today(l)); st.Arrears() != want || st.Due != 1000 {
			t.Errorf("member %d: %+v, want arrears of %d", m, st, want)
		}
	}
	v := l.Read()
	defer v.Close()
	total, err := dues.TotalsOf(v.Of(1))
	balance, balanceErr := account.BalanceOf(v.Of(1), income)
	if err != nil || balanceErr != nil || total.Paid != 1000 || balance != -1000 {
		t.Errorf("paid %d, the account has %d, %v, %v", total.Paid, balance, err, balanceErr)
	}
}

// The room's tables, opened again to break them.
var (
	schedules = state.NewTable[uint64, dues.Schedule](0x86)
	payers    = state.NewTable[state.Member, dues.Payer](0x87)
	totals    = state.NewTable[uint8, dues.Totals](0x82)
)

// CheckDues fails when a record is broken, and says which.
func TestCheckDuesFails(t *testing.T) {
	scene := func(l *statetest.L) {
		must(t, l, fixed(today(l)+1, 30, 500))
		must(t, l, fixed(today(l)+100, 30, 600))
		must(t, l, dues.Record{Lines: []dues.Line{{Member: 4, Amount: 500}}})
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a schedule erased", Break: func(c *state.Ctx) { schedules.Delete(c, 1) }, Says: "schedule 2 from day"},
		{Name: "the last erased", Break: func(c *state.Ctx) { schedules.Delete(c, 2) }, Says: "1 schedules, totals say 2"},
		{Name: "paid more", Break: func(c *state.Ctx) { payers.Put(c, 4, dues.Payer{Paid: 501, Payments: 1}) }, Says: "member 4 paid 500 in 1 payments, its record says 501 in 1"},
		{Name: "a payment more", Break: func(c *state.Ctx) { payers.Put(c, 4, dues.Payer{Paid: 500, Payments: 2}) }, Says: "its record says 500 in 2"},
		{Name: "another total", Break: func(c *state.Ctx) { totals.Put(c, 0, dues.Totals{Schedules: 2, Paid: 499}) }, Says: "dues of 500 were paid, totals say 499"},
	})
}

// A schedule that Check refuses is described too: a program may show what it does not send.
func TestDescribeNothing(t *testing.T) {
	l := statetest.New(t, setup())
	v := l.Read()
	defer v.Close()
	for _, sort := range []dues.Sort{0, dues.Fixed, dues.Sliding, dues.Share, 9} {
		if w := (dues.Set{From: 20000, Sort: sort}).Describe(state.Telling{Reader: v.Of(1)}); w.Phrase != "set the dues from 2024-10-04 on" {
			t.Errorf("%v: %q", sort, w.Phrase)
		}
	}
}
