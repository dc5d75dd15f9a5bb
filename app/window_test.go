package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
)

const (
	spending charter.MotionKindID = 9  // of the chair, up to 5,000.00, unless more than half object in 14 days
	heeded   charter.MotionKindID = 10 // as kind 2, and the silence of kind 11
	silence  charter.MotionKindID = 11
)

// newWindow is a co-op whose chair spends by the silence of its members.
func newWindow(t *testing.T) *fed {
	f := newFed(t, 1, Options{})
	window := func(k *charter.MotionEntry) {
		k.Method = charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 2}, Strict: true})
		k.Shortest, k.Longest, k.Closing = 14*24*60, 14*24*60, charter.AtDeadline
	}
	f.must(f.sign(1, 1, sold(1_000_000)))
	f.carry(1, 2, amendment.Amend{Motions: []charter.MotionEntry{
		f.kind(2, func(k *charter.MotionEntry) {
			window(k)
			k.ID, k.Name, k.Proposers, k.Most = spending, "spending of the chair", []charter.Office{charter.Chair}, 500_000
		}),
		f.kind(2, func(k *charter.MotionEntry) { k.ID, k.Then = heeded, []charter.MotionKindID{silence} }),
		f.kind(2, func(k *charter.MotionEntry) { window(k); k.ID, k.Name = silence, "window" }),
	}, Grants: []charter.GrantEntry{
		{Kind: account.KindPost, Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{3, spending}},
		{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{1, 2, heeded}},
	}})
	f.wantEnded(1, nil)
	return f
}

// spend is what the chair proposes to pay.
func (f *fed) spend(amount money.Amount) ballot.Propose {
	p := f.motionOf(spending, account.Post{Narrative: "a van", Lines: []account.Line{account.Debit(5000, amount), account.Credit(account.Bank, amount)}})
	p.Kind = spending
	return p
}

// What the chair spends takes effect after a fortnight, unless more than half of the
// members object: two of five do not stop it, three do. It is at most the figure of the
// charter, whatever the books hold, and no one else proposes it.
func TestSpendingWindow(t *testing.T) {
	f := newWindow(t)
	if r := f.block(f.sign(1, 2, f.spend(500_001))).TxResults[0]; r.Code != ballot.ErrTried.Code {
		t.Errorf("more than the cap: %d %s", r.Code, r.Log)
	}
	if r := f.block(f.sign(1, 3, f.spend(500_000))).TxResults[0]; r.Code != ballot.ErrProposers.Code {
		t.Errorf("by a member: %d %s", r.Code, r.Log)
	}
	anyway := f.spend(500_001)
	anyway.Anyway = true
	f.must(f.sign(1, 2, f.spend(500_000)), f.sign(1, 2, f.spend(400_000)), f.sign(1, 2, anyway))
	for n, against := range map[ballot.Number][]state.Member{2: {1, 3}, 3: {1, 3, 4}} {
		for _, m := range against {
			f.must(f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.No.Paper()}))
		}
	}
	f.wantBalance(account.Bank, 1_000_000)
	f.now = f.now.Add(14 * 24 * time.Hour)
	f.block()
	f.wantEnded(2, nil)
	if r := f.result(3); r.Outcome != count.Lost {
		t.Errorf("three of five object: %v", r.Outcome)
	}
	f.wantEnded(4, charter.ErrMost)
	f.wantBalance(account.Bank, 500_000)
	f.sound()
}

// Two officers do not split what their kind of motion moves in a day at most: what its
// motions move together is at most that, in one block or in several, and the next day it is
// as much again.
func TestSplitSpending(t *testing.T) {
	const most = 400_000
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, sold(1_000_000)))
	f.carry(1, 2, amendment.Amend{Motions: []charter.MotionEntry{f.kind(3, func(k *charter.MotionEntry) { k.Most = most })}})
	f.now = f.now.Truncate(24 * time.Hour).Add(24 * time.Hour)
	put := func(n ballot.Number, amount money.Amount) {
		p := f.motionOf(3, account.Post{Narrative: "a part", Lines: []account.Line{account.Debit(5000, amount), account.Credit(account.Bank, amount)}})
		p.Anyway = true
		f.must(f.sign(1, 1, p))
	}
	decide := func(motions ...ballot.Number) {
		for _, m := range []state.Member{1, 2} {
			var casts [][]byte
			for _, n := range motions {
				casts = append(casts, f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
			}
			f.must(casts...)
		}
		f.block()
	}
	for n := ballot.Number(2); n <= 7; n++ {
		put(n, most/5)
	}
	put(8, 1)
	decide(2, 3, 4) // in one block
	decide(5)
	decide(6)
	f.wantBalance(account.Bank, 1_000_000-most)
	decide(7)
	f.wantEnded(7, charter.ErrMost)
	decide(8)
	f.wantEnded(8, charter.ErrMost)
	f.wantBalance(account.Bank, 1_000_000-most)
	f.now = f.now.Add(24 * time.Hour)
	f.block()
	put(9, most-1)
	put(10, 1)
	put(11, 1)
	decide(9, 10, 11)
	f.wantEnded(10, nil)
	f.wantEnded(11, charter.ErrMost)
	f.wantBalance(account.Bank, 1_000_000-2*most)
	f.sound()
}

// A kind of motion that silence carries is not one of all members, and one that confirms
// what is entrenched is entrenched.
func TestWindowEntrenched(t *testing.T) {
	f := newWindow(t)
	shorter := f.motionOf(1, amendment.Amend{Motions: []charter.MotionEntry{
		f.kind(silence, func(k *charter.MotionEntry) { k.Name = "a shorter name" }),
	}})
	if r := f.block(f.sign(1, 1, shorter)).TxResults[0]; r.Code != ballot.ErrTried.Code {
		t.Errorf("an ordinary resolution changes what confirms the charter's: %d %s", r.Code, r.Log)
	}
	v := f.view()
	defer v.Close()
	policy, err := charter.PolicyOf(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	policy.Entrenched = spending
	weak := f.motionOf(2, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
	weak.Anyway = true
	f.must(f.sign(1, 1, weak))
	f.castAll(2, ballot.Yes)
	f.must(f.sign(1, 1, ballot.Declare{Motion: 2}))
	f.wantEnded(2, amendment.ErrEntrenched)
}
