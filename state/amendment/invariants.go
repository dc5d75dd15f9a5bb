package amendment

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/tx"
)

// CheckCharter is this room's invariant for one co-op: amendments are numbered without
// gaps and took effect in places without gaps, each not before its day; what waits, and
// nothing else, is on the agenda; and the charter is what those in force come to.
func CheckCharter(r state.Reader) error {
	t, err := amendmentTotals.Get(r, 0)
	if err != nil {
		return err
	}
	var again Amendments
	taken := map[uint64]bool{}
	err = RangeAmendments(r, 0, ^AmendmentNumber(0), func(n AmendmentNumber, a Amendment) (bool, error) {
		if again.Recorded++; uint64(n) != again.Recorded {
			return false, fmt.Errorf("amendment %d follows %d", n, again.Recorded-1)
		}
		if a.Status == AmendmentInForce {
			again.InForce++
			if a.Order == 0 || a.Order > t.InForce || taken[a.Order] {
				return false, fmt.Errorf("amendment %d took effect as number %d of %d", n, a.Order, t.InForce)
			}
			taken[a.Order] = true
		}
		if a.Status == AmendmentWaits {
			again.Waiting++
		}
		if err := a.check(r, n); err != nil {
			return false, fmt.Errorf("amendment %d: %w", n, err)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if again != t {
		return fmt.Errorf("the figures of amendments are %+v, a count gives %+v", t, again)
	}
	return checkFold(r, t)
}

// check is what holds of one amendment.
func (a Amendment) check(r state.Reader, n AmendmentNumber) error {
	due, err := agenda.Has(r, midnight(min(a.From, 1<<40)), onAgenda, uint64(n))
	switch {
	case err != nil:
		return err
	case due != (a.Status == AmendmentWaits):
		return fmt.Errorf("%v; due on day %d: %v", a.Status, a.From, due)
	case (a.Status == AmendmentInForce) != (a.Order != 0) || (a.Status == AmendmentLapsed) != (a.Ended != 0 && a.Refused != 0):
		return fmt.Errorf("%v; took effect at %d as number %d, lapsed at %d for %d", a.Status, a.Effective, a.Order, a.Ended, a.Refused)
	case a.Status == AmendmentInForce && (a.Effective < a.Recorded || state.DayOf(a.Effective) < a.From):
		return fmt.Errorf("took effect at %d, carried at %d for day %d", a.Effective, a.Recorded, a.From)
	case a.Status < AmendmentWaits || a.Status > AmendmentLapsed:
		return fmt.Errorf("status %v", a.Status)
	}
	return nil
}

// checkFold: the records are what the amendments come to. A ledger without a charter has
// neither.
func checkFold(r state.Reader, t Amendments) error {
	if t == (Amendments{}) {
		return nil
	}
	now, err := Whole(r)
	if err != nil {
		return err
	}
	done, _, err := upTo(r, ^uint64(0))
	if err != nil {
		return err
	}
	want := folded(done)
	if err := differ("grants", now.Grants, want.Grants); err != nil {
		return err
	}
	if err := differ("kinds of motion", now.Motions, want.Motions); err != nil {
		return err
	}
	if err := differ("texts", now.Texts, want.Texts); err != nil {
		return err
	}
	return differ("figures", now.Policy, want.Policy)
}

// differ says where a part of the records is not what the amendments come to.
func differ[V any](part string, now, want []V) error {
	for i := range max(len(now), len(want)) {
		switch {
		case i >= len(now):
			return fmt.Errorf("%s: nothing, where the amendments come to %+v", part, want[i])
		case i >= len(want):
			return fmt.Errorf("%s: %+v, where the amendments come to nothing", part, now[i])
		case !bytes.Equal(tx.Encode(now[i]), tx.Encode(want[i])):
			return fmt.Errorf("%s: %+v, where the amendments come to %+v", part, now[i], want[i])
		}
	}
	return nil
}
