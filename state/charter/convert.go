package charter

import (
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// All conversions between the three forms of a charter are here: text to message
// when a charter is founded or amended, message to record when that takes effect,
// record to message and to text for readers. Types with the same fields are
// converted by a Go conversion, which no longer compiles when the fields differ.

// Grant is the record that the entry writes.
func (g GrantEntry) Grant() Grant {
	out := Grant{Concerned: g.Concerned, Members: g.Members, Offices: g.Offices, Motions: g.Motions}
	for _, o := range g.Others {
		out.Others = append(out.Others, CoopOffice(o))
	}
	return out
}

// Motion is the record that the entry writes.
func (m MotionEntry) Motion() MotionKind {
	return MotionKind{
		Name: m.Name, Electorate: Electorate(m.Electorate), Method: m.Method,
		Notice: m.Notice, Shortest: m.Shortest, Longest: m.Longest, Closing: m.Closing,
		Proposers: m.Proposers, ProposerClass: m.ProposerClass, Then: m.Then, Most: m.Most,
	}
}

// Entry is the amendment that gives kind of action to whom the grant says.
func (g Grant) Entry(kind tx.Kind) GrantEntry {
	out := GrantEntry{Kind: kind, Concerned: g.Concerned, Members: g.Members, Offices: g.Offices, Motions: g.Motions}
	for _, o := range g.Others {
		out.Others = append(out.Others, OtherEntry(o))
	}
	return out
}

// Entry is the amendment that makes kind of motion id what k is.
func (k MotionKind) Entry(id MotionKindID) MotionEntry {
	return MotionEntry{
		ID: id, Name: k.Name, Electorate: ElectorateEntry(k.Electorate), Method: k.Method,
		Notice: k.Notice, Shortest: k.Shortest, Longest: k.Longest, Closing: k.Closing,
		Proposers: k.Proposers, ProposerClass: k.ProposerClass, Then: k.Then, Most: k.Most,
	}
}

// Entry is the amendment that the text stands for.
func (g GrantText) Entry(kind tx.Kind) GrantEntry {
	out := GrantEntry{Kind: kind, Concerned: g.Concerned, Members: g.Members, Offices: g.Offices, Motions: g.Motions}
	for _, o := range g.Others {
		out.Others = append(out.Others, OtherEntry(o))
	}
	return out
}

// Entry is the amendment that the text stands for. A text with no method, or
// with two, is an entry without one, which Amend refuses.
func (m MotionText) Entry(id MotionKindID) MotionEntry {
	out := MotionEntry{
		ID: id, Name: m.Name, Electorate: ElectorateEntry(m.Electorate),
		Notice: m.Notice, Shortest: m.Shortest, Longest: m.Longest, Closing: m.Closing,
		Proposers: m.Proposers, ProposerClass: m.ProposerClass, Then: m.Then, Most: m.Most,
	}
	switch {
	case m.Rule != nil && m.Veto == nil:
		out.Method = ByMajority(count.MajorityRule(*m.Rule))
	case m.Veto != nil && m.Rule == nil:
		out.Method = ByVeto(count.VetoRule(*m.Veto))
	}
	return out
}

// Text is the grant as people write it.
func (g Grant) Text() GrantText {
	out := GrantText{Concerned: g.Concerned, Members: g.Members, Offices: g.Offices, Motions: g.Motions}
	for _, o := range g.Others {
		out.Others = append(out.Others, OtherText(o))
	}
	return out
}

// Text is the kind of motion as people write it. A method that this program does
// not know has no text.
func (k MotionKind) Text() MotionText {
	out := MotionText{
		Name: k.Name, Electorate: ElectorateText(k.Electorate),
		Notice: k.Notice, Shortest: k.Shortest, Longest: k.Longest, Closing: k.Closing,
		Proposers: k.Proposers, ProposerClass: k.ProposerClass, Then: k.Then, Most: k.Most,
	}
	if rule, err := k.Method.Majority(); err == nil {
		text := RuleText(rule)
		out.Rule = &text
	}
	if rule, err := k.Method.Veto(); err == nil {
		text := VetoText(rule)
		out.Veto = &text
	}
	return out
}
