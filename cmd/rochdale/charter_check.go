package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// faults are what is wrong with a file, of which all is said at once.
type faults []error

func (f *faults) add(err error) {
	var several rulebook.Errors
	if errors.As(err, &several) {
		*f = append(*f, several...)
	} else if err != nil {
		*f = append(*f, err)
	}
}

func (f faults) joined() error { return rulebook.Joined(f) }

// rejected is joined of errors that say where they stand and may be rejections.
func (f faults) rejected() error {
	var out faults
	out.add(f.joined())
	for i, err := range out {
		if r := state.Rejected(err); r != nil {
			out[i] = refusedBy(r.Code, err.Error())
		}
	}
	return out.joined()
}

// at is At of the file, without the name of the field before err where the place has it.
func (c charterFile) at(err error, name string) error {
	if c.toml {
		err = withHint(errors.New(strings.TrimPrefix(err.Error(), fmt.Sprintf("%q: ", name))), "%s", hintOf(err))
	}
	return c.file.At(err, name)
}

// requireWhole refuses a kind of motion that leaves out what nothing in force adds.
func (c charterFile) requireWhole(i int, called, form string) error {
	missing := c.file.Missing(&c.Motions[i], "motions", i)
	if c.Motions[i].Veto != nil && c.Motions[i].Rule == nil {
		if len(missing) > 0 {
			return c.lacks(called, missing, form, "motions", i)
		}
		if missing = c.file.Missing(c.Motions[i].Veto, "motions", i, "veto"); len(missing) > 0 {
			return c.lacks("the veto of "+called, missing, form, "motions", i, "veto")
		}
		return nil
	}
	if c.Motions[i].Rule == nil {
		missing = append(missing, "rule")
	}
	if len(missing) > 0 {
		return c.lacks(called, missing, form, "motions", i)
	}
	if missing = c.file.Missing(c.Motions[i].Rule, "motions", i, "rule"); len(missing) > 0 {
		return c.lacks("the rule of "+called, missing, form, "motions", i, "rule")
	}
	return nil
}

// requireValues refuses parts of an electorate or a fraction: of these a file has all or
// nothing.
func (c charterFile) requireValues(i int, form string) error {
	k := &c.Motions[i]
	if steps := []any{"motions", i, "electorate"}; c.file.Names(steps...) {
		if missing := c.file.Missing(&k.Electorate, steps...); len(missing) > 0 {
			return c.lacks("an electorate", missing, form, steps...)
		}
	}
	if k.Rule == nil {
		return nil
	}
	for _, name := range []string{"quorum", "threshold"} {
		steps := []any{"motions", i, "rule", name}
		if missing := c.file.Missing(&k.Rule.Quorum, steps...); c.file.Names(steps...) && len(missing) > 0 {
			return c.lacks("a "+name, missing, form, steps...)
		}
	}
	return nil
}

// lacks refuses the object that the steps lead to, for what it does not name.
func (c charterFile) lacks(called string, missing []string, form string, steps ...any) error {
	var names []string
	for _, name := range missing {
		if c.toml {
			name = rulebook.Name(name)
		}
		if name = words.Quote(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return withHint(fault("%w", c.file.At(fmt.Errorf("%s needs %s", called, words.List(names, "and")), steps...)), "%s", form)
}

// checkActions refuses the names of actions that there are not, and what is given to
// someone twice.
func (c charterFile) checkActions(wrong *faults, form string) {
	var names []string
	known, given := map[string]bool{}, map[string]bool{}
	for _, k := range app.Kinds {
		names = append(names, k.Name)
		known[k.Name] = true
	}
	for i, g := range c.Grants {
		if len(g.Actions) == 0 {
			wrong.add(c.lacks("what some may do", []string{"actions"}, form, "grants", i))
		}
		for j, name := range g.Actions {
			if given[name] {
				wrong.add(withHint(fault("%w", c.file.At(fmt.Errorf("who may take %s is given twice", words.Plain(name)), "grants", i, "actions", j)), "write all who may in one place"))
			}
			given[name] = true
			if known[name] {
				continue
			}
			err := fault("%w", c.file.At(fault("there is no action %q", name), "grants", i, "actions", j))
			if near := nearest(name, names); near != "" {
				err = withHint(err, "did you mean: %s", near)
			}
			wrong.add(withHint(err, "see the names of actions: rochdale charter show"))
		}
	}
}

// check refuses what breaks a hard bound, part by part, so that it can say where it
// stands. m is what the file stands for, place by place.
func (c charterFile) check(m amendment.Amend) error {
	sound, err := charter.Preset(rulebook.Standard)
	if err != nil {
		return err
	}
	var wrong faults
	if len(m.Policy) > 0 && (amendment.Amend{Policy: m.Policy}).Check() != nil {
		p := c.Policy.PolicyText
		wrong = append(wrong, c.file.Faults(&p, &sound.Policy, "membership", func() error {
			m, err := amendment.Founding(charter.Document{Policy: p}, app.Kinds)
			if err != nil {
				return err
			}
			return amendment.Amend{Policy: m.Policy}.Check()
		}, "policy")...)
	}
	for i := range m.Motions {
		if err := (amendment.Amend{Motions: m.Motions[i : i+1]}).Check(); err != nil {
			wrong = append(wrong, c.motionFaults(i, err, sound.Motions[0])...)
		}
	}
	for i := range m.Texts {
		if err := (amendment.Amend{Texts: m.Texts[i : i+1]}).Check(); err != nil {
			wrong.add(c.file.At(err, "later", i))
		}
	}
	at := 0
	for i, g := range c.Grants {
		for j := range g.Actions {
			if err := (amendment.Amend{Grants: m.Grants[at : at+1]}).Check(); err != nil {
				wrong.add(c.file.At(err, "grants", i, "actions", j))
			}
			at++
		}
	}
	if err := m.Check(); err != nil && len(wrong) == 0 {
		wrong.add(c.file.At(err))
	}
	return wrong.rejected()
}

// motionFaults are what breaks a hard bound in a kind of motion, of which err is the
// first. In by nothing does.
func (c charterFile) motionFaults(i int, err error, by charter.NamedMotion) []error {
	k := c.Motions[i]
	by.ID = k.ID
	switch {
	case k.Rule != nil:
		own := *k.Rule
		k.Rule = &own
	case k.Veto != nil:
		by.Rule, by.Veto = nil, &charter.VetoText{Share: count.Fraction{Num: 1, Den: 10}}
		by.Shortest = charter.MinVeto
	default: // its method has no text
		return []error{c.file.At(err, "motions", i)}
	}
	return c.file.Faults(&k, &by, "rule", func() error {
		m, err := amendment.Founding(charter.Document{Motions: []charter.NamedMotion{k}}, app.Kinds)
		if err != nil {
			return err
		}
		return amendment.Amend{Motions: m.Motions}.Check()
	}, "motions", i)
}
