package words_test

import (
	"math"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestWords(t *testing.T) {
	for _, row := range []struct{ got, want string }{
		{words.Money(2100000, 2, "EUR"), "21,000.00 EUR"},
		{words.Money(5, 2, "EUR"), "0.05 EUR"},
		{words.Money(-123456, 2, "EUR"), "-1,234.56 EUR"},
		{words.Money(123456, 0, "JPY"), "123,456 JPY"},
		{words.Money(0, 3, "KWD"), "0.000 KWD"},
		{words.Money(12345, 4, ""), "1.2345"},
		{words.Money(math.MinInt64, 2, "X"), "-92,233,720,368,547,758.08 X"},
		{words.Count(0), "0"},
		{words.Count(999), "999"},
		{words.Count(1650), "1,650"},
		{words.Count(math.MaxUint64), "18,446,744,073,709,551,615"},
		{words.Signed(-1650), "-1,650"},
		{words.Signed(math.MinInt64), "-9,223,372,036,854,775,808"},
		{words.Plural(1, "member"), "1 member"},
		{words.Plural(0, "member"), "0 members"},
		{words.Plural(1650, "member"), "1,650 members"},
		{words.List(nil, "or"), ""},
		{words.List([]string{"a"}, "or"), "a"},
		{words.List([]string{"a", "b"}, "or"), "a or b"},
		{words.List([]string{"a", "b", "c"}, "and"), "a, b and c"},
		{words.Minutes(0), "0 minutes"},
		{words.Minutes(1), "1 minute"},
		{words.Minutes(60), "1 hour"},
		{words.Minutes(90), "90 minutes"},
		{words.Minutes(20160), "14 days"},
		{words.Span(0), "0 seconds"},
		{words.Span(90), "90 seconds"},
		{words.Span(7200), "2 hours"},
		{words.Span(1296000), "15 days"},
		{words.Fraction(1, 1), "all"},
		{words.Fraction(5, 10), "half"},
		{words.Fraction(66, 99), "two thirds"},
		{words.Fraction(3, 4), "three quarters"},
		{words.Fraction(1, 10), "10%"},
		{words.Fraction(0, 7), "0%"},
		{words.Fraction(1, 3), "1 in 3"},
		{words.Fraction(math.MaxUint64-1, math.MaxUint64), "18446744073709551614 in 18446744073709551615"},
		{words.Fraction(1, 0), "1 in 0"},
		{words.Rate(money.Rate{Num: 15, Den: 100}), "15%"},
		{words.Rate(money.Rate{Num: 1, Den: 8}), "12.5%"},
		{words.Rate(money.Rate{Num: 1, Den: 6}), "1 in 6"},
		{words.Rate(money.Rate{Num: 1, Den: 1}), "100%"},
		{words.Rate(money.Rate{Num: 1, Den: 2000}), "0.05%"},
		{words.Rate(money.Rate{Num: 0, Den: 1}), "0%"},
		{words.Rate(money.Rate{Num: math.MaxUint64, Den: 7}), "18446744073709551615 in 7"},
		{words.Rate(money.Rate{}), "0 in 0"},
		{words.Time(0), ""},
		{words.Time(1767258000), "2026-01-01 09:00 UTC"},
		{words.Time(1767258001), "2026-01-01 09:00:01 UTC"},
		{words.Time(-1), "1969-12-31 23:59:59 UTC"},
	} {
		if row.got != row.want {
			t.Errorf("got %q, want %q", row.got, row.want)
		}
	}
}

// Every day of three centuries, and every 29th from the year 1 to 9999, is the
// one that package time says.
func TestTimeIsTheCalendars(t *testing.T) {
	day := time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC)
	n := 0
	for day.Year() < 10000 {
		step := 29
		if year := day.Year(); year >= 1895 && year < 2205 {
			step = 1
		}
		day = day.AddDate(0, 0, step)
		n++
		if got, want := words.Time(day.Unix()), day.Format("2006-01-02 15:04 UTC"); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	if n < 230_000 {
		t.Errorf("compared %d days", n)
	}
}

func TestQuote(t *testing.T) {
	for _, row := range []struct{ text, plain, quoted string }{
		{"", "", `""`},
		{"Shall we?", "Shall we?", `"Shall we?"`},
		{"Čertova 10 € 日本 🙂", "Čertova 10 € 日本 🙂", `"Čertova 10 € 日本 🙂"`},
		{`a "b" \c`, `a "b" \c`, `"a \"b\" \\c"`},
		{"a\nb", `a\nb`, `"a\nb"`},
		{"a\x1b[2Jb\u202e", `a\x1b[2Jb\u202e`, `"a\x1b[2Jb\u202e"`},
		{"é\x00", `é\x00`, `"é\x00"`},
		{"\xff\xc3", `\xff\xc3`, `"\xff\xc3"`},
		{"a\u00a0b\U000e0041", `a\u00a0b\U000e0041`, `"a\u00a0b\U000e0041"`},
		{"\ufffd", "\ufffd", "\"\ufffd\""},
		{"\U0001fffe", `\U0001fffe`, `"\U0001fffe"`},
	} {
		if got := words.Plain(row.text); got != row.plain {
			t.Errorf("Plain(%q) = %q, want %q", row.text, got, row.plain)
		}
		if got := words.Quote(row.text); got != row.quoted {
			t.Errorf("Quote(%q) = %s, want %s", row.text, got, row.quoted)
		}
		if got := words.IsPlain(row.text); got != (row.text == row.plain) {
			t.Errorf("IsPlain(%q) = %v", row.text, got)
		}
	}
}

// Days and dates are each other's inverse for every day of 600 years.
func TestDayOf(t *testing.T) {
	for day := range uint64(600 * 366) {
		y, m, d := words.Date(day)
		if got := words.DayOf(y, m, d); got != day || d > words.LastDay(y, m) {
			t.Fatalf("day %d is %04d-%02d-%02d, which is day %d", day, y, m, d, got)
		}
	}
}
