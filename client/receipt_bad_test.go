package client

import (
	"bytes"
	"strings"
	"testing"
)

// TestCutAndOtherFiles gives a verifier every beginning of a receipt, and files
// that are none. Each is refused in words that say what it is.
func TestCutAndOtherFiles(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "decision", Subject{Coop: 2, Motion: 1}, 0, Trust{})
	check(t, err)
	step := 1
	if testing.Short() {
		step = 17
	}
	for n := 1; n < len(raw); n += step {
		err := refuses(t, raw[:n], Trust{}, "the first %d of %d bytes", n, len(raw))
		if err != nil && n < len(raw)-2 && !strings.Contains(err.Error(), "it is cut short after ") {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	for _, row := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"empty", nil, "not a receipt: it is empty"},
		{"text", []byte("Dear member"), "not a receipt: byte 1: invalid character 'D' looking for beginning of value"},
		{"another shape", []byte(`{"height": "two"}`), "not a receipt: byte 16: a string where height needs another thing"},
		{"another JSON", []byte(`{"price": 2}`), `not a receipt: json: unknown field "price"`},
		{"earlier format", []byte(`{"format": "rochdale-receipt-1"}`), `not a receipt: its format is "rochdale-receipt-1", this program reads "rochdale-receipt-2"`},
		{"huge", bytes.Repeat([]byte(" "), MaxReceipt+1), "not a receipt: 4194305 bytes, at most 4194304 can be"},
	} {
		if err := refuses(t, row.raw, Trust{}, row.name); err != nil && err.Error() != row.want {
			t.Errorf("%s: %v, want %s", row.name, err, row.want)
		}
	}
}
