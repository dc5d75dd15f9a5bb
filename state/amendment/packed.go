package amendment

import (
	"github.com/rochdale-ledger/rochdale/state/charter"
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

// requireDefence refuses a whole charter by which others than all members could enter
// members whom all members cannot suspend before they have a vote: some kind of motion
// that is put to all members has to suspend, and to be over, from its proposal on,
// within the waiting time.
func (m Amend) requireDefence() error {
	entered := charter.MotionEntry{}
	for _, kind := range []tx.Kind{kindAdmit, kindImport} {
		for _, id := range m.grantEntry(kind).Motions {
			if k := m.motionEntry(id); !k.Motion().AllDecide() {
				entered = k
			}
		}
	}
	if entered.ID == 0 {
		return nil
	}
	shortest, known := uint32(0), false
	for _, id := range m.grantEntry(kindSuspend).Motions {
		k := m.motionEntry(id)
		anyone := len(k.Proposers) == 0 && k.ProposerClass == 0 // may propose it
		if took := m.takes(k); anyone && k.Motion().AllDecide() && (!known || took < shortest) {
			shortest, known = took, true
		}
	}
	const minutesADay = 24 * 60
	waiting := m.policy().WaitingDays()
	switch {
	case !known:
		return ErrDefence.With("no kind of motion that is put to all members suspends; grant member.Suspend to one, since %s lets members in", entered.Name)
	case uint64(shortest) >= uint64(waiting)*minutesADay:
		return ErrDefence.With("new members wait for %s, all members need %s at least to suspend one; let them wait for longer, or grant member.Suspend to a kind of motion with less notice",
			words.Plural(uint64(waiting), "day"), words.Minutes(shortest))
	}
	return nil
}

// requireOwn refuses a whole charter that gives what is a member's own to a kind of motion by
// which too few would take it.
func (m Amend) requireOwn() error {
	for _, g := range m.Grants {
		for _, k := range m.Motions {
			if err := g.RequireOwn(k.ID, k.Motion()); err != nil {
				return err
			}
		}
	}
	return nil
}

// takes is how many minutes a motion of kind k takes at least until its action is taken, by
// the whole charter m.
func (m Amend) takes(k charter.MotionEntry) uint32 {
	then := uint32(0)
	for _, id := range k.Then {
		by := m.motionEntry(id)
		then = max(then, by.Notice+by.Shortest)
	}
	return k.Notice + k.Shortest + then
}
