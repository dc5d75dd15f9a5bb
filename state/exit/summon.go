package exit

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Summon gives a member notice that it may be expelled, with the reasons and the day on
// which it is heard. There are as many clear days between as the charter says. One that all
// members give takes the place of one that others gave and that is not decided. The result is
// the proceeding's number.
type Summon struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Hearing uint64       `cbor:"2,keyasint,omitempty"` // days since 1970 UTC
	Reason  string       `cbor:"3,keyasint,omitempty"` // names no person; at most member.MaxReason bytes
	Text    []byte       `cbor:"4,keyasint,omitempty"` // SHA-256 of the notice that was sent; empty or 32 bytes
}

// Summoned reports a notice.
type Summoned struct {
	Proceeding Number       `json:"proceeding"`
	Member     state.Member `json:"member"`
	Hearing    uint64       `json:"hearing"` // days since 1970 UTC
}

func (Summoned) Event() string { return "exit.Summoned" }

func (m Summon) Concerns() state.Member { return m.Member }

// Check refuses a notice without a reason, and a digest that is none.
func (m Summon) Check() error {
	if err := member.RequireReason(m.Reason); err != nil {
		return err
	}
	if n := len(m.Text); n != 0 && n != 32 {
		return ErrText.With("%d bytes", n)
	}
	return nil
}

// Apply begins the proceeding.
func (m Summon) Apply(c *state.Ctx) error {
	rec, err := requireMember(c, m.Member)
	if err != nil {
		return err
	}
	n, last, err := Last(c, m.Member)
	if err != nil {
		return err
	}
	if last.Open(rec, c.Day()) && !last.gives(c) {
		return ErrOpen.With("proceeding %d, member %d", n, m.Member)
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	days := uint64(policy.Membership.HearingDays())
	if m.Hearing < c.Day()+days+1 {
		return ErrSoon.With("hearing on %s, %d clear days from today lead to %s", words.Day(m.Hearing), days, words.Day(c.Day()+days+1))
	}
	if most := max(MaxAhead, days+1); m.Hearing > c.Day()+most {
		return ErrLate.With("hearing on %s, at most %d days can be", words.Day(m.Hearing), most)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	f, err := files.Get(c, m.Member)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if now := last.Now(rec, c.Day()); n != 0 && last.Outcome == 0 {
		last.end(c, n)
		last.over(c, n, cmp.Or(now, Dropped))
	}
	t.Proceedings++
	totals.Put(c, 0, t)
	f.Proceeding = Number(t.Proceedings)
	files.Put(c, m.Member, f)
	proceedings.Put(c, f.Proceeding, Proceeding{
		Member: m.Member, Reason: m.Reason, Text: bytes.Clone(m.Text), Noticed: c.Time(), By: c.Actor(), Hearing: m.Hearing,
		Good: m.Hearing + policy.Membership.NoticeDays(), All: c.Authority().All,
	})
	c.Return(t.Proceedings)
	c.Emit(Summoned{f.Proceeding, m.Member, m.Hearing})
	return nil
}

// gives says whether an expulsion that is under way gives way to one that begins now: all
// members' to what others began and nobody has decided.
func (p Proceeding) gives(c *state.Ctx) bool {
	return c.Authority().All && !p.All && p.Decided == 0
}

// Describe says who is summoned, for when and why.
func (m Summon) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("give member %d notice that it may be expelled", m.Member),
		Clauses: []state.Clause{
			state.Fact(fmt.Sprintf("hearing of member %d", m.Member), "%s", words.Day(m.Hearing)), state.Fact("reason", "%s", words.Quote(m.Reason)),
		},
	}
	if len(m.Text) > 0 {
		w.Clauses = append(w.Clauses, state.Fact("digest of the notice", "%x", m.Text))
	}
	return t.Given(w, "proceeding")
}

// Hear records that a member who was summoned was heard, or could have been and did not
// come. What it said is no matter of the ledger.
type Hear struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Day     uint64       `cbor:"2,keyasint,omitempty"` // on which it was: days since 1970 UTC
	Present bool         `cbor:"3,keyasint,omitempty"` // the member, or who spoke for it, was there
}

// Heard reports a hearing.
type Heard struct {
	Proceeding Number       `json:"proceeding"`
	Member     state.Member `json:"member"`
}

func (Heard) Event() string { return "exit.Heard" }

func (m Hear) Concerns() state.Member { return m.Member }
func (m Hear) Check() error           { return nil }

// Apply records the hearing.
func (m Hear) Apply(c *state.Ctx) error {
	n, p, err := requireOpen(c, m.Member)
	if err != nil {
		return err
	}
	if p.Held != 0 {
		return ErrHeard.With("on %s", words.Day(p.Held))
	}
	if m.Day < p.Hearing {
		return ErrEarly.With("%s, the member was summoned for %s", words.Day(m.Day), words.Day(p.Hearing))
	}
	if m.Day > c.Day() {
		return ErrFuture.With("%s", words.Day(m.Day))
	}

	// Past this line nothing fails.
	p.Held, p.Present = m.Day, m.Present
	proceedings.Put(c, n, p)
	c.Emit(Heard{n, m.Member})
	return nil
}

// Describe says who was heard, and when.
func (m Hear) Describe(state.Telling) state.Words {
	came := "did not come"
	if m.Present {
		came = "was there, or who spoke for it"
	}
	return state.Words{
		Phrase:  fmt.Sprintf("record the hearing of member %d before it may be expelled", m.Member),
		Clauses: []state.Clause{state.Fact(fmt.Sprintf("hearing of member %d", m.Member), "held on %s", words.Day(m.Day)), state.Fact("the member", "%s", came)},
	}
}

// Drop ends a proceeding before it is decided: others than all members one that others began,
// until the member is heard.
type Drop struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Reason string       `cbor:"2,keyasint,omitempty"` // names no person; at most member.MaxReason bytes, and may be empty
}

// Ended reports what a proceeding came to.
type Ended struct {
	Proceeding Number       `json:"proceeding"`
	Member     state.Member `json:"member"`
	Outcome    Outcome      `json:"outcome"`
}

func (Ended) Event() string { return "exit.Ended" }

func (m Drop) Concerns() state.Member { return m.Member }

// Check refuses a reason that is too long.
func (m Drop) Check() error { return member.MayGive(m.Reason) }

// Apply ends the proceeding.
func (m Drop) Apply(c *state.Ctx) error {
	n, p, err := requireOpen(c, m.Member)
	if err != nil {
		return err
	}
	if p.Decided != 0 {
		return ErrDecided.With("member %d", m.Member)
	}
	if all := c.Authority().All; !all && p.All {
		return ErrAll.With("they gave member %d notice", m.Member)
	} else if !all && p.Held != 0 {
		return ErrAll.With("member %d was heard", m.Member)
	}

	// Past this line nothing fails.
	p.over(c, n, Dropped)
	return nil
}

// end takes what proceeding n was to do off the agenda.
func (p Proceeding) end(c *state.Ctx, n Number) {
	if p.Effect != 0 {
		agenda.Delete(c, midnight(p.Effect), effectDue, uint64(n))
	}
}

// over records what proceeding n came to.
func (p Proceeding) over(c *state.Ctx, n Number, o Outcome) {
	p.Outcome, p.Effect = o, 0
	proceedings.Put(c, n, p)
	c.Emit(Ended{n, p.Member, o})
}

// Describe says whose proceeding ends.
func (m Drop) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("drop the expulsion of member %d", m.Member) + member.Because(m.Reason),
		Clauses: []state.Clause{{What: fmt.Sprintf("expulsion of member %d", m.Member), Before: Outcome(0).String(), After: Dropped.String()}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Summon](KindSummon, "exit.Summon"))
	_ = Kinds.Add(state.KindOf[Hear](KindHear, "exit.Hear"))
	_ = Kinds.Add(state.KindOf[Drop](KindDrop, "exit.Drop"))
)
