package exit_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func TestNominate(t *testing.T) {
	l := statetest.New(t, statetest.Setup{
		Members: 6,
		Kinds:   append(append(state.KindList{}, member.Kinds...), exit.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"member.Nominate"}, GrantText: charter.GrantText{Concerned: true}},
		},
	})
	defer l.Close()
	const ada, ben, eve, stranger = state.Member(4), state.Member(5), state.Member(6), state.Member(99)
	paper := bytes.Repeat([]byte{7}, 32)
	nominate := func(m state.Member, commitment []byte) exit.Nominate {
		return exit.Nominate{Member: m, Commitment: commitment}
	}
	leaves := func() { must(t, l, member.Resign{Member: ben}) }
	suspended := func() { must(t, l, member.Suspend{Member: eve, Reason: "r"}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no commitment", ada, nominate(stranger, nil), member.ErrCommitment),
		statetest.Try("too short", ada, nominate(stranger, paper[:31]), member.ErrCommitment),
		statetest.Try("for someone else", ada, nominate(ben, paper), state.ErrAuthority),
		statetest.Try("no such member", 0, nominate(stranger, paper), member.ErrUnknown),
		statetest.Try("has left", 0, nominate(ben, paper), member.ErrStanding).After(leaves),
		statetest.Try("her own", ada, nominate(ada, paper), nil),
		statetest.Try("the same", ada, nominate(ada, paper), exit.ErrSame),
		statetest.Try("another", ada, nominate(ada, bytes.Repeat([]byte{8}, 32)), nil),
		statetest.Try("while suspended", eve, nominate(eve, paper), nil).After(suspended),
	})

	v := l.Read()
	defer v.Close()
	got, ok, err := exit.NominationOf(v.Of(1), ada)
	if err != nil || !ok || got.Commitment[0] != 8 {
		t.Errorf("nomination of %d: %x, %v, %v", ada, got.Commitment, ok, err)
	}
	if _, ok, err := exit.NominationOf(v.Of(1), ben); err != nil || ok {
		t.Errorf("member %d nominated someone, %v", ben, err)
	}
}
