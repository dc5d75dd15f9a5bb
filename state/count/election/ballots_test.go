package election

import (
	"fmt"
	"testing"
)

// Papers whose hashes collide are still grouped, each kind once.
func TestBallotsCollide(t *testing.T) {
	var kinds [][]Mark
	for a := range int16(1000) {
		for p := range int32(3000) {
			if m := []Mark{{Candidate: a, Points: p + 1}}; hashMarks(m)&4095 == 5 {
				kinds = append(kinds, m)
			}
		}
	}
	var b Ballots
	want := map[string]int64{}
	for round := range 3 {
		for _, k := range kinds {
			want[string(appendKey(nil, k))] += int64(round + 1)
			if err := b.Add(int64(round+1), k); err != nil {
				t.Fatal(err)
			}
		}
	}
	if b.crowd == nil {
		t.Fatal("no paper was crowded out: the test tests nothing")
	}
	if len(b.Papers()) != len(want) {
		t.Fatalf("%d kinds kept as %d", len(want), len(b.Papers()))
	}
	for _, p := range b.Papers() {
		if p.Weight != want[string(appendKey(nil, p.Marks))] {
			t.Fatal(fmt.Sprint("weight of ", p))
		}
	}
}
