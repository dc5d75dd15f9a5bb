package intake

import "testing"

// Two officers and those whom they let in are never more than the rest, where these are
// as many as the officers at least and one more; a small co-op lets in five.
func TestMostOf(t *testing.T) {
	for n, want := range map[uint64]uint64{1: 1, 4: 1, 5: 1, 6: 2, 8: 4, 9: 5, 10: 5, 17: 5, 18: 6, 200: 66} {
		if got := mostOf(n, 3, 5); got != want {
			t.Errorf("where %d count, others let in %d, want %d", n, got, want)
		}
	}
	for n := uint64(5); n <= 1000; n++ {
		if let := mostOf(n, 3, 5); 2*(let+2) > n+let {
			t.Errorf("where %d count, %d and two officers are more than half", n, let)
		}
	}
}
