package figure_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Uint8Range(0, 4).Draw(t, "digits")
		minor := money.Amount(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "minor"))
		text := words.Money(minor, digits, "")
		for _, written := range []string{text, strings.ReplaceAll(text, ",", "")} {
			if got, err := figure.Money(written, digits); err != nil || got != minor {
				t.Fatalf("Money(%q) = %d, %v; want %d", written, got, err, minor)
			}
		}
	})
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		text string
		want uint64
		why  string
	}{
		{"15d", 15 * 24 * 60 * 60, ""}, {"90m", 90 * 60, ""}, {"2w", 14 * 24 * 60 * 60, ""}, {"1,000s", 1000, ""}, {"0h", 0, ""},
		{"", 0, "whole number with one of"}, {"15", 0, "whole number with one of"}, {"d", 0, "whole number with one of"},
		{"1.5d", 0, "whole number with one of"}, {"-1d", 0, "whole number with one of"}, {"1y", 0, "whole number with one of"},
		{"999999999999999999w", 0, "too large"},
	} {
		got, err := figure.Span(c.text)
		if got != c.want || (err == nil) != (c.why == "") || (err != nil && !strings.Contains(err.Error(), c.why)) {
			t.Errorf("Span(%q) = %d, %v; want %d, %q", c.text, got, err, c.want, c.why)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits uint8
		want   money.Amount
	}{
		{"21000", 2, 2100000}, {"10.00", 2, 1000}, {"-0.01", 2, -1}, {"0", 2, 0},
		{"12.5", 2, 1250}, {"-12.5", 2, -1250}, {"1,234.5", 2, 123450}, {"1.2", 4, 12000}, {"0.123", 4, 1230}, {"1234.123", 4, 12341230}, {"1,234.123", 4, 12341230}, {"1.234", 3, 1234},
		{"1,234", 0, 1234}, {"10000000000000000.00", 2, money.Max}, {"-10,000,000,000,000,000.00", 2, -money.Max},
	} {
		if got, err := figure.Money(c.text, c.digits); err != nil || got != c.want {
			t.Errorf("Money(%q, %d) = %d, %v; want %d", c.text, c.digits, got, err, c.want)
		}
	}
	for _, c := range []struct {
		text   string
		digits uint8
		why    string
	}{
		{"", 2, "empty"}, {"-", 2, "only digits"}, {".50", 2, "only digits"},
		{"ten", 2, "only digits"}, {"+5", 2, "only digits"}, {"--5", 2, "below zero"},
		{" 5", 2, "only digits"}, {"5 EUR", 2, "only digits"}, {"1.000.00", 2, "only digits"},
		{"1.000,00", 2, "only digits"}, {"٣", 2, "only digits"}, {"1e3", 2, "only digits"},
		{"10,00", 2, "commas"}, {"1,0000.00", 2, "commas"}, {",100", 2, "commas"}, {"10,", 2, "commas"}, {"0,500", 2, "commas"}, {"0,500.00", 2, "commas"}, {"1,234", 3, "could be meant"},
		{"10.", 2, "2 digits"}, {"10.000", 2, "at most 2 digits"}, {"1.234", 4, "could be meant for thousands"}, {"-123.000", 4, "could be meant for thousands"}, {"10.00", 0, "whole"},
		{"10000000000000000.01", 2, "too large; the most is 10,000,000,000,000,000.00"}, {"-92,233,720,368,547,758.07", 2, "too large"}, {strings.Repeat("9", 100), 0, "too large"},
	} {
		got, err := figure.Money(c.text, c.digits)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("Money(%q, %d) = %d, %v; want a refusal with %q", c.text, c.digits, got, err, c.why)
		}
	}
}

// What would be a number if commas and points changed places is said to be one.
func TestSwapped(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits uint8
		want   bool
	}{
		{"12,5", 2, true}, {"1.234,50", 2, true}, {"1.234", 2, true}, {"1.234", 0, true}, {"-12,50", 2, true},
		{"12,5", 0, false}, {"ten", 2, false}, {"", 2, false}, {"1.234.5", 2, false},
	} {
		_, err := figure.Money(c.text, c.digits)
		var e *figure.Error
		if !errors.As(err, &e) || e.Swapped != c.want {
			t.Errorf("%q with %d digits: %+v, want swapped %t", c.text, c.digits, err, c.want)
		}
	}
}

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits uint8
		want   uint64
	}{
		{"2.5", 2, 250}, {"2.50", 2, 250}, {"2", 2, 200}, {"1,234.5", 2, 123450}, {"1,234,567", 3, 1234567000},
		{"1,650", 0, 1650}, {"1650", 0, 1650}, {"007", 0, 7}, {"0", 0, 0}, {"1.234", 3, 1234}, {"1,234.000", 3, 1234000},
	} {
		if got, err := figure.Quantity("hours", c.text, c.digits); err != nil || got != c.want {
			t.Errorf("Quantity(%q, %d) = %d, %v; want %d", c.text, c.digits, got, err, c.want)
		}
	}
	for _, c := range []struct {
		text   string
		digits uint8
		why    string
	}{
		{"2,5", 2, "its commas do not stand at thousands; decimals stand behind a point"},
		{"10,5", 0, "its commas do not stand at thousands"}, {"0,500", 0, "commas"}, {"1,234", 3, "could be meant for the point"},
		{"2.500", 2, "at most 2 digits"}, {"2.", 2, "at most 2 digits"}, {"2.5", 0, "it is whole"}, {"-2", 0, "below zero"},
		{"", 0, "it is empty"}, {"1 000", 0, "only digits"}, {"1'000", 0, "only digits"}, {"1_000", 0, "only digits"},
		{"0x10", 0, "only digits"}, {"1000000000000000001", 0, "too large; the most is 1,000,000,000,000,000,000"},
	} {
		_, err := figure.Quantity("hours", c.text, c.digits)
		if err == nil || !strings.Contains(err.Error(), " is not a number of hours: ") || !strings.Contains(err.Error(), c.why) {
			t.Errorf("Quantity(%q, %d): %v; want a refusal with %q", c.text, c.digits, err, c.why)
		}
		if figure.Hint(err) == "" {
			t.Errorf("Quantity(%q, %d): no hint", c.text, c.digits)
		}
	}
}

func TestOrdinal(t *testing.T) {
	if got, err := figure.Ordinal("the number of a member", "18446744073709551615"); err != nil || got != math.MaxUint64 {
		t.Errorf("%d, %v", got, err)
	}
	for text, why := range map[string]string{"0": "start at 1", "1,234": "no commas", "-1": "below zero", "1.0": "without a point", "": "empty", "18446744073709551616": "too large"} {
		if _, err := figure.Ordinal("the number of a member", text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("Ordinal(%q): %v; want a refusal with %q", text, err, why)
		}
	}
}

// What words writes can be read.
func TestQuantityRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Uint8Range(0, 4).Draw(t, "digits")
		n := rapid.Uint64Range(0, uint64(money.Max)).Draw(t, "n")
		if got, err := figure.Quantity("hours", words.Decimal(n, digits), digits); err != nil || got != n {
			t.Fatalf("%q: %d, %v; want %d", words.Decimal(n, digits), got, err, n)
		}
	})
}
