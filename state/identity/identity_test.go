package identity_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func salted(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

func commit(entries ...identity.Entry) identity.Commit { return identity.Commit{Entries: entries} }

// Rows are in the order of the checks; each breaks every later rule that it can.
func TestIdentities(t *testing.T) {
	l := statetest.New(t, statetest.Setup{
		Members: 5, Kinds: identity.Kinds,
		Grants: []charter.NamedGrant{{Actions: []string{"identity.Commit", "identity.Erase"},
			GrantText: charter.GrantText{Concerned: true, Offices: []charter.Office{charter.Secretary}}}},
		Invariants: []func(state.Reader) error{identity.CheckIdentities},
	})
	many := make([]identity.Entry, identity.MaxCommit+1)
	l.Run(t, []statetest.Row{
		statetest.Try("none", 1, commit(), identity.ErrCount),
		statetest.Try("too many", 1, commit(many...), identity.ErrCount),
		statetest.Try("twice", 1, commit(identity.Entry{Member: 9, Commitment: salted(1)}, identity.Entry{Member: 9}), identity.ErrOrder),
		statetest.Try("no commitment", 1, commit(identity.Entry{Member: 9, Commitment: salted(1)[1:]}), identity.ErrCommitment),
		statetest.Try("by another", 4, commit(identity.Entry{Member: 3, Commitment: salted(1)}), state.ErrAuthority),
		statetest.Try("one's own with another's", 4, commit(identity.Entry{Member: 3, Commitment: salted(1)}, identity.Entry{Member: 4, Commitment: salted(1)}), state.ErrAuthority),
		statetest.Try("no such member", 1, commit(identity.Entry{Member: 2, Commitment: salted(2)}, identity.Entry{Member: 9, Commitment: salted(1)}), member.ErrUnknown),
		statetest.Try("nothing to erase", 4, identity.Erase{Member: 4}, identity.ErrErased),
		statetest.Try("one's own", 4, commit(identity.Entry{Member: 4, Commitment: salted(4)}), nil),
		statetest.Try("again", 4, commit(identity.Entry{Member: 4, Commitment: salted(4)}), identity.ErrSame),
		statetest.Try("some, by the secretary", 1, commit(identity.Entry{Member: 2, Commitment: salted(2)}, identity.Entry{Member: 4, Commitment: salted(5)}), nil),
		statetest.Try("to erase another's", 5, identity.Erase{Member: 4}, state.ErrAuthority),
		statetest.Try("to erase no one's", 1, identity.Erase{Member: 9}, member.ErrUnknown),
		statetest.Try("erased", 1, identity.Erase{Member: 4}, nil),
		statetest.Try("erased again", 4, identity.Erase{Member: 4}, identity.ErrErased),
	})
	v := l.Read()
	defer v.Close()
	for m, want := range map[state.Member][]byte{2: salted(2), 4: nil, 5: nil} {
		got, since, err := identity.Of(v.Of(1), m)
		if err != nil || !bytes.Equal(got, want) || (since == 0) != (m == 5) {
			t.Errorf("member %d: %x since %d, %v, want %x", m, got, since, err, want)
		}
	}
	id, ok, err := identity.Find(v.Of(1), 4)
	if err != nil || !ok || id.Changes != 3 || id.By != (state.Actor{Coop: 1, Member: 1}) {
		t.Errorf("member 4: %+v, %v", id, err)
	}
}
