//go:build unix

package app

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// BenchmarkIndex measures what the index of lists costs and gives: an import and
// blocks of casts with and without it, in turns; pages of 100; rebuilding it and
// checking it. The largest wants ROCHDALE_BENCH_MILLION=1.
func BenchmarkIndex(b *testing.B) {
	sizes := []int{10_000, 100_000}
	if os.Getenv("ROCHDALE_BENCH_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, members := range sizes {
		b.Run(fmt.Sprint(members), func(b *testing.B) { benchIndex(b, members) })
	}
}

func benchIndex(b *testing.B, members int) {
	var with, without *hall
	began := used(b)
	with = newHall(b, members)
	importWith := used(b) - began
	without = newHallOf(b, members, nil)
	importWithout := used(b) - began - importWith
	halls := []*hall{with, without}
	var disk, casts, processor [2]float64
	for i, h := range halls {
		h.motion()
		h.close()
		disk[i] = float64(diskUse(b, h.dir)) / float64(members)
		h.open()
	}
	round := 0
	for b.Loop() {
		for turn := range halls { // who goes first changes
			i := (turn + round) % 2
			txs := halls[i].casts(1, blockOfCasts, round)
			began := used(b)
			casts[i] += float64(timed(func() { halls[i].block(txs...) }).Microseconds())
			processor[i] += float64((used(b) - began).Microseconds())
		}
		round++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(casts[0]/float64(round*blockOfCasts), "µs/cast")
	b.ReportMetric(casts[1]/float64(round*blockOfCasts), "µs/cast-without")
	b.ReportMetric(processor[0]/float64(round*blockOfCasts), "cpu-µs/cast")
	b.ReportMetric(processor[1]/float64(round*blockOfCasts), "cpu-µs/cast-without")
	b.ReportMetric(float64(importWith.Microseconds())/float64(members), "cpu-µs/member")
	b.ReportMetric(float64(importWithout.Microseconds())/float64(members), "cpu-µs/member-without")
	b.ReportMetric(disk[0], "disk-B/member")
	b.ReportMetric(disk[1], "disk-B/member-without")
	without.close()
	ledger := with.app.Ledger()
	v, err := ledger.View(0)
	if err != nil {
		b.Fatal(err)
	}
	began = used(b)
	err = ledger.CheckIndex(v)
	checkIndex := used(b) - began
	if err == nil {
		err = ledger.CheckRecords(v)
	}
	b.ReportMetric(checkIndex.Seconds(), "cpu-s/check")
	b.ReportMetric((used(b) - began - checkIndex).Seconds(), "cpu-s/check-records")
	v.Close()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(timed(func() { _, err = ledger.RebuildIndex() }).Seconds(), "s/rebuild")
	if err != nil {
		b.Fatal(err)
	}
	for _, page := range pages(members) {
		var took []time.Duration
		for i := range 100 {
			took = append(took, timed(func() { with.page(page.ask(i)) }))
		}
		slices.Sort(took)
		for i, which := range map[int]string{49: "", 94: "-95th", 99: "-worst"} {
			b.ReportMetric(float64(took[i].Microseconds())/1e3, "ms/"+page.name+which)
		}
	}
	with.close()
}

// used is how much of the processor this process has had: steadier than the clock
// on a machine that does other work.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// pages are questions for 100 entries, each time elsewhere in the list.
func pages(members int) []struct {
	name string
	ask  func(i int) state.IndexQuery
} {
	far := func(i int) state.Member { return state.Member(1 + i*7919*31%members) }
	return []struct {
		name string
		ask  func(i int) state.IndexQuery
	}{
		{"standing", func(i int) state.IndexQuery {
			return member.ByStanding.Ask(1, member.StandingKey{Standing: member.Active, Class: 1, Member: far(i)},
				member.StandingKey{Standing: member.Active, Class: 1, Member: ^state.Member(0)})
		}},
		{"motions", func(int) state.IndexQuery { return ballot.UnderWay.Ask(1, 0, ^ballot.Number(0)) }},
		{"history", func(i int) state.IndexQuery {
			m := far(i)
			return ballot.CastsBy.Ask(1, ballot.MemberKey{Member: m}, ballot.MemberKey{Member: m, Motion: ^ballot.Number(0)})
		}},
	}
}

// page asks as a client does, through Query.
func (h *hall) page(q state.IndexQuery) state.IndexAnswer {
	q.Limit = 100
	res, err := h.app.Query(context.Background(), &abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(q)})
	if err != nil || res.Code != 0 {
		h.tb.Fatalf("query: %v %v", res, err)
	}
	answer, err := tx.Decode[state.IndexAnswer](res.Value)
	if err != nil {
		h.tb.Fatal(err)
	}
	return answer
}
