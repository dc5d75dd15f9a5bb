package app

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/tx"
)

// movingIn is a co-op of two people with ten shares of 25.00 and an auditor.
func movingIn() ([]takeover.Person, takeover.Adopt) {
	people := []takeover.Person{
		{Entry: member.Entry{Key: fedKey(1, 101).Public(), Class: 1}, Ref: "M1", Joined: 18000, Held: []takeover.Held{{Class: 1, Units: 10, Since: 18100}}},
		{Entry: member.Entry{Key: fedKey(1, 102).Public(), Class: 1}, Ref: "M2", Posts: []takeover.Post{{Office: charter.Auditor, Since: 19000}}},
	}
	return people, takeover.Adopt{
		Parts: [][]byte{takeover.Digest(people)}, Day: 19600, People: 2, Capital: 25000,
		Balances: []account.Line{account.Debit(account.Bank, 25000)},
		Seats:    []takeover.Seat{{Person: 2, Office: charter.Auditor}},
	}
}

// adopts has the founders of co-op 1 sign what it is founded with and brings in.
func adopts(t testing.TB, g *federation.Genesis, m takeover.Adopt) {
	c := &g.Coops[0]
	c.Shares = []federation.GenesisClass{{Number: 1, Name: "share", Par: 2500, MaxHolding: 100}}
	c.Takeover = federation.TakeoverOf(m)
	sign(t, c)
}

// sign has all founders of co-op 1 sign what it is founded with.
func sign(t testing.TB, c *federation.GenesisCoop) {
	t.Helper()
	var keys []tx.PrivateKey
	for i := range c.Members {
		keys = append(keys, fedKey(1, state.Member(i+1)))
	}
	signed, err := c.SignedBy(fedChain, 1, keys...)
	if err != nil {
		t.Fatal(err)
	}
	*c = signed
}

// What a founding adopts every founder signed; the rows are in the order of the checks.
func TestFoundingAdoptsWhatAllSigned(t *testing.T) {
	_, good := movingIn()
	for _, row := range []struct {
		name  string
		spoil func(c *federation.GenesisCoop)
		says  string
	}{
		{"no day", func(c *federation.GenesisCoop) { c.Takeover.Day, c.Takeover.Parts = "31.12.2025", nil }, `"31.12.2025" is no day like 2026-12-31`},
		{"no digest", func(c *federation.GenesisCoop) { c.Takeover.Parts[0], c.Takeover.Capital = "zz", 1 }, "part 1 of what is brought in"},
		{"totals that disagree", func(c *federation.GenesisCoop) { c.Takeover.Capital, c.Members[0].Adopts = 24999, "zz" }, takeover.ErrBalances.Reason},
		{"no signature at all", func(c *federation.GenesisCoop) { c.Members[4].Adopts = "zz" }, "member 5: its signature"},
		{"one alone", func(c *federation.GenesisCoop) { c.Members = c.Members[:1] }, "there are 1 founders"},
		{"one did not sign", func(c *federation.GenesisCoop) { c.Members[3].Adopts = "" }, "founder 4, of key " + fedKey(1, 4).Public().String() + ", did not sign it"},
		{"one for another", func(c *federation.GenesisCoop) { c.Members[3].Adopts = c.Members[2].Adopts }, "founder 4"},
		{"other tables than they signed", func(c *federation.GenesisCoop) { c.Takeover.Parts[0] = strings.Repeat("ab", 32) }, "founder 1"},
		{"another day than they signed", func(c *federation.GenesisCoop) { c.Takeover.Day = "2020-01-01" }, "founder 1"},
		{"another office than they signed", func(c *federation.GenesisCoop) { c.Takeover.Seats[0].Office = charter.Secretary }, "founder 1"},
		{"another charter than they signed", func(c *federation.GenesisCoop) { c.Charter.Policy.Currency = "GBP" }, "founder 1"},
		{"another name of it", func(c *federation.GenesisCoop) { c.Charter.Name = "ours" }, "founder 1"},
		{"other offices of a founder", func(c *federation.GenesisCoop) {
			c.Members[1].Offices, c.Members[0].Offices = c.Members[0].Offices, nil
		}, "founder 1"},
		{"another worth of a share", func(c *federation.GenesisCoop) { c.Shares[0].Par = 5000 }, "founder 1"},
		{"a rule of a class", func(c *federation.GenesisCoop) {
			c.Shares[0].Rules = &shareclass.RulesEntry{MaxHolding: 100, Redeemable: true}
		}, "founder 1"},
		{"no class of shares", func(c *federation.GenesisCoop) { c.Shares = nil }, "founder 1"},
		{"a founder fewer", func(c *federation.GenesisCoop) { c.Members = c.Members[:4] }, "founder 1"},
		{"a new co-op, which they did not sign", func(c *federation.GenesisCoop) { c.Takeover = nil }, "founder 1"},
		{"as signed", func(*federation.GenesisCoop) {}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := &fed{t: t, fs: vfs.NewMem()}
			f.open()
			g, validators := fedGenesis(t, 2)
			adopts(t, &g, good)
			row.spoil(&g.Coops[0])
			_, err := f.app.InitChain(ctx, initRequest(t, g, validators))
			if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
				t.Errorf("got %v, want %q", err, row.says)
			}
			if early := g.Coops[0].CheckConsents(fedChain, 1); (early == nil) != (err == nil) {
				t.Errorf("before the founding: %v; at it: %v", early, err)
			}
		})
	}
}

// A day to come, or for another chain, is refused too.
func TestFoundingAdoptsThePast(t *testing.T) {
	_, m := movingIn()
	m.Day = 19676 // the founding is on day 19675
	f := &fed{t: t, fs: vfs.NewMem()}
	f.open()
	g, validators := fedGenesis(t, 1)
	adopts(t, &g, m)
	if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err == nil || !strings.Contains(err.Error(), takeover.ErrDay.Reason) {
		t.Errorf("got %v", err)
	}
	if err := g.Coops[0].CheckConsents("fed-2", 1); state.Rejected(err) != takeover.ErrFounders {
		t.Errorf("on another chain: %v", err)
	}
	if err := g.Coops[0].CheckConsents(fedChain, 2); state.Rejected(err) != takeover.ErrFounders {
		t.Errorf("of another co-op: %v", err)
	}
}

// What every founder signed is refused all the same if the charter does not allow it: the state
// says so, not the commands alone.
func TestFoundingKeepsItsCharter(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(m *takeover.Adopt)
		says  string
	}{
		{"the bank below its floor", func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Credit(account.Bank, 1), {Account: 1200, Amount: m.Capital + 1}}
		}, account.ErrFloor.Reason},
		{"a total of a register", func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Debit(account.Bank, m.Capital+1), account.Credit(account.Dividends, 1)}
		}, takeover.ErrBalances.Reason},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, m := movingIn()
			row.spoil(&m)
			f := &fed{t: t, fs: vfs.NewMem()}
			f.open()
			g, validators := fedGenesis(t, 1)
			adopts(t, &g, m)
			if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v, want %q", err, row.says)
			}
		})
	}
}

// A founding gives no more members an office than its charter has seats for.
func TestFoundingKeepsItsSeats(t *testing.T) {
	for _, row := range []struct {
		name string
		rule charter.OfficeRule
		says string
	}{
		{"one seat for two", charter.OfficeRule{Office: charter.Chair, Seats: 1}, "2 would hold them, 1 can"},
		{"two seats, one of their class", charter.OfficeRule{Office: charter.Chair, Seats: 2, Classes: []charter.ClassSeats{{Class: 1, Most: 1}}}, "would hold them, 1 can"},
		{"as many as there are", charter.OfficeRule{Office: charter.Chair, Seats: 2}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := &fed{t: t, fs: vfs.NewMem()}
			f.open()
			g, validators := fedGenesis(t, 1)
			g.Coops[0].Charter.Policy.Membership.Offices = []charter.OfficeRule{row.rule}
			_, err := f.app.InitChain(ctx, initRequest(t, g, validators))
			if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
				t.Errorf("got %v, want %q", err, row.says)
			}
		})
	}
}

// A founded co-op loads no holding that the rules of its class do not let a member have, though
// every founder signed the tables.
func TestFoundedCoopKeepsItsRules(t *testing.T) {
	for units, want := range map[uint64]uint32{101: share.ErrLimit.Code, 100: 0, 2: 0, 1: share.ErrMinimum.Code} {
		people, m := movingIn()
		people[0].Held[0].Units = units
		m.Parts[0], m.Capital = takeover.Digest(people), money.Amount(units)*2500
		m.Balances[0].Amount = m.Capital
		f := newFedBy(t, 1, Options{}, func(g *federation.Genesis) {
			adopts(t, g, m)
			g.Coops[0].Shares[0].Rules = &shareclass.RulesEntry{MinHolding: 2, MaxHolding: 100}
			sign(t, &g.Coops[0])
		})
		if r := f.block(f.sign(1, 3, takeover.Load{Part: 1, People: people})).TxResults[0]; r.Code != want {
			t.Errorf("%d shares: %d %s, want %d", units, r.Code, r.Log, want)
		}
	}
}

// What the founding adopted is loaded by any member, and nothing else is.
func TestFoundedCoopLoads(t *testing.T) {
	people, m := movingIn()
	f := newFedBy(t, 2, Options{}, func(g *federation.Genesis) { adopts(t, g, m) })
	other := takeover.Load{Part: 1, People: people[:1]}
	load := takeover.Load{Part: 1, People: people}
	for i, r := range f.block(f.sign(1, 3, other), f.sign(2, 3, load)).TxResults {
		if want := []uint32{takeover.ErrPart.Code, takeover.ErrNone.Code}[i]; r.Code != want {
			t.Errorf("load %d: %d %s, want %d", i, r.Code, r.Log, want)
		}
	}
	f.must(f.sign(1, 3, load))
	v := f.view()
	defer v.Close()
	r := v.Of(1)
	is, _, err := takeover.Of(r)
	if err != nil || is.Done == 0 || is.By != (state.Actor{}) || is.Member(2) != fedMembers+2 {
		t.Errorf("the takeover is %+v, %v", is, err)
	}
	past, ok, err := takeover.PastOf(r, fedMembers+1)
	if err != nil || !ok || past.Ref != "M1" || past.Joined != 18000 {
		t.Errorf("the first is %+v, %v", past, err)
	}
	if h, err := share.HoldingOf(r, 1, fedMembers+1); err != nil || h.Units != 10 {
		t.Errorf("it holds %+v, %v", h, err)
	}
	if holders, err := member.Holders(r, charter.Auditor); err != nil || len(holders) != 2 || holders[1] != fedMembers+2 {
		t.Errorf("auditors are %v, %v", holders, err)
	}
	if bank, err := account.BalanceOf(r, account.Bank); err != nil || bank != 25000 {
		t.Errorf("the bank has %d, %v", bank, err)
	}
	f.sound()
	if rec, err := member.Find(r, fedMembers+1); err != nil || rec.History[0].By != (state.Actor{}) || rec.CountsFrom() != 0 {
		t.Errorf("its entry is %+v, %v", rec, err)
	}
}
