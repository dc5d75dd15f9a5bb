package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
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
			res, err := l.Check(raw, 0)
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
