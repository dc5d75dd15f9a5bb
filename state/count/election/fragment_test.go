package election

import (
	"testing"
)

// A rank shared by four stands for each of their 24 orders once.
func TestOrders(t *testing.T) {
	seen := map[string]bool{}
	for k := range 24 {
		seen[string(appendKey(nil, order([][]int16{{0, 1, 2, 3}}, k)))] = true
	}
	if len(seen) != 24 {
		t.Errorf("%d orders", len(seen))
	}
	seen = map[string]bool{}
	for k := range 12 {
		seen[string(appendKey(nil, order([][]int16{{0, 1, 2}, {3}, {4, 5}}, k)))] = true
	}
	if len(seen) != 12 {
		t.Errorf("%d orders of two groups", len(seen))
	}
}
