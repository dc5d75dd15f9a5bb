package document

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Adopt puts a version of a text in force from a day on, in the place of the one before;
// the result is the text's number. It is a new text, by its name, or another version of
// one that there is.
type Adopt struct {
	Text   Number `cbor:"1,keyasint,omitempty"` // zero for a new text
	Name   string `cbor:"2,keyasint,omitempty"` // of a new text, otherwise empty
	Digest []byte `cbor:"3,keyasint,omitempty"` // SHA-256 of the file
	From   uint64 `cbor:"4,keyasint,omitempty"` // first day of effect, since 1970 UTC; zero for the day of the block
}

// Adopted reports a version of a text.
type Adopted struct {
	Text    Number `json:"text"`
	Version uint32 `json:"version"`
	From    uint64 `json:"from"` // day, since 1970 UTC
}

func (Adopted) Event() string { return "document.Adopted" }

// Check refuses a text without a name, and a digest that is none.
func (m Adopt) Check() error {
	if (m.Text == 0) != (m.Name != "") || len(m.Name) > MaxName || !words.IsPlain(m.Name) {
		return ErrName.With("%d bytes, from 1 to %d can be for a new text, none for a version of one", len(m.Name), MaxName)
	}
	if len(m.Digest) != sha256Size {
		return ErrDigest.With("%d bytes", len(m.Digest))
	}
	return nil
}

const sha256Size = 32

// Cost is the texts, which a new one reads, and the records of one.
func (m Adopt) Cost() int { return MaxTexts/8 + 8 }

// Apply records the version. A name is taken by any that reads the same.
func (m Adopt) Apply(c *state.Ctx) error {
	n, t, figures, err := m.text(c)
	if err != nil {
		return err
	}
	v, was, err := next(c, n, t, m.Digest, m.From)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if m.Text != 0 {
		c.Replace(was)
	}
	if m.Text == 0 {
		names.Put(c, digestOf(m.Name), n)
		totals.Put(c, 0, figures)
	}
	t.Versions++
	texts.Put(c, n, t)
	versions.Put(c, VersionKey{n, t.Versions}, v)
	c.Return(uint64(n))
	c.Emit(Adopted{n, t.Versions, v.From})
	return nil
}

// text is the text of which it is to be a version, the next one if it is new; with the
// figures after it.
func (m Adopt) text(c *state.Ctx) (n Number, t Text, figures Totals, err error) {
	if figures, err = totals.Get(c, 0); err != nil {
		return 0, t, figures, err
	}
	if m.Text != 0 {
		t, err = Find(c, m.Text)
		return m.Text, t, figures, err
	}
	other := Number(0)
	err = Range(c, 1, Number(figures.Texts), func(n Number, t Text) (bool, error) {
		if words.Fold(t.Name) == words.Fold(m.Name) {
			other = n
		}
		return other == 0, nil
	})
	switch {
	case err != nil:
		return 0, t, figures, err
	case other != 0:
		return 0, t, figures, ErrExists.With("text %d", other)
	case figures.Texts >= MaxTexts:
		return 0, t, figures, ErrMany.With("%d texts", figures.Texts)
	}
	figures.Texts++
	return Number(figures.Texts), Text{Name: m.Name}, figures, nil
}

// next is a version of text n that takes effect from a day on, of that digest; none for a
// repeal. was is the digest of the version before it.
func next(c *state.Ctx, n Number, t Text, digest []byte, from uint64) (v Version, was []byte, err error) {
	if t.Versions >= MaxVersions {
		return v, nil, ErrMany.With("%d versions", t.Versions)
	}
	today := c.Day()
	if from == 0 {
		from = today
	}
	if from < today || from > today+MaxAhead {
		return v, nil, ErrPast.With("from %s, where today is %s", words.Day(from), words.Day(today))
	}
	if t.Versions > 0 {
		last, err := VersionOf(c, n, t.Versions)
		if err != nil {
			return v, nil, err
		}
		if last.From > from {
			return v, nil, ErrOrder.With("version %d, from %s", t.Versions, words.Day(last.From))
		}
		if bytes.Equal(last.Digest, digest) {
			return v, nil, ErrSame.With("version %d", t.Versions)
		}
		was = last.Digest
	}
	return Version{Digest: digest, From: from, Adopted: c.Time(), By: c.Actor()}, was, nil
}

// Describe says which text, from when on, and what it replaces.
func (m Adopt) Describe(t state.Telling) state.Words {
	called := fmt.Sprintf("the text %s", words.Quote(m.Name))
	if m.Text != 0 {
		called = "another version of " + Named(t, m.Text)
	}
	w := state.Words{Phrase: "adopt " + called, Clauses: []state.Clause{
		{What: "SHA-256 of the text", Before: before(t, m.Text), After: fmt.Sprintf("%x", m.Digest)}, effect(m.From),
	}}
	return t.Given(w, "text")
}

// before is the digest of the version that the action replaces or, once it is done, has
// replaced; nothing of a new text.
func before(t state.Telling, n Number) string {
	if n == 0 {
		return ""
	}
	was, known := state.Replaced[[]byte](t)
	if !known && t.Result == nil {
		text, err := Find(t, n)
		if err != nil {
			return ""
		}
		v, err := VersionOf(t, n, text.Versions)
		if err != nil {
			return ""
		}
		was, known = v.Digest, true
	}
	switch {
	case !known:
		return ""
	case len(was) == 0:
		return "repealed"
	}
	return fmt.Sprintf("%x", was)
}

// effect says from when on something takes effect.
func effect(from uint64) state.Clause {
	if from == 0 {
		return state.Fact("takes effect", "at once")
	}
	return state.Fact("takes effect", "on %s", words.Day(from))
}

// Repeal ends a text from a day on.
type Repeal struct {
	Text Number `cbor:"1,keyasint,omitempty"`
	From uint64 `cbor:"2,keyasint,omitempty"` // first day without it, since 1970 UTC; zero for the day of the block
}

// Repealed reports that a text ends.
type Repealed struct {
	Text Number `json:"text"`
	From uint64 `json:"from"` // day, since 1970 UTC
}

func (Repealed) Event() string { return "document.Repealed" }

// Check accepts any number.
func (m Repeal) Check() error { return nil }

// Apply records the end as a version without a digest.
func (m Repeal) Apply(c *state.Ctx) error {
	t, err := Find(c, m.Text)
	if err != nil {
		return err
	}
	last, err := VersionOf(c, m.Text, t.Versions)
	if err != nil {
		return err
	}
	if last.Repeals() {
		return ErrRepealed.With("from %s on", words.Day(last.From))
	}
	v, was, err := next(c, m.Text, t, nil, m.From)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(was)
	t.Versions++
	texts.Put(c, m.Text, t)
	versions.Put(c, VersionKey{m.Text, t.Versions}, v)
	c.Emit(Repealed{m.Text, v.From})
	return nil
}

// Describe says which text ends.
func (m Repeal) Describe(t state.Telling) state.Words {
	return state.Words{Phrase: "repeal " + Named(t, m.Text), Clauses: []state.Clause{
		{What: "SHA-256 of the text", Before: before(t, m.Text), After: "repealed"}, effect(m.From),
	}}
}

var (
	_ = Kinds.Add(state.KindOf[Adopt](KindAdopt, "document.Adopt"))
	_ = Kinds.Add(state.KindOf[Repeal](KindRepeal, "document.Repeal"))
)
