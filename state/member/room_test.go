package member_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A suspension ends by itself whatever stands in the member's history: the agenda could not
// take a refusal.
func TestSuspensionEndsWithFullHistory(t *testing.T) {
	for _, n := range []int{member.MaxHistory - 1, member.MaxHistory, 2*member.MaxHistory - 1, 2 * member.MaxHistory, 3 * member.MaxHistory} {
		l := statetest.New(t, setup())
		byTwo(t, l, member.Suspend{Member: 4, Reason: "r"})
		l.Write(lengthen(4, n))
		l.Days(int64(charter.Membership{}.SuspensionDays()) + 2)
		v := l.Read()
		rec, err := member.Find(v.Of(1), 4)
		v.Close()
		if err != nil || rec.Standing() != member.Active || !rec.History[len(rec.History)-1].Lapsed {
			t.Errorf("with %d changes the suspension goes on: %v, %v", n, rec.Standing(), err)
		}
		l.Close()
	}
}

// lengthen makes a member's history n changes long, by its first one again and again.
func lengthen(m state.Member, n int) func(*state.Ctx) {
	return func(c *state.Ctx) {
		rec, err := records.Get(c, m)
		if err != nil {
			panic(err)
		}
		var long []member.Change
		for range n - len(rec.History) {
			long = append(long, rec.History[0])
		}
		rec.History = append(long, rec.History...)
		records.Put(c, m, rec)
	}
}

// A full history takes no more by others than all members, whatever the action: Apply asks
// for room after all else but how many it is done to. All members have as much room again.
func TestNoRoom(t *testing.T) {
	const full = member.MaxHistory
	rows := []struct {
		name  string
		who   state.Member
		scene func(t *testing.T, l *statetest.L)
		a     state.Action
	}{
		{"admission", 11, func(t *testing.T, l *statetest.L) { mandate(t, l, apply(1)) }, member.Admit{Member: 11, Probation: 30}},
		{"end of a probation", 11, func(t *testing.T, l *statetest.L) {
			mandate(t, l, apply(1))
			mandate(t, l, member.Admit{Member: 11, Probation: 90})
			l.Days(1)
		}, member.EndProbation{Member: 11}},
		{"suspension", 4, func(*testing.T, *statetest.L) {}, member.Suspend{Member: 4, Reason: "r"}},
		{"key", 4, func(*testing.T, *statetest.L) {}, rekey(4, 1)},
		{"invitation", 11, func(t *testing.T, l *statetest.L) {
			mandate(t, l, member.Import{Entries: []member.Entry{invitation(11, today(l)+9)}})
		}, member.Invite{Member: 11, Key: code(12).Public(), Until: 19676}},
	}
	for _, row := range rows {
		for _, c := range []struct {
			changes int
			all     bool
			want    uint32
		}{{full - 1, false, 0}, {full, false, member.ErrHistory.Code}, {full, true, 0}, {2 * full, true, member.ErrHistory.Code}} {
			l := lifeLedger(t, probation)
			row.scene(t, l)
			l.Write(lengthen(row.who, c.changes))
			do := l.Mandate
			if !c.all {
				do = func(a state.Action) state.Result { return l.MandateBy(officers, a) }
			}
			if res := do(row.a); res.Code != c.want {
				t.Errorf("%s with %d changes, by all: %v: %d %s, want %d", row.name, c.changes, c.all, res.Code, res.Log, c.want)
			}
			l.Close()
		}
	}
}
