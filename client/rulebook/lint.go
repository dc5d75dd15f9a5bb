package rulebook

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
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

	idle []string // those warnings that say that what the charter grants comes to nothing
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
	full   bool // every clause is named
	out    Report
}

// Lint looks at a whole charter. kinds are the actions that there are.
func Lint(all amendment.Amend, kinds []state.Kind) Report { return lint(all, kinds, false) }

// LintFull is Lint that names every clause where Lint names some.
func LintFull(all amendment.Amend, kinds []state.Kind) Report { return lint(all, kinds, true) }

func lint(all amendment.Amend, kinds []state.Kind, full bool) Report {
	l := linter{all: all, kinds: kinds, full: full}
	if len(all.Policy) > 0 {
		l.policy = charter.Policy(all.Policy[0])
	}
	l.errors()
	l.ask("who lets in members", "member.Admit", "member.Import", "takeover.Adopt")
	l.ask("who takes a member's vote or place", "member.Suspend", "member.Refuse", "exit.Expel", "exit.StrikeOff")
	l.ask("who fills offices", "member.Appoint", "office.Elect", "member.Dismiss")
	l.ask("who moves money", movers...)
	l.figures()
	l.ask("who divides the surplus", "surplus.Allocate")
	l.alone()
	l.bounds()
	l.procedures()
	l.change()
	l.idle()
	l.officers()
	l.motions()
	l.fewer()
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
	if err := l.all.RequireVoting(l.kinds); err != nil {
		l.out.Errors = append(l.out.Errors, err.Error())
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

// who says who may take an action: who does it, and by which motions it is done.
func (l *linter) who(g charter.Grant) string {
	motions := make([]string, len(g.Motions))
	for i, id := range g.Motions {
		motions[i] = l.motion(id)
	}
	by := words.List(motions, "or")
	g.Motions = nil
	people := g.Words(nil, func(n state.Coop) string { return fmt.Sprintf("co-op %d", n) })
	switch {
	case len(motions) == 0:
		return people
	case !g.Concerned && !g.Members && len(g.Offices)+len(g.Others) == 0:
		return "by " + by
	}
	return people + ", or by " + by
}

// motion names a kind of motion by its name alone: "ordinary resolution"; by its number
// too, if another has the same.
func (l *linter) motion(id charter.MotionKindID) string {
	name, same := "", 0
	for _, k := range l.all.Motions {
		if k.ID == id {
			name = words.Plain(k.Name)
		}
	}
	for _, k := range l.all.Motions {
		if words.Fold(k.Name) == words.Fold(name) {
			same++
		}
	}
	if same != 1 {
		return l.all.MotionName(id)
	}
	return name
}

// ask answers a question by who may do some things.
func (l *linter) ask(question string, actions ...string) {
	a := Answer{Question: question}
	for _, name := range actions {
		if kind := kindNumber(l.kinds, name); kind != 0 {
			a.Says = append(a.Says, "to "+wording.Deed(name)+": "+l.who(l.effective(kind)))
		}
	}
	l.out.Allows = append(l.out.Allows, a)
}

// together are the kinds of action of active members that come to nothing without another.
var together = []string{"circle.Spend", "circle.Confirm"}

// alone says what the holder of each office does without anybody else, and what every
// member does.
func (l *linter) alone() {
	a := Answer{Question: "what one person does alone"}
	acts := map[charter.Office][]string{}
	var anyone, itself []string
	for _, g := range l.all.Grants {
		name := kindName(l.kinds, g.Kind)
		if slices.Contains(ofAll, name) {
			continue
		}
		for _, o := range g.Offices {
			acts[o] = append(acts[o], wording.DeedForAnother(name))
		}
		if g.Members && !slices.Contains(together, name) {
			anyone = append(anyone, wording.Deed(name))
		} else if g.Concerned {
			itself = append(itself, wording.Deed(name))
		}
		for _, o := range g.Others {
			l.warn(`the %v of co-op %d, which this co-op does not elect, may %s: leave it out of "%s" under [grants]`, o.Office, o.Coop, wording.Deed(name), name)
		}
	}
	offices := slices.Sorted(maps.Keys(acts))
	for _, o := range offices {
		says := fmt.Sprintf("the %v may %s", l.policy.Office(o), words.List(acts[o], "and"))
		if o == charter.ReturningOfficer && len(acts[o]) == 1 && !l.closesAnyTime() {
			says += ", once nothing can change its outcome"
		}
		a.Says = append(a.Says, says)
	}
	if len(offices) > 0 && l.policy.Alone > 0 {
		a.Says = append(a.Says, "of money, an officer moves alone at most "+l.policy.Money(money.Amount(l.policy.Alone))+" a day")
	}
	for _, by := range []struct {
		who string
		may []string
	}{{"any active member", anyone}, {"a member, for itself,", itself}} {
		if len(by.may) > 0 {
			a.Says = append(a.Says, by.who+" may "+words.List(by.may, "and"))
		}
	}
	l.out.Allows = append(l.out.Allows, a)
	if l.policy.Alone == 0 && slices.ContainsFunc(l.all.Grants, func(g charter.GrantEntry) bool {
		return g.Kind == kindNumber(l.kinds, "account.Post") && len(g.Offices) > 0
	}) {
		l.warn(`one officer moves any amount alone: write a figure such as alone = "1,000.00" under [policy]`)
	}
	if l.policy.Membership.Unclaimed {
		l.warn("members who have no key yet count for quorums and cannot cast, as many of them as of the others, so that a quorum of more than half may not be reached: leave unclaimed_count out of [policy.membership]")
	}
	if len(offices) > 1 {
		l.warn("one person may hold all of the %d offices that act alone, and no rule prevents it, nor that it holds one itself and another for a body that it represents: elect different people", len(offices))
	}
}

// closesAnyTime says whether a kind of motion is closed whenever someone declares it.
func (l *linter) closesAnyTime() bool {
	return slices.ContainsFunc(l.all.Motions, func(k charter.MotionEntry) bool { return k.Closing == charter.OnDeclaring })
}

// procedures say how each kind of motion is decided.
func (l *linter) procedures() {
	a := Answer{Question: "how motions are decided"}
	for _, e := range l.all.Motions {
		k := e.Motion()
		notice := "opens at once"
		if k.Notice > 0 {
			notice = "opens " + words.Minutes(k.Notice) + " after it is proposed"
		}
		text := fmt.Sprintf("%s: cast by %s; %s; carried by %s", l.motion(e.ID), k.Electorate.Words(l.policy.Class), notice, k.MethodWords())
		if len(k.Then) > 0 {
			var then []string
			for _, id := range k.Then {
				then = append(then, l.motion(id))
			}
			text += "; then confirmed by " + words.List(then, "and")
		}
		if k.Most > 0 {
			text += "; all of the kind move together at most " + l.policy.Money(money.Amount(k.Most)) + " a day"
		}
		a.Says = append(a.Says, text)
	}
	l.out.Allows = append(l.out.Allows, a)
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
			rules = append(rules, l.motion(id))
		}
		a.Says = append(a.Says, fmt.Sprintf("%s (%s): %s", words.Plural(uint64(len(clauses)), level.String()+" clause"), l.shortList(clauses), words.List(rules, "or")))
	}
	l.out.Allows = append(l.out.Allows, a)
}

// mostNamed is how many clauses are named in one line, unless all are.
const mostNamed = 4

// idle warns of levels that are below what the clause has anyway.
func (l *linter) idle() {
	for _, c := range l.policy.Levels {
		if least := (charter.Policy{}).GrantLevel(c.Grant); c.Grant != 0 && least > c.Level {
			l.warn("who may take %s is %v at least, so that to call it %v changes nothing: leave it out of [levels], or name it a principle", kindName(l.kinds, c.Grant), least, c.Level)
		}
	}
}

// shortList is a list, or its beginning and how many more there are.
func (l *linter) shortList(items []string) string {
	if more := len(items) - mostNamed; more > 1 && !l.full {
		return strings.Join(items[:mostNamed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return words.List(items, "and")
}

// clausesOf are who may take what, and the kinds of motion, of a level.
func (l *linter) clausesOf(level charter.Level) (out []string) {
	for _, g := range l.all.Grants {
		if l.policy.GrantLevel(g.Kind) == level {
			out = append(out, "who may "+wording.Deed(kindName(l.kinds, g.Kind)))
		}
	}
	for _, k := range l.all.Motions {
		if l.all.MotionLevel(k.ID) == level {
			out = append(out, "how "+l.motion(k.ID)+" decides")
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
		k, name := e.Motion(), l.motion(e.ID)
		if k.Method.Tag == charter.Veto {
			l.warn("%s is carried by %s: where that is too little, give it carried_by in the place of veto", name, k.MethodWords())
		}
		rule, err := k.Method.Majority()
		if err != nil {
			continue
		}
		all := k.Electorate.Sort == charter.AllMembers
		l.quorum(e.ID, k, rule)
		if by := k.ProposedWords(l.policy.Class); by != "" {
			l.warn("%s is proposed by %s alone, and while there is none by nobody: leave proposers out", name, by)
		}
		if rule.Base == count.BaseMembers && rule.Threshold.Num == rule.Threshold.Den && all {
			l.warn(`%s needs a yes of everyone, and one who keeps silent or has lost a key stops it: carried_by = "at least 9/10 of votes cast" takes less`, name)
		}
		if all && k.Notice == 0 && rule.Base != count.BaseMembers {
			l.warn("%s opens at once and counts only who casts, so that who does not look for %s is not heard: give it a notice", name, words.Minutes(max(k.Shortest, 1)))
		}
		if all && k.Closing == charter.OnDeclaring {
			l.warn(`%s is closed at whatever moment the returning officer declares: write closing = "on declaring what is decided"`, name)
		}
		l.easier(e.ID, rule)
	}
}

// fewMembers is a membership that any co-op has.
const fewMembers = 3

// quorum warns of a quorum that is too low or too high.
func (l *linter) quorum(id charter.MotionKindID, k charter.MotionKind, rule count.MajorityRule) {
	name, none := l.motion(id), rule.Base != count.BaseMembers && rule.Quorum.Num == 0
	const mend = `write one, such as quorum = "1/10"`
	switch {
	case k.Electorate.Sort == charter.AllMembers && none && rule.QuorumMin < 2:
		l.warn("%s has no quorum, and one member decides if nobody else casts: %s", name, mend)
	case k.Electorate.Sort == charter.AllMembers && none:
		l.warn("%s has no quorum, and %s decide if nobody else casts: %s", name, words.Plural(rule.QuorumMin, "member"), mend)
	case k.Electorate.Sort == charter.OneClass && none && rule.QuorumMin < 2:
		l.warn("%s may be decided by one member of the class, having no quorum: %s", name, mend)
	}
	if least := rule.QuorumMin; least > fewMembers && k.Electorate.Sort != charter.Holders {
		then := "it carries nothing"
		if l.policy.LevelOf(id) >= charter.LevelEntrenched {
			then = "all of them have to"
		}
		l.warn("%s needs %s to take part, and in a co-op of fewer %s: a lower quorum_min fits all", name, words.Plural(least, "member"), then)
	}
}

// officers warns of what one officer does alone.
func (l *linter) officers() {
	for _, d := range dangers {
		offices := l.grant(kindNumber(l.kinds, d.action)).Offices
		for _, o := range offices {
			l.warn(`the %s alone %s: to have another decide too, leave "%v" out of "%s" under [grants]`, l.policy.Office(o), d.does, o, d.action)
		}
		if d.action == "exit.Summon" && len(offices) > 0 && l.policy.Membership.Hearing == 0 {
			l.warn("the hearing before an expulsion is after %d clear days, the fewest that there can be: write more as hearing_clear under [policy.membership]", l.policy.Membership.HearingDays())
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
		l.warn("principles take less than what is entrenched, %s against %s: raise carried_by of %s", charter.RuleWords(rule), charter.RuleWords(other), l.motion(id))
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
		if g := l.effective(k.Number); !g.Concerned && !g.Members && len(g.Offices)+len(g.Motions)+len(g.Others) == 0 {
			l.out.Nobody = append(l.out.Nobody, wording.Deed(k.Name))
		}
	}
	for _, k := range l.all.Motions {
		used := slices.ContainsFunc(l.all.Grants, func(g charter.GrantEntry) bool { return slices.Contains(g.Motions, k.ID) }) ||
			slices.ContainsFunc(l.all.Motions, func(m charter.MotionEntry) bool { return slices.Contains(m.Then, k.ID) })
		if !used {
			l.out.Unused = append(l.out.Unused, l.motion(k.ID))
		}
	}
}
