package holding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// taken ends shares as a redemption does, which a room above does.
type taken struct {
	Units uint64 `cbor:"1,keyasint,omitempty"`
}

func (taken) Check() error                       { return nil }
func (taken) Describe(state.Telling) state.Words { return state.Words{Phrase: "take"} }
func (m taken) Apply(c *state.Ctx) error {
	moves, err := share.Prepare(c, []share.Move{{Member: ada, Class: common, Units: m.Units, Sort: share.Redemption, Out: true}})
	if err == nil {
		_, err = moves.Post(c, 0)
	}
	return err
}

// A part that leaves changes nothing in since when the rest is held: first in, first out.
func TestLots(t *testing.T) {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[taken](0x7f0a, "holding_test.taken"))
	s.Invariants = nil // what is taken is not posted
	l := statetest.New(t, s)
	defer l.Close()
	now := state.DayOf(l.Tip().Time)
	for _, units := range []uint64{3, 4, 2} {
		must(t, l, share.Subscribe{Member: ada, Class: common, Units: units})
	}
	must(t, l, share.ConfirmPayment{Subscriptions: []uint64{1, 2, 3}})
	correct := share.Correct{Subscriptions: []uint64{3}, Reason: "a mistake"}
	lot := func(operation, day, units uint64) holding.Lot {
		return holding.Lot{Operation: operation, Day: day, Units: units}
	}
	day := func(n, day uint64) share.Issue { return share.Issue{Subscriptions: []uint64{n}, Day: day} }
	for _, row := range []struct {
		name string
		step state.Action
		want []holding.Lot
	}{
		{"one lot", day(1, now-9), []holding.Lot{lot(1, now-9, 3)}},
		{"a second", day(2, now-5), []holding.Lot{lot(1, now-9, 3), lot(2, now-5, 4)}},
		{"a part leaves, of the first", taken{1}, []holding.Lot{lot(1, now-9, 2), lot(2, now-5, 4)}},
		{"a third", day(3, now), []holding.Lot{lot(1, now-9, 2), lot(2, now-5, 4), lot(4, now, 2)}},
		{"what was issued by mistake leaves, of its own", correct, []holding.Lot{lot(1, now-9, 2), lot(2, now-5, 4)}},
		{"the rest of the first, and a part of the second", taken{3}, []holding.Lot{lot(2, now-5, 3)}},
		{"it is issued again", day(3, 0), []holding.Lot{lot(2, now-5, 3), lot(7, now, 2)}},
		{"all but one", taken{3}, []holding.Lot{lot(7, now, 2)}},
	} {
		must(t, l, row.step)
		v := l.Read()
		got, err := holding.Lots(v.Of(1), common, ada)
		v.Close()
		if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", row.name, err, diff)
		}
	}
}
