package share_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

type holdingKey struct {
	Class  shareclass.Number
	Member state.Member
}

// The room's tables and the books' balances, opened again to break them.
var (
	holdings      = state.NewPagedTable[holdingKey, share.Holding](0x20)
	classes       = state.NewTable[shareclass.Number, shareclass.Terms](0x21)
	classTotals   = state.NewTable[shareclass.Number, share.Totals](0x22)
	subscriptions = state.NewPagedTable[uint64, share.Subscription](0x23)
	operations    = state.NewPagedTable[uint64, share.Change](0x24)
	registers     = state.NewTable[uint8, share.Register](0x25)
	balances      = state.NewTable[account.Code, money.Amount](0x31)
)

// edit returns a change of one record of a table.
func edit[K comparable, V any](table state.Table[K, V], k K, change func(*V)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		v, err := table.Get(c, k)
		if err != nil {
			panic(err)
		}
		change(&v)
		table.Put(c, k, v)
	}
}

// CheckShares fails when a record is broken, and says which.
func TestCheckSharesFails(t *testing.T) {
	// ada holds 3 by operation 1 and 2 more are paid; ben has 5 unpaid.
	scene := func(l *statetest.L) {
		for _, s := range []share.Subscribe{subscribe(ada, common, 3), subscribe(ada, common, 2), subscribe(ben, common, 5)} {
			l.Must(s.Member, s)
		}
		l.Must(treasurer, pay(1, 2))
		l.Must(secretary, issue(1))
	}
	held, bens := holdingKey{common, ada}, holdingKey{common, ben}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "an operation erased", Break: func(c *state.Ctx) { operations.Delete(c, 1) }, Says: "0 operations, the register says 1"},
		{Name: "an operation with another number", Break: func(c *state.Ctx) {
			edit(operations, 1, func(*share.Change) {})(c)
			operations.Put(c, 2, share.Change{Subscription: 1, Member: ada, Class: common, Units: 3, Held: 3, Time: 1 << 40})
			operations.Delete(c, 1)
		}, Says: "operation 2 follows 0"},
		{Name: "an operation that leaves more", Break: edit(operations, 1, func(o *share.Change) { o.Held++ }), Says: "operation 1 leaves 4 units, a recount 3"},
		{Name: "an operation of more units", Break: edit(operations, 1, func(o *share.Change) { o.Units++; o.Held++ }), Says: "operation 1 differs from subscription 1"},
		{Name: "an operation of fewer units", Break: edit(operations, 1, func(o *share.Change) { o.Units--; o.Held-- }), Says: "3 of the 3 units of subscription 1 are issued, the operations say 2"},
		{Name: "an operation of another's", Break: edit(operations, 1, func(o *share.Change) { o.Member = ben }), Says: "operation 1 differs from subscription 1"},
		{Name: "an operation of another class", Break: edit(operations, 1, func(o *share.Change) { o.Class = bond }), Says: "operation 1 differs from subscription 1"},
		{Name: "an operation after one on another holding", Break: edit(operations, 1, func(o *share.Change) { o.Prev = 7 }), Says: "operation 1 follows 7 on its holding, a recount says 0"},
		{Name: "a holding by another operation", Break: edit(holdings, held, func(h *share.Holding) { h.Operation = 7 }), Says: "member 4's holding is by operation 7, a recount says 1"},
		{Name: "more asked back than held", Break: edit(holdings, held, func(h *share.Holding) { h.Leaving = 4 }), Says: "member 4 holds 3 and has asked 4 back"},
		{Name: "an operation for no subscription", Break: edit(operations, 1, func(o *share.Change) { o.Subscription = 9 }), Says: "no such subscription"},
		{Name: "an operation too many", Break: edit(registers, 0, func(r *share.Register) { r.Operations++ }), Says: "1 operations, the register says 2"},
		{Name: "a subscription erased", Break: func(c *state.Ctx) { subscriptions.Delete(c, 2) }, Says: "subscription 3 follows 1"},
		{Name: "the last subscription erased", Break: func(c *state.Ctx) { subscriptions.Delete(c, 3) }, Says: "2 subscriptions, the register says 3"},
		{Name: "issued by no operation", Break: edit(subscriptions, 2, func(s *share.Subscription) { s.Status = share.Issued }), Says: "subscription 2 is issued by operation 0"},
		{Name: "an operation and unpaid", Break: edit(subscriptions, 1, func(s *share.Subscription) { s.Status = share.Unpaid }), Says: "subscription 1 is unpaid by operation 1"},
		{Name: "issued by another operation", Break: edit(subscriptions, 1, func(s *share.Subscription) { s.Operation = 2 }), Says: "subscription 1 is issued by operation 2, the operations say 1"},
		{Name: "taken back without an issue", Break: edit(operations, 1, func(o *share.Change) { o.Reverses = 1 }), Says: "operation 1 takes 1 back, subscription 1 was issued by 0"},
		{Name: "refunded and still pending", Break: edit(subscriptions, 3, func(s *share.Subscription) { s.Status = share.Refunded }), Says: "class 1: member 5 holds 0 + 5 pending, a recount gives 0 + 0"},
		{Name: "paid without money", Break: edit(subscriptions, 3, func(s *share.Subscription) { s.Status = share.Paid }), Says: "class 1: 7 units paid and not issued, totals say 2"},
		{Name: "cancelled and still pending", Break: edit(subscriptions, 3, func(s *share.Subscription) { s.Status = share.Cancelled }), Says: "class 1: member 5 holds 0 + 5 pending, a recount gives 0 + 0"},
		{Name: "a unit too many", Break: edit(holdings, held, func(h *share.Holding) { h.Units++ }), Says: "class 1: member 4 holds 4 + 2 pending, a recount gives 3 + 2"},
		{Name: "a pending unit too many", Break: edit(holdings, held, func(h *share.Holding) { h.Pending++ }), Says: "class 1: member 4 holds 3 + 3 pending, a recount gives 3 + 2"},
		{Name: "a holding from nothing", Break: func(c *state.Ctx) { holdings.Put(c, holdingKey{bond, ben}, share.Holding{Units: 1}) }, Says: "class 2: member 5 holds 1 + 0 pending, a recount gives 0 + 0"},
		{Name: "a holding of nothing", Break: func(c *state.Ctx) { holdings.Put(c, holdingKey{bond, ben}, share.Holding{}) }, Says: "class 2: member 5 holds 0 + 0 pending, a recount gives 0 + 0"},
		{Name: "a holding erased", Break: func(c *state.Ctx) { holdings.Delete(c, bens) }, Says: "class 1: 2 units subscribed, totals say 7"},
		{Name: "a holding erased, of which the totals know nothing", Break: func(c *state.Ctx) {
			holdings.Delete(c, bens)
			edit(classTotals, common, func(t *share.Totals) { t.Subscribed = 2 })(c)
		}, Says: "1 holdings are missing from the register"},
		{Name: "subscribed units of a class", Break: edit(classTotals, common, func(t *share.Totals) { t.Subscribed++ }), Says: "class 1: 7 units subscribed, totals say 8"},
		{Name: "a lower limit", Break: edit(classes, common, func(t *shareclass.Terms) { t.MaxHolding = 4 }), Says: "class 1: member 4 holds 3 + 2 pending, the limit is 4"},
		{Name: "a higher minimum", Break: edit(classes, common, func(t *shareclass.Terms) { t.MinHolding = 6 }), Says: "class 1: member 4 holds 3 + 2 pending, the minimum is 6"},
		{Name: "another par", Break: edit(classes, common, func(t *shareclass.Terms) { t.Par++ }), Says: "class 1: 3 units at 30.03 EUR with 1 holder, totals say 3 at 30.00 EUR with 1"},
		{Name: "a class erased", Break: func(c *state.Ctx) { classes.Delete(c, common) }, Says: "no such class of shares"},
		{Name: "units of a class", Break: edit(classTotals, common, func(t *share.Totals) { t.Units++ }), Says: "totals say 4 at 30.00 EUR with 1"},
		{Name: "capital of a class", Break: edit(classTotals, common, func(t *share.Totals) { t.Capital-- }), Says: "totals say 3 at 29.99 EUR with 1"},
		{Name: "holders of a class", Break: edit(classTotals, common, func(t *share.Totals) { t.Holders++ }), Says: "totals say 3 at 30.00 EUR with 2"},
		{Name: "money in parts", Break: edit(classTotals, common, func(t *share.Totals) { t.Part++ }), Says: "class 1: 0.00 EUR paid in parts, totals say 0.01 EUR"},
		{Name: "received more than it costs", Break: edit(subscriptions, 3, func(s *share.Subscription) { s.Received = 5000 }), Says: "subscription 3 is unpaid with 5000 received"},
		{Name: "deducted more than lies", Break: edit(subscriptions, 3, func(s *share.Subscription) { s.Account, s.Deducted = 2000, 1 }), Says: "subscription 3 has 1 deducted from account 2000 of 0"},
		{Name: "deducted more than it costs", Break: edit(subscriptions, 2, func(s *share.Subscription) { s.Account, s.Deducted = 2000, 2001 }), Says: "subscription 2 has 2001 deducted of 2000"},
		{Name: "a capital that never was", Break: edit(registers, 0, func(r *share.Register) { r.Highest-- }), Says: "a share capital of 30.00 EUR, the highest that there ever was is 29.99 EUR"},
		{Name: "units paid for", Break: edit(classTotals, common, func(t *share.Totals) { t.Paid-- }), Says: "class 1: 2 units paid and not issued, totals say 1"},
		{Name: "share capital in the books", Break: edit(balances, account.Capital, func(b *money.Amount) { *b-- }), Says: "account 3000 has balance -30.01 EUR, the register says -30.00 EUR"},
		{Name: "share applications in the books", Break: edit(balances, account.Applications, func(b *money.Amount) { *b++ }), Says: "account 2100 has balance -19.99 EUR, the register says -20.00 EUR"},
	})
}
