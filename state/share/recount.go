package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A recounting is what operations and subscriptions sum to, by member and class.
type recounting struct {
	issued, pending, refunded map[holdingKey]uint64
	paid                      map[shareclass.Number]uint64
	last                      map[holdingKey]uint64 // operation on a holding
	brought                   map[holdingKey]uint64 // units brought in, beside what the class allows
	issues                    map[uint64]uint64     // the last issue of a subscription that stands
	drawn                     map[uint64]uint64     // units issued of a subscription
	part                      map[shareclass.Number]money.Amount
}

func recount(r state.Reader, reg Register) (recounting, error) {
	sum := recounting{
		map[holdingKey]uint64{}, map[holdingKey]uint64{}, map[holdingKey]uint64{}, map[shareclass.Number]uint64{},
		map[holdingKey]uint64{}, map[holdingKey]uint64{}, map[uint64]uint64{}, map[uint64]uint64{}, map[shareclass.Number]money.Amount{},
	}
	if err := sum.operations(r, reg); err != nil {
		return sum, err
	}
	return sum, sum.subscriptions(r, reg)
}

// operations sums the register's operations: holdings are their fold.
func (sum recounting) operations(r state.Reader, reg Register) error {
	var next, day uint64
	err := Operations(r, 0, ^uint64(0), func(n uint64, o Change) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("operation %d follows %d", n, next-1)
		}
		if o.DayOf() < day {
			return false, fmt.Errorf("operation %d counts from a day before that of operation %d", n, n-1)
		}
		day = o.DayOf()
		return true, sum.fold(r, n, o)
	})
	if err == nil && next != reg.Operations {
		err = fmt.Errorf("%d operations, the register says %d", next, reg.Operations)
	}
	return err
}

// fold adds operation n.
func (sum recounting) fold(r state.Reader, n uint64, o Change) error {
	key := holdingKey{o.Class, o.Member}
	if o.Prev != sum.last[key] {
		return fmt.Errorf("operation %d follows %d on its holding, a recount says %d", n, o.Prev, sum.last[key])
	}
	sum.last[key] = n
	if o.Sort == WrittenDown {
		return nil // what it makes of a share is held against the class's terms
	}
	if o.Leaves() {
		sum.issued[key] -= o.Units
	} else {
		sum.issued[key] += o.Units
	}
	if o.Sort == BroughtIn {
		sum.brought[key] += o.Units
	}
	if o.Reverses != 0 {
		if sum.issues[o.Subscription] != o.Reverses {
			return fmt.Errorf("operation %d takes %d back, subscription %d was issued by %d", n, o.Reverses, o.Subscription, sum.issues[o.Subscription])
		}
		delete(sum.issues, o.Subscription)
		sum.drawn[o.Subscription] -= o.Units
	} else if o.Sort == Issuing {
		sum.issues[o.Subscription] = n
		sum.drawn[o.Subscription] += o.Units
	}
	if sum.issued[key] != o.Held {
		return fmt.Errorf("operation %d leaves %d units, a recount %d", n, o.Held, sum.issued[key])
	}
	if sum.issued[key] == 0 {
		delete(sum.issued, key)
	}
	if o.Sort != Issuing {
		return checkCounter(r, n, o)
	}
	s, err := SubscriptionOf(r, o.Subscription)
	if err == nil && (s.Units < o.Units || s.Member != o.Member || s.Class != o.Class) {
		err = fmt.Errorf("operation %d differs from subscription %d", n, o.Subscription)
	}
	return err
}

// checkCounter holds an operation against its counter-operation: together they move the
// units, or their value, of one holding to another.
func checkCounter(r state.Reader, n uint64, o Change) error {
	pair := o.Sort == Conversion || o.Sort == Transferral || o.Sort == Transmission
	if pair != (o.Counter != 0) {
		return fmt.Errorf("operation %d, a %v, has the counter-operation %d", n, o.Sort, o.Counter)
	}
	if !pair {
		return nil
	}
	other, err := operations.Get(r, o.Counter)
	if err != nil {
		return err
	}
	same := other.Units == o.Units && other.Class == o.Class && other.Member != o.Member
	if o.Sort == Conversion {
		same = other.Class != o.Class && other.Member == o.Member
	}
	if !same || other.Counter != n || other.Sort != o.Sort || other.Out == o.Out {
		return fmt.Errorf("operations %d and %d do not counter each other", n, o.Counter)
	}
	return nil
}

// subscriptions sums what is subscribed and compares it with the issues that stand.
func (sum recounting) subscriptions(r state.Reader, reg Register) error {
	var next uint64
	err := Subscriptions(r, 0, ^uint64(0), func(n uint64, s Subscription) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("subscription %d follows %d", n, next-1)
		}
		if (s.Status == Issued) != (s.Operation != 0) {
			return false, fmt.Errorf("subscription %d is %v by operation %d", n, s.Status, s.Operation)
		}
		if s.Status == Issued && s.Operation != sum.issues[n] {
			return false, fmt.Errorf("subscription %d is issued by operation %d, the operations say %d", n, s.Operation, sum.issues[n])
		}
		if s.Status == Issued {
			s.Drawn = s.Units
		}
		if s.Unissued && (s.Status == Issued || s.Status == Cancelled || s.Drawn > 0 || s.Status == Unpaid && s.Received == 0) {
			return false, fmt.Errorf("the issue of subscription %d was taken back, yet it is %v, with %d received and %d drawn", n, s.Status, s.Received, s.Drawn)
		}
		if s.Drawn != sum.drawn[n] || s.Drawn > s.Units {
			return false, fmt.Errorf("%d of the %d units of subscription %d are issued, the operations say %d", s.Drawn, s.Units, n, sum.drawn[n])
		}
		return true, sum.open(r, n, s)
	})
	if err == nil && next != reg.Subscriptions {
		err = fmt.Errorf("%d subscriptions, the register says %d", next, reg.Subscriptions)
	}
	return err
}

// open adds what is not issued of subscription n.
func (sum recounting) open(r state.Reader, n uint64, s Subscription) error {
	key, left := holdingKey{s.Class, s.Member}, s.Units-s.Drawn
	switch s.Status {
	case Paid:
		terms, err := shareclass.TermsOf(r, s.Class)
		if value := money.Amount(left) * terms.Par; err != nil || s.Deducted < 0 || s.Deducted > value {
			return fmt.Errorf("subscription %d has %d deducted of %d, %v", n, s.Deducted, value, err)
		}
		sum.paid[s.Class] += left
		sum.pending[key] += left
	case Unpaid:
		terms, err := shareclass.TermsOf(r, s.Class)
		if err != nil {
			return err
		}
		lies := s.lies(terms.Par)
		if cost, err := money.Times(s.Units, terms.Par); err != nil || lies < 0 || s.Received > 0 && s.Received >= cost {
			return fmt.Errorf("subscription %d is unpaid with %d received and %d units issued, %v", n, s.Received, s.Drawn, err)
		}
		if s.Deducted < 0 || s.Deducted > lies || s.Deducted > 0 && s.Account == 0 {
			return fmt.Errorf("subscription %d has %d deducted from account %d of %d", n, s.Deducted, s.Account, lies)
		}
		sum.part[s.Class] += lies
		sum.pending[key] += left
	case Refunded, Cancelled:
		sum.refunded[key] += left
	}
	return nil
}
