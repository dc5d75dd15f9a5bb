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
	Passed  []state.Member `json:"passed,omitempty"` // who cannot serve, and is not in it
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
	repealed, err := t.Repealed(c, c.Day())
	if err != nil {
		return err
	}
	if repealed {
		return document.ErrRepealed.With("text %d", t.Text)
	}
	if t.Review != 0 && (t.Review <= c.Day() || t.Review > c.Day()+MaxReview) {
		return ErrReview.With("%s, up to %d days ahead can be", words.Day(t.Review), MaxReview)
	}
	return nil
}

// Repealed says whether the mandate is a text that is not in force on a day, since 1970 UTC.
func (t Terms) Repealed(r state.Reader, day uint64) (bool, error) {
	if t.Text == 0 {
		return false, nil
	}
	version, _, err := document.InForce(r, t.Text, day)
	return version == 0, err
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
	err := Lasting(c, 0, func(k Number, other Circle) (bool, error) {
		if words.Fold(other.Name) == words.Fold(m.Name) {
			return false, ErrTaken.With("circle %d", k)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	t, err := TotalsOf(c)
	if err != nil {
		return err
	}
	n, err := t.add(c)
	if err != nil {
		return err
	}
	if err := m.Terms.require(c); err != nil {
		return err
	}
	circle := Circle{Name: m.Name, Created: c.Time(), By: c.Actor(), All: c.Authority().All}
	seated, passed, err := circle.seat(c, n, m.Members, m.Drawing)
	if err != nil {
		return err
	}
	if m.Drawing != 0 && len(seated) == 0 {
		return ErrNobody.With("of those whom draw %d gave nobody can serve", m.Drawing)
	}
	circle.Terms = m.Terms
	if slices.Contains(passed, m.Terms.Convener) {
		circle.Terms.Convener = 0
	}
	if err := circle.Terms.requireConvener(circle.Members); err != nil {
		return err
	}

	// Past this line nothing fails.
	totals.Put(c, 0, t)
	circles.Put(c, n, circle)
	c.Return(uint64(n))
	c.Emit(Created{n, put(c, n, seated), passed})
	return nil
}

// add gives the number of a new circle, and refuses one too many. Others than all members
// make a few a day, and leave room for those that all decide on.
func (t *Totals) add(c *state.Ctx) (Number, error) {
	last := len(t.Lasting)
	if last >= MaxCircles {
		return 0, ErrMany.With("%d circles", MaxCircles)
	}
	if !c.Authority().All {
		if last >= MaxAlone {
			return 0, ErrAlone.With("%d last, the rest up to %d are all members' to create", last, MaxCircles)
		}
		if today := c.Day(); t.Day != today {
			t.Day, t.Made = today, 0
		}
		if t.Made >= MaxADay {
			return 0, ErrAlone.With("%d were created today", t.Made)
		}
		t.Made++
	}
	t.Circles++
	n := Number(t.Circles)
	t.Lasting = append(slices.Clone(t.Lasting), n)
	return n, nil
}

// Describe says what the circle is for and who is in it.
func (m Create) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "create the circle " + words.Quote(m.Name), Clauses: clauses(m.Terms.words(t), nil)}
	w.Clauses = append(w.Clauses, memberClauses(t, m.Members, m.Drawing)...)
	return t.Given(w, "circle")
}

// memberClauses say who becomes a member.
func memberClauses(t state.Telling, members []state.Member, draw lot.Number) (out []state.Clause) {
	for _, m := range members {
		out = append(out, state.Fact(fmt.Sprintf("member %d", m), "in the circle"))
	}
	if draw == 0 {
		return out
	}
	out = append(out, state.Fact(fmt.Sprintf("whom draw %d gave", draw), "in the circle"))
	d, err := lot.Find(t, draw)
	if !t.Now || err != nil {
		return out
	}
	for _, m := range d.Held() {
		rec, err := member.Peek(t, m)
		if err != nil || slices.Contains(members, m) {
			continue
		}
		text := "was drawn"
		switch s := rec.Standing(); s {
		case member.Active:
		case member.Left:
			text = "was drawn and has left: not in the circle"
		default:
			text = fmt.Sprintf("was drawn and is %v: not in the circle", s)
		}
		out = append(out, state.Fact(fmt.Sprintf("member %d", m), "%s", text))
	}
	return out
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

// Cost is the seats, which it reads, and the list of circles.
func (m Dissolve) Cost() int { return MaxMembers + MaxCircles/32 }

// Apply ends the circle. What all members decided, its terms, its budget or who is in it, only
// they end.
func (m Dissolve) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	if err := circle.requireTerms(c, m.Circle); err != nil {
		return err
	}
	t, err := TotalsOf(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Lasting = slices.DeleteFunc(slices.Clone(t.Lasting), func(n Number) bool { return n == m.Circle })
	totals.Put(c, 0, t)
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
	_ = Kinds.Add(state.KindOf[Dissolve](KindDissolve, "circle.Dissolve"))
)
