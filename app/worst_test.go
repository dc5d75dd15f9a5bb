package app

import (
	"fmt"
	"runtime"
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
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What the end of a block is burdened with: motions that are decided at once and
// carry an import each, while a dividend is divided.
const (
	worstMotions = 64
	worstClaims  = 20_000 // several passes over them, of which a block does a part
)

// twoOfficers is the standard charter's kind of motion that is closed as soon as
// two of chair, secretary and treasurer have cast.
const twoOfficers = 3

// BenchmarkWorstBlock measures the execution (FinalizeBlock, without Commit) of
// the worst end of a block that members and officers can bring about in a co-op
// of 100,000: 64 motions decided at once that carry an import of 500 each, while
// 20,000 claims are divided. The motions are those of one co-op, or one each of 64.
// A garbage collection that falls into a block counts with it. Run it with -cpu 1;
// only -benchtime 1x makes sense.
func BenchmarkWorstBlock(b *testing.B) {
	for _, coops := range []int{1, worstMotions} {
		b.Run(fmt.Sprint(coops, "-coops"), func(b *testing.B) { benchWorst(b, 100_000, coops) })
	}
}

func benchWorst(b *testing.B, members, coops int) {
	h := foundHall(b, members, coops, rooms.Indexes, func(d *charter.Document) {
		for i, g := range d.Grants {
			if slices.Contains(g.Actions, "surplus.Allocate") || slices.Contains(g.Actions, "member.Import") {
				d.Grants[i].Motions = append(g.Motions, twoOfficers)
			}
		}
	})
	defer h.close()
	h.allocate(worstClaims)
	seconds := h.putImports(coops)
	h.keys = slices.Clone(h.keys[:len(officers)+1]) // the others are the benchmark's own weight for the collector
	runtime.GC()
	var took, cpus []time.Duration
	var commits time.Duration
	b.ResetTimer()
	for _, txs := range append([][][]byte{seconds}, make([][][]byte, 1000)...) {
		cpu := processorTime()
		took = append(took, timed(func() { h.finalize(txs...) }))
		cpus = append(cpus, processorTime()-cpu)
		commits = max(commits, timed(h.commit))
		if !h.busy(coops) {
			break
		}
	}
	b.StopTimer()
	h.requireImported(members+worstMotions*member.MaxImport+3*(coops-1), coops)
	b.ReportMetric(0, "ns/op")
	slices.Sort(took)
	slices.Sort(cpus)
	last := len(took) - 1
	ms := func(d time.Duration, unit string) { b.ReportMetric(float64(d.Microseconds())/1e3, unit) }
	ms(took[last], "ms/worst-block")
	ms(cpus[last], "cpu-ms/worst-block")
	ms(took[last/2], "ms/median-block")
	ms(cpus[last/2], "cpu-ms/median-block")
	ms(commits, "ms/worst-commit")
	b.ReportMetric(float64(len(took)), "blocks")
}

// processorTime is what the process has used; zero where the system does not say.
var processorTime = func() time.Duration { return 0 }

// signIn is sign for an officer of any co-op.
func (h *hall) signIn(coop, m int, sequence *uint64, kind tx.Kind, a state.Action) []byte {
	if coop == 1 {
		return h.sign(m, kind, a)
	}
	*sequence++
	return tx.Sign(hallKey((coop-1)<<32|m), tx.Body{Chain: hallChain, Coop: uint32(coop), Signer: uint64(m), Sequence: *sequence, Expiry: 1 << 40, Kind: kind, Payload: tx.Encode(a)})
}

// allocate records figures of that many members and begins to divide a dividend
// by them, in two passes at least.
func (h *hall) allocate(claims int) {
	const secretary, treasurer = 1, 2
	txs := [][]byte{h.sign(treasurer, surplus.KindOpenPeriod, surplus.OpenPeriod{Name: "1"})}
	for first := 1; first <= claims; first += surplus.MaxBatch {
		m := surplus.Record{Period: 1, Measure: surplus.Hours}
		for i := range surplus.MaxBatch {
			m.Entries = append(m.Entries, surplus.Figure{Member: state.Member(first + i), Quantity: uint64(100 + (first+i)*7919%1009)})
		}
		txs = append(txs, h.sign(treasurer, surplus.KindRecord, m))
	}
	const pool = 1_000_003
	step := surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: pool, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 3}}
	carried := ballot.Carried{Kind: surplus.KindAllocate, Payload: tx.Encode(surplus.Allocate{Period: 1, Steps: []surplus.Step{step}})}
	txs = append(txs,
		h.sign(treasurer, account.KindPost, account.Post{Narrative: "takings", Lines: []account.Line{account.Debit(account.Bank, pool), account.Credit(4000, pool)}}),
		h.sign(treasurer, surplus.KindDeclare, surplus.Declare{Period: 1, Surplus: pool}),
		h.sign(secretary, ballot.KindPropose, ballot.Propose{Kind: twoOfficers, Title: "Dividend", Action: []ballot.Carried{carried}}),
		h.sign(secretary, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
	h.motions = append(h.motions, 1)
	h.block(txs...)
	h.block(h.sign(treasurer, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
}

// putImports opens the motions, with the first officer's casts, and returns the
// second's, which decide them.
func (h *hall) putImports(coops int) (seconds [][]byte) {
	const secretary, treasurer = 1, 2
	key := 1 << 24
	var opened [][]byte
	sequences := make([][2]uint64, coops+1)
	for i := range worstMotions {
		m := member.Import{}
		for range member.MaxImport {
			key++
			m.Entries = append(m.Entries, member.Entry{Key: hallKey(key).Public(), Class: 1, Commitment: make([]byte, 32)})
		}
		coop, n, proposer := 1+i%coops, ballot.Number(1+i/coops), secretary
		if coop == 1 {
			n += ballot.Number(len(h.motions))
		}
		if i/coops >= ballot.MaxOpenOwn {
			proposer = treasurer
		}
		s := &sequences[coop]
		opened = append(opened,
			h.signIn(coop, proposer, &s[proposer-1], ballot.KindPropose, ballot.Propose{Kind: twoOfficers, Title: "Import",
				Action: []ballot.Carried{{Kind: member.KindImport, Payload: tx.Encode(m)}}}),
			h.signIn(coop, secretary, &s[0], ballot.KindCast, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
		if proposer == secretary && i/coops+1 == ballot.MaxOpenOwn || i == worstMotions-1 {
			h.block(opened...)
			opened = nil
		}
	}
	for i := range worstMotions {
		coop, n := 1+i%coops, ballot.Number(1+i/coops)
		if coop == 1 {
			n += ballot.Number(len(h.motions))
		}
		seconds = append(seconds, h.signIn(coop, treasurer, &sequences[coop][1], ballot.KindCast, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
	}
	h.check(seconds)
	return seconds
}

// busy says whether a motion or the division is still under way.
func (h *hall) busy(coops int) bool {
	v, err := h.app.ledger.View(0)
	if err != nil {
		h.tb.Fatal(err)
	}
	defer v.Close()
	_, busy, err := surplus.RunOf(v.Of(1))
	for coop := 1; coop <= coops && err == nil && !busy; coop++ {
		var t ballot.Totals
		t, err = ballot.TotalsOf(v.Of(state.Coop(coop)))
		busy = t.Open > 0
	}
	if err != nil {
		h.tb.Fatal(err)
	}
	return busy
}

// requireImported fails unless every carried import took effect.
func (h *hall) requireImported(want, coops int) {
	v, err := h.app.ledger.View(0)
	if err != nil {
		h.tb.Fatal(err)
	}
	defer v.Close()
	got := 0
	for coop := 1; coop <= coops; coop++ {
		t, err := member.TotalsOf(v.Of(state.Coop(coop)))
		if err != nil {
			h.tb.Fatal(err)
		}
		got += int(t.Members)
	}
	if got != want {
		h.tb.Fatalf("%d members, want %d", got, want)
	}
}
