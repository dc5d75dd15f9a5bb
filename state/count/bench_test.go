package count

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// processorTime is what this process has had of the processor, where the
// system tells.
var processorTime = func() time.Duration { return 0 }

// loop runs f and reports its processor time besides the time by the clock:
// other work on the machine makes the clock run on, but hardly this.
func loop(b *testing.B, f func() error) {
	b.Helper()
	start := processorTime()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// made returns an election of n candidates and so many papers, all of one kind
// of marking drawn by a fixed generator. Nearly all papers differ.
func made(candidates, seats, papers, marks int) *Election {
	e := &Election{Title: "made", Seats: seats}
	for i := range candidates {
		e.Candidates = append(e.Candidates, Candidate{Name: fmt.Sprintf("Candidate %d", i+1)})
	}
	x := uint64(88172645463325252)
	next := func(n int) int {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return int(x % uint64(n))
	}
	var b Ballots
	order := make([]Mark, candidates)
	for range papers {
		for i := range order {
			order[i] = Mark{Candidate: int16(i)}
		}
		for i := range marks {
			// The lower of two draws, so that some candidates are stronger.
			j := i + min(next(candidates-i), next(candidates-i))
			order[i], order[j] = order[j], order[i]
		}
		if err := b.Add(1, order[:marks]); err != nil {
			panic(err)
		}
	}
	e.Papers = b.Papers()
	return e
}

func benchmark(b *testing.B, method string, e *Election) {
	b.Helper()
	b.ReportAllocs()
	loop(b, func() error {
		_, err := Count(method, e, Options{})
		return err
	})
}

// Bound: 1 s.
func BenchmarkScottishSTV100000x20(b *testing.B) {
	benchmark(b, "scottish-stv", made(20, 6, 100_000, 12))
}

// Bound: 2 s.
func BenchmarkIRV1000000x10(b *testing.B) { benchmark(b, "irv", made(10, 1, 1_000_000, 10)) }

// Bound: 2 s.
func BenchmarkSchulze100x100000(b *testing.B) { benchmark(b, "schulze", made(100, 1, 100_000, 100)) }

func BenchmarkMeek100000x20(b *testing.B) { benchmark(b, "meek", made(20, 6, 100_000, 12)) }
func BenchmarkWIGM100000x20(b *testing.B) { benchmark(b, "wigm", made(20, 6, 100_000, 12)) }

// Bound: 50 MB/s.
func BenchmarkReadBLT(b *testing.B) {
	for _, c := range []struct {
		name string
		e    *Election
		each int // times a paper appears
	}{
		{"DifferentPapers", made(20, 6, 100_000, 12), 1},
		{"FewKindsOfPaper", made(9, 4, 20_000, 3), 1000},
	} {
		var buf bytes.Buffer
		if err := WriteBLT(&buf, c.e); err != nil {
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
			loop(b, func() error {
				_, err := ReadBLT("bench.blt", bytes.NewReader(file))
				return err
			})
		})
	}
}
