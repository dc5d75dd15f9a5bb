package tx

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
)

// A large batch has the answers of each signature alone, whatever number of processors it
// is divided among.
func TestBatchDivided(t *testing.T) {
	const n = 3*leastPart + 100
	key := NewPrivateKey(make([]byte, SeedSize))
	var want []bool
	var messages, signatures [][]byte
	for i := range n {
		message := fmt.Append(nil, i)
		signature := key.SignMessage(message)
		bad := i == 0 || i == leastPart || i == n-1 || i%97 == 5
		if bad {
			signature[7] ^= 4
		}
		want, messages, signatures = append(want, !bad), append(messages, message), append(signatures, signature)
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, processors := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(processors)
		var b Batch
		for i := range n {
			b.Add(key.Public(), messages[i], signatures[i])
		}
		if got := b.Verify(); !slices.Equal(got, want) {
			t.Errorf("%d processors: answers differ", processors)
		}
	}
}

// What a second processor saves of a block's batch.
func BenchmarkBatchOfABlock(b *testing.B) {
	const n = 3000
	var keys []PublicKey
	var messages, signatures [][]byte
	for i := range n {
		key := NewPrivateKey(fmt.Appendf(nil, "%032d", i))
		message := fmt.Append(nil, i)
		keys, messages, signatures = append(keys, key.Public()), append(messages, message), append(signatures, key.SignMessage(message))
	}
	for b.Loop() {
		var batch Batch
		for i := range n {
			batch.Add(keys[i], messages[i], signatures[i])
		}
		if slices.Contains(batch.Verify(), false) {
			b.Fatal("refused")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n)/1e3, "µs/signature")
}
