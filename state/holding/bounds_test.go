package holding_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// What one officer moves alone, and what a kind of motion moves, bounds what becomes of
// shares that are held, by others than the members who hold them.
func TestBounded(t *testing.T) {
	s := setup()
	officer := charter.GrantText{Offices: []charter.Office{charter.Treasurer}}
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"holding.Bonus", "holding.Forfeit", "holding.Transmit", "holding.WriteDown"}, GrantText: officer})
	found := func() *statetest.L {
		l := foundedBy(t, s)
		dies(t, l, cleo)
		must(t, l, exit.Transmit{Member: cleo, Heirs: []state.Member{ada}}, lose{18000},
			account.Post{Narrative: "set aside", Lines: []account.Line{account.Debit(account.Bank, 5000), account.Credit(account.Education, 5000)}})
		l.Days(366)
		return l
	}
	for name, row := range map[string]struct {
		action state.Action
		amount uint64
	}{
		"bonus":      {holding.Bonus{Class: common, From: account.Education, Entries: []holding.Gift{{Member: ada, Units: 3}, {Member: ben, Units: 2}}, Reason: "ten years"}, 5000},
		"forfeit":    {holding.Forfeit{Member: cleo, Class: common, Units: 10, Reason: "not heard of"}, 10000},
		"transmit":   {holding.Transmit{From: cleo, To: ada, Class: common, Units: 10, Reason: "the nomination"}, 10000},
		"write-down": {holding.WriteDown{Loss: 18000, Reason: "the fire"}, 18000},
	} {
		t.Run(name, func(t *testing.T) { statetest.Bounded(t, found, row.action, row.amount) })
	}
}
