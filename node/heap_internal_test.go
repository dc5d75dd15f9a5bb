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
		{48 << 20, 300}, // 48 + 144 = 192
		{80 << 20, 140},
		{95 << 20, 100},
		{96 << 20, 100},
		{200 << 20, 100},
		{2 << 30, 100},
	} {
		if got := garbage(row.live); got != row.want {
			t.Errorf("%d MiB in use: %d%%, want %d%%", row.live>>20, got, row.want)
		}
	}
}
