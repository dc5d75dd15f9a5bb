package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// wantEnded says that a motion was carried and its action refused by a rejection, or
// done if that is nil.
func (f *fed) wantEnded(n ballot.Number, by *state.Rejection) {
	f.t.Helper()
	want := uint32(0)
	if by != nil {
		want = by.Code
	}
	if r := f.result(n); r.Outcome != count.Carried || r.Refused != want {
		f.t.Errorf("motion %d is %v, its action refused with %d, want %d", n, r.Outcome, r.Refused, want)
	}
}

// wantRefused has member 1 try an action, which must be refused by a rejection.
func (f *fed) wantRefused(a state.Action, by *state.Rejection) {
	f.t.Helper()
	if r := f.block(f.sign(1, 1, a)).TxResults[0]; r.Code != by.Code {
		f.t.Errorf("%T: %d %s, want %d", a, r.Code, r.Log, by.Code)
	}
}

// wantBalance compares the balance of an account.
func (f *fed) wantBalance(code account.Code, want money.Amount) {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	if got, err := account.BalanceOf(v.Of(1), code); err != nil || got != want {
		f.t.Errorf("account %d has %d, %v, want %d", code, got, err, want)
	}
}

func gift(amount money.Amount) account.Post {
	return account.Post{Narrative: "gift", Lines: []account.Line{account.Debit(account.Bank, amount), account.Credit(account.Unappropriated, amount)}}
}

// asDividend is the rule that gives an amount to members by their purchases.
func asDividend(p surplus.Period, amount money.Amount) surplus.Allocate {
	return surplus.Allocate{Period: p, Steps: []surplus.Step{{
		Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: amount, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 1},
	}}}
}

// While members vote on an allocation, nobody moves by hand what it divides: officers
// neither take back an entry that the declared opening counts nor add one. All members
// may; then no more is allocated than there is.
func TestOpeningStandsWhileItIsDivided(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, patronage(4, 1)), f.sign(1, 1, gift(50_000)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.must(f.sign(1, 1, f.motionOf(1, asDividend(1, 50_000))))
	f.castAll(1, ballot.Yes)
	undone := account.Reverse{Entry: 1, Narrative: "undone"}
	f.wantRefused(gift(1), account.ErrHeld)
	two := f.motionOf(3, undone)
	two.Anyway = true
	f.must(f.sign(1, 1, two), f.sign(1, 1, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}), f.sign(1, 2, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}))
	f.block()
	if r := f.result(2); r.Refused == 0 {
		t.Error("two officers took the opening back")
	}
	f.wantBalance(account.Unappropriated, -50_000)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.block()
	f.wantEnded(1, nil)
	f.wantBalance(account.Unappropriated, 0)
	f.wantBalance(account.Dividends, -50_000)
	f.must(f.sign(1, 1, gift(1))) // it is over
	f.sound()
}

// An entry in one open period that is taken back while another is open, with a day of
// that one, leaves no surplus that is not there, and no one allocates it.
func TestOpeningOfNothing(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := state.DayOf(f.now.Unix())
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}), f.sign(1, 1, patronage(4, 1)))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2"}))
	given := gift(50_000)
	given.Day = day
	f.must(f.sign(1, 1, given), f.sign(1, 1, account.Reverse{Entry: 1, Narrative: "slip", Day: day + 1}))
	f.wantBalance(account.Unappropriated, 0)
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.wantRefused(f.motionOf(1, asDividend(1, 50_000)), ballot.ErrTried)
	anyway := f.motionOf(1, asDividend(1, 50_000))
	anyway.Anyway = true
	f.wantRefused(anyway, surplus.ErrExceeds)
	f.wantBalance(account.Unappropriated, 0)
	f.sound()
}

// dayOf is the day of the last block.
func (f *fed) dayOf() uint64 { return state.DayOf(f.now.Unix()) }

// The days of a period that lasted until it was closed are shut: what is dated before
// the day on which that was done is refused, on that day the next period begins, and it
// ends later. So the first can be opened again, and their days do not overlap.
func TestClosedDaysStayClosed(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}))
	f.now = f.now.Add(10 * 24 * time.Hour)
	f.must(f.sign(1, 1, sold(10_000)), f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	dated := func(ago uint64, amount money.Amount) account.Post {
		post := sold(amount)
		post.Day = f.dayOf() - ago
		return post
	}
	f.wantRefused(dated(5, 700), account.ErrShut)
	f.wantRefused(dated(1, 700), account.ErrShut)
	for _, last := range []uint64{1, f.dayOf() - 1, f.dayOf()} {
		f.wantRefused(surplus.OpenPeriod{Name: "2027", Last: last}, account.ErrLast)
	}
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2027", Last: f.dayOf() + 1}), f.sign(1, 1, sold(500)))
	f.must(f.carried(1, 1, surplus.Reopen{Period: 1, Reason: "late"})...)
	f.block()
	f.wantEnded(1, nil)
	f.must(f.sign(1, 1, dated(5, 700)), f.sign(1, 1, dated(0, 30)))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, sold(4)))
	v := f.view()
	defer v.Close()
	for p, want := range map[account.Period]money.Amount{1: 10_730, 2: 504} {
		if got, _, err := account.Result(v.Of(1), p); err != nil || got != want {
			t.Errorf("period %d has a result of %d, %v, want %d", p, got, err, want)
		}
	}
	b, err := account.BooksOf(v.Of(1))
	if diff := cmp.Diff([]account.Span{{Period: 1, Last: f.dayOf() - 1}, {Period: 2, Last: f.dayOf()}}, b.Open); diff != "" || err != nil {
		t.Errorf("open periods, %v (-want +got)\n%s", err, diff)
	}
	f.sound()
}

// As long as a declared period is not allocated it can be opened again: no officer takes
// its place by opening a third.
func TestPlaceForReopening(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := f.dayOf()
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}), f.sign(1, 1, surplus.OpenPeriod{Name: "2", Last: day + 30}))
	third := surplus.OpenPeriod{Name: "3", Last: day + 60}
	f.wantRefused(third, surplus.ErrOpen)
	f.must(f.carried(1, 1, surplus.Reopen{Period: 1, Reason: "late"})...)
	f.block()
	f.wantEnded(1, nil)
	v := f.view()
	b, err := account.BooksOf(v.Of(1))
	v.Close()
	if diff := cmp.Diff([]account.Span{{Period: 1, Last: day}, {Period: 2, Last: day + 30}}, b.Open); diff != "" || err != nil {
		t.Errorf("open periods, %v (-want +got)\n%s", err, diff)
	}
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.carry(2, 1, surplus.Allocate{Period: 1})
	f.must(f.sign(1, 1, third))
	f.sound()
}

// All members take back what the declared opening counts, while they vote on its
// allocation: that is done, and what is not there is not allocated.
func TestAllMembersMoveTheOpening(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, patronage(4, 1)), f.sign(1, 1, gift(50_000)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.must(f.sign(1, 1, f.motionOf(1, asDividend(1, 50_000))))
	f.castAll(1, ballot.Yes)
	f.carry(2, 1, account.Reverse{Entry: 1, Narrative: "given by mistake"})
	f.wantEnded(2, nil)
	f.wantBalance(account.Unappropriated, 0)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.wantEnded(1, surplus.ErrExceeds)
	f.wantBalance(account.Unappropriated, 0)
	f.wantBalance(account.Dividends, 0)
	f.sound()
}

// What a reserve was given comes out in the same period, if it was a slip of the last
// year. Later neither an officer nor two take it back: all members do.
func TestReserveIsTakenByAllOnly(t *testing.T) {
	given := func(amount money.Amount) account.Post {
		return account.Post{Narrative: "a bequest", Lines: []account.Line{account.Debit(account.Bank, amount), account.Credit(account.Reserve, amount)}}
	}
	back := account.Reverse{Entry: 1, Narrative: "undone"}
	for _, row := range []struct {
		name   string
		closed bool
		days   int
		want   *state.Rejection // by one officer and by two
	}{
		{"the same period, the last day", false, account.MaxSlip, nil},
		{"the same period, open for years", false, account.MaxSlip + 1, account.ErrGuarded},
		{"a closed period", true, 1, account.ErrGuarded},
	} {
		began := func() *fed {
			f := newFed(t, 1, Options{})
			f.now = time.Unix(int64(f.dayOf()+1)*86400, 0)
			f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, given(900_000)))
			if row.closed {
				f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
			}
			f.now = f.now.Add(time.Duration(row.days) * 24 * time.Hour)
			return f
		}
		f := began()
		if r := f.block(f.sign(1, 1, back)).TxResults[0]; (row.want == nil) != (r.Code == 0) || (row.want != nil && r.Code != row.want.Code) {
			t.Errorf("%s: one officer: %d %s", row.name, r.Code, r.Log)
		}
		f.sound()
		f = began()
		two := f.motionOf(3, back)
		two.Anyway = true
		f.must(f.sign(1, 1, two), f.sign(1, 1, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}), f.sign(1, 2, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
		f.block()
		f.wantEnded(1, row.want)
		if row.want != nil {
			f.wantBalance(account.Reserve, -900_000)
			f.carry(2, 1, back)
			f.wantEnded(2, nil)
		}
		f.wantBalance(account.Reserve, 0)
		f.sound()
	}
}

// An officer does not fill the chart of accounts: what all members decide on finds a
// place.
func TestChartHasRoomForMembers(t *testing.T) {
	f := newFed(t, 1, Options{})
	opened := 0
	for code := account.Code(5300); code < 5300+2*account.MaxADay; code++ {
		if f.block(f.sign(1, 1, account.Open{Code: code, Type: account.Asset, Name: "a"})).TxResults[0].Code == 0 {
			opened++
		}
	}
	if opened != account.MaxADay {
		t.Errorf("an officer opened %d accounts in a day, want %d", opened, account.MaxADay)
	}
	f.carry(1, 1, account.Open{Code: 9000, Type: account.Equity, Name: "fund"})
	f.wantEnded(1, nil)
	f.sound()
}
