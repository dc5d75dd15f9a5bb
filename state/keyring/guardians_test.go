package keyring_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// trusting is a member's naming of guardians.
func trusting(m state.Member, threshold uint8, guardians ...state.Member) keyring.Entrust {
	return keyring.Entrust{Member: m, Guardians: keyring.Guardians{Members: guardians, Threshold: threshold}}
}

func vouch(m, n state.Member) keyring.Vouch {
	k := device(n)
	return keyring.Vouch{Member: m, Key: k.Public(), Possession: k.Possession(statetest.Chain, 1)}
}

func trustOf(t *testing.T, l *statetest.L, m state.Member) keyring.Trust {
	t.Helper()
	v := l.Read()
	defer v.Close()
	trust, err := keyring.TrustOf(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// Rows follow the order of the checks. Guardians, also the first, are such when the waiting
// time is over; who names others meanwhile waits anew.
func TestEntrust(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Mandate(member.Suspend{Member: 3, Reason: "r"})
	l.Run(t, []statetest.Row{
		statetest.Try("one", ada, trusting(ada, 1, 1), keyring.ErrGuardians),
		statetest.Try("eight", ada, trusting(ada, 2, 1, 2, 3, 5, 6, 7, 8, 9), keyring.ErrGuardians),
		statetest.Try("one of two", ada, trusting(ada, 1, 1, 2), keyring.ErrGuardians),
		statetest.Try("three of two", ada, trusting(ada, 3, 1, 2), keyring.ErrGuardians),
		statetest.Try("nobody, two of them", ada, trusting(ada, 2), keyring.ErrGuardians),
		statetest.Try("itself", ada, trusting(ada, 2, 1, ada), keyring.ErrGuardians),
		statetest.Try("one twice", ada, trusting(ada, 2, 1, 1), keyring.ErrGuardians),
		statetest.Try("out of order", ada, trusting(ada, 2, 2, 1), keyring.ErrGuardians),
		statetest.Try("another's", ben, trusting(ada, 2, 1, stranger), state.ErrAuthority),
		statetest.Try("by all members", 0, trusting(ada, 2, 1, stranger), keyring.ErrOthers),
		statetest.Try("a stranger", ada, trusting(ada, 2, 1, stranger), member.ErrUnknown),
		statetest.Try("one who is suspended", ada, trusting(ada, 2, 1, 3), member.ErrStanding),
		statetest.Try("two", ada, trusting(ada, 2, 1, 2), nil),
	})
	day := state.DayOf(l.Tip().Time)
	on := func(name string, want ...state.Member) {
		t.Helper()
		if got := trustOf(t, l, ada).On(state.DayOf(l.Tip().Time)).Members; len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
			t.Errorf("%s: guardians are %v, want %v", name, got, want)
		}
	}
	if from := trustOf(t, l, ada).From; from != day+8 {
		t.Errorf("from day %d, today is %d", from, day)
	}
	on("at first")
	l.Days(4)
	l.Must(ada, trusting(ada, 2, 2, ben))
	l.Days(5)
	on("of who was named first")
	l.Days(4)
	on("of who was named then", 2, ben)
	l.Must(ada, trusting(ada, 0))
	on("still", 2, ben)
	l.Days(8)
	on("nobody")
	l.Sound()
}

// Rows follow the order of the checks.
func TestVouch(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, trusting(ada, 2, 1, 2, ben))
	l.Run(t, []statetest.Row{statetest.Try("too early", 1, vouch(ada, 1), keyring.ErrGuardian)})
	l.Days(8)
	bad := vouch(ada, 1)
	bad.Key = bad.Key[1:]
	unproved := vouch(ada, 1)
	unproved.Possession = nil
	taken := vouch(ada, 1)
	taken.Key, taken.Possession = statetest.Key(1, ben).Public(), statetest.Key(1, ben).Possession(statetest.Chain, 1)
	every := vouch(ada, 1)
	every.Every = true
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 3, bad, member.ErrKey),
		statetest.Try("of nobody", 3, vouch(stranger, 1), member.ErrUnknown),
		statetest.Try("no guardian", 3, unproved, keyring.ErrGuardian),
		statetest.Try("herself", ada, unproved, keyring.ErrGuardian),
		statetest.Try("all members", 0, unproved, keyring.ErrGuardian),
		statetest.Try("no proof", 1, unproved, member.ErrPossession),
		statetest.Try("another's key", 1, taken, member.ErrKeyTaken),
		statetest.Try("one", 1, vouch(ada, 1), nil),
		statetest.Try("the same again", 1, vouch(ada, 1), keyring.ErrVouched),
		statetest.Try("two, for every key", 2, every, nil),
		statetest.Try("one changes her mind", 1, every, nil),
	})
	rec := findMember(t, l, ada)
	if !rec.Next.Equal(device(1).Public()) || !rec.History[len(rec.History)-1].Every || rec.History[len(rec.History)-1].By != (state.Actor{Coop: 1, Member: 1}) {
		t.Fatalf("the next key is %v, %+v", rec.Next, rec.History)
	}
	if v := trustOf(t, l, ada).Vouched; len(v) != 0 {
		t.Errorf("still vouched: %v", v)
	}
	l.Run(t, []statetest.Row{statetest.Try("the key is hers now", ben, vouch(ada, 1), member.ErrKeyTaken)})
	l.Days(8)
	wantCode(t, "the new key", with(l, ada, 0, device(1), add(ada, 4)), nil)
	l.Sound()
}

func findMember(t *testing.T, l *statetest.L, m state.Member) member.Record {
	t.Helper()
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// What guardians decide is void as soon as a key of the member signs; and who has found a
// phone is too late to name guardians of its own.
func TestGuardiansAndThief(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, trusting(ada, 2, 1, 2))
	l.Must(ada, add(ada, 1)) // the phone
	l.Days(8)
	l.Must(1, vouch(ada, 5))
	l.Must(2, vouch(ada, 5))
	wantCode(t, "the phone", with(l, ada, 2, device(1), trusting(ada, 2, 3, ben)), nil)
	if rec := findMember(t, l, ada); len(rec.Next) != 0 {
		t.Errorf("the next key is %v", rec.Next)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("the thief's friend", 3, vouch(ada, 6), keyring.ErrGuardian),
		statetest.Try("a guardian", 1, vouch(ada, 6), nil),
		statetest.Try("and another", 2, vouch(ada, 6), nil),
	})
	// A guardian who is one no more has vouched for nothing.
	l.Must(ben, trusting(ben, 2, 1, 2, 3))
	l.Days(8)
	l.Must(1, vouch(ben, 7))
	l.Must(ben, trusting(ben, 2, 2, 3))
	l.Days(8)
	l.Must(2, vouch(ben, 7))
	if rec := findMember(t, l, ben); len(rec.Next) != 0 {
		t.Errorf("member %d is to have %v by one guardian", ben, rec.Next)
	}
	l.Must(3, vouch(ben, 7))
	if rec := findMember(t, l, ben); len(rec.Next) == 0 {
		t.Error("two guardians gave no key")
	}
	l.Sound()
}

// Keys for which guardians vouched count among those that others give while they wait, and
// not afterwards: the member has named who gives them.
func TestGuardiansOverTime(t *testing.T) {
	s := setup()
	s.Grants[0].Offices = []charter.Office{charter.Secretary}
	l := statetest.New(t, s)
	defer l.Close()
	l.Must(ada, trusting(ada, 2, 1, 2))
	l.Must(ben, trusting(ben, 2, 1, 2))
	l.Days(8)
	for i, m := range []state.Member{ada, ben} {
		for _, g := range []state.Member{1, 2} {
			l.Must(g, vouch(m, state.Member(20+i)))
		}
		wantCode(t, "while it waits", l.Do(statetest.Secretary, rekey(3, 30)), member.ErrMany)
		l.Days(9)
	}
	l.Must(statetest.Secretary, rekey(3, 30))
	l.Days(9)
	wantCode(t, "a second", l.Do(statetest.Secretary, rekey(ada, 31)), member.ErrMany)
	l.Sound()
}

// A charter may let the secretary alone give a member another key: it waits like one of two
// officers, any key of the member voids it, and it casts on nothing proposed before it acts.
func TestRegistrarAlone(t *testing.T) {
	s := setup()
	s.Grants[0].Offices = []charter.Office{charter.Secretary}
	for _, signs := range []bool{true, false} {
		l := statetest.New(t, s)
		l.Must(ada, add(ada, 1))
		l.Must(statetest.Secretary, rekey(ada, 2))
		proposed := l.Tip().Time
		rec := findMember(t, l, ada)
		if !rec.Key.Equal(statetest.Key(1, ada).Public()) || rec.NextFrom() != state.DayOf(proposed)+8 {
			t.Errorf("at first %+v", rec)
		}
		if signs {
			wantCode(t, "the phone", with(l, ada, 2, device(1), keyring.Revoke{Member: ada, Number: 9}), keyring.ErrNoKey)
		}
		wantCode(t, "the secretary revokes", l.Do(statetest.Secretary, keyring.Revoke{Member: ada, Number: 2}), keyring.ErrOthers)
		wantCode(t, "the secretary adds", l.Do(statetest.Secretary, add(ada, 7)), keyring.ErrOthers)
		l.Days(9)
		rec = findMember(t, l, ada)
		if acts := rec.Key.Equal(device(2).Public()); acts == signs || rec.Rekeyed(proposed, ^uint64(0)) != acts {
			t.Errorf("the phone signed: %v, the secretary's key acts: %v, the member casts on what was proposed: %v", signs, acts, !rec.Rekeyed(proposed, ^uint64(0)))
		}
		l.Sound()
		l.Close()
	}
}

// A record of guardians that is broken is found.
func TestGuardianInvariants(t *testing.T) {
	trusts := state.NewTable[state.Member, keyring.Trust](0x1a)
	edit := func(change func(*keyring.Trust)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			trust, _ := trusts.Get(c, ada)
			change(&trust)
			trusts.Put(c, ada, trust)
		}
	}
	s := setup()
	s.EndBlock = []func(*state.Ctx) error{}
	statetest.Spoiled(t, s, func(l *statetest.L) {
		l.Must(ada, trusting(ada, 2, 1, 2, 3))
		l.Days(8)
		l.Must(1, vouch(ada, 1))
	}, []statetest.Spoil{
		{Name: "one guardian", Break: edit(func(t *keyring.Trust) { t.Now.Members = t.Now.Members[:1] }), Says: "member 4: guardians are too few"},
		{Name: "a stranger", Break: edit(func(t *keyring.Trust) { t.Now.Members[2] = stranger }), Says: "guardian of member 4: no such member"},
		{Name: "vouched by no guardian", Break: edit(func(t *keyring.Trust) { t.Vouched[0].By = 5 }), Says: "member 5 has vouched for member 4, a guardian: false"},
		{Name: "vouched twice", Break: edit(func(t *keyring.Trust) { t.Vouched = append(t.Vouched, t.Vouched[0]) }), Says: "member 1 has vouched for member 4, a guardian: true"},
		{Name: "to come on no day", Break: edit(func(t *keyring.Trust) { t.Next = t.Now }), Says: "has guardians to come on no day"},
	})
}
