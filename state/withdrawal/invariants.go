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
// wait are in lists by number and by the day from which on they can be redeemed, those that
// are owed in one by their redemption; what waits is set apart on the register of shares, and
// what is owed is in the books; a request and its parts are what was asked.
func CheckQueue(r state.Reader) error {
	q, err := queues.Get(r, 0)
	if err != nil {
		return err
	}
	var next uint64
	var debt money.Amount
	counts := map[Status]uint64{}
	apart := map[holdingKey]uint64{}
	parts := partings{last: map[uint64]uint64{}, units: map[uint64]uint64{}}
	err = Range(r, 0, ^uint64(0), func(n uint64, t Ticket) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("request %d follows %d", n, next-1)
		}
		err := t.sound(r, n)
		if err == nil {
			err = parts.add(r, n, t)
		}
		if err != nil {
			return false, fmt.Errorf("request %d: %w", n, err)
		}
		debt += t.Rest()
		counts[t.Status]++
		if t.Status == Waiting {
			apart[holdingKey{t.Class, t.Member}] += t.Units
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != q.Requests {
		return fmt.Errorf("%d requests, the queue says %d", next, q.Requests)
	}
	if err := parts.whole(r); err != nil {
		return err
	}
	if q.Waiting.First == 0 && len(q.Further) > 0 {
		return fmt.Errorf("the first list of those that wait is empty, and there are %d further", len(q.Further))
	}
	if err := q.Lists().check(r, counts[Waiting]); err != nil {
		return err
	}
	owed, err := q.Owed.check(r, Owed, counts[Owed], func(_ uint64, t Ticket, _ uint64, of Ticket) bool { return t.Operation < of.Operation })
	if err != nil {
		return err
	}
	if owed != counts[Owed] {
		return fmt.Errorf("%d requests that are owed are not in their list", counts[Owed]-owed)
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

// check walks a list of requests of a status, at most so many, each of which is before the
// next by a rule. It returns how many they are.
func (l List) check(r state.Reader, status Status, most uint64, before func(uint64, Ticket, uint64, Ticket) bool) (found uint64, err error) {
	var last uint64
	var of Ticket
	for n := l.First; n != 0; found++ {
		t, err := Find(r, n)
		if err != nil {
			return 0, err
		}
		switch {
		case t.Status != status:
			return 0, fmt.Errorf("request %d is %v, in the list of those that are %v", n, t.Status, status)
		case t.Prev != last:
			return 0, fmt.Errorf("request %d follows %d in its list, a recount says %d", n, t.Prev, last)
		case last != 0 && !before(last, of, n, t):
			return 0, fmt.Errorf("request %d is before %d in its list", last, n)
		case found == most:
			return 0, fmt.Errorf("request %d is one too many in its list", n)
		}
		last, of, n = n, t, t.Next
	}
	if last != l.Last {
		return 0, fmt.Errorf("a list of those that are %v ends with %d, the queue says %d", status, last, l.Last)
	}
	return found, nil
}

// partings are the requests of which parts were redeemed.
type partings struct {
	of    []uint64          // in the order of numbers
	last  map[uint64]uint64 // part of each so far
	units map[uint64]uint64
}

// add holds a part against the request that it is of and the part before.
func (x *partings) add(r state.Reader, n uint64, t Ticket) error {
	if t.Status != Waiting && t.Status != Owed && (t.Prev != 0 || t.Next != 0) {
		return fmt.Errorf("%v, between %d and %d", t.Status, t.Prev, t.Next)
	}
	if t.Asked != 0 {
		x.of = append(x.of, n)
	}
	if t.Of == 0 {
		if (t.Part != 0) != (t.Asked != 0) {
			return fmt.Errorf("part %d of %d that were asked", t.Part, t.Asked)
		}
		return nil
	}
	of, err := Find(r, t.Of)
	switch {
	case err != nil:
		return err
	case t.Of >= n, t.Asked != 0, of.Of != 0, of.Asked == 0, t.Redeemed == 0,
		of.Member != t.Member, of.Class != t.Class, of.Time != t.Time, of.Ready != t.Ready:
		return fmt.Errorf("it is no part of request %d", t.Of)
	case t.Part != x.last[t.Of]:
		return fmt.Errorf("the part before is %d, a recount says %d", t.Part, x.last[t.Of])
	}
	x.last[t.Of] = n
	x.units[t.Of] += t.Units
	return nil
}

// whole holds what was asked against the parts and what is left.
func (x *partings) whole(r state.Reader) error {
	for _, n := range x.of {
		t, err := Find(r, n)
		if err != nil {
			return err
		}
		if t.Part != x.last[n] || t.Asked != t.Units+x.units[n] {
			return fmt.Errorf("request %d was of %d, its last part is %d: a recount says %d with it, and %d", n, t.Asked, t.Part, t.Units+x.units[n], x.last[n])
		}
	}
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
