package ballot_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Should more members ever be entitled than the electorate counted, the paper too many is
// refused, others are changed, and the motion is counted: no node stops.
func TestMorePapersThanElectors(t *testing.T) {
	s := setup()
	shrink := false
	s.EndBlock = append(slices.Clip(s.EndBlock), func(c *state.Ctx) error {
		if shrink {
			shrink = false
			edit(tallies, 1, func(t *count.Tally) { t.Electorate = 2 })(c.In(1))
		}
		return nil
	})
	l := statetest.New(t, s)
	defer l.Close()
	put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
	l.Must(2, yes(1))
	l.Must(3, no(1))
	shrink = true
	l.Block()
	if res := l.Do(4, yes(1)); res.Code != ballot.ErrEntitled.Code {
		t.Errorf("a third of two: %d %s", res.Code, res.Log)
	}
	l.Must(3, yes(1))
	l.Days(60)
	v := l.Read()
	defer v.Close()
	m, _, err := ballot.Find(v.Of(1), 1)
	if err != nil || len(m.Result) != 1 || m.Result[0].Outcome != count.Carried || m.Result[0].Tally.Yes != 2 {
		t.Errorf("counted as %+v, %v", m.Result, err)
	}
}
