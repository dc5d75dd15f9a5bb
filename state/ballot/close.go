package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// Counted reports what a motion decided.
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

// Agenda opens the motions whose notice is over and counts those whose poll is over.
// Counting a kept tally costs the same however many cast; a carried action costs
// what its Cost says.
var Agenda = agenda.Handler{Room: onAgenda, Turn: turn}

// onAgenda is this room's number on the agenda; an item is a motion's number.
const onAgenda agenda.Room = 4

// What a turn costs in units of work: the records that it writes, deadlines and
// their co-op's place on the agenda included.
const (
	passCost   = 1       // nothing is to be done any more
	openCost   = 6       // a poll, a tally, two deadlines
	closeCost  = 8       // a poll, a motion, figures, two deadlines
	readsAUnit = 8       // members' records read for one unit
	bytesCost  = 4 << 10 // bytes of a closed motion's record that count for one unit more
)

// turn does what is due for one motion, by its status. If an earlier due time has
// done it already, it does nothing. Work between counting and closing, such as
// decrypting a sum, would be one more status and case.
func turn(c *state.Ctx, item uint64, left int) (used int, done bool, err error) {
	n := Number(item)
	motion, poll, err := Find(c, n)
	if err != nil {
		return 0, false, err
	}
	switch {
	case poll.Status == Noticed && left < openCost:
		return 0, false, nil
	case poll.Status == Noticed:
		poll, read, err := opened(c, poll)
		if err != nil {
			return 0, false, err
		}
		cost := min(openCost+read/readsAUnit, state.EndUnits)
		if cost > left {
			return 0, false, nil
		}
		begin(c, n, poll)
		return cost, true, nil
	case poll.Status == Confirming:
		return confirmed(c, n, motion, poll, left)
	case poll.Status != Open && poll.Status != Counting:
		return passCost, true, nil
	}
	ends := poll.Declared || c.Time() >= poll.Closes
	if poll.Status == Open && !ends && !poll.endsDecided(c) {
		return passCost, true, nil // its shortest time is over, and it is not decided
	}
	looked := 0
	if poll.Status == Open {
		read := 0
		if poll.Lost, read, err = poll.lost(c, n); err != nil {
			return 0, false, err
		}
		looked = read / readsAUnit
	}
	rest := left - looked
	if left == state.EndUnits {
		rest = left // what fits no block with its looking has one to itself
	}
	if used, done, err = end(c, n, motion, poll, ends, rest); used > 0 {
		used = min(used+looked, left)
	}
	return used, done, err
}

// end counts a motion whose poll is over or decided.
func end(c *state.Ctx, n Number, motion Motion, poll Poll, ends bool, left int) (used int, done bool, err error) {
	how, err := methodOf(poll.Rules.Method)
	if err != nil {
		return 0, false, err
	}
	switch m := how.(type) {
	case tallier:
		return settleTally(c, n, motion, poll, m, ends, left)
	case counter:
		if ends || poll.Status == Counting {
			return goOn(c, n, motion, poll, m, left)
		}
	}
	return passCost, true, nil
}

// settleTally settles a motion whose tally was kept, if its poll ends or what counts of
// the casts decides it.
func settleTally(c *state.Ctx, n Number, motion Motion, poll Poll, m tallier, ends bool, left int) (used int, done bool, err error) {
	tally, err := standing(c, n, m, poll.Lost)
	if err != nil {
		return 0, false, err
	}
	if !ends {
		if decided, err := poll.decidedBy(m, tally); err != nil || !decided {
			return passCost, true, err // without those who lost their office
		}
	}
	d, err := m.decide(poll.Rules.Method.Body, tally)
	if err != nil {
		return 0, false, err
	}
	return settle(c, n, motion, poll, Result{Tally: tally}, d, left)
}

// over reads the figures of motions under way and returns what takes one of them
// out, which cannot fail.
func over(r state.Reader, m Motion) (fewer func(*state.Ctx), err error) {
	t, err := totals.Get(r, 0)
	if err != nil {
		return nil, err
	}
	own, err := underWay(r, m.Proposer)
	if err != nil {
		return nil, err
	}
	return func(c *state.Ctx) {
		t.Open--
		totals.Put(c, 0, t)
		setUnderWay(c, m.Proposer, max(own, 1)-1)
	}, nil
}

// unschedule deletes the due times that an open motion still has on the agenda. They
// would do nothing, but cost a turn each.
func unschedule(c *state.Ctx, n Number, p Poll) {
	for _, at := range p.due() {
		agenda.Delete(c, at, onAgenda, uint64(n))
	}
}

// settle completes result with the outcome of the count. A carried motion that has to be
// confirmed waits for that, any other is over.
func settle(c *state.Ctx, n Number, motion Motion, poll Poll, result Result, d decision, left int) (used int, done bool, err error) {
	result.Outcome, result.Winners, result.Height = d.outcome, d.winners, c.Height()
	if d.outcome == count.Carried && len(poll.Then) > 0 {
		asked, read, err := poll.askings(c)
		if err != nil {
			return 0, false, err
		}
		cost := min(closeCost+(openCost+closeCost)*len(poll.Then)+read/readsAUnit, state.EndUnits)
		if cost > left {
			return 0, false, nil
		}
		if len(asked) > 0 {
			return cost, true, confirm(c, n, motion, poll, result, asked)
		}
	}
	return finish(c, n, motion, poll, result, d, left)
}

// finish records the result of a motion and carries the action, which may read the
// winners, unless that needs more units than are left.
func finish(c *state.Ctx, n Number, motion Motion, poll Poll, result Result, d decision, left int) (used int, done bool, err error) {
	cost := closeCost + motion.releaseCost(c) + len(motion.Was)/bytesCost
	for _, a := range motion.Action {
		cost += len(a.Payload) / bytesCost
		if d.outcome == count.Carried {
			cost += c.CarryCost(a.Kind, a.Payload)
		}
	}
	if cost = min(cost, state.EndUnits); cost > left { // what fits no block has one to itself
		return 0, false, nil
	}
	result.Outcome, result.Height = d.outcome, c.Height()
	told := Counted{Coop: c.Coop(), Motion: n, Outcome: d.outcome.String(), Tally: result.Tally, Winners: d.winners}
	if d.outcome == count.Carried {
		by := poll.authority(c.Coop(), n, motion.Kind, d.winners)
		by.Was = motion.Was
		for _, a := range motion.Action {
			did, err := c.Carry(a.Kind, a.Payload, motion.Version, by)
			if err != nil {
				return 0, false, fmt.Errorf("carrying kind %04x: %w", uint16(a.Kind), err)
			}
			result.Refused, result.Gave, result.Was = did.Code, did.Data, did.Was
			told.Refused, told.Why = did.Code, did.Log
		}
	}
	if err := motion.release(c); err != nil {
		return 0, false, err
	}
	fewer, err := over(c, motion)
	if err != nil {
		return 0, false, err
	}
	fewer(c)
	unschedule(c, n, poll)
	poll.Status, poll.Waits = Closed, nil
	polls.Put(c, n, poll)
	if len(poll.Lost) > 0 {
		tallies.Put(c, n, result.Tally)
	}
	motion.Result = []Result{result}
	motions.Put(c, n, motion)
	if motion.Confirms != 0 {
		schedule(c, c.Time(), motion.Confirms)
	}
	c.Emit(told)
	return cost, true, nil
}
