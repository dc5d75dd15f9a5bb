package app

import (
	"bytes"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// asked has members cast yes on a motion that carries an action, and returns its number.
func (f *fed) asked(n ballot.Number, a state.Action) {
	f.t.Helper()
	f.must(f.sign(1, 3, f.motionOf(1, a)))
	f.castAll(n, ballot.Yes)
}

// byTwo has the two officers carry an action by motion n, which then must be refused by
// a rejection, or done if that is nil.
func (f *fed) byTwo(n ballot.Number, a state.Action, want *state.Rejection) {
	f.t.Helper()
	p := f.motionOf(3, a)
	p.Anyway = true
	yes := ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}
	f.must(f.sign(1, 1, p), f.sign(1, 1, yes), f.sign(1, 2, yes))
	f.block()
	f.wantEnded(n, want)
}

// counted closes a motion and says how its action ended.
func (f *fed) counted(n ballot.Number, want *state.Rejection) {
	f.t.Helper()
	f.must(f.sign(1, 1, ballot.Declare{Motion: n}))
	f.wantEnded(n, want)
}

// subscribed has a class of shares and paid subscriptions 1 to n, of member 4.
func (f *fed) subscribed(n int) {
	f.t.Helper()
	f.carry(1, 2, shareclass.Open{Class: 1, Name: "a", Par: 100, MaxHolding: 50})
	for i := range uint64(n) {
		f.must(f.sign(1, 4, share.Subscribe{Member: 4, Class: 1, Units: 1}))
		f.must(f.sign(1, 1, share.ConfirmPayment{Subscriptions: []uint64{i + 1}}))
	}
}

func (f *fed) wantStatus(number uint64, want share.Status) {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	if s, err := share.SubscriptionOf(v.Of(1), number); err != nil || s.Status != want {
		f.t.Errorf("subscription %d is %v, %v, want %v", number, s.Status, err, want)
	}
}

// While members vote on paying back the money for shares, neither an officer nor two
// issue, correct or pay back one of them; when it is over they correct an issue, and pay
// nothing back of it.
func TestNoVetoOfRefund(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.subscribed(3)
	one := []uint64{1}
	f.asked(2, share.Refund{Subscriptions: []uint64{1, 2}, Reason: "pay it back"})
	f.wantRefused(share.Issue{Subscriptions: one}, share.ErrVoted)
	f.must(f.sign(1, 1, share.Issue{Subscriptions: []uint64{3}})) // another
	f.byTwo(3, share.Issue{Subscriptions: one}, share.ErrVoted)
	f.byTwo(4, share.Correct{Subscriptions: one, Reason: "r"}, share.ErrVoted)
	f.byTwo(5, share.Refund{Subscriptions: one, Reason: "r"}, share.ErrVoted)
	f.counted(2, nil)
	f.wantStatus(1, share.Refunded)
	f.wantStatus(2, share.Refunded)
	f.wantBalance(account.Bank, 100)
	f.byTwo(6, share.Correct{Subscriptions: []uint64{3}, Reason: "r"}, share.ErrCapital) // what was issued, all members take back
	f.asked(7, share.Correct{Subscriptions: []uint64{3}, Reason: "r"})
	f.counted(7, nil)
	f.byTwo(8, share.Refund{Subscriptions: []uint64{3}, Reason: "r"}, share.ErrCapital) // and pay back
	f.wantStatus(3, share.Paid)
	f.wantBalance(account.Bank, 100)
	f.asked(9, share.Refund{Subscriptions: []uint64{3}, Reason: "r"})
	f.counted(9, nil)
	f.wantStatus(3, share.Refunded)
	f.wantBalance(account.Bank, 0)
	f.sound()
}

// The largest action that a motion holds and carries has a block to itself: it costs more
// than a block's units with what has it stand still, and stops no node.
func TestLargestHeldAction(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, shareclass.Open{Class: 1, Name: "a", Par: 100, MaxHolding: 1000})
	var all []uint64
	var raws [][]byte
	for i := range uint64(share.MaxBatch) {
		all, raws = append(all, i+1), append(raws, f.sign(1, 4, share.Subscribe{Member: 4, Class: 1, Units: 1}))
	}
	f.must(raws...)
	f.must(f.sign(1, 1, share.ConfirmPayment{Subscriptions: all}))
	f.byTwo(2, share.Refund{Subscriptions: all, Reason: "nobody wants them"}, nil)
	f.wantStatus(1, share.Refunded)
	f.wantStatus(share.MaxBatch, share.Refunded)
	f.sound()
}

// While members vote on taking an issue back, no one does so before them, to issue again.
func TestNoVetoOfCorrection(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.subscribed(2)
	f.must(f.sign(1, 1, share.Issue{Subscriptions: []uint64{1, 2}}))
	f.asked(2, share.Correct{Subscriptions: []uint64{1, 2}, Reason: "a mistake"})
	f.byTwo(3, share.Correct{Subscriptions: []uint64{1}, Reason: "r"}, share.ErrVoted)
	f.counted(2, nil)
	f.wantStatus(1, share.Paid)
	f.wantStatus(2, share.Paid)
	f.must(f.sign(1, 1, share.Issue{Subscriptions: []uint64{1}}))
	f.sound()
}

// All members may decide otherwise meanwhile. What is not there, or not in a state to be
// moved, no one has stand still, even if it is proposed anyway; and one member only twice.
func TestStandingStillIsBounded(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.subscribed(1)
	f.carry(2, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: share.KindIssue, Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{1}}}})
	f.must(f.sign(1, 4, share.Subscribe{Member: 4, Class: 1, Units: 1})) // 2 is not paid
	refund := share.Refund{Subscriptions: []uint64{1}, Reason: "pay it back"}
	f.asked(3, refund)
	f.must(f.sign(1, 3, f.motionOf(1, refund))) // 4, again after a mistake
	try := func(m state.Member, number uint64, want *state.Rejection) {
		t.Helper()
		p := f.motionOf(1, share.Refund{Subscriptions: []uint64{number}, Reason: "r"})
		p.Anyway = true
		if r := f.block(f.sign(1, m, p)).TxResults[0]; r.Code != want.Code {
			t.Errorf("by member %d, of subscription %d: %d %s", m, number, r.Code, r.Log)
		}
	}
	try(3, 1, share.ErrOften)
	try(5, 2, share.ErrUnpaid)
	try(5, 99, share.ErrSubscription)
	f.must(f.sign(1, 5, f.motionOf(1, refund))) // 5
	f.carry(6, 1, share.Issue{Subscriptions: []uint64{1}})
	f.wantEnded(6, nil)
	f.counted(3, share.ErrIssued)
	f.wantStatus(1, share.Issued)
	f.sound()
}

// divided has members 1, 2 and 5 owed 1.00 each, half of it in notices, in step 1 of
// period 1.
func (f *fed) divided() {
	f.t.Helper()
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)))
	for _, m := range []state.Member{1, 2, 5} {
		f.must(f.sign(1, 1, patronage(m, 10)))
	}
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	rule := asDividend(1, 300)
	rule.Steps[0].Paid = money.Rate{Num: 1, Den: 2}
	f.carry(1, 1, rule)
	f.block()
}

func (f *fed) wantPart(m state.Member, paid, settled, redeemed bool) {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	p, _, err := surplus.PartOf(v.Of(1), 1, 1, m)
	if err != nil || p.Cash != 50 || (p.Paid != 0) != paid || (p.Settled != 0) != settled || (p.Redeemed != 0) != redeemed {
		f.t.Errorf("member %d has %+v, %v", m, p, err)
	}
}

// While members vote on what no one claimed, no officer pays a part of it, as to itself:
// what they carry of the batch is done. Other parts are paid.
func TestNoVetoOfSettlement(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.divided()
	pay := func(m state.Member) payout.Pay {
		return payout.Pay{Period: 1, Step: 1, Members: []state.Member{m}}
	}
	f.asked(2, payout.Settle{Period: 1, Step: 1, Members: []state.Member{1, 5}, Account: account.Reserve, Reason: "unclaimed"})
	f.asked(3, payout.Settle{Period: 1, Step: 1, Members: []state.Member{2}, Notices: true, Account: account.Reserve, Reason: "given up"})
	f.wantRefused(pay(1), payout.ErrVoted)
	f.byTwo(4, pay(5), payout.ErrVoted)
	f.must(f.sign(1, 1, pay(2))) // members vote on its notices, not on its money
	f.counted(2, nil)
	f.counted(3, nil)
	f.wantPart(1, false, true, false)
	f.wantPart(5, false, true, false)
	f.wantPart(2, true, false, true)
	f.wantBalance(account.Reserve, -150)
	f.sound()
}

// While members vote on what the bank sent back, no one records a part of it before them.
func TestNoVetoOfReturn(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.divided()
	f.must(f.sign(1, 1, payout.Pay{Period: 1, Step: 1, Members: []state.Member{1, 2}}))
	back := func(m ...state.Member) payout.Return {
		return payout.Return{Period: 1, Step: 1, Members: m, Reason: "sent back"}
	}
	f.asked(2, back(1, 2))
	f.byTwo(3, back(1), payout.ErrVoted)
	f.counted(2, nil)
	f.wantPart(1, false, false, false)
	f.wantPart(2, false, false, false)
	f.must(f.sign(1, 1, payout.Pay{Period: 1, Step: 1, Members: []state.Member{1}}))
	f.byTwo(4, back(1), nil)
	f.sound()
}

// While members vote on reversing an entry, no officer does, to reverse that again: an
// entry is reversed once.
func TestNoVetoOfReversal(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, sold(100)), f.sign(1, 1, sold(7)))
	undone := account.Reverse{Entry: 1, Narrative: "undone"}
	f.asked(1, undone)
	f.wantRefused(undone, account.ErrVoted)
	f.must(f.sign(1, 1, account.Reverse{Entry: 2, Narrative: "another"}))
	f.counted(1, nil)
	f.wantBalance(account.Bank, 0)
	f.must(f.sign(1, 1, sold(5)), f.sign(1, 1, account.Reverse{Entry: 5, Narrative: "slip"}))
	f.sound()
}

// All members put a validator in the place of the one that officers decided on meanwhile,
// also if that had the same key, and wherever its node was announced.
func TestNoVetoOfValidator(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.asked(1, replaceBy(1, 9))
	f.byTwo(2, replaceBy(1, 9), nil)
	f.byTwo(3, replaceBy(1, 8), nil)
	f.must(f.sign(1, 1, federation.Announce{Peer: replaceBy(1, 8).Peer, Address: "192.0.2.8:26656"}))
	f.counted(1, nil)
	v := f.view()
	coop, err := federation.Find(v, 1)
	v.Close()
	if err != nil || !bytes.Equal(coop.Next.Key, validatorKey(1, 9)) || coop.Next.Peer != replaceBy(1, 9).Peer || coop.Next.Address != "192.0.2.9:26656" {
		t.Errorf("%+v waits for its power, %v", coop.Next, err)
	}
	f.must(f.shows(1, 9))
	f.sound()
}

// While members vote on an account, no officer gives its code to another; what they have
// to open anyway has another code.
func TestNoVetoOfAccount(t *testing.T) {
	f := newFed(t, 1, Options{})
	reserve := account.Open{Code: 3110, Type: account.Equity, Guard: account.CreditOnly, Name: "reserve for the roof"}
	f.asked(1, reserve)
	f.wantRefused(account.Open{Code: 3110, Type: account.Asset, Name: "goods"}, account.ErrAsked)
	f.must(f.sign(1, 1, account.Open{Code: 3111, Type: account.Asset, Name: "goods"}))
	f.counted(1, nil)
	v := f.view()
	got, err := account.Find(v.Of(1), 3110)
	v.Close()
	if want := (account.Account{Type: reserve.Type, Guard: reserve.Guard, Name: reserve.Name}); got != want || err != nil {
		t.Errorf("account 3110 is %+v, %v, want %+v", got, err, want)
	}
	f.sound()
}

// An officer who closes the period of the day that members gave a reversal, or fills an
// account that it moves, does not void it: it is of the day on which it is carried.
func TestReversalOfAClosedDay(t *testing.T) {
	f := newFed(t, 1, Options{})
	day := f.dayOf()
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "1", Last: day}), f.sign(1, 1, surplus.OpenPeriod{Name: "2"}))
	f.must(f.sign(1, 1, account.Open{Code: 1877, Type: account.Asset, Name: "goods"}), f.sign(1, 1, account.Open{Code: 2877, Type: account.Liability, Name: "on credit"}))
	bought := func(amount money.Amount) account.Post {
		return account.Post{Narrative: "bought", Lines: []account.Line{account.Debit(1877, amount), account.Credit(2877, amount)}}
	}
	f.must(f.sign(1, 1, bought(500)))
	f.now = f.now.Add(24 * time.Hour)
	f.asked(1, account.Reverse{Entry: 1, Narrative: "not ours", Day: day})
	f.must(f.sign(1, 1, surplus.Declare{Period: 1}))
	filled := bought(account.MaxByHand)
	filled.Lines[0].Amount, filled.Lines[1].Amount = -filled.Lines[0].Amount, -filled.Lines[1].Amount
	f.byTwo(2, filled, nil)
	f.byTwo(3, account.Post{Narrative: "more", Lines: []account.Line{account.Debit(2877, 500), account.Credit(1877, 500)}}, nil)
	f.counted(1, nil)
	f.wantBalance(1877, -account.MaxByHand-500)
	v := f.view()
	rec, err := account.EntryOf(v.Of(1), 4)
	v.Close()
	if err != nil || rec.Reverses != 1 || rec.DayOf() != day+1 {
		t.Errorf("entry 4 reverses entry %d, of day %d, %v, want that of day %d", rec.Reverses, rec.DayOf(), err, day+1)
	}
	f.sound()
}

// What all members reversed, or had posted, neither one officer nor two reverse; what two
// officers had posted no one does alone.
func TestNoReversalOfADecision(t *testing.T) {
	f := newFed(t, 1, Options{})
	back := func(entry uint64) account.Reverse { return account.Reverse{Entry: entry, Narrative: "back"} }
	f.must(f.sign(1, 1, sold(9_000)), f.sign(1, 1, sold(2_000)))
	f.carry(1, 1, back(1)) // entry 3
	f.wantBalance(account.Bank, 2_000)
	f.wantRefused(back(3), account.ErrDecided)
	f.byTwo(2, back(3), account.ErrDecided)
	f.wantBalance(account.Bank, 2_000)
	f.byTwo(3, sold(300), nil) // entry 4
	f.wantRefused(back(4), account.ErrDecided)
	f.byTwo(4, back(4), nil) // entry 5
	f.wantRefused(back(5), account.ErrDecided)
	f.must(f.sign(1, 1, back(2))) // one alone posted it: entry 6
	f.wantBalance(account.Bank, 0)
	f.carry(5, 1, back(3))
	f.wantEnded(5, nil)
	f.wantBalance(account.Bank, 9_000)
	f.sound()
}
