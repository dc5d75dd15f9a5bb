package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// What is paid back on an account is so of the loan that is due first; more than was lent is of
// none, and what is lent beyond that is a loan without terms.
func TestLoansLeft(t *testing.T) {
	past := takeover.Past{Loans: []takeover.Loan{
		{Account: 2400, Sum: 300}, {Account: 2400, Sum: 200, Due: 21000}, {Account: 2400, Sum: 100, Due: 20000}, {Account: 2500, Sum: 50, Due: 1},
	}}
	for _, row := range []struct {
		name string
		by   moved
		want []money.Amount
	}{
		{"nothing", nil, []money.Amount{300, 200, 100, 50}},
		{"other accounts", moved{1000: {net: -70}, 2000: {net: 70}}, []money.Amount{300, 200, 100, 50}},
		{"a part of the first due", moved{2400: {net: 99}}, []money.Amount{300, 200, 1, 50}},
		{"the first due and more", moved{2400: {net: 101}}, []money.Amount{300, 199, 0, 50}},
		{"all but one unit", moved{2400: {net: 599}}, []money.Amount{1, 0, 0, 50}},
		{"all", moved{2400: {net: 600}, 2500: {net: 50}}, []money.Amount{0, 0, 0, 0}},
		{"more than all", moved{2400: {net: 601}, 2500: {net: 51}}, []money.Amount{0, 0, 0, 0, -1, -1}},
		{"lent here", moved{2400: {net: -7}, 2500: {net: 1}}, []money.Amount{300, 200, 100, 49, 7}},
	} {
		before := row.by[2400]
		var got []money.Amount
		for _, l := range loansLeft(past, row.by) {
			got = append(got, l.Sum)
		}
		if diff := cmp.Diff(row.want, got); diff != "" || row.by[2400] != before {
			t.Errorf("%s: (-want +got)\n%s", row.name, diff)
		}
	}
	if got := loansLeft(takeover.Past{}, moved{2400: {net: -5}, 2000: {net: -5}}); len(got) != 1 || got[0].Sum != 5 || got[0].brought != 0 {
		t.Errorf("who lent here alone: %+v", got)
	}
	// What was lent here and paid back is seen as that; what was only entered and reversed is not.
	by := moved{}
	entry := func(amount money.Amount, reverses uint64) {
		by.add(account.Record{Reverses: reverses, Lines: []account.Line{{Account: 2400, Amount: amount}}})
	}
	entry(-40, 0)
	entry(40, 1)
	if got := loansLeft(takeover.Past{}, by); len(got) != 0 {
		t.Errorf("entered and reversed: %+v", got)
	}
	entry(-70, 0)
	entry(30, 0)
	entry(-30, 4)
	entry(70, 0)
	if got := loansLeft(takeover.Past{}, by); len(got) != 1 || got[0].Sum != 0 || got[0].here != 70 {
		t.Errorf("lent here and paid back: %+v", got)
	}
}
