package charter

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Text is a rule in words that the ledger does not obey: people do, until the ledger can.
// It stands in the charter under its name, so that a charter is whole, is amended like any
// other clause, and says of itself what no program sees to. In all three forms of a charter
// it has the same fields. An amendment that sets one without words repeals it. Documents
// that a co-op adopts are not here but in the register of adopted texts.
type Text struct {
	Name  string `cbor:"1,keyasint,omitempty" json:"name"`            // plain, at most MaxName bytes
	Words string `cbor:"2,keyasint,omitempty" json:"words,omitempty"` // plain, at most MaxText bytes
}

// Bounds of texts.
const (
	MaxTexts = 64   // of a charter
	MaxText  = 2000 // bytes of one's words
)

// textKey is a text's name as a key: the beginning of its SHA-256.
type textKey [16]byte

func keyOf(name string) textKey {
	sum := sha256.Sum256([]byte(name))
	return textKey(sum[:16])
}

// texts are a charter's clauses in words.
//
//	0x76 ‖ co-op (4) ‖ SHA-256 of the name (16) → Text
var texts = state.NewTable[textKey, Text](0x76)

// ErrNoText is for readers.
var ErrNoText = Hints.Add(&state.Rejection{Code: 715, Reason: "the charter has no such rule in words"}, "see which there are: rochdale charter show")

// Repealed says whether an amendment that sets the text takes it away.
func (t Text) Repealed() bool { return t.Words == "" }

// Valid returns ErrBounds with the reason unless the text is within bounds.
func (t Text) Valid() error {
	switch {
	case t.Name == "" || len(t.Name) > MaxName || !words.IsPlain(t.Name):
		return ErrBounds.With("a text has a name of %d bytes, or one that is not plain", len(t.Name))
	case len(t.Words) > MaxText || !words.IsPlain(t.Words):
		return ErrBounds.With("the text %s has %d bytes, at most %d can be, or is not plain", words.Quote(t.Name), len(t.Words), MaxText)
	}
	return nil
}

// PutText writes or repeals the text.
func PutText(c *state.Ctx, t Text) {
	if t.Repealed() {
		texts.Delete(c, keyOf(t.Name))
		return
	}
	texts.Put(c, keyOf(t.Name), t)
}

// TextOf returns a text that is in force, or ErrNoText.
func TextOf(r state.Reader, name string) (Text, error) {
	t, ok, err := texts.Find(r, keyOf(name))
	if err == nil && !ok {
		err = ErrNoText.With("%s", words.Quote(name))
	}
	return t, err
}

// Texts are the texts in force, by name.
func Texts(r state.Reader) (out []Text, err error) {
	last := textKey(bytes.Repeat([]byte{0xff}, len(textKey{})))
	err = texts.Range(r, textKey{}, last, func(_ textKey, t Text) (bool, error) {
		out = append(out, t)
		return true, nil
	})
	slices.SortFunc(out, func(a, b Text) int { return cmp.Compare(a.Name, b.Name) })
	return out, err
}
