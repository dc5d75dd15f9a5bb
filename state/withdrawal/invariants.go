package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

type holdingKey struct {
	class  shareclass.Number
	member state.Member
}

// CheckQueue is this room's invariant for one co-op: requests are gapless; those that
// wait, and those that are owed, are one list each in the order of their numbers; what
// waits is set apart on the register of shares, and what is owed is in the books.
func CheckQueue(r state.Reader) error {
	q, err := queues.Get(r, 0)
	if err != nil {
		return err
	}
	var next uint64
	var debt money.Amount
	ends := map[Status]*List{Waiting: {}, Owed: {}}
	apart := map[holdingKey]uint64{}
	err = Range(r, 0, ^uint64(0), func(n uint64, t Ticket) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("request %d follows %d", n, next-1)
		}
		if err := t.sound(r, n); err != nil {
			return false, fmt.Errorf("request %d: %w", n, err)
		}
		debt += t.Rest()
		if t.Status == Waiting {
			apart[holdingKey{t.Class, t.Member}] += t.Units
		}
		return true, ends[t.Status].follow(r, n, t)
	})
	if err != nil {
		return err
	}
	if next != q.Requests {
		return fmt.Errorf("%d requests, the queue says %d", next, q.Requests)
	}
	if *ends[Waiting] != q.Waiting || *ends[Owed] != q.Owed {
		return fmt.Errorf("lists are %+v and %+v, the queue says %+v and %+v", *ends[Waiting], *ends[Owed], q.Waiting, q.Owed)
	}
	if err := checkApart(r, apart); err != nil {
		return err
	}
	balance, err := account.BalanceOf(r, account.Redemptions)
	if err == nil && (balance != -debt || q.Debt != debt) {
		err = fmt.Errorf("%s are owed, the queue says %s, the books %s", charter.Money(r, debt), charter.Money(r, q.Debt), charter.Money(r, -balance))
	}
	return err
}

// follow holds the links of request n against those before it. A nil list is that of
// requests which are in none.
func (l *List) follow(r state.Reader, n uint64, t Ticket) error {
	if l == nil {
		if t.Prev != 0 || t.Next != 0 {
			return fmt.Errorf("request %d is %v, between %d and %d", n, t.Status, t.Prev, t.Next)
		}
		return nil
	}
	if t.Prev != l.Last {
		return fmt.Errorf("request %d follows %d in its list, a recount says %d", n, t.Prev, l.Last)
	}
	if t.Next != 0 && t.Next <= n {
		return fmt.Errorf("request %d is before %d in its list", n, t.Next)
	}
	if l.First == 0 {
		l.First = n
	}
	l.Last = n
	return nil
}

// sound holds a request's figures against each other and against the register.
func (t Ticket) sound(r state.Reader, n uint64) error {
	redeemed := t.Status != Waiting && t.Status != Cancelled
	switch rest := t.Rest(); {
	case t.Units == 0:
		return fmt.Errorf("no units")
	case redeemed != (t.Operation != 0):
		return fmt.Errorf("%v by operation %d", t.Status, t.Operation)
	case rest < 0, t.Claimed > t.Paid, t.Loss < 0:
		return fmt.Errorf("%d paid, %d taken and %d claimed back of %d", t.Paid, t.Taken, t.Claimed, t.Value)
	case (rest > 0) != (t.Status == Owed || t.Status == Aside):
		return fmt.Errorf("%v with a rest of %d", t.Status, rest)
	}
	if !redeemed {
		return nil
	}
	o, ok, err := share.OperationOf(r, t.Operation)
	if err == nil && (!ok || o.Sort != share.Redemption || o.Member != t.Member || o.Class != t.Class || o.Units != t.Units) {
		err = fmt.Errorf("operation %d is another", t.Operation)
	}
	return err
}

// checkApart compares what waits with what holdings have set apart.
func checkApart(r state.Reader, apart map[holdingKey]uint64) error {
	err := shareclass.Range(r, func(class shareclass.Number, _ shareclass.Terms) (bool, error) {
		return true, share.RangeHoldings(r, class, 0, ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
			key := holdingKey{class, m}
			if h.Leaving != apart[key] {
				return false, fmt.Errorf("member %d has %d of class %d set apart, its requests are of %d", m, h.Leaving, class, apart[key])
			}
			delete(apart, key)
			return true, nil
		})
	})
	if err == nil && len(apart) > 0 {
		err = fmt.Errorf("%d holdings of requests are missing", len(apart))
	}
	return err
}
