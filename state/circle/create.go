package circle

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Create makes a circle, with its first members. The result is its number.
type Create struct {
	Name    string         `cbor:"1,keyasint,omitempty"` // at most MaxName bytes; no other circle that lasts has it
	Terms   Terms          `cbor:"2,keyasint,omitempty"`
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending, at most MaxMembers
	Drawing lot.Number     `cbor:"4,keyasint,omitempty"` // whom a draw by lot gave are members too; zero for none
}

// Created reports a new circle.
type Created struct {
	Circle  Number         `json:"circle"`
	Members []state.Member `json:"members"`
}

func (Created) Event() string { return "circle.Created" }

func (t Terms) check() error {
	if (t.Mandate == "") == (t.Text == 0) || len(t.Mandate) > MaxMandate || !words.IsPlain(t.Mandate) {
		return ErrMandate.With("%d bytes, text %d", len(t.Mandate), t.Text)
	}
	return nil
}

// require refuses a text that is not in force and a day of review that is none.
func (t Terms) require(c *state.Ctx) error {
	if t.Text != 0 {
		version, _, err := document.InForce(c, t.Text, c.Day())
		if err != nil {
			return err
		}
		if version == 0 {
			return document.ErrRepealed.With("text %d", t.Text)
		}
	}
	if t.Review != 0 && (t.Review <= c.Day() || t.Review > c.Day()+MaxReview) {
		return ErrReview.With("%s, up to %d days ahead can be", words.Day(t.Review), MaxReview)
	}
	return nil
}

// requireConvener refuses a convener who is not among members.
func (t Terms) requireConvener(members []state.Member) error {
	if t.Convener != 0 && !slices.Contains(members, t.Convener) {
		return ErrConvener.With("member %d", t.Convener)
	}
	return nil
}

// Check refuses a name, a mandate or a list of members that is none.
func (m Create) Check() error {
	if m.Name == "" || len(m.Name) > MaxName || !words.IsPlain(m.Name) {
		return ErrName.With("%d bytes, 1 to %d can be", len(m.Name), MaxName)
	}
	if err := m.Terms.check(); err != nil {
		return err
	}
	return checkMembers(m.Members)
}

// Cost is the circles, which it reads, and a seat a member.
func (m Create) Cost() int { return MaxCircles/8 + 3*MaxMembers }

// Apply makes the circle.
func (m Create) Apply(c *state.Ctx) error {
	n := Number(1)
	err := Range(c, 0, ^Number(0), func(k Number, other Circle) (bool, error) {
		n = k + 1
		if other.Dissolved == 0 && words.Fold(other.Name) == words.Fold(m.Name) {
			return false, ErrTaken.With("circle %d", k)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if n > MaxCircles {
		return ErrMany.With("%d circles", MaxCircles)
	}
	if err := m.Terms.require(c); err != nil {
		return err
	}
	circle := Circle{Name: m.Name, Terms: m.Terms, Created: c.Time(), By: c.Actor(), All: c.Authority().All}
	seated, err := circle.seat(c, n, m.Members, m.Drawing)
	if err != nil {
		return err
	}
	if err := m.Terms.requireConvener(circle.Members); err != nil {
		return err
	}

	// Past this line nothing fails.
	circles.Put(c, n, circle)
	c.Return(uint64(n))
	c.Emit(Created{n, put(c, n, seated)})
	return nil
}

// Describe says what the circle is for and who is in it.
func (m Create) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "create the circle " + words.Quote(m.Name), Clauses: m.Terms.clauses(t, nil)}
	w.Clauses = append(w.Clauses, memberClauses(m.Members, m.Drawing)...)
	return t.Given(w, "circle")
}

// memberClauses say who becomes a member.
func memberClauses(members []state.Member, draw lot.Number) (out []state.Clause) {
	for _, m := range members {
		out = append(out, state.Fact(fmt.Sprintf("member %d", m), "in the circle"))
	}
	if draw != 0 {
		out = append(out, state.Fact(fmt.Sprintf("whom draw %d gave", draw), "in the circle"))
	}
	return out
}

// clauses say the terms, and what they replace.
func (t Terms) clauses(r state.Reader, was *Terms) []state.Clause {
	now := t.words(r)
	before := make([]string, len(now))
	if was != nil {
		before = was.words(r)
	}
	var out []state.Clause
	for i, what := range []string{"mandate", "spends without another decision", "convener", "who joins"} {
		out = append(out, state.Clause{What: what, Before: before[i], After: now[i]})
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

// Change gives a circle other terms: all of them, also those that stay.
type Change struct {
	Circle Number `cbor:"1,keyasint,omitempty"`
	Terms  Terms  `cbor:"2,keyasint,omitempty"`
}

// Changed reports other terms of a circle.
type Changed struct {
	Circle Number `json:"circle"`
}

func (Changed) Event() string { return "circle.Changed" }

// Check refuses a mandate that is none.
func (m Change) Check() error { return m.Terms.check() }

// Cost is the seats, which it reads.
func (m Change) Cost() int { return MaxMembers }

// Apply records the terms. What all members decided, only they change.
func (m Change) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	if err := requireAsMany(c, "its terms", circle.All, circle.By); err != nil {
		return err
	}
	if err := m.Terms.require(c); err != nil {
		return err
	}
	sitting, err := circle.Sitting(c, m.Circle)
	if err != nil {
		return err
	}
	if err := m.Terms.requireConvener(sitting); err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(circle.Terms)
	circle.Terms, circle.By, circle.All = m.Terms, c.Actor(), c.Authority().All
	circles.Put(c, m.Circle, circle)
	c.Emit(Changed{m.Circle})
	return nil
}

// Describe says each term, before and after.
func (m Change) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "change the terms of " + Named(t, m.Circle)}
	was, known := state.Replaced[Terms](t)
	if !known && t.Now {
		if circle, err := Find(t, m.Circle); err == nil {
			was, known = circle.Terms, true
		}
	}
	if !known {
		w.Clauses = m.Terms.clauses(t, nil)
		return w
	}
	w.Clauses = m.Terms.clauses(t, &was)
	return w
}

// Dissolve ends a circle: its members are in it no longer, and its budget lapses.
type Dissolve struct {
	Circle Number `cbor:"1,keyasint,omitempty"`
	Reason string `cbor:"2,keyasint,omitempty"` // names no person; at most member.MaxReason bytes, and may be empty
}

// Dissolved reports the end of a circle.
type Dissolved struct {
	Circle Number `json:"circle"`
}

func (Dissolved) Event() string { return "circle.Dissolved" }

// Check refuses a reason that is too long.
func (m Dissolve) Check() error { return member.MayGive(m.Reason) }

// Apply ends the circle. What all members decided, only they end.
func (m Dissolve) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	if err := requireAsMany(c, "the circle", circle.All, circle.By); err != nil {
		return err
	}

	// Past this line nothing fails.
	circle.Dissolved, circle.EndedBy = c.Time(), c.Actor()
	circles.Put(c, m.Circle, circle)
	c.Emit(Dissolved{m.Circle})
	return nil
}

// Describe says which circle ends.
func (m Dissolve) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  "dissolve " + Named(t, m.Circle) + member.Because(m.Reason),
		Clauses: []state.Clause{{What: "the circle", Before: "lasting", After: "dissolved"}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Create](KindCreate, "circle.Create"))
	_ = Kinds.Add(state.KindOf[Change](KindChange, "circle.Change"))
	_ = Kinds.Add(state.KindOf[Dissolve](KindDissolve, "circle.Dissolve"))
)
