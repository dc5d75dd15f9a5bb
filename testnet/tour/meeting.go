package tour

import (
	"context"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
	"github.com/rochdale-ledger/rochdale/tx"
)

// ordinary is the kind of motion of a general meeting, by the charter.
const ordinary charter.MotionKindID = 1

// victim is the validator that is killed during the meeting.
const victim = 3

// meet puts the allocation to the members, who cast in two halves; between
// them, with casts under way, a validator is killed.
func (g *guide) meet(ctx context.Context) error {
	voters := g.Casts.Yes + g.Casts.No + g.Casts.Abstain
	g.tell.Begin("holding a general meeting", voters)
	motion, err := g.crowd.ActForNumber(ctx, crowd.Treasurer, ballot.KindPropose, ballot.Propose{
		Kind:  ordinary,
		Title: "To appropriate the surplus of " + g.Period,
		Action: []ballot.Carried{{
			Kind:    surplus.KindAllocate,
			Payload: tx.Encode(surplus.Allocate{Period: g.period, Steps: g.steps()}),
		}},
	})
	if err != nil {
		return err
	}
	g.motion, g.out.Motion = ballot.Number(motion), ballot.Number(motion)
	if err := g.poll(ctx, voters); err != nil {
		return err
	}
	if _, err := g.crowd.Act(ctx, crowd.Secretary, ballot.KindDeclare, ballot.Declare{Motion: g.motion}); err != nil {
		return err
	}
	at, err := g.crowd.Read(ctx)
	if err != nil {
		return err
	}
	m, _, err := ballot.Find(at, g.motion)
	if err != nil {
		return err
	}
	if len(m.Result) == 0 {
		return fmt.Errorf("motion %d was declared and not counted", g.motion)
	}
	g.out.Result, g.out.Tally = m.Result[0].Outcome, m.Result[0].Tally
	g.out.Decided = g.out.Result.String()
	if m.Result[0].Outcome != count.Carried || m.Result[0].Refused != 0 {
		return fmt.Errorf("motion %d: %v, its action was refused with code %d", g.motion, m.Result[0].Outcome, m.Result[0].Refused)
	}
	if papers, err := g.out.Tally.Papers(); err != nil || papers != uint64(voters) {
		return fmt.Errorf("%d members cast and %d papers are in the box (%v)", voters, papers, err)
	}
	g.tell.End("%s members cast; %s was killed after %s; no cast was lost; carried", thousands(voters), g.out.Killed, thousands(g.out.KilledAt))
	return nil
}

// poll has a third of the members cast, then the others; while the casts of
// those are under way, a validator is killed.
func (g *guide) poll(ctx context.Context, voters int) error {
	m, err := g.net.Manifest()
	if err != nil {
		return err
	}
	cast := func(m state.Member) state.Action {
		return ballot.Cast{Motion: g.motion, Paper: g.choice(int(m)).Paper()}
	}
	third := voters / 3
	if err := g.crowd.All(ctx, 1, third, ballot.KindCast, cast, g.tell.At); err != nil {
		return err
	}
	looks := 0
	var killErr error
	err = g.crowd.All(ctx, third+1, voters, ballot.KindCast, cast, func(done int) {
		g.tell.At(third + done)
		if looks++; looks == 2 { // before the first look nothing was sent
			g.out.Killed, g.out.KilledAt = m.Nodes[victim].Moniker, third+done
			killErr = g.net.Kill(victim)
		}
	})
	if err == nil {
		err = killErr
	}
	return err
}

// choice is what a member answers: first those in favour, then those against,
// then those who abstain, in the numbers that the year gives.
func (g *guide) choice(m int) ballot.Choice {
	switch {
	case m <= g.Casts.Yes:
		return ballot.Yes
	case m <= g.Casts.Yes+g.Casts.No:
		return ballot.No
	}
	return ballot.Abstain
}
