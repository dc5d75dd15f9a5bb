package takeover_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/life"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// rich are three people: a body with shares since several days, a nomination and classes that
// it was of; founder 2, who is here; and one more.
func rich(l *statetest.L) []takeover.Person {
	p := people(l, 1, 3)
	p[0].Entry.Sort = life.Group
	p[0].Held = []takeover.Held{{Class: 1, Units: 2}, {Class: 1, Units: 3, Since: day(l) - 300}, {Class: 1, Units: 5, Since: day(l) - 20}, {Class: 2, Units: 7, Since: day(l) - 9}}
	p[0].Nomination = bytes.Repeat([]byte{7}, 32)
	p[0].Classes = []takeover.Classed{{Class: 2}, {Class: 1, From: day(l) - 100}}
	p[1] = takeover.Person{Here: 2, Ref: "F2", Joined: day(l) - 400, Held: []takeover.Held{{Class: 1, Units: 4, Since: day(l) - 400}}}
	return p
}

// Each row breaks one thing of what a person can have, in the order of the checks.
func TestRichEntries(t *testing.T) {
	l := newLedger(t)
	person := func(i int, by func(*takeover.Person)) takeover.Load {
		p := rich(l)
		by(&p[i])
		return takeover.Load{Part: 1, People: p}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("too many holdings", 1, person(0, func(p *takeover.Person) { p.Held = make([]takeover.Held, takeover.MaxLots+1) }), takeover.ErrPerson),
		statetest.Try("holdings of nothing", 1, person(0, func(p *takeover.Person) { p.Held[0].Units = 0 }), takeover.ErrPerson),
		statetest.Try("two since one day", 1, person(0, func(p *takeover.Person) { p.Held[2].Since = p.Held[1].Since }), takeover.ErrPerson),
		statetest.Try("days that descend", 1, person(0, func(p *takeover.Person) { p.Held[1], p.Held[2] = p.Held[2], p.Held[1] }), takeover.ErrPerson),
		statetest.Try("classes that descend", 1, person(0, func(p *takeover.Person) { p.Held[3].Class = 1; p.Held[3].Since = 1 }), takeover.ErrPerson),
		statetest.Try("too many classes", 1, person(0, func(p *takeover.Person) {
			p.Held = []takeover.Held{{Class: 1, Units: 1}, {Class: 2, Units: 1}, {Class: 3, Units: 1}, {Class: 4, Units: 1}, {Class: 5, Units: 1}}
		}), takeover.ErrPerson),
		statetest.Try("a key of one who is here", 1, person(1, func(p *takeover.Person) { p.Entry.Key = statetest.Key(7, 9).Public() }), takeover.ErrPerson),
		statetest.Try("a class of one who is here", 1, person(1, func(p *takeover.Person) { p.Entry.Class = 1 }), takeover.ErrPerson),
		statetest.Try("one who is here and has left", 1, person(1, func(p *takeover.Person) { p.Left = day(l) }), takeover.ErrPerson),
		statetest.Try("an office of one who is here", 1, person(1, func(p *takeover.Person) { p.Posts = []takeover.Post{{Office: 1}} }), takeover.ErrPerson),
		statetest.Try("a nomination of one who is here", 1, person(1, func(p *takeover.Person) { p.Nomination = make([]byte, 32) }), takeover.ErrPerson),
		statetest.Try("a nomination that is none", 1, person(0, func(p *takeover.Person) { p.Nomination = make([]byte, 31) }), takeover.ErrPerson),
		statetest.Try("a nomination of one who has left", 1, person(0, func(p *takeover.Person) { p.Left = day(l) }), takeover.ErrPerson),
		statetest.Try("too many classes of members", 1, person(0, func(p *takeover.Person) { p.Classes = make([]takeover.Classed, takeover.MaxClasses+1) }), takeover.ErrPerson),
		statetest.Try("no class of members", 1, person(0, func(p *takeover.Person) { p.Classes[0].Class = 0 }), takeover.ErrPerson),
		statetest.Try("classes of members since one day", 1, person(0, func(p *takeover.Person) { p.Classes[1].From = 0 }), takeover.ErrPerson),
		statetest.Try("nothing of that is adopted", 1, takeover.Load{Part: 1, People: rich(l)}, takeover.ErrNone),
	})
}

// One who is here gets what it had, once, and the numbers of the others go on beside it.
func TestWhoIsHere(t *testing.T) {
	l := newLedger(t)
	good := rich(l)
	stranger, twice, later := rich(l), rich(l), people(l, 50, 1)
	stranger[1].Here = 99
	twice[2] = takeover.Person{Here: 2, Ref: "F3", Joined: day(l) - 1}
	later[0] = takeover.Person{Here: 2, Ref: "F4"}
	early := rich(l)
	early[0].Classes[1].From = day(l) - 366
	l.Run(t, []statetest.Row{
		statetest.Try("with a stranger", 0, adopt(l, stranger), nil),
		statetest.Try("is refused", 1, takeover.Load{Part: 1, People: stranger}, member.ErrUnknown),
		statetest.Try("with one twice", 0, adopt(l, twice), nil),
		statetest.Try("is refused too", 1, takeover.Load{Part: 1, People: twice}, takeover.ErrHere),
		statetest.Try("of a class before it joined", 0, adopt(l, early), nil),
		statetest.Try("is refused as well", 1, takeover.Load{Part: 1, People: early}, takeover.ErrBefore),
		statetest.Try("as it is", 0, adopt(l, good), nil),
		statetest.Try("is loaded", 1, takeover.Load{Part: 1, People: good}, nil),
		statetest.Try("the same member again", 0, adopt(l, later), nil),
		statetest.Try("is refused at last", 1, takeover.Load{Part: 1, People: later}, takeover.ErrHere),
	})
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	for m, want := range map[state.Member]uint64{founders + 1: 10, 2: 4, founders + 2: 1} {
		if h, err := share.HoldingOf(r, 1, m); err != nil || h.Units != want {
			t.Errorf("member %d holds %+v, %v, want %d", m, h, err, want)
		}
	}
	past, _, err := takeover.PastOf(r, founders+1)
	if diff := cmp.Diff(good[0].Held, past.Held); diff != "" || err != nil {
		t.Errorf("held: %v (-want +got)\n%s", err, diff)
	}
	if diff := cmp.Diff(good[0].Classes, past.Classes); diff != "" {
		t.Errorf("classes (-want +got)\n%s", diff)
	}
	if n, ok, err := exit.NominationOf(r, founders+1); err != nil || !ok || !bytes.Equal(n.Commitment, good[0].Nomination) {
		t.Errorf("the nomination is %+v, %v", n, err)
	}
	rec, err := member.Find(r, founders+1)
	if err != nil || rec.Sort != life.Group {
		t.Errorf("the group is %+v, %v", rec, err)
	}
	if rec, err := member.Find(r, 2); err != nil || len(rec.History) != 1 {
		t.Errorf("founder 2 is %+v, %v", rec, err)
	}
	if past, ok, err := takeover.PastOf(r, 2); err != nil || !ok || past.Ref != "F2" || past.Joined != day(l)-400 {
		t.Errorf("founder 2 came with %+v, %v", past, err)
	}
}

// The places of people are their numbers, with one who is here in the middle.
func TestPlacesWithOneWhoIsHere(t *testing.T) {
	l := newLedger(t)
	p := rich(l)
	n := []takeover.Notice{{Person: 2, Class: 1, Units: 4, Given: day(l) - 3, Ready: day(l) + 9}, {Person: 3, Class: 1, Units: 1, Given: day(l) - 2, Ready: day(l) + 9}}
	m := adopt(l, p)
	m.Parts, m.Notices = append(m.Parts, takeover.DigestNotices(n)), 2
	l.Run(t, []statetest.Row{
		statetest.Try("shares are paid back", 0, redeemable, nil),
		statetest.Try("adopted", 0, m, nil),
		statetest.Try("people", 1, takeover.Load{Part: 1, People: p}, nil),
		statetest.Try("notices", 1, takeover.Load{Part: 2, Notices: n}, nil),
	})
	v := l.Read()
	defer v.Close()
	took, _, err := takeover.Of(v.Of(1))
	if err != nil || took.Done == 0 {
		t.Fatalf("%+v, %v", took, err)
	}
	for person, want := range map[uint64]state.Member{0: 0, 1: founders + 1, 2: 2, 3: founders + 2, 4: 0} {
		if got := took.Member(person); got != want {
			t.Errorf("person %d is member %d, want %d", person, got, want)
		}
	}
	for m, want := range map[state.Member]uint64{2: 4, founders + 2: 1, founders + 1: 0} {
		if h, err := share.HoldingOf(v.Of(1), 1, m); err != nil || h.Leaving != want {
			t.Errorf("member %d: %+v, %v, want %d that leave", m, h, err, want)
		}
	}
}

// Whoever is here stops no takeover that members adopted: what it has subscribed, held once or
// holds already is beside what it brings, and each keeps within the class by what it brings.
func TestWhoHasSharesHere(t *testing.T) {
	for name, row := range map[string]struct {
		before []state.Action
		units  uint64
	}{
		"has subscribed and not paid": {[]state.Action{share.Subscribe{Member: 2, Class: 1, Units: 1}}, 4},
		"has subscribed all it can":   {[]state.Action{share.Subscribe{Member: 2, Class: 1, Units: 100}}, 4},
		"holds some":                  {[]state.Action{share.Subscribe{Member: 2, Class: 1, Units: 3}, share.ConfirmPayment{Subscriptions: []uint64{1}}, share.Issue{Subscriptions: []uint64{1}}}, 7},
		"held some once": {[]state.Action{share.Subscribe{Member: 2, Class: 1, Units: 3}, share.ConfirmPayment{Subscriptions: []uint64{1}}, share.Issue{Subscriptions: []uint64{1}},
			share.Correct{Subscriptions: []uint64{1}, Reason: "r"}}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t)
			people := rich(l)
			for _, a := range append(row.before, adopt(l, people)) {
				if res := l.Mandate(a); res.Code != 0 {
					t.Fatalf("%T: %d %s", a, res.Code, res.Log)
				}
			}
			l.Run(t, []statetest.Row{statetest.Try("loaded", 1, takeover.Load{Part: 1, People: people}, nil)})
			v := l.Read()
			defer v.Close()
			if h, err := share.HoldingOf(v.Of(1), 1, 2); err != nil || h.Units != row.units {
				t.Errorf("member 2 holds %+v, %v, want %d", h, err, row.units)
			}
			l.Sound()
		})
	}
}
