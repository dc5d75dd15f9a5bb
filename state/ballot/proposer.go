package ballot

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Who proposes takes a place on the agenda, and may have the books stand still. So a
// member proposes only with a vote on what is proposed then: who lets members in or
// replaces their keys gains no places by it. The charter may let officers of other
// co-ops propose, who have no vote here.

// Motions under way are counted by who proposed them. What a motion proposed is not
// counted: each was carried by its members.
var (
	// 0x47 ‖ co-op (4) ‖ member/64 (8) → page of how many motions under way the
	// member has proposed; absent if none
	proposed = state.NewPagedTable[state.Member, uint64](0x47)
	// 0x49 ‖ co-op (4) ‖ co-op of the officer (4) ‖ member (8) → motions under way
	// that an officer of another co-op has proposed, how many; absent if none
	proposedOutside = state.NewTable[officer, uint64](0x49)
)

// officer is a member of another co-op.
type officer struct {
	Coop   state.Coop
	Member state.Member
}

// underWay is how many motions under way an actor has proposed in r's co-op, zero for a
// motion.
func underWay(r state.Reader, a state.Actor) (uint64, error) {
	switch {
	case a.Member == 0:
		return 0, nil
	case a.Coop == r.Coop():
		return proposed.Get(r, a.Member)
	}
	return proposedOutside.Get(r, officer{a.Coop, a.Member})
}

// setUnderWay records how many motions under way an actor has proposed.
func setUnderWay(c *state.Ctx, a state.Actor, n uint64) {
	switch out := (officer{a.Coop, a.Member}); {
	case a.Member == 0:
	case a.Coop == c.Coop() && n == 0:
		proposed.Delete(c, a.Member)
	case a.Coop == c.Coop():
		proposed.Put(c, a.Member, n)
	case n == 0:
		proposedOutside.Delete(c, out)
	default:
		proposedOutside.Put(c, out, n)
	}
}

// requireProposer refuses who does not hold an office and is in no class of which the
// proposer of a kind of motion has to be.
func requireProposer(c *state.Ctx, k charter.MotionKind) error {
	if len(k.Proposers) == 0 && k.ProposerClass == 0 {
		return nil
	}
	by := c.Actor()
	if m := by.MemberOf(c.Coop()); m != 0 {
		rec, err := member.Peek(c, m)
		if err != nil || rec.Standing() == member.Active && rec.Class() == k.ProposerClass {
			return err
		}
		for _, o := range k.Proposers {
			holds, err := member.Holds(c, m, o)
			if err != nil || holds {
				return err
			}
		}
	}
	class := func(n charter.Class) string { return charter.ClassName(c, n) }
	return ErrProposers.With("%s by %s, not by %v", words.Quote(k.Name), k.ProposedWords(class), by)
}

// room returns how many motions of the proposer are under way, or an error if none more
// can be, or if the proposer has no vote.
func (t Totals) room(c *state.Ctx, proposer state.Actor) (own uint64, err error) {
	if t.Open >= MaxOpen {
		return 0, ErrOpen.With("%d", t.Open)
	}
	if own, err = underWay(c, proposer); err != nil {
		return 0, err
	}
	if m := proposer.MemberOf(c.Coop()); m != 0 {
		if err := requireVote(c, m); err != nil {
			return 0, err
		}
	}
	if own >= MaxOpenOwn {
		return 0, ErrOpen.With("%d by %v", own, proposer)
	}
	return own, nil
}

// requireVote refuses a member who has no vote on what is proposed now: who is suspended
// and has lost it, who still waits, or whose key others replaced.
func requireVote(c *state.Ctx, m state.Member) error {
	rec, err := member.Find(c, m)
	if err != nil {
		return err
	}
	votes := rec.HasVote(c.Time(), ^uint64(0))
	switch {
	case votes && !rec.Rekeyed(c.Time(), ^uint64(0)):
		return nil
	case !votes && rec.Standing() != member.Active:
		return member.ErrStanding.With("member %d %s", m, rec.Standing().Is())
	}
	return ErrVoteless.With("member %d can propose from %s on", m, words.Time(int64(rec.CastsFrom())*24*60*60))
}
