package amendment

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Describe says what every rule that the amendment names was and becomes.
func (m Amend) Describe(t state.Telling) state.Words {
	old, done := state.Was[Amend](t)
	if !done {
		old, _ = m.before(t) // without it, the clauses say only what becomes
	}
	var w state.Words
	var parts []string
	if base, ok := state.Replaced[Amend](t); ok {
		merged, changed := m.merge(base, old, t.KindName)
		merged.From = m.From
		if m = merged; len(changed) > 0 && !done {
			w.Clauses = append(w.Clauses, state.Fact("has changed since it was proposed",
				"%s: as this stands, it is refused when it is carried", words.List(changed, "and")))
		}
	}
	was, is := m.naming(t, old, false), m.naming(t, old, true)
	if clauses, n := m.motionClauses(old, was, is); n > 0 {
		w.Clauses = append(w.Clauses, clauses...)
		parts = append(parts, words.Plural(n, "kind")+" of motion")
	}
	if clauses := m.grantClauses(t, old, was, is); len(clauses) > 0 {
		w.Clauses = append(w.Clauses, clauses...)
		parts = append(parts, "who may take "+words.Plural(uint64(len(clauses)), "action"))
	}
	for _, p := range m.Policy {
		var before []state.Clause
		for _, o := range old.Policy {
			before = append(charter.Policy(o).Facts(), charter.Policy(o).LevelFacts(t.KindName)...)
		}
		w.Clauses = append(w.Clauses, replaced("", before, append(charter.Policy(p).Facts(), charter.Policy(p).LevelFacts(t.KindName)...))...)
		parts = append(parts, "its figures")
	}
	if clauses := m.textClauses(old); len(clauses) > 0 {
		w.Clauses = append(w.Clauses, clauses...)
		parts = append(parts, words.Plural(uint64(len(clauses)), "rule")+" in words")
	}
	w.Phrase = "amend the charter: " + words.List(parts, "and")
	if m.From > 0 {
		w.Phrase = "amend the charter from " + words.Day(m.From) + " on: " + words.List(parts, "and")
	}
	return w
}

// motionClauses are the clauses of n kinds of motion.
func (m Amend) motionClauses(old Amend, was, is charter.Naming) (out []state.Clause, n uint64) {
	for i, k := range m.Motions {
		if i != m.lastMotion(k.ID) {
			continue
		}
		n++
		var before []state.Clause
		name := ""
		for _, o := range old.Motions {
			if o.ID == k.ID {
				before, name = o.Motion().Facts(was), words.Plain(o.Name)
			}
		}
		of := charter.MotionWords(k.ID)
		out = append(out, state.Clause{What: of + "name", Before: name, After: words.Plain(k.Name)})
		out = append(out, replaced(of, before, k.Motion().Facts(is))...)
	}
	return out, n
}

// grantClauses are a clause for each kind of action.
func (m Amend) grantClauses(t state.Telling, old Amend, was, is charter.Naming) (out []state.Clause) {
	for i, g := range m.Grants {
		if i != m.lastGrant(g.Kind) {
			continue
		}
		before := charter.Grant{} // of a kind of action on which the charter is silent
		for _, o := range old.Grants {
			if o.Kind == g.Kind {
				before = o.Grant()
			}
		}
		out = append(out, state.Clause{
			What:   charter.GrantWords(t.KindName(g.Kind)),
			Before: before.Words(was.Motion, t.NameOf), After: g.Grant().Words(is.Motion, t.NameOf),
		})
	}
	return out
}

// naming is that before m, of which old is what it replaces, or after.
func (m Amend) naming(r state.Reader, old Amend, after bool) charter.Naming {
	first := old
	if after {
		first = m
	}
	return charter.Naming{
		Money: func(n uint64) string { return charter.Sum(r, n) },
		Motion: func(id charter.MotionKindID) string {
			for _, k := range slices.Backward(first.Motions) {
				if k.ID == id {
					return k.Motion().Called(id)
				}
			}
			return charter.MotionName(r, id)
		},
		Class: func(c charter.Class) string {
			if len(first.Policy) > 0 {
				return charter.Policy(first.Policy[0]).Class(c)
			}
			return charter.ClassName(r, c)
		},
	}
}

// replaced pairs the facts before and after a change. of is put before each.
func replaced(of string, before, after []state.Clause) []state.Clause {
	out := make([]state.Clause, len(after))
	for i, c := range after {
		out[i] = state.Clause{What: of + c.What, After: c.After}
		for _, b := range before {
			if b.What == c.What {
				out[i].Before = b.After
			}
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(after, func(c state.Clause) bool { return c.What == b.What }) {
			out = append(out, state.Clause{What: of + b.What, Before: b.After})
		}
	}
	return out
}
