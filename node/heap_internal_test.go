package node

import "testing"

// A small heap grows to the goal, a large one by Go's own rule.
func TestGarbage(t *testing.T) {
	for _, row := range []struct {
		live uint64
		want int
	}{
		{0, 100},
		{10 << 20, 400}, // not more than four times what is in use
		{56 << 20, 300}, // 56 + 168 = 224
		{80 << 20, 180},
		{111 << 20, 100},
		{112 << 20, 100},
		{200 << 20, 100},
		{2 << 30, 100},
	} {
		if got := garbage(row.live); got != row.want {
			t.Errorf("%d MiB in use: %d%%, want %d%%", row.live>>20, got, row.want)
		}
	}
}
