package charter

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Document is a whole charter as people write it: actions by name. A genesis
// file holds one for each founding co-op.
type Document struct {
	Name    string        `json:"name"`
	About   string        `json:"about"`
	Policy  Policy        `json:"policy"`
	Motions []NamedMotion `json:"motions"`
	Grants  []NamedGrant  `json:"grants"`
}

// A NamedMotion is a kind of motion with the number that grants refer to.
type NamedMotion struct {
	ID MotionKindID `json:"id"`
	MotionKind
}

// A NamedGrant says who may take the actions it names.
type NamedGrant struct {
	Actions []string `json:"actions"` // "share.Issue"
	Grant
}

//go:embed presets
var presets embed.FS

// Preset returns an embedded charter by name: "standard", or one made from it.
func Preset(name string) (Document, error) {
	raw, err := presets.ReadFile("presets/" + name + ".json")
	if err != nil {
		return Document{}, fmt.Errorf("no preset charter is called %q", name)
	}
	return ParseDocument(raw)
}

// ParseDocument reads a charter strictly: a field that it does not know is an
// error, so that a misspelt rule is never silently left out.
func ParseDocument(raw []byte) (Document, error) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	var d Document
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("reading a charter: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return d, errors.New("reading a charter: there is something after it")
	}
	return d, nil
}

// Amendment turns the document into the amendment that founds it. kinds resolve
// the names of actions. It returns an error that names what it cannot resolve.
func (d Document) Amendment(kinds []state.Kind) (Amend, error) {
	m := Amend{Policy: []Policy{d.Policy}}
	for _, k := range d.Motions {
		m.Motions = append(m.Motions, MotionEntry{k.ID, k.MotionKind})
	}
	for _, g := range d.Grants {
		for _, name := range g.Actions {
			entry := GrantEntry{Grant: g.Grant}
			for _, k := range kinds {
				if k.Name == name {
					entry.Kind = k.Number
				}
			}
			if entry.Kind == 0 {
				return m, fmt.Errorf("charter %q grants an unknown action %q", d.Name, name)
			}
			m.Grants = append(m.Grants, entry)
		}
	}
	return m, nil
}

// Found writes a co-op's first charter. Of the kinds that there are, it has to
// grant those that motions need.
func Found(c *state.Ctx, d Document, kinds []state.Kind) error {
	m, err := d.Amendment(kinds)
	if err != nil {
		return err
	}
	for _, k := range kinds {
		if (k.Number == kindPropose || k.Number == kindCast) && !slices.ContainsFunc(m.Grants, func(g GrantEntry) bool { return g.Kind == k.Number }) {
			return ErrEntrenched.With("it grants %s to no one", k.Name)
		}
	}
	if err := m.Check(); err != nil {
		return err
	}
	return m.Apply(c)
}
