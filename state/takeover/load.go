package takeover

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Load brings in the next part of a takeover, which has to be the one that was adopted; the
// result is the number of the first member of it. The last part posts the opening balances.
type Load struct {
	Part   uint32   `cbor:"1,keyasint,omitempty"` // from 1
	People []Person `cbor:"2,keyasint,omitempty"`
}

// Loaded reports a part that was brought in.
type Loaded struct {
	Part uint32 `json:"part"`
	Of   int    `json:"of"`
	Done bool   `json:"done"`
}

func (Loaded) Event() string { return "takeover.Loaded" }

// Check refuses too many people and entries out of bounds.
func (m Load) Check() error {
	if len(m.People) == 0 || len(m.People) > MaxPart {
		return ErrPeople.With("%d, from 1 to %d can be", len(m.People), MaxPart)
	}
	for i, p := range m.People {
		if len(p.Held) > MaxHeld || len(p.Ref) > MaxRef || !words.IsPlain(p.Ref) {
			return ErrPerson.With("entry %d: %d holdings, a number of %d bytes", i+1, len(p.Held), len(p.Ref))
		}
		for k, h := range p.Held {
			if k > 0 && h.Class <= p.Held[k-1].Class {
				return ErrPerson.With("entry %d: class %d follows %d", i+1, h.Class, p.Held[k-1].Class)
			}
		}
	}
	return nil
}

// Cost is that of an import, a record of the past a member and two records a holding.
func (m Load) Cost() int {
	cost := 8
	for _, p := range m.People {
		cost += 4 + 2*len(p.Held)
		if len(p.Entry.Proof) > 0 {
			cost++
		}
	}
	return cost
}

// Apply brings in the part. The rooms whose records it makes refuse what they do not take,
// also after others have written: a rejection drops it all.
func (m Load) Apply(c *state.Ctx) error {
	t, ok, err := takeovers.Find(c, 0)
	if err != nil {
		return err
	}
	if !ok || t.Done != 0 {
		return ErrNone
	}
	if m.Part != t.Loaded+1 || !bytes.Equal(Digest(m.People), t.Parts[t.Loaded]) {
		return ErrPart.With("part %d; next is part %d of %d, of another digest if that is it", m.Part, t.Loaded+1, len(t.Parts))
	}
	entries := make([]member.Entry, len(m.People))
	for i, p := range m.People {
		entries[i] = p.Entry
		if p.Joined > t.Day {
			return ErrDay.With("entry %d joined on %s, all is as of %s", i+1, words.Day(p.Joined), words.Day(t.Day))
		}
		for _, h := range p.Held {
			if h.Since > t.Day {
				return ErrDay.With("entry %d holds since %s, all is as of %s", i+1, words.Day(h.Since), words.Day(t.Day))
			}
		}
	}
	before, err := account.BalanceOf(c, account.Openings)
	if err != nil {
		return err
	}
	first, err := member.Bring(c, entries)
	if err != nil {
		return err
	}
	var openings []share.Opening
	for i, p := range m.People {
		for _, h := range p.Held {
			openings = append(openings, share.Opening{Member: first + state.Member(i), Class: h.Class, Units: h.Units})
		}
	}
	if err := share.Bring(c, openings, account.Openings); err != nil {
		return err
	}
	after, err := account.BalanceOf(c, account.Openings)
	if err != nil {
		return err
	}
	t.Loaded++
	t.Came += uint64(len(m.People))
	t.Brought += after - before
	if t.First == 0 {
		t.First = first
	}
	if err := t.finish(c); err != nil {
		return err
	}

	// Past this line nothing fails.
	for i, p := range m.People {
		pasts.Put(c, first+state.Member(i), Past{p.Joined, p.Held, p.Ref})
	}
	takeovers.Put(c, 0, t)
	c.Return(uint64(first))
	c.Emit(Loaded{t.Loaded, len(t.Parts), t.Done != 0})
	return nil
}

// finish posts the opening balances when the last part is loaded, if all parts come to what
// was adopted.
func (t *Takeover) finish(c *state.Ctx) error {
	if t.Came > t.People || t.Brought > t.Capital {
		return ErrTotals.With("%d people and a capital of %d, adopted were %d and %d", t.Came, t.Brought, t.People, t.Capital)
	}
	if int(t.Loaded) < len(t.Parts) {
		return nil
	}
	if t.Came != t.People || t.Brought != t.Capital {
		return ErrTotals.With("%d people and a capital of %d, adopted were %d and %d", t.Came, t.Brought, t.People, t.Capital)
	}
	t.Done = c.Time()
	lines := append([]account.Line(nil), t.Balances...)
	if t.Capital > 0 {
		lines = append(lines, account.Credit(account.Openings, t.Capital))
	}
	if len(lines) == 0 {
		return nil
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: "opening balances as brought in", Lines: lines, By: t.By})
	if err != nil {
		return err
	}
	posting.Post(c)
	return nil
}

// Describe says which part it is, and who is in it.
func (m Load) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("load part %d of the takeover, %s", m.Part, words.Plural(uint64(len(m.People)), "member"))}
	for i, p := range m.People {
		what := fmt.Sprintf("entry %d", i+1)
		text := p.Entry.ImportWords(t)
		if p.Joined > 0 {
			text += ", joined on " + words.Day(p.Joined)
		}
		for _, h := range p.Held {
			text += ", " + share.AtPar(t, h.Class, h.Units)
		}
		w.Clauses = append(w.Clauses, state.Fact(what, "%s", text))
	}
	return t.Given(w, "first member")
}

var _ = Kinds.Add(state.KindOf[Load](KindLoad, "takeover.Load"))
