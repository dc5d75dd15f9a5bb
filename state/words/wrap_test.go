package words_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{"- "}},
		{"12345678", []string{"- 12345678"}}, // just fits
		{"123456789", []string{"- 123456789"}},
		{"1234 678", []string{"- 1234 678"}},
		{"1234 6789", []string{"- 1234", "  6789"}},
		{"a  b", []string{"- a  b"}}, // text is not changed
		{"löß löß löß", []string{"- löß löß", "  löß"}},
		{"a 123456789 b", []string{"- a", "  123456789", "  b"}},
	} {
		if diff := cmp.Diff(c.want, words.Wrap(c.text, "- ", "  ", 10)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.text, diff)
		}
	}
}
