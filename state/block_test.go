package state

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/tx"
)

// While an action that a motion carries is taken, nothing else can be carried.
func TestCarryDepth(t *testing.T) {
	c := testCtx(memory{})
	c.block.carrying = true
	if res, err := c.Carry(tx.Kind(1), nil, 1, Authority{}); res.Code != ErrDepth.Code || err != nil {
		t.Errorf("got %+v, %v", res, err)
	}
}

// A log is short and can be read back, whatever it complains of.
func TestLog(t *testing.T) {
	exact := strings.Repeat("x", maxLog-len(ErrPayload.With("").Error()))
	if got, want := logOf(ErrPayload.With("%s", exact)), ErrPayload.With("%s", exact).Error(); len(want) != maxLog || got != want {
		t.Errorf("a log of %d bytes, the bound, is changed to %.80q of %d", len(want), got, len(got))
	}
	for _, s := range []string{"\xff\xfe", strings.Repeat("é", maxLog), strings.Repeat("a\xff", maxLog), "short"} {
		got := logOf(ErrPayload.With("%s", s))
		if !utf8.ValidString(got) || len(got) > maxLog || !strings.HasPrefix(got, ErrPayload.Reason) {
			t.Errorf("log of %.10q is %.80q", s, got)
		}
		if _, err := tx.DecodeTrusted[Done](tx.Encode(Done{Log: got})); err != nil {
			t.Errorf("log of %.10q cannot be read back: %v", s, err)
		}
	}
}
