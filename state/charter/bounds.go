package charter

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Valid returns ErrBounds with the reason unless the grant names known offices,
// within bounds.
func (g Grant) Valid() error {
	if len(g.Offices) > MaxOffices || len(g.Motions) > MaxMotionKinds {
		return ErrBounds.With("a grant names too many offices or motions")
	}
	if len(g.Others) > MaxOffices {
		return ErrBounds.With("a grant names too many officers of other co-ops")
	}
	for _, o := range g.Others {
		if o.Coop == 0 || !o.Office.Possible() {
			return ErrBounds.With("a grant to %v of co-op %d", o.Office, o.Coop)
		}
	}
	return knownOffices(g.Offices)
}

func knownOffices(offices []Office) error {
	for _, o := range offices {
		if !o.Possible() {
			return ErrBounds.With("unknown %v", o)
		}
	}
	return nil
}

// Valid returns ErrBounds with the reason unless the electorate is of a known
// sort and complete.
func (e Electorate) Valid() error {
	switch e.Sort {
	case AllMembers:
		return nil
	case OneClass:
		if e.Class == 0 || e.Class > MaxClasses {
			return ErrBounds.With("an electorate of class %d", e.Class)
		}
		return nil
	case Holders:
		if len(e.Offices) == 0 || len(e.Offices) > MaxOffices {
			return ErrBounds.With("an electorate of %d offices", len(e.Offices))
		}
		return knownOffices(e.Offices)
	}
	return ErrBounds.With("unknown sort of electorate %d", e.Sort)
}

// Valid returns ErrBounds with the reason unless every motion of this kind can
// be held and counted.
func (k MotionKind) Valid() error {
	if k.Name == "" || len(k.Name) > MaxName {
		return ErrBounds.With("a kind of motion has a name of %d bytes", len(k.Name))
	}
	if err := k.Electorate.Valid(); err != nil {
		return fmt.Errorf("%s: %w", k.Name, err)
	}
	if err := k.Method.Valid(); err != nil {
		return fmt.Errorf("%s: %w", k.Name, err)
	}
	if err := k.validVeto(); err != nil {
		return err
	}
	if len(k.Proposers) > MaxOffices || len(k.Then) > MaxThen || k.ProposerClass > MaxClasses {
		return ErrBounds.With("%s: proposed by too many offices or by class %d, or confirmed by too many kinds of motion", k.Name, k.ProposerClass)
	}
	if err := knownOffices(k.Proposers); err != nil {
		return fmt.Errorf("%s: %w", k.Name, err)
	}
	for i, id := range k.Then {
		if id == 0 || i > 0 && id <= k.Then[i-1] {
			return ErrBounds.With("%s: the kinds of motion that confirm it do not ascend", k.Name)
		}
	}
	if k.Most > uint64(money.Max) {
		return ErrBounds.With("%s: it would move at most %d minor units, more than there can be", k.Name, k.Most)
	}
	if k.Electorate.Sort == Holders {
		if rule, err := k.Method.Majority(); err != nil || rule.QuorumMin < MinTogether {
			return ErrBounds.With("%s: it could be decided by one officer; its quorum_min has to be %d at least", k.Name, MinTogether)
		}
	}
	if k.Shortest > k.Longest || k.Longest == 0 || k.Longest > MaxMinutes || k.Notice > MaxMinutes {
		return ErrBounds.With("%s: a notice of %s, a poll of %s to %s: the longest is not shorter than the shortest, from 1 minute to %s, and a notice at most that",
			k.Name, words.Minutes(k.Notice), words.Minutes(k.Shortest), words.Minutes(k.Longest), words.Minutes(MaxMinutes))
	}
	if k.Closing < AtDeadline || k.Closing > OnDecided {
		return ErrBounds.With("%s: unknown closing %d", k.Name, k.Closing)
	}
	return nil
}

// validVeto refuses a kind of motion that silence carries where those who could object
// are few, or have little time, or the returning officer ends it.
func (k MotionKind) validVeto() error {
	switch {
	case k.Method.Tag != Veto:
		return nil
	case k.Electorate.Sort == Holders:
		return ErrBounds.With("%s: only office holders could object", k.Name)
	case k.Shortest < MinVeto:
		return ErrBounds.With("%s: members could object for %s, %s is the least", k.Name, words.Minutes(k.Shortest), words.Minutes(MinVeto))
	case k.Closing == OnDeclaring:
		return ErrBounds.With("%s: whoever declares it closed would end the time to object", k.Name)
	}
	return nil
}

// Valid returns ErrBounds with the reason unless the figures are in range.
func (p Policy) Valid() error {
	if len(p.Currency) != 3 || p.Digits > 4 {
		return ErrBounds.With("currency %q with %d digits", p.Currency, p.Digits)
	}
	for _, letter := range []byte(p.Currency) {
		if letter < 'A' || letter > 'Z' {
			return ErrBounds.With("currency %q is not three capitals", p.Currency)
		}
	}
	if p.Allowance == 0 || p.Allowance > MaxAllowance {
		return ErrBounds.With("allowance of %d transactions", p.Allowance)
	}
	if len(p.Classes) == 0 || len(p.Classes) > MaxClasses {
		return ErrBounds.With("%d classes of members", len(p.Classes))
	}
	if p.Alone > uint64(money.Max) {
		return ErrBounds.With("one officer moves %s alone, at most %s can be", p.sum(p.Alone), p.Money(money.Max))
	}
	if len(p.Overdrafts) > MaxOverdrafts {
		return ErrBounds.With("%d accounts that may go below zero", len(p.Overdrafts))
	}
	for i, o := range p.Overdrafts {
		if o.Account == 0 || o.Amount == 0 || o.Amount > uint64(money.Max) || (i > 0 && o.Account <= p.Overdrafts[i-1].Account) {
			return ErrBounds.With("an overdraft of account %d, of %s: accounts ascend, amounts are more than zero and at most %s",
				o.Account, p.sum(o.Amount), p.Money(money.Max))
		}
	}
	if p.Waiting != 0 && p.Waiting < MinWaiting || p.Waiting > MaxWaiting {
		return ErrBounds.With("a waiting time of %d days, from %d to %d can be", p.Waiting, MinWaiting, MaxWaiting)
	}
	if err := p.validLevels(); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, name := range p.Classes {
		if name == "" || len(name) > MaxName {
			return ErrBounds.With("a class has a name of %d bytes", len(name))
		}
		if names[words.Fold(name)] {
			return ErrBounds.With("two classes are called %s, or so alike that people take one for the other", words.Quote(name))
		}
		names[words.Fold(name)] = true
	}
	return p.Membership.valid()
}

// validLevels refuses levels that are not in their order, and too many kinds of motion
// for one.
func (p Policy) validLevels() error {
	if len(p.Special) > MaxMotionKinds || len(p.Principle) > MaxMotionKinds || len(p.Levels) > MaxLevels {
		return ErrBounds.With("%d special kinds of motion, %d for principles, %d levels", len(p.Special), len(p.Principle), len(p.Levels))
	}
	for i, l := range p.Levels {
		if err := l.valid(); err != nil {
			return err
		}
		if i > 0 && CompareLevels(p.Levels[i-1], l) >= 0 {
			return ErrBounds.With("levels are not in the order of their clauses")
		}
	}
	return nil
}
