package workload

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

var ballotOccasions = []occasion{
	{3, (*Work).propose},
	{150, (*Work).cast},
	{40, (*Work).declare},
	{2, (*Work).withdraw},
}

// recent is how far back the workload looks for motions.
const recent = 24

// anyMotion draws one of the latest motions for which fits says yes, zero if
// there is none.
func (w *Work) anyMotion(fits func(ballot.Motion, ballot.Poll) bool) (ballot.Number, ballot.Poll, error) {
	t, err := ballot.TotalsOf(w.r)
	if err != nil || t.Motions == 0 {
		return 0, ballot.Poll{}, err
	}
	span := min(t.Motions, recent)
	first := w.rng.Uint64N(span)
	for i := range span {
		n := ballot.Number(t.Motions - (first+i)%span)
		m, p, err := ballot.Find(w.r, n)
		if err != nil || fits(m, p) {
			return n, p, err
		}
	}
	return 0, ballot.Poll{}, nil
}

func open(_ ballot.Motion, p ballot.Poll) bool { return p.Status == ballot.Open }

// propose puts a motion that carries nothing.
func (w *Work) propose() (step, error) {
	t, err := ballot.TotalsOf(w.r)
	if err != nil || t.Open >= maxUnderWay {
		return nothing, err
	}
	m := ballot.Propose{Kind: charter.MotionKindID(1 + w.rng.IntN(int(workers))), Title: "That we meet again"}
	if w.rng.IntN(2) == 0 {
		m.Minutes, m.Statement = uint32(60+w.rng.IntN(100)), make([]byte, 32)
	}
	return step{action: m}, nil
}

// cast answers an open motion: yes as a rule, and to one motion in six no.
func (w *Work) cast() (step, error) {
	n, poll, err := w.anyMotion(open)
	if err != nil || n == 0 {
		return nothing, err
	}
	by, err := w.elector(poll)
	if err != nil || by == 0 {
		return nothing, err
	}
	usual, choice := ballot.Yes, ballot.Choice(1+w.rng.IntN(3))
	if n%6 == 0 {
		usual = ballot.No
	}
	if w.rng.IntN(10) > 0 {
		choice = usual
	}
	return step{ballot.Cast{Motion: n, Paper: choice.Paper()}, by}, nil
}

// One block in meetEvery has a meeting, in which so many cast on one motion at most.
const (
	meetEvery = 3
	atMeeting = 12
)

// meeting has many members of a co-op cast on one motion.
func (w *Work) meeting() (casts [][]byte, err error) {
	w.coop = w.anyCoop(w.rng)
	w.r = w.view.Of(w.coop)
	n, poll, err := w.anyMotion(open)
	if err != nil || n == 0 {
		return nil, err
	}
	for range atMeeting {
		by, err := w.elector(poll)
		if err != nil || by == 0 {
			return casts, err
		}
		choice := ballot.Yes
		if w.rng.IntN(8) == 0 {
			choice = ballot.No
		}
		raw, err := w.sign(by, ballot.KindCast, tx.Encode(ballot.Cast{Motion: n, Paper: choice.Paper()}))
		if err != nil {
			return casts, err
		}
		casts = append(casts, raw)
	}
	return casts, nil
}

// elector draws a member who is likely to be entitled to cast.
func (w *Work) elector(p ballot.Poll) (state.Member, error) {
	if len(p.Holders) > 0 {
		return p.Holders[w.rng.IntN(len(p.Holders))], nil
	}
	return w.anyMember(member.Active)
}

// declare closes a poll in which enough have cast.
func (w *Work) declare() (step, error) {
	n, poll, err := w.anyMotion(func(_ ballot.Motion, p ballot.Poll) bool {
		return p.Status == ballot.Open && p.Rules.Closing >= charter.OnDeclaring
	})
	if err != nil || n == 0 || w.now.Unix() < poll.Opens+int64(poll.Rules.Shortest)*60 {
		return nothing, err
	}
	tally, err := ballot.TallyOf(w.r, n)
	if err != nil || tally.Yes+tally.No < 3 {
		return nothing, err
	}
	return step{action: ballot.Declare{Motion: n}}, nil
}

func (w *Work) withdraw() (step, error) {
	var by state.Member
	n, _, err := w.anyMotion(func(m ballot.Motion, p ballot.Poll) bool {
		by = m.Proposer.Member
		return p.Status == ballot.Noticed
	})
	if err != nil || n == 0 {
		return nothing, err
	}
	return step{ballot.Withdraw{Motion: n}, by}, nil
}
