package surplus_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Fewer than decided on a figure do not undo it: they take nothing from what more recorded,
// and add nothing where more took something. What nobody else decided on they record.
func TestFewerCorrectNoFigures(t *testing.T) {
	s := setup(6)
	for i := range s.Grants {
		s.Grants[i].Motions = []charter.MotionKindID{3} // of two officers
	}
	l := statetest.New(t, s)
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	of := func(m ...state.Member) (out []surplus.Figure) {
		for _, n := range m {
			out = append(out, surplus.Figure{Member: n, Quantity: 10})
		}
		return out
	}
	rec := func(m ...state.Member) surplus.Record {
		return surplus.Record{Period: 1, Measure: surplus.Trips, Entries: of(m...)}
	}
	cor := func(m ...state.Member) surplus.Correct {
		return surplus.Correct{Period: 1, Measure: surplus.Trips, Entries: of(m...)}
	}
	two := func(a state.Action, want *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if want != nil {
			code = want.Code
		}
		if res := l.MandateBy(3, a); res.Code != code {
			t.Errorf("two officers, %T: %d %s, want %d", a, res.Code, res.Log, code)
		}
	}
	must(t, l, rec(4))
	two(rec(5), nil)
	l.Must(treasurer, rec(6))
	l.Run(t, []statetest.Row{
		try("one takes from what all recorded", treasurer, cor(4), surplus.ErrDecided),
		try("one adds to it", treasurer, rec(4), nil),
		try("one takes it from there again", treasurer, cor(4), surplus.ErrDecided),
		try("one takes from what two recorded", treasurer, cor(5, 6), surplus.ErrDecided),
		try("one takes from what one recorded", treasurer, cor(6), nil),
	})
	two(cor(4), surplus.ErrDecided)
	two(cor(5), nil)
	must(t, l, cor(4))
	l.Run(t, []statetest.Row{
		try("one adds where all took", treasurer, rec(4), surplus.ErrDecided),
		try("one adds where two took", treasurer, rec(3, 5), surplus.ErrDecided),
		try("one adds elsewhere", treasurer, rec(3), nil),
		try("to another measure", treasurer, surplus.Record{Period: 1, Measure: surplus.Hours, Entries: of(4, 5)}, nil),
	})
	two(rec(4), surplus.ErrDecided)
	two(rec(5), nil)
	must(t, l, rec(4))
	l.Sound()
}
