package main

import (
	"os"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// readDocument reads a JSON file that a person wrote. what names it where it cannot be
// opened; what is wrong in it is named by its line, with form as the hint.
func readDocument(what, path string, into any, form string) (*document.File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(fault("reading %s: %w", what, err), "check the path")
	}
	f, err := document.Parse(path, raw, into)
	if err != nil {
		return nil, withHint(fault("%w", err), "%s", form)
	}
	return f, nil
}

// refusedAt is refused for what a file says, at the value that the steps lead to.
func refusedAt(f *document.File, err error, steps ...any) error {
	if r := state.Rejected(err); r != nil {
		return refusedBy(r.Code, f.At(err, steps...).Error())
	}
	return err
}

// readCharterFile reads a charter, or what one is to be amended by, and checks all of
// it that no ledger is needed for.
func readCharterFile(what, path, form string) (doc charter.Document, m charter.Amend, err error) {
	f, err := readDocument(what, path, &doc, form)
	if err != nil {
		return doc, m, err
	}
	if err := checkActions(f, doc); err != nil {
		return doc, m, err
	}
	if m, err = doc.Amendment(app.Kinds); err != nil {
		return doc, m, withHint(fault("%w", f.At(err)), "%s", form)
	}
	if doc.Policy.Currency == "" && doc.Policy.Allowance == 0 && len(doc.Policy.Classes) == 0 {
		m.Policy = nil // the policies stay
	}
	return doc, m, checkAmendment(f, doc, m)
}

// checkActions refuses the names of actions that there are not.
func checkActions(f *document.File, doc charter.Document) error {
	var names []string
	known := map[string]bool{}
	for _, k := range app.Kinds {
		names = append(names, k.Name)
		known[k.Name] = true
	}
	for i, g := range doc.Grants {
		for j, name := range g.Actions {
			if known[name] {
				continue
			}
			err := fault("%w", f.At(fault("there is no action %q", name), "grants", i, "actions", j))
			if near := nearest(name, names); near != "" {
				return withHint(err, "did you mean: %s", near)
			}
			return withHint(err, "see the names of actions: rochdale charter show")
		}
	}
	return nil
}

// checkAmendment refuses what breaks a hard bound, part by part, so that it can say
// where it stands.
func checkAmendment(f *document.File, doc charter.Document, m charter.Amend) error {
	if err := (charter.Amend{Policy: m.Policy}).Check(); len(m.Policy) > 0 && err != nil {
		return refusedAt(f, err, "policy")
	}
	for i := range m.Motions {
		if err := (charter.Amend{Motions: m.Motions[i : i+1]}).Check(); err != nil {
			return refusedAt(f, err, "motions", i)
		}
	}
	at := 0
	for i, g := range doc.Grants {
		for j := range g.Actions {
			if err := (charter.Amend{Grants: m.Grants[at : at+1]}).Check(); err != nil {
				return refusedAt(f, err, "grants", i, "actions", j)
			}
			at++
		}
	}
	if err := m.Check(); err != nil {
		return refusedAt(f, err)
	}
	return nil
}
