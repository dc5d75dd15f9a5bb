package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// CheckMotions is this room's invariant for one co-op: motions are numbered
// without gaps, every tally is what a recount of the casts gives, every cast is
// by someone in the electorate, a closed motion's result is what its rule makes
// of the casts, what is under way is due and counted with its proposer, and what
// is over is not.
func CheckMotions(r state.Reader) error {
	t, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next Number
	var open uint64
	own := map[state.Member]uint64{} // under way, by proposer
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
		if p.Status == Noticed || p.Status == Open {
			open++
			if m.Proposer.Member != 0 {
				own[m.Proposer.Member]++
			}
		}
		err = checkDue(r, n, p)
		if err == nil && p.Status != Closed && len(m.Result) > 0 {
			err = fmt.Errorf("%v, with a result", p.Status)
		}
		if err == nil && (p.Status == Open || p.Status == Closed) {
			err = recount(r, n, m, p)
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
	err = proposed.Range(r, 0, ^state.Member(0), func(m state.Member, n uint64) (bool, error) {
		if n == 0 || n != own[m] {
			return false, fmt.Errorf("member %d has %d motions under way, a count says %d", m, own[m], n)
		}
		delete(own, m)
		return true, nil
	})
	if err == nil && len(own) > 0 {
		err = fmt.Errorf("%d members have motions under way that are not counted", len(own))
	}
	return err
}

// checkDue: a notice is due when it opens, and a motion when it closes if and
// only if it is open; neither is due before what is looked at.
func checkDue(r state.Reader, n Number, p Poll) error {
	due := func(at int64) (bool, error) {
		return dues.Has(r.Of(0), dueKey{uint64(max(at, 0)), r.Coop(), n})
	}
	opens, err := due(p.Opens)
	if err != nil {
		return err
	}
	closes, err := due(p.Closes)
	if err != nil {
		return err
	}
	from, err := lookFrom.Get(r.Of(0), 0)
	if err != nil {
		return err
	}
	next := p.Opens
	if p.Status == Open {
		next = p.Closes
	}
	if (p.Status == Noticed || p.Status == Open) && uint64(max(next, 0)) < from {
		return fmt.Errorf("%v and due at %d, which is before %d, where nothing is looked for", p.Status, next, from)
	}
	if p.Status == Noticed && !opens || closes != (p.Status == Open) {
		return fmt.Errorf("%v; due at %d: %v, at %d: %v", p.Status, p.Opens, opens, p.Closes, closes)
	}
	return nil
}

func recount(r state.Reader, n Number, m Motion, p Poll) error {
	again := count.Tally{Electorate: p.Electorate}
	err := RangeCasts(r, n, func(voter state.Member, c Paper) (bool, error) {
		rec, err := member.Find(r, voter)
		if err == nil && !p.Entitled(voter, rec) {
			err = fmt.Errorf("member %d cast and is not in the electorate", voter)
		}
		if err == nil && (c.Choice < Yes || c.Choice > Abstain) {
			err = fmt.Errorf("member %d cast %v", voter, c.Choice)
		}
		*box(&again, c.Choice)++
		return true, err
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
	if p.Status == Closed {
		rule, err := p.Rules.Method.Majority()
		if err != nil {
			return err
		}
		outcome, err := rule.Decide(again)
		if err != nil {
			return err
		}
		if len(m.Result) != 1 || m.Result[0].Outcome != outcome || m.Result[0].Tally != again {
			return fmt.Errorf("result is %+v, the casts give %v by %+v", m.Result, outcome, again)
		}
	}
	return nil
}
