package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	text "github.com/rochdale-ledger/rochdale/state/words"
)

// A Subject is what a receipt is about. Which of its numbers are set depends on
// the kind of statement; the others are zero.
type Subject struct {
	Coop   state.Coop     `json:"coop"`
	Member state.Member   `json:"member,omitempty"`
	Motion ballot.Number  `json:"motion,omitempty"`
	Class  share.Class    `json:"class,omitempty"`
	Period surplus.Period `json:"period,omitempty"`
}

// ErrSubject is returned for a statement that there is not or for a subject
// with too few or too many numbers.
var ErrSubject = errors.New("no receipt can be made of that")

// A Statement is a kind of receipt: what it says in plain words, from records
// read one by one, so that each can be proved.
type Statement struct {
	Kind  string   // "member"
	About string   // "a member's standing"
	Needs []string // names of the numbers that its subject has beside coop: member, motion, class, period
	words func(r state.Reader, s Subject) ([]string, error)
}

// statements is the list of all kinds of receipt. A new kind is a function that
// makes its words, and a line here.
//
// The words are part of the receipt's format: they are made anew when it is
// verified and must come out the same.
var statements = []Statement{
	{"member", "a member's standing on the register", []string{"member"}, sayMember},
	{"holding", "the shares that a member holds", []string{"member", "class"}, sayHolding},
	{"cast", "what a member cast on a motion, or that it did not", []string{"member", "motion"}, sayCast},
	{"decision", "what a motion decided, and by how many", []string{"motion"}, sayDecision},
	{"allocation", "a member's parts of a divided surplus", []string{"member", "period"}, sayAllocation},
}

// Statements lists the kinds of receipt.
func Statements() []Statement { return slices.Clone(statements) }

// statementOf returns the kind of statement if subject suits it.
func statementOf(kind string, subject Subject) (Statement, error) {
	i := slices.IndexFunc(statements, func(s Statement) bool { return s.Kind == kind })
	if i < 0 {
		return Statement{}, fmt.Errorf("%w: there is no kind %q", ErrSubject, kind)
	}
	st := statements[i]
	if subject.Coop == 0 {
		return st, fmt.Errorf("%w: it names no co-op", ErrSubject)
	}
	for _, n := range []struct {
		name  string
		value uint64
	}{
		{"member", uint64(subject.Member)}, {"motion", uint64(subject.Motion)},
		{"class", uint64(subject.Class)}, {"period", uint64(subject.Period)},
	} {
		switch needed := slices.Contains(st.Needs, n.name); {
		case needed && n.value == 0:
			return st, fmt.Errorf("%w: a receipt of %s needs a %s", ErrSubject, kind, n.name)
		case !needed && n.value != 0:
			return st, fmt.Errorf("%w: a receipt of %s takes no %s", ErrSubject, kind, n.name)
		}
	}
	return st, nil
}

// nameOf is a co-op's number and name. There is no receipt about a co-op that
// there is not.
func nameOf(r state.Reader, n state.Coop) (string, error) {
	coop, err := federation.Find(r, n)
	return fmt.Sprintf("co-op %d, %s", n, quoted(coop.Name)), err
}

func sayMember(r state.Reader, s Subject) ([]string, error) {
	coop, err := nameOf(r, s.Coop)
	if err != nil {
		return nil, err
	}
	r = r.Of(s.Coop)
	rec, err := member.Find(r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return say("There is no member %d on the register of %s.", s.Member, coop)
	}
	if err != nil {
		return nil, err
	}
	class, err := className(r, rec.Class())
	if err != nil {
		return nil, err
	}
	last := rec.History[len(rec.History)-1]
	words := []string{
		fmt.Sprintf("Member %d of %s is %s, in %s.", s.Member, coop, standingWords(rec.Standing()), class),
		fmt.Sprintf("So it has been since %s, by operation %d on the register.", when(last.Time), last.Operation),
	}
	if first := rec.History[0]; len(rec.History) > 1 {
		words = append(words, fmt.Sprintf("It was entered on %s as %s.", when(first.Time), standingWords(first.Standing)))
	}
	return append(words, fmt.Sprintf("Its key is %s.", rec.Key)), nil
}

func standingWords(s member.Standing) string {
	switch s {
	case member.Candidate:
		return "a candidate"
	case member.Active:
		return "an active member"
	case member.Suspended:
		return "a suspended member"
	case member.Left:
		return "a former member"
	}
	return s.String()
}

// className is a class of members, by the charter.
func className(r state.Reader, c charter.Class) (string, error) {
	policy, err := charter.PolicyOf(r)
	return policy.Class(c), err
}

// findMotion reads the motion of a subject and says its title; a nil motion with
// no error is one that there is not, and words say so.
func findMotion(r state.Reader, s Subject) (*ballot.Motion, ballot.Poll, []string, error) {
	coop, err := nameOf(r, s.Coop)
	if err != nil {
		return nil, ballot.Poll{}, nil, err
	}
	motion, poll, err := ballot.Find(r.Of(s.Coop), s.Motion)
	if errors.Is(err, ballot.ErrUnknown) {
		words, err := say("There is no motion %d of %s.", s.Motion, coop)
		return nil, poll, words, err
	}
	if err != nil {
		return nil, poll, nil, err
	}
	return &motion, poll, []string{fmt.Sprintf("Motion %d of %s is %s.", s.Motion, coop, quoted(motion.Title))}, nil
}

func sayCast(r state.Reader, s Subject) ([]string, error) {
	motion, poll, words, err := findMotion(r, s)
	if motion == nil || err != nil {
		return words, err
	}
	r = r.Of(s.Coop)
	_, err = member.Find(r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return append(words, fmt.Sprintf("There is no member %d on that co-op's register.", s.Member)), nil
	}
	if err != nil {
		return nil, err
	}
	paper, ok, err := ballot.CastOf(r, s.Motion, s.Member)
	if err != nil {
		return nil, err
	}
	yet := ""
	if len(motion.Result) == 0 {
		yet = " so far"
	}
	if ok {
		words = append(words, fmt.Sprintf("Member %d cast %s on it%s.", s.Member, quoted(poll.Answer(paper.Marks)), yet))
	} else {
		words = append(words, fmt.Sprintf("Member %d has cast nothing on it%s.", s.Member, yet))
	}
	return append(words, stage(*motion, poll)), nil
}

// stage says how far a motion has come.
func stage(m ballot.Motion, p ballot.Poll) string {
	switch p.Status {
	case ballot.Noticed:
		return fmt.Sprintf("The motion opens on %s.", when(p.Opens))
	case ballot.Open:
		return fmt.Sprintf("The motion is open until %s at the latest.", when(p.Closes))
	case ballot.Counting:
		return "The motion's poll is over and its papers are being counted."
	case ballot.Withdrawn:
		return "The motion was withdrawn before it opened."
	}
	if len(m.Result) == 0 {
		return "The motion is closed."
	}
	return fmt.Sprintf("The motion is closed and was %v.", m.Result[0].Outcome)
}

func sayDecision(r state.Reader, s Subject) ([]string, error) {
	motion, poll, words, err := findMotion(r, s)
	if motion == nil || err != nil {
		return words, err
	}
	words = append(words, fmt.Sprintf("It was put on %s, as a motion of the kind %s.", when(motion.Proposed), quoted(poll.Rules.Name)))
	if len(motion.Statement) > 0 {
		words = append(words, fmt.Sprintf("The text sent to members has the SHA-256 digest %x.", motion.Statement))
	}
	for i, o := range motion.Options {
		words = append(words, fmt.Sprintf("Option %d is %s.", i+1, optionWords(o)))
	}
	if len(motion.Result) == 0 {
		return append(words, stage(*motion, poll), "It has decided nothing."), nil
	}
	res := motion.Result[0]
	t := res.Tally
	if len(motion.Options) > 0 {
		words = append(words, fmt.Sprintf("It was %v at block %d, of %s entitled to cast; %s.", res.Outcome, res.Height, text.Count(t.Electorate), winnerWords(res.Winners)))
	} else {
		words = append(words, fmt.Sprintf("It was %v at block %d: %s yes, %s no, %s abstained, %s blank, %s spoiled, of %s entitled to cast.",
			res.Outcome, res.Height, text.Count(t.Yes), text.Count(t.No), text.Count(t.Abstained), text.Count(t.Blank), text.Count(t.Spoiled), text.Count(t.Electorate)))
	}
	if rule, err := poll.Rules.Method.Majority(); err == nil {
		more := "at least"
		if rule.Strict {
			more = "more than"
		}
		words = append(words, fmt.Sprintf("To be carried it needed %s %v of %v, and %v of those entitled, no fewer than %d, to take part.",
			more, rule.Threshold, rule.Base, rule.Quorum, rule.QuorumMin))
	}
	for _, does := range wording.Carries(r.Of(s.Coop), *motion) {
		switch {
		case res.Refused != 0:
			words = append(words, fmt.Sprintf("The action that it carried, to %s, was rejected with code %d.", does.Phrase, res.Refused))
		case res.Outcome == count.Carried:
			words = append(words, fmt.Sprintf("The action that it carried, to %s, was done.", does.Phrase))
		default:
			words = append(words, fmt.Sprintf("The action that it would have carried, to %s, was not taken.", does.Phrase))
		}
		for _, c := range does.Clauses {
			words = append(words, fmt.Sprintf("In full: %v.", c))
		}
	}
	return words, nil
}

// optionWords names an option of a motion.
func optionWords(o ballot.Option) string {
	switch {
	case o.Member == 0:
		return quoted(o.Text)
	case o.Text == "":
		return fmt.Sprintf("member %d", o.Member)
	}
	return fmt.Sprintf("member %d, %s", o.Member, quoted(o.Text))
}

// winnerWords says which options won.
func winnerWords(winners []uint16) string {
	if len(winners) == 0 {
		return "no option won"
	}
	names := make([]string, len(winners))
	for i, n := range winners {
		names[i] = fmt.Sprint(n)
	}
	return "won by option " + strings.Join(names, ", ")
}

// say is one sentence.
func say(format string, args ...any) ([]string, error) {
	return []string{fmt.Sprintf(format, args...)}, nil
}

// joined puts sentences one after another.
func joined(words []string) string { return strings.Join(words, " ") }

// when writes a block time, in seconds since 1970, as people say it.
func when(seconds int64) string {
	return time.Unix(seconds, 0).UTC().Format("2 January 2006, 15:04 UTC")
}

// quoted puts text from the ledger between quotation marks.
func quoted(s string) string { return "“" + text.Plain(s) + "”" }
