package client

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// A code has one spelling, is read in any that people give it, and its key is the
// co-op's alone. The values are published in docs/tx.md.
func TestCode(t *testing.T) {
	c, err := NewCode(bytes.NewReader([]byte{7, 0x33, 0xf7, 2, 9, 13, 4, 20, 31, 29, 0, 0x56}))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.String(); got != "7KQ2-9D4M-ZX0P-"+c.checks() || len(got) != 17 {
		t.Errorf("it is written %s", got)
	}
	key := c.Key("rochdale-test-1", 1).Public().String()
	if c.String() != codeVector || key != codeKeyVector {
		t.Errorf("%s has the key %s", c, key)
	}
	for _, text := range []string{c.String(), strings.ToLower(c.String()), strings.ReplaceAll(c.String(), "-", " "), " " + strings.ReplaceAll(c.String(), "-", "") + "\n", strings.Replace(c.String(), "0", "o", 1)} {
		if got, err := ParseCode(text); err != nil || got != c {
			t.Errorf("%q reads as %v, %v", text, got, err)
		}
	}
	for _, other := range []string{c.Key("rochdale-test-1", 2).Public().String(), c.Key("rochdale-test-2", 1).Public().String()} {
		if other == key {
			t.Error("the key is that of another co-op too")
		}
	}
	wrong := 0
	for i := range len(c.String()) {
		changed := []byte(c.String())
		if changed[i] == '-' {
			continue
		}
		changed[i] = crockford[(strings.IndexByte(crockford, changed[i])+1)%32]
		if _, err := ParseCode(string(changed)); err == nil {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d changes of a digit are not found", wrong)
	}
	for _, text := range []string{"", "7KQ2", c.String() + "7", "7KQ2-9D4M-ZXUP-H3", strings.Repeat("7", 65), "7KQ2–9D4M–ZX0P"} {
		if _, err := ParseCode(text); !errors.Is(err, ErrCode) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := NewCode(bytes.NewReader(nil)); err == nil {
		t.Error("a code of no random bytes")
	}
}

const (
	codeVector    = "7KQ2-9D4M-ZX0P-PY"
	codeKeyVector = "rochdale1q8aswzehyt4h8prva269wpqntt7d2d70j44s43ghwjcmpgv6dll0z3mm3f8"
)
