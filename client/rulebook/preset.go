package rulebook

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// A Preset is a charter to begin with: the standard charter, with what a sort of co-op
// does otherwise. Each clause of its file has a comment that names the source.
type Preset struct {
	Name     string // "uk-society"
	Document charter.Document
	Notes    Notes
}

// Notes are the comments of a file, by what they stand above: "policy.waiting",
// "motions.special-resolution", "grants.member.Admit", "later.second-call"; the one at the
// head of the file under "".
type Notes map[string][]string

// Standard is the name of the preset that the others begin with.
const Standard = "standard"

//go:embed presets/*.toml
var presets embed.FS

// Presets are the names of the presets, the standard one first.
func Presets() []string {
	files, err := presets.ReadDir("presets")
	if err != nil {
		panic(err) // it is embedded
	}
	names := []string{Standard}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".toml"); name != Standard {
			names = append(names, name)
		}
	}
	return names
}

// Find returns a preset.
func Find(name string, kinds []state.Kind) (Preset, error) {
	base, err := charter.Preset(Standard)
	if err != nil {
		return Preset{}, err
	}
	p := Preset{Name: Standard, Document: base, Notes: Notes{}}
	for _, layer := range slices.Compact([]string{Standard, name}) {
		raw, err := presets.ReadFile("presets/" + layer + ".toml")
		if err != nil {
			return p, fmt.Errorf("no preset is called %q; there are %s", name, strings.Join(Presets(), ", "))
		}
		if p.Document, err = Over(p.Document, layer+".toml", raw, kinds); err != nil {
			return p, err
		}
		for at, lines := range notesOf(raw) {
			p.Notes[at] = lines
		}
	}
	p.Name, p.Document.Name = name, name
	return p, nil
}

// Over is a charter with what a file says otherwise: what the file names of the policy, of
// a kind of motion and of its rule, whom it grants each action, its rules in words.
func Over(base charter.Document, path string, raw []byte, kinds []state.Kind) (charter.Document, error) {
	in := Context{Kinds: kinds, Motions: map[charter.MotionKindID]string{}, Digits: base.Policy.Digits}
	for _, k := range base.Motions {
		in.Motions[k.ID] = k.Name
	}
	t, err := Translate(path, raw, in)
	if err != nil {
		return base, err
	}
	var whole file // what is wrong in it is said by its line
	if _, err := document.ParseLines(path, t.JSON, t.Place, &whole); err != nil {
		return base, err
	}
	var part struct {
		About   *string              `json:"about"`
		Policy  json.RawMessage      `json:"policy"`
		Motions []json.RawMessage    `json:"motions"`
		Grants  []charter.NamedGrant `json:"grants"`
		Later   []charter.Text       `json:"later"`
	}
	if err := json.Unmarshal(t.JSON, &part); err != nil {
		return base, err
	}
	out := base
	if part.About != nil {
		out.About = *part.About
	}
	if part.Policy != nil {
		if err := json.Unmarshal(part.Policy, &out.Policy); err != nil {
			return base, err
		}
	}
	if out.Motions, err = motionsOver(base.Motions, whole.Motions, part.Motions); err != nil {
		return base, err
	}
	out.Grants = grantsOver(base.Grants, part.Grants)
	out.Texts = slices.Clone(base.Texts)
	for _, t := range part.Later {
		out.Texts = slices.DeleteFunc(out.Texts, func(is charter.Text) bool { return is.Name == t.Name })
		if t.Words != "" {
			out.Texts = append(out.Texts, t)
		}
	}
	slices.SortFunc(out.Texts, func(a, b charter.Text) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// motionsOver are kinds of motion with what those of a file say otherwise, which are given
// whole, for their numbers, and as JSON.
func motionsOver(base, named []charter.NamedMotion, raw []json.RawMessage) ([]charter.NamedMotion, error) {
	out := slices.Clone(base)
	for i, k := range named {
		at := slices.IndexFunc(out, func(is charter.NamedMotion) bool { return is.ID == k.ID })
		if at < 0 {
			at, out = len(out), append(out, charter.NamedMotion{})
		}
		if rule := out[at].Rule; rule != nil { // it is base's own, which stays as it is
			own := *rule
			out[at].Rule = &own
		}
		if k.Electorate.Sort != 0 {
			out[at].Electorate = charter.ElectorateText{} // which a file names whole
		}
		if k.Veto != nil {
			out[at].Rule = nil
		}
		if err := json.Unmarshal(raw[i], &out[at]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// grantsOver are grants, an action each, with those of a file in the place of theirs.
func grantsOver(base, named []charter.NamedGrant) (out []charter.NamedGrant) {
	for _, g := range slices.Concat(base, named) {
		for _, action := range g.Actions {
			one := charter.NamedGrant{Actions: []string{action}, GrantText: g.GrantText}
			at := slices.IndexFunc(out, func(is charter.NamedGrant) bool { return is.Actions[0] == action })
			if at < 0 {
				out = append(out, one)
			} else {
				out[at] = one
			}
		}
	}
	return out
}

// notesOf are the comments of a file: those that stand above a line, and with it.
func notesOf(raw []byte) Notes {
	notes := Notes{}
	heading := ""
	var above []string
	head := true // before anything but comments
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			above = append(above, strings.TrimSpace(strings.TrimPrefix(line, "#")))
			continue
		case line == "" && head && len(above) > 0:
			notes[""] = above
		case strings.HasPrefix(line, "["):
			heading = strings.Trim(line, "[]")
			notes.add(heading, above)
		case strings.Contains(line, "="):
			name, _, _ := strings.Cut(line, " = ")
			at := strings.Trim(name, `"`)
			if heading != "" {
				at = heading + "." + at
			}
			notes.add(at, above)
		}
		above, head = nil, false
	}
	return notes
}

func (n Notes) add(at string, lines []string) {
	if len(lines) > 0 {
		n[at] = lines
	}
}

// Write writes a preset as a file, with its notes.
func (p Preset) Write(to io.Writer, in Context) error {
	var plain bytes.Buffer
	if err := Write(&plain, p.Document, in); err != nil {
		return err
	}
	var b strings.Builder
	for _, line := range p.Notes[""] {
		note(&b, line)
	}
	b.WriteByte('\n')
	heading := ""
	for line := range strings.Lines(plain.String()) {
		text := strings.TrimSuffix(line, "\n")
		at := ""
		switch name, _, assigns := strings.Cut(text, " = "); {
		case strings.HasPrefix(text, "["):
			heading = strings.Trim(text, "[]")
			at = heading
		case assigns && !strings.HasPrefix(text, " "):
			at = strings.TrimPrefix(heading+"."+strings.Trim(name, `"`), ".")
		}
		if at != "" {
			for _, line := range p.Notes[at] {
				note(&b, line)
			}
		}
		b.WriteString(line)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func note(b *strings.Builder, line string) {
	if line == "" {
		b.WriteString("#\n")
		return
	}
	b.WriteString("# " + line + "\n")
}
