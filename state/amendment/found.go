package amendment

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Founding turns the document into the amendment that founds it. kinds resolve
// the names of actions. It returns an error that names what it cannot resolve.
func Founding(d charter.Document, kinds []state.Kind) (Amend, error) {
	m := Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(d.Policy)}, Texts: d.Texts}
	for _, k := range d.Motions {
		m.Motions = append(m.Motions, k.Entry(k.ID))
	}
	for _, g := range d.Grants {
		for _, name := range g.Actions {
			var kind tx.Kind
			for _, k := range kinds {
				if k.Name == name {
					kind = k.Number
				}
			}
			if kind == 0 {
				return m, fmt.Errorf("charter %q grants an unknown action %q", d.Name, name)
			}
			m.Grants = append(m.Grants, g.Entry(kind))
		}
	}
	return m, nil
}

// RequireTime refuses a charter whose protecting kinds of motion do not take the time that
// members need to hear of them, or those that confirm them: see TakesTime. One that it
// does not have is for Found to refuse.
func RequireTime(d charter.Document) error {
	kinds := map[charter.MotionKindID]charter.MotionKind{}
	for _, k := range d.Motions {
		kinds[k.ID] = k.Entry(k.ID).Motion()
	}
	for _, id := range charter.Policy(d.Policy).Protecting() {
		kind, ok := kinds[id]
		if !ok {
			continue
		}
		if err := TakesTime(kind); err != nil {
			return err
		}
		for _, then := range kind.Then {
			if by, ok := kinds[then]; ok {
				if err := takesPart(kind.Name, by); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// RequireVoting refuses a charter that founds a co-op and grants to nobody, of the kinds that
// there are, what motions need.
func (m Amend) RequireVoting(kinds []state.Kind) error {
	for _, k := range kinds {
		if (k.Number == kindPropose || k.Number == kindCast) && !slices.ContainsFunc(m.Grants, func(g charter.GrantEntry) bool { return g.Kind == k.Number }) {
			return ErrEntrenched.With("it grants %s to no one", k.Name)
		}
	}
	return nil
}

// Found writes a co-op's first charter. Of the kinds that there are, it has to
// grant those that motions need.
func Found(c *state.Ctx, d charter.Document, kinds []state.Kind) error {
	m, err := Founding(d, kinds)
	if err != nil {
		return err
	}
	if err := m.RequireVoting(kinds); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return err
	}
	return m.Apply(c)
}

// Text is the charter that an amendment would found, as people write it. kinds give the
// names of actions; one that they do not have is left out. Each action stands alone.
func (m Amend) Text(kinds []state.Kind) charter.Document {
	d := charter.Document{Texts: m.Texts}
	for _, p := range m.Policy {
		d.Policy = charter.PolicyText(p)
	}
	for _, k := range m.Motions {
		d.Motions = append(d.Motions, charter.NamedMotion{ID: k.ID, MotionText: k.Motion().Text()})
	}
	for _, g := range m.Grants {
		for _, k := range kinds {
			if k.Number == g.Kind {
				d.Grants = append(d.Grants, charter.NamedGrant{Actions: []string{k.Name}, GrantText: g.Grant().Text()})
			}
		}
	}
	return d
}
