package circle_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// termsOf are the terms of the first circle.
func termsOf(t *testing.T, l *statetest.L) circle.Terms {
	t.Helper()
	v := l.Read()
	defer v.Close()
	found, err := circle.Find(v.Of(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	return found.Terms
}

// What all members decided of a circle that an officer made, only they undo; what a motion of
// two officers decided, no officer alone.
func TestUndone(t *testing.T) {
	budget := func(l *statetest.L) circle.Fund {
		return circle.Fund{Circle: 1, Account: expense, Amount: 500_00, Until: today(l) + 60}
	}
	appoint := circle.Appoint{Circle: 1, Members: []state.Member{7}}
	remove := circle.Leave{Circle: 1, Member: 7}
	open := circle.Change{Circle: 1, Open: []bool{true}}
	for name, row := range map[string]struct {
		first []func(*statetest.L) state.Action // by the chair, then by all or by two officers
		then  func(*statetest.L) state.Action   // by the chair
	}{
		"removes whom they appointed":    {[]func(*statetest.L) state.Action{nil, is(appoint)}, is(remove)},
		"appoints whom they removed":     {[]func(*statetest.L) state.Action{is(appoint), is(remove)}, is(appoint)},
		"funds what they took away":      {[]func(*statetest.L) state.Action{asked(budget), is(circle.Fund{Circle: 1})}, asked(budget)},
		"funds what they funded":         {[]func(*statetest.L) state.Action{nil, asked(budget)}, asked(budget)},
		"dissolves what they funded":     {[]func(*statetest.L) state.Action{nil, asked(budget)}, is(circle.Dissolve{Circle: 1})},
		"dissolves whom they appointed":  {[]func(*statetest.L) state.Action{nil, is(appoint)}, is(circle.Dissolve{Circle: 1})},
		"opens what they funded":         {[]func(*statetest.L) state.Action{nil, asked(budget)}, is(open)},
		"opens to others than appointed": {[]func(*statetest.L) state.Action{nil, is(appoint)}, is(open)},
		"changes what they changed":      {[]func(*statetest.L) state.Action{nil, is(open)}, is(circle.Change{Circle: 1, Mandate: "mine"})},
	} {
		for _, all := range []bool{true, false} {
			for _, undo := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, all members: %v, they too: %v", name, all, undo), func(t *testing.T) {
					l := statetest.New(t, setup())
					together := func(a state.Action) state.Result {
						if all {
							return l.Mandate(a)
						}
						return l.MandateBy(3, a)
					}
					l.Must(statetest.Chair, create("kitchen"))
					if row.first[0] != nil {
						l.Must(statetest.Chair, row.first[0](l))
					}
					if res := together(row.first[1](l)); res.Code != 0 {
						t.Fatalf("the decision: %d %s", res.Code, res.Log)
					}
					res, want := l.Do(statetest.Chair, row.then(l)), circle.ErrDecided.Code
					if undo {
						res, want = together(row.then(l)), 0
					}
					if res.Code != want {
						t.Errorf("%d %s, want %d", res.Code, res.Log, want)
					}
					l.Sound()
				})
			}
		}
	}
}

func is(a state.Action) func(*statetest.L) state.Action {
	return func(*statetest.L) state.Action { return a }
}

func asked(a func(*statetest.L) circle.Fund) func(*statetest.L) state.Action {
	return func(l *statetest.L) state.Action { return a(l) }
}

// What an officer decided alone, another does; and whoever leaves by itself comes back.
func TestFewerUndo(t *testing.T) {
	l := statetest.New(t, setup())
	l.Must(statetest.Chair, create("kitchen", 4, 5))
	l.Must(4, circle.Leave{Circle: 1, Member: 4})
	l.Must(statetest.Chair, circle.Appoint{Circle: 1, Members: []state.Member{4}})
	l.Must(statetest.Chair, circle.Leave{Circle: 1, Member: 4})
	l.Must(statetest.Chair, circle.Change{Circle: 1, Open: []bool{true}})
	l.Must(4, circle.Join{Circle: 1, Member: 4})
	l.Must(statetest.Chair, circle.Leave{Circle: 1, Member: 4})
	l.Must(statetest.Chair, circle.Fund{Circle: 1, Account: expense, Amount: 1, Until: today(l)})
	l.Must(statetest.Chair, circle.Fund{Circle: 1})
	l.Must(statetest.Chair, circle.Fund{Circle: 1, Account: expense, Amount: 1, Until: today(l)})
	l.Must(statetest.Chair, circle.Dissolve{Circle: 1})

	// By terms of all, no officer has leave who joined; whom all had leave does not join.
	must(t, l, circle.Create{Name: "garden", Terms: circle.Terms{Mandate: "m", Open: true}})
	l.Must(4, circle.Join{Circle: 2, Member: 4})
	if res := l.Do(statetest.Chair, circle.Leave{Circle: 2, Member: 4}); res.Code != circle.ErrDecided.Code {
		t.Errorf("one officer has leave who joined by terms of all: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Leave{Circle: 2, Member: 4, Reason: "r"})
	if res := l.Do(4, circle.Join{Circle: 2, Member: 4}); res.Code != circle.ErrDecided.Code {
		t.Errorf("joins whom all members had leave: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Appoint{Circle: 2, Members: []state.Member{4}})
	l.Sound()
}

// Nobody voids its removal by leaving before it is carried: who was in an open circle does
// not join again whom a motion had leave.
func TestLeavesFirst(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, circle.Create{Name: "garden", Terms: circle.Terms{Mandate: "m", Open: true}})
	l.Must(4, circle.Join{Circle: 1, Member: 4})
	l.Must(4, circle.Leave{Circle: 1, Member: 4})
	if res := l.Do(statetest.Chair, circle.Leave{Circle: 1, Member: 4}); res.Code != circle.ErrNotIn.Code {
		t.Errorf("one officer: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Leave{Circle: 1, Member: 4, Reason: "r"})
	if res := l.Do(4, circle.Join{Circle: 1, Member: 4}); res.Code != circle.ErrDecided.Code {
		t.Errorf("joins whom all members had leave: %d %s", res.Code, res.Log)
	}
	l.Sound()
}

// Half of a circle's places are left to those whom all members appoint.
func TestPlacesForAll(t *testing.T) {
	s := setup()
	s.Members = circle.MaxMembers + 2
	l := statetest.New(t, s)
	must(t, l, circle.Create{Name: "garden", Terms: circle.Terms{Mandate: "m", Open: true}})
	for m := range state.Member(circle.MaxMembers / 2) {
		l.Must(m+1, circle.Join{Circle: 1, Member: m + 1})
	}
	const next = state.Member(circle.MaxMembers/2 + 1)
	if res := l.Do(next, circle.Join{Circle: 1, Member: next}); res.Code != circle.ErrMany.Code {
		t.Errorf("one more joins: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{next}})
	l.Sound()
}

// What comes back can be spent again: two officers do not refill a budget of all members
// while it lasts, and take back what was not paid once it is over.
func TestRefill(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, takings(1_000_00))
	must(t, l, create("kitchen", 4, 5))
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100, Until: today(l)})
	l.Must(4, circle.Spend{Circle: 1, Amount: 100, For: "f"})
	l.Must(5, confirm(1, 100))
	back := circle.Return{Circle: 1, Payment: 1, Reason: "r"}
	if res := l.MandateBy(3, back); res.Code != circle.ErrDecided.Code {
		t.Errorf("two officers refill it: %d %s", res.Code, res.Log)
	}
	l.Days(1)
	if res := l.MandateBy(3, back); res.Code != 0 {
		t.Errorf("when it is over: %d %s", res.Code, res.Log)
	}
	l.Sound()
}

// A payment is taken back up to what the charter lets a motion of its kind move.
func TestReturnBound(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, takings(1_000_00))
	must(t, l, create("kitchen", 4, 5))
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100, Until: today(l)})
	l.Must(4, circle.Spend{Circle: 1, Amount: 100, For: "f"})
	l.Must(5, confirm(1, 100))
	back := circle.Return{Circle: 1, Payment: 1, Reason: "r"}
	l.Bound(99)
	if res := l.MandateBy(1, back); res.Code != charter.ErrMost.Code {
		t.Errorf("past what a motion moves: %d %s", res.Code, res.Log)
	}
	l.Bound(100)
	if res := l.MandateBy(1, back); res.Code != 0 {
		t.Errorf("what a motion moves: %d %s", res.Code, res.Log)
	}
	l.Sound()
}

// An officer does not use up the circles: dissolved ones do not count, it makes a few a day,
// and half are left to all members.
func TestCirclesAlone(t *testing.T) {
	l := statetest.New(t, setup())
	n := 0
	name := func() circle.Create { n++; return create(fmt.Sprintf("circle %d", n)) }
	for i := range circle.MaxADay {
		l.Must(statetest.Chair, name())
		l.Must(statetest.Chair, circle.Dissolve{Circle: circle.Number(i + 1)})
	}
	if res := l.Do(statetest.Chair, name()); res.Code != circle.ErrAlone.Code {
		t.Errorf("one more in a day: %d %s", res.Code, res.Log)
	}
	for range circle.MaxAlone - 1 {
		must(t, l, name())
	}
	l.Days(1)
	l.Must(statetest.Chair, name())
	if res := l.Do(statetest.Chair, name()); res.Code != circle.ErrAlone.Code {
		t.Errorf("one more than half: %d %s", res.Code, res.Log)
	}
	for range circle.MaxCircles - circle.MaxAlone {
		must(t, l, name())
	}
	if res := l.Mandate(name()); res.Code != circle.ErrMany.Code {
		t.Errorf("one more than last: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Dissolve{Circle: 5})
	must(t, l, name())
}

// Who was in a circle on a day that is over stays so, also when a death of that day becomes
// known: what that member confirmed, a member of the circle confirmed.
func TestLaterDeath(t *testing.T) {
	l := statetest.New(t, setup())
	start := today(l)
	must(t, l, create("kitchen", 4, 5, 6))
	l.Days(5)
	day := today(l)
	sat := func() []state.Member {
		v := l.Read()
		defer v.Close()
		found, err := circle.Find(v.Of(1), 1)
		if err != nil {
			t.Fatal(err)
		}
		out, err := found.SatOn(v.Of(1), 1, day)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	l.Days(5)
	before := sat()
	must(t, l, exit.RecordEnd{Member: 6, Ending: member.Died, Day: start + 3})
	l.Days(60) // past the time in which the end waits
	if got := sitting(t, l, 1); !slices.Equal(got, []state.Member{4, 5}) {
		t.Fatalf("the end is not recorded: %v", got)
	}
	if got := sat(); !slices.Equal(got, before) || !slices.Equal(got, []state.Member{4, 5, 6}) {
		t.Errorf("on that day were in it %v, before the death was known %v", got, before)
	}
}

// Two motions that change different terms take nothing back of each other.
func TestChange(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	must(t, l, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "cooks", Review: now + 9}, Members: []state.Member{4, 5}})
	l.Run(t, []statetest.Row{
		statetest.Try("two mandates", 0, circle.Change{Circle: 9, Mandate: "m", Text: 1}, circle.ErrMandate),
		statetest.Try("two days", 0, circle.Change{Circle: 9, Review: []uint64{now, now}}, circle.ErrSame),
		statetest.Try("nothing", 0, circle.Change{Circle: 9}, circle.ErrSame),
		statetest.Try("of no circle", 0, circle.Change{Circle: 9, Mandate: "m"}, circle.ErrUnknown),
		statetest.Try("by an officer", statetest.Chair, circle.Change{Circle: 1, Text: 9}, circle.ErrDecided),
		statetest.Try("no such text", 0, circle.Change{Circle: 1, Text: 9, Review: []uint64{now}}, document.ErrUnknown),
		statetest.Try("reviewed by today", 0, circle.Change{Circle: 1, Review: []uint64{now}, Convener: []state.Member{6}}, circle.ErrReview),
		statetest.Try("a convener from outside", 0, circle.Change{Circle: 1, Convener: []state.Member{6}}, circle.ErrConvener),
		statetest.Try("the mandate", 0, circle.Change{Circle: 1, Mandate: "cleans"}, nil),
		statetest.Try("who joins", 0, circle.Change{Circle: 1, Open: []bool{true}}, nil),
		statetest.Try("the convener", 0, circle.Change{Circle: 1, Convener: []state.Member{4}}, nil),
	})
	if got, want := termsOf(t, l), (circle.Terms{Mandate: "cleans", Review: now + 9, Convener: 4, Open: true}); got != want {
		t.Errorf("the terms are %+v, want %+v", got, want)
	}
	must(t, l, circle.Change{Circle: 1, Review: []uint64{0}, Convener: []state.Member{0}, Open: []bool{false}})
	if got, want := termsOf(t, l), (circle.Terms{Mandate: "cleans"}); got != want {
		t.Errorf("the terms are %+v, want %+v", got, want)
	}
}

// A convener who left the co-op is not its convener again by being seated anew.
func TestConvener(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "m", Convener: 5}, Members: []state.Member{4, 5}})
	l.Must(5, member.Resign{Member: 5})
	key := statetest.Key(1, 60)
	must(t, l, exit.Return{Member: 5, Key: key.Public(), Possession: key.Possession(statetest.Chain, 1)})
	must(t, l, member.Admit{Member: 5})
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{5}})
	if got := termsOf(t, l).Convener; got != 0 {
		t.Errorf("member %d is its convener, unasked", got)
	}
}

// A circle whose mandate is repealed spends nothing until it is given another.
func TestRepealedMandate(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, takings(1_000_00))
	must(t, l, document.Adopt{Name: "mandate", Digest: make([]byte, 32)})
	must(t, l, circle.Create{Name: "kitchen", Terms: circle.Terms{Text: 1}, Members: []state.Member{4, 5}})
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100, Until: today(l)})
	spend := circle.Spend{Circle: 1, Amount: 10, For: "f"}
	l.Must(4, spend)
	must(t, l, document.Repeal{Text: 1})
	l.Run(t, []statetest.Row{
		statetest.Try("proposed", 4, spend, circle.ErrRepealed),
		statetest.Try("confirmed", 5, confirm(1, 10), circle.ErrRepealed),
		statetest.Try("another mandate", 0, circle.Change{Circle: 1, Mandate: "m"}, nil),
		statetest.Try("confirmed then", 5, confirm(1, 10), nil),
	})
}

// A member who joins by itself first, or leaves, does not void what all members decide on the
// others; whoever is in the circle is in it by all then.
func TestAppointIsNotVoided(t *testing.T) {
	l := statetest.New(t, setup())
	kitchen := create("kitchen", 4)
	kitchen.Terms.Open = true
	must(t, l, kitchen)
	l.Must(6, circle.Join{Circle: 1, Member: 6})
	l.Must(9, member.Resign{Member: 9})
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{6, 7, 8, 9}})
	if got := sitting(t, l, 1); !slices.Equal(got, []state.Member{4, 6, 7, 8}) {
		t.Errorf("in the circle are %v", got)
	}
	v := l.Read()
	seat, _, err := circle.SeatOf(v.Of(1), 1, 6)
	v.Close()
	if n := len(seat.Spells); err != nil || n != 2 || !seat.Spells[0].Joined || seat.Spells[0].Until != seat.Spells[1].Since || !seat.Spells[1].All || seat.Spells[1].Joined {
		t.Errorf("member 6: %+v, %v", seat, err)
	}
	if res := l.MandateBy(3, circle.Leave{Circle: 1, Member: 6}); res.Code != circle.ErrDecided.Code {
		t.Errorf("two remove whom all appointed: %d %s", res.Code, res.Log)
	}
	for _, again := range [][]state.Member{{9}, {7, 8}} {
		if res := l.Mandate(circle.Appoint{Circle: 1, Members: again}); res.Code == 0 {
			t.Errorf("%v are appointed again", again)
		}
	}
	garden := create("garden", 8, 9)
	garden.Terms.Convener = 9
	if res := l.MandateBy(3, garden); res.Code != member.ErrStanding.Code {
		t.Errorf("two create with one who left: %d %s", res.Code, res.Log)
	}
	must(t, l, garden)
	if got := sitting(t, l, 2); !slices.Equal(got, []state.Member{8}) {
		t.Errorf("in the garden are %v", got)
	}
	l.Sound()
}
