package ballot

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// A kind of motion may have to be confirmed: by a second meeting, by each class of
// members, by the silence of those who could object. When such a motion is carried, its
// confirmations are put, all at once, by the rules that they had when it was proposed, and
// it takes its action once all of them are carried. If one is not, it is over, and those
// still under way are withdrawn. Who casts on them is as on the day on which the motion was
// proposed (silenced.go); their own notice says only when they open. A confirmation whose
// electorate is empty is not put: there is nobody whose consent could be asked.

// confirmers are the kinds of motion that confirm one of kind, as they are now.
func confirmers(r state.Reader, kind charter.MotionKind) (out []Confirmer, err error) {
	for _, id := range kind.Then {
		k, err := charter.MotionKindOf(r, id)
		if err != nil {
			return nil, err
		}
		out = append(out, Confirmer{id, k})
	}
	return out, nil
}

// An asking is a confirmation to be put: as noticed, and as it would open now.
type asking struct {
	Confirmer
	put, now Poll
}

// askings are the confirmations of a motion that its poll has carried. Those whose
// electorate is empty are left out. read is how many records that takes.
func (p Poll) askings(c *state.Ctx) (out []asking, read int, err error) {
	for _, k := range p.Then {
		opens := c.Time() + int64(k.Rules.Notice)*60
		put := Poll{
			Status: Noticed, Opens: opens, Closes: opens + int64(k.Rules.Longest)*60, Rules: k.Rules,
			Noticed: p.Noticed, Since: p.proposed(), Level: p.Level,
		}
		now, more, err := opened(c, put)
		if err != nil {
			return nil, 0, err
		}
		if read += more; now.Electorate > 0 {
			out = append(out, asking{k, put, now})
		}
	}
	return out, read, nil
}

// confirm puts the confirmations of motion n, which its poll has carried with result.
func confirm(c *state.Ctx, n Number, motion Motion, poll Poll, result Result, asked []asking) error {
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	for _, a := range asked {
		t.Motions++
		t.Open++
		next := Number(t.Motions)
		poll.Confirmations = append(poll.Confirmations, next)
		motions.Put(c, next, Motion{
			Kind: a.Kind, Title: motion.Title, Statement: motion.Statement, Proposed: c.Time(), Version: c.Version(),
			Proposer: state.Actor{Coop: c.Coop(), Motion: uint64(n)}, Confirms: n,
		})
		c.Emit(Proposed{next, motion.Title, a.put.Opens, a.put.Closes})
		if a.Rules.Notice == 0 {
			begin(c, next, a.now)
			continue
		}
		polls.Put(c, next, a.put)
		schedule(c, a.put.Opens, next)
	}
	totals.Put(c, 0, t)
	unschedule(c, n, poll)
	poll.Status, poll.Waits = Confirming, []Result{result}
	polls.Put(c, n, poll)
	if len(poll.Lost) > 0 {
		tallies.Put(c, n, result.Tally)
	}
	c.Emit(Confirmable{Coop: c.Coop(), Motion: n, Confirmations: poll.Confirmations})
	return nil
}

// Confirmable reports that a motion is carried and which motions have to confirm it.
type Confirmable struct {
	Coop          state.Coop `json:"coop"`
	Motion        Number     `json:"motion"`
	Confirmations []Number   `json:"confirmations"`
}

func (Confirmable) Event() string { return "ballot.Confirmable" }

// confirmed ends motion n once its confirmations are carried or one of them is not. Until
// then it does nothing.
func confirmed(c *state.Ctx, n Number, motion Motion, poll Poll, left int) (used int, done bool, err error) {
	all, failed := true, false
	var rest []Number
	for _, m := range poll.Confirmations {
		by, p, err := Find(c, m)
		if err != nil {
			return 0, false, err
		}
		switch {
		case p.Status.UnderWay():
			all, rest = false, append(rest, m)
		case len(by.Result) == 0 || by.Result[0].Outcome != count.Carried:
			failed = true
		}
	}
	result := poll.Waits[0]
	d := decision{result.Outcome, result.Winners}
	switch {
	case failed:
		d.outcome = count.Unconfirmed
	case !all:
		return passCost, true, nil
	}
	aside := closeCost * len(rest)
	if aside > left && left < state.EndUnits {
		return 0, false, nil
	}
	before := left
	if left < state.EndUnits {
		left -= aside // what fits no block with them has one to itself
	}
	if used, done, err = finish(c, n, motion, poll, result, d, left); err != nil || !done {
		return used, done, err
	}
	for _, m := range rest {
		if err := abandon(c, m, fmt.Sprintf("motion %d is not confirmed", n)); err != nil {
			return 0, false, err
		}
	}
	return min(used+aside, before), true, nil
}

// abandon withdraws a confirmation that is under way.
func abandon(c *state.Ctx, n Number, reason string) error {
	motion, poll, err := Find(c, n)
	if err != nil {
		return err
	}
	fewer, err := over(c, motion)
	if err != nil {
		return err
	}
	switch poll.Status {
	case Noticed:
		agenda.Delete(c, poll.Opens, onAgenda, uint64(n))
	case Open:
		unschedule(c, n, poll)
	case Counting:
		at, err := counts.Get(c, n)
		if err != nil {
			return err
		}
		agenda.Delete(c, at.Due, onAgenda, uint64(n))
		counts.Delete(c, n)
	}
	poll.Status, poll.Reason = Withdrawn, reason
	polls.Put(c, n, poll)
	fewer(c)
	c.Emit(WithdrawnEvent{n})
	return nil
}

// checkConfirming: a motion that waits has confirmations of which none has failed and some
// are under way, or is due; one that is closed waits for none.
func checkConfirming(r state.Reader, n Number, m Motion, p Poll) error {
	if (p.Status == Confirming) != (len(p.Waits) > 0) {
		return fmt.Errorf("%v, and waits with %d results", p.Status, len(p.Waits))
	}
	waits, failed := false, false
	for _, k := range p.Confirmations {
		by, q, err := Find(r, k)
		if err != nil {
			return err
		}
		if by.Confirms != n || !slices.ContainsFunc(p.Then, func(c Confirmer) bool { return c.Kind == by.Kind }) {
			return fmt.Errorf("confirmation %d is of kind %d and confirms motion %d", k, by.Kind, by.Confirms)
		}
		waits = waits || q.Status.UnderWay()
		failed = failed || q.Status == Closed && by.Result[0].Outcome != count.Carried
	}
	switch {
	case p.Status == Confirming && (failed || !waits):
		due, err := agenda.Has(r, r.Time(), onAgenda, uint64(n))
		if err == nil && !due {
			err = fmt.Errorf("%v; failed: %v, waits: %v", p.Status, failed, waits)
		}
		return err
	case p.Status == Closed && len(p.Confirmations) > 0 && (waits || failed != (m.Result[0].Outcome == count.Unconfirmed)):
		return fmt.Errorf("closed as %v; failed: %v, confirmations under way: %v", m.Result[0].Outcome, failed, waits)
	case p.Status != Confirming && p.Status != Closed && len(p.Confirmations) > 0:
		return fmt.Errorf("%v, with confirmations", p.Status)
	}
	return nil
}
