package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindEndProbation is the number of EndProbation on the wire.
const KindEndProbation tx.Kind = 0x1013

// EndProbation makes a member on probation a full one before its term is over. Where
// those on probation are in no electorate, it is in those of what is proposed after the
// charter's waiting time, like one who is admitted.
type EndProbation struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Rejections of probation.
var (
	ErrTerm      = Hints.Add(&state.Rejection{Code: 141, Reason: "the charter does not allow that term of probation"}, "see the terms: rochdale charter show; where it has none, leave --probation out; to admit without, have all members decide it: --propose KIND")
	ErrProbation = Hints.Add(&state.Rejection{Code: 142, Reason: "member is not on probation"}, "see where the member stands: rochdale member show")
)

// ProbationEnded reports that a member is a full one.
type ProbationEnded struct {
	Member state.Member `json:"member"`
}

func (ProbationEnded) Event() string { return "member.ProbationEnded" }

func (m EndProbation) Concerns() state.Member { return m.Member }
func (m EndProbation) Check() error           { return nil }

// Apply ends the probation.
func (m EndProbation) Apply(c *state.Ctx) error {
	rec, err := RequireActive(c, m.Member)
	if err != nil {
		return err
	}
	if !rec.OnProbation(c.Day()) {
		return ErrProbation.With("member %d", m.Member)
	}
	if err := requireRoom(c, rec, Change{}); err != nil {
		return err
	}
	counts, err := afterWaiting(c)
	if err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(rec.ProbationOver())
	turn(c, rec, ^uint64(0))
	rec = rec.Sooner(counts)
	turn(c, rec, 1)
	change(c, &t, m.Member, rec, Change{Standing: Active, Class: rec.Class(), Probation: c.Day()})
	totals.Put(c, 0, t)
	c.Emit(ProbationEnded(m))
	return nil
}

// requireTerm refuses a term of probation, in days, that the charter does not allow. All
// members may admit without one.
func requireTerm(c *state.Ctx, p charter.Membership, days uint32) error {
	switch {
	case days == 0 && (p.ProbationMost == 0 || c.Authority().All):
	case days == 0:
		return ErrTerm.With("none, at least %s", words.Plural(uint64(max(p.ProbationLeast, 1)), "day"))
	case p.ProbationMost == 0:
		return ErrTerm.With("%s, and it has no probation", words.Plural(uint64(days), "day"))
	case days < p.ProbationLeast || days > p.ProbationMost:
		return ErrTerm.With("%s, from %d to %d can be", words.Plural(uint64(days), "day"), p.ProbationLeast, p.ProbationMost)
	}
	return nil
}

// Describe says whose probation ends.
func (m EndProbation) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("end the probation of member %d", m.Member)}
	over, _ := state.Replaced[uint64](t)
	if rec, err := Find(t, m.Member); err == nil && over == 0 && t.Result == nil {
		over = rec.ProbationOver()
	}
	until := "" // none, or one that cannot be read
	if over > 0 {
		until = "until " + words.Day(over)
	}
	w.Clauses = []state.Clause{{What: fmt.Sprintf("probation of member %d", m.Member), Before: until, After: "over"}}
	return w
}

var _ = Kinds.Add(state.KindOf[EndProbation](KindEndProbation, "member.EndProbation"))
