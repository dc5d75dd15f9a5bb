package input

import (
	"slices"
	"testing"
)

// The order is that of sha256sum over 7:Ann and so on, in whatever order they come.
func TestSeededLot(t *testing.T) {
	want := []string{"Ann", "Bob", "Dee", "Cy"}
	for _, names := range [][]string{{"Ann", "Bob", "Cy", "Dee"}, {"Dee", "Cy", "Bob", "Ann"}} {
		if got := SeededLot("7", names); !slices.Equal(got, want) {
			t.Errorf("%v becomes %v, want %v", names, got, want)
		}
	}
	if slices.Equal(SeededLot("8", want), want) {
		t.Error("another seed gives the same order")
	}
}
