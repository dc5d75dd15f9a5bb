//go:build found

package app

import (
	"math"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

func (f *fed) resultOf(n ballot.Number) ballot.Result {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	m, _, err := ballot.Find(v.Of(1), n)
	if err != nil || len(m.Result) != 1 {
		f.t.Fatalf("motion %d: %+v %v", n, m, err)
	}
	return m.Result[0]
}

func (f *fed) balance(code account.Code) money.Amount {
	v := f.view()
	defer v.Close()
	b, err := account.BalanceOf(v.Of(1), code)
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

// The treasurer alone opens a period that lasts for ever: no surplus is declared, and
// so none allocated, ever again. No action of anyone undoes it.
func TestFoundPeriodForEver(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, sold(100)))
	if r := f.block(f.sign(1, 1, surplus.OpenPeriod{Name: "2026", Last: math.MaxUint64})).TxResults[0]; r.Code != 0 {
		t.Skip(r.Log)
	}
	f.now = f.now.Add(90 * 365 * 24 * time.Hour)
	if r := f.block(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 100})).TxResults[0]; r.Code != 0 {
		t.Errorf("90 years later: %d %s", r.Code, r.Log)
	}
}

// Two officers post, between the casts and the end, what makes the account that an
// allocation credits overflow: what members carried is refused. Then they reverse it.
func TestFoundVetoByOverflow(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)))
	f.must(f.sign(1, 1, account.Open{Code: 1877, Type: account.Asset, Name: "goods"}))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, f.motionOf(1, surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.ToFund, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 2}, Account: account.Education,
	}}})))
	f.castAll(1, ballot.Yes)
	huge := account.Post{Narrative: "valued", Lines: []account.Line{account.Debit(1877, money.Max), account.Credit(account.Education, money.Max)}}
	f.must(f.carried(1, 2, huge)...)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	if r := f.resultOf(1); r.Outcome == count.Carried && r.Refused != 0 {
		t.Errorf("all members carried the allocation, two officers had it refused with %d", r.Refused)
	}
	f.sound()
}

// Two officers take back, while members vote, an entry that the declared opening
// counts: more is allocated than there is.
func TestFoundOpeningTakenBack(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, patronage(4, 1)))
	f.must(f.sign(1, 1, account.Post{Narrative: "gift", Lines: []account.Line{account.Debit(account.Bank, 50_000), account.Credit(account.Unappropriated, 50_000)}}))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 0}))
	f.must(f.sign(1, 1, f.motionOf(1, surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 50_000, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 1},
	}}})))
	f.castAll(1, ballot.Yes)
	f.must(f.carried(1, 2, account.Reverse{Entry: 1, Narrative: "undone"})...)
	t.Logf("reversal: %+v", f.resultOf(2))
	f.must(f.sign(1, 1, ballot.Declare{Motion: 1}))
	f.block()
	if r, b := f.resultOf(1), f.balance(account.Unappropriated); r.Refused == 0 && b > 0 {
		t.Errorf("allocated %d; unappropriated surplus is now %d below zero, the bank has %d, members are owed %d", 50_000, b, f.balance(account.Bank), -f.balance(account.Dividends))
	}
	f.sound()
}

// An entry is reversed in another period than its own, though both are open.
func TestFoundReversedInAnotherPeriod(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2027"}))
	f.must(f.sign(1, 1, sold(300))) // entry 3, of period 2, the same day
	f.must(f.carried(1, 1, surplus.Reopen{Period: 1, Reason: "late"})...)
	f.block()
	t.Logf("reopening: %+v", f.resultOf(1))
	f.must(f.sign(1, 1, account.Reverse{Entry: 3, Narrative: "slip"}))
	v := f.view()
	defer v.Close()
	one, _, err := account.Result(v.Of(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := account.Result(v.Of(1), 2)
	if err != nil {
		t.Fatal(err)
	}
	if one != 10_000 || two != 0 {
		t.Errorf("a sale of period 2 is taken back: period 1 shows %d instead of 10000, period 2 %d instead of 0", one, two)
	}
	f.sound()
}

// A period's last day before the days of an earlier one that has none; then that one is
// opened again.
func TestFoundPeriodsOverlap(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	if r := f.block(f.sign(1, 1, surplus.OpenPeriod{Name: "2027", Last: 1})).TxResults[0]; r.Code != 0 {
		t.Skip(r.Log)
	}
	f.must(f.carried(1, 1, surplus.Reopen{Period: 1, Reason: "late"})...)
	f.block()
	t.Logf("reopening: %+v", f.resultOf(1))
	if err := f.app.Fsck(); err != nil {
		t.Errorf("an invariant is broken: %v", err)
	}
}

// Three periods are open at once.
func TestFoundThreeOpen(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := state.DayOf(f.now.Unix())
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2", Last: day + 30}), f.sign(1, 1, surplus.OpenPeriod{Name: "3", Last: day + 60}))
	f.must(f.carried(1, 1, surplus.Reopen{Period: 1, Reason: "late"})...)
	f.block()
	v := f.view()
	defer v.Close()
	b, err := account.BooksOf(v.Of(1))
	if err != nil || len(b.Open) > surplus.MaxOpen {
		t.Errorf("%d periods are open, at most %d can be; %v", len(b.Open), surplus.MaxOpen, err)
	}
	f.sound()
}

// An amendment lets only an office propose that nobody holds: nothing is ever decided
// again, and no one can be appointed.
func TestFoundNoOneProposes(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, member.Resign{Member: 1})) // who held all offices; member 2 is chair
	// by member 2
	f.must(f.sign(1, 2, f.motionOf(2, charter.Amend{Grants: []charter.GrantEntry{{Kind: ballot.KindPropose, Offices: []charter.Office{charter.Auditor}}}})))
	for m := state.Member(2); m <= fedMembers; m++ {
		f.must(f.sign(1, m, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
	}
	f.now = f.now.Add(60 * 24 * time.Hour)
	f.block()
	r := f.resultOf(1)
	could := 0
	for m := state.Member(2); m <= fedMembers; m++ {
		if f.block(f.sign(1, m, ballot.Propose{Kind: 2, Title: "Undo it"})).TxResults[0].Code == 0 {
			could++
		}
	}
	if r.Refused == 0 && could == 0 {
		t.Error("the amendment was taken, and no member can propose anything any more")
	}
}

// Where an ordinary resolution may amend what is not entrenched, it lets one officer
// alone fill the offices whose holders admit, suspend and replace keys, and takes the
// proposing from members.
func TestFoundEntrenchedInEffect(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, charter.Amend{Grants: []charter.GrantEntry{{Kind: charter.KindAmend, Motions: []charter.MotionKindID{1, 2}}}})
	for i, g := range []charter.GrantEntry{
		{Kind: member.KindAppoint, Offices: []charter.Office{charter.Secretary}},
		{Kind: member.KindDismiss, Offices: []charter.Office{charter.Secretary}},
		{Kind: surplus.KindSettle, Offices: []charter.Office{charter.Treasurer}},
		{Kind: surplus.KindReopen, Offices: []charter.Office{charter.Treasurer}},
		{Kind: ballot.KindPropose, Offices: []charter.Office{charter.Secretary}},
	} {
		n := ballot.Number(i + 2)
		f.must(f.sign(1, 1, f.motionOf(1, charter.Amend{Grants: []charter.GrantEntry{g}})))
		for m := state.Member(1); m <= 3; m++ { // three of five: not three quarters
			f.must(f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
		}
		for m := state.Member(4); m <= 5; m++ {
			f.must(f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.No.Paper()}))
		}
		f.must(f.sign(1, 1, ballot.Declare{Motion: n}))
		if r := f.resultOf(n); r.Refused == 0 {
			t.Errorf("three of five changed who may take %04x", uint16(g.Kind))
		}
	}
	if r := f.block(f.sign(1, 1, member.Dismiss{Member: 2, Office: charter.Chair}), f.sign(1, 1, member.Appoint{Member: 3, Office: charter.Chair})).TxResults; r[0].Code == 0 && r[1].Code == 0 {
		t.Error("the secretary alone chooses who, with it, admits, suspends and replaces keys")
	}
	if r := f.block(f.sign(1, 4, ballot.Propose{Kind: 2, Title: "Undo it"})).TxResults[0]; r.Code != 0 {
		t.Errorf("member 4 can propose no amendment: %s", r.Log)
	}
}

// Two officers let in members who each have a period stand still.
func TestFoundHeldByCrowd(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.do(period, hours, takings, surplus.Declare{Period: 1, Surplus: 100})
	rule := surplus.Allocate{Period: 1, Steps: []surplus.Step{{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 1}, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 1}}}}
	for i := range 3 {
		key := evilKey(100 + i)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		m := p.newest()
		p.keys[m] = key
		p.do(member.Admit{Member: m})
		for range 2 {
			if p.try(m, p.motionOf(1, rule)) {
				t.Errorf("member %d, let in a moment ago and without a vote, has the period stand still", m)
			}
		}
	}
}
