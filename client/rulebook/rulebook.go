// Package rulebook writes and reads a charter as the one TOML file that a co-op keeps of
// its rules: actions and kinds of motion by name, lengths of time as "14 days", amounts as
// "10,000.00", majorities as "at least 3/4 of votes cast".
//
// A file is translated into the JSON that programs exchange (charter.Document) and a
// table of lines, so that whatever is found wrong later, by whoever reads the JSON, is
// named by file and line. What Write writes, Read reads as the same charter. A file may
// also hold a part of a charter; what it leaves out is left out of the JSON.
package rulebook

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Context is what a file may refer to without naming it: what is in force.
type Context struct {
	Kinds   []state.Kind                    // the actions that there are
	Motions map[charter.MotionKindID]string // names of the kinds of motion in force; nil for a charter that founds
	Digits  uint8                           // of the currency, where the file does not say
	Coop    state.Coop                      // whose charter Write writes; zero for one that is nobody's
}

// A Text is a file as JSON.
type Text struct {
	JSON  []byte
	marks []mark
}

// A mark says where in the file what begins in the JSON at an offset stands.
type mark struct {
	offset int
	line   int
	clause string
}

// Place is the line of the file that an offset of the JSON stands for, and its clause.
func (t Text) Place(offset int) (line int, clause string) {
	line = 1
	for _, m := range t.marks {
		if m.offset > offset {
			break
		}
		line, clause = m.line, m.clause
	}
	return line, clause
}

// Errors are all that is wrong with a file, in the order of its lines.
type Errors []error

// MaxErrors is how many of them are said.
const MaxErrors = 20

func (e Errors) Error() string {
	var lines []string
	for _, err := range e[:min(len(e), MaxErrors)] {
		lines = append(lines, err.Error())
	}
	if more := len(e) - MaxErrors; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (e Errors) Unwrap() []error { return e }

// Joined are errors of a file as one, nil if there is none. They are put in the order of
// the lines that they name.
func Joined(all []error) error {
	if len(all) == 0 {
		return nil
	}
	line := func(err error) int {
		var at *document.Error
		if errors.As(err, &at) {
			return at.Line
		}
		return 0
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b error) int { return line(a) - line(b) })
	if len(all) == 1 {
		return all[0]
	}
	return Errors(all)
}

// Is says whether a file is one of this package's, which are TOML, rather than JSON: JSON
// begins with a brace, and TOML never does. Of one that is empty the name says it.
func Is(path string, raw []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	if len(text) == 0 {
		return !strings.HasSuffix(strings.ToLower(path), ".json")
	}
	return text[0] != '{'
}

// foreign are how files begin that other programs write, and what these are.
var foreign = []struct{ begins, is string }{
	{"PK\x03\x04", "a document of a word processor or spreadsheet (such as .docx or .odt)"},
	{"\xd0\xcf\x11\xe0", "a document of an older word processor or spreadsheet (such as .doc)"},
	{"%PDF", "a PDF"},
	{"{\\rtf", "a document in rich text (.rtf)"},
}

// Foreign says what a file is that holds no plain text; "" if it may.
func Foreign(raw []byte) string {
	for _, f := range foreign {
		if bytes.HasPrefix(raw, []byte(f.begins)) {
			return f.is
		}
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return "a binary file"
	}
	return ""
}

// Translate turns a file into the JSON of a charter.Document, or of a part of one. If
// it cannot, it returns all that cannot be read, each a *document.Error; of a file that is
// no TOML, the first.
func Translate(path string, raw []byte, in Context) (Text, error) {
	root, err := parse(path, bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	if err != nil {
		return Text{}, err
	}
	r := reader{path: path, in: in, keys: map[string]charter.MotionKindID{}}
	r.document(root)
	if len(r.wrong) > 0 {
		return Text{}, Joined(r.wrong)
	}
	return Text{r.out.Bytes(), r.marks}, nil
}

// Name is what a file calls a field of the JSON.
func Name(field string) string {
	switch field {
	case "id":
		return "number"
	case "rule", "threshold", "base", "strict":
		return "carried_by"
	}
	return stem(field)
}

// Read reads a whole charter.
func Read(path string, raw []byte, in Context) (d charter.Document, err error) {
	t, err := Translate(path, raw, in)
	if err != nil {
		return d, err
	}
	var all file
	_, err = document.ParseLines(path, t.JSON, t.Place, &all)
	return all.Document, err
}

// Key is the short key of a kind of motion, made from its name: "ordinary-resolution".
// It is empty if the name gives none that a file could refer to.
func Key(name string) string {
	var b strings.Builder
	dash := false
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(c)
		default:
			dash = true
		}
	}
	key := b.String()
	if isOffice(key) || len(key) == 0 || key[0] >= '0' && key[0] <= '9' {
		return ""
	}
	return key
}

// numberKey is the key of a kind of motion whose name gives none, or one that is taken.
func numberKey(id charter.MotionKindID) string { return fmt.Sprintf("motion-%d", id) }

// keysOf are the keys of kinds of motion, by number. The first of two that would have the
// same has it.
func keysOf(kinds []named) map[charter.MotionKindID]string {
	out, taken := map[charter.MotionKindID]string{}, map[string]bool{}
	for _, k := range kinds {
		key := Key(k.name)
		if key == "" || taken[key] || strings.HasPrefix(key, "motion-") {
			key = numberKey(k.id)
		}
		out[k.id], taken[key] = key, true
	}
	return out
}

// named is a kind of motion.
type named struct {
	id   charter.MotionKindID
	name string
}

// Ways in which a grant names who may act, beside offices and kinds of motion.
const (
	wayConcerned = "the member concerned"
	wayMembers   = "any member"
	wayOfCoop    = " of co-op "
)

func isOffice(name string) bool {
	_, err := charter.ParseOffice(name)
	return err == nil
}

// kindNumber is the number of an action, zero if there is none of the name.
func kindNumber(kinds []state.Kind, name string) tx.Kind {
	for _, k := range kinds {
		if k.Name == name {
			return k.Number
		}
	}
	return 0
}

func kindName(kinds []state.Kind, n tx.Kind) string { return state.Telling{Kinds: kinds}.KindName(n) }
