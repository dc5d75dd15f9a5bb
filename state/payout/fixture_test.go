package payout_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

const treasurer = statetest.Treasurer

func setup(members int) statetest.Setup {
	office := func(actions ...string) charter.NamedGrant {
		return charter.NamedGrant{Actions: actions, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{3}}}
	}
	return statetest.Setup{
		Members: members,
		Kinds:   slices.Concat(account.Kinds, surplus.Kinds, payout.Kinds),
		Grants: []charter.NamedGrant{
			office("account.Post", "surplus.OpenPeriod", "surplus.Record", "surplus.Declare", "surplus.Pay"),
			{Actions: []string{"surplus.Return", "surplus.Settle", "surplus.Reopen"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{3}}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			return err
		},
		EndBlock:   []func(c *state.Ctx) error{agenda.EndBlock(surplus.Agenda)},
		Invariants: []func(state.Reader) error{agenda.CheckAgenda, agenda.CheckQueues, account.CheckBooks, surplus.CheckSurplus},
		Indexes:    account.Indexes,
	}
}

// divided is a period of which members 1 to 4 have 100 each, 60 in money and 40 in
// notices; 100 went to the reserve.
func divided(t *testing.T) *statetest.L {
	l := statetest.New(t, setup(5))
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	hours := surplus.Record{Period: 1, Measure: surplus.Hours}
	for m := state.Member(1); m <= 4; m++ {
		hours.Entries = append(hours.Entries, surplus.Figure{Member: m, Quantity: 1})
	}
	l.Must(treasurer, hours)
	l.Must(treasurer, account.Post{Narrative: "sales", Lines: []account.Line{account.Debit(account.Bank, 500), account.Credit(4000, 500)}})
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 500})
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{
		{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 5}, Account: account.Reserve},
		{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 400, Measure: surplus.Hours, Paid: money.Rate{Num: 3, Den: 5}},
	}})
	return l
}

// must lets a motion carry an action that has to be accepted.
func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
}

// read calls fn with a reader of co-op 1.
func read(t *testing.T, l *statetest.L, fn func(r state.Reader) error) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	if err := fn(v.Of(1)); err != nil {
		t.Fatal(err)
	}
}

// partOf is what a member has of the dividend.
func partOf(t *testing.T, l *statetest.L, m state.Member) (part surplus.Part) {
	t.Helper()
	read(t, l, func(r state.Reader) (err error) {
		part, _, err = surplus.PartOf(r, 1, 2, m)
		return err
	})
	return part
}

func try(name string, by state.Member, a state.Action, want *state.Rejection) statetest.Row {
	return statetest.Try(name, by, a, want)
}
