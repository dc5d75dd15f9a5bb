package member_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/intake"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// newRekeys is a co-op of which two officers replace keys.
func newRekeys(t statetest.TB) *statetest.L {
	s := setup()
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"member.Rekey"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{officers}}})
	return statetest.New(t, s)
}

func rekey(m state.Member, n state.Member) member.Rekey {
	key := statetest.Key(9, n)
	return member.Rekey{Member: m, Key: key.Public(), Possession: possession(key)}
}

func byOfficers(a member.Rekey) statetest.Carried {
	return statetest.Carried{Kind: member.KindRekey, Payload: tx.Encode(a), By: officers}
}

func recordOf(t statetest.TB, l *statetest.L, m state.Member) member.Record {
	t.Helper()
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatalf("member %d: %v", m, err)
	}
	return rec
}

// A key that officers give a member takes the old one's place when the waiting time is
// over, unless something decides otherwise before.
func TestNextKey(t *testing.T) {
	const m = 4
	old, next, other := statetest.Key(1, m).Public(), statetest.Key(9, 1).Public(), statetest.Key(9, 2).Public()
	for _, row := range []struct {
		name      string
		meanwhile func(*statetest.L)
		key       tx.PublicKey
		void      state.Actor // by whom the first change became void
		changes   int
		says      string // of when it acts, or the part of it before a date
	}{
		{"nothing happens", func(*statetest.L) {}, next, state.Actor{}, 2, "from 2023-11-22, unless the old key signs anything before"},
		{"the old key signs", func(l *statetest.L) {
			l.Must(m, statetest.Carried{Kind: member.KindSuspend, Payload: tx.Encode(member.Suspend{Member: 5, Reason: "r"})})
		}, old, state.Actor{Coop: 1, Member: m}, 2, "never: void since the old key signed something on 2023-11-14 22:"},
		{"the old key signs what is refused", func(l *statetest.L) { l.Do(m, seat{Member: m, Office: charter.Chair}) }, old, state.Actor{Coop: 1, Member: m}, 2, "never: void since the old key signed something on 2023-11-14 22:"},
		{"the member replaces it", func(l *statetest.L) { l.Must(m, rekey(m, 2)) }, other, state.Actor{Coop: 1, Member: m}, 2, "never: void since the old key signed something on 2023-11-14 22:"},
		{"all members give another", func(l *statetest.L) { mandate(t, l, rekey(m, 2)) }, other, state.Actor{Coop: 1, Motion: 1}, 3, "never: void since 2023-11-14 22:"},
		{"officers give another", func(l *statetest.L) { l.Must(1, byOfficers(rekey(m, 2))) }, other, state.Actor{Coop: 1, Motion: 1}, 3, "never: void since 2023-11-14 22:"},
		{"the member is suspended", func(l *statetest.L) { mandate(t, l, member.Suspend{Member: m, Reason: "r"}) }, next, state.Actor{}, 3, "from 2023-11-22, unless the old key signs anything before"},
		{"the membership is ended", func(l *statetest.L) { mandate(t, l, member.Resign{Member: m}) }, old, state.Actor{Coop: 1, Motion: 1}, 3, "never: void since 2023-11-14 22:"},
	} {
		l := newRekeys(t)
		res := l.Must(1, byOfficers(rekey(m, 1)))
		later, err := tx.Decode[member.Awaited](res.Data)
		if day := state.DayOf(l.Tip().Time) + 8; err != nil || later.Day != day || !later.Key.Equal(old) || later.Operation != members+1 {
			t.Fatalf("%s: result %+v, want day %d, %v", row.name, later, day, err)
		}
		if rec := recordOf(t, l, m); !rec.Key.Equal(old) || !rec.Next.Equal(next) || rec.NextFrom() != later.Day {
			t.Fatalf("%s: at first %+v", row.name, rec)
		}
		l.Sound()
		row.meanwhile(l)
		l.Sound()
		l.Days(9)
		rec := recordOf(t, l, m)
		if !rec.Key.Equal(row.key) || len(rec.Next) != 0 || len(rec.History) != row.changes {
			t.Errorf("%s: %+v, want key %v and %d changes", row.name, rec, row.key, row.changes)
		}
		if h := rec.History[1]; !h.Key || h.VoidBy != row.void || (h.Void == 0) != (row.void == state.Actor{}) {
			t.Errorf("%s: the first change is %+v, want it void by %v", row.name, h, row.void)
		}
		v := l.Read()
		told := rekey(m, 1).Describe(state.Telling{Reader: v.Of(1), Result: res.Data})
		v.Close()
		if len(told.Clauses) != 2 || told.Clauses[0].Before != old.String() || !strings.HasPrefix(told.Clauses[1].After, row.says) {
			t.Errorf("%s: it says %v", row.name, told)
		}
		l.Sound()
	}
}

// A key that waits is the member's alone, for ever; and no more than one member in ten,
// or one, waits for a key at a time.
func TestNextKeyReserved(t *testing.T) {
	l := newRekeys(t)
	taken := rekey(4, 1)
	l.Run(t, []statetest.Row{
		statetest.Try("every key, by the member itself", 4, member.Rekey{Member: 4, Key: taken.Key, Possession: taken.Possession, Every: true}, member.ErrEvery),
		statetest.Try("given", 1, byOfficers(taken), nil),
		statetest.Try("to another", 0, rekey(5, 1), member.ErrKeyTaken),
		statetest.Try("to an applicant", 0, member.Apply{Entry: member.Entry{Key: taken.Key, Class: 1}, Possession: taken.Possession}, member.ErrKeyTaken),
	})
	if res := l.Do(4, taken); res.Code != member.ErrKeyTaken.Code { // and so it is void
		t.Errorf("the member's own: %d %s", res.Code, res.Log)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("to another, when it is void", 0, rekey(5, 1), member.ErrKeyTaken),
		statetest.Try("another one", 1, byOfficers(rekey(4, 2)), nil),
		statetest.Try("in its place", 1, byOfficers(rekey(4, 3)), nil),
		statetest.Try("to a second member", 1, byOfficers(rekey(5, 4)), member.ErrMany),
		statetest.Try("to a second member, by all", 0, rekey(5, 5), nil),
	})
	if res := l.Do(1, byOfficers(rekey(3, 6))); !strings.Contains(res.Log, "1 of the 5 who count are to have, or got within 366 days, a key that others gave them, at most 1 can") {
		t.Errorf("refused with %q", res.Log)
	}
	l.Days(9)
	l.Run(t, []statetest.Row{statetest.Try("when the first acts", 1, byOfficers(rekey(3, 7)), member.ErrMany)})
	l.Days(intake.GivenDays - 2) // it has acted since the 8th day
	l.Run(t, []statetest.Row{statetest.Try("a day too early", 1, byOfficers(rekey(3, 8)), member.ErrMany)})
	l.Days(1)
	l.Run(t, []statetest.Row{statetest.Try("when it counts no more", 1, byOfficers(rekey(3, 9)), nil)})
	l.Sound()
}

// Of 40 silent members two officers hold the keys of four, however long they go on within
// intake.GivenDays; what all members give has no bound and is not counted.
func TestKeysOverTime(t *testing.T) {
	const n = 40
	s := setup()
	s.Members = n
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"member.Rekey"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{officers}}})
	l := statetest.New(t, s)
	mandate(t, l, rekey(4, 900))
	held, next := 0, state.Member(5)
	for day := range 360 {
		if day%9 == 0 {
			mandate(t, l, rekey(40, 1000+state.Member(day)))
		}
		res := l.Do(1, byOfficers(rekey(next, state.Member(100+day))))
		if res.Code == 0 {
			held, next = held+1, next+1
		} else if res.Code != member.ErrMany.Code {
			t.Fatalf("day %d: %d %s", day, res.Code, res.Log)
		}
		l.Days(1)
	}
	if held != n/member.MostOf {
		t.Errorf("two officers hold the keys of %d of %d", held, n)
	}
	l.Sound()
	l.Days(2 * intake.GivenDays)
	for i := range state.Member(n / member.MostOf) { // and the days that are over are forgotten
		l.Must(1, byOfficers(rekey(next+i, 2000+i)))
	}
	l.Days(9)
	l.Sound()
}
