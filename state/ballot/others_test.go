package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What an officer of another co-op proposes counts against no member of this one,
// not even against the one who has the same number, but against that officer.
func TestProposedFromOutside(t *testing.T) {
	const number = statetest.Chair // of a member here, and of the chair of co-op 2
	s := setup()
	s.Coops = 2
	s.Grants[0].Others = []charter.OtherText{{Coop: 2, Office: charter.Chair}}
	l := statetest.New(t, s)
	var sequence uint64
	from := func(a state.Action) state.Result {
		sequence++
		body := tx.Body{Chain: statetest.Chain, Coop: 2, On: 1, Signer: uint64(number), Sequence: sequence, Expiry: l.Tip().Height + 9, Kind: ballot.KindPropose, Payload: tx.Encode(a)}
		return l.Block(tx.Sign(statetest.Key(2, number), body))[0]
	}
	for range 2 {
		l.Must(number, ballot.Propose{Kind: polled, Title: "Her own"})
	}
	if res := from(ballot.Propose{Kind: polled, Title: "The chair's"}); res.Code != 0 {
		t.Fatalf("the chair's proposal: %d %s", res.Code, res.Log)
	}
	l.Sound()
	pass(t, l, 40)
	wantStatus(t, l, 3, ballot.Closed)
	l.Sound()

	for i := range ballot.MaxOpenOwn {
		if res := from(ballot.Propose{Kind: meeting, Title: "One of many"}); res.Code != 0 {
			t.Fatalf("motion %d: %d %s", i+1, res.Code, res.Log)
		}
	}
	res := from(ballot.Propose{Kind: meeting, Title: "One over"})
	if want := ballot.ErrOpen.Reason + ": 32 by member 3 of co-op 2"; res.Log != want {
		t.Errorf("one over is answered %d %q, want %q", res.Code, res.Log, want)
	}
	l.Must(number, ballot.Propose{Kind: meeting, Title: "Hers"})
	l.Sound()
	pass(t, l, 200)
	pass(t, l, 1)
	l.Sound()
	if res := from(ballot.Propose{Kind: meeting, Title: "When those are over"}); res.Code != 0 {
		t.Errorf("%d %s", res.Code, res.Log)
	}
}
