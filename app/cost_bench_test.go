//go:build unix

package app

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/cosmos/iavl"
	iavldb "github.com/cosmos/iavl/db"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// BenchmarkKept measures what it saves to keep decoded records while a block executes:
// two ledgers, one of which decodes each record each time, taking turns. Signatures are
// known from CheckTx; figures are processor time.
func BenchmarkKept(b *testing.B) {
	halls := []*hall{newHall(b, 10_000), newHall(b, 10_000)}
	halls[1].app.Ledger().Forget()
	var checking, executing [2]time.Duration
	var objects [2]uint64
	for _, h := range halls {
		h.motion()
	}
	round := 0
	for b.Loop() {
		for turn := range halls {
			i := (turn + round) % 2 // who goes first changes
			h := halls[i]
			txs := h.casts(1, blockOfCasts, round)
			checking[i] += usedBy(b, func() { h.check(txs) })
			before := allocated()
			executing[i] += usedBy(b, func() { h.finalize(txs...) })
			objects[i] += allocated() - before
			h.commit()
		}
		round++
	}
	n := float64(round * blockOfCasts)
	b.ReportMetric(0, "ns/op")
	for i, which := range []string{"", "-without"} {
		b.ReportMetric(float64(checking[i].Nanoseconds())/n/1e3, "cpu-µs/check"+which)
		b.ReportMetric(float64(executing[i].Nanoseconds())/n/1e3, "cpu-µs/cast"+which)
		b.ReportMetric(float64(objects[i])/n, "allocs/cast"+which)
		halls[i].close()
	}
	b.ReportMetric(float64(executing[0])/float64(executing[1]), "cast/without")
}

func usedBy(b *testing.B, f func()) time.Duration {
	before := used(b)
	f()
	return used(b) - before
}

// BenchmarkTree measures a block of casts, executed and committed, as the register grows,
// and beside it in turns the least that the tree costs: the same leaves changed in a bare
// tree whose nodes lie in memory. It prints how many leaves and bytes of them a cast
// writes, and the ratios to 1,000 members. The largest wants ROCHDALE_BENCH_MILLION=1.
func BenchmarkTree(b *testing.B) {
	sizes := []int{1_000, 20_000, 100_000}
	if os.Getenv("ROCHDALE_BENCH_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	var ours, bare []float64
	for _, members := range sizes {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			cast, tree := benchTree(b, members)
			ours, bare = append(ours, cast), append(bare, tree)
			b.ReportMetric(cast/ours[0], "ratio")
			b.ReportMetric(tree/bare[0], "ratio-tree")
		})
	}
}

func benchTree(b *testing.B, members int) (cast, tree float64) {
	h := newHall(b, members)
	defer h.close()
	motion := h.motion()
	bare := iavl.NewMutableTree(iavldb.NewMemDB(), 200_000, true, iavl.NewNopLogger())
	v, err := h.app.Ledger().View(0)
	if err != nil {
		b.Fatal(err)
	}
	err = v.Each(nil, []byte{0xff}, func(key, value []byte) (bool, error) {
		_, err := bare.Set(key, value)
		return true, err
	})
	v.Close()
	save := func() {
		if _, _, err := bare.SaveVersion(); err != nil {
			b.Fatal(err)
		}
	}
	save()
	if err != nil {
		b.Fatal(err)
	}
	var spentOurs, spentBare time.Duration
	leaves, size, round := 0, 0, 0
	for b.Loop() {
		txs := h.casts(motion, blockOfCasts, round)
		spentOurs += usedBy(b, func() { h.block(txs...) })
		changes := h.touched(motion, round)
		for _, c := range changes {
			leaves, size = leaves+1, size+len(c.Value)
		}
		spentBare += usedBy(b, func() {
			for _, c := range changes {
				if _, err := bare.Set(c.Key, c.Value); err != nil {
					b.Fatal(err)
				}
			}
			save()
		})
		round++
	}
	n := float64(round * blockOfCasts)
	cast, tree = float64(spentOurs.Nanoseconds())/n/1e3, float64(spentBare.Nanoseconds())/n/1e3
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(cast, "cpu-µs/cast")
	b.ReportMetric(tree, "cpu-µs/tree")
	b.ReportMetric(float64(leaves)/n, "leaves/cast")
	b.ReportMetric(float64(size)/float64(leaves), "B/leaf")
	return cast, tree
}

// touched are the leaves that the casts of a round have written, as they are now, in key
// order: pages of spent sequences and of papers, the tally and the Head.
func (h *hall) touched(motion ballot.Number, round int) (out []state.Change) {
	v, err := h.app.Ledger().View(0)
	if err != nil {
		h.tb.Fatal(err)
	}
	defer v.Close()
	tally := binary.BigEndian.AppendUint64([]byte{0x42, 0, 0, 0, 1}, uint64(motion))
	keys := [][]byte{state.LocateHead().Key, tally}
	for i := range blockOfCasts {
		m := state.Member(1 + (round*blockOfCasts+i)*7919%h.members)
		keys = append(keys, ballot.LocateCast(1, motion, m).Key, binary.BigEndian.AppendUint64([]byte{0x14, 0, 0, 0, 1}, uint64(m)/64))
	}
	slices.SortFunc(keys, bytes.Compare)
	for _, key := range slices.CompactFunc(keys, bytes.Equal) {
		value, err := v.Leaf(key)
		if err != nil || value == nil {
			h.tb.Fatalf("leaf %x: %v", key, err)
		}
		out = append(out, state.Change{Key: key, Value: value})
	}
	return out
}
