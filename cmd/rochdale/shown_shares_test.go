package main

import (
	"maps"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/holding"
)

// Rows of what becomes of shares that are held.
func init() {
	maps.Copy(carriedRows, map[string]carriedRow{
		"holding.Transmit": {func() state.Action {
			return holding.Transmit{From: shownLeft, To: 1, Class: 3, Units: 5, Reason: "r"}
		}, "member 1, class 3 (savings share): 0 shares → 5 shares", nil},
		"holding.Forfeit": {func() state.Action {
			return holding.Forfeit{Member: shownLeft, Class: 3, Units: 11, Reason: "r"}
		}, "balance of 3100 statutory reserve: 0.00 EUR → 110.00 EUR credit", nil},
		"holding.WriteDown": {func() state.Action {
			return holding.WriteDown{Loss: 5000, Reason: "r"}
		}, "balance of 3000 share capital: 750.00 EUR credit → 700.50 EUR credit", nil},
		"holding.Bonus": {func() state.Action {
			m := holding.Bonus{Class: 3, From: account.Education, Reason: "r"}
			for _, n := range membersFrom(1) {
				m.Entries = append(m.Entries, holding.Gift{Member: n, Units: 2})
			}
			return m
		}, "balance of 3000 share capital: 750.00 EUR credit → 990.00 EUR credit", []string{"member 1, class 3 (savings share): 0 shares → 2 shares", "member 12, class 3 (savings share): 0 shares → 2 shares"}},
	})
}
