package words

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// tricks are the code points that are not shown as they are: controls, spaces except
// U+0020, characters that reorder, join or hide text, private use, and
// noncharacters. They are listed here because the tables of package unicode change
// with Go's version, and what a node accepts or a receipt says must not.
//
// Source: Unicode 15.0, categories Cc, Cf, Co, Cs, Zl, Zp, Zs; noncharacters.
var tricks = [][2]rune{
	{0x00, 0x1f}, {0x7f, 0xa0}, {0xad, 0xad}, {0x600, 0x605}, {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f},
	{0x890, 0x891}, {0x8e2, 0x8e2}, {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f},
	{0x205f, 0x206f}, {0x3000, 0x3000}, {0xd800, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
	{0xfffe, 0xffff}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a}, {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
}

// trick says whether a code point is not shown as it is.
func trick(r rune) bool {
	for _, t := range tricks {
		if t[0] <= r && r <= t[1] {
			return true
		}
	}
	return r&0xfffe == 0xfffe // the last two of each plane
}

// IsPlain says whether text is valid UTF-8 that can be shown on one line as it
// is.
func IsPlain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, trick)
}

// Plain returns text with what is not shown as it is written out as Go writes
// it, such as \x1b, \n or \u202e: text of the ledger can neither leave its line
// nor move a reader's cursor. Plain text stays as it is, backslashes included.
func Plain(s string) string {
	if IsPlain(s) {
		return s
	}
	return escaped(s, "")
}

// Quote returns text between quotation marks, with what is not shown as it is
// written out. Quotation marks and backslashes in it stand behind a backslash, so
// that text cannot seem to end before it does.
func Quote(s string) string { return `"` + escaped(s, `"\`) + `"` }

// escaped writes out what is not plain, and puts a backslash before each of some
// characters.
func escaped(s, before string) string {
	var b strings.Builder
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		text := s[at : at+size]
		switch {
		case r == utf8.RuneError && size == 1:
			q := strconv.QuoteToASCII(text) // "\xff"
			b.WriteString(q[1 : len(q)-1])
		case trick(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		case strings.ContainsRune(before, r):
			b.WriteString(`\` + text)
		default:
			b.WriteString(text)
		}
		at += size
	}
	return b.String()
}

// Fold is what is left of a name once what people overlook is taken away: spaces,
// what is not shown, and the case of ASCII, Latin-1, Greek and Cyrillic letters. Two
// names with one fold are one name to whoever reads or says them.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || (r != utf8.RuneError && trick(r)):
			return -1
		case 'A' <= r && r <= 'Z', 0xc0 <= r && r <= 0xde && r != 0xd7, 0x391 <= r && r <= 0x3a9, 0x410 <= r && r <= 0x42f:
			return r + 0x20
		case 0x400 <= r && r <= 0x40f:
			return r + 0x50
		}
		return r
	}, name)
}
