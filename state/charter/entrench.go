package charter

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// entrenched are the actions of which only the entrenched kind of motion changes who
// may take them: amending the charter, entering members, taking their vote or their
// key, and dividing the surplus. They are defined by packages that import this one;
// the tests of app check the names.
var entrenched = []tx.Kind{
	KindAmend,
	0x1001, // member.Apply
	0x1002, // member.Admit
	0x1003, // member.Import
	0x1004, // member.Suspend
	0x1005, // member.Reinstate
	0x1007, // member.Rekey
	0x5005, // surplus.Allocate
	0x2001, // share.OpenClass
}

// collective are the actions that nobody takes alone: who lets in members on one
// signature lets in votes. Only motions carry them.
var collective = []tx.Kind{
	0x1002, // member.Admit
	0x1003, // member.Import
}

// Collective are the kinds of action that only motions carry.
func Collective() []tx.Kind { return slices.Clone(collective) }

// requireCollective refuses a grant by which someone could let in members alone.
func (g GrantEntry) requireCollective() error {
	if slices.Contains(collective, g.Kind) && (g.Concerned || g.Members || len(g.Offices)+len(g.Others) > 0) {
		return ErrBounds.With("actions of kind %04x follow a motion: one who enters members alone enters votes; grant them to motions, such as one of two officers", uint16(g.Kind))
	}
	return nil
}

// Entrenched are the kinds of action whose grants are entrenched.
func Entrenched() []tx.Kind { return slices.Clone(entrenched) }

// requireEntrenched refuses an amendment that changes what is entrenched, unless the
// entrenched kind of motion carries it, and one after which that kind would not be
// within the hard bounds. old is the policy before, founded whether there is one;
// nobody is the actor while a federation is founded.
func (m Amend) requireEntrenched(c *state.Ctx, old Policy, founded bool) error {
	if founded && c.Actor() != (state.Actor{}) {
		what, err := m.touches(c, old)
		if err != nil {
			return err
		}
		if by := MotionKindID(c.Authority().Kind); what != "" && by != old.Entrenched {
			return ErrProtected.With("%s, carried by kind %d, entrenched is kind %d", what, by, old.Entrenched)
		}
	}
	policy := old
	for _, p := range m.Policy {
		policy = Policy(p)
	}
	if err := m.requireBounds(c, policy.Entrenched); err != nil {
		return err
	}
	return m.requireDefence(c, policy)
}

// touches says what entrenched thing the amendment changes, nothing if none.
func (m Amend) touches(c *state.Ctx, old Policy) (string, error) {
	protects := map[MotionKindID]bool{old.Entrenched: true}
	for _, kind := range entrenched {
		g, err := GrantOf(c, kind)
		if err != nil {
			return "", err
		}
		for _, id := range g.Motions {
			protects[id] = true
		}
	}
	for _, g := range m.Grants {
		if slices.Contains(entrenched, g.Kind) {
			return fmt.Sprintf("who may take actions of kind %04x", uint16(g.Kind)), nil
		}
	}
	for _, k := range m.Motions {
		if protects[k.ID] {
			return fmt.Sprintf("motions of kind %d", k.ID), nil
		}
	}
	what, err := m.touchesClass(c)
	if what != "" || err != nil {
		return what, err
	}
	for _, p := range m.Policy {
		if p.Entrenched != old.Entrenched {
			return "which kind of motion is entrenched", nil
		}
		if Policy(p).WaitingDays() != old.WaitingDays() {
			return "for how long new members wait", nil
		}
		if p.Alone != old.Alone {
			return "how much one officer moves alone", nil
		}
		if !slices.Equal(p.Overdrafts, old.Overdrafts) {
			return "how far the bank and funds may go below zero", nil
		}
		if len(p.Classes) < len(old.Classes) || !slices.Equal(p.Classes[:len(old.Classes)], old.Classes) {
			return "the classes that members are in", nil
		}
	}
	return "", nil
}

// touchesClass says whether a kind of motion that it names is put to one class or was:
// the votes that a class of members has are its right.
func (m Amend) touchesClass(r state.Reader) (string, error) {
	for _, k := range m.Motions {
		was, _, err := motionKinds.Find(r, k.ID)
		if err != nil {
			return "", err
		}
		if k.Electorate.Sort == OneClass || was.Electorate.Sort == OneClass {
			return "the motions of a class", nil
		}
	}
	return "", nil
}

// requireBounds refuses an amendment after which the kind of motion id would not be
// put to all members, or could be carried by half of them or fewer, or without a
// quorum, or on shorter notice than another kind, or could not amend the charter.
func (m Amend) requireBounds(c *state.Ctx, id MotionKindID) error {
	kind, known, err := motionKinds.Find(c, id)
	if err != nil {
		return err
	}
	longest, of := uint32(0), MotionKindID(0)
	notice := func(id MotionKindID, n uint32) {
		if n > longest {
			longest, of = n, id
		}
	}
	err = MotionKinds(c, func(i MotionKindID, k MotionKind) (bool, error) {
		if !slices.ContainsFunc(m.Motions, func(k MotionEntry) bool { return k.ID == i }) {
			notice(i, k.Notice)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for i, k := range m.Motions {
		if i != m.lastMotion(k.ID) {
			continue
		}
		notice(k.ID, k.Notice)
		if k.ID == id {
			kind, known = k.motion(), true
		}
	}
	amending, err := m.grantAfter(c, KindAmend)
	if err != nil {
		return err
	}
	switch {
	case !known:
		return ErrEntrenched.With("the entrenched kind of motion, %d, does not exist", id)
	case !slices.Contains(amending.Motions, id):
		return ErrEntrenched.With("the entrenched kind of motion, %d, could not carry it", id)
	case len(amending.Offices)+len(amending.Others) > 0 || amending.Members || amending.Concerned:
		return ErrWeak.With("someone could amend the charter without a motion")
	case kind.Notice < longest:
		return ErrWeak.With("%s has a notice of %d minutes, kind %d has %d", kind.Name, kind.Notice, of, longest)
	}
	return kind.protects()
}

// protects refuses a kind of motion that cannot be the entrenched one.
func (k MotionKind) protects() error {
	rule, err := k.Method.Majority()
	if err != nil {
		return ErrWeak.With("%s is not counted by majority", k.Name)
	}
	half := rule.Threshold.Den - rule.Threshold.Num // exactly half, if it is Num
	switch {
	case k.Electorate.Sort != AllMembers:
		return ErrWeak.With("%s is not put to all members", k.Name)
	case rule.Threshold.Num < half || rule.Threshold.Num == half && !rule.Strict:
		return ErrWeak.With("%s can be carried by half", k.Name)
	case rule.Quorum.Num == 0 && rule.Base != count.BaseMembers:
		return ErrWeak.With("%s has no quorum", k.Name)
	}
	return nil
}
