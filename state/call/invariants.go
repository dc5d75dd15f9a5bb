package call

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// CheckCalls is this room's invariant for one co-op: the calls of each class are numbered
// without gaps, come to what its figures say and to no more than its par.
func CheckCalls(r state.Reader) error {
	return shareclass.Range(r, func(class shareclass.Number, terms shareclass.Terms) (bool, error) {
		var sum money.Amount
		var next uint32
		err := Demands(r, class, func(n uint32, d Demand) (bool, error) {
			if next++; n != next {
				return false, fmt.Errorf("class %d: call %d follows %d", class, n, next-1)
			}
			sum += d.Amount
			return true, nil
		})
		if err != nil {
			return false, err
		}
		t, err := share.TotalsOf(r, class)
		if err == nil && (sum != t.Called || next != t.Calls || sum > terms.Par) {
			err = fmt.Errorf("class %d: calls of %s, totals say %s by %d", class, charter.Money(r, sum), charter.Money(r, t.Called), t.Calls)
		}
		return err == nil, err
	})
}
