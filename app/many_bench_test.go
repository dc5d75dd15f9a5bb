//go:build unix

package app

import (
	"slices"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// many is how many entries one transaction has.
const many = 500

// BenchmarkMany measures 500 entries in one transaction against as many transactions of one,
// each in a block that is committed, signatures not seen before: how many times as many are
// entered in the same processor time. Entries are figures of members, dividends paid to
// them, their payments for shares, and members themselves: see benchAdmissions.
func BenchmarkMany(b *testing.B) {
	b.Run("figures", benchFigures)
	b.Run("dividends", benchDividends)
	b.Run("payments", benchPayments)
	b.Run("admissions", benchAdmissions)
}

// newManyHall is a co-op of 10,000 whose officers may enter, alone or by two, what others
// want a motion of all members for.
func newManyHall(b *testing.B) *hall {
	return foundHall(b, 10_000, 1, rooms.Indexes, func(d *charter.Document) {
		d.Policy.Alone = uint64(money.Max) // that one officer moves in a day
		for i, g := range d.Grants {
			switch {
			case slices.Contains(g.Actions, "surplus.Return"), slices.Contains(g.Actions, "share.OpenClass"):
				d.Grants[i].Offices = append(g.Offices, charter.Treasurer)
			case slices.Contains(g.Actions, "surplus.Allocate"), slices.Contains(g.Actions, "member.Import"):
				d.Grants[i].Motions = append(g.Motions, twoOfficers)
			}
		}
	})
}

const secretary, treasurer = 1, 2

// An entering is what it took to enter members' entries together and one by one.
type entering struct {
	together, single time.Duration
	entries          int // of each
}

func (e entering) report(b *testing.B) {
	n := float64(e.entries)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(e.together.Nanoseconds())/n/1e3, "cpu-µs/entry")
	b.ReportMetric(float64(e.single.Nanoseconds())/n/1e3, "cpu-µs/single")
	b.ReportMetric(float64(e.single)/float64(e.together), "times")
}

// compare enters 500 entries in one transaction and 500 in as many, each made by sign for
// entries numbered from 0 on; between is called before each.
func (h *hall) compare(b *testing.B, between func(), sign func(from, n int) []byte) {
	var e entering
	for b.Loop() {
		between()
		raw := sign(0, many)
		e.together += usedBy(b, func() { h.block(raw) })
		between()
		var singles [][]byte
		for i := range many {
			singles = append(singles, sign(i, 1))
		}
		e.single += usedBy(b, func() { h.block(singles...) })
		e.entries += many
	}
	e.report(b)
}

func benchFigures(b *testing.B) {
	h := newManyHall(b)
	defer h.close()
	h.block(h.sign(treasurer, surplus.KindOpenPeriod, surplus.OpenPeriod{Name: "1"}))
	h.compare(b, func() {}, func(from, n int) []byte {
		r := surplus.Record{Period: 1, Measure: surplus.Hours}
		for i := range n {
			r.Entries = append(r.Entries, surplus.Figure{Member: state.Member(1 + from + i), Quantity: 1})
		}
		return h.sign(treasurer, surplus.KindRecord, r)
	})
}

// benchDividends pays members' parts; before each run the bank sends all back.
func benchDividends(b *testing.B) {
	h := newManyHall(b)
	defer h.close()
	h.allocate(h.members)
	for h.busy(1) {
		h.block()
	}
	paid := func(from, n int) (out []state.Member) {
		for i := range n {
			out = append(out, state.Member(1+from+i))
		}
		return out
	}
	first := true
	h.compare(b, func() {
		if !first {
			h.block(h.sign(treasurer, payout.KindReturn, payout.Return{Period: 1, Step: 1, Members: paid(0, many), Reason: "sent back"}))
		}
		first = false
	}, func(from, n int) []byte {
		return h.sign(treasurer, payout.KindPay, payout.Pay{Period: 1, Step: 1, Members: paid(from, n)})
	})
}

// benchPayments confirms payments for shares; before each run members subscribe them.
func benchPayments(b *testing.B) {
	h := newManyHall(b)
	defer h.close()
	h.block(h.sign(treasurer, shareclass.KindOpen, shareclass.Open{Class: 1, Name: "Shares", Par: 1, MaxHolding: shareclass.MaxUnits}))
	subscribed := 0
	h.compare(b, func() {
		var txs [][]byte
		for range many {
			m := 1 + subscribed%h.members
			subscribed++
			txs = append(txs, h.sign(m, share.KindSubscribe, share.Subscribe{Member: state.Member(m), Class: 1, Units: 1}))
		}
		h.block(txs...)
	}, func(from, n int) []byte {
		var m share.ConfirmPayment
		for i := range n {
			m.Subscriptions = append(m.Subscriptions, uint64(subscribed-many+1+from+i))
		}
		return h.sign(treasurer, share.KindConfirmPayment, m)
	})
	h.wantBank(b, subscribed)
}

// wantBank fails unless that much, in minor units, is in the bank.
func (h *hall) wantBank(b *testing.B, want int) {
	b.Helper()
	v, err := h.app.Ledger().View(0)
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	if got, err := account.BalanceOf(v.Of(1), account.Bank); err != nil || int(got) != want {
		b.Fatalf("%d in the bank, %v, want %d", got, err, want)
	}
}

// provable is how many members with proofs of their keys fit into the import that a motion
// carries (ballot.MaxPayload).
const provable = 450

// benchAdmissions enters 450 members by an import that two officers carry, with proofs of
// their keys, 500 without ("bare"), and 500 one by one as the standard charter does it: an
// application with its proof, and a motion of the two that admits the candidate, in blocks
// of as many motions as an officer can have open. The applications alone, all in one block,
// are reported too ("apply"): they are the least that single ones could cost.
func benchAdmissions(b *testing.B) {
	h := newManyHall(b)
	defer h.close()
	a := admitting{h: h, b: b, next: 1 << 24, members: h.members}
	var proved, bare, applied, admitted time.Duration
	for b.Loop() {
		proved += a.imported(provable, true)
		bare += a.imported(many, false)
		apply, admit := a.singly()
		applied += apply
		admitted += admit
	}
	a.requireMembers()
	each := func(d time.Duration, n int) float64 { return float64(d.Nanoseconds()) / float64(b.N*n) / 1e3 }
	single := each(applied+admitted, many)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(each(proved, provable), "cpu-µs/entry")
	b.ReportMetric(each(bare, many), "cpu-µs/bare")
	b.ReportMetric(single, "cpu-µs/single")
	b.ReportMetric(each(applied, many), "cpu-µs/apply")
	b.ReportMetric(single/each(proved, provable), "times")
	b.ReportMetric(single/each(bare, many), "times-bare")
	b.ReportMetric(each(applied, many)/each(proved, provable), "apply/entry")
}

// An admitting enters members by motions of two officers.
type admitting struct {
	h       *hall
	b       *testing.B
	next    int // seed of the next key
	motions ballot.Number
	members int // on the register
}

// entry is of a key that nobody has.
func (a *admitting) entry() (e member.Entry, proof []byte) {
	a.next++
	key := hallKey(a.next)
	return member.Entry{Key: key.Public(), Class: 1}, key.Possession(hallChain, 1)
}

// rest passes the time after which others than all members may let in as many again.
func (a *admitting) rest() {
	a.h.now = a.h.now.Add((charter.MinIntake + 1) * 24 * time.Hour)
	a.h.block()
}

// carried has two officers take actions of a kind by a motion each, in two blocks, and
// returns the processor time of them.
func (a *admitting) carried(kind tx.Kind, actions ...state.Action) time.Duration {
	var opened, decided [][]byte
	for _, action := range actions {
		a.motions++
		yes := ballot.Cast{Motion: a.motions, Paper: ballot.Yes.Paper()}
		opened = append(opened,
			a.h.sign(secretary, ballot.KindPropose, ballot.Propose{Kind: twoOfficers, Title: "Enter", Action: []ballot.Carried{{Kind: kind, Payload: tx.Encode(action)}}}),
			a.h.sign(secretary, ballot.KindCast, yes))
		decided = append(decided, a.h.sign(treasurer, ballot.KindCast, yes))
	}
	return usedBy(a.b, func() {
		a.h.block(opened...)
		a.h.block(decided...)
	})
}

// imported enters n members at once.
func (a *admitting) imported(n int, proved bool) time.Duration {
	a.rest()
	var m member.Import
	for range n {
		e, proof := a.entry()
		if proved {
			e.Proof = proof
		}
		m.Entries = append(m.Entries, e)
	}
	a.members += n
	return a.carried(member.KindImport, m)
}

// singly enters 500 members one by one: first all apply.
func (a *admitting) singly() (apply, admit time.Duration) {
	a.rest()
	var txs [][]byte
	for range many {
		e, proof := a.entry()
		txs = append(txs, a.h.sign(secretary, member.KindApply, member.Apply{Entry: e, Possession: proof}))
	}
	apply = usedBy(a.b, func() { a.h.block(txs...) })
	for done := 0; done < many; {
		var some []state.Action
		for ; done < many && len(some) < ballot.MaxOpenOwn; done++ {
			a.members++
			some = append(some, member.Admit{Member: state.Member(a.members)})
		}
		admit += a.carried(member.KindAdmit, some...)
	}
	return apply, admit
}

// requireMembers fails unless all that were entered are active members.
func (a *admitting) requireMembers() {
	v, err := a.h.app.Ledger().View(0)
	if err != nil {
		a.b.Fatal(err)
	}
	defer v.Close()
	t, err := member.TotalsOf(v.Of(1))
	if err != nil || int(t.Members) != a.members || int(t.ActiveIn(1)) != a.members {
		a.b.Fatalf("%d members, %d of them active, %v, want %d", t.Members, t.ActiveIn(1), err, a.members)
	}
}
