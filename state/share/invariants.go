package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
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
	err = shareclass.Range(r, func(class shareclass.Number, terms shareclass.Terms) (bool, error) {
		t, err := checkClass(r, class, terms, sum)
		if err != nil {
			return false, fmt.Errorf("class %d: %w", class, err)
		}
		if t.Paid != sum.paid[class] {
			return false, fmt.Errorf("class %d: %d units paid and not issued, totals say %d", class, sum.paid[class], t.Paid)
		}
		if t.Part != sum.part[class] {
			return false, fmt.Errorf("class %d: %s paid in parts, totals say %s", class, charter.Money(r, sum.part[class]), charter.Money(r, t.Part))
		}
		waiting, err := money.Times(t.Paid, terms.Par)
		capital += t.Capital
		applied += waiting + t.Part
		return err == nil, err
	})
	if err != nil {
		return err
	}
	if len(sum.issued)+len(sum.pending) > 0 {
		return fmt.Errorf("%d holdings are missing from the register", max(len(sum.issued), len(sum.pending)))
	}
	if capital > reg.Highest {
		return fmt.Errorf("a share capital of %s, the highest that there ever was is %s", charter.Money(r, capital), charter.Money(r, reg.Highest))
	}
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

// checkClass compares a class's holdings with the recount, from which it takes
// them, and its totals with the holdings.
func checkClass(r state.Reader, class shareclass.Number, terms shareclass.Terms, sum recounting) (Totals, error) {
	t, err := totals.Get(r, class)
	if err != nil {
		return t, err
	}
	low, high, err := terms.Widest(r, class)
	if err != nil {
		return t, err
	}
	if err := checkValue(r, terms, sum.last[holdingKey{class, 0}]); err != nil {
		return t, err
	}
	var units, pending, holders uint64
	err = RangeHoldings(r, class, 0, ^state.Member(0), func(m state.Member, h Holding) (bool, error) {
		key := holdingKey{class, m}
		if h.Units != sum.issued[key] || h.Pending != sum.pending[key] || h == (Holding{}) {
			return false, fmt.Errorf("member %d holds %d + %d pending, a recount gives %d + %d", m, h.Units, h.Pending, sum.issued[key], sum.pending[key])
		}
		if h.Operation != sum.last[key] {
			return false, fmt.Errorf("member %d's holding is by operation %d, a recount says %d", m, h.Operation, sum.last[key])
		}
		if h.Units+h.Pending > high+sum.brought[key] {
			return false, fmt.Errorf("member %d holds %d + %d pending, the limit is %d", m, h.Units, h.Pending, high)
		}
		if left := h.Units + h.Pending; left > 0 && left+sum.refunded[key] < low {
			return false, fmt.Errorf("member %d holds %d + %d pending, the minimum is %d", m, h.Units, h.Pending, low)
		}
		if h.Leaving > h.Units {
			return false, fmt.Errorf("member %d holds %d and has asked %d back", m, h.Units, h.Leaving)
		}
		delete(sum.issued, key)
		delete(sum.pending, key)
		units += h.Units
		pending += h.Pending
		if h.Units > 0 {
			holders++
		}
		return true, nil
	})
	if err != nil {
		return t, err
	}
	capital, err := money.Times(units, terms.Value())
	if err != nil {
		return t, err
	}
	if t.Subscribed != pending {
		return t, fmt.Errorf("%d units subscribed, totals say %d", pending, t.Subscribed)
	}
	if t.Units != units || t.Holders != holders || t.Capital != capital {
		return t, fmt.Errorf("%d units at %s with %s, totals say %d at %s with %d", units, charter.Money(r, capital), words.Plural(holders, "holder"), t.Units, charter.Money(r, t.Capital), t.Holders)
	}
	return t, nil
}

// checkValue holds what a share is worth against the last operation that wrote it down.
func checkValue(r state.Reader, t shareclass.Terms, down uint64) error {
	if t.Down != down {
		return fmt.Errorf("written down by operation %d, a recount says %d", t.Down, down)
	}
	value, err := t.Par, error(nil)
	if down != 0 {
		var o Change
		o, err = operations.Get(r, down)
		value = o.Value
	}
	if err == nil && (value != t.Value() || value <= 0) {
		err = fmt.Errorf("a share is worth %s, the operations say %s", charter.Money(r, t.Value()), charter.Money(r, value))
	}
	return err
}
