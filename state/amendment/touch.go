package amendment

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// policy is that of a whole charter, zero if it has none.
func (m Amend) policy() charter.Policy { return charter.Policy(m.policyEntry()) }

// MotionLevel is the level of a kind of motion in a whole charter: that of the highest
// clause that it may change, or whose actions it may take, since who makes it easier to
// carry makes these easier, and that of each kind that it confirms.
func (m Amend) MotionLevel(id charter.MotionKindID) charter.Level {
	level := m.ownLevel(id)
	for _, k := range m.Motions {
		if slices.Contains(k.Then, id) { // which is not confirmed itself
			level = max(level, m.ownLevel(k.ID))
		}
	}
	return level
}

// ownLevel is MotionLevel without what the kind confirms.
func (m Amend) ownLevel(id charter.MotionKindID) charter.Level {
	p := m.policy()
	level := max(p.LevelOf(id), p.Raised(charter.ClauseLevel{Motion: id}))
	if p.LevelOf(id) == charter.LevelPrinciple && len(p.Principle) == 0 {
		level = max(charter.LevelEntrenched, p.Raised(charter.ClauseLevel{Motion: id})) // it stands in for one that there is not
	}
	if m.motionEntry(id).Electorate.Sort == charter.OneClass {
		level = max(level, charter.LevelEntrenched) // the votes that a class has are its right
	}
	for _, g := range m.Grants {
		if slices.Contains(g.Motions, id) {
			level = max(level, p.GrantLevel(g.Kind))
		}
	}
	return level
}

// figures say of each figure when it changes, and what the least level of that is.
var figures = []struct {
	figure  charter.Figure
	changed func(was, is charter.Policy) bool
	level   charter.Level
	what    string
}{
	{charter.FigureEntrenched, func(was, is charter.Policy) bool { return was.Entrenched != is.Entrenched }, charter.LevelEntrenched, "which kind of motion is entrenched"},
	{charter.FigureWaiting, func(was, is charter.Policy) bool { return was.WaitingDays() != is.WaitingDays() }, charter.LevelEntrenched, "for how long new members wait"},
	// by one, members could cast on one motion
	{charter.FigureAllowance, func(was, is charter.Policy) bool { return is.Allowance < was.Allowance }, charter.LevelEntrenched, "how few transactions a member may sign in a day"},
	{charter.FigureAllowance, func(was, is charter.Policy) bool { return is.Allowance > was.Allowance }, charter.LevelOrdinary, "how many transactions a member may sign in a day"},
	{charter.FigureAlone, func(was, is charter.Policy) bool { return was.Alone != is.Alone }, charter.LevelEntrenched, "how much one officer moves alone"},
	{charter.FigureOverdrafts, func(was, is charter.Policy) bool { return !slices.Equal(was.Overdrafts, is.Overdrafts) }, charter.LevelEntrenched, "how far the bank and funds may go below zero"},
	{charter.FigureMembership, func(was, is charter.Policy) bool { return !was.Membership.Same(is.Membership) }, charter.LevelEntrenched, "how memberships begin and end"},
	{charter.FigureClasses, func(was, is charter.Policy) bool {
		return len(is.Classes) < len(was.Classes) || !slices.Equal(is.Classes[:len(was.Classes)], was.Classes)
	}, charter.LevelEntrenched, "the classes that members are in"},
	{charter.FigureClasses, func(was, is charter.Policy) bool { return !slices.Equal(was.Classes, is.Classes) }, charter.LevelOrdinary, "which classes of members there are"},
	{charter.FigureSpecial, func(was, is charter.Policy) bool { return !slices.Equal(was.Special, is.Special) }, charter.LevelSpecial, "which kinds of motion are special"},
	{charter.FigurePrinciple, func(was, is charter.Policy) bool { return !slices.Equal(was.Principle, is.Principle) }, charter.LevelPrinciple, "which kinds of motion change principles"},
}

// A touch is a clause that an amendment changes, and the level that this takes.
type touch struct {
	what  string
	level charter.Level
}

// touches are the clauses that an amendment of a whole charter changes. A grant and a kind
// of motion that it names count as changed.
func (m Amend) touches(before Amend, kindName func(tx.Kind) string) (out []touch) {
	old, after := before.policy(), before.With(m)
	for _, g := range m.Grants {
		out = append(out, touch{charter.GrantWords(charter.ActionName(g.Kind, kindName)), old.GrantLevel(g.Kind)})
	}
	for _, k := range m.Motions {
		t := touch{fmt.Sprintf("motions of kind %d", k.ID), before.MotionLevel(k.ID)}
		if k.Electorate.Sort == charter.OneClass || before.motionEntry(k.ID).Electorate.Sort == charter.OneClass {
			t = touch{"the motions of a class", max(t.level, charter.LevelEntrenched)}
		}
		out = append(out, t)
	}
	for _, t := range m.Texts {
		if level := old.Raised(charter.ClauseLevel{Text: t.Name}); level != 0 {
			out = append(out, touch{"the text " + words.Quote(t.Name), level})
		}
	}
	if len(m.Policy) == 0 {
		return out
	}
	p := after.policy()
	for _, f := range figures {
		if f.changed(old, p) {
			out = append(out, touch{f.what, max(f.level, old.Raised(charter.ClauseLevel{Figure: f.figure}))})
		}
	}
	return append(out, relevelled(old, p, kindName)...)
}

// relevelled are the clauses that get another level, which takes the higher of the two.
func relevelled(old, p charter.Policy, kindName func(tx.Kind) string) (out []touch) {
	for _, l := range old.Levels {
		if now := p.Raised(l.Clause()); now != l.Level {
			out = append(out, touch{"the level of " + l.Words(kindName), max(now, l.Level)})
		}
	}
	for _, l := range p.Levels {
		if old.Raised(l.Clause()) == 0 {
			out = append(out, touch{"the level of " + l.Words(kindName), l.Level})
		}
	}
	return out
}
