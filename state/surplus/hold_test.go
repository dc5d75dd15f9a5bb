package surplus_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// proposed and over let a test do what a motion that carries an allocation does.
type proposed struct {
	surplus.Allocate
}

func (proposed) Check() error                           { return nil }
func (m proposed) Apply(c *state.Ctx) error             { return m.Hold(c) }
func (proposed) Describe(state.Telling) (w state.Words) { return w }

type over struct {
	surplus.Allocate
}

func (over) Check() error                           { return nil }
func (m over) Apply(c *state.Ctx) error             { return m.Release(c) }
func (over) Describe(state.Telling) (w state.Words) { return w }

// voting is the setup with what motions do.
func voting(members int) statetest.Setup {
	s := setup(members)
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"surplus.Reopen"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}}})
	s.Kinds = append(s.Kinds, state.KindOf[proposed](0x7f02, "surplus_test.proposed"), state.KindOf[over](0x7f03, "surplus_test.over"))
	return s
}

// While members vote on an allocation, what it divides by stands still, and nothing
// else does.
func TestFiguresStandStill(t *testing.T) {
	l := statetest.New(t, voting(4))
	defer l.Close()
	hold(l, 5, 3)
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, 10, 20)
	record(l, 1, surplus.Hours, 7)
	earn(l, 1000)
	l.Must(4, share.Subscribe{Member: 4, Class: common, Units: 1})
	l.Must(treasurer, share.ConfirmPayment{Subscriptions: []uint64{3}})
	byBoth := surplus.Allocate{Period: 1, Steps: []surplus.Step{onShares(rate(1, 20)), onPurchases(300, rate(1, 1)), onPurchases(30, rate(0, 1))}}
	byHours := surplus.Allocate{Period: 1, Steps: []surplus.Step{{
		Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: rate(1, 1), Measure: surplus.Hours, Paid: rate(1, 1),
	}}}
	more := func(m surplus.Measure) surplus.Record {
		return surplus.Record{Period: 1, Measure: m, Entries: []surplus.Figure{{Member: 2, Quantity: 1}}}
	}
	less := surplus.Correct{Period: 1, Measure: surplus.Purchases, Entries: []surplus.Figure{{Member: 2, Quantity: 1}}}
	issue := share.Issue{Subscriptions: []uint64{3}}
	l.Run(t, []statetest.Row{
		try("proposed before it is declared", 0, proposed{byBoth}, surplus.ErrStage),
		try("proposed", 0, proposed{byBoth}, nil).After(func() { l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000}) }),
		try("and by another", 0, proposed{byBoth}, nil),
		try("more figures", treasurer, more(surplus.Purchases), surplus.ErrHeld),
		try("fewer figures", treasurer, less, surplus.ErrHeld),
		try("figures that neither divides by", treasurer, more(surplus.Hours), nil),
		try("more holdings", treasurer, issue, share.ErrHeld),
		try("fewer holdings", 0, share.Correct{Subscriptions: []uint64{1}, Reason: "x"}, share.ErrHeld),
		try("a late entry", treasurer, surplus.Reopen{Period: 1, Reason: "x"}, surplus.ErrHeld),
		try("payments go on", treasurer, share.ConfirmPayment{Subscriptions: []uint64{4}}, nil).After(func() {
			l.Must(4, share.Subscribe{Member: 4, Class: common, Units: 2})
		}),
		try("one is over", 0, over{byBoth}, nil),
		try("more figures, with one left", treasurer, more(surplus.Purchases), surplus.ErrHeld),
		try("the other is over", 0, over{byBoth}, nil),
		try("more figures, with none", treasurer, more(surplus.Purchases), nil),
		try("more holdings, with none", treasurer, issue, nil),
		try("by hours", 0, proposed{byHours}, nil),
		try("more hours", treasurer, more(surplus.Hours), surplus.ErrHeld),
		try("more holdings that it does not divide by", treasurer, share.Issue{Subscriptions: []uint64{4}}, nil),
		try("carried", 0, byHours, nil),
		try("then it is over", 0, over{byHours}, nil),
	})
	l.Sound()
	read(t, l, func(r state.Reader) error {
		_, has, err := surplus.BasisOf(r, 1, byHours.Steps[0])
		if has {
			t.Error("the hours still stand still")
		}
		return err
	})
}

// The digest is that of the claims as they were proposed, made over as many blocks as it
// takes, shown with the motion and kept with the allocation.
func TestDigestOfClaims(t *testing.T) {
	const members = 12_500 // more than one slice looks at
	s := voting(members)
	busy := false
	s.EndBlock = append([]func(*state.Ctx) error{func(c *state.Ctx) error {
		if busy {
			c.Work(state.EndUnits) // the first turn of a block is served all the same
		}
		return nil
	}}, s.EndBlock...)
	l := statetest.New(t, s)
	defer func() { l.Close() }() // the one that is open then
	quantities := make([]uint64, members)
	quantities[0], quantities[1], quantities[members-1] = 258, 1, 3
	for i := range quantities[2 : members-1] {
		quantities[i+2] = uint64(i)
	}
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, quantities...)
	earn(l, 1000)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000})
	a := surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 10)), onPurchases(900, rate(1, 1))}}
	busy = true
	must(t, l, proposed{a})
	basis := func() (b surplus.Basis) {
		read(t, l, func(r state.Reader) (err error) {
			b, _, err = surplus.BasisOf(r, 1, a.Steps[1])
			return err
		})
		return b
	}
	blocks := 0
	for ; !basis().Done; blocks++ {
		if blocks > 50 {
			t.Fatal("it is not done")
		}
		l.Sound()
		l.Restart()
		l.Block()
	}
	if blocks != 1 {
		t.Errorf("done after %d blocks more", blocks)
	}
	busy = false
	want := surplus.Chained([32]byte{}, 1, 258)
	if got := hex.EncodeToString(want[:]); got != "4ad9ac2e5542d8f8623132e149a4d3ea5798a01a9ea0fcb9197eb9211a8383cc" { // by another program
		t.Errorf("the first is %s", got)
	}
	for i, q := range quantities[1:] {
		if q > 0 {
			want = surplus.Chained(want, state.Member(i+2), q)
		}
	}
	if got := [32]byte(basis().Digest); got != want {
		t.Errorf("digest %x, want %x", got, want)
	}
	said := func(tell state.Telling) string {
		var words []string
		read(t, l, func(r state.Reader) error {
			tell.Reader = r
			for _, c := range a.Describe(tell).Clauses {
				words = append(words, c.String())
			}
			return nil
		})
		return strings.Join(words, "\n")
	}
	before := said(state.Telling{Now: true})
	for _, line := range []string{
		"step 1: 10% of the surplus to 3100 statutory reserve: 1.00 EUR",
		"step 2: 9.00 EUR as dividend on purchases, in money",
		"step 2, digest: " + hex.EncodeToString(want[:]),
		"the rest: 0.00 EUR carried forward",
	} {
		if !strings.Contains(before, line) {
			t.Errorf("it does not say %q but\n%s", line, before)
		}
	}
	must(t, l, a)
	must(t, l, over{a})
	done := said(state.Telling{Result: []byte{}}) // of which its motion kept nothing
	if before, after := upTo(before), upTo(done); after != before {
		t.Errorf("carried, it says\n%s\nproposed, it said\n%s", after, before)
	}
	l.Sound()
}

// upTo is what is said before the balances.
func upTo(said string) string {
	before, _, _ := strings.Cut(said, "\nbalance")
	return before
}
