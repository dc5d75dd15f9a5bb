package exit

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// What others note of a member, its notice of striking off or its end, is void when the
// member signs anything, is heard of, or leaves: it was there.

// mark notes what the member has signed so far, and when that was.
func (f File) mark(c *state.Ctx, m state.Member) (File, error) {
	s, err := member.SpentOf(c, m)
	f.Signed, f.Times, f.Marked = s.Day, s.Today, c.Time()
	return f, err
}

// Void says whether what others noted of m, whose file it is, takes no effect: since then m
// has signed anything, was heard of or has left, also if it came back. It is meaningless
// where they noted nothing.
func (f File) Void(r state.Reader, m state.Member) (bool, error) {
	s, err := member.SpentOf(r, m)
	if err != nil || f.Marked == 0 || f.Signed != s.Day || f.Times != s.Today {
		return true, err
	}
	rec, err := member.Find(r, m)
	return leftSince(rec, f.Marked), err
}

// revive forgets what is recorded of m's death or dissolution, in effect or not, since all
// members, or a contact, say that it lives: also who recorded it and who are its heirs. What
// these have received stays theirs.
func (f File) revive(c *state.Ctx, m state.Member) (File, error) {
	t, err := totals.Get(c, 0)
	if err != nil {
		return f, err
	}
	if due := max(f.Effect, f.Counted); due != 0 {
		agenda.Delete(c, midnight(due), endDue, uint64(m))
		f = f.forget(c, &t, m)
	}
	f.Heirs, f.Opened, f.EndedBy, f.HeirsBy = nil, nil, state.Actor{}, state.Actor{}
	return f, nil
}

// Contact records that members were heard of otherwise than by a signature: they called,
// came, or wrote. It makes void what others noted of them: a notice of striking off, and a
// death or a dissolution that is not in effect yet. One that is in effect all members take
// back by it, whoever recorded it: the member has the key and the vote again that it had.
type Contact struct {
	Members []state.Member `cbor:"1,keyasint,omitempty"` // ascending, at most MaxBatch
}

// Contacted reports that members were heard of.
type Contacted struct {
	Members []state.Member `json:"members"`
}

func (Contacted) Event() string { return "exit.Contacted" }

// Check refuses a list that is no batch.
func (m Contact) Check() error { return requireBatch(m.Members) }

// Cost is what brings a member back, for each.
func (m Contact) Cost() int { return 12*len(m.Members) + 1 }

// Apply notes the contact with each of them. A refusal drops what it has written of those
// before.
func (m Contact) Apply(c *state.Ctx) error {
	var back []state.Member
	for _, who := range m.Members {
		rec, err := member.Find(c, who)
		if err != nil {
			return err
		}
		f, err := files.Get(c, who)
		if err != nil {
			return err
		}
		switch s := rec.Standing(); {
		case (s == member.Active || s == member.Suspended) && f.Contact == c.Day() && f.Marked == 0:
			return ErrContact.With("member %d, as is recorded today", who)
		case s == member.Active || s == member.Suspended:
		case !rec.Ended().Final():
			return member.ErrStanding.With("member %d %s", who, s.Is())
		case !c.Authority().All:
			return ErrAll.With("it is recorded that member %d %v", who, rec.Ended())
		default:
			if err := member.Restore(c, who); err != nil {
				return err
			}
			back = append(back, who)
		}
		if rec.Ended().Final() || f.Effect != 0 {
			if f, err = f.revive(c, who); err != nil {
				return err
			}
			c.Emit(EndVoided{who})
		}
		f.Contact, f.Marked = c.Day(), 0
		files.Put(c, who, f)
	}

	// Past this line nothing fails.
	if len(back) > 0 {
		c.Replace(back)
	}
	c.Emit(Contacted(m))
	return nil
}

// Describe says who was heard of, and who comes back by it.
func (m Contact) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("record contact with %s", words.Plural(uint64(len(m.Members)), "member"))}
	back, known := state.Replaced[[]state.Member](t)
	for _, who := range m.Members {
		if rec, err := member.Find(t, who); err == nil && !known && t.Result == nil && rec.Ended().Final() {
			back = append(back, who)
		}
	}
	w.Clauses = each(m.Members, "last contact", "", "today")
	w.Clauses = append(w.Clauses, each(back, "standing", member.Left.String(), member.Active.String())...)
	return w
}

var _ = Kinds.Add(state.KindOf[Contact](KindContact, "exit.Contact"))
