package paper_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func benchmark(b *testing.B, method string, e *election.Election) {
	b.Helper()
	b.ReportAllocs()
	counting.Loop(b, func() error {
		_, err := paper.Count(method, e, election.Options{})
		return err
	})
}

// Bound: 1 s.
func BenchmarkScottishSTV100000x20(b *testing.B) {
	benchmark(b, "scottish-stv", counting.Made(20, 6, 100_000, 12))
}

// Bound: 2 s.
func BenchmarkIRV1000000x10(b *testing.B) { benchmark(b, "irv", counting.Made(10, 1, 1_000_000, 10)) }

// Bound: 2 s.
func BenchmarkSchulze100x100000(b *testing.B) {
	benchmark(b, "schulze", counting.Made(100, 1, 100_000, 100))
}

func BenchmarkMeek100000x20(b *testing.B) { benchmark(b, "meek", counting.Made(20, 6, 100_000, 12)) }

func BenchmarkWIGM100000x20(b *testing.B) { benchmark(b, "wigm", counting.Made(20, 6, 100_000, 12)) }

func BenchmarkRankedPairs100x100000(b *testing.B) {
	benchmark(b, "ranked-pairs", counting.Made(100, 1, 100_000, 100))
}

func BenchmarkPhragmen100000x20(b *testing.B) {
	benchmark(b, "phragmen", counting.Made(20, 6, 100_000, 12))
}

func BenchmarkERS97100000x20(b *testing.B) { benchmark(b, "ers97", counting.Made(20, 6, 100_000, 12)) }
