package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The hints of rooms name commands and not what these need, which a room does not know. Here
// a command gets its arguments: the number of what it is about, where the refusal or the act
// says that, and otherwise the name of the argument, so that nobody takes the line for whole.

// numbersOf are commands whose first argument is what the refusal names first of its kind,
// in every hint that leaves it out.
var numbersOf = []string{
	"member show", "member summon", "member drop", "member allow-appeal", "member expel", "member erase",
	"member hear", "member contact", "member record-end", "member transmit", "member warn-silent",
	"share confirm-payment", "share issue", "share refund", "circle show", "circle seats", "circle payments", "circle fund", "circle change",
	"withdrawal redeem", "motion show", "period show", "lot show", "dues show", "names set",
}

// hinted finds in a hint a command with nothing behind it but flags.
var hinted = regexp.MustCompile(`\brochdale ([a-z]+ [a-z]+(?:-[a-z]+)*)( --[^;,]*)?(;|,|$)`)

// numberIn finds in a refusal the number of what an argument is about, by the argument's name.
var numberIn = map[string]*regexp.Regexp{
	"MEMBER": regexp.MustCompile(`\bmember (\d+)`), "SUBSCRIPTIONS": regexp.MustCompile(`\b(?:subscription|number) (\d+)`),
	"CIRCLE": regexp.MustCompile(`\bcircle (\d+)`), "REQUESTS": regexp.MustCompile(`\b(?:request|number) (\d+)`),
	"MOTION": regexp.MustCompile(`\bmotion (\d+)`), "PERIOD": regexp.MustCompile(`\bperiod (\d+)`), "DRAW": regexp.MustCompile(`\bdraw (\d+)`),
	"CLASS": regexp.MustCompile(`\bclass (\d+)`),
}

// numbered gives the commands in a hint the arguments that they lack. A number is that which
// the refusal names first, or else that of what the act is about.
func (a act) numbered(hint, refusal string) string {
	number := func(arg string) string {
		if in := numberIn[arg]; in != nil {
			if found := in.FindStringSubmatch(refusal); found != nil {
				return found[1]
			}
			if n, mine := strings.CutPrefix(a.subject, strings.ToLower(arg)+" show "); mine {
				return n
			}
		}
		return arg
	}
	for _, arg := range []string{"MEMBER", "CLASS"} {
		hint = strings.ReplaceAll(hint, " "+arg, " "+number(arg))
	}
	root := newRootCmd()
	return hinted.ReplaceAllStringFunc(hint, func(line string) string {
		part := hinted.FindStringSubmatch(line)
		cmd, rest, err := root.Find(strings.Fields(part[1]))
		if err != nil || len(rest) > 0 {
			return line
		}
		out := "rochdale " + part[1]
		for i, arg := range needed(cmd.Use) {
			if i == 0 && slices.Contains(numbersOf, part[1]) {
				arg = number(arg)
			}
			out += " " + arg
		}
		return out + part[2] + part[3]
	})
}

// needed are the arguments that a command cannot do without, by their names: of several names
// that are as good the first.
func needed(use string) (out []string) {
	for _, arg := range strings.Fields(use)[1:] {
		if strings.HasPrefix(arg, "[") {
			break
		}
		if unicode.IsUpper(rune(arg[0])) { // not words to choose from, such as yes|no
			arg, _, _ = strings.Cut(arg, "|")
		}
		out = append(out, strings.TrimSuffix(arg, "…"))
	}
	return out
}

// commandOf names the command that takes a kind of action: "share.Subscribe" is
// share subscribe. The command line calls some rooms by what members call them.
func commandOf(kind string) string {
	switch kind {
	case "identity.Commit":
		return "names commit"
	case "identity.Erase":
		return "member erase"
	case "takeover.Adopt", "takeover.Load":
		return "coop import"
	case "surplus.OpenPeriod":
		return "period open"
	case "member.Nominate":
		return "me nominate"
	case "member.Reclass":
		return "member set-class"
	case "federation.Advance":
		return "dev advance"
	case "federation.Confirm":
		return "federation confirm-validator"
	case "federation.Replace":
		return "federation replace-validator"
	}
	room, action, _ := strings.Cut(kind, ".")
	switch room {
	case "keyring":
		room = "key"
	case "exit":
		room = "member"
	case "ballot":
		room = "motion"
	case "surplus":
		room = "period"
	case "holding":
		room = "share"
	}
	return room + " " + strings.ReplaceAll(snake(action), "_", "-")
}

// dividendBack is what a dividend is taken back with.
const dividendBack = "a dividend that was paid or settled is returned with: rochdale period return"

// takenBackBy are commands that take back what an entry of a register records, by the
// narrative that the register gives its entries.
var takenBackBy = []struct{ narrative, next string }{
	{`^(payment|issue) of [0-9,]+ share subscription`, "shares and payments for them are taken back with: rochdale share correct"},
	{`^dividend of period .*, step [0-9]+, to [0-9]+ member`, dividendBack},
	{`^dues of [0-9,]+ member`, "dues are returned with: rochdale dues return"},
	{`^".*" of the circle ".*"$`, "what a circle paid is returned with: rochdale circle return"},
	{`^close of period `, "a closed period is opened again with: rochdale period reopen"},
}

// takenBack is how what an entry records is taken back that no one reverses by hand; "" if
// its narrative does not say.
func (s *session) takenBack(action state.Action) string {
	m, ok := action.(account.Reverse)
	if !ok {
		return ""
	}
	entry, err := account.EntryOf(s, m.Entry)
	if err != nil {
		return ""
	}
	for _, by := range takenBackBy {
		if regexp.MustCompile(by.narrative).MatchString(entry.Narrative) {
			return by.next
		}
	}
	given := strings.HasPrefix(entry.Narrative, "allocation of period ") || strings.HasPrefix(entry.Narrative, "notices of period ")
	settled := func(l account.Line) bool { return l.Account == account.Dividends || l.Account == account.Notices }
	if !given && slices.ContainsFunc(entry.Lines, settled) { // its narrative is what members gave as reason
		return dividendBack
	}
	return ""
}

// motionless finds in a text a command that is to be put to a motion, of which the kind is
// left out.
var motionless = regexp.MustCompile(`\brochdale ([a-z]+ [a-z]+(?:-[a-z]+)*)([^;,]*) --propose KIND\b`)

// withKinds puts the kind of motion into commands that leave it out: of those that carry the
// action the one that can be decided soonest. What no motion carries stays as it is.
func (s *session) withKinds(text string) string {
	return motionless.ReplaceAllStringFunc(text, func(line string) string {
		part := motionless.FindStringSubmatch(line)
		at := slices.IndexFunc(app.Kinds, func(k state.Kind) bool { return commandOf(k.Name) == part[1] })
		if at < 0 {
			return line
		}
		return "rochdale " + part[1] + part[2] + " --propose " + s.proposedBy(app.Kinds[at].Number)
	})
}

// proposedBy is the kind of motion, as --propose takes it, that carries a kind of action and
// can be decided soonest; KIND if there is none.
func (s *session) proposedBy(kind tx.Kind) string {
	grant, err := charter.GrantOf(s, kind)
	if err != nil || len(grant.Motions) == 0 {
		return "KIND"
	}
	return fmt.Sprint(s.quickest(grant.Motions))
}
