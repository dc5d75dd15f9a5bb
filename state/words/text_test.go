package words

import (
	"testing"
	"unicode"
)

// Plain text has every character that Unicode 15.0 calls printable, no other that
// it assigns, and what a later version may assign, so that the answer does not
// depend on the version of Go that a node was built with.
// Names that people read as one have one fold, and others have not.
func TestFold(t *testing.T) {
	for _, one := range [][]string{
		{"2026", " 2026", "20 26", "2026\u00a0", "20\u200b26", "2026\t"},
		{"Year One", "YEAR ONE", "yearone"},
		{"Été", "éTÉ"}, {"Έτος Α", "Έτος α"}, {"ГОД Ё", "год ё"},
	} {
		for _, name := range one[1:] {
			if Fold(name) != Fold(one[0]) {
				t.Errorf("%q is not %q", name, one[0])
			}
		}
	}
	for _, pair := range [][2]string{{"2026", "2027"}, {"2026-1", "20261"}, {"×", "÷"}, {"a\xff", "a"}, {"Ω", "Ϊ"}} {
		if Fold(pair[0]) == Fold(pair[1]) {
			t.Errorf("%q is %q", pair[0], pair[1])
		}
	}
}

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
