package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/intake"
)

// Who comes, and who is made to go, changes the electorate only after the charter's
// waiting time, so that nobody who lets members in or suspends them alters the
// outcome of what is proposed then. A motion's electorate is that of the day on which
// it was proposed: a member counts who had waited by then, and one whom others than
// all members suspended keeps the vote until the same time has passed. One whom others
// than all members reinstate waits again.

// afterWaiting is the first day that begins when the waiting time is over.
func afterWaiting(r state.Reader) (uint64, error) {
	policy, err := charter.PolicyOf(r)
	return state.DayOf(r.Time()+24*60*60-1) + uint64(policy.WaitingDays()), err
}

// midnight is when a day, since 1970 UTC, begins, in seconds since 1970 UTC.
func midnight(day uint64) int64 { return int64(day) * 24 * 60 * 60 }

// MostOf bounds what others than all members do to members in a time in which these
// may notice nothing: to one of them, or to one in so many of those who count. So a few
// officers cannot take the votes of those who would outvote them. Bound of the machine: no
// charter lets them do it to more.
const MostOf = 10

// requireFew refuses to do something to one more member if as many as others may are in
// that state.
func requireFew(c *state.Ctx, are uint64, what string) error {
	n, _, err := Electors(c, 0, c.Time())
	if most := max(1, n/MostOf); err == nil && are >= most {
		err = ErrMany.With("%d of the %d who count %s, at most %d can", are, n, what, most)
	}
	return err
}

// requireIntake refuses others than all members to let in more at a time than they may:
// package intake. take records that they did and cannot fail.
func requireIntake(c *state.Ctx, more uint64) (take func(), err error) {
	if by := c.Authority(); by.All || by.Actor == (state.Actor{}) {
		return func() {}, nil
	}
	n, _, err := Electors(c, 0, c.Time())
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return nil, err
	}
	in, err := intake.Of(c, policy.Membership, n)
	if err != nil {
		return nil, err
	}
	if in.Let+more > in.Most {
		return nil, ErrMany.With("%d would be let in by others within %d days where %d count, at most %d can", in.Let+more, in.Within, n, in.Most)
	}
	return func() { in.Take(c, more) }, nil
}

// back is what a suspension's end records of waiting, if others than all members
// decided it: as much as an admission, unless no motion could yet be proposed without
// the member.
func back(c *state.Ctx, r Record, to Change) (Change, error) {
	began, suspended := r.Suspension(^uint64(0))
	if !suspended || (!began.Bars && began.Until > c.Day()) || to.All || to.Lapsed {
		return to, nil
	}
	var err error
	if to.Counts, err = afterWaiting(c); err != nil {
		return to, err
	}
	to.Counts = max(to.Counts, r.CountsFrom())
	to.Until = began.Until // zero if it barred the member
	return to, nil
}

// turn adds by to what is counted of the record's days. It panics if the store cannot
// be read.
func turn(c *state.Ctx, r Record, by uint64) {
	comes, goes := r.Turns()
	add := func(day uint64, list func(*Turn) *[]uint64) {
		if day == 0 {
			return
		}
		t, err := turns.Get(c, day)
		if err != nil {
			panic(fmt.Errorf("day %d of co-op %d: %w", day, c.Coop(), err))
		}
		counts := list(&t)
		for len(*counts) < int(r.Class()) {
			*counts = append(*counts, 0)
		}
		(*counts)[r.Class()-1] += by
		if sum(t.Come)+sum(t.Go) == 0 {
			turns.Delete(c, day)
			return
		}
		turns.Put(c, day, t)
	}
	for _, day := range comes {
		add(day, func(t *Turn) *[]uint64 { return &t.Come })
	}
	for _, day := range goes {
		add(day, func(t *Turn) *[]uint64 { return &t.Go })
	}
}

// Electors is how many members are entitled to cast on what was proposed at that
// time, of one class or, with class zero, of all. It reads a record for each day of
// waiting times that were not over then.
func Electors(r state.Reader, class charter.Class, proposed int64) (n uint64, read int, err error) {
	t, err := totals.Get(r, 0)
	if err != nil {
		return 0, 0, err
	}
	n = t.ActiveIn(class)
	err = turns.Range(r, state.DayOf(proposed)+1, ^uint64(0), func(_ uint64, t Turn) (bool, error) {
		read++
		n += Totals{Active: t.Go}.ActiveIn(class)
		n -= Totals{Active: t.Come}.ActiveIn(class)
		return true, nil
	})
	return n, read, err
}

func sum(counts []uint64) uint64 { return Totals{Active: counts}.ActiveIn(0) }
