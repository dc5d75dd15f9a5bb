package lot_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const members = 30

func setup() statetest.Setup {
	return statetest.Setup{
		Members: members, Kinds: append(append(state.KindList{}, member.Kinds...), lot.Kinds...),
		Grants:   []charter.NamedGrant{{Actions: []string{"lot.Decline"}, GrantText: charter.GrantText{Concerned: true, Members: true, Motions: []charter.MotionKindID{3}}}},
		EndBlock: []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, lot.Agenda)},
		Invariants: []func(state.Reader) error{
			lot.CheckDraws, agenda.CheckAgenda,
		},
	}
}

func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
	l.Sound()
}

func drawing(t *testing.T, l *statetest.L, n lot.Number) lot.Drawing {
	t.Helper()
	v := l.Read()
	defer v.Close()
	d, err := lot.Find(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// settle makes blocks until the draws that are due are done.
func settle(l *statetest.L) {
	for range state.SeedBlocks + 4 {
		l.Block()
	}
	l.Sound()
}

func TestDraw(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, member.Resign{Member: 8})
	must(t, l, member.Import{Entries: []member.Entry{statetest.Entry(1, members+1, 1)}})
	draw := func(places uint8, class charter.Class) lot.Draw {
		return lot.Draw{Purpose: "jury", Places: places, Class: class}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no purpose", 0, lot.Draw{}, lot.ErrPurpose),
		statetest.Try("too long a purpose", 0, lot.Draw{Purpose: strings.Repeat("p", lot.MaxPurpose+1)}, lot.ErrPurpose),
		statetest.Try("two lines", 0, lot.Draw{Purpose: "a\nb"}, lot.ErrPurpose),
		statetest.Try("nobody", 0, draw(0, 9), lot.ErrPlaces),
		statetest.Try("too many", 0, draw(lot.MaxPlaces+1, 9), lot.ErrPlaces),
		statetest.Try("a class that cannot be", 0, draw(lot.MaxPlaces, charter.MaxClasses+1), member.ErrClass),
		statetest.Try("more than count", 0, draw(members+1, 0), lot.ErrFew),
		statetest.Try("of an empty class", 0, draw(1, 2), lot.ErrFew),
		statetest.Try("by a member", 5, draw(3, 0), state.ErrAuthority),
		statetest.Try("five", 0, draw(5, 1), nil),
	})
	asked := drawing(t, l, 1)
	if len(asked.Drawn) != 0 || asked.Height != 0 || asked.Electorate != members {
		t.Errorf("before it is drawn: %+v", asked)
	}
	settle(l)
	d := drawing(t, l, 1)
	if len(d.Held()) != 5 || d.Done == 0 || d.Short || d.Height < d.Asked || len(d.Seed) != 32 {
		t.Fatalf("drawn: %+v", d)
	}
	if slices.Contains(d.Held(), 8) || d.Asked >= l.Tip().Height {
		t.Errorf("one who has left is drawn: %v", d.Held())
	}

	// Anyone draws the same again.
	var again []state.Member
	for counter := uint64(1); len(again) < 5; counter++ {
		m := lot.Nth(d.Seed, counter, d.Numbers)
		if m != 8 && !slices.Contains(again, m) {
			again = append(again, m)
		}
	}
	if !slices.Equal(again, d.Held()) {
		t.Errorf("drawn %v, drawn again %v", d.Held(), again)
	}

	// Whoever declines is replaced by the next.
	first, other := d.Held()[0], d.Held()[1]
	stranger := state.Member(1)
	for slices.Contains(d.Held(), stranger) {
		stranger++
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no such draw", first, lot.Decline{Member: first, Drawing: 9}, lot.ErrUnknown),
		statetest.Try("who was not drawn", stranger, lot.Decline{Member: stranger, Drawing: 1}, lot.ErrNotDrawn),
		statetest.Try("another's", stranger, lot.Decline{Member: first, Drawing: 1}, lot.ErrOwn),
		statetest.Try("her own", first, lot.Decline{Member: first, Drawing: 1}, nil),
		statetest.Try("twice", first, lot.Decline{Member: first, Drawing: 1}, lot.ErrNotDrawn).After(func() { settle(l) }),
	})
	l.Must(other, lot.Decline{Member: other, Drawing: 1})
	settle(l)
	after := drawing(t, l, 1)
	if len(after.Held()) != 5 || len(after.Drawn) != 7 || slices.Contains(after.Held(), first) || slices.Contains(after.Held(), other) || !bytes.Equal(after.Seed, d.Seed) {
		t.Errorf("after two declined: %+v", after)
	}
}

// The place of one who has left the co-op is drawn again when any member says so; that of one
// who has not, when the member itself declines or all members decide it, never two officers.
func TestDrawLeft(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, lot.Draw{Purpose: "jury", Places: 3})
	settle(l)
	drawn := drawing(t, l, 1).Held()
	if i := slices.Index(drawn, 1); i >= 0 { // who carries this test's motions stays till the last
		drawn[i], drawn[2] = drawn[2], drawn[i]
	}
	gone, suspended, other := drawn[0], drawn[1], state.Member(1)
	for slices.Contains(drawn, other) {
		other++
	}
	of := func(m state.Member) lot.Decline { return lot.Decline{Member: m, Drawing: 1} }
	if res := l.MandateBy(3, of(gone)); res.Code != lot.ErrOwn.Code {
		t.Errorf("of a member, by two officers: %d %s", res.Code, res.Log)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("of a member", other, of(gone), lot.ErrOwn),
		statetest.Try("of a suspended one", other, of(suspended), lot.ErrOwn).After(func() { must(t, l, member.Suspend{Member: suspended, Reason: "r"}) }),
		statetest.Try("of one who has left", other, of(gone), nil).After(func() { must(t, l, member.Resign{Member: gone}) }),
		statetest.Try("twice", other, of(gone), lot.ErrNotDrawn).After(func() { settle(l) }),
		statetest.Try("of a member, by all", 0, of(drawn[2]), nil),
	})
	settle(l)
	d := drawing(t, l, 1)
	if held := d.Held(); len(held) != 3 || d.Done == 0 || d.Short || !slices.Contains(held, suspended) || slices.Contains(held, gone) || slices.Contains(held, drawn[2]) {
		t.Errorf("drawn were %v, then %+v", drawn, d)
	}
}

// When everyone has declined, the draw says that it is short.
func TestDrawShort(t *testing.T) {
	s := setup()
	s.Members = 4
	l := statetest.New(t, s)
	must(t, l, lot.Draw{Purpose: "panel", Places: 3})
	settle(l)
	for range 2 {
		m := drawing(t, l, 1).Held()[0]
		l.Must(m, lot.Decline{Member: m, Drawing: 1})
		settle(l)
	}
	must(t, l, lot.Draw{Purpose: "another", Places: 4})
	must(t, l, member.Resign{Member: 3})
	settle(l)
	if d := drawing(t, l, 2); !d.Short || len(d.Held()) != 3 || slices.Contains(d.Held(), 3) {
		t.Errorf("of four one has left: %+v", d)
	}
	d := drawing(t, l, 1)
	if !d.Short || len(d.Held()) != 2 || len(d.Drawn) != 4 {
		t.Errorf("of four two declined: %+v", d)
	}
}

// Over many seeds each member is drawn about as often as every other.
func TestNth(t *testing.T) {
	const n, draws = 7, 70_000
	var times [n + 1]int
	for i := range uint64(draws) {
		m := lot.Nth([]byte("seed"), i, n)
		if m < 1 || m > n {
			t.Fatalf("member %d", m)
		}
		times[m]++
	}
	for m := 1; m <= n; m++ {
		if times[m] < draws/n*95/100 || times[m] > draws/n*105/100 {
			t.Errorf("member %d was drawn %d times of %d", m, times[m], draws)
		}
	}
	if got := lot.Nth([]byte("seed"), 1, 1_000_000); got != nth {
		t.Errorf("the vector is member %d, want %d", got, nth)
	}
}

// nth is the first number of the seed "seed" of a million: a vector for other programs.
const nth state.Member = 155_229

// The room's tables, opened again to break them.
var drawings = state.NewTable[lot.Number, lot.Drawing](0x84)

// CheckDraws fails when a record is broken, and says which.
func TestCheckDrawsFails(t *testing.T) {
	scene := func(l *statetest.L) {
		must(t, l, lot.Draw{Purpose: "jury", Places: 3})
		must(t, l, member.Import{Entries: []member.Entry{statetest.Entry(1, members+1, 1)}})
		settle(l)
	}
	change := func(change func(*lot.Drawing)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			d, err := drawings.Get(c, 1)
			if err != nil {
				panic(err)
			}
			change(&d)
			drawings.Put(c, 1, d)
		}
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "erased", Break: func(c *state.Ctx) { drawings.Delete(c, 1) }, Says: "0 draws, totals say 1"},
		{Name: "another member", Break: change(func(d *lot.Drawing) { d.Drawn[1].Member = d.Drawn[1].Member%members + 1 }), Says: "of the draw is not member"},
		{Name: "another seed", Break: change(func(d *lot.Drawing) { d.Seed[0] ^= 1 }), Says: "of the draw is not member"},
		{Name: "out of order", Break: change(func(d *lot.Drawing) { d.Drawn[0], d.Drawn[1] = d.Drawn[1], d.Drawn[0] }), Says: "of the draw is not member"},
		{Name: "a place empty", Break: change(func(d *lot.Drawing) { d.Drawn = d.Drawn[:2] }), Says: "2 of 3 places are filled"},
		{Name: "not done", Break: change(func(d *lot.Drawing) { d.Done = 0 }), Says: "1 have places to fill, totals say 0, 0 are on the agenda"},
		{Name: "who did not count", Break: change(func(d *lot.Drawing) { d.Time, d.Operation = 0, 0 }), Says: "was drawn and did not count"},
	})
}
