package words

import (
	"testing"
	"unicode"
)

// Plain text has every character that Unicode 15.0 calls printable, no other that
// it assigns, and what a later version may assign, so that the answer does not
// depend on the version of Go that a node was built with.
func TestIsPlain(t *testing.T) {
	if unicode.Version != "15.0.0" {
		t.Skipf("Go's tables are those of Unicode %s", unicode.Version)
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0xd800 && r <= 0xdfff {
			continue // no text holds half of a pair
		}
		assigned := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
		if got := IsPlain(string(r)); assigned && got != unicode.IsPrint(r) {
			t.Errorf("%U: %v, printable: %v", r, got, !got)
		}
	}
	for text, want := range map[string]bool{"Ärger, 日本語 🎉": true, "a\u0085b": false, "\xff": false, "\U0001fffe": false, "\u0378": true} {
		if got := IsPlain(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
