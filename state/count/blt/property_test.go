package blt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func TestBLTRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := counting.DrawElection(t, true)
		var b strings.Builder
		if err := blt.Write(&b, e); err != nil {
			t.Fatal(err)
		}
		again, err := blt.Read("again.blt", strings.NewReader(b.String()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
