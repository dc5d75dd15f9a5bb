package life

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Check: the class is one, and each office that was lost is there with since when.
func (h Change) Check(m state.Member) error {
	if h.Class == 0 || h.Class > charter.MaxClasses {
		return fmt.Errorf("member %d is of class %d from operation %d on", m, h.Class, h.Operation)
	}
	if len(h.Held) != len(h.Since) {
		return fmt.Errorf("member %d lost %d offices by operation %d, %d with since when it had them", m, len(h.Held), h.Operation, len(h.Since))
	}
	return nil
}

// CheckUnclaimed: only who has no key of its own counts never, or is invited.
func (r Record) CheckUnclaimed(m state.Member) error {
	if r.Unclaimed() {
		if r.Unproved || r.Revoked != 0 {
			return fmt.Errorf("member %d has no key of its own, and one that is unproved or revoked", m)
		}
		return nil
	}
	if r.Invited != 0 || r.Counts == Never {
		return fmt.Errorf("member %d is invited until day %d or counts from day %d, and has a key of its own or has left", m, r.Invited, r.Counts)
	}
	return nil
}

// CheckOperations: each number up to the last is used once.
func CheckOperations(used []uint64, last uint64) error {
	slices.Sort(used)
	for i, op := range used {
		if op != uint64(i+1) {
			return fmt.Errorf("operation %d stands where %d should", op, i+1)
		}
	}
	if uint64(len(used)) != last {
		return fmt.Errorf("%d operations, totals say %d", len(used), last)
	}
	return nil
}
