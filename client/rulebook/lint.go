package rulebook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Report says in plain words what a charter allows.
type Report struct {
	Allows   []Answer `json:"allows"`
	Warnings []string `json:"warnings,omitempty"`   // what is lawful and unwise
	Errors   []string `json:"errors,omitempty"`     // why no ledger would take it
	Later    []string `json:"not_obeyed,omitempty"` // rules in words
	Nobody   []string `json:"to_nobody,omitempty"`  // actions that nobody may take
	Unused   []string `json:"unused,omitempty"`     // kinds of motion that carry nothing
	ForTrial []string `json:"trial_only,omitempty"` // why only a trial may be founded with it
}

// An Answer is the answer to one question about a charter.
type Answer struct {
	Question string   `json:"question"`
	Says     []string `json:"says"`
}

// A linter looks at one whole charter.
type linter struct {
	all    amendment.Amend
	policy charter.Policy
	kinds  []state.Kind
	out    Report
}

// Lint looks at a whole charter. kinds are the actions that there are.
func Lint(all amendment.Amend, kinds []state.Kind) Report {
	l := linter{all: all, kinds: kinds}
	if len(all.Policy) > 0 {
		l.policy = charter.Policy(all.Policy[0])
	}
	l.errors()
	l.ask("who lets in members", "member.Admit", "member.Import")
	l.ask("who takes a member's vote or place", "member.Suspend", "exit.Expel")
	l.ask("who fills offices", "member.Appoint", "member.Dismiss")
	l.ask("who moves money", "account.Post", "share.Refund", "surplus.Pay", "withdrawal.Pay", "dues.Return", "circle.Fund", "circle.Confirm")
	l.ask("who divides the surplus", "surplus.Allocate")
	l.alone()
	l.change()
	l.officers()
	l.motions()
	l.gaps()
	for _, t := range all.Texts {
		l.out.Later = append(l.out.Later, t.Name+": "+t.Words)
	}
	return l.out
}

func (l *linter) warn(format string, args ...any) {
	l.out.Warnings = append(l.out.Warnings, fmt.Sprintf(format, args...))
}

// errors are why no ledger would take the charter.
func (l *linter) errors() {
	if err := l.all.Check(); err != nil {
		l.out.Errors = append(l.out.Errors, err.Error())
		return
	}
	if err := l.all.Stands(); err != nil {
		l.out.Errors = append(l.out.Errors, err.Error())
	}
	if err := amendment.RequireTime(l.all.Text(l.kinds)); err != nil {
		l.out.ForTrial = append(l.out.ForTrial, err.Error())
	}
}

// grant is who may take an action.
func (l *linter) grant(kind tx.Kind) charter.Grant {
	for _, g := range l.all.Grants {
		if g.Kind == kind {
			return g.Grant()
		}
	}
	return charter.Grant{}
}

// who says who may take an action.
func (l *linter) who(g charter.Grant) string {
	return g.Words(l.all.MotionName, func(n state.Coop) string { return fmt.Sprintf("co-op %d", n) })
}

// ask answers a question by who may take some actions.
func (l *linter) ask(question string, actions ...string) {
	a := Answer{Question: question}
	for _, name := range actions {
		if kind := kindNumber(l.kinds, name); kind != 0 {
			a.Says = append(a.Says, name+": "+l.who(l.grant(kind)))
		}
	}
	l.out.Allows = append(l.out.Allows, a)
}

// together are the kinds of action of active members that come to nothing without another.
var together = []string{"circle.Spend", "circle.Confirm"}

// alone says what the holder of each office does without anybody else.
func (l *linter) alone() {
	a := Answer{Question: "what one person does alone"}
	acts := map[charter.Office][]string{}
	for _, g := range l.all.Grants {
		for _, o := range g.Offices {
			acts[o] = append(acts[o], kindName(l.kinds, g.Kind))
		}
	}
	var offices []charter.Office
	for o := range acts {
		offices = append(offices, o)
	}
	slices.Sort(offices)
	for _, o := range offices {
		a.Says = append(a.Says, fmt.Sprintf("the %v: %s", o, words.List(acts[o], "and")))
	}
	var anyone []string
	for _, g := range l.all.Grants {
		if name := kindName(l.kinds, g.Kind); g.Members && !slices.Contains(together, name) {
			anyone = append(anyone, name)
		}
		for _, o := range g.Others {
			l.warn("the %v of co-op %d, which this co-op does not elect, may take %s", o.Office, o.Coop, kindName(l.kinds, g.Kind))
		}
	}
	if len(anyone) > 0 {
		a.Says = append(a.Says, "any active member: "+words.List(anyone, "and"))
	}
	l.out.Allows = append(l.out.Allows, a)
	if l.policy.Alone == 0 && slices.ContainsFunc(l.all.Grants, func(g charter.GrantEntry) bool {
		return g.Kind == kindNumber(l.kinds, "account.Post") && len(g.Offices) > 0
	}) {
		l.warn("one officer moves any amount alone: name a figure under alone")
	}
	if len(offices) > 1 {
		l.warn("one person may hold all of the %d offices that act alone: nothing but the members' choice prevents it", len(offices))
	}
}

// change says what it takes to change the charter.
func (l *linter) change() {
	a := Answer{Question: "what it takes to change it"}
	by := map[charter.Level][]charter.MotionKindID{}
	for _, id := range l.grant(amendment.KindAmend).Motions {
		by[l.policy.LevelOf(id)] = append(by[l.policy.LevelOf(id)], id)
	}
	for level := charter.LevelOrdinary; level <= charter.LevelPrinciple; level++ {
		var reach []charter.MotionKindID
		for at := level; at <= charter.LevelPrinciple; at++ {
			reach = append(reach, by[at]...)
		}
		clauses := l.clausesOf(level)
		if len(clauses) == 0 || len(reach) == 0 {
			continue
		}
		var rules []string
		for _, id := range reach {
			if k, ok := l.kind(id); ok {
				rules = append(rules, fmt.Sprintf("%s: %s", l.all.MotionName(id), k.MethodWords()))
			}
		}
		a.Says = append(a.Says, fmt.Sprintf("%v clauses (%s): %s", level, shortList(clauses), words.List(rules, "or")))
	}
	l.out.Allows = append(l.out.Allows, a)
}

// mostNamed is how many clauses are named in one line.
const mostNamed = 4

// shortList is a list, or its beginning and how many more there are.
func shortList(items []string) string {
	if more := len(items) - mostNamed; more > 1 {
		return strings.Join(items[:mostNamed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return words.List(items, "and")
}

// clausesOf are who may take what, and the kinds of motion, of a level.
func (l *linter) clausesOf(level charter.Level) (out []string) {
	for _, g := range l.all.Grants {
		if l.policy.GrantLevel(g.Kind) == level {
			out = append(out, "who may take "+kindName(l.kinds, g.Kind))
		}
	}
	for _, k := range l.all.Motions {
		if l.all.MotionLevel(k.ID) == level {
			out = append(out, l.all.MotionName(k.ID))
		}
	}
	for _, c := range l.policy.Levels {
		switch {
		case c.Level != level:
		case c.Figure != 0:
			out = append(out, "the figure "+c.Figure.String())
		case c.Text != "":
			out = append(out, "the rule "+words.Quote(c.Text))
		}
	}
	return out
}

func (l *linter) kind(id charter.MotionKindID) (charter.MotionKind, bool) {
	for _, k := range l.all.Motions {
		if k.ID == id {
			return k.Motion(), true
		}
	}
	return charter.MotionKind{}, false
}

// motions warns of kinds of motion by which few decide for many.
func (l *linter) motions() {
	for _, e := range l.all.Motions {
		k, name := e.Motion(), l.all.MotionName(e.ID)
		if k.Method.Tag == charter.Veto {
			l.warn("%s is carried by silence: %s", name, k.MethodWords())
		}
		rule, err := k.Method.Majority()
		if err != nil {
			continue
		}
		all := k.Electorate.Sort == charter.AllMembers
		switch {
		case all && rule.Base != count.BaseMembers && rule.Quorum.Num == 0 && rule.QuorumMin < 2:
			l.warn("%s has no quorum: one member decides if nobody else casts", name)
		case all && rule.Base != count.BaseMembers && rule.Quorum.Num == 0:
			l.warn("%s has no quorum: %s decide if nobody else casts", name, words.Plural(rule.QuorumMin, "member"))
		case k.Electorate.Sort == charter.OneClass && rule.Base != count.BaseMembers && rule.Quorum.Num == 0 && rule.QuorumMin < 2:
			l.warn("%s may be decided by one member of the class", name)
		}
		if least := rule.QuorumMin; least > fewMembers && k.Electorate.Sort != charter.Holders {
			if l.policy.LevelOf(e.ID) >= charter.LevelEntrenched {
				l.warn("%s needs %s to take part: in a co-op of fewer, all of them", name, words.Plural(least, "member"))
			} else {
				l.warn("%s needs %s to take part: it carries nothing in a co-op of fewer", name, words.Plural(least, "member"))
			}
		}
		if by := k.ProposedWords(l.policy.Class); by != "" {
			l.warn("%s is proposed by %s alone: while there is none, nobody proposes it", name, by)
		}
		if rule.Base == count.BaseMembers && rule.Threshold.Num == rule.Threshold.Den && all {
			l.warn("%s takes all members: one who keeps silent or has lost a key stops it", name)
		}
		if all && k.Notice == 0 && rule.Base != count.BaseMembers {
			l.warn("%s opens at once and counts only who casts: who does not look for %s is not heard", name, words.Minutes(max(k.Shortest, 1)))
		}
		if all && k.Closing == charter.OnDeclaring {
			l.warn("%s is closed at whatever moment the returning officer declares: who declares chooses the moment", name)
		}
		l.easier(e.ID, rule)
	}
}

// fewMembers is a membership that any co-op has.
const fewMembers = 3

// dangers are what an officer had better not do alone, in words.
var dangers = []struct{ action, does string }{
	{"exit.Expel", "ends another's membership"},
	{"exit.StrikeOff", "ends another's membership"},
	{"member.Suspend", "takes another's vote for as long as the charter says"},
	{"member.Appoint", "fills offices, also with friends"},
	{"member.Dismiss", "empties offices"},
	{"share.Refund", "pays out of the bank"},
	{"withdrawal.Pay", "pays out of the bank"},
	{"withdrawal.Redeem", "ends a member's shares"},
	{"dues.Return", "pays out of the bank"},
	{"surplus.Correct", "changes the figures by which the surplus is divided"},
}

// officers warns of what one officer does alone.
func (l *linter) officers() {
	for _, d := range dangers {
		offices := l.grant(kindNumber(l.kinds, d.action)).Offices
		for _, o := range offices {
			l.warn("the %s alone %s (%s)", l.policy.Office(o), d.does, d.action)
		}
		if d.action == "exit.Expel" && len(offices) > 0 && l.policy.Membership.Hearing == 0 {
			l.warn("the hearing before an expulsion is after %d clear days, the fewest that there can be: name hearing", l.policy.Membership.HearingDays())
		}
	}
}

// easier warns of a kind of motion for principles that is easier to carry than the
// entrenched one.
func (l *linter) easier(id charter.MotionKindID, rule count.MajorityRule) {
	entrenched, ok := l.kind(l.policy.Entrenched)
	other, err := entrenched.Method.Majority()
	if !ok || err != nil || id == l.policy.Entrenched || l.policy.LevelOf(id) != charter.LevelPrinciple || rule.Base != other.Base {
		return
	}
	if compareShares(rule.Threshold, other.Threshold) < 0 {
		l.warn("principles take less than what is entrenched: %s against %s", charter.RuleWords(rule), charter.RuleWords(other))
	}
}

// compareShares compares two shares of one. Those of charters fit into 32 bits; larger
// ones are taken for equal.
func compareShares(a, b count.Fraction) int {
	const most = 1 << 32
	if a.Num > most || a.Den > most || b.Num > most || b.Den > most {
		return 0
	}
	return cmp.Compare(a.Num*b.Den, b.Num*a.Den)
}

// gaps are actions that nobody may take, and kinds of motion that carry nothing.
func (l *linter) gaps() {
	for _, k := range l.kinds {
		if g := l.grant(k.Number); !g.Concerned && !g.Members && len(g.Offices)+len(g.Motions)+len(g.Others) == 0 {
			l.out.Nobody = append(l.out.Nobody, k.Name)
		}
	}
	for _, k := range l.all.Motions {
		used := slices.ContainsFunc(l.all.Grants, func(g charter.GrantEntry) bool { return slices.Contains(g.Motions, k.ID) }) ||
			slices.ContainsFunc(l.all.Motions, func(m charter.MotionEntry) bool { return slices.Contains(m.Then, k.ID) })
		if !used {
			l.out.Unused = append(l.out.Unused, l.all.MotionName(k.ID))
		}
	}
}
