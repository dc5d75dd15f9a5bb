package counting

import (
	"testing"
	"time"
)

// processorTime is what this process has had of the processor, where the
// system tells.
var processorTime = func() time.Duration { return 0 }

// Loop runs f and reports its processor time beside the elapsed time, since other
// work on the machine affects processor time much less.
func Loop(b *testing.B, f func() error) {
	b.Helper()
	start := processorTime()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}
