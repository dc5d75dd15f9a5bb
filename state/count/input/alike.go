package input

import (
	"fmt"
	"strings"
)

// lookalikes are letters that many people take for the one before the colon: the
// Cyrillic and Greek capitals and small letters of the same shape, and Latin letters
// with marks.
var lookalikes = func() map[rune]rune {
	m := make(map[rune]rune)
	for _, row := range strings.Fields(`
		a:аαàáâãäåāăą b:вβ c:сçćĉċč d:ďđ e:еεèéêëēĕėęěё g:ĝğġģ h:нηĥħ i:іιìíîïĩīĭįıїl1|
		j:јĵ k:кκķ m:мμ n:νñńņň o:оοòóôõöøōŏő0 p:рρ r:ŕŗř s:ѕśŝşšș t:тτţťŧț u:υùúûüũūŭůűų
		w:ŵ x:хχ y:уγýÿŷ z:ζźżž`) {
		one, others, _ := strings.Cut(row, ":")
		for _, r := range others {
			m[r] = rune(one[0])
		}
	}
	return m
}()

// skeleton is what is left of a name once what people overlook is taken away: case,
// marks on letters, the script of letters of one shape, spaces and signs. What cannot
// be seen at all is neither letter nor digit, so it goes too.
func skeleton(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if l, ok := lookalikes[r]; ok {
			r = l
		}
		if !overlooked(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// overlooked reports whether r is a sign, a space, a mark set on the letter before it
// or nothing that is seen: ASCII but for letters and digits, Latin-1 signs, and the
// blocks of combining marks, general punctuation and variation selectors. It has no
// tables of Unicode's, which change from version to version.
func overlooked(r rune) bool {
	switch {
	case r < 0x80:
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	case r < 0xc0, 0x300 <= r && r <= 0x36f, 0x2000 <= r && r <= 0x206f, 0xfe00 <= r && r <= 0xfe0f, r == 0xfeff, r == 0x3000:
		return true
	}
	return false
}

// Alike says of each name that looks like an earlier one, but is another, in what they
// differ: for a note of the report. Names without a letter or digit are left out.
func Alike(names []string) []string {
	var out []string
	first := make(map[string]string, len(names))
	for _, name := range names {
		s := skeleton(name)
		if s == "" {
			continue
		}
		if other, ok := first[s]; ok && other != name {
			out = append(out, fmt.Sprintf("Two names look alike: %q and %q (%s).", other, name, difference(other, name)))
			continue
		}
		first[s] = name
	}
	return out
}

// difference says where two different names part.
func difference(a, b string) string {
	x, y := []rune(a), []rune(b)
	k := 0
	for k < len(x) && k < len(y) && x[k] == y[k] {
		k++
	}
	at := func(r []rune) string {
		if k == len(r) {
			return "nothing"
		}
		return fmt.Sprintf("%U", r[k])
	}
	return fmt.Sprintf("at character %d: %s and %s", k+1, at(x), at(y))
}

// near is the hint for a name that is not in names: the one that it looks like, if
// there is one, and otherwise what.
func near(name string, names []string, what string) string {
	for _, other := range names {
		if skeleton(other) == skeleton(name) && skeleton(name) != "" {
			return fmt.Sprintf("write it as in the file, %q (they differ %s)", other, difference(other, name))
		}
	}
	return what
}
