package count_test

import (
	"errors"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// Rows are objections that stop a motion, or do not, and whether that is decided.
func TestVeto(t *testing.T) {
	half := count.Fraction{Num: 1, Den: 2}
	more := count.VetoRule{Share: half, Strict: true}
	one := count.VetoRule{Share: count.Fraction{Den: 1}, Strict: true}
	for _, row := range []struct {
		name    string
		rule    count.VetoRule
		tally   count.Tally
		want    count.Outcome
		decided bool
	}{
		{"silence", more, count.Tally{Electorate: 10}, count.Carried, false},
		{"half, where more is needed", more, count.Tally{Electorate: 10, No: 5}, count.Carried, false},
		{"more than half", more, count.Tally{Electorate: 10, No: 6}, count.Lost, true},
		{"half is enough", count.VetoRule{Share: half}, count.Tally{Electorate: 10, No: 5}, count.Lost, true},
		{"half of an odd number", count.VetoRule{Share: half}, count.Tally{Electorate: 11, No: 5}, count.Carried, false},
		{"too few are left to object", more, count.Tally{Electorate: 10, No: 4, Yes: 4, Abstained: 1}, count.Carried, true},
		{"one objects", one, count.Tally{Electorate: 10, No: 1, Yes: 9}, count.Lost, true},
		{"nobody objects", one, count.Tally{Electorate: 10, Yes: 9}, count.Carried, false},
		{"nobody can", one, count.Tally{}, count.Carried, true},
		{"no share is no objection", count.VetoRule{Share: count.Fraction{Den: 1}}, count.Tally{Electorate: 3}, count.Carried, false},
	} {
		got, err := row.rule.Decide(row.tally)
		now, decided, err2 := row.rule.Decided(row.tally)
		if err != nil || err2 != nil || got != row.want || now != got || decided != row.decided {
			t.Errorf("%s: %v, decided %v as %v; %v, %v", row.name, got, decided, now, err, err2)
		}
	}
	for _, bad := range []count.VetoRule{{}, {Share: count.Fraction{Num: 3, Den: 2}}, {Share: count.Fraction{Num: 2, Den: 2}, Strict: true}} {
		if _, err := bad.Decide(count.Tally{}); !errors.Is(err, count.ErrRule) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := more.Decide(count.Tally{Electorate: 1, No: 2}); !errors.Is(err, count.ErrTally) {
		t.Errorf("more papers than electors: %v", err)
	}
}
