package app

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A co-op is founded with its classes of shares and all their rules, which hold from the
// first day as those that a motion sets; rules out of bounds found nothing.
func TestFoundedWithShareRules(t *testing.T) {
	rules := shareclass.RulesEntry{
		MinHolding: 1, MaxHolding: 200, MostOf: money.Rate{Num: 1, Den: 2}, Redeemable: true, Notice: 30, Spread: 1825,
		Target: 84, OfDividend: money.Rate{Num: 1, Den: 4},
	}
	found := func(g *federation.Genesis) {
		g.Coops[0].Shares = []federation.GenesisClass{
			{Number: 1, Name: "associate share", Par: 6000, MinHolding: 1, MaxHolding: 200, Rules: &rules},
			{Number: 2, Name: "bond", Par: 100, MaxHolding: 9},
		}
	}
	f := newFedBy(t, 1, Options{}, found)
	v, err := f.app.Ledger().View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	got, err := shareclass.RulesOf(v.Of(1), 1)
	if diff := cmp.Diff(shareclass.Rules(rules), got); diff != "" || err != nil {
		t.Errorf("rules, %v (-want +got)\n%s", err, diff)
	}
	got, err = shareclass.RulesOf(v.Of(1), 2)
	if diff := cmp.Diff(shareclass.Rules{MaxHolding: 9}, got); diff != "" || err != nil {
		t.Errorf("rules of bounds alone, %v (-want +got)\n%s", err, diff)
	}
	if err := shareclass.CheckClasses(v.Of(1)); err != nil {
		t.Error(err)
	}

	g, validators := fedGenesis(t, 1)
	rules.Target = 201
	found(&g)
	if _, err := f.app.InitChain(context.Background(), initRequest(t, g, validators)); err == nil {
		t.Error("a target above the most that a member may hold founded a co-op")
	}
}
