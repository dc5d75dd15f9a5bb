package holding_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// bounded has rules for common shares, of which ada, ben and cleo hold 10 each, and limits.
func bounded(t *testing.T, rules shareclass.RulesEntry, limits shareclass.LimitsEntry) *statetest.L {
	t.Helper()
	l := founded(t)
	rules.MaxHolding = 100
	must(t, l, shareclass.SetRules{Class: common, Rules: rules}, shareclass.SetRules{Limits: limits})
	return l
}

// Nobody has more than a part of the class, or of the capital of 360.00, by a transfer: what
// moves between members adds nothing to what there is. It is held against the register as it
// is afterwards.
func TestTransferKeepsToTheMost(t *testing.T) {
	half := money.Rate{Num: 1, Den: 2}
	for _, x := range []struct {
		name   string
		rules  shareclass.RulesEntry
		limits shareclass.LimitsEntry
		most   uint64 // that ben can give ada
	}{
		{"of the class", shareclass.RulesEntry{MostOf: half, Transferable: true}, shareclass.LimitsEntry{}, 5},                           // 15 of 30
		{"of the capital", shareclass.RulesEntry{Transferable: true}, shareclass.LimitsEntry{MostOf: half}, 6},                           // 160.00 + 20.00 of 360.00
		{"both", shareclass.RulesEntry{MostOf: half, Transferable: true}, shareclass.LimitsEntry{MostOf: money.Rate{Num: 4, Den: 9}}, 4}, // 140.00 + 20.00
	} {
		t.Run(x.name, func(t *testing.T) {
			l := bounded(t, x.rules, x.limits)
			defer l.Close()
			give := func(units uint64) holding.Transfer {
				return holding.Transfer{From: ben, To: ada, Class: common, Units: units}
			}
			l.Run(t, []statetest.Row{
				statetest.Try("all", ben, give(10), share.ErrLimit),
				statetest.Try("one more than the most", ben, give(x.most+1), share.ErrLimit),
				statetest.Try("the most", ben, give(x.most), nil),
				statetest.Try("nor bit by bit", ben, give(1), share.ErrLimit),
				statetest.Try("back, which makes it less", ada, holding.Transfer{From: ada, To: ben, Class: common, Units: 1}, nil),
			})
			dies(t, l, ben)
			must(t, l, exit.Transmit{Member: ben, Heirs: []state.Member{ada}})
			l.Run(t, []statetest.Row{
				statetest.Try("nor does an heir", 0, holding.Transmit{From: ben, To: ada, Class: common, Units: 11 - x.most, Reason: "r"}, share.ErrLimit),
			})
		})
	}
}

// A bonus in proportion changes nothing in who has which part: members at the most get it
// together, in whatever order they stand. One of them alone does not.
func TestBonusIsHeldAgainstAllOfIt(t *testing.T) {
	third := money.Rate{Num: 1, Den: 3}
	for name, x := range map[string]struct {
		rules  shareclass.RulesEntry
		limits shareclass.LimitsEntry
	}{
		"of the class":   {shareclass.RulesEntry{MostOf: third}, shareclass.LimitsEntry{}},
		"of the capital": {shareclass.RulesEntry{}, shareclass.LimitsEntry{MostOf: third}},
	} {
		t.Run(name, func(t *testing.T) {
			l := bounded(t, x.rules, x.limits)
			defer l.Close()
			must(t, l, account.Post{Narrative: "set aside", Lines: []account.Line{account.Debit(account.Bank, 90000), account.Credit(account.Education, 90000)}})
			bonus := func(a, b, c uint64) holding.Bonus {
				return holding.Bonus{Class: common, From: account.Education, Reason: "r",
					Entries: []holding.Gift{{Member: ada, Units: a}, {Member: ben, Units: b}, {Member: cleo, Units: c}}}
			}
			l.Run(t, []statetest.Row{
				statetest.Try("to one alone", 0, holding.Bonus{Class: common, From: account.Education, Reason: "r", Entries: []holding.Gift{{Member: ada, Units: 3}}}, share.ErrLimit),
				statetest.Try("more to one", 0, bonus(3, 4, 3), share.ErrLimit),
				statetest.Try("in proportion", 0, bonus(3, 3, 3), nil),
			})
			wantHeld(t, l, map[state.Member][2]uint64{ada: {13, 5}, ben: {13, 5}, cleo: {13, 5}})
		})
	}
}

// A conversion changes nothing in what one member has of all, also where it has more than
// the limits of today allow.
func TestConversionKeepsWhatIsHeld(t *testing.T) {
	l := bounded(t, shareclass.RulesEntry{MinHolding: 2, Into: []shareclass.Number{saver}}, shareclass.LimitsEntry{MostOf: money.Rate{Num: 1, Den: 9}, MostMoney: 100})
	defer l.Close()
	l.Run(t, []statetest.Row{
		statetest.Try("beyond every limit", ada, holding.Convert{Member: ada, Class: common, Into: saver, Units: 2}, nil),
	})
}

// Only what is issued counts for what membership needs: what is subscribed can be cancelled.
func TestSubscribedSharesAreNotKept(t *testing.T) {
	l := bounded(t, shareclass.RulesEntry{MinHolding: 2, Transferable: true, Needed: []charter.Class{1}, Into: []shareclass.Number{saver}}, shareclass.LimitsEntry{})
	defer l.Close()
	must(t, l, share.Subscribe{Member: ben, Class: common, Units: 2}) // 7
	give := func(units uint64) holding.Transfer {
		return holding.Transfer{From: ben, To: ada, Class: common, Units: units}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("all that is issued", ben, give(10), share.ErrNeeded),
		statetest.Try("all but one", ben, give(9), share.ErrMinimum),
		statetest.Try("converted", ben, holding.Convert{Member: ben, Class: common, Into: saver, Units: 4}, nil),
		statetest.Try("to the minimum", ben, give(4), nil),
		statetest.Try("the rest converted", ben, holding.Convert{Member: ben, Class: common, Into: saver, Units: 2}, share.ErrNeeded),
		statetest.Try("cancelled: the minimum stays", ben, share.Cancel{Member: ben, Subscription: 7}, nil),
	})
	wantHeld(t, l, map[state.Member][2]uint64{ada: {14, 5}, ben: {2, 15}})
}

// What one who has died subscribed and did not pay holds none of its shares back.
func TestUnpaidOfOneWhoDied(t *testing.T) {
	for name, out := range map[string]func(units uint64) state.Action{
		"transmitted": func(units uint64) state.Action {
			return holding.Transmit{From: cleo, To: ada, Class: common, Units: units, Reason: "r"}
		},
		"forfeited": func(units uint64) state.Action {
			return holding.Forfeit{Member: cleo, Class: common, Units: units, Reason: "r"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := bounded(t, shareclass.RulesEntry{MinHolding: 5}, shareclass.LimitsEntry{Unclaimed: 30})
			defer l.Close()
			must(t, l, share.Subscribe{Member: cleo, Class: common, Units: 3}) // 7
			dies(t, l, cleo)
			must(t, l, exit.Transmit{Member: cleo, Heirs: []state.Member{ada}})
			l.Days(31)
			l.Run(t, []statetest.Row{
				statetest.Try("all but a part of the minimum", 0, out(7), share.ErrMinimum),
				statetest.Try("half", 0, out(5), nil),
				statetest.Try("the other half", 0, out(5), nil),
			})
		})
	}
}
