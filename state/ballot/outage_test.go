package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// No block was made for longer than a poll lasts: a motion whose notice and poll
// ended meanwhile is counted like any other, also behind motions that were due
// after its poll.
func TestOutage(t *testing.T) {
	l := newLedger(t)
	first := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "First", Minutes: 10}) // opens after 60, closes after 70
	pass(t, l, 30)
	second := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "Second", Minutes: 10}) // opens after 91
	for range 4 {
		pass(t, l, 8*60)
		l.Sound()
	}
	wantStatus(t, l, first, ballot.Closed)
	wantStatus(t, l, second, ballot.Closed)
}
