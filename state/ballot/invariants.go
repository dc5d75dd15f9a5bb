package ballot

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// CheckMotions is this room's invariant for one co-op: motions are numbered
// without gaps, every tally is what a recount of the casts gives, every cast is
// by someone in the electorate, a closed motion's result is what its rule makes
// of the casts, a count that is under way comes to what a whole count does, what is
// under way is due and counted with its proposer, and what is over is not.
func CheckMotions(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next Number
	var open uint64
	own := map[state.Actor]uint64{} // under way, by proposer
	err = Range(r, 0, ^Number(0), func(n Number, m Motion) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("motion %d follows %d", n, next-1)
		}
		p, ok, err := polls.Find(r, n)
		if err == nil && !ok {
			err = fmt.Errorf("motion %d has no poll", n)
		}
		if err != nil {
			return false, err
		}
		if p.Status.UnderWay() {
			open++
			if m.Proposer.Member != 0 {
				own[m.Proposer]++
			}
		}
		if p.Status != Counting {
			err = checkDue(r, n, p)
		}
		if err == nil && p.Status != Closed && len(m.Result) > 0 {
			err = fmt.Errorf("%v, with a result", p.Status)
		}
		if err == nil && p.Status != Noticed && p.Status != Withdrawn {
			err = recount(r, n, m, p)
		}
		if err == nil {
			err = checkConfirming(r, n, m, p)
		}
		if err == nil && p.Status != Counting {
			err = requireNoCount(r, n, p)
		}
		if err != nil {
			err = fmt.Errorf("motion %d: %w", n, err)
		}
		return true, err
	})
	if err != nil {
		return err
	}
	if uint64(next) != t.Motions || open != t.Open {
		return fmt.Errorf("%d motions, %d under way; totals say %d and %d", next, open, t.Motions, t.Open)
	}
	return checkProposers(r, own)
}

// checkProposers: what is recorded of each proposer is what a count of motions under way
// gives.
func checkProposers(r state.Reader, own map[state.Actor]uint64) error {
	check := func(a state.Actor, n uint64) (bool, error) {
		if n == 0 || n != own[a] {
			return false, fmt.Errorf("%v has %d motions under way, a count says %d", a, own[a], n)
		}
		delete(own, a)
		return true, nil
	}
	err := proposed.Range(r, 0, ^state.Member(0), func(m state.Member, n uint64) (bool, error) {
		return check(state.Actor{Coop: r.Coop(), Member: m}, n)
	})
	if err == nil {
		err = proposedOutside.Range(r, officer{}, officer{^state.Coop(0), ^state.Member(0)}, func(o officer, n uint64) (bool, error) {
			return check(state.Actor{Coop: o.Coop, Member: o.Member}, n)
		})
	}
	if err == nil && len(own) > 0 {
		err = fmt.Errorf("%d proposers have motions under way that are not counted", len(own))
	}
	return err
}

// checkDue: a notice is on the agenda for when it opens, and a motion for when it
// closes if and only if it is open.
func checkDue(r state.Reader, n Number, p Poll) error {
	opens, err := agenda.Has(r, p.Opens, onAgenda, uint64(n))
	if err != nil {
		return err
	}
	closes, err := agenda.Has(r, p.Closes, onAgenda, uint64(n))
	if err == nil && (p.Status == Noticed && !opens || closes != (p.Status == Open)) {
		err = fmt.Errorf("%v; due at %d: %v, at %d: %v", p.Status, p.Opens, opens, p.Closes, closes)
	}
	return err
}

// requireNoCount: only what is being counted has a count.
func requireNoCount(r state.Reader, n Number, p Poll) error {
	has, err := counts.Has(r, n)
	if err == nil && has {
		err = fmt.Errorf("%v, with a count under way", p.Status)
	}
	return err
}

// recount: the casts are the electorate's and make the tally and the result.
func recount(r state.Reader, n Number, m Motion, p Poll) error {
	how, err := methodOf(p.Rules.Method)
	if err != nil {
		return err
	}
	again := count.Tally{Electorate: p.Electorate}
	err = RangeCasts(r, n, func(voter state.Member, c Paper) (bool, error) {
		rec, err := member.Find(r, voter)
		if err != nil {
			return false, err
		}
		if !p.Entitled(voter, rec) {
			return false, fmt.Errorf("member %d cast and is not in the electorate", voter)
		}
		if err := how.read(c.Marks, int(p.Options)); err != nil {
			return false, fmt.Errorf("member %d cast %x: %w", voter, c.Marks, err)
		}
		if keeps, ok := how.(tallier); ok && !slices.Contains(p.Lost, voter) {
			*keeps.box(&again, c.Marks)++
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	kept, err := tallies.Get(r, n)
	if err != nil {
		return err
	}
	if kept != again {
		return fmt.Errorf("tally is %+v, a recount gives %+v", kept, again)
	}
	if err := checkDecided(p, how, again); err != nil {
		return err
	}
	if p.Status == Open {
		return nil
	}
	want := Result{Tally: again}
	var d decision
	switch how := how.(type) {
	case tallier:
		d, err = how.decide(p.Rules.Method.Body, again)
	case counter:
		if want.Count, err = countAll(p.papers(r, n), how, nil); err == nil {
			d, err = how.decide(p.papers(r, n), want.Count)
		}
		if err == nil && p.Status == Counting {
			return checkCount(r, n, p, how, want.Count)
		}
	}
	if err != nil {
		return err
	}
	want.Outcome, want.Winners = d.outcome, d.winners
	if p.Status == Confirming {
		m.Result = p.Waits
	} else if len(p.Confirmations) > 0 && len(m.Result) == 1 && m.Result[0].Outcome == count.Unconfirmed && d.outcome == count.Carried {
		want.Outcome = count.Unconfirmed // checkConfirming looks why
	}
	return checkResult(m, want)
}

// checkDecided: a poll is decided since some time if and only if the casts decide it.
func checkDecided(p Poll, how method, t count.Tally) error {
	keeps, ok := how.(tallier)
	if !ok || t == (count.Tally{Electorate: t.Electorate}) || len(p.Lost) > 0 {
		return nil // nobody has cast, or casts that do not count decided it
	}
	done, err := p.decidedBy(keeps, t)
	if err == nil && done != (p.Decided != 0) {
		err = fmt.Errorf("decided since %d; that %+v decides it: %v", p.Decided, t, done)
	}
	return err
}

// checkResult: a closed motion's result is that of a count of its casts.
func checkResult(m Motion, want Result) error {
	if len(m.Result) != 1 {
		return fmt.Errorf("result is %+v, the casts give %v by %+v", m.Result, want.Outcome, want.Tally)
	}
	got := m.Result[0]
	if got.Outcome != want.Outcome || got.Tally != want.Tally {
		return fmt.Errorf("result is %+v, the casts give %v by %+v", m.Result, want.Outcome, want.Tally)
	}
	if !slices.Equal(got.Winners, want.Winners) || !bytes.Equal(got.Count, want.Count) {
		return fmt.Errorf("winners are %v by %x, the casts give %v by %x", got.Winners, got.Count, want.Winners, want.Count)
	}
	return nil
}

// checkCount: the count, continued from its progress, has the same result as a count
// from the start, and its next turn is on the agenda.
func checkCount(r state.Reader, n Number, p Poll, how counter, whole []byte) error {
	at, ok, err := counts.Find(r, n)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%v, without a count", p.Status)
	}
	rest, err := countAll(p.papers(r, n), how, at.Kept)
	if err != nil {
		return err
	}
	if !bytes.Equal(rest, whole) {
		return fmt.Errorf("the count under way comes to %x, a whole count to %x", rest, whole)
	}
	due, err := agenda.Has(r, at.Due, onAgenda, uint64(n))
	if err == nil && !due {
		err = fmt.Errorf("%v, and not due at %d", p.Status, at.Due)
	}
	return err
}
