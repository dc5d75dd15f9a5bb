package account_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// What the motions of one kind move in a day is added up, beside what an officer moves alone
// and what motions of other kinds move, and begins anew with the day, UTC.
func TestMostOfADay(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	v := l.Read()
	k, err := charter.MotionKindOf(v.Of(1), 1)
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	k.Most = 100
	other := k.Entry(7)
	other.Name = "other motions"
	if res := l.Mandate(amendment.Amend{Motions: []charter.MotionEntry{k.Entry(1), other}, Grants: []charter.GrantEntry{
		{Kind: account.KindPost, Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{1, 7}},
	}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Days(1)
	const alone = 0 // the treasurer, who has no limit
	for _, row := range []struct {
		name   string
		days   int64
		kind   charter.MotionKindID
		amount money.Amount
		left   string // if it is refused
	}{
		{"more than all", 0, 1, 101, "1.01 EUR, where 1.00 EUR of the 1.00 EUR a day are left"},
		{"a part", 0, 1, 60, ""},
		{"more than the rest", 0, 1, 41, "0.41 EUR, where 0.40 EUR of the 1.00 EUR a day are left"},
		{"by an officer", 0, alone, 5_000, ""},
		{"exactly the rest", 0, 1, 40, ""},
		{"nothing is left", 0, 1, 1, "0.01 EUR, where 0.00 EUR of the 1.00 EUR a day are left"},
		{"another kind has a sum of its own", 0, 7, 100, ""},
		{"and no more", 0, 7, 1, "0.01 EUR, where 0.00 EUR"},
		{"the next day", 1, 1, 100, ""},
		{"and no more either", 0, 1, 1, "0.01 EUR, where 0.00 EUR"},
	} {
		if row.days > 0 {
			l.Days(row.days)
		}
		p, before := post(account.Debit(account.Bank, row.amount), account.Credit(4000, row.amount)), l.Digest()
		by := func() state.Result { return l.MandateBy(row.kind, p) }
		if row.kind == alone {
			by = func() state.Result { return l.Do(treasurer, p) }
		}
		res := by()
		if want := row.left != ""; want != (res.Code == charter.ErrMost.Code) || !strings.Contains(res.Log, row.left) || !want && res.Code != 0 {
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.left)
		}
		if changed := l.Digest() != before; changed != (res.Code == 0) {
			t.Errorf("%s: code %d, records changed: %v", row.name, res.Code, changed)
		}
	}
	l.Sound()
}
