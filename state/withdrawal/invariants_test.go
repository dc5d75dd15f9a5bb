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
		{Name: "the front jumped", Break: queue(func(q *withdrawal.Queue) { q.Waiting.First = 3 }), Says: "request 3 follows 2 in its list, a recount says 0"},
		{Name: "one that could be redeemed before the one ahead", Break: ticket(2, func(x *withdrawal.Ticket) { x.Ready += 9 }), Says: "request 2 is before 3 in its list"},
		{Name: "no list", Break: queue(func(q *withdrawal.Queue) { q.Waiting = withdrawal.List{} }), Says: "2 requests wait in no list"},
		{Name: "an empty list", Break: queue(func(q *withdrawal.Queue) { q.Further = withdrawal.Lists{{}} }), Says: "list 2 of those that wait is empty"},
		{Name: "the first list empty", Break: queue(func(q *withdrawal.Queue) { q.Waiting, q.Further = withdrawal.List{}, withdrawal.Lists{q.Waiting} }), Says: "the first list of those that wait is empty, and there are 1 further"},
		{Name: "one list twice", Break: queue(func(q *withdrawal.Queue) { q.Further = withdrawal.Lists{q.Waiting} }), Says: "request 2 is one too many in its list"},
		{Name: "lists without end", Break: queue(func(q *withdrawal.Queue) { q.Further = make(withdrawal.Lists, withdrawal.MaxLists) }), Says: "17 lists of requests that wait, at most 16 can be"},
		{Name: "a link backwards", Break: ticket(3, func(x *withdrawal.Ticket) { x.Prev = 0 }), Says: "request 3 follows 0 in its list, a recount says 2"},
		{Name: "a link to what came before", Break: ticket(3, func(x *withdrawal.Ticket) { x.Next = 2 }), Says: "request 2 follows 0 in its list, a recount says 3"},
		{Name: "a link of what is in no list", Break: ticket(4, func(x *withdrawal.Ticket) { x.Prev = 3 }), Says: "request 4: cancelled, between 3 and 0"},
	})
	// 1 is redeemed, 2 in two parts, which are 5 and 6, and what is left of it waits before 3.
	parts := func(l *statetest.L) {
		scene(l)
		l.Mandate(withdrawal.Redeem{Requests: []uint64{2}, Units: 1})
		l.Mandate(withdrawal.Redeem{Requests: []uint64{2}, Units: 2})
	}
	statetest.Spoiled(t, setup(), parts, []statetest.Spoil{
		{Name: "asked more", Break: ticket(2, func(x *withdrawal.Ticket) { x.Asked++ }), Says: "request 2 was of 5, its last part is 6: a recount says 4 with it, and 6"},
		{Name: "another last part", Break: ticket(2, func(x *withdrawal.Ticket) { x.Part = 5 }), Says: "request 2 was of 4, its last part is 5: a recount says 4 with it, and 6"},
		{Name: "asked without parts", Break: ticket(3, func(x *withdrawal.Ticket) { x.Asked = 5 }), Says: "request 3: part 0 of 5 that were asked"},
		{Name: "a part before the first", Break: ticket(5, func(x *withdrawal.Ticket) { x.Part = 1 }), Says: "request 5: the part before is 1, a recount says 0"},
		{Name: "a part of none", Break: ticket(6, func(x *withdrawal.Ticket) { x.Of = 9 }), Says: "no such request"},
		{Name: "a part of another", Break: ticket(6, func(x *withdrawal.Ticket) { x.Of = 3 }), Says: "request 6: it is no part of request 3"},
		{Name: "a part that came later", Break: ticket(6, func(x *withdrawal.Ticket) { x.Ready++ }), Says: "request 6: it is no part of request 2"},
		{Name: "a part that is none", Break: ticket(6, func(x *withdrawal.Ticket) { x.Of = 0 }), Says: "request 6: part 5 of 0 that were asked"},
		{Name: "a list too short", Break: queue(func(q *withdrawal.Queue) { q.Owed.Last = 5 }), Says: "a list of those that are owed ends with 6, the queue says 5"},
		{Name: "no list of those owed", Break: queue(func(q *withdrawal.Queue) { q.Owed = withdrawal.List{} }), Says: "3 requests that are owed are not in their list"},
		{Name: "a list that does not end", Break: ticket(5, func(x *withdrawal.Ticket) { x.Next = 5 }), Says: "request 5 follows 1 in its list, a recount says 5"},
		{Name: "one that waits among those owed", Break: ticket(6, func(x *withdrawal.Ticket) { x.Next = 3 }), Says: "request 3 is waiting, in the list of those that are owed"},
		{Name: "parts out of their order", Break: func(c *state.Ctx) {
			ticket(1, func(x *withdrawal.Ticket) { x.Next = 6 })(c)
			ticket(6, func(x *withdrawal.Ticket) { x.Prev, x.Next = 1, 5 })(c)
			ticket(5, func(x *withdrawal.Ticket) { x.Prev, x.Next = 6, 0 })(c)
			queue(func(q *withdrawal.Queue) { q.Owed.Last = 5 })(c)
		}, Says: "request 6 is before 5 in its list"},
	})
}
