package member_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// newInvited is a co-op that has imported members 6 (invited for ten days), 7 (without a
// key) and 8 (invited); two officers and the secretary invite.
func newInvited(t *testing.T, counts bool) *statetest.L {
	t.Helper()
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[member.Invite](member.KindInvite, "member.Invite"))
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"member.Invite"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}}})
	l := statetest.New(t, s)
	if counts {
		v := l.Read()
		policy, err := charter.PolicyOf(v.Of(1))
		v.Close()
		if err != nil {
			t.Fatal(err)
		}
		policy.Membership.Unclaimed = true
		mandate(t, l, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
	}
	mandate(t, l, member.Import{Entries: []member.Entry{
		invitation(6, today(l)+9), {Class: 1, Commitment: bytes.Repeat([]byte{7}, 32)}, invitation(8, today(l)+9),
	}})
	l.Sound()
	return l
}

func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// code is the invitation key of a member, as a program makes it of a code.
func code(m state.Member) tx.PrivateKey { return statetest.Key(7, m) }

func invitation(m state.Member, until uint64) member.Entry {
	return member.Entry{Key: code(m).Public(), Class: 1, Until: until}
}

// join is what a member signs with a code.
func join(l *statetest.L, m state.Member, key tx.PrivateKey) state.Result {
	own := statetest.Key(1, m)
	return l.Block(l.SignBy(key, state.Signer{Member: m}, member.Rekey{Member: m, Key: own.Public(), Possession: possession(own)}))[0]
}

func counting(t *testing.T, l *statetest.L) uint64 {
	t.Helper()
	v := l.Read()
	defer v.Close()
	n, _, err := member.Electors(v.Of(1), 0, v.Time())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An invitation does one thing, once, until its day; who has taken it up counts when the
// waiting time is over, and what was proposed before does not count it.
func TestInvitation(t *testing.T) {
	l := newInvited(t, false)
	defer l.Close()
	if n := counting(t, l); n != members {
		t.Errorf("%d count, %d have keys of their own", n, members)
	}
	resign := member.Resign{Member: 6}
	if res := l.Block(l.SignBy(code(6), state.Signer{Member: 6}, resign))[0]; res.Code != member.ErrUnclaimed.Code {
		t.Errorf("the code resigns: %d %s", res.Code, res.Log)
	}
	other := statetest.Key(1, 99)
	if res := l.Block(l.SignBy(code(6), state.Signer{Member: 6}, member.Rekey{Member: 7, Key: other.Public(), Possession: possession(other)}))[0]; res.Code != member.ErrUnclaimed.Code {
		t.Errorf("the code replaces another's key: %d %s", res.Code, res.Log)
	}
	if res := join(l, 7, statetest.Key(1, 7)); res.Code != state.ErrSigner.Code {
		t.Errorf("without a key: %d %s", res.Code, res.Log)
	}
	proposed := l.Tip().Time
	if res := join(l, 6, code(6)); res.Code != 0 {
		t.Fatalf("joins: %d %s", res.Code, res.Log)
	}
	l.Sound()
	rec := recordOf(t, l, 6)
	if rec.Unclaimed() || !rec.Key.Equal(statetest.Key(1, 6).Public()) || rec.Counts != today(l)+8 || len(rec.History) != 1 || rec.Came != l.Tip().Time || rec.KeySince != rec.Came {
		t.Errorf("the record is %+v", rec)
	}
	if rec.HasVote(proposed, ^uint64(0)) || rec.HasVote(l.Tip().Time, ^uint64(0)) || !rec.HasVote(l.Tip().Time+8*24*60*60, ^uint64(0)) {
		t.Errorf("counts from day %d, today is %d", rec.Counts, today(l))
	}
	if n := counting(t, l); n != members {
		t.Errorf("%d count at once", n)
	}
	if res := join(l, 6, code(6)); res.Code != state.ErrSignature.Code {
		t.Errorf("once more: %d %s", res.Code, res.Log)
	}
	l.Days(8)
	if n := counting(t, l); n != members+1 {
		t.Errorf("%d count when the waiting time is over", n)
	}
	l.Days(3)
	if res := join(l, 8, code(8)); res.Code != member.ErrOver.Code {
		t.Errorf("too late: %d %s", res.Code, res.Log)
	}
	l.Sound()
}

// By a charter that says so, who has no key of its own counts, and cannot cast.
func TestUnclaimedCount(t *testing.T) {
	l := newInvited(t, true)
	defer l.Close()
	l.Days(8)
	if n := counting(t, l); n != members+3 {
		t.Errorf("%d count, want %d", n, members+3)
	}
	if res := join(l, 6, code(6)); res.Code != 0 {
		t.Fatalf("joins: %d %s", res.Code, res.Log)
	}
	if n := counting(t, l); n != members+3 {
		t.Errorf("%d count once one has joined", n)
	}
	l.Sound()
}

// Rows follow the order of the checks.
func TestInvite(t *testing.T) {
	l := newInvited(t, false)
	defer l.Close()
	invite := func(m, n state.Member, until uint64) member.Invite {
		return member.Invite{Member: m, Key: code(n).Public(), Until: until}
	}
	until := today(l) + 20
	weak, _ := statetest.UnusableKeys(t)
	suspend := func() { mandate(t, l, member.Suspend{Member: 5, Reason: "r"}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 1, member.Invite{Member: 99, Until: until}, member.ErrKey),
		statetest.Try("a key that proves nothing", 1, member.Invite{Member: 99, Key: tx.Ed25519Key(weak[0])}, member.ErrUnusable),
		statetest.Try("by no officer", 5, invite(7, 20, until), state.ErrAuthority),
		statetest.Try("nobody", 1, invite(99, 20, 0), member.ErrUnknown),
		statetest.Try("one with a key", 1, invite(4, 20, 0), member.ErrClaimed),
		statetest.Try("who is suspended", 1, invite(5, 20, 0), member.ErrStanding).After(suspend),
		statetest.Try("for no day", 1, invite(7, 5, 0), member.ErrInvitation),
		statetest.Try("in the past", 1, invite(7, 5, today(l)-1), member.ErrInvitation),
		statetest.Try("for too long", 1, invite(7, 5, today(l)+charter.MaxInvitation), member.ErrInvitation),
		statetest.Try("a code twice", 1, invite(7, 8, until), member.ErrKeyTaken),
		statetest.Try("a first", 1, invite(7, 20, until), nil),
		statetest.Try("more than others let in", 1, invite(8, 21, until), member.ErrMany),
		statetest.Try("more, by all members", 0, invite(8, 21, until), nil),
	})
	if res := join(l, 7, code(20)); res.Code != 0 {
		t.Errorf("who had no key joins: %d %s", res.Code, res.Log)
	}
	if res := join(l, 8, code(8)); res.Code != state.ErrSignature.Code {
		t.Errorf("by the code before: %d %s", res.Code, res.Log)
	}
	if res := join(l, 8, code(21)); res.Code != 0 {
		t.Errorf("by the code now: %d %s", res.Code, res.Log)
	}
	l.Sound()
}

// What happens to an entry without a key of its own is exact, in whatever order.
func TestUnclaimedLives(t *testing.T) {
	for name, life := range map[string]func(l *statetest.L){
		"leaves": func(l *statetest.L) { l.Mandate(member.Resign{Member: 6}) },
		"is suspended by two, joins, and it lapses": func(l *statetest.L) {
			byTwo(t, l, member.Suspend{Member: 6, Reason: "r"})
			l.Sound()
			join(l, 6, code(6))
			l.Sound()
			l.Days(100)
		},
		"is barred, reinstated, joins": func(l *statetest.L) {
			mandate(t, l, member.Suspend{Member: 6, Reason: "r"})
			l.Sound()
			mandate(t, l, member.Reinstate{Member: 6})
			l.Sound()
			join(l, 6, code(6))
		},
		"all members give it a key": func(l *statetest.L) {
			own := statetest.Key(1, 7)
			mandate(t, l, member.Rekey{Member: 7, Key: own.Public(), Possession: possession(own)})
		},
	} {
		l := newInvited(t, false)
		life(l)
		l.Sound()
		l.Days(10)
		l.Sound()
		v := l.Read()
		figures, err := member.TotalsOf(v.Of(1))
		v.Close()
		if err != nil || figures.Unclaimed != 2 {
			t.Errorf("%s: %d have no key of their own, %v", name, figures.Unclaimed, err)
		}
		want := map[bool]uint64{true: members, false: members + 1}[name == "leaves"]
		if n := counting(t, l); n != want {
			t.Errorf("%s: %d count, want %d", name, n, want)
		}
		l.Close()
	}
}

// Entries without a key are imported in the bounds of one with.
func TestImportUnclaimed(t *testing.T) {
	l := newInvited(t, false)
	defer l.Close()
	of := func(e ...member.Entry) member.Import { return member.Import{Entries: e} }
	proved := invitation(30, today(l)+5)
	proved.Proof = possession(code(30))
	l.Run(t, []statetest.Row{
		statetest.Try("a proof beside nothing", 0, of(member.Entry{Class: 1, Proof: make([]byte, 64)}), member.ErrKey),
		statetest.Try("an invitation without a key", 0, of(member.Entry{Class: 1, Until: today(l) + 5}), member.ErrKey),
		statetest.Try("an invitation with a proof", 0, of(proved), member.ErrPossession),
		statetest.Try("one code twice", 0, of(invitation(30, today(l)+5), invitation(30, today(l)+5)), member.ErrKeyTaken),
		statetest.Try("a code of before", 0, of(invitation(6, today(l)+5)), member.ErrKeyTaken),
		statetest.Try("in the past", 0, of(invitation(30, today(l)-1)), member.ErrInvitation),
		statetest.Try("two without a key", 0, of(member.Entry{Class: 1}, member.Entry{Class: 1}), nil),
		statetest.Try("who applies has one", 0, member.Apply{Entry: member.Entry{Class: 1}}, member.ErrKey),
		statetest.Try("who applies has its own", 0, member.Apply{Entry: invitation(31, today(l)+5)}, member.ErrKey),
	})
}
