package account_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The room's tables, opened again to break them.
var (
	accounts  = state.NewTable[account.Code, account.Account](0x30)
	balances  = state.NewTable[account.Code, money.Amount](0x31)
	journal   = state.NewTable[uint64, account.Record](0x32)
	reversals = state.NewTable[uint64, uint64](0x33)
	books     = state.NewTable[uint8, account.Books](0x34)
	results   = state.NewTable[resultKey, money.Amount](0x35)
)

type resultKey struct {
	Period account.Period
	Code   account.Code
}

// entry returns a change of a journal entry.
func entry(n uint64, change func(*account.Record)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		rec, err := journal.Get(c, n)
		if err != nil {
			panic(err)
		}
		change(&rec)
		journal.Put(c, n, rec)
	}
}

// figures returns a change of the books' figures.
func figures(change func(*account.Books)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		b, err := books.Get(c, 0)
		if err != nil {
			panic(err)
		}
		change(&b)
		books.Put(c, 0, b)
	}
}

// CheckBooks fails when a record is broken, and says which.
func TestCheckBooksFails(t *testing.T) {
	// 1 and 2 stand, 3 is reversed by 4.
	scene := func(l *statetest.L) {
		l.Must(treasurer, post(account.Debit(1000, 500), account.Credit(4000, 500)))
		l.Must(treasurer, post(account.Debit(5000, 70), account.Credit(1000, 70)))
		l.Must(treasurer, post(account.Debit(5100, 9), account.Credit(1100, 9)))
		l.Must(treasurer, account.Reverse{Entry: 3, Narrative: "x"})
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "an entry erased", Break: func(c *state.Ctx) { journal.Delete(c, 2) }, Says: "entry 3 follows 1"},
		{Name: "a line's amount", Break: entry(1, func(r *account.Record) { r.Lines[0].Amount++ }), Says: "entry 1: debits and credits differ"},
		{Name: "a line of nothing", Break: entry(1, func(r *account.Record) { r.Lines[0].Amount = 0 }), Says: "entry 1: a line's amount is zero"},
		{Name: "no narrative", Break: entry(1, func(r *account.Record) { r.Narrative = "" }), Says: "entry 1: narrative"},
		{Name: "to an account that is none", Break: entry(1, func(r *account.Record) { r.Lines[0].Account = 9 }), Says: "entry 1: no such account"},
		{Name: "both amounts of an entry", Break: entry(1, func(r *account.Record) { r.Lines[0].Amount, r.Lines[1].Amount = 501, -501 }), Says: "account 1000 has balance 4.30 EUR, its journal lines sum to 4.31 EUR"},
		{Name: "to another account", Break: entry(1, func(r *account.Record) { r.Lines[1].Account = 4100 }), Says: "account 4000 has balance -5.00 EUR, its journal lines sum to 0.00 EUR"},
		{Name: "the last entry erased", Break: func(c *state.Ctx) { journal.Delete(c, 4); reversals.Delete(c, 3) }, Says: "3 journal entries, the books say 4"},
		{Name: "a balance", Break: func(c *state.Ctx) { balances.Put(c, 1000, 431) }, Says: "account 1000 has balance 4.31 EUR, its journal lines sum to 4.30 EUR"},
		{Name: "a balance of zero kept", Break: func(c *state.Ctx) { balances.Put(c, 1100, 0) }, Says: "account 1100 has a record of zero"},
		{Name: "a balance erased", Break: func(c *state.Ctx) { balances.Delete(c, 4000) }, Says: "balances sum to 5.00 EUR"},
		{Name: "balances erased that cancel out", Break: func(c *state.Ctx) {
			for _, code := range []account.Code{1000, 4000, 5000} {
				balances.Delete(c, code)
			}
		}, Says: "account 1000 has no balance, its journal lines sum to 4.30 EUR"},
		{Name: "a balance beyond any chart", Break: func(c *state.Ctx) { balances.Put(c, account.MaxCode+1, 1) }, Says: "account 10000 has a balance and no place in a chart"},
		{Name: "a reversal not marked", Break: func(c *state.Ctx) { reversals.Delete(c, 3) }, Says: "entry 4 reverses 3, which is marked reversed by 0"},
		{Name: "a reversal marked that is none", Break: func(c *state.Ctx) { reversals.Put(c, 1, 2) }, Says: "entry 1 is marked reversed by 2, which reverses 0"},
		{Name: "a reversal of another amount", Break: func(c *state.Ctx) {
			for _, n := range []uint64{3, 4} { // together they still cancel out, apart they are not opposite
				entry(n, func(r *account.Record) { r.Lines[0].Amount, r.Lines[1].Amount = 9, -9 })(c)
			}
		}, Says: "entry 4 reverses 3, but line 1 differs"},
		{Name: "a reversal of fewer lines", Break: entry(3, func(r *account.Record) {
			r.Lines = append(r.Lines, account.Debit(1100, 1), account.Credit(1100, 1))
		}), Says: "entry 4 reverses 3, which is marked reversed by 4"},
		{Name: "an account erased", Break: func(c *state.Ctx) { accounts.Delete(c, 5900) }, Says: "23 accounts, 6 of results; the books say 24 and 7"},
		{Name: "an entry of no period", Break: entry(1, func(r *account.Record) { r.Period = 0 }), Says: "entry 1 is of no period"},
		{Name: "an entry of another period", Break: entry(1, func(r *account.Record) { r.Period = 2 }), Says: "account 4000 moved -5.00 EUR in period 1, a recount gives 0.00 EUR"},
		{Name: "a part of a period erased", Break: func(c *state.Ctx) { results.Delete(c, resultKey{1, 4000}) }, Says: "account 4000 moved nothing in period 1, a recount gives -5.00 EUR"},
		{Name: "a part of zero kept", Break: func(c *state.Ctx) { results.Put(c, resultKey{1, 5100}, 0) }, Says: "account 5100 moved 0.00 EUR in period 1, a recount gives 0.00 EUR"},
		{Name: "a result in a closed period", Break: figures(func(b *account.Books) { b.Periods = 1 }), Says: "account 4000 has -5.00 EUR left in period 1, which is closed"},
		{Name: "a period open that is not the last", Break: figures(func(b *account.Books) {
			b.Periods, b.Open = 3, []account.Span{{Period: 1, Last: 5}}
		}), Says: "period 1 is open at place 1 of 1, the last is 3"},
		{Name: "periods that overlap", Break: figures(func(b *account.Books) {
			b.Periods, b.Open = 2, []account.Span{{Period: 1, Last: 5}, {Period: 2, Last: 5}}
		}), Says: "period 2 ends on 1970-01-06, the one before on 1970-01-06"},
		{Name: "figures of the chart", Break: figures(func(b *account.Books) { b.Accounts++ }), Says: "the books say 25 and 7"},
		{Name: "figures of the results", Break: figures(func(b *account.Books) { b.Results-- }), Says: "the books say 24 and 6"},
	})
}
