package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of actions on the register of members. They are defined by package member,
// which imports this one; the tests of app check the names.
const (
	kindAdmit   tx.Kind = 0x1002
	kindImport  tx.Kind = 0x1003
	kindSuspend tx.Kind = 0x1004
)

// requireDefence refuses an amendment after which others than all members could enter
// members whom all members cannot suspend before they have a vote: some kind of motion
// that is put to all members has to suspend, and to be over, from its proposal on,
// within the waiting time. policy is that after the amendment.
func (m Amend) requireDefence(c *state.Ctx, policy Policy) error {
	kinds, err := m.kindsAfter(c)
	if err != nil {
		return err
	}
	entered := MotionKindID(0)
	for _, kind := range []tx.Kind{kindAdmit, kindImport} {
		g, err := m.grantAfter(c, kind)
		if err != nil {
			return err
		}
		for _, id := range g.Motions {
			if kinds[id].Electorate.Sort != AllMembers {
				entered = id
			}
		}
	}
	suspend, err := m.grantAfter(c, kindSuspend)
	if err != nil || entered == 0 {
		return err
	}
	shortest, known := uint32(0), false
	for _, id := range suspend.Motions {
		k, ok := kinds[id]
		if took := k.Notice + k.Shortest; ok && k.Electorate.Sort == AllMembers && (!known || took < shortest) {
			shortest, known = took, true
		}
	}
	const minutesADay = 24 * 60
	switch {
	case !known:
		return ErrDefence.With("no kind of motion that is put to all members suspends; grant member.Suspend to one, since %s lets members in", kinds[entered].Name)
	case uint64(shortest) >= uint64(policy.WaitingDays())*minutesADay:
		return ErrDefence.With("new members wait for %s, all members need %s at least to suspend one; let them wait for longer, or grant member.Suspend to a kind of motion with less notice",
			words.Plural(uint64(policy.WaitingDays()), "day"), words.Minutes(shortest))
	}
	return nil
}

// kindsAfter are the kinds of motion after m.
func (m Amend) kindsAfter(r state.Reader) (map[MotionKindID]MotionKind, error) {
	kinds := map[MotionKindID]MotionKind{}
	err := MotionKinds(r, func(id MotionKindID, k MotionKind) (bool, error) {
		kinds[id] = k
		return true, nil
	})
	for _, k := range m.Motions {
		kinds[k.ID] = k.Motion()
	}
	return kinds, err
}

// grantAfter is who may take actions of a kind after m.
func (m Amend) grantAfter(r state.Reader, kind tx.Kind) (Grant, error) {
	out, err := GrantOf(r, kind)
	for _, g := range m.Grants {
		if g.Kind == kind {
			out = g.Grant()
		}
	}
	return out, err
}
