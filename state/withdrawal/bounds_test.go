package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// What one officer moves alone, and what a kind of motion moves, bounds every step that
// takes shares out of the capital or money from what is owed for them.
func TestBounded(t *testing.T) {
	s := setup()
	officer := charter.GrantText{Offices: []charter.Office{charter.Treasurer}}
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"withdrawal.Deduct", "withdrawal.Lapse"}, GrantText: officer})
	at := func(steps ...state.Action) func() *statetest.L { // ben has asked 8 shares back, and ada 3
		return func() *statetest.L {
			l := foundedBy(t, s, shareclass.LimitsEntry{Unclaimed: 30}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
			l.Must(ben, ask(ben, 8))
			l.Must(ada, ask(ada, 3))
			must(t, l, account.Post{Narrative: "lent", Lines: []account.Line{account.Debit(1400, 5000), account.Credit(account.Bank, 5000)}})
			must(t, l, steps...)
			l.Days(31)
			return l
		}
	}
	aside := withdrawal.SetAside{Request: 1, Reason: "moved away"}
	for name, row := range map[string]struct {
		found  func() *statetest.L
		action state.Action
		amount uint64
	}{
		"redeem": {at(), redeem(1, 2), 11000},
		"pay":    {at(redeem(1, 2)), pay(0, 1), 8000},
		"deduct": {at(redeem(1)), withdrawal.Deduct{Request: 1, Amount: 5000, Account: 1400, Reason: "the loan"}, 5000},
		"lapse":  {at(redeem(1), aside), withdrawal.Lapse{Request: 1, Reason: "unclaimed"}, 8000},
	} {
		t.Run(name, func(t *testing.T) { statetest.Bounded(t, row.found, row.action, row.amount) })
	}
}
