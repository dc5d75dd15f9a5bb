package amendment

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// text is what an amendment or a whole charter has of a name, none if nothing.
func (m Amend) text(name string) charter.Text {
	for _, t := range slices.Backward(m.Texts) {
		if t.Name == name {
			return t
		}
	}
	return charter.Text{}
}

// withTexts are texts, by name, after those of an amendment.
func withTexts(all, next []charter.Text) []charter.Text {
	out := slices.Clone(all)
	for _, t := range next {
		if t.Repealed() {
			out = slices.DeleteFunc(out, func(is charter.Text) bool { return is.Name == t.Name })
		} else {
			out = put(out, t, func(t charter.Text) string { return t.Name })
		}
	}
	return out
}

// textWords are what a clause that is a text is called.
func textWords(name string) string { return "not obeyed by the ledger yet, " + words.Quote(name) }

// textClauses are a clause for each text that the amendment names.
func (m Amend) textClauses(old Amend) (out []state.Clause) {
	for i, t := range m.Texts {
		if slices.ContainsFunc(m.Texts[i+1:], func(later charter.Text) bool { return later.Name == t.Name }) {
			continue // the last one counts
		}
		out = append(out, state.Clause{What: textWords(t.Name), Before: words.Plain(old.text(t.Name).Words), After: words.Plain(t.Words)})
	}
	return out
}
