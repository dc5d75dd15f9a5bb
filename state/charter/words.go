package charter

import (
	"fmt"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Money writes an amount in the currency of r's co-op, or in minor units if its
// charter cannot be read.
func Money(r state.Reader, a money.Amount) string {
	p, err := PolicyOf(r)
	if err != nil {
		return words.Signed(int64(a)) + " minor units"
	}
	return p.Money(a)
}

// Sum is Money for sums that may be above what an account holds.
func Sum(r state.Reader, minor uint64) string {
	p, err := PolicyOf(r)
	if err != nil {
		return words.Count(minor) + " minor units"
	}
	return p.sum(minor)
}

func (p Policy) sum(minor uint64) string {
	return words.Decimal(minor, p.Digits) + " " + words.Plain(p.Currency)
}

// Money writes an amount in the co-op's currency.
func (p Policy) Money(a money.Amount) string { return words.Money(a, p.Digits, p.Currency) }

// aloneWords say how much one officer moves without a motion.
func (p Policy) aloneWords() string {
	if p.Alone == 0 {
		return "any amount"
	}
	return "at most " + p.Money(money.Amount(p.Alone)) + " a day"
}

// Class names a class of members: "class 2 (users)".
func (p Policy) Class(c Class) string {
	if c < 1 || int(c) > len(p.Classes) {
		return fmt.Sprintf("class %d", c)
	}
	return fmt.Sprintf("class %d (%s)", c, words.Plain(p.Classes[c-1]))
}

// ClassName is Policy.Class of r's co-op.
func ClassName(r state.Reader, c Class) string {
	p, err := PolicyOf(r)
	if err != nil {
		p = Policy{}
	}
	return p.Class(c)
}

// MotionName names a kind of motion of r's co-op: "motion 2 (written
// resolution)".
func MotionName(r state.Reader, id MotionKindID) string {
	k, err := MotionKindOf(r, id)
	if err != nil {
		return fmt.Sprintf("a motion of kind %d", id)
	}
	return k.Called(id)
}

func (k MotionKind) Called(id MotionKindID) string {
	return fmt.Sprintf("motion %d (%s)", id, words.Plain(k.Name))
}

// Words say who may take an action. motion and coop name what the grant refers to
// by number.
func (g Grant) Words(motion func(MotionKindID) string, coop func(state.Coop) string) string {
	var ways []string
	if g.Concerned {
		ways = append(ways, "the member concerned")
	}
	if g.Members {
		ways = append(ways, "any active member")
	}
	for _, o := range g.Offices {
		ways = append(ways, "the "+o.String())
	}
	for _, id := range g.Motions {
		ways = append(ways, motion(id))
	}
	for _, o := range g.Others {
		ways = append(ways, fmt.Sprintf("the %v of %s", o.Office, coop(o.Coop)))
	}
	if len(ways) == 0 {
		return "nobody"
	}
	return words.List(ways, "or")
}

// Words say who may cast. class names a class of members.
func (e Electorate) Words(class func(Class) string) string {
	switch e.Sort {
	case AllMembers:
		return "every active member"
	case OneClass:
		return "active members of " + class(e.Class)
	case Holders:
		var names []string
		for _, o := range e.Offices {
			names = append(names, o.String())
		}
		return "the holders of the " + words.Agree(uint64(len(names)), "office", "offices") + " of " + words.List(names, "and")
	}
	return e.Sort.String()
}

// ClosingWords say when a motion ends.
func (k MotionKind) ClosingWords() string {
	switch k.Closing {
	case AtDeadline:
		return "when its time is over"
	case WhenDecided:
		return "as soon as nothing can change the outcome, or when its time is over"
	case OnDeclaring:
		if k.Shortest == 0 {
			return "when declared, or when its time is over"
		}
		return fmt.Sprintf("when declared, %s after it opened at the earliest, or when its time is over", words.Minutes(k.Shortest))
	case OnDecided:
		return "when declared, once nothing can change the outcome, or when its time is over"
	}
	return k.Closing.String()
}

// RuleWords say what carries a motion.
func RuleWords(r count.MajorityRule) string {
	majority := "at least "
	if r.Strict {
		majority = "more than "
	}
	text := majority + words.Fraction(r.Threshold.Num, r.Threshold.Den) + " of " + r.Base.String()
	var quorum []string
	if r.Quorum.Num > 0 {
		quorum = append(quorum, words.Fraction(r.Quorum.Num, r.Quorum.Den)+" of the electorate")
	}
	if r.QuorumMin > 0 {
		quorum = append(quorum, words.Plural(r.QuorumMin, "member"))
	}
	if len(quorum) > 0 {
		text += ", if at least " + words.List(quorum, "and") + " took part"
	}
	return text
}

// MethodWords say what carries a motion of the kind.
func (k MotionKind) MethodWords() string {
	if rule, err := k.Method.Majority(); err == nil {
		text := RuleWords(rule)
		if k.Electorate.Sort != AllMembers { // the base is whom the motion is put to
			text = strings.Replace(text, " of "+count.BaseMembers.String(), " of all who may cast", 1)
		}
		return text
	}
	if rule, err := k.Method.Veto(); err == nil {
		return VetoWords(rule)
	}
	return "a method that this program does not know"
}

// VetoWords say what stops a motion that silence carries.
func VetoWords(r count.VetoRule) string {
	least := "at least "
	switch {
	case r.Share.Num == 0:
		return "silence, unless one of the electorate objects by casting no"
	case r.Strict:
		least = "more than "
	}
	return "silence, unless " + least + words.Fraction(r.Share.Num, r.Share.Den) + " of the electorate object by casting no"
}

// ProposedWords say who has to propose it, nothing if it may be anyone.
func (k MotionKind) ProposedWords(class func(Class) string) string {
	var ways []string
	for _, o := range k.Proposers {
		ways = append(ways, "the "+o.String())
	}
	if k.ProposerClass > 0 {
		ways = append(ways, "members of "+class(k.ProposerClass))
	}
	return words.List(ways, "or")
}

// Facts are what a kind of motion is, in full but for its name.
func (k MotionKind) Facts(name Naming) []state.Clause {
	notice := "none, it opens at once"
	if k.Notice > 0 {
		notice = words.Minutes(k.Notice)
	}
	length := fmt.Sprintf("from %s to %s", words.Minutes(k.Shortest), words.Minutes(k.Longest))
	if k.Shortest == 0 {
		length = "at most " + words.Minutes(k.Longest)
	}
	facts := []state.Clause{
		{What: "who may cast", After: k.Electorate.Words(name.Class)},
		{What: "notice", After: notice},
		{What: "open for", After: length},
		{What: "closes", After: k.ClosingWords()},
		{What: "is carried by", After: k.MethodWords()},
	}
	if by := k.ProposedWords(name.Class); by != "" {
		facts = append(facts, state.Clause{What: "is proposed by", After: by})
	}
	if len(k.Then) > 0 {
		var then []string
		for _, id := range k.Then {
			then = append(then, name.Motion(id))
		}
		facts = append(facts, state.Clause{What: "is confirmed by", After: words.List(then, "and")})
	}
	if k.Most > 0 {
		facts = append(facts, state.Clause{What: "moves", After: "at most " + name.Money(k.Most) + " a day, with others of the kind"})
	}
	return facts
}

// Facts are the charter's figures, in full.
func (p Policy) Facts() []state.Clause {
	var classes []string
	for i, name := range p.Classes {
		classes = append(classes, fmt.Sprintf("%d (%s)", i+1, words.Plain(name)))
	}
	facts := []state.Clause{
		{What: "currency", After: fmt.Sprintf("%s, with %s behind the point", words.Plain(p.Currency), words.Plural(uint64(p.Digits), "digit"))},
		{What: "classes of members", After: words.List(classes, "and")},
		{What: "allowance", After: words.Plural(uint64(p.Allowance), "transaction") + " a member a day"},
		{What: "entrenched", After: fmt.Sprintf("by motions of kind %d", p.Entrenched)},
		{What: "new members count", After: fmt.Sprintf("in motions proposed %s after they were admitted, or later", words.Plural(uint64(p.WaitingDays()), "day"))},
		{What: "one officer moves alone", After: p.aloneWords()},
	}
	for _, l := range []struct {
		what string
		by   []MotionKindID
	}{{"special clauses", p.Special}, {"principles", p.Principle}} {
		if len(l.by) > 0 {
			facts = append(facts, state.Clause{What: l.what, After: "by motions of " + kindWords(l.by)})
		}
	}
	if len(p.Overdrafts) > 0 {
		var list []string
		for _, o := range p.Overdrafts {
			list = append(list, fmt.Sprintf("account %d by %s", o.Account, p.Money(money.Amount(o.Amount))))
		}
		facts = append(facts, state.Clause{What: "below zero may go", After: words.List(list, "and")})
	}
	return append(append(facts, p.Membership.facts()...), p.officeFacts()...)
}

// LevelFacts are the clauses that are raised above the level built in. kindName names
// actions.
func (p Policy) LevelFacts(kindName func(tx.Kind) string) (facts []state.Clause) {
	for _, l := range p.Levels {
		level := l.Level.String()
		if least := (Policy{}).GrantLevel(l.Grant); l.Grant != 0 && least > l.Level {
			level += fmt.Sprintf(", which changes nothing: it is %v at least", least)
		}
		facts = append(facts, state.Clause{What: "level of " + l.Words(kindName), After: level})
	}
	return facts
}

// motionWords begin, and grantWords are, what a clause is called.
func MotionWords(id MotionKindID) string { return fmt.Sprintf("motion %d, ", id) }
func GrantWords(kindName string) string  { return "who may take " + kindName }

// A Naming gives the names of what rules refer to, such as before an amendment or after.
type Naming struct {
	Motion func(MotionKindID) string
	Class  func(Class) string
	Money  func(uint64) string // an amount in minor units
}
