//go:build found

package app

import (
	"fmt"
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

// The treasurer alone has a period open with a surplus that is not there: an entry in
// one open period is taken back in the other.
func TestFoundOpeningOfNothing(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := state.DayOf(f.now.Unix())
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}), f.sign(1, 1, patronage(4, 1)))
	f.now = f.now.Add(24 * time.Hour)
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2"}))
	f.must(f.sign(1, 1, account.Post{Narrative: "gift", Day: day, Lines: []account.Line{account.Debit(account.Bank, 50_000), account.Credit(account.Unappropriated, 50_000)}}))
	f.must(f.sign(1, 1, account.Reverse{Entry: 1, Narrative: "slip", Day: day + 1}))
	if b := f.balance(account.Unappropriated); b != 0 {
		t.Fatal(b)
	}
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	f.carry(1, 1, surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 50_000, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 1},
	}}})
	f.block()
	if r, b := f.resultOf(1), f.balance(account.Unappropriated); r.Refused == 0 && b > 0 {
		t.Errorf("of an empty ledger 50000 were allocated: unappropriated %d, bank %d, owed to members %d", b, f.balance(account.Bank), -f.balance(account.Dividends))
	}
	f.sound()
}

// The returning officer alone chooses the moment: a poll that stands well is closed
// while those who cast can still change their answers.
func TestFoundDeclaredAtTheMoment(t *testing.T) {
	run := func(early bool) ballot.Result {
		p := newPlot(t, "standard", charter.ReturningOfficer, false)
		p.target = 1
		if !p.try(1, ballot.Propose{Kind: 1, Title: "All for us"}) {
			t.Fatal("refused")
		}
		p.now = p.now.Add(15*24*time.Hour + time.Minute)
		p.block()
		for m := state.Member(1); m <= 6; m++ {
			p.try(m, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
		}
		p.now = p.now.Add(time.Hour)
		if early {
			p.try(1, ballot.Declare{Motion: 1})
		}
		for m := state.Member(4); m <= 10; m++ { // three think again
			p.try(m, ballot.Cast{Motion: 1, Paper: ballot.No.Paper()})
		}
		p.now = p.now.Add(60 * 24 * time.Hour)
		p.block()
		p.block()
		return p.resultOf(1)
	}
	if late, early := run(false), run(true); late.Outcome != early.Outcome {
		t.Errorf("left alone the motion is %v by %+v, closed by the returning officer it is %v by %+v", late.Outcome, late.Tally, early.Outcome, early.Tally)
	}
}

// Two officers let in twelve, and members have no way to take their vote before they
// have it: an ordinary resolution has a longer notice than they wait, a written one
// cannot suspend.
func TestFoundPacked(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.now = time.Unix(1_700_006_400+3600, 0) // one o'clock in the morning
	var crowd []state.Member
	for i := range 12 {
		key := evilKey(100 + i)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		m := p.newest()
		p.keys[m] = key
		p.do(member.Admit{Member: m})
		crowd = append(crowd, m)
	}
	// within the hour the others react, in every way that the charter gives
	var defence []ballot.Number
	for _, m := range crowd {
		if p.try(3, p.motionOf(4, member.Suspend{Member: m, Reason: "let in without us"})) {
			t.Fatal("a written resolution can suspend")
		}
		defence = append(defence, p.motions()+1)
		if !p.try(3, p.motionOf(1, member.Suspend{Member: m, Reason: "let in without us"})) {
			t.Fatal("refused")
		}
	}
	// the first moment at which the crowd counts
	opens := p.now.Add(15 * 24 * time.Hour)
	midnight := time.Unix(int64(state.DayOf(opens.Unix())*86400), 0)
	p.now = midnight
	p.block()
	var more member.Import
	for i := range 30 {
		more.Entries = append(more.Entries, member.Entry{Key: evilKey(200 + i).Public(), Class: 1})
	}
	n := p.motions() + 1
	if !p.try(crowd[0], p.motionOf(4, more)) {
		t.Fatal("refused")
	}
	for _, m := range crowd {
		p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	if r := p.resultOf(n); r.Outcome == count.Carried && r.Refused == 0 {
		t.Errorf("whom two officers let in have carried a written resolution, %+v, while the motions to suspend them are still in their notice; thirty more vote at once", r.Tally)
	}
}

// The treasurer alone fills the chart of accounts for ever.
func TestFoundChartFull(t *testing.T) {
	f := newFed(t, 1, Options{})
	opened := 0
	for code := account.Code(5000); code < 5600; code++ {
		if f.block(f.sign(1, 1, account.Open{Code: code, Type: account.Asset, Name: fmt.Sprint(code)})).TxResults[0].Code == 0 {
			opened++
		}
	}
	r := f.block(f.sign(1, 1, account.Open{Code: 9000, Type: account.Equity, Name: "fund"})).TxResults[0]
	if r.Code == account.ErrFull.Code {
		t.Errorf("the treasurer opened %d accounts in a day; there will never be another: %s", opened, r.Log)
	}
}
