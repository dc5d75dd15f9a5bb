package store

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

var benchSizes = []int{1_000, 10_000, 100_000}

// benchRecord is about 60 bytes of CBOR.
type benchRecord struct {
	Holding uint64 `cbor:"1,keyasint,omitempty"`
	Data    []byte `cbor:"2,keyasint,omitempty"`
}

var benchData = make([]byte, 48)

// benchStore holds n records of a table, members 1 to n of co-op 1.
func benchStore(b *testing.B, table state.Table[state.Member, benchRecord], n int) *Ledger {
	b.Helper()
	l := openLedger(b, nil)
	benchBlock(b, l, func(c *state.Ctx) {
		for m := range n {
			table.Put(c, state.Member(m+1), benchRecord{uint64(m), benchData})
		}
	})
	return l
}

// benchBlock commits a block of writes to co-op 1.
func benchBlock(b *testing.B, l *Ledger, write func(c *state.Ctx)) {
	b.Helper()
	h := l.Tip().Height + 1
	begin(b, l, h)
	err := l.Run(func(c *state.Ctx) error { write(c.In(1)); return nil })
	if err == nil {
		_, _, err = l.End()
	}
	if err == nil {
		err = l.Commit()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// scatter spreads i over 1 to n.
func scatter(i, n int) state.Member { return state.Member(uint64(i)*2654435761%uint64(n)) + 1 }

func benchTables(b *testing.B, run func(b *testing.B, table state.Table[state.Member, benchRecord], n int)) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint("plain/", n), func(b *testing.B) { run(b, state.NewTable[state.Member, benchRecord](0x10), n) })
		b.Run(fmt.Sprint("paged/", n), func(b *testing.B) { run(b, state.NewPagedTable[state.Member, benchRecord](0x11), n) })
	}
}

// BenchmarkWrite is get, put, stage and save, a key, in blocks of 1,000 keys
// scattered over the register.
func BenchmarkWrite(b *testing.B) {
	benchTables(b, func(b *testing.B, table state.Table[state.Member, benchRecord], n int) {
		l := benchStore(b, table, n)
		at := 0
		for b.Loop() {
			benchBlock(b, l, func(c *state.Ctx) {
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
			})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "µs/key")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkRead is one record from the flat store, against the same leaf from
// the tree.
func BenchmarkRead(b *testing.B) {
	for _, n := range benchSizes {
		table := state.NewTable[state.Member, benchRecord](0x10)
		s := benchStore(b, table, n).store
		tip, err := s.View(0)
		if err != nil {
			b.Fatal(err)
		}
		tree, err := s.immutable(s.Tip().Height)
		if err != nil {
			b.Fatal(err)
		}
		for name, from := range map[string]state.Leaves{"flat": flat{tip.snap}, "tree": leaves{tree}} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				key := binary.BigEndian.AppendUint64([]byte{0x10, 0, 0, 0, 1}, 0)
				for i := 0; b.Loop(); i++ {
					binary.BigEndian.PutUint64(key[5:], uint64(scatter(i, n)))
					if v, err := from.Leaf(key); err != nil || v == nil {
						b.Fatal(v, err)
					}
				}
			})
		}
		tip.Close()
	}
}
