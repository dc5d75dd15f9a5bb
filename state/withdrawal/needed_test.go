package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A subscription that nobody paid is no holding: it lets no member ask back what membership
// needs, and keeps nothing of one who has left.
func TestUnpaidSharesAreNotHeld(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, func(r *shareclass.RulesEntry) { r.Needed = []charter.Class{1} })
	defer l.Close()
	must(t, l, share.Subscribe{Member: ada, Class: common, Units: 2}, share.Subscribe{Member: cleo, Class: common, Units: 3})
	left := func() { must(t, l, member.Resign{Member: cleo}) }
	l.Run(t, []statetest.Row{
		statetest.Try("all that is issued", ada, ask(ada, 10), share.ErrNeeded),
		statetest.Try("all but one", ada, ask(ada, 9), share.ErrMinimum),
		statetest.Try("to the minimum", ada, ask(ada, 8), nil),
		statetest.Try("all but one of who has left", 0, ask(cleo, 9), share.ErrMinimum).After(left),
		statetest.Try("all of who has left", 0, ask(cleo, 10), nil),
	})
}
