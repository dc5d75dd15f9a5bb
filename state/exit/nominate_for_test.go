package exit_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// For a member that has no key two officers record the nomination that it signed. It takes the
// place of none that the member made itself, and the member's own takes its place.
func TestNominateFor(t *testing.T) {
	s := setup(figures)
	for i, g := range s.Grants {
		if g.Actions[0] == "member.Resign" {
			s.Grants[i].Motions = []charter.MotionKindID{officers}
		}
	}
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"member.Rekey"}, GrantText: charter.GrantText{Concerned: true}})
	s.Invariants = append(s.Invariants, behalf.CheckActs)
	l := statetest.New(t, s)
	const keyless, brought, other = state.Member(members + 1), state.Member(members + 2), state.Member(5)
	must(t, l, member.Import{Entries: []member.Entry{{Class: 1}, {Class: 1}}})
	l.Write(func(c *state.Ctx) { exit.BringNomination(c, brought, bytes.Repeat([]byte{1}, 32)) })
	of := func(m state.Member, paper byte) exit.Nominate {
		return exit.Nominate{Member: m, Commitment: bytes.Repeat([]byte{paper}, 32)}
	}
	byTwo(t, l, exit.Nominate{Member: keyless}, member.ErrCommitment)
	byTwo(t, l, of(99, 2), member.ErrUnknown)
	byTwo(t, l, of(other, 2), behalf.ErrKey)
	if res := l.Mandate(of(other, 2)); res.Code != behalf.ErrKey.Code {
		t.Errorf("all members for one who has a key: %d %s", res.Code, res.Log)
	}
	if res := l.Do(statetest.Secretary, of(keyless, 2)); res.Code != state.ErrAuthority.Code {
		t.Errorf("the secretary alone: %d %s", res.Code, res.Log)
	}
	byTwo(t, l, of(keyless, 2), nil)
	byTwo(t, l, of(keyless, 2), exit.ErrSame)
	byTwo(t, l, of(keyless, 3), nil)
	byTwo(t, l, of(brought, 3), exit.ErrBefore)
	must(t, l, of(brought, 3))
	byTwo(t, l, of(brought, 4), exit.ErrBefore)

	v := l.Read()
	defer v.Close()
	n, _, err := exit.NominationOf(v.Of(1), keyless)
	if err != nil || n.Commitment[0] != 3 || n.By.Motion == 0 || n.All {
		t.Errorf("nomination by two: %+v, %v", n, err)
	}
	var list []behalf.Act
	err = behalf.Acts(v.Of(1), keyless, func(_ uint64, a behalf.Act) (bool, error) {
		list = append(list, a)
		return true, nil
	})
	if err != nil || len(list) != 2 || list[1].Kind != exit.KindNominate || list[1].By != n.By || !bytes.Equal(list[1].Paper, n.Commitment) || list[1].Time != n.Time {
		t.Errorf("acts for the member: %+v, %v", list, err)
	}

	// Once the member has a key, its own nomination stands, and others make none.
	key := statetest.Key(1, keyless)
	code := statetest.Key(7, 1)
	must(t, l, member.Invite{Member: keyless, Key: code.Public(), Until: today(l) + 9})
	join := member.Rekey{Member: keyless, Key: key.Public(), Possession: key.Possession(statetest.Chain, 1)}
	if res := l.Block(l.SignBy(code, state.Signer{Member: keyless}, join))[0]; res.Code != 0 {
		t.Fatalf("joining: %d %s", res.Code, res.Log)
	}
	l.Do(keyless, of(other, 9)) // finds the next sequence
	l.Must(keyless, of(keyless, 9))
	byTwo(t, l, of(keyless, 3), behalf.ErrKey)
	w := l.Read()
	defer w.Close()
	if n, _, err := exit.NominationOf(w.Of(1), keyless); err != nil || n.Commitment[0] != 9 || n.By != (state.Actor{}) {
		t.Errorf("the member's own: %+v, %v", n, err)
	}
}

// What others record after a death is no nomination: they would pick the heir of who can say
// nothing any more.
func TestNominateForTheDead(t *testing.T) {
	s := setup(figures)
	for i, g := range s.Grants {
		if g.Actions[0] == "member.Resign" {
			s.Grants[i].Motions = []charter.MotionKindID{officers}
		}
	}
	l := statetest.New(t, s)
	const dead, friend = state.Member(members + 1), state.Member(5)
	must(t, l, member.Import{Entries: []member.Entry{{Class: 1}}})
	l.Days(3)
	paper := bytes.Repeat([]byte{7}, 32)
	died := today(l) - 1
	byTwo(t, l, exit.Nominate{Member: dead, Commitment: paper}, nil) // a day late
	byTwo(t, l, exit.RecordEnd{Member: dead, Ending: member.Died, Day: died}, nil)
	byTwo(t, l, exit.Nominate{Member: dead, Commitment: bytes.Repeat([]byte{8}, 32)}, exit.ErrPassed)
	l.Days(20)
	opened := exit.Transmit{Member: dead, Heirs: []state.Member{friend}, Opened: paper}
	byTwo(t, l, opened, exit.ErrOpened)
	if res := l.Mandate(opened); res.Code != exit.ErrOpened.Code {
		t.Errorf("opened by all: %d %s", res.Code, res.Log)
	}
	must(t, l, exit.Transmit{Member: dead, Heirs: []state.Member{friend}}) // by its estate
}
