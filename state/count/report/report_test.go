package report_test

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func TestJSONAndCSV(t *testing.T) {
	r := counting.MustCount(t, "stv", counting.Election(t, 3, 2, "6 1 2 0, 2 2 0, 1 3 0"), election.Options{})
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Method, Quota string
		Seats         int
		Winners       []string
		Stages        []report.Stage
	}
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil {
		t.Fatal(err)
	}
	if back.Method != "scottish-stv" || back.Seats != 2 || back.Quota != "4" || strings.Join(back.Winners, " ") != "A B" || len(back.Stages) != 2 {
		t.Errorf("JSON %+v", back)
	}
	b.Reset()
	if err := r.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"2", "candidate", "B", "+1.99998", "3.99998", "elected"}; len(rows) != 11 || !slices.Equal(rows[7][:6], want) {
		t.Errorf("CSV row %v, want %v", rows[7], want)
	}
}

// Names that have commas are told apart.
func TestNamesWithCommas(t *testing.T) {
	for want, names := range map[string][]string{
		"":                      nil,
		"Ann":                   {"Ann"},
		"Ann, Bob":              {"Ann", "Bob"},
		"Ann; Orr, Dee; Ray Bo": {"Ann", "Orr, Dee", "Ray Bo"},
	} {
		if got := report.List(names); got != want {
			t.Errorf("%q is told as %q", names, got)
		}
	}
}
