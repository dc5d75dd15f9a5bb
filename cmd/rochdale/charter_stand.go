package main

import (
	"cmp"
	"slices"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// requireFounding refuses a charter by which no co-op could be founded, at each part of the
// file for which it could not.
func (c charterFile) requireFounding(m amendment.Amend) error {
	return c.requireSound(amendment.Amend{}.With(m), true, func(all amendment.Amend) error {
		if err := all.RequireVoting(app.Kinds); err != nil {
			return err
		}
		return all.Stands()
	})
}

// requireStands refuses what would make of the charter in force one that could not stand, at
// each part of the file that does so. A charter that gave members the time to hear of an
// amendment goes on doing so.
func (c charterFile) requireStands(m, force amendment.Amend) error {
	hasty := amendment.RequireTime(force.Text(app.Kinds)) != nil
	return c.requireSound(force.With(m), false, func(all amendment.Amend) error {
		if err := all.Stands(); err != nil || hasty {
			return err
		}
		return amendment.RequireTime(all.Text(app.Kinds))
	})
}

// requireSound refuses a whole charter that stands refuses, at each part of the file by which
// it could not be in force. whole says that the file has all of it.
func (c charterFile) requireSound(m amendment.Amend, whole bool, stands func(amendment.Amend) error) error {
	var wrong faults
	said := map[string]bool{}
	for err := stands(m); err != nil && !said[err.Error()] && len(wrong) < rulebook.MaxErrors; err = stands(m) {
		said[err.Error()] = true
		part := c.culprit(m, whole, stands, err)
		wrong.add(refusedAt(c.file, err, part.at...))
		m = part.all
	}
	return wrong.joined()
}

// A mending is a whole charter of which one part is written otherwise.
type mending struct {
	at    []any // the part
	all   amendment.Amend
	whole bool // it is a whole kind of motion
}

// culprit is the first part of the file of which another form would have a charter stand, or
// at least not fail for the reason err, and the charter with it.
func (c charterFile) culprit(m amendment.Amend, whole bool, stands func(amendment.Amend) error, err error) mending {
	parts := slices.DeleteFunc(slices.Concat(c.otherFigures(m, err), c.otherGrants(m), c.otherMotions(m)), func(p mending) bool {
		return !whole && !c.file.Names(p.at[:2]...)
	})
	for _, by := range []struct{ whole, all bool }{{false, true}, {false, false}, {true, false}} {
		for _, p := range parts {
			if p.whole != by.whole {
				continue
			}
			if is := stands(p.all); is == nil || !by.all && is.Error() != err.Error() && turn(is) >= turn(err) {
				return p
			}
		}
	}
	return mending{all: m}
}

// turn is in which turn a charter is refused for a reason: later ones are found when earlier
// ones are mended.
func turn(err error) int {
	switch state.Rejected(err) {
	case charter.ErrNoMotion:
		return 0
	case amendment.ErrEntrenched, amendment.ErrWeak, amendment.ErrConsent:
		return 1
	case amendment.ErrDefence:
		return 2
	case charter.ErrOwn:
		return 3
	}
	return 4
}

// otherFigures name other kinds of motion that protect the charter, or have new members wait
// for as long as can be.
func (c charterFile) otherFigures(m amendment.Amend, err error) (out []mending) {
	add := func(name string, change func(*charter.PolicyEntry)) {
		p := m.Policy[0]
		change(&p)
		out = append(out, mending{at: []any{"policy", name}, all: m.With(amendment.Amend{Policy: []charter.PolicyEntry{p}})})
	}
	if is := state.Rejected(err); is == amendment.ErrEntrenched || is == amendment.ErrWeak {
		longest := slices.SortedStableFunc(slices.Values(m.Motions), func(a, b charter.MotionEntry) int { return cmp.Compare(b.Notice, a.Notice) })
		for _, k := range longest {
			if k.Electorate.Sort == charter.AllMembers && slices.Contains(grantIn(m, amendment.KindAmend).Motions, k.ID) {
				add("entrenched", func(p *charter.PolicyEntry) { p.Entrenched = k.ID })
			}
		}
	}
	add("special", func(p *charter.PolicyEntry) { p.Special = nil })
	add("principle", func(p *charter.PolicyEntry) { p.Principle = nil })
	add("waiting_days", func(p *charter.PolicyEntry) { p.Waiting = charter.MaxWaiting })
	return out
}

// otherGrants give an action to all members too, to motions alone, or to nobody. One that the
// file does not name stands under the heading.
func (c charterFile) otherGrants(m amendment.Amend) (out []mending) {
	var all []charter.MotionKindID
	for _, k := range m.Motions {
		if k.Electorate.Sort == charter.AllMembers || charter.Policy(m.Policy[0]).LevelOf(k.ID) >= charter.LevelEntrenched {
			all = append(all, k.ID)
		}
	}
	with := func(at []any, g charter.GrantEntry) {
		out = append(out, mending{at: at, all: m.With(amendment.Amend{Grants: []charter.GrantEntry{g}})})
	}
	for _, name := range []string{"charter.Amend", "member.Suspend", "ballot.Propose", "ballot.Cast"} {
		kind := kindCalled(name)
		g := grantIn(m, kind)
		g.Kind, g.Motions = kind, slices.Concat(g.Motions, all)
		with(c.grantAt(kind), g)
		if kind != amendment.KindAmend {
			g.Members = true
			with(c.grantAt(kind), g)
		}
		with(c.grantAt(kind), charter.GrantEntry{Kind: kind, Motions: all})
	}
	for _, g := range m.Grants {
		if g.Kind != amendment.KindAmend {
			with(c.grantAt(g.Kind), charter.GrantEntry{Kind: g.Kind})
		}
	}
	return out
}

// otherMotions write each clause of each kind of motion as one has it that protects a charter.
func (c charterFile) otherMotions(m amendment.Amend) (out []mending) {
	notice := uint32(charter.MinEntrenchedNotice)
	for _, k := range m.Motions {
		notice = max(notice, k.Notice)
	}
	for i := range m.Motions {
		with := func(change func(*charter.MotionEntry), steps ...any) {
			k := m.Motions[i]
			change(&k)
			out = append(out, mending{append(c.motionAt(k.ID), steps...), m.With(amendment.Amend{Motions: []charter.MotionEntry{k}}), len(steps) == 0})
		}
		rule, err := m.Motions[i].Method.Majority()
		by := func(change func(*count.MajorityRule), name string) {
			changed := rule
			change(&changed)
			if err == nil {
				with(func(k *charter.MotionEntry) { k.Method = charter.ByMajority(changed) }, "rule", name)
			}
		}
		with(func(k *charter.MotionEntry) { k.Electorate = charter.ElectorateEntry{Sort: charter.AllMembers} }, "electorate")
		by(func(r *count.MajorityRule) { r.Threshold, r.Strict = count.Fraction{Num: 3, Den: 4}, false }, "threshold")
		by(func(r *count.MajorityRule) { r.Quorum = count.Fraction{Num: 1, Den: 10} }, "quorum")
		by(func(r *count.MajorityRule) { r.QuorumMin = charter.MinQuorumPapers }, "quorum_min")
		with(func(k *charter.MotionEntry) { k.Notice = notice }, "notice_minutes")
		with(func(k *charter.MotionEntry) { k.Shortest = max(k.Shortest, charter.MinEntrenchedPoll) }, "shortest_minutes")
		with(func(k *charter.MotionEntry) { k.Longest = max(k.Longest, charter.MinEntrenchedPoll) }, "longest_minutes")
		with(func(k *charter.MotionEntry) { k.Closing = charter.AtDeadline }, "closing")
		with(func(k *charter.MotionEntry) { k.Proposers = nil }, "proposed_by")
		with(func(k *charter.MotionEntry) { k.ProposerClass = 0 }, "proposed_by_class")
		with(func(k *charter.MotionEntry) { k.Then = nil }, "then")
		with(func(k *charter.MotionEntry) {
			name, id := k.Name, k.ID
			*k = charter.MotionEntry{ID: id, Name: name, Electorate: charter.ElectorateEntry{Sort: charter.AllMembers}, Notice: notice,
				Method: charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 10}, QuorumMin: charter.MinQuorumPapers,
					Threshold: count.Fraction{Num: 3, Den: 4}, Base: count.BaseCast}),
				Shortest: charter.MinEntrenchedPoll, Longest: charter.MinEntrenchedPoll, Closing: charter.AtDeadline}
		})
	}
	return out
}

// grantAt leads to where the file says who may take an action, or where it says that of others.
func (c charterFile) grantAt(kind tx.Kind) []any {
	for i, g := range c.Grants {
		if at := slices.Index(g.Actions, wording.KindName(kind)); at >= 0 {
			return []any{"grants", i, "actions", at}
		}
	}
	return []any{"grants", len(c.Grants)}
}

// motionAt leads to where the file says how a kind of motion decides.
func (c charterFile) motionAt(id charter.MotionKindID) []any {
	return []any{"motions", slices.IndexFunc(c.Motions, func(k charter.NamedMotion) bool { return k.ID == id })}
}

// grantIn is who may take an action by a charter.
func grantIn(m amendment.Amend, kind tx.Kind) charter.GrantEntry {
	at := slices.IndexFunc(m.Grants, func(g charter.GrantEntry) bool { return g.Kind == kind })
	if at < 0 {
		return charter.GrantEntry{}
	}
	return m.Grants[at]
}

// kindCalled is the number of an action, zero if there is none of the name.
func kindCalled(name string) tx.Kind {
	at := slices.IndexFunc(app.Kinds, func(k state.Kind) bool { return k.Name == name })
	if at < 0 {
		return 0
	}
	return app.Kinds[at].Number
}
