package charter

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// entrenched are the actions of which only the entrenched kind of motion changes who
// may take them: those by which someone, alone or with a friend, could bend what members
// decide or take money out. The tests of app check the names, and say of every other
// action why it is not here.
var entrenched = []struct {
	kind tx.Kind
	name string
}{
	{KindAmend, "charter.Amend"},     // rewrites all of this
	{0x1001, "member.Apply"},         // enters who can be admitted
	{0x1002, "member.Admit"},         // gives votes
	{0x1003, "member.Import"},        // gives votes
	{0x1004, "member.Suspend"},       // takes votes and offices
	{0x1005, "member.Reinstate"},     // gives votes and offices back
	{0x1006, "member.Resign"},        // ends a membership: by the member concerned, not by others
	{0x1007, "member.Rekey"},         // casts in another's name
	{0x100a, "keyring.Add"},          // casts in another's name
	{0x100b, "keyring.Revoke"},       // takes a member's vote
	{0x1008, "member.Appoint"},       // fills the offices to which all else is granted
	{0x1009, "member.Dismiss"},       // empties those offices
	{0x2001, "share.OpenClass"},      // the rights of shares
	{0x2003, "share.ConfirmPayment"}, // says that money came in: shares, and dividends, for nothing
	{0x2006, "share.Refund"},         // pays money out
	{0x2007, "share.Correct"},        // takes shares or a payment from a member
	{0x2008, "share.SetRules"},       // the rights of shares, and the floors that no payment passes
	{0x2009, "share.PayPart"},        // says that money came in, or takes what members are owed
	{0x3002, "account.Post"},         // pays money out
	{0x3003, "account.Reverse"},      // takes out of a fund what was given it
	{kindPropose, "ballot.Propose"},  // asks members, and fills the agenda
	{kindCast, "ballot.Cast"},        // votes
	{0x4003, "ballot.Declare"},       // closes a poll, where the charter says so at any moment
	{0x5002, "surplus.Record"},       // makes the figures by which the surplus is divided
	{0x5003, "surplus.Correct"},      // changes them
	{0x5005, "surplus.Allocate"},     // divides the surplus
	{0x5006, "surplus.Pay"},          // pays money out
	{0x5007, "surplus.Return"},       // has a dividend paid twice
	{0x5008, "surplus.Settle"},       // takes from members what they are owed
	{0x5009, "surplus.Reopen"},       // takes back what members are to divide
	{0x6001, "federation.Replace"},   // gives the co-op's voice in the federation to another node
}

// isEntrenched says whether the grant of a kind of action is entrenched, and the
// action's name.
func isEntrenched(kind tx.Kind) (name string, ok bool) {
	for _, e := range entrenched {
		if e.kind == kind {
			return e.name, true
		}
	}
	return "", false
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
		name, _ := isEntrenched(g.Kind)
		return ErrBounds.With("%s follows a motion: one who enters members alone enters votes; grant it to motions, such as one of two officers", name)
	}
	return nil
}

// Entrenched are the kinds of action whose grants are entrenched, with their names.
func Entrenched() map[tx.Kind]string {
	out := make(map[tx.Kind]string, len(entrenched))
	for _, e := range entrenched {
		out[e.kind] = e.name
	}
	return out
}

// requireEntrenched refuses an amendment that changes what is entrenched, unless the
// entrenched kind of motion carries it, which was that when it was proposed as well,
// and one after which that kind would not be within the hard bounds. old is the policy
// before, founded whether there is one.
func (m Amend) requireEntrenched(c *state.Ctx, by carrier, old Policy, founded bool) error {
	if founded && !by.founds {
		what, err := m.touches(c, old)
		if err != nil {
			return err
		}
		if what != "" && by.kind != old.Entrenched {
			return ErrProtected.With("%s, carried by kind %d, entrenched is kind %d", what, by.kind, old.Entrenched)
		}
		if what != "" && by.level < LevelEntrenched {
			return ErrProtected.With("%s, carried by kind %d, which was not the entrenched one when the motion was proposed", what, by.kind)
		}
	}
	policy := old
	for _, p := range m.Policy {
		policy = Policy(p)
	}
	kind, err := m.requireBounds(c, policy.Entrenched)
	if err != nil {
		return err
	}
	if err := m.requireDefence(c, policy); err != nil || !founded || by.founds {
		return err
	}
	names := func(k MotionEntry) bool { return k.ID == policy.Entrenched }
	if policy.Entrenched == old.Entrenched && !slices.ContainsFunc(m.Motions, names) {
		return nil
	}
	return kind.TakesTime()
}

// touches says what entrenched thing the amendment changes, nothing if none.
func (m Amend) touches(c *state.Ctx, old Policy) (string, error) {
	protects := map[MotionKindID]bool{old.Entrenched: true}
	for _, e := range entrenched {
		g, err := GrantOf(c, e.kind)
		if err != nil {
			return "", err
		}
		for _, id := range g.Motions {
			protects[id] = true
		}
	}
	for _, g := range m.Grants {
		if name, ok := isEntrenched(g.Kind); ok {
			return "who may take " + name, nil
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
		if p.Allowance < old.Allowance {
			return "how few transactions a member may sign in a day", nil // by one, members could cast on one motion
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
// It returns that kind.
func (m Amend) requireBounds(c *state.Ctx, id MotionKindID) (MotionKind, error) {
	kind, known, err := motionKinds.Find(c, id)
	if err != nil {
		return kind, err
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
		return kind, err
	}
	for i, k := range m.Motions {
		if i != m.lastMotion(k.ID) {
			continue
		}
		notice(k.ID, k.Notice)
		if k.ID == id {
			kind, known = k.Motion(), true
		}
	}
	amending, err := m.grantAfter(c, KindAmend)
	if err != nil {
		return kind, err
	}
	switch {
	case !known:
		return kind, ErrEntrenched.With("the entrenched kind of motion, %d, does not exist", id)
	case !slices.Contains(amending.Motions, id):
		return kind, ErrEntrenched.With("the entrenched kind of motion, %d, could not carry it", id)
	case len(amending.Offices)+len(amending.Others) > 0 || amending.Members || amending.Concerned:
		return kind, ErrWeak.With("someone could amend the charter without a motion")
	case kind.Notice < longest:
		return kind, ErrWeak.With("%s has a notice of %s, kind %d has %s", kind.Name, words.Minutes(kind.Notice), of, words.Minutes(longest))
	}
	return kind, kind.protects()
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
	case rule.Base == count.BaseMembers:
		return nil
	case rule.Quorum.Num < (rule.Quorum.Den-1)/MinQuorumOneIn+1:
		return ErrWeak.With("%s has a quorum of %s of the members, where 1 in %d is the least", k.Name, words.Fraction(rule.Quorum.Num, rule.Quorum.Den), MinQuorumOneIn)
	case rule.QuorumMin < MinQuorumPapers:
		return ErrWeak.With("%s could be decided by one member; its quorum_min has to be %d at least", k.Name, MinQuorumPapers)
	}
	return nil
}

// TakesTime refuses a kind of motion that is no entrenched one because members might not
// hear of it: its notice or its poll is too short, or the returning officer closes it at
// any moment. The ledger refuses it in amendments. What a federation is founded with is
// refused by the programs that found it, unless it is a trial: the ledger's rules have no
// founder to tell.
func (k MotionKind) TakesTime() error {
	switch {
	case k.Notice < MinEntrenchedNotice:
		return ErrWeak.With("%s has a notice of %s, where %s is the least", k.Name, words.Minutes(k.Notice), words.Minutes(MinEntrenchedNotice))
	case k.Shortest < MinEntrenchedPoll:
		return ErrWeak.With("%s has a poll of %s at least, where %s is the least", k.Name, words.Minutes(k.Shortest), words.Minutes(MinEntrenchedPoll))
	case k.Closing == OnDeclaring:
		return ErrWeak.With("%s is closed at whatever moment the returning officer declares", k.Name)
	}
	return nil
}
