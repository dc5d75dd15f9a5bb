package blt_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Weights have decimals; those read before one with more are scaled, and what is
// written is read back.
func TestDecimalWeights(t *testing.T) {
	e, err := blt.Read("w.blt", strings.NewReader("3 1\n4 1 0\n2.5 2 0\n0.25 3 2 0\n1.50 2 0\n0\n\"A\"\n\"B\"\n\"C\"\n\"W\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if e.Places != 2 || e.Papers[0].Weight != 400 || e.Papers[1].Weight != 400 || e.Papers[2].Weight != 25 {
		t.Fatalf("%d places, %v", e.Places, e.Papers)
	}
	for method, want := range map[string]string{"plurality": "4.00", "scottish-stv": "4.0000000", "meek": "4.00000000000"} {
		r := counting.MustCount(t, method, e, election.Options{Lot: []string{"A", "B", "C"}})
		if got := r.Stages[0].Rows[0].Total; got != want {
			t.Errorf("%s: A has %s, want %s", method, got, want)
		}
	}
	r := counting.MustCount(t, "irv", e, election.Options{})
	if r.Winners[0] != "B" || r.Validity.Valid != 825 || r.Places != 2 || !strings.Contains(r.Stages[1].Event, "with 4.25 of the 8.25 votes") {
		t.Errorf("%v, %+v", r.Winners, r.Stages)
	}
	var b strings.Builder
	if err := blt.Write(&b, e); err != nil {
		t.Fatal(err)
	}
	back, err := blt.Read("w.blt", strings.NewReader(b.String()))
	if err != nil || back.Places != 2 || back.Papers[2].Weight != 25 {
		t.Errorf("%v\n%s", err, b.String())
	}
	for _, bad := range []string{"1.", "0.0", "1.1234567", "999999999.5"} {
		if _, err := blt.Read("w.blt", strings.NewReader("1 1\n"+bad+" 1 0\n0\n\"A\"\n\"T\"\n")); err == nil || !strings.HasPrefix(err.Error(), "w.blt:2: ") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
