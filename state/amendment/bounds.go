package amendment

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// requireProtected refuses an amendment of a clause whose level the kind of motion that
// carries it does not reach, or did not when the motion was proposed. before is the whole
// charter. kindName names actions.
func (m Amend) requireProtected(by carrier, before Amend, kindName func(tx.Kind) string) error {
	policy := before.policy()
	now := policy.LevelOf(by.kind)
	for _, t := range m.touches(before, kindName) {
		refusal := ErrProtected
		if t.level != charter.LevelEntrenched {
			refusal = ErrLevel
		}
		if t.level > now {
			return refusal.With("%s, carried by kind %d, %v is %s", t.what, by.kind, t.level, policy.KindsOf(t.level))
		}
		if t.level > by.level {
			return refusal.With("%s, carried by kind %d, which was not the %v one when the motion was proposed", t.what, by.kind, t.level)
		}
	}
	return nil
}

// requireBounds refuses a whole charter whose protecting kinds of motion, the entrenched
// one and those of principles, would not be put to all members, or could be carried by half
// of them or fewer, or without a quorum, or on shorter notice than other kinds, or could
// not amend the charter.
func (m Amend) requireBounds() error {
	policy, amending := m.policy(), m.grantEntry(KindAmend)
	longest, of := uint32(0), charter.MotionKindID(0)
	for _, k := range m.Motions {
		if k.Notice > longest && !slices.Contains(policy.Principle, k.ID) {
			longest, of = k.Notice, k.ID
		}
	}
	for i, id := range policy.Protecting() {
		entry := m.motionEntry(id)
		kind := entry.Motion()
		called := "entrenched kind of motion"
		if i > 0 {
			called = "kind of motion for principles"
		}
		switch {
		case entry.ID == 0:
			return ErrEntrenched.With("the %s, %d, does not exist", called, id)
		case !slices.Contains(amending.Motions, id):
			return ErrEntrenched.With("the %s, %d, could not carry it", called, id)
		case len(amending.Offices)+len(amending.Others) > 0 || amending.Members || amending.Concerned:
			return ErrWeak.With("someone could amend the charter without a motion")
		case kind.Notice < longest:
			return ErrWeak.With("%s has a notice of %s, kind %d has %s", kind.Name, words.Minutes(kind.Notice), of, words.Minutes(longest))
		}
		if err := protects(kind); err != nil {
			return err
		}
		if len(entry.Then) > int(policy.Allowance) {
			return ErrConsent.With("%s is confirmed by %d kinds of motion at once, and a member casts on %d a day", kind.Name, len(entry.Then), policy.Allowance)
		}
		for _, then := range entry.Then {
			if k := m.motionEntry(then); k.Electorate.Sort == charter.Holders {
				return ErrEntrenched.With("%s is confirmed by %s, which office holders decide: one of them alone could not, and nothing could be amended", kind.Name, k.Name)
			}
		}
	}
	for _, id := range policy.Special {
		if m.motionEntry(id).ID == 0 || !slices.Contains(amending.Motions, id) {
			return ErrEntrenched.With("the special kind of motion, %d, does not exist or could not carry it", id)
		}
	}
	return nil
}

// requireTime refuses an amendment that makes a protecting kind of motion of one of which
// members might not hear. after is the whole charter.
func (m Amend) requireTime(before, after Amend) error {
	was := before.policy().Protecting()
	changed := func(id charter.MotionKindID) bool {
		return slices.ContainsFunc(m.Motions, func(k charter.MotionEntry) bool { return k.ID == id })
	}
	for _, id := range after.policy().Protecting() {
		kind := after.motionEntry(id)
		is := !slices.Contains(was, id) || changed(id)
		if is {
			if err := TakesTime(kind.Motion()); err != nil {
				return err
			}
		}
		for _, by := range kind.Then {
			if !is && !changed(by) {
				continue
			}
			if err := takesPart(kind.Name, after.motionEntry(by).Motion()); err != nil {
				return err
			}
		}
	}
	return nil
}

// takesPart refuses a kind of motion that confirms a protecting one, called name, and on
// which not all whom it is put to could cast in time: one that is over before those hear of
// it who look once in seven days, or that the returning officer closes while it stands
// badly. Either would let nobody amend the charter again.
func takesPart(name string, k charter.MotionKind) error {
	switch {
	case k.Longest < charter.MinEntrenchedPoll || k.Notice+k.Longest < charter.MinEntrenchedNotice:
		return ErrConsent.With("%s is confirmed by %s, with a notice of %s and open for %s at most; together 7 days are the least, and open an hour",
			name, k.Name, words.Minutes(k.Notice), words.Minutes(k.Longest))
	case k.Closing == charter.OnDeclaring:
		return ErrConsent.With("%s is confirmed by %s, which is closed at whatever moment the returning officer declares", name, k.Name)
	}
	return nil
}

// protects refuses a kind of motion that cannot be the entrenched one.
func protects(k charter.MotionKind) error {
	rule, err := k.Method.Majority()
	if err != nil {
		return ErrWeak.With("%s is not counted by majority", k.Name)
	}
	if len(k.Proposers) > 0 || k.ProposerClass != 0 {
		return ErrWeak.With("%s is proposed by some alone, and if there is none of them by nobody", k.Name)
	}
	half := rule.Threshold.Den - rule.Threshold.Num // exactly half, if it is Num
	switch {
	case k.Electorate.Sort != charter.AllMembers:
		return ErrWeak.With("%s is not put to all members", k.Name)
	case rule.Threshold.Num < half || rule.Threshold.Num == half && !rule.Strict:
		return ErrWeak.With("%s can be carried by half", k.Name)
	case rule.Base == count.BaseMembers:
		return nil
	case rule.Quorum.Num < (rule.Quorum.Den-1)/charter.MinQuorumOneIn+1:
		return ErrWeak.With("%s has a quorum of %s of the members, where 1 in %d is the least", k.Name, words.Fraction(rule.Quorum.Num, rule.Quorum.Den), charter.MinQuorumOneIn)
	case rule.QuorumMin < charter.MinQuorumPapers:
		return ErrWeak.With("%s could be decided by one member; its quorum_min has to be %d at least", k.Name, charter.MinQuorumPapers)
	}
	return nil
}

// TakesTime refuses a kind of motion that is no entrenched one because members might not
// hear of it: its notice or its poll is too short, or the returning officer closes it at
// any moment. The ledger refuses it in amendments. What a federation is founded with is
// refused by the programs that found it, unless it is a trial: the ledger's rules have no
// founder to tell.
func TakesTime(k charter.MotionKind) error {
	switch {
	case k.Notice < charter.MinEntrenchedNotice:
		return ErrWeak.With("%s has a notice of %s, where %s is the least", k.Name, words.Minutes(k.Notice), words.Minutes(charter.MinEntrenchedNotice))
	case k.Shortest < charter.MinEntrenchedPoll:
		return ErrWeak.With("%s has a poll of %s at least, where %s is the least", k.Name, words.Minutes(k.Shortest), words.Minutes(charter.MinEntrenchedPoll))
	case k.Closing == charter.OnDeclaring:
		return ErrWeak.With("%s is closed at whatever moment the returning officer declares", k.Name)
	}
	return nil
}

// requireNamed refuses a whole charter in which a grant, or a kind of motion, names an office
// that the charter does not.
func (m Amend) requireNamed() error {
	rules := m.policy().Membership
	named := func(offices []charter.Office) error {
		for _, o := range offices {
			if _, ok := rules.Rule(o); o >= charter.FirstNamed && !ok {
				return charter.ErrBounds.With("the charter names no %v", o)
			}
		}
		return nil
	}
	for _, g := range m.Grants {
		if err := named(g.Offices); err != nil {
			return err
		}
	}
	for _, k := range m.Motions {
		if err := named(slices.Concat(k.Electorate.Offices, k.Proposers)); err != nil {
			return err
		}
	}
	return nil
}

// keepsOffices refuses figures that take an office's name away from those of was.
func keepsOffices(m, was charter.Membership) error {
	for _, r := range was.Offices {
		if _, still := m.Rule(r.Office); r.Office >= charter.FirstNamed && !still {
			return charter.ErrBounds.With("offices can be named, not taken away: %s", words.Quote(r.Name))
		}
	}
	return nil
}
