package exit

import (
	"fmt"

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

// StrikeOff ends the memberships of those who were warned and were silent still.
type StrikeOff struct {
	Members []state.Member `cbor:"1,keyasint,omitempty"` // ascending, at most MaxBatch
}

// Contact records that members were heard of otherwise than by a signature: they called,
// came, or wrote. It makes a notice of striking off void.
type Contact struct {
	Members []state.Member `cbor:"1,keyasint,omitempty"` // ascending, at most MaxBatch
}

// Warned reports that members have notice of striking off.
type Warned struct {
	Members []state.Member `json:"members"`
}

// Struck reports that members were struck off.
type Struck struct {
	Members []state.Member `json:"members"`
}

// Contacted reports that members were heard of.
type Contacted struct {
	Members []state.Member `json:"members"`
}

func (Warned) Event() string    { return "exit.Warned" }
func (Struck) Event() string    { return "exit.Struck" }
func (Contacted) Event() string { return "exit.Contacted" }

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

// Check refuses a list that is no batch.
func (m Contact) Check() error { return requireBatch(m.Members) }

// Cost is two records read and one written a member, and its figures.
func (m WarnSilent) Cost() int { return 3*len(m.Members) + 1 }

// Cost is what ends a membership, for each member.
func (m StrikeOff) Cost() int { return 12*len(m.Members) + 1 }

// Cost is a record read and one written a member.
func (m Contact) Cost() int { return 2*len(m.Members) + 1 }

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
		if f.Warned != 0 && c.Day() <= f.Good {
			return ErrWarned.With("member %d, on %s", who, words.Day(f.Warned))
		}
		if f.Effect != 0 {
			return ErrRecorded.With("member %d", who)
		}
		last, err := LastContact(c, who, rec, f)
		if err != nil {
			return err
		}
		if c.Day() < last+silent {
			return ErrContact.With("member %d, on %s; %d days of silence are needed", who, words.Day(last), silent)
		}
		if warned[i], err = f.mark(c, who); err != nil {
			return err
		}
		warned[i].Warned, warned[i].Good = c.Day(), c.Day()+notice+policy.Membership.NoticeDays()
	}

	// Past this line nothing fails.
	for i, who := range m.Members {
		files.Put(c, who, warned[i])
	}
	c.Emit(Warned(m))
	return nil
}

// mark notes what the member has signed so far.
func (f File) mark(c *state.Ctx, m state.Member) (File, error) {
	s, err := member.SpentOf(c, m)
	f.Signed, f.Times = s.Day, s.Today
	return f, err
}

// SignedSince says whether m, whose file it is, has signed anything since it was warned or
// its end recorded, which then takes no effect.
func (f File) SignedSince(r state.Reader, m state.Member) (bool, error) {
	s, err := member.SpentOf(r, m)
	return f.Signed != s.Day || f.Times != s.Today, err
}

// Apply strikes them off.
func (m StrikeOff) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	notice := uint64(policy.Membership.SilentNotice)
	if notice == 0 {
		return ErrNever
	}
	struck := make([]File, len(m.Members))
	for i, who := range m.Members {
		if _, err := requireMember(c, who); err != nil {
			return err
		}
		f, err := files.Get(c, who)
		if err != nil {
			return err
		}
		if f.Warned == 0 || c.Day() > f.Good {
			return ErrUnwarned.With("member %d", who)
		}
		if c.Day() < f.Warned+notice+1 {
			return ErrSoon.With("member %d has notice since %s, %d clear days lead to %s", who, words.Day(f.Warned), notice, words.Day(f.Warned+notice+1))
		}
		signed, err := f.SignedSince(c, who)
		if err != nil {
			return err
		}
		if signed {
			return ErrContact.With("member %d has signed something since its notice", who)
		}
		f.Warned, f.Good, f.Signed, f.Times = 0, 0, 0, 0
		struck[i] = f
	}
	for i, who := range m.Members { // each of them has not left, so none is refused
		if err := member.End(c, who, member.Change{Ending: member.StruckOff}); err != nil {
			return fmt.Errorf("striking off member %d: %w", who, err)
		}
		files.Put(c, who, struck[i])
	}
	c.Emit(Struck(m))
	return nil
}

// Apply notes the contact with each of them.
func (m Contact) Apply(c *state.Ctx) error {
	heard := make([]File, len(m.Members))
	for i, who := range m.Members {
		if _, err := requireMember(c, who); err != nil {
			return err
		}
		f, err := files.Get(c, who)
		if err != nil {
			return err
		}
		if f.Contact == c.Day() && f.Warned == 0 {
			return ErrContact.With("member %d, as is recorded today", who)
		}
		f.Contact, f.Warned = c.Day(), 0
		heard[i] = f
	}

	// Past this line nothing fails.
	for i, who := range m.Members {
		files.Put(c, who, heard[i])
	}
	c.Emit(Contacted(m))
	return nil
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

// Describe says whose standing changes.
func (m StrikeOff) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("strike off %s", words.Plural(uint64(len(m.Members)), "silent member")),
		Clauses: each(m.Members, "standing", "on the register", "left, struck off"),
	}
}

// Describe says who was heard of.
func (m Contact) Describe(state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("record contact with %s", words.Plural(uint64(len(m.Members)), "member")),
		Clauses: each(m.Members, "last contact", "", "today"),
	}
}

var (
	_ = Kinds.Add(state.KindOf[WarnSilent](KindWarnSilent, "exit.WarnSilent"))
	_ = Kinds.Add(state.KindOf[StrikeOff](KindStrikeOff, "exit.StrikeOff"))
	_ = Kinds.Add(state.KindOf[Contact](KindContact, "exit.Contact"))
)
