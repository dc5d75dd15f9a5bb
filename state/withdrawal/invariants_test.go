package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

var tickets = state.NewPagedTable[uint64, withdrawal.Ticket](0x2a)
var queues = state.NewTable[uint8, withdrawal.Queue](0x2b)

// CheckQueue fails when a record is broken, and says which.
func TestCheckQueueFails(t *testing.T) {
	ticket := func(n uint64, change func(*withdrawal.Ticket)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			v, err := tickets.Get(c, n)
			if err != nil {
				panic(err)
			}
			change(&v)
			tickets.Put(c, n, v)
		}
	}
	queue := func(change func(*withdrawal.Queue)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			v, err := queues.Get(c, 0)
			if err != nil {
				panic(err)
			}
			change(&v)
			queues.Put(c, 0, v)
		}
	}
	// 1 is redeemed and paid in part, 2 and 3 wait, 4 was taken back.
	scene := func(l *statetest.L) {
		for i, m := range []state.Member{ada, ben} {
			l.Mandate(share.Subscribe{Member: m, Class: common, Units: 20})
			l.Mandate(share.ConfirmPayment{Subscriptions: []uint64{uint64(i) + 1}})
			l.Mandate(share.Issue{Subscriptions: []uint64{uint64(i) + 1}})
		}
		l.Mandate(shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MaxHolding: 100, Redeemable: true}})
		for _, r := range []withdrawal.Request{ask(ada, 3), ask(ben, 4), ask(ada, 5), ask(ben, 6)} {
			l.Must(r.Member, r)
		}
		l.Must(ben, withdrawal.Cancel{Member: ben, Request: 4})
		l.Must(treasurer, redeem(1))
		l.Must(treasurer, pay(1000, 1))
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a request erased", Break: func(c *state.Ctx) { tickets.Delete(c, 2) }, Says: "request 3 follows 1"},
		{Name: "the last erased", Break: func(c *state.Ctx) { tickets.Delete(c, 4) }, Says: "3 requests, the queue says 4"},
		{Name: "no units", Break: ticket(2, func(x *withdrawal.Ticket) { x.Units = 0 }), Says: "request 2: no units"},
		{Name: "other units", Break: ticket(2, func(x *withdrawal.Ticket) { x.Units++ }), Says: "member 5 has 4 of class 1 set apart, its requests are of 5"},
		{Name: "of nobody", Break: ticket(3, func(x *withdrawal.Ticket) { x.Member = stranger }), Says: "member 4 has 5 of class 1 set apart, its requests are of 0"},
		{Name: "waits and is redeemed", Break: ticket(2, func(x *withdrawal.Ticket) { x.Operation = 3 }), Says: "request 2: waiting by operation 3"},
		{Name: "redeemed by another operation", Break: ticket(1, func(x *withdrawal.Ticket) { x.Operation = 2 }), Says: "request 1: operation 2 is another"},
		{Name: "paid more than its value", Break: ticket(1, func(x *withdrawal.Ticket) { x.Paid = 4000 }), Says: "request 1: 4000 paid, 0 taken and 0 claimed back of 3000"},
		{Name: "claimed more than was paid", Break: ticket(1, func(x *withdrawal.Ticket) { x.Claimed = 1001 }), Says: "1001 claimed back"},
		{Name: "paid and owed", Break: ticket(1, func(x *withdrawal.Ticket) { x.Paid = 3000 }), Says: "request 1: owed with a rest of 0"},
		{Name: "paid less than the books say", Break: ticket(1, func(x *withdrawal.Ticket) { x.Paid = 999 }), Says: "20.01 EUR are owed, the queue says 20.00 EUR, the books 20.00 EUR"},
		{Name: "another debt", Break: queue(func(q *withdrawal.Queue) { q.Debt++ }), Says: "20.00 EUR are owed, the queue says 20.01 EUR, the books 20.00 EUR"},
		{Name: "the front jumped", Break: queue(func(q *withdrawal.Queue) { q.Waiting.First = 3 }), Says: "lists are {First:2 Last:3} and {First:1 Last:1}, the queue says {First:3 Last:3}"},
		{Name: "a link backwards", Break: ticket(3, func(x *withdrawal.Ticket) { x.Prev = 0 }), Says: "request 3 follows 0 in its list, a recount says 2"},
		{Name: "a link to what came before", Break: ticket(3, func(x *withdrawal.Ticket) { x.Next = 2 }), Says: "request 3 is before 2 in its list"},
		{Name: "a link of what is in no list", Break: ticket(4, func(x *withdrawal.Ticket) { x.Prev = 3 }), Says: "request 4 is cancelled, between 3 and 0"},
	})
}
