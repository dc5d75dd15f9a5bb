package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// MaxReason is the length of the longest stated reason, in bytes.
const MaxReason = 256

// Admit makes a candidate an active member, who is in no electorate for the charter's
// waiting time, nor, unless the charter says otherwise, on probation. Others than all
// members admit few: see charter.Membership.Intakes. All members admit also one who was
// refused, within life.RefusedDays: so nobody voids what they vote on by a refusal.
type Admit struct {
	Member    state.Member `cbor:"1,keyasint,omitempty"`
	Probation uint32       `cbor:"2,keyasint,omitempty"` // days, after that of the admission; none if zero
}

func (m Admit) Concerns() state.Member { return m.Member }

// Check refuses a term that no charter allows.
func (m Admit) Check() error {
	if m.Probation > charter.MaxProbation {
		return ErrTerm.With("%d days, at most %d can be", m.Probation, charter.MaxProbation)
	}
	return nil
}

// Apply admits the candidate.
func (m Admit) Apply(c *state.Ctx) error {
	counts, err := afterWaiting(c)
	if err != nil {
		return err
	}
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	refused := c.Authority().All && rec.Readmissible(c.Day())
	if rec.Standing() != Candidate && !refused {
		return ErrStanding.With("member %d %s", m.Member, rec.Standing().Is())
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if err := requireTerm(c, policy.Membership, m.Probation); err != nil {
		return err
	}
	take, err := requireIntake(c, 1)
	if err != nil {
		return err
	}
	to := Change{Standing: Active}
	if m.Probation > 0 {
		to.Probation = c.Day() + 1 + uint64(m.Probation)
		if !policy.Membership.ProbationVotes {
			counts = max(counts, to.Probation)
		}
	}
	if len(rec.Entries()) > 0 { // it has come back: for what was proposed before, its earlier days count
		to.Counts, counts = counts, 0
	}
	if err := move(c, m.Member, to, counts, Candidate, Left); err != nil {
		return err
	}
	if refused {
		c.Replace(rec.Standing())
	}
	take()
	return nil
}

// Suspend takes an active member's offices, for a stated reason, and the vote on what is
// proposed after the charter's waiting time, until Reinstate or, at the latest, for
// SuspensionDays. One that all members decide lasts until Reinstate, and takes the vote
// at once, and on motions under way as well; it makes a suspension by others theirs too.
// Others suspend one in MostOf members, or one, at a time, and not for the charter's
// days whose suspension ended, by whomever.
type Suspend struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Reason string       `cbor:"2,keyasint,omitempty"` // names no person; at most MaxReason bytes
}

func (m Suspend) Concerns() state.Member { return m.Member }

// Check refuses a suspension without a reason.
func (m Suspend) Check() error { return RequireReason(m.Reason) }

// RequireReason refuses what is no reason.
func RequireReason(reason string) error {
	if reason == "" || len(reason) > MaxReason {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(reason), MaxReason)
	}
	return nil
}

// Apply suspends the member.
func (m Suspend) Apply(c *state.Ctx) error {
	to := Change{Standing: Suspended, Reason: m.Reason, Bars: c.Authority().All}
	if to.Bars {
		return confirmed(c, m.Member, to)
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if err := requireSuspendable(c, m.Member, policy.Membership); err != nil {
		return err
	}
	if to.Until, err = afterWaiting(c); err != nil {
		return err
	}
	to.Ends = c.Day() + 1 + policy.Membership.SuspensionDays()
	return move(c, m.Member, to, 0, Active)
}

// Reinstate ends a suspension before it ends by itself. Offices that it took return, unless someone was
// appointed to them meanwhile. Unless all members decide it, the member is in no
// electorate for the charter's waiting time, where the suspension took its vote. Whom all
// members suspended only they reinstate, and one alone ends no suspension that a motion began.
type Reinstate struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m Reinstate) Concerns() state.Member { return m.Member }
func (m Reinstate) Check() error           { return nil }

// Apply makes the member active again.
func (m Reinstate) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if began, ok := rec.Suspension(^uint64(0)); ok && c.Authority().More(began.Bars, began.By) != "" {
		return ErrAll.With("member %d, by motion %d", m.Member, began.By.Motion)
	}
	return move(c, m.Member, Change{Standing: Active, All: c.Authority().All}, 0, Suspended)
}

// Describe says whose standing changes.
func (m Admit) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("admit member %d", m.Member), Clauses: Moves(t, m.Member, Candidate, Active)}
	if m.Probation > 0 {
		w.Phrase += " on probation"
		w.Clauses = append(w.Clauses, state.Fact("probation", "%s", words.Plural(uint64(m.Probation), "day")))
	}
	return w
}

// Describe says whose standing changes, why, and which offices fall vacant.
func (m Suspend) Describe(t state.Telling) state.Words {
	days, from := "as many days later as the charter says", "the end of the charter's waiting time"
	if policy, err := charter.PolicyOf(t); t.Now && err == nil {
		days = words.Plural(policy.Membership.SuspensionDays(), "day") + " later"
	}
	if day, err := afterWaiting(t); t.Now && err == nil {
		from = words.Day(day)
	}
	return state.Words{
		Phrase: fmt.Sprintf("suspend member %d, for the reason %s", m.Member, words.Quote(m.Reason)),
		Clauses: append(append(Moves(t, m.Member, Active, Suspended), Vacated(t, m.Member)...), state.Fact("it ends",
			"%s by itself if others than all members decide it; if all do, when they reinstate the member", days), state.Fact("votes",
			"if others than all members decide it, on what is proposed before %s; if all do, on nothing, motions under way included", from)),
	}
}

// Describe says whose standing changes, and which offices return.
func (m Reinstate) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("reinstate member %d", m.Member),
		Clauses: append(Moves(t, m.Member, Suspended, Active), returned(t, m.Member)...),
	}
}

// Moves says a change of standing: from where the member is or, once it is done,
// from what the rule demands, which is zero if that can be several.
func Moves(t state.Telling, m state.Member, from, to Standing) []state.Clause {
	if was, ok := state.Replaced[Standing](t); ok {
		from = was
	} else if t.Result == nil {
		if rec, err := Find(t, m); err == nil {
			from = rec.Standing()
		}
	}
	c := state.Clause{What: fmt.Sprintf("standing of member %d", m), After: to.String()}
	if from != 0 {
		c.Before = from.String()
	}
	return []state.Clause{c}
}

var (
	_ = Kinds.Add(state.KindOf[Admit](KindAdmit, "member.Admit"))
	_ = Kinds.Add(state.KindOf[Suspend](KindSuspend, "member.Suspend"))
	_ = Kinds.Add(state.KindOf[Reinstate](KindReinstate, "member.Reinstate"))
)
