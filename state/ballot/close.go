package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// Counted tells what a motion decided.
type Counted struct {
	Coop    state.Coop  `json:"coop"`
	Motion  Number      `json:"motion"`
	Outcome string      `json:"outcome"`
	Tally   count.Tally `json:"tally"`
	Winners []uint16    `json:"winners,omitempty"` // numbers of options
	Refused uint32      `json:"refused,omitempty"` // code by which the carried action was rejected
	Why     string      `json:"why,omitempty"`     // its reason
}

func (Counted) Event() string { return "ballot.Counted" }

// EndBlock opens the motions whose notice is over and counts those whose poll
// is, of all co-ops, the longest due first. At most maxDue are looked at in one
// block; counting one costs the same however many cast.
func EndBlock(c *state.Ctx) error {
	c = c.In(0)
	var ready []dueKey
	now := uint64(max(c.Time(), 0))
	last := dueKey{now, ^state.Coop(0), ^Number(0)}
	from, err := lookFrom.Get(c, 0)
	if err != nil {
		return err
	}
	err = dues.Range(c, dueKey{Time: from}, last, func(k dueKey, _ due) (bool, error) {
		ready = append(ready, k)
		return len(ready) < maxDue, nil
	})
	if err != nil {
		return fmt.Errorf("what is due: %w", err)
	}
	if len(ready) == 0 {
		return nil
	}
	for _, k := range ready {
		dues.Delete(c, k)
		if err := turn(c.In(k.Coop), k.Motion); err != nil {
			return fmt.Errorf("motion %d of co-op %d: %w", k.Motion, k.Coop, err)
		}
	}
	// Nothing is due before the last of them, unless no block was made for longer
	// than a poll lasts: one that opened only now was due to close before that.
	from = ready[len(ready)-1].Time
	err = dues.Range(c, dueKey{Time: ready[0].Time}, last, func(k dueKey, _ due) (bool, error) {
		from = min(from, k.Time)
		return false, nil
	})
	lookFrom.Put(c, 0, from)
	return err
}

// turn does to one motion what its time has come for, by how far it has come. A
// due time that an earlier one has overtaken does nothing. What has to be done
// between counting and closing, such as decrypting a sum, is a status and a case.
func turn(c *state.Ctx, n Number) error {
	motion, poll, err := Find(c, n)
	if err != nil {
		return err
	}
	switch {
	case poll.Status == Noticed:
		if poll, err = opened(c, poll); err != nil {
			return err
		}
		begin(c, n, poll)
		return nil
	case poll.Status != Open && poll.Status != Counting:
		return nil
	}
	how, err := methodOf(poll.Rules.Method)
	if err != nil {
		return err
	}
	ends := poll.Declared || c.Time() >= poll.Closes
	switch m := how.(type) {
	case tallier:
		return settleTally(c, n, motion, poll, m, ends)
	case counter:
		switch {
		case poll.Status == Counting:
			return goOn(c, n, motion, poll, m)
		case ends:
			return beginCount(c, n, motion, poll, m)
		}
	}
	return nil
}

// settleTally settles a motion whose tally was kept, if its poll ends.
func settleTally(c *state.Ctx, n Number, motion Motion, poll Poll, m tallier, ends bool) error {
	tally, err := tallies.Get(c, n)
	if err != nil {
		return err
	}
	if !ends {
		if ends, err = poll.decided(c, m, tally); err != nil || !ends {
			return err // someone changed their mind after it was decided
		}
	}
	d, err := m.decide(poll.Rules.Method.Body, tally)
	if err != nil {
		return err
	}
	return settle(c, n, motion, poll, Result{Tally: tally}, d)
}

// over reads the figures of motions under way and returns what takes one of them
// out, which cannot fail.
func over(r state.Reader, m Motion) (fewer func(*state.Ctx), err error) {
	t, err := totals.Get(r, 0)
	if err != nil {
		return nil, err
	}
	own, err := proposed.Get(r, m.Proposer.Member)
	if err != nil {
		return nil, err
	}
	return func(c *state.Ctx) {
		t.Open--
		totals.Put(c, 0, t)
		if own > 1 {
			proposed.Put(c, m.Proposer.Member, own-1)
		} else {
			proposed.Delete(c, m.Proposer.Member)
		}
	}, nil
}

// unschedule takes back what an open motion is still due for. What it left would
// do nothing, but all co-ops wait in one row: many motions of one, closed early
// and due at one moment, would hold up the others' when it comes.
func unschedule(c *state.Ctx, n Number, p Poll) {
	for _, at := range p.due() {
		dues.Delete(c.In(0), dueKey{at, c.Coop(), n})
	}
}

// settle records what a count came to, beside what result has of it, and carries
// the action, which may ask for the winners.
func settle(c *state.Ctx, n Number, motion Motion, poll Poll, result Result, d decision) error {
	result.Outcome, result.Winners, result.Height = d.outcome, d.winners, c.Height()
	told := Counted{Coop: c.Coop(), Motion: n, Outcome: d.outcome.String(), Tally: result.Tally, Winners: d.winners}
	if d.outcome == count.Carried {
		for _, a := range motion.Action {
			by := state.Authority{
				Actor: state.Actor{Coop: c.Coop(), Motion: uint64(n)}, Kind: uint16(motion.Kind), Winners: d.winners,
			}
			did, err := c.Carry(a.Kind, a.Payload, motion.Version, by)
			if err != nil {
				return fmt.Errorf("carrying kind %04x: %w", uint16(a.Kind), err)
			}
			result.Refused, result.Gave = did.Code, did.Data
			told.Refused, told.Why = did.Code, did.Log
		}
	}
	fewer, err := over(c, motion)
	if err != nil {
		return err
	}
	fewer(c)
	unschedule(c, n, poll)
	poll.Status = Closed
	polls.Put(c, n, poll)
	motion.Result = []Result{result}
	motions.Put(c, n, motion)
	c.Emit(told)
	return nil
}
