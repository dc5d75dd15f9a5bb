package rulebook_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
)

// Zero, which the ledger keeps for no limit, is none that a file may say; what it says of no
// limit reads back, and a figure has its unit.
func TestLimits(t *testing.T) {
	p, err := rulebook.Find(rulebook.Standard, rooms.Kinds)
	if err != nil {
		t.Fatal(err)
	}
	p.Document.Policy.Alone, p.Document.Motions[2].Most = 123456, 4200
	var b bytes.Buffer
	if err := p.Write(&b, rulebook.Context{Kinds: rooms.Kinds}); err != nil {
		t.Fatal(err)
	}
	const alone, most = `alone = "1,234.56"`, `at_most = "42.00"`
	for _, row := range []struct{ was, is, says string }{
		{most, `at_most = "0"`, `motions.two-officers.at_most: 0 would be no limit: write "any amount"`},
		{most, `at_most = "0.00"`, `motions.two-officers.at_most: 0 would be no limit`},
		{most, `at_most = 0`, `motions.two-officers.at_most: 0 has no unit`},
		{most, `at_most = 4200`, `motions.two-officers.at_most: 4200 has no unit: write it in quotation marks, like "1,000.00"`},
		{most, `at_most = "none"`, `motions.two-officers.at_most: "none" is not an amount`},
		{alone, `alone = "0"`, `policy.alone: 0 would be no limit: write "any amount"`},
		{alone, `alone = 500`, `policy.alone: 500 has no unit`},
		{`waiting = "14 days"`, `waiting = 14`, `policy.waiting: 14 has no unit: write it in quotation marks, like "14 days"`},
		{most, `at_most = "any amount"`, ""},
		{alone, `alone = "any amount"`, ""},
	} {
		text := strings.Replace(b.String(), row.was, row.is, 1)
		d, err := rulebook.Read("c.toml", []byte(text), rulebook.Context{Kinds: rooms.Kinds})
		switch {
		case text == b.String():
			t.Errorf("%s is not in the file", row.was)
		case row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)):
			t.Errorf("%s: %v, want %s", row.is, err, row.says)
		case row.says == "" && err != nil:
			t.Errorf("%s: %v", row.is, err)
		case row.says == "" && (d.Policy.Alone == 0) != (row.was == alone):
			t.Errorf("%s: alone is %d", row.is, d.Policy.Alone)
		case row.says == "" && (d.Motions[2].Most == 0) != (row.was == most):
			t.Errorf("%s: at most %d", row.is, d.Motions[2].Most)
		}
	}
	p.Document.Policy.Alone = 0
	b.Reset()
	if err := p.Write(&b, rulebook.Context{Kinds: rooms.Kinds}); err != nil {
		t.Fatal(err)
	}
	if d, err := rulebook.Read("c.toml", b.Bytes(), rulebook.Context{Kinds: rooms.Kinds}); err != nil || d.Policy.Alone != 0 {
		t.Errorf("what is written of no limit reads as %d, %v", d.Policy.Alone, err)
	}
}
