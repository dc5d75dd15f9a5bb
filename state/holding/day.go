package holding

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// OperationOn is the number of the last operation that counts on a day, in days since
// 1970 UTC; zero if there is none. It halves the register, so it reads few.
func OperationOn(r state.Reader, day uint64) (uint64, error) {
	reg, err := share.RegisterOf(r)
	if err != nil {
		return 0, err
	}
	low, high := uint64(0), reg.Operations // low counts, or is none; what follows high does not
	for low < high {
		middle := high - (high-low)/2
		o, _, err := share.OperationOf(r, middle)
		if err != nil {
			return 0, err
		}
		if o.DayOf() <= day {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}

// At is how many units of a holding a member held after an operation, and by which
// operation it came to that, zero if by none. It reads the operations on that holding since.
func At(r state.Reader, h share.Holding, operation uint64) (units, last uint64, err error) {
	if h.Operation <= operation {
		return h.Units, h.Operation, nil
	}
	for last = h.Operation; last > operation; {
		o, _, err := share.OperationOf(r, last)
		if err != nil {
			return 0, 0, err
		}
		last = o.Prev
	}
	if last == 0 {
		return 0, 0, nil
	}
	o, _, err := share.OperationOf(r, last)
	return o.Held, last, err
}

// ValueAt is what a share of a class was worth after an operation, in minor units: its
// par until it was written down.
func ValueAt(r state.Reader, class shareclass.Number, operation uint64) (money.Amount, error) {
	terms, err := shareclass.TermsOf(r, class)
	if err != nil || terms.Down <= operation {
		return terms.Value(), err
	}
	for down := terms.Down; down > 0; {
		o, _, err := share.OperationOf(r, down)
		if err != nil {
			return 0, err
		}
		if down <= operation {
			return o.Value, nil
		}
		down = o.Prev
	}
	return terms.Par, nil
}
