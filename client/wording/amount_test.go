package wording_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Uint8Range(0, 4).Draw(t, "digits")
		minor := money.Amount(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "minor"))
		text := words.Money(minor, digits, "")
		for _, written := range []string{text, strings.ReplaceAll(text, ",", "")} {
			if got, err := wording.ParseMoney(written, digits); err != nil || got != minor {
				t.Fatalf("ParseMoney(%q) = %d, %v; want %d", written, got, err, minor)
			}
		}
	})
}

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits uint8
		want   money.Amount
	}{
		{"21000", 2, 2100000}, {"10.00", 2, 1000}, {"-0.01", 2, -1}, {"0", 2, 0},
		{"1,234", 0, 1234}, {"92233720368547758.07", 2, math.MaxInt64},
	} {
		if got, err := wording.ParseMoney(c.text, c.digits); err != nil || got != c.want {
			t.Errorf("ParseMoney(%q, %d) = %d, %v; want %d", c.text, c.digits, got, err, c.want)
		}
	}
	for _, c := range []struct {
		text   string
		digits uint8
		why    string
	}{
		{"", 2, "only digits"}, {"-", 2, "only digits"}, {".50", 2, "only digits"},
		{"ten", 2, "only digits"}, {"+5", 2, "only digits"}, {"--5", 2, "only digits"},
		{" 5", 2, "only digits"}, {"5 EUR", 2, "only digits"}, {"1.000.00", 2, "only digits"},
		{"1.000,00", 2, "only digits"}, {"٣", 2, "only digits"}, {"1e3", 2, "only digits"},
		{"10,00", 2, "commas"}, {"1,0000.00", 2, "commas"}, {",100", 2, "commas"}, {"10,", 2, "commas"},
		{"10.5", 2, "2 digits"}, {"10.", 2, "2 digits"}, {"10.000", 2, "2 digits"}, {"10.00", 0, "0 digits"},
		{"92233720368547758.08", 2, "too large"}, {strings.Repeat("9", 100), 0, "too large"},
	} {
		got, err := wording.ParseMoney(c.text, c.digits)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("ParseMoney(%q, %d) = %d, %v; want a refusal with %q", c.text, c.digits, got, err, c.why)
		}
	}
}
