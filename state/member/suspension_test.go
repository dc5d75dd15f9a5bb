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
			mandate(t, l, member.Appoint{Member: 4, Office: charter.Chair})
		}, []state.Member{4}},
		{"to another office", func(l *statetest.L) {
			mandate(t, l, member.Appoint{Member: 4, Office: charter.Auditor})
		}, []state.Member{statetest.Chair}},
		{"one who was appointed is dismissed", func(l *statetest.L) {
			mandate(t, l, member.Appoint{Member: 4, Office: charter.Chair})
			mandate(t, l, member.Dismiss{Member: 4, Office: charter.Chair})
		}, []state.Member{statetest.Chair}},
		{"members dismiss the one who is suspended", func(l *statetest.L) {
			mandate(t, l, member.Dismiss{Member: statetest.Chair, Office: charter.Chair})
			if res := l.Mandate(member.Dismiss{Member: statetest.Chair, Office: charter.Chair}); res.Code != member.ErrHoldsNot.Code {
				t.Errorf("dismissed twice: %d %s", res.Code, res.Log)
			}
			if res := l.Mandate(member.Dismiss{Member: statetest.Chair, Office: charter.Auditor}); res.Code != member.ErrHoldsNot.Code {
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

// KeepsVote reads a history: of a suspension only its first change counts, and only
// while it lasts.
func TestKeepsVote(t *testing.T) {
	at := func(op uint64, s member.Standing) member.Change { return member.Change{Operation: op, Standing: s} }
	key := func(op uint64, s member.Standing) member.Change {
		return member.Change{Operation: op, Standing: s, Key: true}
	}
	bars := member.Change{Operation: 20, Standing: member.Suspended, Bars: true}
	const now = ^uint64(0)
	for _, row := range []struct {
		name        string
		history     []member.Change
		noticed, op uint64
		want        bool
	}{
		{"active", []member.Change{at(10, member.Active)}, 5, now, true},
		{"not yet a member", []member.Change{at(10, member.Active)}, 5, 9, false},
		{"a candidate", []member.Change{at(10, member.Candidate)}, 5, now, false},
		{"suspended after the notice", []member.Change{at(10, member.Active), at(20, member.Suspended)}, 19, now, true},
		{"suspended just before the notice", []member.Change{at(10, member.Active), at(20, member.Suspended)}, 20, now, false},
		{"by all members", []member.Change{at(10, member.Active), bars}, 19, now, false},
		{"before the suspension", []member.Change{at(10, member.Active), bars}, 15, 19, true},
		{"the key replaced since", []member.Change{at(10, member.Active), at(20, member.Suspended), key(30, member.Suspended)}, 25, now, false},
		{"reinstated", []member.Change{at(10, member.Active), at(20, member.Suspended), at(30, member.Active)}, 25, now, true},
		{"suspended again", []member.Change{at(10, member.Active), at(20, member.Suspended), at(30, member.Active), at(40, member.Suspended)}, 25, now, true},
		{"left", []member.Change{at(10, member.Active), at(20, member.Suspended), at(30, member.Left)}, 15, now, false},
	} {
		if got := (member.Record{History: row.history}).KeepsVote(row.noticed, row.op); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}
