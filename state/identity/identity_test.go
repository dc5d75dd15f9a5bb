package identity_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func salted(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

func commit(entries ...identity.Entry) identity.Commit { return identity.Commit{Entries: entries} }

func one(m state.Member, commitment byte) identity.Commit {
	return commit(identity.Entry{Member: m, Commitment: salted(commitment)})
}

func newLedger(t *testing.T, members int, kinds ...state.Kind) *statetest.L {
	return statetest.New(t, statetest.Setup{
		Members: members, Kinds: append(kinds, identity.Kinds...),
		Grants: []charter.NamedGrant{{Actions: []string{"identity.Commit", "identity.Erase"},
			GrantText: charter.GrantText{Concerned: true, Offices: []charter.Office{charter.Secretary}}}},
		Invariants: []func(state.Reader) error{identity.CheckIdentities},
	})
}

// Rows are in the order of the checks; each breaks every later rule that it can.
func TestIdentities(t *testing.T) {
	l := newLedger(t, 5)
	many := make([]identity.Entry, identity.MaxCommit+1)
	l.Run(t, []statetest.Row{
		statetest.Try("none", 1, commit(), identity.ErrCount),
		statetest.Try("too many", 1, commit(many...), identity.ErrCount),
		statetest.Try("twice", 1, commit(identity.Entry{Member: 9, Commitment: salted(1)}, identity.Entry{Member: 9}), identity.ErrOrder),
		statetest.Try("no commitment", 1, commit(identity.Entry{Member: 9, Commitment: salted(1)[1:]}), identity.ErrCommitment),
		statetest.Try("by another", 4, one(3, 1), state.ErrAuthority),
		statetest.Try("one's own with another's", 4, commit(identity.Entry{Member: 3, Commitment: salted(1)}, identity.Entry{Member: 4, Commitment: salted(1)}), state.ErrAuthority),
		statetest.Try("no such member", 1, commit(identity.Entry{Member: 2, Commitment: salted(2)}, identity.Entry{Member: 9, Commitment: salted(1)}), member.ErrUnknown),
		statetest.Try("nothing to erase", 1, identity.Erase{Member: 4}, identity.ErrErased),
		statetest.Try("one's own", 4, one(4, 4), nil),
		statetest.Try("again", 4, one(4, 4), identity.ErrSame),
		statetest.Try("some, by the secretary", 1, commit(identity.Entry{Member: 2, Commitment: salted(2)}, identity.Entry{Member: 4, Commitment: salted(5)}), nil),
		statetest.Try("to erase another's", 5, identity.Erase{Member: 4}, state.ErrAuthority),
		statetest.Try("to erase no one's", 1, identity.Erase{Member: 9}, member.ErrUnknown),
		statetest.Try("to erase a member's, by an officer", 1, identity.Erase{Member: 4}, identity.ErrStill),
		statetest.Try("to erase one's own", 4, identity.Erase{Member: 4}, nil),
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
}

// Who erased it decides who commits again, and what was erased never comes back. Each row
// goes on from where the one before it left the ledger.
func TestErasures(t *testing.T) {
	returns := exit.Kinds[slices.IndexFunc(exit.Kinds, func(k state.Kind) bool { return k.Number == exit.KindReturn })]
	l := newLedger(t, 7, returns)
	fresh := statetest.Key(9, 1)
	comes := statetest.Entry(1, 8, 1)
	proof := comes.Proof
	comes.Commitment, comes.Proof = salted(8), nil
	back := exit.Return{Member: 5, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}
	l.Run(t, []statetest.Row{
		statetest.Try("committed to", 1, commit(identity.Entry{Member: 3, Commitment: salted(3)}, identity.Entry{Member: 4, Commitment: salted(4)},
			identity.Entry{Member: 5, Commitment: salted(5)}, identity.Entry{Member: 6, Commitment: salted(6)}), nil),

		statetest.Try("3 is erased by all", 0, identity.Erase{Member: 3}, nil),
		statetest.Try("the secretary, the same", 1, one(3, 3), identity.ErrReserved),
		statetest.Try("the secretary, another", 1, one(3, 30), identity.ErrReserved),
		statetest.Try("all members, the same", 0, one(3, 3), identity.ErrGone),
		statetest.Try("all members, another", 0, one(3, 30), nil),
		statetest.Try("the secretary, then", 1, one(3, 31), nil),
		statetest.Try("the secretary, the erased one", 1, one(3, 3), identity.ErrGone),
		statetest.Try("the secretary, what was replaced", 1, one(3, 30), nil),

		statetest.Try("4 is erased by itself", 4, identity.Erase{Member: 4}, nil),
		statetest.Try("the secretary, with others'", 1, commit(identity.Entry{Member: 3, Commitment: salted(32)}, identity.Entry{Member: 4, Commitment: salted(40)}), identity.ErrReserved),
		statetest.Try("itself, the same", 4, one(4, 4), identity.ErrGone),
		statetest.Try("itself, another", 4, one(4, 40), nil),
		statetest.Try("4 is erased again", 4, identity.Erase{Member: 4}, nil),
		statetest.Try("itself, the first", 4, one(4, 4), identity.ErrGone),
		statetest.Try("itself, the second", 4, one(4, 40), identity.ErrGone),
		statetest.Try("all members, for it", 0, one(4, 41), nil),

		statetest.Try("5 is erased by itself", 5, identity.Erase{Member: 5}, nil),
		statetest.Try("5 leaves", 0, member.Resign{Member: 5}, nil),
		statetest.Try("the secretary, of who has left", 1, one(5, 50), identity.ErrReserved),
		statetest.Try("5 applies again", 0, back, nil),
		statetest.Try("the secretary, the same, of who is let in", 1, one(5, 5), identity.ErrGone),
		statetest.Try("the secretary, of who is let in", 1, one(5, 50), nil),

		statetest.Try("6 leaves", 0, member.Resign{Member: 6}, nil),
		statetest.Try("6 is erased by the secretary", 1, identity.Erase{Member: 6}, nil),
		statetest.Try("the same", 1, one(6, 6), identity.ErrGone),
		statetest.Try("the same of another", 1, one(7, 6), nil),
		statetest.Try("another", 1, one(6, 60), nil),

		statetest.Try("8 applies, with a commitment", 0, member.Apply{Entry: comes, Possession: proof}, nil),
		statetest.Try("8 is erased by the secretary", 1, identity.Erase{Member: 8}, identity.ErrStill),
		statetest.Try("8 is erased by all", 0, identity.Erase{Member: 8}, nil),
		statetest.Try("that with which it came", 0, one(8, 8), identity.ErrGone),
		statetest.Try("another, for 8", 0, one(8, 80), nil),
	})
	v := l.Read()
	defer v.Close()
	secretary, all := state.Actor{Coop: 1, Member: 1}, state.Actor{Coop: 1, Motion: 1}
	for _, row := range []struct {
		member  state.Member
		erasure uint64
		by      []state.Actor // of all changes
		says    []byte        // their first bytes; zero is an erasure
	}{
		{3, 2, []state.Actor{secretary, all, all, secretary, secretary}, []byte{3, 0, 30, 31, 30}},
		{4, 4, []state.Actor{secretary, own(4), own(4), own(4), all}, []byte{4, 0, 40, 0, 41}},
		{5, 2, []state.Actor{secretary, own(5), secretary}, []byte{5, 0, 50}},
		{6, 2, []state.Actor{secretary, secretary, secretary}, []byte{6, 0, 60}},
		{8, 1, []state.Actor{all, all}, []byte{0, 80}},
		{7, 0, []state.Actor{secretary}, []byte{6}},
	} {
		id, _, err := identity.Find(v.Of(1), row.member)
		if err != nil || id.Erasure != row.erasure || id.Changes != uint64(len(row.by)) {
			t.Errorf("member %d: %+v, %v, want %d changes, and %d the last erasure", row.member, id, err, len(row.by), row.erasure)
		}
		var by []state.Actor
		var says []byte
		last := int64(0)
		err = identity.Range(v.Of(1), row.member, 1, func(_ uint64, ch identity.Change) (bool, error) {
			by, says = append(by, ch.By), append(says, append(ch.Commitment, 0)[0])
			if ch.Time <= last {
				t.Errorf("member %d: a change at %d after %d", row.member, ch.Time, last)
			}
			last = ch.Time
			return true, nil
		})
		if err != nil || !slices.Equal(by, row.by) || !bytes.Equal(says, row.says) {
			t.Errorf("member %d: changes by %v, which say %v, %v; want %v, %v", row.member, by, says, err, row.by, row.says)
		}
	}
}

func own(m state.Member) state.Actor { return state.Actor{Coop: 1, Member: m} }
