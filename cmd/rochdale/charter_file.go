package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A charterFile is a charter, or what one is to be amended by, as a file has it:
// "charter show --json" prints it, "charter amend" and "federation accept" read it.
type charterFile struct {
	Coop    state.Coop            `json:"coop,omitempty"`  // whose charter it is; amends no other's
	Name    string                `json:"name,omitempty"`  // of the co-op; of a charter that founds one, its own
	From    string                `json:"from,omitempty"`  // the day from which an amendment is in force
	About   string                `json:"about,omitempty"` // a remark of whoever wrote it, which is not on the ledger
	Policy  policyFile            `json:"policy"`
	Motions []charter.NamedMotion `json:"motions"`
	Grants  []charter.NamedGrant  `json:"grants"`
	Texts   []charter.Text        `json:"later,omitempty"` // rules that the ledger does not obey yet

	file *document.File
	toml bool // it was written as TOML
}

// A policyFile is the figures of a charter. Amounts may be written in the currency
// instead of in minor units.
type policyFile struct {
	charter.PolicyText
	Alone      string          `json:"alone,omitempty"` // alone_minor_units, as "10,000.00"
	Overdrafts []overdraftFile `json:"overdrafts,omitempty"`
}

// An overdraftFile is a charter.Overdraft.
type overdraftFile struct {
	Account uint16 `json:"account"`
	Amount  string `json:"amount,omitempty"` // minor_units, as "500.00"
	Minor   uint64 `json:"minor_units,omitempty"`
}

// policyOf is a charter's figures in the form of a file.
func policyOf(p charter.Policy) policyFile {
	out := policyFile{PolicyText: charter.PolicyText(p)}
	for _, o := range p.Overdrafts {
		out.Overdrafts = append(out.Overdrafts, overdraftFile{Account: o.Account, Minor: o.Amount})
	}
	return out
}

// resolveAmounts reads the amounts that are written in the currency.
func (c *charterFile) resolveAmounts() (err error) {
	p := &c.Policy
	if p.PolicyText.Alone, err = c.amount(p.Alone, "alone", p.PolicyText.Alone, "alone_minor_units", "policy"); err != nil {
		return err
	}
	p.PolicyText.Overdrafts = nil
	for i, o := range p.Overdrafts {
		minor, err := c.amount(o.Amount, "amount", o.Minor, "minor_units", "policy", "overdrafts", i)
		if err != nil {
			return err
		}
		p.PolicyText.Overdrafts = append(p.PolicyText.Overdrafts, charter.Overdraft{Account: o.Account, Amount: minor})
	}
	return nil
}

// amount is an amount of the object that the steps lead to, in minor units: that of text,
// the field called name, or else minor.
func (c *charterFile) amount(text, name string, minor uint64, minorName string, steps ...any) (uint64, error) {
	at := append(slices.Clone(steps), name)
	if !c.file.Names(at...) {
		return minor, nil
	}
	if c.file.Names(append(slices.Clone(steps), minorName)...) {
		return 0, withHint(fault("%w", c.file.At(fmt.Errorf("%q and %q are one thing", name, minorName), at...)), "leave %q out", minorName)
	}
	if name == "alone" && text == rulebook.AnyAmount {
		return 0, nil
	}
	n, err := figure.Money(text, c.Policy.Digits)
	switch {
	case err != nil:
	case n < 0:
		err = fmt.Errorf("%s is below zero", words.Quote(text))
	case n == 0 && name == "alone":
		err = rulebook.ErrNoLimit
	}
	if err != nil {
		return 0, withHint(fault("%w", c.file.At(fmt.Errorf("%q: %w", name, err), at...)), "%s", or(figure.Hint(err), "write an amount that is zero or more"))
	}
	return uint64(n), nil
}

// document is what a genesis holds of it.
func (c charterFile) document() charter.Document {
	return charter.Document{Name: c.Name, About: c.About, Policy: c.Policy.PolicyText, Motions: c.Motions, Grants: c.Grants, Texts: c.Texts}
}

// readFoundingCharter reads a charter that founds a co-op, and checks all of it that no
// ledger is needed for. It may be that of another co-op.
func readFoundingCharter(path string) (doc charter.Document, err error) {
	c, m, err := readWholeCharter(path)
	if err != nil {
		return doc, err
	}
	return c.document(), c.requireFounding(m)
}

// readWholeCharter reads a charter that says all that one has to say, within the bounds of
// each clause.
func readWholeCharter(path string) (c charterFile, m amendment.Amend, err error) {
	raw, err := readWritten("the charter", path)
	if err != nil {
		return c, m, err
	}
	return wholeCharter(path, raw)
}

// wholeCharter is readWholeCharter of what the file at path has, or is to have.
func wholeCharter(path string, raw []byte) (c charterFile, m amendment.Amend, err error) {
	c, form, err := parseCharterFile("the charter", path, raw, "begin with what this prints", rulebook.Context{Kinds: app.Kinds})
	if err != nil {
		return c, m, err
	}
	var wrong faults
	if missing := c.file.Missing(&c.Policy, "policy"); len(missing) > 0 {
		wrong.add(c.lacks("a charter's policy", missing, form, "policy"))
	}
	for i, k := range c.Motions {
		wrong.add(c.requireWhole(i, fmt.Sprintf("kind of motion %d", k.ID), form))
	}
	wrong.add(c.resolveAmounts())
	if err := wrong.joined(); err != nil {
		return c, m, err
	}
	if m, err = c.amendment(); err != nil {
		return c, m, withHint(err, "%s", form)
	}
	return c, m, c.check(m)
}

// requireKept refuses figures that no amendment changes, where the file names them.
func (c charterFile) requireKept(m amendment.Amend, was charter.Policy) error {
	if m.RequireKept(was) == nil {
		return nil
	}
	p, kept := c.Policy.PolicyText, charter.PolicyText(was)
	var wrong faults = c.file.Faults(&p, &kept, "membership", func() error {
		return amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(p)}}.RequireKept(was)
	}, "policy")
	return wrong.rejected()
}

// formOf is the hint for a file that is wrong, by its form.
func formOf(toml bool, hint string) string {
	if toml {
		return hint + ": rochdale charter show --toml"
	}
	return hint + ": rochdale charter show --json"
}

// readAmendment reads what the charter is to be amended by. Inside the policy and a kind
// of motion, what the file leaves out is as it is in force now. What is as it is in force
// is left out of the amendment.
func (s *session) readAmendment(path string) (m amendment.Amend, err error) {
	in := rulebook.Context{Kinds: app.Kinds, Motions: map[charter.MotionKindID]string{}, Digits: s.policy.Digits}
	force, err := amendment.Whole(s)
	if err != nil {
		return m, err
	}
	for _, k := range force.Motions {
		in.Motions[k.ID] = k.Name
	}
	c, form, err := readCharterFile("the amendment", path, formOfAmendment, in)
	if err != nil {
		return m, err
	}
	var wrong faults
	from, err := s.dayToCome(`"from":`, c.From)
	if err != nil {
		wrong.add(fault("%w", c.at(err, "from")))
	}
	if m, err = s.amendmentOf(c, form); err == nil {
		err = c.requireStands(m, force)
	}
	wrong.add(err)
	m.From = from
	return m, wrong.joined()
}

// amendmentOf is what a file would amend.
func (s *session) amendmentOf(c charterFile, form string) (m amendment.Amend, err error) {
	var wrong faults
	wrong.add(s.requireOwn(c))
	named := c.file.Names("policy")
	if named {
		force := policyOf(s.policy)
		c.file.Fill(&c.Policy, &force, "policy")
		if c.file.Names("policy", "membership") {
			c.file.Fill(&c.Policy.Membership, &force.Membership, "policy", "membership")
		}
	}
	wrong.add(c.resolveAmounts())
	kinds, err := s.fillMotions(c, form)
	wrong.add(err)
	if err := wrong.joined(); err != nil {
		return m, err
	}
	if m, err = c.amendment(); err != nil {
		return m, withHint(err, "%s", form)
	}
	if !named {
		m.Policy = nil
	}
	for i := range m.Motions {
		if kinds[i] != nil && !c.file.Names("motions", i, "rule") && !c.file.Names("motions", i, "veto") {
			m.Motions[i].Method = kinds[i].Method // also one that has no text
		}
	}
	if len(m.Policy)+len(m.Motions)+len(m.Grants)+len(m.Texts) == 0 {
		return m, withHint(fault("%w", c.file.At(errors.New("nothing stands here that the charter could be amended by"))), "%s", form)
	}
	if err := c.check(m); err != nil {
		return m, err
	}
	if err := c.requireKept(m, s.policy); err != nil {
		return m, err
	}
	return s.whatChanges(m)
}

// requireOwn refuses a file that says it is the charter of another co-op.
func (s *session) requireOwn(c charterFile) error {
	var wrong faults
	if c.file.Names("coop") && c.Coop != s.Coop() {
		wrong.add(withHint(fault("%w", c.at(fmt.Errorf(`"coop": %d cannot be; this is about the charter of co-op %d, %s`, c.Coop, s.Coop(), s.name), "coop")),
			`the number of a co-op does not change; leave "coop" out, or name the other co-op with --coop`))
	}
	if c.file.Names("name") && c.Name != s.name {
		wrong.add(withHint(fault("%w", c.at(fmt.Errorf(`"name": %s cannot be; the co-op is called %s`, words.Quote(c.Name), words.Quote(s.name)), "name")),
			`a charter does not say what a co-op is called; leave "name" out`))
	}
	return wrong.joined()
}

// fillMotions adds to the file's kinds of motion what it leaves out of them. It returns
// those in force, place by place; nil stands for a new one.
func (s *session) fillMotions(c charterFile, form string) ([]*charter.MotionKind, error) {
	texts, kinds, err := s.motionKinds()
	if err != nil {
		return nil, err
	}
	var wrong faults
	out := make([]*charter.MotionKind, len(c.Motions))
	for i := range c.Motions {
		k := &c.Motions[i]
		at := slices.IndexFunc(texts, func(t charter.NamedMotion) bool { return t.ID == k.ID })
		if at < 0 {
			wrong.add(c.requireWhole(i, fmt.Sprintf("kind of motion %d, which is new,", k.ID), form))
			continue
		}
		out[i] = &kinds[at]
		if k.Rule != nil && texts[at].Rule != nil {
			c.file.Fill(k.Rule, texts[at].Rule, "motions", i, "rule")
		}
		c.file.Fill(k, &texts[at], "motions", i)
		if rule, veto := c.file.Names("motions", i, "rule"), c.file.Names("motions", i, "veto"); rule && !veto {
			k.Veto = nil // a kind of motion has one method
		} else if veto && !rule {
			k.Rule = nil
		}
	}
	return out, wrong.joined()
}

// whatChanges is m without what the charter in force says already.
func (s *session) whatChanges(m amendment.Amend) (out amendment.Amend, err error) {
	for _, p := range m.Policy {
		if !bytes.Equal(tx.Encode(p), tx.Encode(charter.PolicyEntry(s.policy))) {
			out.Policy = append(out.Policy, p)
		}
	}
	motions, grants := map[charter.MotionKindID][]byte{}, map[tx.Kind][]byte{}
	err = charter.MotionKinds(s, func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
		motions[id] = tx.Encode(k.Entry(id))
		return true, nil
	})
	if err != nil {
		return out, err
	}
	err = charter.Grants(s, func(k tx.Kind, g charter.Grant) (bool, error) {
		grants[k] = tx.Encode(g.Entry(k))
		return true, nil
	})
	if err != nil {
		return out, err
	}
	for _, k := range m.Motions {
		if !bytes.Equal(tx.Encode(k), motions[k.ID]) {
			out.Motions = append(out.Motions, k)
		}
	}
	for _, g := range m.Grants {
		if !bytes.Equal(tx.Encode(g), grants[g.Kind]) {
			out.Grants = append(out.Grants, g)
		}
	}
	for _, t := range m.Texts {
		was, err := charter.TextOf(s, t.Name)
		if err != nil && state.Rejected(err) != charter.ErrNoText {
			return out, err
		}
		if !bytes.Equal(tx.Encode(t), tx.Encode(was)) {
			out.Texts = append(out.Texts, t)
		}
	}
	if len(out.Policy)+len(out.Motions)+len(out.Grants)+len(out.Texts) == 0 {
		return out, withHint(fault("nothing changes: all that the file says is in force"), "change it, and give it again; what is in force: rochdale charter show")
	}
	return out, nil
}

// readCharterFile reads a file of either kind, and refuses what is wrong whichever it is. form
// is the hint for what is wrong in it, which begins with hint.
func readCharterFile(what, path, hint string, in rulebook.Context) (c charterFile, form string, err error) {
	raw, err := readWritten(what, path)
	if err != nil {
		return c, "", err
	}
	return parseCharterFile(what, path, raw, hint, in)
}

// parseCharterFile is readCharterFile of what the file at path has, or is to have.
func parseCharterFile(what, path string, raw []byte, hint string, in rulebook.Context) (c charterFile, form string, err error) {
	toml := rulebook.Is(path, raw)
	if form = formOf(toml, hint); toml {
		c.file, err = readRulebook(path, raw, &c, form, in)
	} else {
		c.file, err = readDocument(what, path, &c, form)
	}
	if c.toml = toml; err != nil {
		return c, form, err
	}
	var wrong faults
	ids := map[charter.MotionKindID]bool{}
	for i, k := range c.Motions {
		switch {
		case !c.file.Names("motions", i, "id"):
			wrong.add(c.lacks("a kind of motion", []string{"id"}, form, "motions", i))
		case ids[k.ID]:
			wrong.add(withHint(fault("%w", c.file.At(fmt.Errorf("kind of motion %d is given twice", k.ID), "motions", i)), "write all of it in one place"))
		}
		ids[k.ID] = true
		wrong.add(c.requireValues(i, form))
	}
	c.checkActions(&wrong, form)
	return c, form, wrong.joined()
}

// amendment is the file as the amendment that founds it.
func (c charterFile) amendment() (amendment.Amend, error) {
	m, err := amendment.Founding(c.document(), app.Kinds)
	if err != nil {
		return m, fault("%w", c.file.At(err))
	}
	return m, nil
}
