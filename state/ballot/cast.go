package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Cast gives the signer's answer to an open motion, or changes it. Where the motion
// closes because it is decided, a cast can be changed only until it is: who chooses the
// moment of closing then chooses no outcome.
type Cast struct {
	Motion Number `cbor:"1,keyasint,omitempty"`
	Paper  []byte `cbor:"2,keyasint,omitempty"` // in the form of the motion's method; to yes or no, one byte, a ballot.Choice
}

// Received reports that a member cast. The answer is only in the record.
type Received struct {
	Motion  Number       `json:"motion"`
	Member  state.Member `json:"member"`
	Changed bool         `json:"changed"` // it had cast before
}

func (Received) Event() string { return "ballot.Received" }

// Votes says that a cast is a vote, which some suspended members keep.
func (Cast) Votes() {}

// Check refuses a paper that no method reads.
func (m Cast) Check() error {
	if n := len(m.Paper); n == 0 || n > MaxPaper {
		return ErrPaper.With("%d bytes, from 1 to %d can be", n, MaxPaper)
	}
	return nil
}

// Apply records the answer, and moves the tally if one is kept.
func (m Cast) Apply(c *state.Ctx) error {
	voter := c.Authority().MemberOf(c.Coop())
	if voter == 0 {
		return ErrInPerson
	}
	poll, err := requireOpen(c, m.Motion)
	if err != nil {
		return err
	}
	if err := poll.requireVoter(c, m.Motion, voter); err != nil {
		return err
	}
	how, err := methodOf(poll.Rules.Method)
	if err != nil {
		return err
	}
	if err := how.read(m.Paper, int(poll.Options)); err != nil {
		return err
	}
	key := castKey{m.Motion, voter}
	before, changed, err := casts.Find(c, key)
	if err != nil {
		return err
	}
	if changed && poll.Decided != 0 {
		return ErrStands.With("decided since %s", words.Time(poll.Decided))
	}
	keeps, tallied := how.(tallier)
	var tally count.Tally
	decides := false
	if tallied {
		if tally, err = tallies.Get(c, m.Motion); err != nil {
			return err
		}
		if changed {
			*keeps.box(&tally, before.Marks)--
		}
		*keeps.box(&tally, m.Paper)++
		if _, err := tally.Papers(); err != nil {
			// Nobody is entitled whom the electorate did not count. If someone were, one
			// paper is refused here: a tally that no method can count would stop every node.
			return ErrEntitled.With("motion %d: all %d who count have cast", m.Motion, tally.Electorate)
		}
		if decides, err = poll.decidedBy(keeps, tally); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	casts.Put(c, key, Paper{m.Paper})
	if tallied {
		tallies.Put(c, m.Motion, tally)
	}
	if decides && poll.Decided == 0 {
		poll.Decided = c.Time()
		polls.Put(c, m.Motion, poll)
	}
	if poll.endsDecided(c) {
		schedule(c, c.Time(), m.Motion)
	}
	c.Emit(Received{m.Motion, voter, changed})
	return nil
}

// requireVoter refuses a member who cannot cast on the open motion n.
func (p Poll) requireVoter(r state.Reader, n Number, m state.Member) error {
	rec, err := member.Peek(r, m)
	switch {
	case err != nil:
		return err
	case !p.votes(rec, ^uint64(0)) && rec.Standing() != member.Active:
		return member.ErrStanding.With("member %d %s", m, rec.Standing().Is())
	case !p.Entitled(m, rec):
		return ErrEntitled.With("member %d, motion %d%s", m, n, p.waitWords(rec))
	case rec.Rekeyed(p.proposed(), p.Record):
		return ErrRekeyed.With("member %d: motion %d was proposed before the new key began to act", m, n)
	}
	holds, err := p.inOffice(r, m, rec)
	if err == nil && !holds {
		err = ErrEntitled.With("member %d, motion %d: it holds none of the offices any more", m, n)
	}
	return err
}

// requireOpen returns the poll of a motion on which one can cast in this block. Its lists
// are not to be changed.
func requireOpen(r state.Reader, n Number) (Poll, error) {
	shared, err := polls.Peek(r, n)
	if err != nil {
		return Poll{}, err
	}
	if shared == nil {
		return Poll{}, ErrUnknown.With("motion %d of co-op %d", n, r.Coop())
	}
	poll := *shared
	switch {
	case poll.Status == Noticed:
		return poll, ErrNotOpen.With("motion %d opens at %s", n, words.Time(poll.Opens))
	case poll.Status != Open || poll.Declared || r.Time() >= poll.Closes:
		return poll, ErrClosed.With("motion %d", n)
	}
	return poll, nil
}

// decidedBy says whether nothing can change the outcome that a tally of casts gives, where
// a poll closes because of that; also before the poll's shortest time is over. From then
// on casts stand: while they could be changed, the moment of closing would choose among
// outcomes. A veto is decided as soon as enough object, whenever the poll closes: who
// objected cannot be pressed to take it back.
func (p Poll) decidedBy(m tallier, t count.Tally) (bool, error) {
	switch {
	case p.Rules.ClosesDecided():
		return m.decided(p.Rules.Method.Body, t)
	case p.Rules.Method.Tag == charter.Veto:
		d, err := m.decide(p.Rules.Method.Body, t)
		return d.outcome == count.Lost, err
	}
	return false, nil
}

// Decides says whether the cast would stand from the start: the motion closes because
// it is decided, and is, or would be by this cast with those that there are now. Casts
// of others may decide it first, before this one is in a block. It returns ErrUnknown if
// there is no such motion.
func (m Cast) Decides(r state.Reader, voter state.Member) (bool, error) {
	_, poll, err := Find(r, m.Motion)
	if err != nil || poll.Decided != 0 {
		return poll.Decided != 0, err
	}
	how, err := methodOf(poll.Rules.Method)
	if err != nil {
		return false, err
	}
	keeps, ok := how.(tallier)
	if !ok || how.read(m.Paper, int(poll.Options)) != nil {
		return false, nil // counted when it is over, or refused
	}
	tally, err := tallies.Get(r, m.Motion)
	if err != nil {
		return false, err
	}
	before, changed, err := casts.Find(r, castKey{m.Motion, voter})
	if err != nil {
		return false, err
	}
	if changed {
		*keeps.box(&tally, before.Marks)--
	}
	*keeps.box(&tally, m.Paper)++
	return poll.decidedBy(keeps, tally)
}

// endsDecided says whether the poll ends by itself now because it is decided.
func (p Poll) endsDecided(r state.Reader) bool {
	return p.Decided != 0 && p.Rules.Closing == charter.WhenDecided && r.Time() >= p.Opens+int64(p.Rules.Shortest)*60
}

// Describe says what is answered to which question.
func (m Cast) Describe(t state.Telling) state.Words {
	answer := fmt.Sprintf("the paper %x", m.Paper) // of a motion that cannot be read
	if p, ok, err := polls.Find(t, m.Motion); err == nil && ok {
		answer = p.Answer(m.Paper)
	}
	return state.Words{Phrase: fmt.Sprintf("cast %s on %s", answer, Named(t, m.Motion))}
}

var _ = Kinds.Add(state.KindOf[Cast](KindCast, "ballot.Cast"))
