package holding

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A Lot is units of a holding that came to it by one operation and are held since its day.
type Lot struct {
	Operation uint64
	Day       uint64 // from which on they are held, days since 1970 UTC
	Units     uint64
}

// Lots are a holding's units by how long they are held, the oldest first. What came first
// leaves first; an issue that is taken back takes its own units. It reads the operations
// on the holding, and none of others.
//
// Source: first in, first out, as securities of one kind are taken to leave a holding;
// docs/rules.md, "Shares".
func Lots(r state.Reader, class shareclass.Number, m state.Member) ([]Lot, error) {
	h, err := share.HoldingOf(r, class, m)
	if err != nil {
		return nil, err
	}
	type step struct {
		number uint64
		share.Change
	}
	var steps []step
	for n := h.Operation; n != 0; {
		o, _, err := share.OperationOf(r, n)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{n, o})
		if n = o.Prev; o.Held == o.Units && !o.Leaves() {
			break // there was nothing before it
		}
	}
	var lots []Lot
	for _, o := range slices.Backward(steps) {
		if !o.Leaves() {
			lots = append(lots, Lot{o.number, o.DayOf(), o.Units})
			continue
		}
		left := o.Units
		for i := range lots {
			if o.Reverses == 0 || lots[i].Operation == o.Reverses {
				part := min(left, lots[i].Units)
				lots[i].Units -= part
				left -= part
			}
		}
		for i := range lots { // of the issue that is taken back, some had left
			part := min(left, lots[i].Units)
			lots[i].Units -= part
			left -= part
		}
		lots = slices.DeleteFunc(lots, func(l Lot) bool { return l.Units == 0 })
	}
	return lots, nil
}
