package main

import "testing"

func TestDayWords(t *testing.T) {
	const like = "write it like 2026-12-31"
	for text, want := range map[string]string{
		"31.12.2025":           "write 2025-12-31",
		"1.2.2025":             "write 2025-02-01",
		"31/12/2025":           "write 2025-12-31",
		"12/31/2025":           "write 2025-12-31",
		"01/02/2025":           "write 2025-02-01 or 2025-01-02, whichever is meant",
		"2/2/2025":             "write 2025-02-02",
		"31-12-2025":           "write 2025-12-31",
		"2025/12/31":           "write 2025-12-31",
		"2025-1-3":             "write 2025-01-03",
		"2025-12-31T00:00:00Z": "write 2025-12-31",
		"2025-12-31 00:00":     "write 2025-12-31",
		"45000":                "it is a spreadsheet's number of a day: write 2023-03-15, and give the column the form of a date",
		"25568":                like,
		"31.2.2025":            like,
		"2025-02-30":           like,
		"32/13/2025":           like,
		"31.12.25":             like,
		"last year":            like,
		"2019":                 like,
	} {
		if got := dayWords(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
