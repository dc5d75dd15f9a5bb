package exit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A member is silent who has signed nothing, and of whom no contact was recorded, for as long
// as the charter says. It is warned, by post since the ledger did not reach it, and struck
// off when the notice is over and it was silent still.

// WarnSilent records the notice, to members who are silent, that they will be struck off.
type WarnSilent struct {
	Members []state.Member `cbor:"1,keyasint,omitempty"` // ascending, at most MaxBatch
}

// StrikeOff ends the memberships of those who were warned and were silent still. It passes over
// those of whom that does not hold, such as one who signs or is heard of while members vote on
// it, so that nobody keeps the others on the register; it is refused if nobody is left.
type StrikeOff struct {
	Members []state.Member `cbor:"1,keyasint,omitempty"` // ascending, at most MaxBatch
}

// Warned reports that members have notice of striking off.
type Warned struct {
	Members []state.Member `json:"members"`
}

// Struck reports that members were struck off, and who was passed over.
type Struck struct {
	Members []state.Member `json:"members"`
	Passed  []state.Member `json:"passed,omitempty"`
}

func (Warned) Event() string { return "exit.Warned" }
func (Struck) Event() string { return "exit.Struck" }

// requireBatch refuses a list that is empty, too long or out of order.
func requireBatch(members []state.Member) error {
	if len(members) == 0 || len(members) > MaxBatch {
		return ErrBatch.With("%d members, from 1 to %d can be", len(members), MaxBatch)
	}
	for i, m := range members[1:] {
		if m <= members[i] {
			return ErrBatch.With("member %d follows member %d", m, members[i])
		}
	}
	return nil
}

// Check refuses a list that is no batch.
func (m WarnSilent) Check() error { return requireBatch(m.Members) }

// Check refuses a list that is no batch.
func (m StrikeOff) Check() error { return requireBatch(m.Members) }

// Cost is two records read and one written a member, and its figures.
func (m WarnSilent) Cost() int { return 3*len(m.Members) + 1 }

// Cost is what ends a membership, for each member.
func (m StrikeOff) Cost() int { return 12*len(m.Members) + 1 }

// LastContact is the last day, since 1970 UTC, on which the member came, signed anything or
// was heard of. What others record of it, such as a new code, a key or a notice that they
// take back, is no contact. f is its file and rec its record.
func LastContact(r state.Reader, m state.Member, rec member.Record, f File) (day uint64, err error) {
	s, err := member.SpentOf(r, m)
	day = max(f.Contact, s.Day)
	for _, came := range rec.Entries() {
		day = max(day, came)
	}
	return day, err
}

// Apply notes the notice to each of them.
func (m WarnSilent) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	silent, notice := uint64(policy.Membership.Silent), uint64(policy.Membership.SilentNotice)
	if silent == 0 {
		return ErrNever
	}
	warned := make([]File, len(m.Members))
	for i, who := range m.Members {
		rec, err := requireMember(c, who)
		if err != nil {
			return err
		}
		f, err := files.Get(c, who)
		if err != nil {
			return err
		}
		void, err := f.Void(c, who)
		if err != nil {
			return err
		}
		if f.Warned != 0 && c.Day() <= f.Good && !void {
			return ErrWarned.With("member %d, on %s", who, words.Day(f.Warned))
		}
		if f.Effect != 0 {
			return ErrRecorded.With("member %d", who)
		}
		last, err := LastContact(c, who, rec, f)
		if err != nil {
			return err
		}
		if c.Day() < last+silent+1 {
			return ErrContact.With("member %d, on %s; %d days of silence are needed", who, words.Day(last), silent)
		}
		if warned[i], err = f.mark(c, who); err != nil {
			return err
		}
		warned[i].Warned, warned[i].Strikes, warned[i].Good = c.Day(), c.Day()+notice+1, c.Day()+notice+policy.Membership.NoticeDays()
	}

	// Past this line nothing fails.
	for i, who := range m.Members {
		files.Put(c, who, warned[i])
	}
	c.Emit(Warned(m))
	return nil
}

// Apply strikes off those of whom it holds, and returns whom it passed over.
func (m StrikeOff) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if policy.Membership.SilentNotice == 0 {
		return ErrNever
	}
	var struck, passed []state.Member
	var why error // of the first who is passed over
	for _, who := range m.Members {
		f, err := files.Get(c, who)
		if err != nil {
			return err
		}
		keeps, err := f.keeps(c, who)
		if err != nil {
			return err
		}
		if keeps != nil {
			why = cmp.Or(why, keeps)
			passed = append(passed, who)
			continue
		}
		if err := member.End(c, who, member.Change{Ending: member.StruckOff}); err != nil {
			return fmt.Errorf("striking off member %d: %w", who, err)
		}
		f.Warned, f.Strikes, f.Good, f.Signed, f.Times, f.Marked = 0, 0, 0, 0, 0, 0
		files.Put(c, who, f)
		struck = append(struck, who)
	}
	if len(struck) == 0 {
		return why
	}

	// Past this line nothing fails.
	if len(passed) > 0 {
		c.Return(passed)
	}
	c.Emit(Struck{struck, passed})
	return nil
}

// keeps is what keeps m, whose file it is, from being struck off; nil if nothing does. It
// returns member.ErrUnknown.
func (f File) keeps(r state.Reader, m state.Member) (why, err error) {
	rec, err := member.Find(r, m)
	if err != nil {
		return nil, err
	}
	void, err := f.Void(r, m)
	today := state.DayOf(r.Time())
	switch s := rec.Standing(); {
	case err != nil:
		return nil, err
	case s != member.Active && s != member.Suspended:
		return member.ErrStanding.With("member %d %s", m, s.Is()), nil
	case f.Warned == 0 || today > f.Good:
		return ErrUnwarned.With("member %d", m), nil
	case void:
		return ErrContact.With("member %d has signed something, was heard of or has left since its notice", m), nil
	case today < f.Strikes:
		return ErrSoon.With("member %d has notice since %s, its clear days lead to %s", m, words.Day(f.Warned), words.Day(f.Strikes)), nil
	}
	return nil, nil
}

// each are a clause for each member of a batch.
func each(members []state.Member, what, before, after string) (out []state.Clause) {
	for _, m := range members {
		out = append(out, state.Clause{What: fmt.Sprintf("%s of member %d", what, m), Before: before, After: after})
	}
	return out
}

// Describe says who is warned.
func (m WarnSilent) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("give notice of striking off to %s", words.Plural(uint64(len(m.Members)), "silent member")),
		Clauses: each(m.Members, "notice of striking off", "none", "given"),
	}
}

// Describe says whose standing changes, and who is passed over: as it is known before, what
// keeps each of them on the register.
func (m StrikeOff) Describe(t state.Telling) state.Words {
	passed, _ := state.Was[[]state.Member](t)
	w := state.Words{Phrase: fmt.Sprintf("strike off %s", words.Plural(uint64(len(m.Members)-len(passed)), "silent member"))}
	for _, who := range m.Members {
		clause := state.Clause{What: fmt.Sprintf("standing of member %d", who), Before: "on the register", After: "left, struck off"}
		if slices.Contains(passed, who) {
			clause.After = "on the register, passed over"
		} else if f, err := files.Get(t, who); err == nil && t.Now {
			if keeps, _ := f.keeps(t, who); keeps != nil {
				clause.After = "on the register, as now: " + keeps.Error()
			}
		}
		w.Clauses = append(w.Clauses, clause)
	}
	return w
}

var (
	_ = Kinds.Add(state.KindOf[WarnSilent](KindWarnSilent, "exit.WarnSilent"))
	_ = Kinds.Add(state.KindOf[StrikeOff](KindStrikeOff, "exit.StrikeOff"))
)
