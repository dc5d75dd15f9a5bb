package life_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/life"
)

// The days of a register are those on which its members come and go, by class.
func TestDays(t *testing.T) {
	d := life.Days{}
	for _, counts := range []uint64{7, 7, 0} { // the last never had to wait
		d.Add(life.Record{Counts: counts, History: []life.Change{{Standing: life.Active, Class: 1}}})
	}
	d.Add(life.Record{Counts: 7, History: []life.Change{{Standing: life.Active, Class: 3}, {Standing: life.Suspended, Class: 3, Operation: 2, Until: 9}}})
	if len(d) != 2 {
		t.Fatalf("days %v, want 7 and 9", d)
	}
	for _, row := range []struct {
		name  string
		day   uint64
		turn  life.Turn
		wrong bool
	}{
		{"as it is", 7, life.Turn{Come: []uint64{2, 0, 1}}, false},
		{"one too few", 7, life.Turn{Come: []uint64{1, 0, 1}}, true},
		{"of another class", 7, life.Turn{Come: []uint64{2, 1}}, true},
		{"one who goes", 7, life.Turn{Come: []uint64{2, 0, 1}, Go: []uint64{1}}, true},
		{"who is suspended goes", 9, life.Turn{Go: []uint64{0, 0, 1}}, false},
		{"nobody goes", 9, life.Turn{}, true},
		{"a day of nobody", 8, life.Turn{Come: []uint64{1}}, true},
	} {
		if err := d.Check(row.day, row.turn); (err != nil) != row.wrong {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
