package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// CheckShares is this room's invariant for one co-op: subscriptions and
// operations are gapless, holdings are what the operations and the pending
// subscriptions sum to and within the bounds, totals are what a recount gives,
// share capital in the books is what is issued at par and share applications
// what is paid and not issued.
func CheckShares(r state.Reader) error {
	reg, err := registers.Get(r, 0)
	if err != nil {
		return err
	}
	sum, err := recount(r, reg)
	if err != nil {
		return err
	}
	var capital, applied money.Amount
	var count uint32
	err = Classes(r, func(class Class, terms Terms) (bool, error) {
		count++
		t, err := checkClass(r, class, terms, sum)
		if err != nil {
			return false, fmt.Errorf("class %d: %w", class, err)
		}
		if t.Paid != sum.paid[class] {
			return false, fmt.Errorf("class %d: %d units paid and not issued, totals say %d", class, sum.paid[class], t.Paid)
		}
		waiting, err := money.Times(t.Paid, terms.Par)
		if err != nil {
			return false, err
		}
		capital += t.Capital
		applied += waiting
		return true, nil
	})
	if err != nil {
		return err
	}
	if count != reg.Classes {
		return fmt.Errorf("%d classes, the register says %d", count, reg.Classes)
	}
	if len(sum.issued)+len(sum.pending) > 0 {
		return fmt.Errorf("%d holdings are missing from the register", max(len(sum.issued), len(sum.pending)))
	}
	return checkBooks(r, capital, applied)
}

// checkBooks compares the register with the accounts that are its totals.
func checkBooks(r state.Reader, capital, applied money.Amount) error {
	for _, want := range []account.Line{account.Credit(account.Capital, capital), account.Credit(account.Applications, applied)} {
		got, err := account.BalanceOf(r, want.Account)
		if err != nil {
			return err
		}
		if got != want.Amount {
			return fmt.Errorf("account %d has balance %s, the register says %s", want.Account, charter.Money(r, got), charter.Money(r, want.Amount))
		}
	}
	return nil
}

// A recounting is what operations and subscriptions sum to, by member and class.
type recounting struct {
	issued, pending, refunded map[holdingKey]uint64
	paid                      map[Class]uint64
}

func recount(r state.Reader, reg Register) (recounting, error) {
	sum := recounting{map[holdingKey]uint64{}, map[holdingKey]uint64{}, map[holdingKey]uint64{}, map[Class]uint64{}}
	issues, err := sum.operations(r, reg)
	if err != nil {
		return sum, err
	}
	return sum, sum.subscriptions(r, reg, issues)
}

// operations sums the register's operations and returns the issues that stand, by the
// subscription.
func (sum recounting) operations(r state.Reader, reg Register) (map[uint64]uint64, error) {
	var next uint64
	issues := map[uint64]uint64{}
	err := Operations(r, 0, ^uint64(0), func(n uint64, o Change) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("operation %d follows %d", n, next-1)
		}
		key := holdingKey{o.Class, o.Member}
		if o.Reverses != 0 {
			if issues[o.Subscription] != o.Reverses {
				return false, fmt.Errorf("operation %d takes %d back, subscription %d was issued by %d", n, o.Reverses, o.Subscription, issues[o.Subscription])
			}
			delete(issues, o.Subscription)
			sum.issued[key] -= o.Units
		} else {
			issues[o.Subscription] = n
			sum.issued[key] += o.Units
		}
		if sum.issued[key] != o.Held {
			return false, fmt.Errorf("operation %d leaves %d units, a recount %d", n, o.Held, sum.issued[key])
		}
		if sum.issued[key] == 0 {
			delete(sum.issued, key)
		}
		s, err := SubscriptionOf(r, o.Subscription)
		if err == nil && (s.Units != o.Units || s.Member != o.Member || s.Class != o.Class) {
			err = fmt.Errorf("operation %d differs from subscription %d", n, o.Subscription)
		}
		return true, err
	})
	if err == nil && next != reg.Operations {
		err = fmt.Errorf("%d operations, the register says %d", next, reg.Operations)
	}
	return issues, err
}

// subscriptions sums what is subscribed and compares it with the issues that stand.
func (sum recounting) subscriptions(r state.Reader, reg Register, issues map[uint64]uint64) error {
	var next uint64
	err := Subscriptions(r, 0, ^uint64(0), func(n uint64, s Subscription) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("subscription %d follows %d", n, next-1)
		}
		if (s.Status == Issued) != (s.Operation != 0) {
			return false, fmt.Errorf("subscription %d is %v by operation %d", n, s.Status, s.Operation)
		}
		if s.Operation != issues[n] {
			return false, fmt.Errorf("subscription %d is issued by operation %d, the operations say %d", n, s.Operation, issues[n])
		}
		key := holdingKey{s.Class, s.Member}
		switch s.Status {
		case Paid:
			sum.paid[s.Class] += s.Units
			sum.pending[key] += s.Units
		case Unpaid:
			sum.pending[key] += s.Units
		case Refunded:
			sum.refunded[key] += s.Units
		}
		return true, nil
	})
	if err == nil && next != reg.Subscriptions {
		err = fmt.Errorf("%d subscriptions, the register says %d", next, reg.Subscriptions)
	}
	return err
}

// checkClass compares a class's holdings with the recount, from which it takes
// them, and its totals with the holdings.
func checkClass(r state.Reader, class Class, terms Terms, sum recounting) (Totals, error) {
	t, err := totals.Get(r, class)
	if err != nil {
		return t, err
	}
	var units, holders uint64
	err = RangeHoldings(r, class, 0, ^state.Member(0), func(m state.Member, h Holding) (bool, error) {
		key := holdingKey{class, m}
		if h.Units != sum.issued[key] || h.Pending != sum.pending[key] || h.Units+h.Pending == 0 {
			return false, fmt.Errorf("member %d holds %d + %d pending, a recount gives %d + %d", m, h.Units, h.Pending, sum.issued[key], sum.pending[key])
		}
		if h.Units+h.Pending > terms.MaxHolding {
			return false, fmt.Errorf("member %d holds %d + %d pending, the limit is %d", m, h.Units, h.Pending, terms.MaxHolding)
		}
		if h.Units+h.Pending+sum.refunded[key] < terms.MinHolding {
			return false, fmt.Errorf("member %d holds %d + %d pending, the minimum is %d", m, h.Units, h.Pending, terms.MinHolding)
		}
		delete(sum.issued, key)
		delete(sum.pending, key)
		units += h.Units
		if h.Units > 0 {
			holders++
		}
		return true, nil
	})
	if err != nil {
		return t, err
	}
	capital, err := money.Times(units, terms.Par)
	if err != nil {
		return t, err
	}
	if t.Units != units || t.Holders != holders || t.Capital != capital {
		return t, fmt.Errorf("%d units at %s with %s, totals say %d at %s with %d", units, charter.Money(r, capital), words.Plural(holders, "holder"), t.Units, charter.Money(r, t.Capital), t.Holders)
	}
	return t, nil
}
