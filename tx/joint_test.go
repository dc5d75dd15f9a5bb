package tx

import (
	"fmt"
	"sync"
	"testing"
)

// Whoever asks at the same time, each gets the answer about its own signature.
func TestJointAnswersEachAlone(t *testing.T) {
	var j Joint
	var wg sync.WaitGroup
	for who := range 12 {
		wg.Go(func() {
			key := NewPrivateKey(fmt.Appendf(make([]byte, 0, SeedSize), "%032d", who))
			for i := range 60 {
				message := fmt.Appendf(nil, "%d of %d", i, who)
				signature := key.SignMessage(message)
				want := true
				switch i % 5 {
				case 1:
					signature[3] ^= 1
					want = false
				case 2:
					message[0] ^= 1
					want = false
				case 3:
					signature = signature[:10]
					want = false
				}
				if got := j.Verify(key.Public(), message, signature); got != want {
					t.Errorf("signature %d of %d: %v, want %v", i, who, got, want)
				}
			}
		})
	}
	wg.Wait()
	if j.busy || len(j.waiting) > 0 {
		t.Errorf("busy %v, and %d wait when all have their answers", j.busy, len(j.waiting))
	}
	if j.Verify(nil, []byte("a"), make([]byte, SignatureSize)) {
		t.Error("no key verified")
	}
}

// What a Joint verifies together takes less than each alone.
func BenchmarkJoint(b *testing.B) {
	for _, askers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint("askers_", askers), func(b *testing.B) {
			key := NewPrivateKey(make([]byte, SeedSize))
			message := []byte("a message")
			signature := key.SignMessage(message)
			var j Joint
			for b.Loop() {
				var wg sync.WaitGroup
				for range askers {
					wg.Go(func() {
						for range 10 {
							if !j.Verify(key.Public(), message, signature) {
								b.Error("refused")
							}
						}
					})
				}
				wg.Wait()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*askers*10)/1e3, "µs/signature")
		})
	}
}
