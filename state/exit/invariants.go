package exit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// CheckExits is this room's invariant for one co-op: proceedings are numbered without gaps
// and their steps follow each other, each leads to a member whose file has a proceeding that
// is no earlier, and what is to take effect is on the agenda and in the totals.
func CheckExits(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next Number
	due := map[agenda.Room]uint64{}
	err = Range(r, 0, ^Number(0), func(n Number, p Proceeding) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("proceeding %d follows %d", n, next-1)
		}
		if p.Effect != 0 {
			due[effectDue]++
		}
		return true, p.check(r, n)
	})
	if err != nil {
		return err
	}
	if uint64(next) != t.Proceedings {
		return fmt.Errorf("%d proceedings, totals say %d", next, t.Proceedings)
	}
	err = files.Range(r, 0, ^state.Member(0), func(m state.Member, f File) (bool, error) {
		if f.Effect != 0 || f.Counted != 0 {
			due[endDue]++
		}
		return true, f.check(r, m)
	})
	if err != nil {
		return err
	}
	if t.Ends != due[endDue] {
		return fmt.Errorf("others recorded %d ends, totals say %d", due[endDue], t.Ends)
	}
	got := map[agenda.Room]uint64{}
	err = agenda.Range(r, func(_ int64, room agenda.Room, _ uint64) (bool, error) {
		got[room]++
		return true, nil
	})
	for _, room := range []agenda.Room{effectDue, endDue} {
		if err == nil && got[room] != due[room] {
			err = fmt.Errorf("%d items of room %d take effect, %d are on the agenda", due[room], room, got[room])
		}
	}
	return err
}

// check: the steps of proceeding n follow each other.
func (p Proceeding) check(r state.Reader, n Number) error {
	f, err := files.Get(r, p.Member)
	if err != nil {
		return err
	}
	distinct := slices.Clone(p.Seconders)
	slices.Sort(distinct)
	switch {
	case f.Proceeding < n:
		return fmt.Errorf("proceeding %d is of member %d, whose last is %d", n, p.Member, f.Proceeding)
	case p.Hearing <= state.DayOf(p.Noticed):
		return fmt.Errorf("proceeding %d: the hearing is on day %d, the notice on day %d", n, p.Hearing, state.DayOf(p.Noticed))
	case p.Held != 0 && p.Held < p.Hearing:
		return fmt.Errorf("proceeding %d: heard on day %d, summoned for day %d", n, p.Held, p.Hearing)
	case p.Decided != 0 && (p.Held == 0 || state.DayOf(p.Decided) < p.Held):
		return fmt.Errorf("proceeding %d: decided without a hearing", n)
	case p.Decided == 0 && (p.Effect != 0 || p.Outcome == Expelled || p.Outcome == Allowed):
		return fmt.Errorf("proceeding %d: in effect without a decision", n)
	case p.Outcome != 0 && p.Effect != 0:
		return fmt.Errorf("proceeding %d: over and still to take effect", n)
	case len(slices.Compact(distinct)) != len(p.Seconders) || slices.Contains(p.Seconders, p.Member):
		return fmt.Errorf("proceeding %d: seconded by %v", n, p.Seconders)
	case p.Outcome == Allowed && p.Appealed == 0:
		return fmt.Errorf("proceeding %d: an appeal is allowed that does not stand", n)
	}
	if p.Effect == 0 {
		return nil
	}
	has, err := agenda.Has(r, midnight(p.Effect), effectDue, uint64(n))
	if err == nil && !has {
		err = fmt.Errorf("proceeding %d is not due on day %d", n, p.Effect)
	}
	return err
}

// check: the file is of a member, and what it waits for is on the agenda.
func (f File) check(r state.Reader, m state.Member) error {
	rec, err := member.Find(r, m)
	if err != nil {
		return fmt.Errorf("file of member %d: %w", m, err)
	}
	if len(f.Heirs) > 0 && !rec.Ended().Final() {
		return fmt.Errorf("member %d has heirs and is %v", m, rec.Standing())
	}
	if (f.Effect == 0) != (f.Ending == 0) || (f.Effect == 0) != (f.Ended == 0) {
		return fmt.Errorf("member %d: %v on day %d takes effect on day %d", m, f.Ending, f.Ended, f.Effect)
	}
	if f.Effect != 0 && f.Counted != 0 {
		return fmt.Errorf("member %d's end is in effect and is not", m)
	}
	if f.Effect == 0 && f.Counted == 0 {
		return nil
	}
	has, err := agenda.Has(r, midnight(max(f.Effect, f.Counted)), endDue, uint64(m))
	if err == nil && !has {
		err = errors.New("its end is not due")
	}
	if err != nil {
		err = fmt.Errorf("member %d, day %d: %w", m, f.Effect, err)
	}
	return err
}
