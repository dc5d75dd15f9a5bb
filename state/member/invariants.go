package member

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/intake"
	"github.com/rochdale-ledger/rochdale/state/life"
	"github.com/rochdale-ledger/rochdale/tx"
)

// CheckRegister is this room's invariant for one co-op: numbers are gapless,
// totals are what a recount gives, operations are each used once, every key
// leads to its member, and offices are held by active members.
func CheckRegister(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next state.Member
	var active [charter.MaxClasses]uint64
	var operations []uint64
	suspended := map[uint64]state.Member{}
	want, due := life.Days{}, itemCounts{}
	var tally intake.Tally
	unclaimed := uint64(0)
	err = Range(r, 0, ^state.Member(0), func(m state.Member, rec Record) (bool, error) {
		if next++; m != next {
			return false, fmt.Errorf("member %d follows %d", m, next-1)
		}
		if len(rec.History) == 0 {
			return false, fmt.Errorf("member %d has no history", m)
		}
		for _, h := range rec.History {
			if err := h.Check(m); err != nil {
				return false, err
			}
			operations = append(operations, h.Operation)
		}
		if rec.Unclaimed() {
			unclaimed++
		}
		tally.Add(append(rec.Entries(), rec.Invites()...), rec.Given())
		want.Add(rec)
		if rec.Standing() == Active {
			active[rec.Class()-1]++
		}
		if began, ok := rec.Suspension(^uint64(0)); ok {
			suspended[began.Operation] = m
		}
		return true, errors.Join(checkKeys(r, rec, m), rec.CheckUnclaimed(m), due.check(r, m, rec))
	})
	if err != nil {
		return err
	}
	if uint64(next) != t.Members {
		return fmt.Errorf("%d members, totals say %d", next, t.Members)
	}
	for i, n := range active {
		if got := t.ActiveIn(charter.Class(i + 1)); got != n {
			return fmt.Errorf("class %d has %d active members, totals say %d", i+1, n, got)
		}
	}
	if unclaimed != t.Unclaimed {
		return fmt.Errorf("%d members have no key of their own, totals say %d", unclaimed, t.Unclaimed)
	}
	if err := life.CheckOperations(operations, t.Operations); err != nil {
		return err
	}
	if err := checkSuspensions(r, suspended); err != nil {
		return err
	}
	if err := checkTurns(r, want); err != nil {
		return err
	}
	if err := due.compare(r, t); err != nil {
		return err
	}
	return errors.Join(tally.Check(r), checkPosts(r))
}

// checkKeys: the member is of a sort that ends as it did, the key that acts, and the one that is to act, lead to the member, and one that
// is unproved has signed nothing.
func checkKeys(rd state.Reader, r Record, m state.Member) error {
	if !r.Sort.Known() || !r.Sort.Fits(r.Ended()) {
		return fmt.Errorf("member %d, a %v, has %v", m, r.Sort, r.Ended())
	}
	if r.Unproved {
		if signed, err := SequenceOf(rd, m); err != nil || signed != 0 {
			return errors.Join(err, fmt.Errorf("member %d's key is unproved after %d signatures", m, signed))
		}
	}
	var held []tx.PublicKey
	if len(r.Key) > 0 {
		held = append(held, r.Key)
	}
	if len(r.Next) > 0 {
		held = append(held, r.Next)
	}
	for _, k := range held {
		if holder, err := ByKey(rd, k); err != nil || holder != m {
			return errors.Join(err, fmt.Errorf("member %d's key leads to member %d", m, holder))
		}
	}
	if len(r.Next) > 0 && r.Awaited() < 0 {
		return fmt.Errorf("member %d's next key was given by nobody", m)
	}
	return nil
}

// itemCounts are how many members have something on the agenda.
type itemCounts map[agenda.Room]uint64

// recordedNotices stands in itemCounts for the notices that others recorded; no room has it.
const recordedNotices agenda.Room = 0

// check: the member's next key, and the end of its suspension, are on the agenda for
// their days.
func (n itemCounts) check(r state.Reader, m state.Member, rec Record) error {
	began, _ := rec.Suspension(^uint64(0))
	if rec.Recorded() {
		n[recordedNotices]++
	}
	return errors.Join(
		n.due(r, keysDue, m, rec.NextFrom(), "next key"),
		n.due(r, suspensionsDue, m, began.Ends, "suspension's end"),
		n.due(r, leavingDue, m, rec.Leaves, "resignation"),
	)
}

func (n itemCounts) due(r state.Reader, room agenda.Room, m state.Member, day uint64, what string) error {
	if day == 0 {
		return nil
	}
	n[room]++
	has, err := agenda.Has(r, midnight(day), room, uint64(m))
	if err == nil && !has {
		err = fmt.Errorf("member %d's %s is not due on day %d", m, what, day)
	}
	return err
}

// compare compares the counts with the agenda's and the totals.
func (n itemCounts) compare(r state.Reader, t Totals) error {
	got := itemCounts{}
	err := agenda.Range(r, func(_ int64, room agenda.Room, _ uint64) (bool, error) {
		got[room]++
		return true, nil
	})
	if err != nil {
		return err
	}
	if want := n[keysDue]; got[keysDue] != want || t.Rekeyed != want {
		return fmt.Errorf("%d members have a next key, %d are on the agenda, totals say %d", want, got[keysDue], t.Rekeyed)
	}
	if want := n[suspensionsDue]; got[suspensionsDue] != want || t.Suspended != want {
		return fmt.Errorf("%d members' suspensions end by themselves, %d are on the agenda, totals say %d", want, got[suspensionsDue], t.Suspended)
	}
	if want := n[leavingDue]; got[leavingDue] != want {
		return fmt.Errorf("%d members have given notice, %d are on the agenda", want, got[leavingDue])
	}
	if want := n[recordedNotices]; t.Recorded != want {
		return fmt.Errorf("others recorded the notice of %d members, totals say %d", want, t.Recorded)
	}
	return nil
}

// checkSuspensions compares who is suspended, by the operation that began it, with
// the records.
func checkSuspensions(r state.Reader, want map[uint64]state.Member) error {
	n := 0
	err := suspensions.Range(r, 0, ^uint64(0), func(op uint64, m state.Member) (bool, error) {
		n++
		if want[op] != m || m == 0 {
			return false, fmt.Errorf("operation %d suspended member %d, its record says member %d", op, m, want[op])
		}
		return true, nil
	})
	if err == nil && n != len(want) {
		err = fmt.Errorf("%d members are suspended, %d are listed", len(want), n)
	}
	return err
}

func checkPosts(r state.Reader) error {
	return posts.Range(r, postKey{}, postKey{^charter.Office(0), ^state.Member(0)}, func(k postKey, _ Post) (bool, error) {
		if _, err := RequireActive(r, k.Member); err != nil {
			return false, fmt.Errorf("%v: %w", k.Office, err)
		}
		return true, nil
	})
}

// checkTurns compares the days on which members come and go with the records of them.
func checkTurns(r state.Reader, want life.Days) error {
	n := 0
	err := turns.Range(r, 0, ^uint64(0), func(day uint64, t Turn) (bool, error) {
		n++
		return true, want.Check(day, t)
	})
	if err == nil && n != len(want) {
		err = fmt.Errorf("members come or go on %d days, %d are recorded", len(want), n)
	}
	return err
}
