package circle

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Change gives a circle other terms. It names those that change, and leaves the others as they
// are when it is carried: two motions that change different ones take nothing back of each
// other.
type Change struct {
	Circle   Number          `cbor:"1,keyasint,omitempty"`
	Mandate  string          `cbor:"2,keyasint,omitempty"` // another, at most MaxMandate bytes; empty if Text is the mandate, or it stays
	Text     document.Number `cbor:"3,keyasint,omitempty"` // another mandate, an adopted text; zero if Mandate is, or it stays
	Review   []uint64        `cbor:"4,keyasint,omitempty"` // one day, since 1970 UTC, zero for none; none if it stays
	Convener []state.Member  `cbor:"5,keyasint,omitempty"` // one member, zero for none; none if it stays
	Open     []bool          `cbor:"6,keyasint,omitempty"` // one; none if it stays
}

// Changed reports other terms of a circle.
type Changed struct {
	Circle Number `json:"circle"`
}

func (Changed) Event() string { return "circle.Changed" }

// Check refuses a mandate that is none, more than one of a term, and a change of nothing.
func (m Change) Check() error {
	if m.newMandate() {
		if err := (Terms{Mandate: m.Mandate, Text: m.Text}).check(); err != nil {
			return err
		}
	}
	if len(m.Review) > 1 || len(m.Convener) > 1 || len(m.Open) > 1 {
		return ErrSame.With("a term is named twice")
	}
	if !m.newMandate() && len(m.Review)+len(m.Convener)+len(m.Open) == 0 {
		return ErrSame.With("circle %d", m.Circle)
	}
	return nil
}

func (m Change) newMandate() bool { return m.Mandate != "" || m.Text != 0 }

// Of is what terms become.
func (m Change) Of(t Terms) Terms {
	if m.newMandate() {
		t.Mandate, t.Text = m.Mandate, m.Text
	}
	for _, day := range m.Review {
		t.Review = day
	}
	for _, convener := range m.Convener {
		t.Convener = convener
	}
	for _, open := range m.Open {
		t.Open = open
	}
	return t
}

// Cost is the seats, which it reads.
func (m Change) Cost() int { return 2 * MaxMembers }

// Apply records the terms. What all members decided, only they change: also the terms for which
// they gave a budget or appointed members.
func (m Change) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	if err := circle.requireTerms(c, m.Circle); err != nil {
		return err
	}
	named := Terms{Text: m.Text}
	for _, day := range m.Review {
		named.Review = day
	}
	if err := named.require(c); err != nil {
		return err
	}
	sitting, err := circle.Sitting(c, m.Circle)
	if err != nil {
		return err
	}
	was := circle.Terms
	if !slices.Contains(sitting, was.Convener) {
		was.Convener = 0
	}
	next := m.Of(was)
	if err := next.requireConvener(sitting); err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(was)
	circle.Terms, circle.By, circle.All = next, c.Actor(), c.Authority().All
	circles.Put(c, m.Circle, circle)
	c.Emit(Changed{m.Circle})
	return nil
}

// Describe says each term that changes, before and after.
func (m Change) Describe(t state.Telling) state.Words {
	was, known := state.Replaced[Terms](t)
	if !known && t.Now {
		if circle, err := Find(t, m.Circle); err == nil {
			was, known = circle.Terms, true
		}
	}
	next := m.Of(was).words(t)
	for i, names := range []bool{m.newMandate(), len(m.Review) > 0, len(m.Convener) > 0, len(m.Open) > 0} {
		if !names {
			next[i] = ""
		}
	}
	var before []string
	if known {
		before = was.words(t)
	}
	return state.Words{Phrase: "change the terms of " + Named(t, m.Circle), Clauses: clauses(next, before)}
}

// clauses say terms in words, those that are not empty, and what they replace.
func clauses(now, before []string) (out []state.Clause) {
	for i, what := range []string{"mandate", "spends without another decision", "convener", "who joins"} {
		if now[i] == "" {
			continue
		}
		c := state.Clause{What: what, After: now[i]}
		if before != nil {
			c.Before = before[i]
		}
		out = append(out, c)
	}
	return out
}

func (t Terms) words(r state.Reader) []string {
	mandate, review, convener, joins := words.Quote(t.Mandate), "without end", "none", "whoever is appointed"
	if t.Text != 0 {
		mandate = document.Named(r, t.Text)
	}
	if t.Review != 0 {
		review = "up to " + words.Day(t.Review)
	}
	if t.Convener != 0 {
		convener = fmt.Sprintf("member %d", t.Convener)
	}
	if t.Open {
		joins = "any member"
	}
	return []string{mandate, review, convener, joins}
}

var _ = Kinds.Add(state.KindOf[Change](KindChange, "circle.Change"))
