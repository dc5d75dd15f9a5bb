package amendment_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// today is the day of the last block.
func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// figures are the charter's, with one thing changed.
func figures(l *statetest.L, change func(*charter.PolicyEntry)) []charter.PolicyEntry {
	v := l.Read()
	defer v.Close()
	p, err := charter.PolicyOf(v.Of(1))
	if err != nil {
		panic(err)
	}
	e := charter.PolicyEntry(p)
	change(&e)
	return []charter.PolicyEntry{e}
}

// amended carries an amendment, which must be taken, and returns its number.
func amended(t *testing.T, l *statetest.L, m amendment.Amend) amendment.AmendmentNumber {
	t.Helper()
	res := l.Mandate(m)
	if res.Code != 0 || len(res.Events) != 1 {
		t.Fatalf("%d %s, events %v", res.Code, res.Log, res.Events)
	}
	return res.Events[0].(amendment.Amended).Amendment
}

// wantAmendment fails the test unless the amendment has come to that.
func wantAmendment(t *testing.T, l *statetest.L, n amendment.AmendmentNumber, status amendment.AmendmentStatus, refused *state.Rejection) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	a, err := amendment.AmendmentOf(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	code := uint32(0)
	if refused != nil {
		code = refused.Code
	}
	if a.Status != status || a.Refused != code || (code != 0) != (a.Why != "") {
		t.Errorf("amendment %d is %v, refused by %d for %q; want %v by %d", n, a.Status, a.Refused, a.Why, status, code)
	}
	if err := l.CheckInvariants(v); err != nil {
		t.Error(err)
	}
}

// at is the charter of a day.
func at(t *testing.T, l *statetest.L, day uint64) amendment.Amend {
	t.Helper()
	v := l.Read()
	defer v.Close()
	m, err := amendment.At(v.Of(1), day)
	if err != nil {
		t.Fatalf("day %d: %v", day, err)
	}
	return m
}

// allowanceAt is how many transactions a member may make on a day, by the charter of it.
func allowanceAt(t *testing.T, l *statetest.L, day uint64) uint32 {
	t.Helper()
	return at(t, l, day).Policy[0].Allowance
}

// The founding is the first amendment, and before it there was no charter.
func TestFoundingIsAmendment(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	wantAmendment(t, l, 1, amendment.AmendmentInForce, nil)
	day := today(l)
	v := l.Read()
	defer v.Close()
	whole, err := amendment.Whole(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, at(t, l, day)); diff != "" || len(whole.Grants) == 0 || len(whole.Motions) != 4 {
		t.Errorf("(-records +amendments)\n%s", diff)
	}
	if _, err := amendment.At(v.Of(1), day-1); state.Rejected(err) != charter.ErrNoCharter {
		t.Errorf("the day before the founding: %v", err)
	}
	if _, err := amendment.AmendmentOf(v.Of(1), 2); state.Rejected(err) != amendment.ErrNoAmendment {
		t.Errorf("amendment 2: %v", err)
	}
}

// An amendment with a date waits for it, and the charter of each day is that of the day.
func TestDated(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	first := today(l)
	allow := func(n uint32) amendment.Amend {
		return amendment.Amend{Policy: figures(l, func(p *charter.PolicyEntry) { p.Allowance = n })}
	}
	m := allow(500)
	m.From = first + 3
	n := amended(t, l, m)
	wantAmendment(t, l, n, amendment.AmendmentWaits, nil)
	if got := figures(l, func(*charter.PolicyEntry) {})[0].Allowance; got != charter.MaxAllowance {
		t.Errorf("the allowance is %d before the day", got)
	}
	for day, want := range map[uint64]uint32{first: charter.MaxAllowance, first + 2: charter.MaxAllowance, first + 3: 500, first + 99: 500} {
		if got := allowanceAt(t, l, day); got != want {
			t.Errorf("before: on day %d of the future %d, want %d", day-first, got, want)
		}
	}
	l.Days(1)
	other := amended(t, l, amendment.Amend{Motions: with(func(*charter.MotionKind) {})}) // at once, of something else
	l.Days(2)
	wantAmendment(t, l, n, amendment.AmendmentInForce, nil)
	wantAmendment(t, l, other, amendment.AmendmentInForce, nil)
	for day, want := range map[uint64]uint32{first: charter.MaxAllowance, first + 2: charter.MaxAllowance, first + 3: 500} {
		if got := allowanceAt(t, l, day); got != want {
			t.Errorf("after: on day %d %d, want %d", day-first, got, want)
		}
	}
	if got := len(at(t, l, first).Motions); got != 4 {
		t.Errorf("%d kinds of motion on the first day, want 4", got)
	}
	if got := len(at(t, l, first+1).Motions); got != 5 {
		t.Errorf("%d kinds of motion on the second day, want 5", got)
	}

	late := allow(600) // its day is over when it is carried
	late.From = first
	wantAmendment(t, l, amended(t, l, late), amendment.AmendmentInForce, nil)
	if got := allowanceAt(t, l, today(l)); got != 600 {
		t.Errorf("carried after its day, it gives %d", got)
	}
	if got := allowanceAt(t, l, first+2); got != charter.MaxAllowance {
		t.Errorf("carried after its day, it changes what was: %d", got)
	}
}

// Of two amendments that wait and change one clause, the earlier takes effect and the
// other lapses; what they leave as it was stays as it has become.
func TestDatedClash(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	first := today(l)
	dated := func(days uint64, change func(*charter.PolicyEntry)) amendment.AmendmentNumber {
		return amended(t, l, amendment.Amend{Policy: figures(l, change), From: first + days})
	}
	late := dated(9, func(p *charter.PolicyEntry) { p.Allowance = 900 })
	early := dated(4, func(p *charter.PolicyEntry) { p.Allowance, p.Waiting = 400, 20 })
	same := dated(9, func(p *charter.PolicyEntry) { p.Allowance = 400 })
	alone := dated(10, func(p *charter.PolicyEntry) { p.Alone = 77 })
	if got := allowanceAt(t, l, first+50); got != 400 {
		t.Errorf("as far as is decided it will be %d, want 400", got)
	}
	l.Days(20) // all in one block, in the order of the days
	wantAmendment(t, l, early, amendment.AmendmentInForce, nil)
	wantAmendment(t, l, late, amendment.AmendmentLapsed, amendment.ErrChanged)
	wantAmendment(t, l, same, amendment.AmendmentInForce, nil)
	wantAmendment(t, l, alone, amendment.AmendmentInForce, nil)
	got := figures(l, func(*charter.PolicyEntry) {})[0]
	if got.Allowance != 400 || got.Waiting != 20 || got.Alone != 77 {
		t.Errorf("it comes to %+v", got)
	}
}

// Who proposes an amendment is told which of those that wait would lapse by it.
func TestCollisions(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	late := amendment.Amend{Policy: figures(l, func(p *charter.PolicyEntry) { p.Waiting = 20 }), From: today(l) + 9}
	n := amended(t, l, late)
	v := l.Read()
	defer v.Close()
	name := func(tx.Kind) string { return "" }
	for _, row := range []struct {
		name   string
		change func(*charter.PolicyEntry)
		want   []amendment.Collision
	}{
		{"another clause", func(p *charter.PolicyEntry) { p.Alone = 5 }, nil},
		{"the same", func(p *charter.PolicyEntry) { p.Waiting = 20 }, nil},
		{"another value", func(p *charter.PolicyEntry) { p.Waiting = 30 }, []amendment.Collision{{Amendment: n, From: late.From, Clauses: []string{"new members count"}}}},
	} {
		got, err := amendment.Amend{Policy: figures(l, row.change)}.Collisions(v.Of(1), name)
		if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", row.name, err, diff)
		}
	}
}

// What could no longer be carried on its day lapses, for the reason for which it would be
// refused, and the charter stays as it is.
func TestDatedLapses(t *testing.T) {
	for _, row := range []struct {
		name      string
		waits     amendment.Amend
		meanwhile func(l *statetest.L) amendment.Amend
		by        charter.MotionKindID
		want      *state.Rejection
	}{
		{"another value", amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Notice = 5 })},
			func(*statetest.L) amendment.Amend {
				return amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Notice = 7 })}
			}, strong, amendment.ErrChanged},
		{"its kind of motion amends no more", amendment.Amend{Motions: with(func(*charter.MotionKind) {})},
			func(*statetest.L) amendment.Amend { return resolved(amendment.KindAmend) }, weak, amendment.ErrProtected},
		{"nothing that bears on it", secretaries(openAccount),
			func(*statetest.L) amendment.Amend { return amendment.Amend{Motions: ofClass(1)} }, weak, nil},
	} {
		l := statetest.New(t, statetest.Setup{})
		amended(t, l, amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{strong, weak}}}})
		row.waits.From = today(l) + 2
		if res := l.Do(statetest.Secretary, by(row.by, row.waits)); res.Code != 0 {
			t.Fatalf("%s: %d %s", row.name, res.Code, res.Log)
		}
		amended(t, l, row.meanwhile(l))
		l.Days(3)
		status := amendment.AmendmentLapsed
		if row.want == nil {
			status = amendment.AmendmentInForce
		}
		wantAmendment(t, l, 3, status, row.want)
		v := l.Read()
		g, err := charter.GrantOf(v.Of(1), openAccount)
		if err != nil || len(g.Offices) > 0 != (row.want == nil) {
			t.Errorf("%s: %+v, %v", row.name, g, err)
		}
		v.Close()
	}
}

// Only so many amendments wait, and none for longer than the bound.
func TestDatedBounds(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	from := func(day uint64) amendment.Amend {
		return amendment.Amend{Motions: with(func(*charter.MotionKind) {}), From: day}
	}
	rows := []statetest.Row{
		statetest.Try("too late", 0, from(today(l)+amendment.MaxAhead+1), amendment.ErrAhead),
		statetest.Try("never", 0, from(^uint64(0)), amendment.ErrAhead),
		statetest.Try("as late as can be", 0, from(today(l)+amendment.MaxAhead), nil),
	}
	for range amendment.MaxDated - 1 {
		rows = append(rows, statetest.Try("one more", 0, from(today(l)+5), nil))
	}
	l.Run(t, append(rows,
		statetest.Try("one too many", 0, from(today(l)+5), amendment.ErrManyWait),
		statetest.Try("at once, while all wait", 0, from(0), nil),
	))
}

// What an amendment says of itself has its date.
func TestDatedWords(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	m := amendment.Amend{Policy: figures(l, func(p *charter.PolicyEntry) { p.Allowance = 50 }), From: 20089}
	v := l.Read()
	defer v.Close()
	does := m.Describe(state.Telling{Reader: v.Of(1)})
	if want := "amend the charter from 2025-01-01 on: its figures"; does.Phrase != want {
		t.Errorf("%q, want %q", does.Phrase, want)
	}
	a := amendment.Amendment{Set: m, Was: amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Allowance = 7 })}}
	found := false
	for _, c := range a.Describe(state.Telling{Reader: v.Of(1)}).Clauses {
		found = found || strings.HasPrefix(c.String(), "allowance: 7 transactions a member a day → 50 ")
	}
	if !found {
		t.Errorf("%v", a.Describe(state.Telling{Reader: v.Of(1)}).Clauses)
	}
}

// The invariant finds records that the amendments do not come to.
func TestCheckCharter(t *testing.T) {
	type whole struct {
		table  state.Table[uint64, amendment.Amendment]
		totals state.Table[uint8, amendment.Amendments]
		kinds  state.Table[charter.MotionKindID, charter.MotionKind]
	}
	of := whole{
		state.NewTable[uint64, amendment.Amendment](0x74), state.NewTable[uint8, amendment.Amendments](0x75),
		state.NewTable[charter.MotionKindID, charter.MotionKind](0x71),
	}
	change := func(n uint64, change func(*amendment.Amendment)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			a, err := of.table.Get(c, n)
			if err != nil {
				panic(err)
			}
			change(&a)
			of.table.Put(c, n, a)
		}
	}
	scene := func(l *statetest.L) {
		amended(t, l, amendment.Amend{Motions: with(func(*charter.MotionKind) {})})
		amended(t, l, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Notice = 9 }), From: today(l) + 9})
	}
	statetest.Spoiled(t, statetest.Setup{}, scene, []statetest.Spoil{
		{Name: "a record nobody carried", Break: func(c *state.Ctx) { of.kinds.Put(c, 40, sound()) }, Says: "where the amendments come to nothing"},
		{Name: "an amendment is gone", Break: func(c *state.Ctx) { of.table.Delete(c, 2) }, Says: "amendment 3 follows 1"},
		{Name: "a place twice", Break: change(2, func(a *amendment.Amendment) { a.Order = 1 }), Says: "amendment 2 took effect as number 1 of 2"},
		{Name: "a place too high", Break: change(2, func(a *amendment.Amendment) { a.Order = 3 }), Says: "as number 3 of 2"},
		{Name: "waits and has a place", Break: change(3, func(a *amendment.Amendment) { a.Order = 3 }), Says: "amendment 3: waiting; took effect at 0 as number 3"},
		{Name: "waits for another day", Break: change(3, func(a *amendment.Amendment) { a.From++ }), Says: "amendment 3: waiting; due on day"},
		{Name: "waits no more", Break: change(3, func(a *amendment.Amendment) { a.Status, a.Ended, a.Refused = amendment.AmendmentLapsed, 1, 1 }), Says: "amendment 3: lapsed; due on day"},
		{Name: "before its day", Break: change(2, func(a *amendment.Amendment) { a.From = state.DayOf(a.Effective) + 1 }), Says: "amendment 2: took effect at"},
		{Name: "another rule", Break: change(2, func(a *amendment.Amendment) { a.Set.Motions[0].Notice = 3 }), Says: "kinds of motion: {ID:9 "},
		{Name: "the figures", Break: func(c *state.Ctx) { of.totals.Put(c, 0, amendment.Amendments{Recorded: 3, InForce: 2, Waiting: 2}) }, Says: "a count gives"},
	})
}
