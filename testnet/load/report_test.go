package load

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPercentile(t *testing.T) {
	upTo := func(n int) (out []int) {
		for i := range n {
			out = append(out, i+1)
		}
		return out
	}
	for _, row := range []struct{ n, permille, want int }{
		{0, 500, 0},
		{1, 500, 1}, {1, 999, 1}, {1, 1000, 1},
		{2, 500, 1}, {2, 501, 2},
		{3, 500, 2},
		{100, 500, 50}, {100, 950, 95}, {100, 990, 99}, {100, 999, 100},
		{1000, 999, 999}, {1001, 999, 1000}, {1000, 1000, 1000},
	} {
		if got := percentile(upTo(row.n), row.permille); got != row.want {
			t.Errorf("%d in a thousand of 1 to %d: got %d, want %d", row.permille, row.n, got, row.want)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, row := range []struct{ values, want []float64 }{
		{[]float64{2}, []float64{2, 2, 2}},
		{[]float64{3, 1}, []float64{2, 1, 3}},
		{[]float64{9, 1, 2}, []float64{2, 1, 9}},
		{[]float64{4, 1, 3, 2}, []float64{2.5, 1, 4}},
	} {
		before := slices.Clone(row.values)
		median, least, most := spread(row.values)
		if got := []float64{median, least, most}; !slices.Equal(got, row.want) {
			t.Errorf("%v: got %v, want %v", row.values, got, row.want)
		}
		if !slices.Equal(before, row.values) {
			t.Errorf("the values are in another order: %v", row.values)
		}
	}
}

// TestRatios: each round is divided by itself, and what one side did not measure is
// left out.
func TestRatios(t *testing.T) {
	report := func(throughput float64, p99 time.Duration, nodes float64) Report {
		return Report{Throughput: throughput, P99: p99, Usage: Usage{NodesEach: nodes}}
	}
	got := ratios([]Round{
		{report(100, 2*time.Second, 0), report(400, time.Second, 100)},
		{report(300, 3*time.Second, 50), report(400, time.Second, 100)},
	})
	want := []Ratio{
		{"committed a second", []float64{0.25, 0.75}, 0.5, 0.25, 0.75},
		{"p99", []float64{2, 3}, 2.5, 2, 3},
		{"nodes' processor time a transaction", []float64{0.5}, 0.5, 0.5, 0.5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestReportBlocks: what is before the first block of the run and after the last does
// not count, an empty block between them makes an interval and no size.
func TestReportBlocks(t *testing.T) {
	began := time.Unix(1_000_000, 0)
	at := func(s float64) time.Time { return began.Add(time.Duration(s * float64(time.Second))) }
	ours, got := reportBlocks([]block{
		{time: at(0), transactions: 500, engine: 500, bytes: 9000},
		{time: at(10), transactions: 30, engine: 3, ours: 30, bytes: 300},
		{time: at(10.5)},
		{time: at(12.5), transactions: 5, engine: 5, bytes: 50},
		{time: at(13), transactions: 10, engine: 2, ours: 9, bytes: 100},
		{time: at(90), transactions: 500, engine: 500, bytes: 9000},
	})
	want := BlockReport{
		Transactions: Quantity{10, 30}, Engine: Quantity{3, 5}, Bytes: Quantity{100, 300},
		IntervalSeconds: Seconds{0.5, 2, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" || ours != 2 {
		t.Errorf("%d blocks are ours; %s", ours, diff)
	}
	if ours, got := reportBlocks([]block{{time: at(0), transactions: 5}}); ours != 0 || got != (BlockReport{}) {
		t.Errorf("of none: %d, %+v", ours, got)
	}
}
