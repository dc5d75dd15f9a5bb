package blt_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Bound: 50 MB/s.
func BenchmarkReadBLT(b *testing.B) {
	for _, c := range []struct {
		name string
		e    *election.Election
		each int // times a paper appears
	}{
		{"DifferentPapers", counting.Made(20, 6, 100_000, 12), 1},
		{"FewKindsOfPaper", counting.Made(9, 4, 20_000, 3), 1000},
	} {
		var buf bytes.Buffer
		if err := blt.Write(&buf, c.e); err != nil {
			b.Fatal(err)
		}
		head, rest, _ := bytes.Cut(buf.Bytes(), []byte("\n"))
		rows, tail, _ := bytes.Cut(rest, []byte("\n0\n"))
		file := append(append([]byte{}, head...), '\n')
		for range c.each {
			file = append(append(file, rows...), '\n')
		}
		file = append(append(file, "0\n"...), tail...)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			counting.Loop(b, func() error {
				_, err := blt.Read("bench.blt", bytes.NewReader(file))
				return err
			})
		})
	}
}
