package circle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A circle of those whom a draw gave is refused once none of them can serve, and the preview
// says of each who can.
func TestDrawnAreGone(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, lot.Draw{Purpose: "panel", Places: 2})
	for range state.SeedBlocks + 4 {
		l.Block()
	}
	v := l.Read()
	d, err := lot.Find(v.Of(1), 1)
	v.Close()
	if err != nil || len(d.Held()) != 2 {
		t.Fatalf("drawn: %+v, %v", d, err)
	}
	a, b := d.Held()[0], d.Held()[1]
	create := func(name string) circle.Create {
		return circle.Create{Name: name, Terms: circle.Terms{Mandate: "m"}, Drawing: 1}
	}
	must(t, l, member.Resign{Member: a})
	v = l.Read()
	text := fmt.Sprint(create("one").Describe(state.Telling{Reader: v.Of(1), Now: true}).Clauses)
	v.Close()
	for _, want := range []string{fmt.Sprintf(" member %d: was drawn and has left: not in the circle", a), fmt.Sprintf(" member %d: was drawn]", b)} {
		if !strings.Contains(text, want) {
			t.Errorf("the preview lacks %q: %s", want, text)
		}
	}
	must(t, l, create("one"))
	if got := sitting(t, l, 1); !slices.Equal(got, []state.Member{b}) {
		t.Errorf("in the circle are %v, want %d", got, b)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("of nobody", 0, create("none"), circle.ErrNobody).After(func() { must(t, l, member.Resign{Member: b}) }),
		statetest.Try("of a named one", 0, circle.Create{Name: "named", Terms: circle.Terms{Mandate: "m"}, Drawing: 1, Members: []state.Member{otherThan(a, b)}}, nil),
	})
}

// otherThan is a member who is none of two.
func otherThan(a, b state.Member) state.Member {
	for m := state.Member(4); ; m++ {
		if m != a && m != b {
			return m
		}
	}
}
