package state

import (
	"encoding/binary"
	"fmt"
	"testing"
)

var benchSizes = []int{1_000, 10_000, 100_000}

// benchRecord is about 60 bytes of CBOR.
type benchRecord struct {
	Holding uint64 `cbor:"1,keyasint"`
	Data    []byte `cbor:"2,keyasint"`
}

var benchData = make([]byte, 48)

// benchStore holds n records of a table, members 1 to n of co-op 1.
func benchStore(b *testing.B, table Table[Member, benchRecord], n int) *Store {
	b.Helper()
	s := openStore(b, nil, 0)
	c := testCtx(s)
	for m := range n {
		table.Put(c, Member(m+1), benchRecord{uint64(m), benchData})
	}
	if err := commitOverlay(s, c.overlay); err != nil {
		b.Fatal(err)
	}
	return s
}

// scatter spreads i over 1 to n.
func scatter(i, n int) Member { return Member(uint64(i)*2654435761%uint64(n)) + 1 }

func benchTables(b *testing.B, run func(b *testing.B, table Table[Member, benchRecord], n int)) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint("plain/", n), func(b *testing.B) { run(b, NewTable[Member, benchRecord](0x10), n) })
		b.Run(fmt.Sprint("paged/", n), func(b *testing.B) { run(b, NewPagedTable[Member, benchRecord](0x11), n) })
	}
}

// BenchmarkWrite is get, put, stage and save, a key, in blocks of 1,000 keys
// scattered over the register.
func BenchmarkWrite(b *testing.B) {
	benchTables(b, func(b *testing.B, table Table[Member, benchRecord], n int) {
		s := benchStore(b, table, n)
		at := 0
		for b.Loop() {
			c := testCtx(s)
			for range 1_000 {
				at++
				m := scatter(at, n)
				r, err := table.Get(c, m)
				if err != nil {
					b.Fatal(err)
				}
				r.Holding++
				table.Put(c, m, r)
			}
			if err := commitOverlay(s, c.overlay); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "µs/key")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkRead is one record from the flat store, against the same leaf from
// the tree.
func BenchmarkRead(b *testing.B) {
	for _, n := range benchSizes {
		table := NewTable[Member, benchRecord](0x10)
		s := benchStore(b, table, n)
		tip, err := s.View(0)
		if err != nil {
			b.Fatal(err)
		}
		tree, err := s.immutable(1)
		if err != nil {
			b.Fatal(err)
		}
		for name, from := range map[string]source{"flat": flat{tip.snap}, "tree": leaves{tree}} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				key := binary.BigEndian.AppendUint64([]byte{0x10, 0, 0, 0, 1}, 0)
				for i := 0; b.Loop(); i++ {
					binary.BigEndian.PutUint64(key[5:], uint64(scatter(i, n)))
					if v, err := from.load(key); err != nil || v == nil {
						b.Fatal(v, err)
					}
				}
			})
		}
		tip.Close()
	}
}

// BenchmarkScanInBlock is a transaction that ranges over ten records and puts
// one, in blocks of 1,000.
func BenchmarkScanInBlock(b *testing.B) {
	table := NewTable[Member, benchRecord](0x10)
	s := benchStore(b, table, 10_000)
	for b.Loop() {
		c := testCtx(s)
		for i := range 1_000 {
			inner := *c
			inner.overlay = newOverlay(c.overlay)
			m := scatter(i, 10_000)
			err := table.Range(&inner, m, m+9, func(Member, benchRecord) (bool, error) { return true, nil })
			if err != nil {
				b.Fatal(err)
			}
			table.Put(&inner, m, benchRecord{uint64(i) + 1, benchData})
			inner.merge()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "µs/tx")
	b.ReportMetric(0, "ns/op")
}
