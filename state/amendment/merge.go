package amendment

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An amendment that a motion carries changes the clauses that its motion said it would,
// and no other. It names whole records, so it holds clauses that it leaves as they were
// when it was proposed: these stay as they are when it is carried, also if they have
// changed in between. A clause that it changes must not have changed since, unless to the
// same: members would have been asked about another change. So an amendment that looks
// harmless takes nothing back that members carried while it was under way.

// Replaces is what the charter holds of what the amendment names. A motion keeps it from
// when it was proposed.
func (m Amend) Replaces(r state.Reader) (any, error) { return m.before(r) }

// asProposed is what a carried amendment comes to. It returns ErrChanged if a clause that
// it changes has changed since the motion was proposed.
func (m Amend) asProposed(c *state.Ctx) (Amend, error) {
	was := c.Authority().Was
	if len(was) == 0 {
		return m, nil // it founds a co-op
	}
	base, err := tx.DecodeTrusted[Amend](was)
	if err != nil {
		return m, fmt.Errorf("reading what an amendment would have replaced: %w", err)
	}
	now, err := m.before(c)
	if err != nil {
		return m, err
	}
	out, err := m.against(base, now, c.KindName)
	if err == nil {
		c.Replace(base)
	}
	return out, err
}

// against is what the amendment comes to where now holds what held base before. It
// returns ErrChanged if a clause that it changes has changed.
func (m Amend) against(base, now Amend, kindName func(tx.Kind) string) (Amend, error) {
	out, changed := m.merge(base, now, kindName)
	if len(changed) > 0 {
		return m, ErrChanged.With("%s", words.List(changed, "and"))
	}
	out.From = m.From
	return out, out.Check()
}

// clash are the clauses, as Describe calls them, that have changed since a motion that
// would change them was proposed.
type clash []string

// merge is the amendment that m comes to: base is what it would have replaced when its
// motion was proposed, now what it replaces. Of the clauses that clash it has what m says.
func (m Amend) merge(base, now Amend, kindName func(tx.Kind) string) (out Amend, at clash) {
	for i, k := range m.Motions {
		if i == m.lastMotion(k.ID) {
			out.Motions = append(out.Motions, at.motion(k.ID, base.motionEntry(k.ID), k, now.motionEntry(k.ID)))
		}
	}
	for i, g := range m.Grants {
		if i == m.lastGrant(g.Kind) {
			was, is := base.grantEntry(g.Kind), now.grantEntry(g.Kind)
			out.Grants = append(out.Grants, pick(&at, charter.GrantWords(kindName(g.Kind)), was, g, is, charter.GrantEntry.Same))
		}
	}
	for _, t := range m.Texts {
		if was, is := base.text(t.Name), now.text(t.Name); out.text(t.Name).Name == "" {
			next := pick(&at, textWords(t.Name), was, m.text(t.Name), is, equal)
			next.Name = t.Name // also of one that there is not, and was not
			out.Texts = append(out.Texts, next)
		}
	}
	for _, p := range m.Policy {
		out.Policy = []charter.PolicyEntry{at.policy(base.policyEntry(), p, now.policyEntry())}
	}
	return out, at
}

// pick is the clause is, or now if the motion leaves it as it was.
func pick[V any](at *clash, what string, was, is, now V, same func(V, V) bool) V {
	switch {
	case same(is, was):
		return now
	case !same(now, was) && !same(now, is):
		if !slices.Contains(*at, what) {
			*at = append(*at, what)
		}
	}
	return is
}

func equal[V comparable](a, b V) bool { return a == b }

func (at *clash) motion(id charter.MotionKindID, was, is, now charter.MotionEntry) charter.MotionEntry {
	of := func(what string) string { return charter.MotionWords(id) + what }
	out := is
	out.Name = pick(at, of("name"), was.Name, is.Name, now.Name, equal)
	out.Electorate = pick(at, of("who may cast"), was.Electorate, is.Electorate, now.Electorate, charter.ElectorateEntry.Same)
	out.Method = pick(at, of("is carried by"), was.Method, is.Method, now.Method, charter.Method.Same)
	out.Notice = pick(at, of("notice"), was.Notice, is.Notice, now.Notice, equal)
	length := pick(at, of("open for"), [2]uint32{was.Shortest, was.Longest}, [2]uint32{is.Shortest, is.Longest}, [2]uint32{now.Shortest, now.Longest}, equal)
	out.Shortest, out.Longest = length[0], length[1]
	out.Closing = pick(at, of("closes"), was.Closing, is.Closing, now.Closing, equal)
	out.Proposers = pick(at, of("is proposed by"), was.Proposers, is.Proposers, now.Proposers, slices.Equal)
	out.ProposerClass = pick(at, of("is proposed by"), was.ProposerClass, is.ProposerClass, now.ProposerClass, equal)
	out.Then = pick(at, of("is confirmed by"), was.Then, is.Then, now.Then, slices.Equal)
	out.Most = pick(at, of("moves"), was.Most, is.Most, now.Most, equal)
	return out
}

func (at *clash) policy(was, is, now charter.PolicyEntry) charter.PolicyEntry {
	return charter.PolicyEntry{
		Currency:   pick(at, "currency", was.Currency, is.Currency, now.Currency, equal),
		Digits:     pick(at, "currency", was.Digits, is.Digits, now.Digits, equal),
		Allowance:  pick(at, "allowance", was.Allowance, is.Allowance, now.Allowance, equal),
		Classes:    pick(at, "classes of members", was.Classes, is.Classes, now.Classes, slices.Equal),
		Entrenched: pick(at, "entrenched", was.Entrenched, is.Entrenched, now.Entrenched, equal),
		Waiting:    pick(at, "new members count", was.Waiting, is.Waiting, now.Waiting, equal),
		Alone:      pick(at, "one officer moves alone", was.Alone, is.Alone, now.Alone, equal),
		Overdrafts: pick(at, "below zero may go", was.Overdrafts, is.Overdrafts, now.Overdrafts, slices.Equal),
		Special:    pick(at, "special clauses", was.Special, is.Special, now.Special, slices.Equal),
		Principle:  pick(at, "principles", was.Principle, is.Principle, now.Principle, slices.Equal),
		Levels:     pick(at, "levels of clauses", was.Levels, is.Levels, now.Levels, slices.Equal),
		Membership: pick(at, "how memberships begin and end", was.Membership, is.Membership, now.Membership, charter.Membership.Same),
	}
}

// motionEntry, grantEntry and policyEntry are what the amendment has of something, zero
// if nothing.
func (m Amend) motionEntry(id charter.MotionKindID) charter.MotionEntry {
	for _, k := range m.Motions {
		if k.ID == id {
			return k
		}
	}
	return charter.MotionEntry{}
}

func (m Amend) grantEntry(kind tx.Kind) charter.GrantEntry {
	for _, g := range m.Grants {
		if g.Kind == kind {
			return g
		}
	}
	return charter.GrantEntry{}
}

func (m Amend) policyEntry() charter.PolicyEntry {
	if len(m.Policy) == 0 {
		return charter.PolicyEntry{}
	}
	return m.Policy[0]
}
