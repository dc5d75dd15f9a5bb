package dues

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// CheckDues is this room's invariant for one co-op: schedules are numbered without gaps and
// their days ascend, what each member paid is the sum of its payments, numbered without gaps,
// and all of it is the total.
func CheckDues(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	next, from := uint64(0), uint64(0)
	err = schedules.Range(r, 0, ^uint64(0), func(n uint64, s Schedule) (bool, error) {
		if next++; n != next || s.From <= from {
			return false, fmt.Errorf("schedule %d from day %d follows %d from day %d", n, s.From, next-1, from)
		}
		from = s.From
		return true, nil
	})
	if err == nil && next != t.Schedules {
		err = fmt.Errorf("%d schedules, totals say %d", next, t.Schedules)
	}
	if err != nil {
		return err
	}
	all := money.Amount(0)
	err = payers.Range(r, 0, ^state.Member(0), func(m state.Member, p Payer) (bool, error) {
		if _, err := member.Find(r, m); err != nil {
			return false, err
		}
		sum, n := money.Amount(0), uint64(0)
		err := Payments(r, m, func(k uint64, pay Payment) (bool, error) {
			if n++; k != n {
				return false, fmt.Errorf("payment %d of member %d follows %d", k, m, n-1)
			}
			sum += pay.Amount
			return true, nil
		})
		if err == nil && (n != p.Payments || sum != money.Amount(p.Paid)) {
			err = fmt.Errorf("member %d paid %d in %d payments, its record says %d in %d", m, sum, n, p.Paid, p.Payments)
		}
		all += sum
		return true, err
	})
	if err == nil && all != money.Amount(t.Paid) {
		err = fmt.Errorf("dues of %d were paid, totals say %d", all, t.Paid)
	}
	return err
}
