package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

func newCharterCmd() *cobra.Command {
	return newNoun("charter", groupCoops, "Read and amend a co-op's rules",
		`  rochdale charter show
  rochdale charter amend rules.toml --propose 2 --title "Shorter notice"`,
		newCharterShowCmd(), newCharterLogCmd(), newCharterAmendCmd(), newCharterNewCmd(), newCharterPresetsCmd(), newCharterLintCmd())
}

// charterInfo is a co-op's charter as results show it: as a file has it.
type charterInfo struct {
	charterFile
	Day string `json:"at,omitempty"` // at whose end it stood so; now, if it is left out

	policy  charter.Policy
	kinds   []charter.MotionKind // of Motions
	takenBy []string             // of Grants, in words
}

func newCharterShowCmd() *cobra.Command {
	var at string
	var toml bool
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show who may do what, and what kinds of motion there are",
		Example: "  rochdale charter show\n  rochdale charter show --at 2026-12-31\n  rochdale charter show --coop 2 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := parseDay("--at", at)
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				info, err := r.charter(cmd, day)
				if err != nil {
					return err
				}
				if toml {
					return info.writeTOML(cmd.OutOrStdout())
				}
				return show(cmd, info, func(w io.Writer) { writeCharter(w, info) })
			})
		},
	}
	cmd.Flags().BoolVar(&toml, "toml", false, "as the file that is edited and given to: rochdale charter amend")
	addDayFlag(cmd, &at, "at", "as it stood at the end of that day, UTC, or will stand as far as is decided")
	addReadFlags(cmd)
	return cmd
}

// charter is the co-op's charter: at the end of a day, or now if that is zero.
func (r *reading) charter(cmd *cobra.Command, day uint64) (info charterInfo, err error) {
	var all amendment.Amend
	if day == 0 {
		all, err = amendment.Whole(r)
	} else {
		all, err = amendment.At(r, day)
	}
	if err != nil {
		return info, err
	}
	if t, err := amendment.AmendmentsOf(r); err != nil {
		return info, err
	} else if t.Waiting > 0 && day == 0 {
		note(cmd, "%s for %s: rochdale charter log", plural(t.Waiting, "amendment")+agree(t.Waiting, " waits", " wait"), agree(t.Waiting, "its day", "their days"))
	}
	if day > state.DayOf(r.Time()) {
		note(cmd, "that day is to come: this is what is decided so far")
	}
	text := all.Text(app.Kinds)
	info.policy = charter.Policy(all.Policy[0])
	info.Coop, info.Name, info.Policy, info.Motions, info.Grants, info.Texts = r.Coop(), r.name, policyOf(info.policy), text.Motions, text.Grants, text.Texts
	if day != 0 {
		info.Day = words.Day(day)
	}
	called := func(id charter.MotionKindID) string { return all.MotionName(id) }
	for _, k := range all.Motions {
		info.kinds = append(info.kinds, k.Motion())
	}
	for _, g := range all.Grants {
		info.takenBy = append(info.takenBy, g.Grant().Words(called, wording.Telling(r).NameOf))
	}
	return info, nil
}

// writeTOML writes the charter as a file.
func (c charterInfo) writeTOML(w io.Writer) error {
	d := c.document()
	d.Policy = charter.PolicyText(c.policy)
	return rulebook.Write(w, d, rulebook.Context{Kinds: app.Kinds, Coop: c.Coop})
}

// motionKinds lists the charter's kinds of motion, as text and as records.
func (r *reading) motionKinds() (texts []charter.NamedMotion, kinds []charter.MotionKind, err error) {
	err = charter.MotionKinds(r, func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
		texts, kinds = append(texts, charter.NamedMotion{ID: id, MotionText: k.Text()}), append(kinds, k)
		return true, nil
	})
	return texts, kinds, err
}

func writeCharter(w io.Writer, c charterInfo) {
	fmt.Fprintf(w, "Charter of co-op %d, %s%s\n\n", c.Coop, c.Name, onDay(c.Day))
	writeFacts(w, facts(append(c.policy.Facts(), c.policy.LevelFacts(wording.KindName)...))...)

	fmt.Fprintln(w, "\nKinds of motion")
	for i, m := range c.Motions {
		fmt.Fprintf(w, "\n  %d, %s\n", m.ID, m.Name)
		indented(w, "    ", facts(c.kinds[i].Facts(c.naming()))...)
	}

	fmt.Fprintln(w, "\nWho may do what")
	fmt.Fprintln(w)
	t := newTable("action", "taken by")
	for i, g := range c.Grants {
		t.row(g.Actions[0], c.takenBy[i])
	}
	t.write(w)
	if len(c.Texts) > 0 {
		fmt.Fprintf(w, "\nNot yet obeyed by the ledger\n\n")
	}
	for _, text := range c.Texts {
		writeSentences(w, []string{text.Name + ": " + text.Words})
	}
}

// onDay is at the end of which day a charter stood so.
func onDay(day string) string {
	if day == "" {
		return ""
	}
	return ", at the end of " + day
}

// naming names what kinds of motion refer to, from what was read.
func (c charterInfo) naming() charter.Naming {
	return charter.Naming{
		Class: c.policy.Class,
		Money: func(n uint64) string { return c.policy.Money(money.Amount(n)) },
		Motion: func(id charter.MotionKindID) string {
			for _, m := range c.Motions {
				if m.ID == id {
					return fmt.Sprintf("motion %d (%s)", id, m.Name)
				}
			}
			return fmt.Sprintf("motion %d", id)
		},
	}
}

// facts are the facts of a rule as lines.
func facts(clauses []state.Clause) []fact {
	out := make([]fact, len(clauses))
	for i, c := range clauses {
		out[i] = fact{c.What, c.After}
	}
	return out
}

// formOfAmendment is the hint for a file that is no amendment.
const formOfAmendment = "write it like what this prints, with only what changes"

// amendHelp is what charter amend says of a file.
const amendHelp = `Amend the charter by what a file holds, in the form in which "rochdale charter show
--toml" prints the charter. Edit what it printed, or write only what changes:

  [policy]
  waiting = "21 days"
  alone = "10,000.00"

  [motions.ordinary-resolution]
  notice = "10 days"

  [grants]
  "member.Suspend" = ["chair", "ordinary-resolution"]

  [levels]
  special = ["later second-call"]

A kind of motion is named by its key, which is its name with hyphens; a new one gets the
next number. What the file does not name stays as it is in force when you propose the
amendment, also within the policy and a kind of motion. A list, an electorate, a majority
and what is said of an action are named whole: who is left out there may no longer take
the action. What is in force already is no part of the amendment. "coop" and "name" say
whose charter it is and cannot change; "about" is a remark, and is not recorded.

Rules that the ledger does not obey yet, and people do, stand under [later] by a name, in
words; one without words is repealed.

A principle is a clause that takes more than the entrenched kind of motion: one that is
named under [levels], and changed only by a kind that [policy] names and that may amend
the charter. For nine tenths of the votes cast:

  [policy]
  principle = ["principles"]

  [motions.principles]
  electorate = "all members"
  carried_by = "at least 9/10 of votes cast"
  quorum = "1/10"
  quorum_min = 2
  notice = "22 days"
  shortest = "1 hour"
  longest = "28 days"
  closing = "on declaring what is decided"

  [grants]
  "charter.Amend" = ["special-resolution", "principles"]

What the ledger entrenches by itself, such as who may admit, is never below that, whatever
[levels] says.

A file that begins with a brace is read as JSON, in the form of "rochdale charter show
--json", and any other as TOML, whatever its name.

It is in force as soon as it is carried, or from the beginning of the day, UTC, that
--from names, if the motion is carried before that; if later, as soon as it is. Until its day
it waits; a rule of it that is changed in the meantime has it lapse, unless it was changed to
the same. All that waits and was: rochdale charter log.

A class of members is its number. To give one that members are in another name is
asked about, also where the amendment is only proposed.`

func newCharterAmendCmd() *cobra.Command {
	var from string
	cmd := newActCmd("amend FILE", "Amend the charter, by a motion",
		`  rochdale charter amend rules.toml --propose 2 --title "Shorter notice"
  rochdale charter amend rules.toml --from 2027-01-01 --propose 2`, wantArgs("FILE"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.readAmendment(args[0])
			if err != nil {
				return act{}, err
			}
			day, err := s.dayToCome("--from", from)
			if err != nil {
				return act{}, err
			}
			if day != 0 {
				m.From = day
			}
			a := act{kind: amendment.KindAmend, action: m}
			if a.facts, err = s.renamed(m); len(a.facts) > 0 {
				a.ask = "a class that members are in gets another name"
			}
			if err != nil {
				return a, err
			}
			late, err := s.beforeCarried(cmd, m.From)
			if err != nil {
				return a, err
			}
			more, err := s.collisions(m)
			a.facts = append(append(a.facts, late...), more...)
			return a, err
		})
	cmd.Long = amendHelp
	addDayFlag(cmd, &from, "from", "the day from which it is in force [at once]")
	cmd.ValidArgsFunction = completeFile("toml", "json")
	return cmd
}

// beforeCarried says of a day from which an amendment is meant what will be if the motion that
// --propose names cannot be carried before.
func (s *session) beforeCarried(cmd *cobra.Command, from uint64) ([]state.Clause, error) {
	kind, _ := cmd.Flags().GetString("propose")
	if from == 0 || kind == "" {
		return nil, nil
	}
	id, err := s.parseMotionKind(kind)
	if err != nil {
		return nil, err
	}
	k, err := charter.MotionKindOf(s, id)
	if err != nil {
		return nil, explainRead(err)
	}
	if first := state.DayOf(s.Time() + 60*int64(k.Notice)); first >= from {
		return []state.Clause{state.Fact("in force", "as soon as it is carried, on %s at the earliest, since the motion is not open on %s yet", words.Day(first), words.Day(from))}, nil
	}
	return nil, nil
}

// collisions say which amendments that wait for their day would lapse by one that takes
// effect before, what it grants to no effect, and which quorums are above the members that
// there are.
func (s *session) collisions(m amendment.Amend) (out []state.Clause, err error) {
	list, err := m.Collisions(s, wording.KindName)
	if err != nil {
		return nil, explainRead(err)
	}
	for _, c := range list {
		out = append(out, state.Fact(fmt.Sprintf("amendment %d, from %s on, changes this too", c.Amendment, words.Day(c.From)),
			"%s: whichever takes effect later lapses", words.List(c.Clauses, "and")))
	}
	force, err := amendment.Whole(s)
	if err != nil {
		return nil, explainRead(err)
	}
	out = append(out, idle(force, force.With(m))...)
	few, err := s.tooFew(m)
	return append(out, few...), err
}

// idle says what an amendment would grant to no effect, or leave to nobody, by the charter
// before and after it.
func idle(before, after amendment.Amend) (out []state.Clause) {
	known := rulebook.Idle(before, app.Kinds)
	for _, is := range rulebook.Idle(after, app.Kinds) {
		if !slices.Contains(known, is) {
			out = append(out, state.Fact("warning", "%s", is))
		}
	}
	return out
}

// tooFew are the kinds of motion of an amendment whose quorum is above the members that
// there are.
func (s *session) tooFew(m amendment.Amend) (out []state.Clause, err error) {
	totals, err := member.TotalsOf(s)
	if err != nil {
		return nil, explainRead(err)
	}
	all, err := amendment.Whole(s)
	if err != nil {
		return nil, explainRead(err)
	}
	all = all.With(m)
	for _, k := range m.Motions {
		rule, err := k.Method.Majority()
		there := totals.ActiveIn(k.Electorate.Class)
		if err != nil || k.Electorate.Sort == charter.Holders || rule.QuorumMin <= there {
			continue
		}
		then := "it carries nothing"
		if len(all.Policy) > 0 && charter.Policy(all.Policy[0]).LevelOf(k.ID) >= charter.LevelEntrenched {
			then = "all of them have to take part"
		}
		out = append(out, state.Fact(all.MotionName(k.ID), "needs %s, and there are %d: %s", plural(rule.QuorumMin, "member"), there, then))
	}
	return out, nil
}

// dayToCome reads a day after the last block's; zero if it is left out.
func (s *session) dayToCome(flag, text string) (uint64, error) {
	day, err := parseDay(flag, text)
	if err == nil && text != "" && day <= state.DayOf(s.Time()) {
		return 0, withHint(fault("%s %s is not to come", flag, text), "name a later day, or leave %s out: then it is in force at once", flag)
	}
	return day, err
}

// renamed are the classes of members that an amendment gives another name while someone
// is in them. A class is its number: its members stay in it, and become what it is
// called then.
func (s *session) renamed(m amendment.Amend) (out []state.Clause, err error) {
	if len(m.Policy) == 0 {
		return nil, nil
	}
	totals, err := member.TotalsOf(s)
	if err != nil {
		return nil, explainRead(err)
	}
	for i, name := range m.Policy[0].Classes {
		class := charter.Class(i + 1)
		n := totals.ActiveIn(class)
		if i >= len(s.policy.Classes) || s.policy.Classes[i] == name || n == 0 {
			continue
		}
		out = append(out, state.Clause{
			What:   fmt.Sprintf("what %s of class %d %s called", plural(n, "active member"), class, agree(n, "is", "are")),
			Before: words.Plain(s.policy.Classes[i]), After: words.Plain(name),
		})
	}
	return out, nil
}
