package lot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// CheckDraws is this room's invariant for one co-op: draws are numbered without gaps, who was
// drawn is what the seed gives, was in the electorate and was drawn once, and what has places
// to fill is on the agenda.
func CheckDraws(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next Number
	waiting := uint64(0)
	err = Range(r, 0, ^Number(0), func(n Number, d Drawing) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("draw %d follows %d", n, next-1)
		}
		if d.Done == 0 {
			waiting++
		}
		if err := d.check(r); err != nil {
			return false, fmt.Errorf("draw %d: %w", n, err)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	due := uint64(0)
	err = agenda.Range(r, func(_ int64, room agenda.Room, _ uint64) (bool, error) {
		if room == drawsDue {
			due++
		}
		return true, nil
	})
	if err == nil && (uint64(next) != t.Drawings || waiting != t.Waiting || due != waiting) {
		err = fmt.Errorf("%d draws, totals say %d; %d have places to fill, totals say %d, %d are on the agenda", next, t.Drawings, waiting, t.Waiting, due)
	}
	return err
}

// check draws again.
func (d Drawing) check(r state.Reader) error {
	if len(d.Held()) > int(d.Places) || d.Done != 0 && !d.Short && len(d.Held()) != int(d.Places) {
		return fmt.Errorf("%d of %d places are filled, done at %d", len(d.Held()), d.Places, d.Done)
	}
	before, seen := uint64(0), map[state.Member]bool{}
	for _, p := range d.Drawn {
		rec, err := member.Find(r, p.Member)
		if err != nil {
			return err
		}
		if p.Counter <= before || p.Counter > d.Counter || seen[p.Member] || Nth(d.Seed, p.Counter, d.Numbers) != p.Member {
			return fmt.Errorf("number %d of the draw is not member %d", p.Counter, p.Member)
		}
		if !rec.HasVote(d.Time, d.Operation) {
			return fmt.Errorf("member %d was drawn and did not count", p.Member)
		}
		before, seen[p.Member] = p.Counter, true
	}
	return nil
}
