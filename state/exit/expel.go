package exit

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Expel decides that a member who was heard is expelled. Only motions that are put to all
// members do, since it takes a vote for good, and that open on the day of the hearing or later,
// so that whoever votes can have heard the member. Where an appeal stays it, the membership ends
// when the time for an appeal is over; otherwise at once.
type Expel struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Decided reports that a member is to be expelled.
type Decided struct {
	Proceeding Number       `json:"proceeding"`
	Member     state.Member `json:"member"`
	Effect     uint64       `json:"effect"` // days since 1970 UTC; zero at once
}

func (Decided) Event() string { return "exit.Decided" }

func (m Expel) Concerns() state.Member { return m.Member }
func (m Expel) Check() error           { return nil }

// Apply expels the member, or has it expelled later.
func (m Expel) Apply(c *state.Ctx) error {
	if err := requireAll(c); err != nil {
		return err
	}
	n, p, err := requireOpen(c, m.Member)
	if err != nil {
		return err
	}
	if p.Decided != 0 {
		return ErrDecided.With("member %d", m.Member)
	}
	if opened := c.Authority().Opened; opened < midnight(p.Hearing) {
		return ErrForejudged.With("the motion opens on %s, the hearing is on %s", words.Day(uint64(opened/(24*60*60))), words.Day(p.Hearing))
	}
	if p.Held == 0 {
		return ErrUnheard.With("member %d", m.Member)
	}
	if opened := c.Authority().Opened; opened < midnight(p.Held) { // it was put off
		return ErrForejudged.With("the motion opens on %s, the hearing was on %s", words.Day(state.DayOf(opened)), words.Day(p.Held))
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	c.Replace(rec.Standing())
	figures := policy.Membership
	p.Decided, p.Decider = c.Time(), c.Actor()
	if figures.Appeal > 0 {
		p.Until, p.Need, p.Days = c.Day()+uint64(figures.Appeal), figures.Seconders, uint32(figures.DecideDays())
	}
	if !figures.AppealStays {
		if err := member.End(c, m.Member, member.Change{Ending: member.Expelled, Reason: p.Reason}); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	if !figures.AppealStays {
		p.over(c, n, Expelled)
		return nil
	}
	p.Effect = p.Until + 1
	agenda.Put(c, midnight(p.Effect), effectDue, uint64(n))
	proceedings.Put(c, n, p)
	c.Return(p.Effect)
	c.Emit(Decided{n, m.Member, p.Effect})
	return nil
}

// effectDue is the agenda's number of expulsions that take effect.
const effectDue agenda.Room = 0x15

// ExpulsionAgenda ends memberships when the time for an appeal, or to decide one, is over.
var ExpulsionAgenda = agenda.Handler{Room: effectDue, Turn: takeEffect}

// takeEffect ends the membership of proceeding item, unless it has ended otherwise.
func takeEffect(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	n := Number(item)
	p, err := Find(c, n)
	if err != nil {
		return 0, false, fmt.Errorf("ending a membership: %w", err)
	}
	rec, err := member.Find(c, p.Member)
	if err != nil {
		return 0, false, err
	}
	if leftSince(rec, p.Noticed) {
		p.over(c, n, Moot)
		return 2, true, nil
	}
	if err := member.End(c, p.Member, member.Change{Ending: member.Expelled, Reason: p.Reason, Effective: p.Effect}); err != nil {
		return 0, false, fmt.Errorf("expelling member %d: %w", p.Member, err)
	}
	p.over(c, n, Expelled)
	return 10, true, nil
}

// Appeal is an appeal against an expulsion: the member's own, or another's who seconds it.
// It stands when as many second it as the charter said, and, if the membership lasts, the
// member appeals itself. Then the decision waits, if the charter says so.
type Appeal struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Appealed reports an appeal, or a second of it.
type Appealed struct {
	Proceeding Number       `json:"proceeding"`
	Member     state.Member `json:"member"`
	By         state.Member `json:"by,omitempty"`
	Stands     bool         `json:"stands"`
}

func (Appealed) Event() string { return "exit.Appealed" }

func (m Appeal) Concerns() state.Member { return m.Member }
func (m Appeal) Check() error           { return nil }

// Apply notes who appeals.
func (m Appeal) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	n, p, err := Last(c, m.Member)
	if err != nil {
		return err
	}
	left := p.expelled(rec)
	if p.Decided == 0 || p.Until == 0 || c.Day() > p.Until || !p.Open(rec, c.Day()) && !left {
		return ErrNoAppeal.With("member %d", m.Member)
	}
	if p.Appealed != 0 {
		return ErrAppealed.With("since %s", words.Time(p.Appealed))
	}
	by := c.Authority().MemberOf(c.Coop())
	if by == 0 {
		if err := requireAll(c); err != nil {
			return err
		}
	}
	if by != 0 && (by == m.Member && p.Own || slices.Contains(p.Seconders, by)) {
		return ErrSeconded.With("member %d", by)
	}

	// Past this line nothing fails.
	switch by {
	case 0:
	case m.Member:
		p.Own = true
	default:
		if len(p.Seconders) < charter.MaxSeconders {
			p.Seconders = append(slices.Clone(p.Seconders), by)
		}
	}
	stands := by == 0 || len(p.Seconders) >= int(p.Need) && (p.Own || left)
	if stands {
		p = p.stay(c, n)
	}
	proceedings.Put(c, n, p)
	c.Emit(Appealed{n, m.Member, by, stands})
	return nil
}

// expelled says whether it is by this proceeding that the member has left.
func (p Proceeding) expelled(rec member.Record) bool {
	last := rec.History[len(rec.History)-1]
	return p.Outcome == Expelled && rec.Ended() == member.Expelled && last.Time >= p.Decided
}

// stay notes that the appeal stands, and has the decision wait.
func (p Proceeding) stay(c *state.Ctx, n Number) Proceeding {
	p.Appealed = c.Time()
	if p.Effect == 0 {
		return p
	}
	agenda.Delete(c, midnight(p.Effect), effectDue, uint64(n))
	p.Effect = max(p.Effect, c.Day()+1+uint64(p.Days))
	agenda.Put(c, midnight(p.Effect), effectDue, uint64(n))
	return p
}

// AllowAppeal decides that an expulsion does not stand. Whom it has put out comes back with
// the key that it had. Only motions that are put to all members do that.
type AllowAppeal struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m AllowAppeal) Concerns() state.Member { return m.Member }
func (m AllowAppeal) Check() error           { return nil }

// Apply lets the member stay, or brings it back.
func (m AllowAppeal) Apply(c *state.Ctx) error {
	if err := requireAll(c); err != nil {
		return err
	}
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	n, p, err := Last(c, m.Member)
	if err != nil {
		return err
	}
	left := p.expelled(rec)
	if p.Appealed == 0 || !p.Open(rec, c.Day()) && !left {
		return ErrNotPending.With("member %d", m.Member)
	}
	if left {
		if err := member.Restore(c, m.Member); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	p.end(c, n)
	p.over(c, n, Allowed)
	return nil
}

// Describe says whose standing changes, and when.
func (m Expel) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("expel member %d", m.Member)}
	if day, ok := state.Was[uint64](t); ok {
		w.Clauses = []state.Clause{{
			What:   fmt.Sprintf("standing of member %d", m.Member),
			Before: member.StandingBefore(t, m.Member), After: "left, expelled, from " + words.Day(day) + ", unless an appeal is allowed",
		}}
		return w
	}
	w.Clauses = []state.Clause{{What: fmt.Sprintf("standing of member %d", m.Member), Before: member.StandingBefore(t, m.Member), After: "left, expelled"}}
	if policy, err := charter.PolicyOf(t); t.Now && err == nil && policy.Membership.AppealStays {
		w.Clauses = append(w.Clauses, state.Fact("it takes effect", "after %s, unless members appeal", words.Plural(uint64(policy.Membership.Appeal), "day")))
	}
	return w
}

// Describe says who appeals.
func (m Appeal) Describe(state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("appeal against the expulsion of member %d, or second the appeal", m.Member)}
}

// Describe says whose expulsion does not stand.
func (m AllowAppeal) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("allow the appeal of member %d, which is not expelled then", m.Member),
		Clauses: []state.Clause{{What: fmt.Sprintf("expulsion of member %d", m.Member), Before: "decided", After: Allowed.String()}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Expel](KindExpel, "exit.Expel"))
	_ = Kinds.Add(state.KindOf[Appeal](KindAppeal, "exit.Appeal"))
	_ = Kinds.Add(state.KindOf[AllowAppeal](KindAllowAppeal, "exit.AllowAppeal"))
)
