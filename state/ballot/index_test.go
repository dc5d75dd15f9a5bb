package ballot_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// MayCast says what the ledger would say to a cast: of motions in every status,
// and members in and out of their electorates.
func TestMayCast(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	propose := func(k charter.MotionKindID) ballot.Number {
		return put(t, l, 1, ballot.Propose{Kind: k, Title: "Shall we?"})
	}
	l.Mandate(member.Suspend{Member: 4, Reason: "unpaid"})
	early := propose(polled)
	l.Mandate(member.Resign{Member: 5})
	l.Mandate(member.Reinstate{Member: 4}) // active, and not in early's electorate
	officers, noticed, running := propose(holders), propose(meeting), propose(atOnce)
	l.Must(2, yes(early))
	all := []ballot.Number{early, officers, noticed, running, 99}
	yesses := wantAgreement(t, l, all)
	if yesses != 4+2+0+5 { // members 1 to 6 without 4 and 5; two offices; none; all but 5
		t.Errorf("%d casts could be made", yesses)
	}
	pass(t, l, 20)
	for range 2 {
		pass(t, l, 15) // early and officers close, noticed does not open yet
	}
	if yesses := wantAgreement(t, l, all); yesses != 5 {
		t.Errorf("%d casts could be made", yesses)
	}
	l.Sound()
}

// wantAgreement compares MayCast with a trial of the cast, for each motion and
// member, and returns how many could be made.
func wantAgreement(t *testing.T, l *statetest.L, motions []ballot.Number) (could int) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	for _, n := range motions {
		for m := state.Member(1); m <= members; m++ {
			raw := l.Sign(1, m, yes(n))
			l.Unsign(1, m)
			res, err := l.Check(raw)
			if err != nil {
				t.Fatal(err)
			}
			may, err := ballot.MayCast(v.Of(1), n, m)
			if err != nil || may != (res.Code == 0) {
				t.Errorf("motion %d, member %d: may cast %v, %v; a trial says %q", n, m, may, err, res.Log)
			}
			if may {
				could++
			}
		}
	}
	return could
}

// The lists of motions: those under way, and those that a member of the co-op
// itself has proposed.
func TestMotionLists(t *testing.T) {
	for _, row := range []struct {
		status ballot.Status
		by     state.Actor
		lists  [2]bool // whether it is under way, and proposed by member 3
	}{
		{ballot.Noticed, state.Actor{Coop: 2, Member: 3}, [2]bool{true, false}},
		{ballot.Open, state.Actor{Coop: 1, Motion: 3}, [2]bool{true, false}},
		{ballot.Closed, state.Actor{Coop: 1, Member: 3}, [2]bool{false, true}},
		{ballot.Withdrawn, state.Actor{Coop: 1, Member: 3}, [2]bool{false, true}},
		{ballot.Counting, state.Actor{Coop: 1, Member: 3}, [2]bool{true, true}},
	} {
		var got [2]bool
		for i, x := range []struct {
			list  state.Listing
			leaf  state.Location
			value []byte
			key   []byte
		}{
			{ballot.UnderWay.Listing, polls.Locate(1, 7), tx.Encode(ballot.Poll{Status: row.status}),
				ballot.UnderWay.Ask(1, 7, 7).First},
			{ballot.ProposedBy.Listing, ballot.LocateMotion(1, 7), tx.Encode(ballot.Motion{Title: "T", Proposer: row.by}),
				ballot.ProposedBy.Ask(1, ballot.MemberKey{Member: 3, Motion: 7}, ballot.MemberKey{}).First},
		} {
			put := func(stored []byte) error {
				key, _, err := x.list.Entry(stored)
				if err != nil || !bytes.Equal(key, x.key) {
					t.Errorf("%v by %v is in list %s as %x, %v; want %x", row.status, row.by, x.list.Name, key, err, x.key)
				}
				got[i] = true
				return err
			}
			none := func([]byte) error { return nil }
			if err := x.list.Change(state.Change{Key: x.leaf.Key, Value: x.value}, put, none); err != nil {
				t.Error(err)
			}
		}
		if got != row.lists {
			t.Errorf("%v by %v is in the lists: %v, want %v", row.status, row.by, got, row.lists)
		}
	}
}
