package member_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
	"pgregory.net/rapid"
)

const members = 5

func newLedger(t statetest.TB) *statetest.L { return statetest.New(t, setup()) }

func setup() statetest.Setup {
	concerned := charter.GrantText{Concerned: true}
	return statetest.Setup{
		Members: members,
		Kinds: []state.Kind{
			state.KindOf[member.Import](member.KindImport, "member.Import"),
			state.KindOf[member.Reinstate](member.KindReinstate, "member.Reinstate"),
			state.KindOf[member.Rekey](member.KindRekey, "member.Rekey"),
			state.KindOf[seat](0x1008, "member.Appoint"),
			state.KindOf[unseat](0x1009, "member.Dismiss"),
		},
		Grants: []charter.NamedGrant{
			{Actions: []string{"member.Resign", "member.Rekey"}, GrantText: concerned},
			{Actions: []string{"member.Admit", "member.Import", "member.Reclass"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{officers}}},
			{Actions: []string{"member.Suspend", "member.Reinstate"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}, Motions: []charter.MotionKindID{officers}}},
		},
	}
}

// entry is of a key that no founder has.
func entry(n state.Member) member.Entry {
	return member.Entry{Key: statetest.Key(1, 1000+n).Public(), Class: 1}
}

func possession(k tx.PrivateKey) []byte { return k.Possession(statetest.Chain, 1) }

func apply(n state.Member) member.Apply {
	return member.Apply{Entry: entry(n), Possession: possession(statetest.Key(1, 1000+n))}
}

// mandate lets a motion carry an action that has to be accepted.
// officers is the standard charter's kind of motion that two officers decide.
const officers charter.MotionKindID = 3

// byTwo takes an action by a motion of two officers.
func byTwo(t statetest.TB, l *statetest.L, a state.Action) {
	t.Helper()
	kinds := map[string]tx.Kind{
		"member.Admit": member.KindAdmit, "member.Import": member.KindImport,
		"member.Suspend": member.KindSuspend, "member.Reinstate": member.KindReinstate,
	}
	kind := kinds[fmt.Sprintf("%T", a)]
	if res := l.Do(statetest.Secretary, statetest.Carried{Kind: kind, Payload: tx.Encode(a), By: officers}); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
}

func mandate(t statetest.TB, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
}

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestApply(t *testing.T) {
	l := newLedger(t)
	taken := statetest.Key(1, 2)
	stub := make([]byte, 31)
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 0, member.Apply{Entry: member.Entry{Commitment: stub}}, member.ErrKey),
		statetest.Try("no class", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Commitment: stub}}, member.ErrClass),
		statetest.Try("class out of bounds", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: charter.MaxClasses + 1, Commitment: stub}}, member.ErrClass),
		statetest.Try("commitment", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: 2, Commitment: stub}}, member.ErrCommitment),
		statetest.Try("no sort", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: 2, Sort: 4}}, member.ErrSort),
		statetest.Try("no possession", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: 2}}, member.ErrPossession),
		statetest.Try("possession for another co-op", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: 2}, Possession: taken.Possession(statetest.Chain, 2)}, member.ErrPossession),
		statetest.Try("key of a member", 0, member.Apply{Entry: member.Entry{Key: taken.Public(), Class: 2}, Possession: possession(taken)}, member.ErrKeyTaken),
		statetest.Try("class of no charter", 0, member.Apply{Entry: member.Entry{Key: entry(1).Key, Class: 2}, Possession: apply(1).Possession}, member.ErrClass),
		statetest.Try("sound", 0, apply(1), nil),
		statetest.Try("twice", 0, apply(1), member.ErrKeyTaken),
		statetest.Try("last class of any charter, not of this", 0, member.Apply{Entry: member.Entry{Key: entry(2).Key, Class: charter.MaxClasses}}, member.ErrPossession),
		statetest.Try("with a commitment", 0, member.Apply{Entry: member.Entry{Key: entry(2).Key, Class: 1, Commitment: make([]byte, 32)}, Possession: apply(2).Possession}, nil),
	})
}

func TestImport(t *testing.T) {
	l := newLedger(t)
	many := make([]member.Entry, member.MaxImport+1)
	for i := range many {
		many[i] = entry(state.Member(100 + i))
	}
	taken := member.Entry{Key: statetest.Key(1, 2).Public(), Class: 2}
	l.Run(t, []statetest.Row{
		statetest.Try("none", 0, member.Import{}, member.ErrCount),
		statetest.Try("one too many", 0, member.Import{Entries: append([]member.Entry{{}}, many[1:]...)}, member.ErrCount),
		statetest.Try("twice before malformed", 0, member.Import{Entries: []member.Entry{entry(1), entry(1), {}}}, member.ErrKeyTaken),
		statetest.Try("no class", 0, member.Import{Entries: []member.Entry{{Key: entry(1).Key}, entry(1)}}, member.ErrClass),
		statetest.Try("no class, and the key of the first", 0, member.Import{Entries: []member.Entry{entry(1), {Key: entry(1).Key}}}, member.ErrClass),
		statetest.Try("no digest", 0, member.Import{Entries: []member.Entry{entry(1), {Key: entry(1).Key, Class: 2, Sort: 4, Commitment: make([]byte, 31)}}}, member.ErrCommitment),
		statetest.Try("no sort", 0, member.Import{Entries: []member.Entry{entry(1), {Key: entry(1).Key, Class: 2, Sort: 4}}}, member.ErrSort),
		statetest.Try("the same key twice", 0, member.Import{Entries: []member.Entry{taken, taken}}, member.ErrKeyTaken),
		statetest.Try("the last has a member's key", 0, member.Import{Entries: []member.Entry{entry(1), entry(2), taken}}, member.ErrKeyTaken),
		statetest.Try("the last has no such class", 0, member.Import{Entries: []member.Entry{entry(1), {Key: entry(2).Key, Class: 2}}}, member.ErrClass),
		statetest.Try("exactly the limit", 0, member.Import{Entries: many[1:]}, nil),
	})
	v := l.Read()
	defer v.Close()
	totals, err := member.TotalsOf(v.Of(1))
	if err != nil || totals.Members != members+member.MaxImport || totals.ActiveIn(1) != totals.Members || totals.Operations != totals.Members {
		t.Errorf("totals %+v, %v", totals, err)
	}
}

func TestStanding(t *testing.T) {
	l := newLedger(t)
	const candidate, gone = members + 1, 5
	mandate(t, l, apply(1))
	mandate(t, l, member.Resign{Member: gone})
	long := strings.Repeat("x", member.MaxReason+1)
	l.Run(t, []statetest.Row{
		statetest.Try("admit nobody", 0, member.Admit{Member: 99}, member.ErrUnknown),
		statetest.Try("admit a member", 0, member.Admit{Member: 2}, member.ErrStanding),
		statetest.Try("admit one who left", 0, member.Admit{Member: gone}, member.ErrStanding),
		statetest.Try("no reason", 0, member.Suspend{Member: 99}, member.ErrReason),
		statetest.Try("long reason", 0, member.Suspend{Member: 99, Reason: long}, member.ErrReason),
		statetest.Try("suspend nobody", 0, member.Suspend{Member: 99, Reason: long[1:]}, member.ErrUnknown),
		statetest.Try("suspend a candidate", 0, member.Suspend{Member: candidate, Reason: "r"}, member.ErrStanding),
		statetest.Try("reinstate nobody", 0, member.Reinstate{Member: 99}, member.ErrUnknown),
		statetest.Try("reinstate an active member", 0, member.Reinstate{Member: 2}, member.ErrStanding),
		statetest.Try("resign twice", 0, member.Resign{Member: gone}, member.ErrStanding),
		statetest.Try("admit", 0, member.Admit{Member: candidate}, nil),
		statetest.Try("suspend", 0, member.Suspend{Member: 4, Reason: "r"}, nil),
		statetest.Try("suspend twice", 0, member.Suspend{Member: 4, Reason: "r"}, member.ErrStanding),
		statetest.Try("reinstate", 0, member.Reinstate{Member: 4}, nil),
		statetest.Try("another resigns for them", 4, member.Resign{Member: 3}, state.ErrAuthority),
		statetest.Try("suspend the chair", 0, member.Suspend{Member: statetest.Chair, Reason: "r"}, nil),
		statetest.Try("suspended, resign", statetest.Chair, member.Resign{Member: statetest.Chair}, nil),
		statetest.Try("having left, act", statetest.Chair, member.Resign{Member: statetest.Chair}, state.ErrSigner),
	})
	v := l.Read()
	defer v.Close()
	if who, err := member.Holders(v.Of(1), charter.Chair); err != nil || len(who) != 0 {
		t.Errorf("the office of a suspended member is held by %v, %v", who, err)
	}
	rec, err := member.Find(v.Of(1), 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []member.Standing{member.Active, member.Suspended, member.Active} {
		h := rec.History[i]
		at, _ := rec.At(h.Operation)
		before, _ := rec.At(h.Operation - 1)
		if h.Standing != want || at != want || before == want {
			t.Errorf("history %+v, change %d", rec.History, i)
		}
	}
	if h := rec.History; h[0].By != (state.Actor{}) || h[1].By != (state.Actor{Coop: 1, Motion: 1}) || h[1].Reason != "r" || h[2].Reason != "" {
		t.Errorf("history %+v does not say by whom and why", h)
	}
	if s, class := rec.At(0); s != 0 || class != 0 {
		t.Error("a member stood somewhere before the register began")
	}
}

func TestHistoryFull(t *testing.T) {
	l := newLedger(t)
	fill := func(from, to int, take func(state.Action)) {
		for n := from; n < to; n++ {
			if n%2 == 1 {
				l.Days(367) // others suspend nobody twice in that time
				take(member.Suspend{Member: 4, Reason: "r"})
			} else {
				take(member.Reinstate{Member: 4})
			}
		}
	}
	fill(1, member.MaxHistory, func(a state.Action) { byTwo(t, l, a) })
	one := statetest.Carried{Kind: member.KindReinstate, Payload: tx.Encode(member.Reinstate{Member: 4}), By: officers}
	l.Run(t, []statetest.Row{
		statetest.Try("one more, by officers", statetest.Secretary, one, member.ErrHistory),
		statetest.Try("one more, by all members", 0, member.Reinstate{Member: 4}, nil),
	})
	fill(member.MaxHistory+1, 2*member.MaxHistory, func(a state.Action) { mandate(t, l, a) })
	l.Run(t, []statetest.Row{
		statetest.Try("twice as many, by all members", 0, member.Reinstate{Member: 4}, member.ErrHistory),
		statetest.Try("to another class", 0, member.Reclass{Member: 4, Class: 2}, member.ErrHistory).After(func() { mandate(t, l, second) }),
		statetest.Try("leaving", 4, member.Resign{Member: 4}, nil),
		statetest.Try("leaving twice", 0, member.Resign{Member: 4}, member.ErrStanding),
	})
}

func TestRekey(t *testing.T) {
	l := newLedger(t)
	mandate(t, l, member.Resign{Member: 5})
	fresh := statetest.Key(1, 2000)
	taken := statetest.Key(1, 3)
	old := statetest.Key(1, 2)
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 0, member.Rekey{Member: 99}, member.ErrKey),
		statetest.Try("of nobody", 0, member.Rekey{Member: 99, Key: taken.Public()}, member.ErrUnknown),
		statetest.Try("of one who left", 0, member.Rekey{Member: 5, Key: taken.Public()}, member.ErrStanding),
		statetest.Try("no possession", 0, member.Rekey{Member: 2, Key: taken.Public()}, member.ErrPossession),
		statetest.Try("another's key", 0, member.Rekey{Member: 2, Key: taken.Public(), Possession: possession(taken)}, member.ErrKeyTaken),
		statetest.Try("the same key", 0, member.Rekey{Member: 2, Key: old.Public(), Possession: possession(old)}, member.ErrKeyTaken),
		statetest.Try("by oneself", 2, member.Rekey{Member: 2, Key: fresh.Public(), Possession: possession(fresh)}, nil),
		statetest.Try("signed by the old key", 2, member.Resign{Member: 2}, state.ErrSignature),
		statetest.Try("the old key again", 0, member.Rekey{Member: 4, Key: old.Public(), Possession: possession(old)}, member.ErrKeyTaken),
	})
}

// A register that has given out all its numbers takes no one more. Nobody can
// wait for that, so its totals are set.
func TestRegisterFull(t *testing.T) {
	var members uint64
	s := setup()
	s.EndBlock = append(s.EndBlock, func(c *state.Ctx) error {
		if members > 0 {
			total(func(t *member.Totals) { t.Members = members })(c.In(1))
		}
		return nil
	})
	l := statetest.New(t, s)
	for _, row := range []struct {
		members uint64
		action  state.Action
		want    *state.Rejection
	}{
		{member.MaxMembers - 1, apply(1), nil},
		{member.MaxMembers, apply(2), member.ErrFull},
		{member.MaxMembers, apply(1), member.ErrKeyTaken}, // asked first
		{member.MaxMembers - member.MaxImport, member.Import{Entries: []member.Entry{entry(3)}}, nil},
		{member.MaxMembers - member.MaxImport + 1, member.Import{Entries: []member.Entry{entry(4)}}, member.ErrFull},
		{member.MaxMembers - member.MaxImport + 1, member.Import{Entries: []member.Entry{entry(3)}}, member.ErrKeyTaken},
	} {
		members = row.members
		l.Block()
		res := l.Mandate(row.action)
		if r := row.want; r == nil && res.Code != 0 || r != nil && res.Code != r.Code {
			t.Errorf("%T at %d members: %d %s", row.action, row.members, res.Code, res.Log)
		}
	}
}

// By office, by being concerned or by a motion: nothing else is authority.
func TestAuthority(t *testing.T) {
	l := newLedger(t)
	mandate(t, l, member.Suspend{Member: 5, Reason: "a test"})
	mandate(t, l, apply(1))
	mandate(t, l, apply(2))
	byTwo(t, l, member.Admit{Member: members + 1})
	l.Run(t, []statetest.Row{
		statetest.Try("no office", 4, member.Suspend{Member: 99, Reason: "r"}, state.ErrAuthority),
		statetest.Try("another office", statetest.Treasurer, member.Suspend{Member: 99, Reason: "r"}, state.ErrAuthority),
		statetest.Try("the office", statetest.Secretary, member.Suspend{Member: statetest.Chair, Reason: "r"}, nil),
		statetest.Try("what follows a motion", statetest.Secretary, member.Admit{Member: members + 2}, state.ErrAuthority),
		statetest.Try("appointing oneself", 4, seat{Member: 4, Office: charter.Secretary}, state.ErrAuthority),
		statetest.Try("appointed", 0, seat{Member: 4, Office: charter.Secretary}, nil),
		statetest.Try("by the office just taken", 4, member.Reinstate{Member: statetest.Chair}, nil),
		statetest.Try("suspended, what any member may", 5, statetest.Carried{}, member.ErrStanding),
		statetest.Try("suspended, about another", 5, member.Resign{Member: 4}, member.ErrStanding),
		statetest.Try("suspended, about oneself", 5, member.Resign{Member: 5}, nil),
		statetest.Try("concerned by what concerns no one", 4, member.Import{Entries: []member.Entry{entry(9)}}, state.ErrAuthority),
		statetest.Try("nobody on the register", 99, member.Admit{Member: 99}, state.ErrSigner),
		statetest.Try("a candidate that was", members+1, member.Resign{Member: members + 1}, state.ErrSignature), // signs by another key here
	})
}

// What a motion may carry depends on its kind and on whose motion it is.
func TestAuthorityOfMotions(t *testing.T) {
	l := newLedger(t)
	mandate(t, l, apply(1))
	only := func(id charter.MotionKindID) {
		mandate(t, l, amendment.Amend{Grants: []charter.GrantEntry{{Kind: member.KindAdmit, Motions: []charter.MotionKindID{id}}}})
	}
	only(2)
	l.Run(t, []statetest.Row{
		statetest.Try("by a kind that may not", 0, member.Admit{Member: members + 1}, state.ErrAuthority),
		statetest.Try("by a member whom no grant names", 4, member.Admit{Member: members + 1}, state.ErrAuthority),
	})
	only(1)
	l.Run(t, []statetest.Row{
		statetest.Try("by the kind that may", 0, member.Admit{Member: members + 1}, nil),
	})
}

// The day's allowance is counted from midnight UTC; what is refused for it
// spends no sequence, and what a room refuses counts.
func TestAllowance(t *testing.T) {
	l := newLedger(t)
	v := l.Read()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	policy.Allowance = 2
	mandate(t, l, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
	refused := member.Admit{Member: 99}
	want := func(what string, code uint32) {
		t.Helper()
		if got := l.Do(4, refused).Code; got != code {
			t.Errorf("%s: code %d, want %d", what, got, code)
		}
	}
	want("first", state.ErrAuthority.Code)
	want("second", state.ErrAuthority.Code)
	want("third", state.ErrAllowance.Code)
	want("fourth", state.ErrAllowance.Code)
	const day = 24 * 60 * 60
	midnight := (l.Tip().Time/day + 1) * day
	raw := [][]byte{l.Sign(1, 4, refused), l.Sign(1, 4, refused), l.Sign(1, 4, refused)}
	at := func(time int64, raw []byte) uint32 {
		l.Begin(l.Tip().Height+1, time)
		res, err := l.Deliver(raw)
		if err == nil {
			_, _, err = l.End()
		}
		if err == nil {
			err = l.Commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		return res.Code
	}
	for i, row := range []struct {
		time int64
		raw  []byte
		want uint32
	}{
		{midnight - 1, raw[0], state.ErrAllowance.Code},
		{midnight, raw[0], state.ErrAuthority.Code},
		{midnight, raw[1], state.ErrAuthority.Code},
		{midnight + day - 1, raw[2], state.ErrAllowance.Code},
		{midnight + day, raw[2], state.ErrAuthority.Code},
	} {
		if got := at(row.time, row.raw); got != row.want {
			t.Errorf("row %d: code %d, want %d", i, got, row.want)
		}
	}
}

// Whatever happens to the register, numbers and operations have no gaps,
// totals are what a recount gives and keys are unique (Sound), and each member
// stands where the last accepted action put it.
func TestRegisterProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(t)
		model := []member.Standing{0}
		for range members {
			model = append(model, member.Active)
		}
		operations := uint64(members)
		for n := range rapid.IntRange(0, 15).Draw(t, "steps") {
			m := state.Member(rapid.IntRange(1, len(model)-1).Draw(t, "member"))
			var a state.Action
			to, from := member.Standing(0), []member.Standing(nil)
			switch rapid.IntRange(0, 5).Draw(t, "action") {
			case 0:
				a, to = apply(state.Member(n)), member.Candidate
				model = append(model, 0)
				m, from = state.Member(len(model)-1), []member.Standing{0}
			case 1:
				a, to, from = member.Admit{Member: m}, member.Active, []member.Standing{member.Candidate}
			case 2:
				a, to, from = member.Suspend{Member: m, Reason: "r"}, member.Suspended, []member.Standing{member.Active}
			case 3:
				a, to, from = member.Reinstate{Member: m}, member.Active, []member.Standing{member.Suspended}
			case 4:
				a, to, from = member.Resign{Member: m}, member.Left, []member.Standing{member.Candidate, member.Active, member.Suspended}
			default:
				a, to = member.Import{Entries: []member.Entry{entry(state.Member(n))}}, member.Active
				model = append(model, 0)
				m, from = state.Member(len(model)-1), []member.Standing{0}
			}
			if m == statetest.Secretary {
				continue // who signs here for the motions
			}
			want := bytes.IndexByte(asBytes(from), byte(model[m])) >= 0
			if res := l.Mandate(a); (res.Code == 0) != want {
				t.Fatalf("%T of member %d, %v: code %d", a, m, model[m], res.Code)
			}
			if want {
				model[m] = to
				operations++
			}
		}
		l.Sound()
		v := l.Read()
		defer v.Close()
		totals, err := member.TotalsOf(v.Of(1))
		if err != nil || totals.Operations != operations || totals.Members != uint64(len(model)-1) {
			t.Fatalf("totals %+v, %v; %d operations, %d members", totals, err, operations, len(model)-1)
		}
		for m := state.Member(1); int(m) < len(model); m++ {
			rec, err := member.Find(v.Of(1), m)
			if err != nil || rec.Standing() != model[m] {
				t.Fatalf("member %d is %v, want %v (%v)", m, rec.Standing(), model[m], err)
			}
		}
	})
}

func asBytes(s []member.Standing) (out []byte) {
	for _, x := range s {
		out = append(out, byte(x))
	}
	return out
}
