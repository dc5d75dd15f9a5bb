package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// The classes of a member are those that it was of, by day, here after those before.
func TestClassesOf(t *testing.T) {
	const day = 24 * 60 * 60
	of := func(classes ...uint64) (out []takeover.Classed) {
		for i := 0; i < len(classes); i += 2 {
			out = append(out, takeover.Classed{Class: charter.Class(classes[i]), From: classes[i+1]})
		}
		return out
	}
	here := func(classes ...uint64) (rec member.Record) {
		for _, c := range of(classes...) {
			rec.History = append(rec.History, member.Change{Class: c.Class, Time: int64(c.From) * day, Standing: member.Active})
		}
		return rec
	}
	for _, row := range []struct {
		name string
		past takeover.Past
		rec  member.Record
		want []takeover.Classed
	}{
		{"one for ever", takeover.Past{}, here(1, 100), of(1, 100)},
		{"one, joined before", takeover.Past{Joined: 50}, here(1, 100), of(1, 50)},
		{"steps that are no change of class", takeover.Past{}, here(1, 100, 1, 110, 2, 120), of(1, 100, 2, 120)},
		{"of several on one day, the last", takeover.Past{}, here(1, 100, 2, 120, 3, 120), of(1, 100, 3, 120)},
		{"brought in", takeover.Past{Joined: 50, Classes: of(2, 0, 1, 70)}, here(1, 100, 3, 120), of(2, 0, 1, 70, 3, 120)},
		{"brought in, and here of another", takeover.Past{Classes: of(2, 0, 3, 70)}, here(1, 100), of(2, 0, 3, 70, 1, 100)},
	} {
		if diff := cmp.Diff(row.want, classesOf(row.past, row.rec)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.name, diff)
		}
	}
}
