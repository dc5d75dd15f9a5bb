package circle

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// CheckCircles is this room's invariant for one co-op: circles, their budgets and payments
// are numbered without gaps and those that last are listed, who has a seat has a spell that
// lasts and the others have none, no budget is overspent and what was spent of it is the sum
// of its payments, each confirmed by another than who proposed it and posted to the journal.
func CheckCircles(r state.Reader) error {
	next, lasting := Number(0), []Number(nil)
	err := Range(r, 0, ^Number(0), func(n Number, circle Circle) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("circle %d follows %d", n, next-1)
		}
		if circle.Dissolved == 0 {
			lasting = append(lasting, n)
		}
		for _, check := range []func(state.Reader, Number, Circle) error{checkSeats, checkMoney} {
			if err := check(r, n, circle); err != nil {
				return false, fmt.Errorf("circle %d: %w", n, err)
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	t, err := TotalsOf(r)
	if err == nil && (t.Circles != uint32(next) || len(lasting) > MaxCircles || !slices.Equal(t.Lasting, lasting)) {
		err = fmt.Errorf("there are %d circles, of which %v last; the totals say %d and %v", next, lasting, t.Circles, t.Lasting)
	}
	return err
}

func checkSeats(r state.Reader, n Number, circle Circle) error {
	if len(circle.Members) > MaxMembers || !slices.IsSorted(circle.Members) {
		return fmt.Errorf("its members are %v", circle.Members)
	}
	seated := 0
	err := Seats(r, n, 0, func(m state.Member, seat Seat) (bool, error) {
		rec, err := member.Find(r, m)
		if err != nil {
			return false, err
		}
		if len(seat.Spells) == 0 || len(seat.Spells) > MaxSpells {
			return false, fmt.Errorf("member %d has %d spells", m, len(seat.Spells))
		}
		for i, s := range seat.Spells[:len(seat.Spells)-1] {
			if _, left := s.Left(rec); s.Until == 0 && !left || seat.Spells[i+1].Since < max(s.Since, s.Until) {
				return false, fmt.Errorf("member %d: spell %d is not over", m, i+1)
			}
		}
		now := seat.Spells[len(seat.Spells)-1]
		_, left := now.Left(rec)
		lasts, listed := now.Until == 0 && !left, slices.Contains(circle.Members, m)
		if listed {
			seated++
		}
		if lasts && !listed || listed && now.Until != 0 {
			return false, fmt.Errorf("member %d has a spell that lasts: %v; has a seat: %v", m, lasts, listed)
		}
		return true, nil
	})
	if err == nil && seated != len(circle.Members) {
		err = fmt.Errorf("%d of its %d members have a seat", seated, len(circle.Members))
	}
	return err
}

func checkMoney(r state.Reader, n Number, circle Circle) error {
	spent := map[uint32]money.Amount{}
	next := uint64(0)
	err := Payments(r, n, 0, ^uint64(0), func(k uint64, p Payment) (bool, error) {
		if next++; k != next {
			return false, fmt.Errorf("payment %d follows %d", k, next-1)
		}
		if p.Confirmer == 0 {
			return true, nil
		}
		if p.Confirmer == p.By {
			return false, fmt.Errorf("payment %d: member %d proposed and confirmed it", k, p.By)
		}
		if p.Returned == 0 {
			spent[p.Budget] += p.Amount
		}
		entry, err := account.EntryOf(r, p.Entry)
		if err == nil && (len(entry.Lines) != 2 || entry.Lines[0].Amount != p.Amount) {
			err = fmt.Errorf("payment %d is of %d, entry %d is %v", k, p.Amount, p.Entry, entry.Lines)
		}
		return true, err
	})
	if err == nil && next != circle.Payments {
		err = fmt.Errorf("%d payments, the circle says %d", next, circle.Payments)
	}
	if err != nil {
		return err
	}
	number := uint32(0)
	err = Budgets(r, n, 0, ^uint32(0), func(k uint32, b Budget) (bool, error) {
		if number++; k != number {
			return false, fmt.Errorf("budget %d follows %d", k, number-1)
		}
		if b.Spent != spent[k] || b.Spent > b.Amount {
			return false, fmt.Errorf("%d of %d are spent of budget %d, payments say %d", b.Spent, b.Amount, k, spent[k])
		}
		return true, nil
	})
	if err == nil && number != circle.Budgets {
		err = fmt.Errorf("%d budgets, the circle says %d", number, circle.Budgets)
	}
	return err
}
