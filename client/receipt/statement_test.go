package receipt

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// named are a view's leaves and the record of co-op 1, which statetest's ledger
// does not have.
type named struct{ *store.View }

func (n named) Leaf(key []byte) ([]byte, error) {
	if bytes.Equal(key, federation.Locate(1).Key) {
		return tx.Encode(federation.Coop{Name: "Weavers"}), nil
	}
	return n.View.Leaf(key)
}

func (n named) Each(_, _ []byte, _ func(_, _ []byte) (bool, error)) error { return errRange }

var dates = regexp.MustCompile(`on \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC`)

func TestAllocationInWords(t *testing.T) {
	l := statetest.New(t, statetest.Setup{
		Members: 4,
		Kinds:   slices.Concat(account.Kinds, surplus.Kinds, payout.Kinds),
		Grants: []charter.NamedGrant{{
			Actions:   []string{"account.Post", "surplus.OpenPeriod", "surplus.Record", "surplus.Declare", "surplus.Pay"},
			GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}},
		}},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err != nil {
				return err
			}
			return account.Found(c, chart)
		},
		EndBlock: []func(*state.Ctx) error{agenda.EndBlock(surplus.Agenda)},
	})
	says := func(stage string, m state.Member, want ...string) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		subject := Subject{Coop: 1, Member: m, Period: 1}
		st, err := statementOf("allocation", subject)
		check(t, err)
		got, err := st.words(ledger{state.Remote{Leaves: named{v}, At: v.Tip()}, current}, subject)
		check(t, err)
		for i, w := range got {
			got[i] = dates.ReplaceAllString(w, "on DATE")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: it says\n%s\nwant\n%s", stage, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	const name = `Period 1 of co-op 1, "Weavers" is called "2025".`
	l.Must(statetest.Treasurer, surplus.OpenPeriod{Name: "2025"})
	says("open", 1, name, "It is open: no surplus has been declared.")

	l.Must(statetest.Treasurer, account.Post{Narrative: "sales", Lines: []account.Line{
		account.Debit(account.Bank, 2_100_000), account.Credit(4000, 2_100_000)}})
	l.Must(statetest.Treasurer, surplus.Record{Period: 1, Measure: surplus.Hours, Digits: 1, Entries: []surplus.Figure{
		{Member: 1, Quantity: 25_000}, {Member: 3, Quantity: 5000}}})
	l.Must(statetest.Treasurer, surplus.Record{Period: 1, Measure: surplus.Purchases, Entries: []surplus.Figure{
		{Member: 1, Quantity: 20_000}, {Member: 4, Quantity: 10_000}}})
	l.Must(statetest.Treasurer, surplus.Declare{Period: 1, Surplus: 2_100_000})
	const closed = "It closed on DATE with a surplus of 21,000.00 EUR; 0.00 EUR had been carried into it."
	says("closed", 1, name, closed, "It has not been allocated.")

	res := l.Mandate(surplus.Allocate{Period: 1, Steps: []surplus.Step{
		{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 4}, Account: account.Reserve},
		{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 600_000, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 5}},
		{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 300_000, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 1}},
	}})
	if res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Block()
	l.Must(statetest.Treasurer, payout.Pay{Period: 1, Step: 2, Members: []state.Member{1}})
	const (
		allocated = "It was allocated on DATE by motion 1: 14,250.00 EUR was appropriated and 6,750.00 EUR carried forward."
		first     = "Step 1 put 5,250.00 EUR to the reserve, account 3100."
		second    = "Step 2 divided 6,000.00 EUR as a patronage dividend; member "
		third     = "Step 3 divided 3,000.00 EUR as a patronage dividend; member "
	)
	says("paid", 1, name, closed, allocated, first,
		second+"1, with 2,500.0 of 3,000.0 hours, has 1,000.00 EUR in money, paid by journal entry 5, and 4,000.00 EUR as a notice, owed and not yet due.",
		third+"1, with 200.00 EUR of 300.00 EUR in purchases, has 2,000.00 EUR in money, not paid yet.",
		"In all, member 1 has 7,000.00 EUR of it.")
	says("unpaid", 3, name, closed, allocated, first,
		second+"3, with 500.0 of 3,000.0 hours, has 200.00 EUR in money, not paid yet, and 800.00 EUR as a notice, owed and not yet due.",
		third+"3 has no part in it.",
		"In all, member 3 has 1,000.00 EUR of it.")
	for _, notices := range []bool{false, true} {
		settle := payout.Settle{Period: 1, Step: 2, Members: []state.Member{3}, Notices: notices, Account: account.Reserve, Reason: "given up"}
		if res := l.Mandate(settle); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	says("settled", 3, name, closed, allocated, first,
		second+"3, with 500.0 of 3,000.0 hours, has 200.00 EUR in money, settled other than by paying it, by journal entry 6, and no longer owed, and 800.00 EUR as a notice, settled by journal entry 7 and no longer owed.",
		third+"3 has no part in it.",
		"In all, member 3 has 1,000.00 EUR of it.")
	says("no part", 2, name, closed, allocated, first,
		second+"2 has no part in it.",
		third+"2 has no part in it.",
		"In all, member 2 has 0.00 EUR of it.")
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a counted motion with options says of them.
func TestVotesAmongOptions(t *testing.T) {
	m := motion{closed: true, status: ballot.Closed, options: []string{"“The mill”", "member 4"}, height: 7}
	m.tally.Electorate = 1200
	for _, row := range []struct {
		winners []uint16
		want    string
	}{
		{nil, "No option won."},
		{[]uint16{2}, "Won by option 2, member 4."},
		{[]uint16{1, 3}, "Won by option 1, “The mill” and option 3."},
	} {
		m.winners = row.winners
		if got := m.votes(); len(got) != 2 || got[1] != row.want || !strings.Contains(got[0], "of 1,200 entitled to cast") {
			t.Errorf("winners %v: %q, want %q", row.winners, got, row.want)
		}
	}
	counting := motion{status: ballot.Counting}
	if got := counting.stage(); got != "The motion's poll is over and its papers are being counted." {
		t.Errorf("counting: %q", got)
	}
}
