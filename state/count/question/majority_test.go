package question_test

import (
	"errors"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// The numbers of the report are those that decide: the quorum and the yes that
// are needed, no more and no fewer.
func TestMajorityReportNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, tally := counting.DrawRule(t), counting.DrawTally(t, 60)
		want, err := r.Decide(tally)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := question.Majority(r, tally)
		if err != nil {
			t.Fatal(err)
		}
		papers, _ := tally.Papers()
		if quorate := papers >= count.LeastPapers(r.Quorum, r.QuorumMin, tally.Electorate); quorate == (want == count.Inquorate) {
			t.Fatalf("%d papers, quorum %d: %v", papers, count.LeastPapers(r.Quorum, r.QuorumMin, tally.Electorate), want)
		}
		if carried := len(rep.Winners) == 1; carried != (want == count.Carried) || rep.Outcome != want.String() {
			t.Fatalf("outcome %s, winners %v, want %v", rep.Outcome, rep.Winners, want)
		}
		if want == count.Inquorate {
			if len(rep.Stages) != 1 || rep.Quota != "" {
				t.Fatalf("%d stages and a quota %q without a quorum", len(rep.Stages), rep.Quota)
			}
			return
		}
		needed := r.Needed(tally.BaseOf(r.Base, papers))
		if rep.Quota != strconv.FormatUint(needed, 10) || len(rep.Stages) != 2 {
			t.Fatalf("quota %s, needed %d, %d stages", rep.Quota, needed, len(rep.Stages))
		}
		if (tally.Yes >= needed) != (want == count.Carried) {
			t.Fatalf("%d yes, %d needed: %v", tally.Yes, needed, want)
		}
	})
}

func TestMajorityRefusals(t *testing.T) {
	half := count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}
	none := half
	none.Base = 0
	for _, c := range []struct {
		name  string
		rule  count.MajorityRule
		tally count.Tally
		want  error
	}{
		{"no base", none, count.Tally{}, count.ErrRule},
		{"more papers than electors", half, count.Tally{Electorate: 10, Yes: 5, No: 5, Abstained: 1}, count.ErrTally},
		{"papers past the largest number", half, count.Tally{Electorate: 10, Yes: 1<<64 - 1, No: 2}, count.ErrTally},
		{"an electorate past the limit", half, count.Tally{Electorate: question.MaxElectorate + 1}, count.ErrTally},
	} {
		if r, err := question.Majority(c.rule, c.tally); r != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, r, err, c.want)
		}
	}
	if _, err := question.Majority(half, count.Tally{Electorate: question.MaxElectorate}); err != nil {
		t.Errorf("an electorate at the limit: %v", err)
	}
}
