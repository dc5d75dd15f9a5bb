//go:build found

package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// decideAll has members 3 to 10 carry a motion of kind 1, with something done between
// the casts and the end.
func (p *plot) decideAll(a state.Action, between func()) (r ballot.Result) {
	p.t.Helper()
	n := p.motions() + 1
	if !p.try(3, p.motionOf(1, a)) {
		p.t.Fatal("the motion was refused")
	}
	p.now = p.now.Add(15*24*time.Hour + time.Minute)
	p.block()
	for m := state.Member(3); m <= plotMembers; m++ {
		p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	between()
	p.now = p.now.Add(60 * 24 * time.Hour)
	p.block()
	p.block()
	return p.resultOf(n)
}

func (p *plot) vetoed(what string, r ballot.Result) {
	p.t.Helper()
	if r.Outcome == count.Carried && r.Refused != 0 {
		p.t.Errorf("eight of ten carried it; %s, and it was refused with %d", what, r.Refused)
	}
}

// Two officers suspend who is about to be appointed.
func TestFoundVetoAppoint(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	r := p.decideAll(member.Appoint{Member: 9, Office: charter.Treasurer}, func() {
		p.do(member.Suspend{Member: 9, Reason: "a pretext"})
	})
	p.vetoed("two officers suspended the candidate meanwhile", r)
}

// Two officers suspend their friend, whom the members are about to suspend: the friend
// keeps the vote that all members decided to take.
func TestFoundShielded(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	r := p.decideAll(member.Suspend{Member: 10, Reason: "decided by all"}, func() {
		p.do(member.Suspend{Member: 10, Reason: "a pretext"})
	})
	p.vetoed("two officers suspended the member before, so that it keeps the vote", r)
}

// One member's proposal of an allocation voids what the others carried.
func TestFoundVetoReopen(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.do(period, hours, takings, surplus.Declare{Period: 1, Surplus: 100})
	r := p.decideAll(surplus.Reopen{Period: 1, Reason: "an invoice is missing"}, func() {
		p.now = p.now.Add(-time.Minute)
		if !p.try(2, p.motionOf(1, surplus.Allocate{Period: 1})) {
			t.Fatal("refused")
		}
		// the poll that stands well ends before the allocation's
		p.now = p.now.Add(time.Hour)
		p.try(1, ballot.Declare{Motion: 1})
		p.block()
	})
	p.vetoed("one member proposed an allocation meanwhile", r)
}

// The treasurer alone: issues what members decided to pay back.
func TestFoundVetoRefund(t *testing.T) {
	p := newPlot(t, "standard", charter.Treasurer, false)
	p.try(7, share.Subscribe{Member: 7, Class: 1, Units: 1})
	p.do(share.ConfirmPayment{Subscriptions: []uint64{1}})
	r := p.decideAll(share.Refund{Subscriptions: []uint64{1}, Reason: "pay it back"}, func() {
		p.do(share.Issue{Subscriptions: []uint64{1}})
	})
	p.vetoed("the treasurer issued the share meanwhile", r)
}

// The treasurer alone: pays one part of a batch that members decided to give to the
// reserve.
func TestFoundVetoSettle(t *testing.T) {
	p := newPlot(t, "standard", charter.Treasurer, false)
	p.do(period, takings, surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 1, Quantity: 1}, {Member: 5, Quantity: 9}}}, surplus.Declare{Period: 1, Surplus: 100})
	p.decideAll(surplus.Allocate{Period: 1, Steps: []surplus.Step{{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 1}, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 1}}}}, func() {})
	p.block()
	r := p.decideAll(surplus.Settle{Period: 1, Step: 1, Members: []state.Member{1, 5}, Account: account.Reserve, Reason: "unclaimed"}, func() {
		p.do(surplus.Pay{Period: 1, Step: 1, Members: []state.Member{1}})
	})
	p.vetoed("the treasurer paid itself meanwhile", r)
}

// Two officers take another validator key meanwhile, or the same one.
func TestFoundVetoReplace(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	r := p.decideAll(federation.Replace{Key: validatorKey(1, 9)}, func() {
		p.do(federation.Replace{Key: validatorKey(1, 9)}, federation.Replace{Key: validatorKey(1, 8)})
	})
	p.vetoed("two officers used the key up, and replaced it by theirs", r)
}

// An entry is dated in a declared period.
func TestFoundDatedInDeclared(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}))
	f.now = f.now.Add(10 * 24 * time.Hour)
	f.must(f.sign(1, 1, sold(100)), f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 100}))
	late := sold(700)
	late.Day = state.DayOf(f.now.Unix()) - 5
	if r := f.block(f.sign(1, 1, late)).TxResults[0]; r.Code == 0 {
		v := f.view()
		defer v.Close()
		rec, err := account.EntryOf(v.Of(1), 3)
		t.Errorf("an entry is dated five days before the period was declared, and is of period %d; %v", rec.Period, err)
	}
	f.sound()
}
