package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Cast gives the signer's answer to an open motion, or changes it.
type Cast struct {
	Motion Number `cbor:"1,keyasint,omitempty"`
	Choice Choice `cbor:"2,keyasint,omitempty"`
}

// Received tells that a member cast. It does not say what: that is in the
// record, for those who look for it.
type Received struct {
	Motion  Number       `json:"motion"`
	Member  state.Member `json:"member"`
	Changed bool         `json:"changed"` // it had cast before
}

func (Received) Event() string { return "ballot.Received" }

// Check refuses an unknown choice.
func (m Cast) Check() error {
	if m.Choice < Yes || m.Choice > Abstain {
		return ErrChoice.With("%d", m.Choice)
	}
	return nil
}

// Apply records the answer and moves the tally.
func (m Cast) Apply(c *state.Ctx) error {
	voter := c.Authority().MemberOf(c.Coop())
	if voter == 0 {
		return ErrInPerson
	}
	poll, err := requireOpen(c, m.Motion)
	if err != nil {
		return err
	}
	rec, err := member.RequireActive(c, voter)
	if err != nil {
		return err
	}
	if !poll.entitled(voter, rec) {
		return ErrEntitled.With("member %d, motion %d", voter, m.Motion)
	}
	key := castKey{m.Motion, voter}
	before, changed, err := casts.Find(c, key)
	if err != nil {
		return err
	}
	tally, err := tallies.Get(c, m.Motion)
	if err != nil {
		return err
	}
	if changed {
		*box(&tally, before.Choice)--
	}
	*box(&tally, m.Choice)++
	ends, err := poll.decided(c, tally)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	casts.Put(c, key, Paper{m.Choice})
	tallies.Put(c, m.Motion, tally)
	if ends {
		schedule(c, c.Time(), m.Motion)
	}
	c.Emit(Received{m.Motion, voter, changed})
	return nil
}

// requireOpen returns the poll of a motion on which one can cast in this block.
func requireOpen(r state.Reader, n Number) (Poll, error) {
	poll, ok, err := polls.Find(r, n)
	switch {
	case err != nil:
		return poll, err
	case !ok:
		return poll, ErrUnknown.With("motion %d of co-op %d", n, r.Coop())
	case poll.Status == Noticed:
		return poll, ErrNotOpen.With("motion %d opens at %d", n, poll.Opens)
	case poll.Status != Open || poll.Declared || r.Time() >= poll.Closes:
		return poll, ErrClosed.With("motion %d", n)
	}
	return poll, nil
}

// box is where a choice is counted. Check has refused any other choice.
func box(t *count.Tally, c Choice) *uint64 {
	switch c {
	case Yes:
		return &t.Yes
	case No:
		return &t.No
	}
	return &t.Abstained
}

// decided says whether the poll ends because nothing can change its outcome.
func (p Poll) decided(r state.Reader, t count.Tally) (bool, error) {
	if p.Rules.Closing != charter.WhenDecided || r.Time() < p.Opens+int64(p.Rules.Shortest)*60 {
		return false, nil
	}
	_, done, err := p.Rules.Rule.Decided(t)
	return done, err
}

// Describe says what is answered to which question.
func (m Cast) Describe(t state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("cast %v on %s", m.Choice, Named(t, m.Motion))}
}

var _ = Kinds.Add(state.KindOf[Cast](KindCast, "ballot.Cast"))
