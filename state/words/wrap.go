package words

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks text at its spaces into lines of at most width characters, or of one
// word if that is longer. first goes before the first line, rest before the others.
func Wrap(text, first, rest string, width int) []string {
	var out []string
	line, empty := first, true
	for word := range strings.SplitSeq(text, " ") {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			out = append(out, line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return append(out, line)
}
