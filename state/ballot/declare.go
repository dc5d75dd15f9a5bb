package ballot

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Declare closes the poll of a motion that the charter lets the returning
// officer close: at any time from its shortest one on, or only once nothing can
// change the outcome, from when on casts stand. It is counted at the end of the block.
type Declare struct {
	Motion Number `cbor:"1,keyasint,omitempty"`
}

// Declared reports that a poll was closed by declaration.
type Declared struct {
	Motion Number `json:"motion"`
}

func (Declared) Event() string { return "ballot.Declared" }

// Check accepts any number.
func (m Declare) Check() error { return nil }

// Apply closes the poll.
func (m Declare) Apply(c *state.Ctx) error {
	poll, err := requireOpen(c, m.Motion)
	if err != nil {
		return err
	}
	by := poll.Rules.Closing
	if by != charter.OnDeclaring && by != charter.OnDecided {
		return ErrDeclaring.With("%s closes %v", poll.Rules.Name, by)
	}
	if c.Time() < poll.Opens+int64(poll.Rules.Shortest)*60 {
		return ErrTooSoon.With("%s", words.Minutes(poll.Rules.Shortest))
	}
	if by == charter.OnDecided {
		if err := requireDecided(c, m.Motion, poll); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	poll.Declared, poll.Declarer = true, c.Actor()
	polls.Put(c, m.Motion, poll)
	schedule(c, c.Time(), m.Motion)
	c.Emit(Declared(m))
	return nil
}

// requireDecided returns ErrUndecided while further casts can change the outcome. What is
// counted when the poll is over, as elections are, no one knows before.
func requireDecided(r state.Reader, n Number, p Poll) error {
	how, err := methodOf(p.Rules.Method)
	if err != nil {
		return err
	}
	keeps, ok := how.(tallier)
	if !ok {
		return ErrUndecided.With("motion %d is counted at its end", n)
	}
	lost, _, err := p.lost(r, n)
	if err != nil {
		return err
	}
	tally, err := standing(r, n, keeps, lost)
	if err != nil {
		return err
	}
	done, err := keeps.decided(p.Rules.Method.Body, tally)
	if err != nil || done {
		return err
	}
	papers, err := tally.Papers()
	if err != nil {
		return err
	}
	return ErrUndecided.With("%d of %d have cast", papers, tally.Electorate)
}

// Withdraw takes back a motion that has not opened.
type Withdraw struct {
	Motion Number `cbor:"1,keyasint,omitempty"`
	Reason string `cbor:"2,keyasint,omitempty"` // names no person; at most member.MaxReason bytes, and may be empty
}

// WithdrawnEvent reports that a motion was taken back.
type WithdrawnEvent struct {
	Motion Number `json:"motion"`
}

func (WithdrawnEvent) Event() string { return "ballot.Withdrawn" }

// Check accepts any number, and refuses a reason that is too long.
func (m Withdraw) Check() error { return member.MayGive(m.Reason) }

// Apply takes the motion back.
func (m Withdraw) Apply(c *state.Ctx) error {
	motion, poll, err := Find(c, m.Motion)
	if err != nil {
		return err
	}
	if motion.Proposer != c.Actor() {
		return ErrProposer.With("%v", motion.Proposer)
	}
	if poll.Status != Noticed {
		return ErrStarted.With("motion %d is %v", m.Motion, poll.Status)
	}
	fewer, err := over(c, motion)
	if err != nil {
		return err
	}
	if err := motion.release(c); err != nil {
		return err
	}

	// Past this line nothing fails.
	poll.Status, poll.Reason = Withdrawn, m.Reason
	polls.Put(c, m.Motion, poll)
	agenda.Delete(c, poll.Opens, onAgenda, uint64(m.Motion))
	fewer(c)
	c.Emit(WithdrawnEvent{m.Motion})
	return nil
}

// Describe says whose poll is closed.
func (m Declare) Describe(t state.Telling) state.Words {
	return state.Words{Phrase: "close the poll of " + Named(t, m.Motion)}
}

// Describe says which motion is taken back.
func (m Withdraw) Describe(t state.Telling) state.Words {
	return state.Words{Phrase: "withdraw " + Named(t, m.Motion) + member.Because(m.Reason)}
}

var (
	_ = Kinds.Add(state.KindOf[Declare](KindDeclare, "ballot.Declare"))
	_ = Kinds.Add(state.KindOf[Withdraw](KindWithdraw, "ballot.Withdraw"))
)
