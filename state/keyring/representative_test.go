package keyring_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// enter puts one more member of a sort on the register.
func enter(l *statetest.L, m state.Member, sort member.Sort) {
	k := statetest.Key(1, m)
	l.Mandate(member.Apply{Entry: member.Entry{Key: k.Public(), Class: 1, Sort: sort}, Possession: k.Possession(statetest.Chain, 1)})
	l.Mandate(member.Admit{Member: m})
}

// A body gives the person who acts for it a key, which says who that is and since when. Rows
// follow the order of the checks.
func TestRepresentative(t *testing.T) {
	const town, choir, gone state.Member = 6, 7, 3
	l := newLedger(t)
	defer l.Close()
	enter(l, town, member.Body)
	enter(l, choir, member.Group)
	l.Mandate(member.Suspend{Member: gone, Reason: "r"})
	acts := func(m, n, by state.Member, commitment []byte) keyring.Add {
		a := add(m, n)
		a.Representative, a.Commitment = by, commitment
		return a
	}
	name := bytes.Repeat([]byte{7}, 32)
	unlike := acts(town, 1, stranger, name[1:])
	unlike.Limits.Figure = 5
	l.Run(t, []statetest.Row{
		statetest.Try("a commitment of 31 bytes", town, unlike, member.ErrCommitment),
		statetest.Try("of a person", ada, acts(ada, 1, stranger, nil), keyring.ErrPerson),
		statetest.Try("of a person, by name", ada, acts(ada, 1, 0, name), keyring.ErrPerson),
		statetest.Try("nobody", town, acts(town, 1, stranger, nil), member.ErrUnknown),
		statetest.Try("one who is suspended", town, acts(town, 1, gone, nil), member.ErrStanding),
		statetest.Try("itself", town, acts(town, 1, town, nil), keyring.ErrBody),
		statetest.Try("a group", town, acts(town, 1, choir, nil), keyring.ErrBody),
		statetest.Try("a member", town, acts(town, 1, ada, nil), nil),
		statetest.Try("the same of another", choir, acts(choir, 2, ada, nil), nil),
		statetest.Try("one of whom only the name is known", town, acts(town, 3, 0, name), nil),
		statetest.Try("a key as before", ada, acts(ada, 4, 0, nil), nil),
	})
	l.Must(town, keyring.Revoke{Member: town, Number: 2})
	v := l.Read()
	defer v.Close()
	first, _, err := keyring.Find(v.Of(1), town, 2)
	if err != nil || first.Representative != ada || first.Since == 0 || first.Revoked < first.Since {
		t.Errorf("the first is %+v, %v", first, err)
	}
	next, _, err := keyring.Find(v.Of(1), town, 3)
	if err != nil || next.Representative != 0 || !bytes.Equal(next.Commitment, name) || next.Revoked != 0 {
		t.Errorf("the next is %+v, %v", next, err)
	}
	l.Sound()
}

// A key by which nobody acts who is on the register is found.
func TestRepresentativeUnknown(t *testing.T) {
	type keyOf struct {
		Member state.Member
		Number uint32
	}
	keys := state.NewTable[keyOf, keyring.Key](0x18)
	s := setup()
	s.EndBlock = []func(*state.Ctx) error{}
	statetest.Spoiled(t, s, func(l *statetest.L) {
		enter(l, 6, member.Body)
		l.Must(6, add(6, 1))
	}, []statetest.Spoil{{Name: "a stranger", Break: func(c *state.Ctx) {
		k, _ := keys.Get(c, keyOf{6, 2})
		k.Representative = stranger
		keys.Put(c, keyOf{6, 2}, k)
	}, Says: "by key 2 of member 6 member 99 acts, who is unknown"}})
}
