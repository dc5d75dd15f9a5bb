package member_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A suspended officer's posts return with reinstatement, unless someone was
// appointed to them meanwhile.
func TestOfficesReturn(t *testing.T) {
	for _, row := range []struct {
		name      string
		meanwhile func(*statetest.L)
		want      []state.Member // who is chair afterwards
	}{
		{"nobody is appointed", func(*statetest.L) {}, []state.Member{statetest.Chair}},
		{"another is appointed", func(l *statetest.L) {
			mandate(t, l, seat{Member: 4, Office: charter.Chair})
		}, []state.Member{4}},
		{"to another office", func(l *statetest.L) {
			mandate(t, l, seat{Member: 4, Office: charter.Auditor})
		}, []state.Member{statetest.Chair}},
		{"one who was appointed is dismissed", func(l *statetest.L) {
			mandate(t, l, seat{Member: 4, Office: charter.Chair})
			mandate(t, l, unseat{Member: 4, Office: charter.Chair})
		}, []state.Member{statetest.Chair}},
		{"members dismiss the one who is suspended", func(l *statetest.L) {
			mandate(t, l, unseat{Member: statetest.Chair, Office: charter.Chair})
			if res := l.Mandate(unseat{Member: statetest.Chair, Office: charter.Chair}); res.Code != member.ErrHoldsNot.Code {
				t.Errorf("dismissed twice: %d %s", res.Code, res.Log)
			}
			if res := l.Mandate(unseat{Member: statetest.Chair, Office: charter.Auditor}); res.Code != member.ErrHoldsNot.Code {
				t.Errorf("dismissed from another office: %d %s", res.Code, res.Log)
			}
		}, nil},
		{"the key is replaced", func(l *statetest.L) {
			fresh := statetest.Key(9, statetest.Chair)
			mandate(t, l, member.Rekey{Member: statetest.Chair, Key: fresh.Public(), Possession: possession(fresh)})
		}, []state.Member{statetest.Chair}},
	} {
		l := newLedger(t)
		mandate(t, l, member.Suspend{Member: statetest.Chair, Reason: "r"})
		row.meanwhile(l)
		mandate(t, l, member.Reinstate{Member: statetest.Chair})
		v := l.Read()
		if who, err := member.Holders(v.Of(1), charter.Chair); err != nil || !slices.Equal(who, row.want) {
			t.Errorf("%s: chair is %v, want %v, %v", row.name, who, row.want, err)
		}
		v.Close()
		l.Sound()
	}
}

// Who comes counts, and who is suspended does no longer, in what is proposed after the
// charter's waiting time; the figures of electorates say so for each class and day.
func TestElectors(t *testing.T) {
	l := newLedger(t)
	const day = 24 * 60 * 60
	electors := func(class charter.Class, days int64) uint64 {
		v := l.Read()
		defer v.Close()
		n, _, err := member.Electors(v.Of(1), class, l.Tip().Time+days*day)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	want := func(what string, pairs ...uint64) {
		t.Helper()
		for i := 0; i < len(pairs); i += 2 {
			if got := electors(0, int64(pairs[i])); got != pairs[i+1] {
				t.Errorf("%s: after %d days %d count, want %d", what, pairs[i], got, pairs[i+1])
			}
		}
		l.Sound()
	}
	enter := func(n state.Member) member.Import {
		return member.Import{Entries: []member.Entry{{Key: statetest.Key(8, n).Public(), Class: 1}}}
	}
	var all uint64 = members
	want("founded", 0, all)
	byTwo(t, l, enter(1))
	want("two officers enter one", 0, all, 6, all, 8, all+1, 400, all+1)
	mandate(t, l, enter(2))
	all++
	want("all members take one over", 0, all, 8, all+1)
	byTwo(t, l, member.Suspend{Member: 4, Reason: "r"})
	want("two officers suspend one", 0, all, 6, all, 8, all)
	byTwo(t, l, member.Reinstate{Member: 4})
	want("and reinstate it", 0, all, 8, all+1)
	byTwo(t, l, member.Suspend{Member: members + 1, Reason: "r"})
	want("two officers suspend one who waits", 0, all, 6, all, 8, all)
	mandate(t, l, member.Suspend{Member: 5, Reason: "r"})
	all--
	want("all members suspend another", 0, all, 8, all)
	byTwo(t, l, member.Reinstate{Member: members + 1})
	want("and the one who waits", 0, all, 8, all+1)
	mandate(t, l, member.Resign{Member: members + 1})
	want("and leaves", 0, all, 8, all)

	l.Days(367) // the suspension of member 4 had not begun to count when it ended
	all++       // the one taken over
	mandate(t, l, member.Reinstate{Member: 5})
	want("all reinstate whom all suspended", 0, all, 6, all, 8, all)
	byTwo(t, l, member.Suspend{Member: 4, Reason: "r"})
	l.Days(30)
	want("two officers suspended one long ago", 0, all-1, 8, all-1)
	if got := electors(0, -29); got != all {
		t.Errorf("when it was suspended, %d count, want %d", got, all)
	}
	byTwo(t, l, member.Reinstate{Member: 4})
	want("and bring it back", 0, all-1, 6, all-1, 8, all)
	if got := electors(0, -29); got != all {
		t.Errorf("when it was suspended, %d count, want %d", got, all)
	}
	l.Days(367)
	byTwo(t, l, member.Suspend{Member: 4, Reason: "r"})
	want("and suspend it again", 0, all, 6, all, 8, all-1)
	if got := electors(2, 8); got != 0 {
		t.Errorf("of class 2, %d count", got)
	}
}
